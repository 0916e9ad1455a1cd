//! Headers that name a version.

use jiff::Timestamp;

use super::NO_ANSWER;
use crate::{About, Check, Context, Fault, Grade, Outcome, fact::HttpFact};

about!(VersionDisclosed, Web, Endpoint, false, {
    id: "web.version_disclosed",
    title: ["Lộ phiên bản phần mềm máy chủ", "Server version disclosed"],
    why: [
        "Máy chủ tự khai tên và phiên bản phần mềm giúp kẻ tấn công tra ngay được lỗ hổng tương ứng. Ẩn \
         phiên bản không thay cho việc cập nhật, nhưng không nên trao sẵn thông tin này.",
        "A server that tells its version lets attackers look up the matching weaknesses. Hiding it does \
         not replace updating, but there is no need to hand it out."
    ],
    fix: [
        "Ẩn tên và phiên bản phần mềm trong trả lời của máy chủ. nginx: `server_tokens off;`. Apache: `ServerTokens Prod` và `ServerSignature Off`. PHP: \
         `expose_php = Off`. IIS: `removeServerHeader=\"true\"` trong `requestFiltering`, xóa `X-Powered-By` \
         ở HTTP Response Headers. ASP.NET: `<httpRuntime enableVersionHeader=\"false\" />`. Tomcat: đặt \
         `server=\" \"` ở Connector.",
        "Hide the name and version of the software in the server's answers. nginx: `server_tokens off;`. Apache: `ServerTokens Prod` and `ServerSignature Off`. PHP: \
         `expose_php = Off`. IIS: `removeServerHeader=\"true\"` in `requestFiltering`, remove \
         `X-Powered-By` under HTTP Response Headers. ASP.NET: `<httpRuntime \
         enableVersionHeader=\"false\" />`. Tomcat: `server=\" \"` on the Connector."
    ],
    message: [
        "Tiêu đề {subject} cho biết phiên bản phần mềm: {value}.",
        "The header {subject} tells the software version: {value}."
    ],
    sources: ["RFC 9110 mục 10.2.4, 17.12", "CWE-200"],
});

/// Headers that name software.
const HEADERS: [&str; 4] = [
    "server",
    "x-powered-by",
    "x-aspnet-version",
    "x-aspnetmvc-version",
];

impl Check for VersionDisclosed {
    type Fact = HttpFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &HttpFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        // The first answer is the endpoint's own; those after it may come from elsewhere.
        let Some(first) = fact.exchanges.first() else {
            return NO_ANSWER;
        };
        let faults = HEADERS
            .iter()
            .filter_map(|name| {
                let value = first.header(name).filter(|value| has_version(value))?;
                Some(Fault::on(*name, Grade::Slight).with("value", &value))
            })
            .collect();
        Outcome::of(faults)
    }
}

/// Whether a value carries a version: a number right after a slash, or digits with a point between.
fn has_version(value: &str) -> bool {
    let digit = |c: Option<&char>| c.is_some_and(char::is_ascii_digit);
    let chars: Vec<char> = value.chars().collect();
    (0..chars.len()).any(|at| match chars[at] {
        '/' => digit(chars.get(at + 1)),
        '.' => at > 0 && digit(chars.get(at - 1)) && digit(chars.get(at + 1)),
        _ => false,
    })
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::answer;
    use crate::{
        Fact,
        examples::{Example, Expect},
    };

    let site =
        |headers: &[(&str, &str)]| Fact::Http(answer("https://www.doiche.test/", 200, headers));
    let fail = |names: &[&'static str]| {
        Expect::Fail(names.iter().map(|name| (*name, Grade::Slight)).collect())
    };
    vec![
        Example::new("product alone", site(&[("server", "nginx")]), Expect::Pass),
        Example::new("no header", site(&[]), Expect::Pass),
        Example::new(
            "nginx",
            site(&[("server", "nginx/1.18.0 (Ubuntu)")]),
            fail(&["server"]),
        ),
        Example::new(
            "iis",
            site(&[("server", "Microsoft-IIS/8")]),
            fail(&["server"]),
        ),
        Example::new(
            "asp.net",
            site(&[
                ("x-powered-by", "ASP.NET"),
                ("x-aspnet-version", "4.0.30319"),
            ]),
            fail(&["x-aspnet-version"]),
        ),
        Example::new(
            "both",
            site(&[("server", "Apache/2.4.6"), ("x-powered-by", "PHP/5.4.16")]),
            fail(&["server", "x-powered-by"]),
        ),
        Example::new(
            "silent",
            Fact::Http(HttpFact::default()),
            Expect::Inconclusive,
        ),
    ]
}
