//! The page or an error page names a version.

use jiff::Timestamp;

use super::{UNASKED, UNREAD, front};
use crate::{
    About, Check, Context, Fault, Grade, Outcome,
    fact::{HttpFact, Technology},
};

about!(PageVersion, Web, Endpoint, false, {
    id: "web.page_version",
    title: ["Trang hoặc thông báo lỗi lộ phiên bản phần mềm", "Page or error page tells a version"],
    why: [
        "Thẻ `generator` của hệ quản trị nội dung hoặc thông báo lỗi của máy chủ ghi rõ phiên bản, giúp kẻ tấn công chọn đúng \
         lỗ hổng đã biết. Ẩn phiên bản không thay cho việc cập nhật.",
        "The `generator` element of the content system or an error page of the server names a version, which \
         helps attackers choose a known weakness. Hiding it does not replace updating."
    ],
    fix: [
        "Bỏ thẻ `<meta name=\"generator\">` trong giao diện và dùng thông báo lỗi của mình. nginx: `server_tokens off;` và \
         `error_page 404 /404.html;`. Apache: `ServerSignature Off`, `ErrorDocument 404 /404.html`. IIS: `<httpErrors \
         errorMode=\"Custom\">`. Tomcat: `ErrorReportValve` với `showServerInfo=\"false\"`.",
        "Remove `<meta name=\"generator\">` from the template and use error pages of your own. nginx: \
         `server_tokens off;` and `error_page 404 /404.html;`. Apache: `ServerSignature Off`, `ErrorDocument \
         404 /404.html`. IIS: `<httpErrors errorMode=\"Custom\">`. Tomcat: `ErrorReportValve` with \
         `showServerInfo=\"false\"`."
    ],
    message: [
        "{subject} cho biết phiên bản: {value}.",
        "{subject} tells a version: {value}."
    ],
    sources: ["OWASP ASVS 4.0.3 14.3.3, 7.4.1", "OWASP WSTG-INFO-02", "CWE-209"],
});

impl Check for PageVersion {
    type Fact = HttpFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &HttpFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        let front = match front(fact) {
            Ok(front) => front,
            Err(outcome) => return outcome,
        };
        let told = front.header("content-type").unwrap_or("html");
        let html = told.to_ascii_lowercase().contains("html");
        let page = fact.page.as_ref();
        let named = page.into_iter().flat_map(|page| &page.technologies);
        let generator = named.filter(|named| named.told_by == "generator");
        let nothing = fact.site.as_ref().and_then(|site| site.nothing.as_ref());
        let server = nothing.and_then(|nothing| nothing.server.as_ref());
        let faults: Vec<Fault> = generator.chain(server).filter_map(fault).collect();
        let unread = html && page.is_none_or(|page| !page.complete);
        let undecided = if unread {
            Some(UNREAD)
        } else {
            nothing.is_none().then_some(UNASKED)
        };
        Outcome::weigh(faults, undecided)
    }
}

fn fault(named: &Technology) -> Option<Fault> {
    let version = named.version.as_deref()?;
    let value = format!("{} {version}", named.name);
    Some(Fault::on(&named.told_by, Grade::Slight).with("value", &value))
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::{answer, asked, shows};
    use crate::{
        Fact,
        examples::{Example, Expect},
        fact::Nothing,
    };

    let named = |name: &str, version: Option<&str>, told_by: &str| Technology {
        name: name.to_owned(),
        version: version.map(str::to_owned),
        told_by: told_by.to_owned(),
    };
    let with = |page: Option<Technology>, server: Option<Technology>| {
        let mut fact = asked(shows(&[]));
        if let Some(shown) = &mut fact.page {
            shown.technologies.extend(page);
        }
        if let Some(site) = &mut fact.site {
            site.nothing = Some(Nothing {
                status: 404,
                server,
            });
        }
        fact
    };
    let generator = |version| Some(named("WordPress", version, "generator"));
    let mut light = with(generator(Some("5.2")), None);
    light.site = None;
    let mut text = with(None, None);
    text.page = None;
    text.exchanges = answer(
        "https://www.doiche.test/",
        200,
        &[("content-type", "text/plain")],
    )
    .exchanges;
    let slight = |subject| vec![(subject, Grade::Slight)];
    [
        ("nothing told", with(None, None), Expect::Pass),
        ("no version", with(generator(None), None), Expect::Pass),
        (
            "a library",
            with(Some(named("jquery", Some("1.12.4"), "script")), None),
            Expect::Pass,
        ),
        ("no page", text, Expect::Pass),
        (
            "generator",
            with(generator(Some("5.2")), None),
            Expect::Fail(slight("generator")),
        ),
        (
            "error page",
            with(None, Some(named("nginx", Some("1.22.1"), "error_page"))),
            Expect::Fail(slight("error_page")),
        ),
        ("light", light, Expect::Partial(slight("generator"))),
        ("light and clean", shows(&[]), Expect::Inconclusive),
        ("silent", HttpFact::default(), Expect::Inconclusive),
    ]
    .into_iter()
    .map(|(name, fact, expect)| Example::new(name, Fact::Http(fact), expect))
    .collect()
}
