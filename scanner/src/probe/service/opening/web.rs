//! HTTP, and the programs on top of it that have a path for their version.

use luytre_inventory::Protocol;

use super::{Asker, Step, Whole, contains, find};

/// The request that suits `protocol`: the path on which it gives its version without a log-in, else the
/// front page.
pub(in super::super) const fn asking(protocol: Option<Protocol>) -> Step {
    Step {
        say: match protocol {
            // Docker Engine API: "Get version"; Kubernetes and etcd answer on the same path.
            Some(Protocol::Docker | Protocol::Kubernetes | Protocol::Etcd) => version,
            // Prometheus: HTTP API, "Build information".
            Some(Protocol::Prometheus) => build,
            // WS-Management listens on a path of its own (MS-WSMV 2.1).
            Some(Protocol::Winrm) => wsman,
            _ => front,
        },
        whole,
    }
}

fn front(asker: &Asker<'_>) -> Vec<u8> {
    get(asker, "/")
}

fn version(asker: &Asker<'_>) -> Vec<u8> {
    get(asker, "/version")
}

fn build(asker: &Asker<'_>) -> Vec<u8> {
    get(asker, "/api/v1/status/buildinfo")
}

fn wsman(asker: &Asker<'_>) -> Vec<u8> {
    get(asker, "/wsman")
}

/// The program to whose path for its version an answer from the front page points, though it names
/// nobody: etcd and Kubernetes have no front page, Prometheus sends to its graph.
pub(in super::super) fn elsewhere(banner: &str) -> Option<Protocol> {
    let (head, _) = banner.split_once("\r\n\r\n").unwrap_or((banner, ""));
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?;
    let field = |name: &str| {
        lines.clone().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    };
    match status {
        "301" | "302" => {
            let to_graph = |to: &str| to == "/graph" || to == "/query" || to.ends_with("/graph");
            field("location")
                .is_some_and(to_graph)
                .then_some(Protocol::Prometheus)
        }
        // Without a name for the server, as Go's own is.
        "404" if field("server").is_none() => Some(Protocol::Etcd),
        _ => None,
    }
}

/// A request that every web server answers and that does no harm where no web server is: without a
/// Host line, which some databases log as an attack.
fn get(asker: &Asker<'_>, path: &str) -> Vec<u8> {
    let host = asker
        .host
        .map_or_else(String::new, |name| format!("Host: {name}\r\n"));
    let agent = asker.agent;
    format!("GET {path} HTTP/1.0\r\nUser-Agent: {agent}\r\n{host}\r\n").into_bytes()
}

/// The header section; what follows it often names the program. All of it: as much as was announced, or
/// the end of the page.
fn whole(said: &[u8]) -> Whole {
    if !said.starts_with(b"HTTP/") {
        let other = said.contains(&b'\n')
            || said.starts_with(&[0x15, 3])
            || said.starts_with(&[0x16, 3])
            || said.starts_with(b"AMQP");
        return other.into();
    }
    let gaps: [&[u8]; 2] = [b"\r\n\r\n", b"\n\n"];
    let ends = gaps
        .iter()
        .filter_map(|gap| find(said, gap).map(|at| (at, at + gap.len())));
    let Some((head, body)) = ends.min() else {
        return Whole::No;
    };
    let announced = length(&said[..head]).is_some_and(|length| said.len() - body >= length);
    let closed = contains(said, b"</html>") || contains(said, b"</HTML>");
    if announced || closed {
        Whole::Yes
    } else {
        Whole::Enough
    }
}

/// The length of the body, where the header section announces it (RFC 9110 8.6).
fn length(head: &[u8]) -> Option<usize> {
    let head = std::str::from_utf8(head).ok()?;
    head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nameless_answer_may_point_elsewhere() {
        for (banner, program) in [
            (
                "HTTP/1.0 404 Not Found\r\nDate: x\r\n\r\n404 page not found",
                Some(Protocol::Etcd),
            ),
            ("HTTP/1.0 404 Not Found\r\nServer: x\r\n\r\n", None),
            (
                "HTTP/1.0 302 Found\r\nLocation: /graph\r\n\r\n",
                Some(Protocol::Prometheus),
            ),
            ("HTTP/1.0 302 Found\r\nLocation: /login\r\n\r\n", None),
            ("HTTP/1.0 200 OK\r\n\r\n", None),
            ("", None),
        ] {
            assert_eq!(elsewhere(banner), program, "{banner}");
        }
    }

    #[test]
    fn an_answer_ends_where_it_says_or_with_the_page() {
        let table: [(&[u8], Whole); 8] = [
            (b"HTTP/1.1 200 OK\r\nServer: x\r\n", Whole::No),
            (b"HTTP/1.1 200 OK\r\n\r\n", Whole::Enough),
            // What names the program may stand behind its title.
            (b"HTTP/1.1 200 OK\r\n\r\n<title>x</title>", Whole::Enough),
            (
                b"HTTP/1.1 200 OK\r\n\r\n<title>x</title></html>",
                Whole::Yes,
            ),
            (
                b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhell",
                Whole::Enough,
            ),
            (
                b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
                Whole::Yes,
            ),
            (b"SSH-2.0-x\r\n", Whole::Yes),
            (b"SSH", Whole::No),
        ];
        for (said, expected) in table {
            assert_eq!(whole(said), expected, "{}", said.escape_ascii());
        }
    }
}
