//! TRACE repeats what it was sent.

use jiff::Timestamp;

use super::{UNASKED, site};
use crate::{About, Check, Context, Fault, Grade, Outcome, fact::HttpFact};

about!(TraceEnabled, Web, Endpoint, false, {
    id: "web.trace_enabled",
    title: ["Phương thức TRACE đang bật", "TRACE is enabled"],
    why: [
        "TRACE gửi trả nguyên văn yêu cầu, gồm cả cookie và tiêu đề do máy chủ chuyển tiếp thêm vào. Nó chỉ để \
         dò lỗi; để mở là cho người ngoài thấy những gì lẽ ra nằm bên trong.",
        "TRACE sends a request back word for word, with cookies and headers that a proxy added. It is a tool \
         for debugging; left open it shows outsiders what belongs inside."
    ],
    fix: [
        "Apache: `TraceEnable off`. nginx không hỗ trợ TRACE; nếu máy chủ phía sau trả lời thì chặn bằng \
         `limit_except GET POST HEAD { deny all; }`. IIS: Request Filtering, HTTP Verbs, từ chối TRACE. Tomcat: \
         `allowTrace=\"false\"` ở Connector (mặc định).",
        "Apache: `TraceEnable off`. nginx does not answer TRACE; where a server behind it does, stop it with \
         `limit_except GET POST HEAD { deny all; }`. IIS: Request Filtering, HTTP Verbs, deny TRACE. Tomcat: \
         `allowTrace=\"false\"` on the Connector (the default)."
    ],
    message: [
        "Máy chủ trả lại nguyên văn yêu cầu TRACE.",
        "The server answers TRACE with the request itself."
    ],
    sources: ["RFC 9110 mục 9.3.8", "OWASP WSTG-CONF-06"],
});

impl Check for TraceEnabled {
    type Fact = HttpFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &HttpFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        match site(fact) {
            Ok(site) => Outcome::if_there(site.trace, Fault::new(Grade::Slight), UNASKED),
            Err(outcome) => outcome,
        }
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::{asked, shows};
    use crate::{
        Fact, Tri,
        examples::{Example, Expect},
    };

    let with = |trace| {
        let mut fact = asked(shows(&[]));
        if let Some(site) = &mut fact.site {
            site.trace = trace;
        }
        fact
    };
    [
        ("refused", with(Tri::No), Expect::Pass),
        (
            "echoes",
            with(Tri::Yes),
            Expect::Fail(vec![("", Grade::Slight)]),
        ),
        ("no answer", with(Tri::Unknown), Expect::Inconclusive),
        ("light", shows(&[]), Expect::Inconclusive),
        ("silent", HttpFact::default(), Expect::Inconclusive),
    ]
    .into_iter()
    .map(|(name, fact, expect)| Example::new(name, Fact::Http(fact), expect))
    .collect()
}
