//! The parts of an answer of HTTP that identify software.

/// An answer, cut into parts. A part that is not there is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Page<'a> {
    /// Value of `Server`.
    pub(super) server: &'a str,
    /// Value of `WWW-Authenticate`.
    pub(super) auth: &'a str,
    /// The status line and the header section.
    pub(super) head: &'a str,
    /// What stands between `<title>` and `</title>`.
    pub(super) title: &'a str,
    /// The body.
    pub(super) body: &'a str,
}

impl<'a> Page<'a> {
    /// Reads a whole answer, a header section, one `Server` line or its bare value.
    pub(super) fn of(banner: &'a str) -> Self {
        let (head, body) = ["\r\n\r\n", "\n\n"]
            .iter()
            .filter_map(|gap| banner.split_once(gap))
            .min_by_key(|(head, _)| head.len())
            .unwrap_or((banner, ""));
        let is_section = starts(head, "http/") || field(head, "server").is_some();
        let server = match field(head, "server") {
            Some(value) => value,
            None if is_section => "",
            None => head.trim(),
        };
        let body = if body.is_empty() && head.trim_start().starts_with(['<', '{']) {
            head
        } else {
            body
        };
        Self {
            server,
            auth: field(head, "www-authenticate").unwrap_or_default(),
            head,
            title: title(body).unwrap_or_default(),
            body,
        }
    }
}

/// The value of the field `name`. It stands at the beginning of a line, or behind a bar where somebody
/// has put a section into one line.
fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.split(['\n', '|']).find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found
            .trim()
            .eq_ignore_ascii_case(name)
            .then(|| value.trim())
    })
}

fn title(body: &str) -> Option<&str> {
    let lower = body.to_ascii_lowercase();
    let tag = lower.find("<title")?;
    let start = tag + lower[tag..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    Some(body[start..end].trim())
}

fn starts(text: &str, lower: &str) -> bool {
    text.get(..lower.len())
        .is_some_and(|begin| begin.eq_ignore_ascii_case(lower))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts() {
        let whole = "HTTP/1.1 200 OK\r\nserver:  x/1 \r\nWWW-Authenticate: Basic realm=\"r\"\r\n\r\n\
                     <html><TITLE lang=vi> Cổng </title>";
        let page = Page::of(whole);
        assert_eq!(
            (page.server, page.auth, page.title),
            ("x/1", "Basic realm=\"r\"", "Cổng")
        );
        assert_eq!(Page::of("x/1").server, "x/1");
        assert_eq!(Page::of("Server: x/1").server, "x/1");
        assert_eq!(Page::of("HTTP/1.1 200 OK | Server: x/1").server, "x/1");
        assert_eq!(Page::of("HTTP/1.1 200 OK\r\nX: y/1").server, "");
        assert_eq!(Page::of("<title>a</title>").title, "a");
        assert_eq!(Page::of("").server, "");
        assert_eq!(Page::of("<title>a").title, "");
    }
}
