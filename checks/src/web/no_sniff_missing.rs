//! Browsers may guess what an answer is.

use jiff::Timestamp;

use super::{ERROR_PAGE, front};
use crate::{About, Check, Context, Fault, Grade, Outcome, fact::HttpFact};

about!(NoSniffMissing, Web, Endpoint, false, {
    id: "web.no_sniff_missing",
    title: ["Thiếu X-Content-Type-Options: nosniff", "X-Content-Type-Options: nosniff missing"],
    why: [
        "Không có tiêu đề này, trình duyệt tự đoán kiểu tệp. Một tệp do người lạ tải lên (ảnh, văn bản) có thể \
         bị đoán thành mã lệnh và chạy với quyền của trang.",
        "Without this header browsers guess what a file is. A file that a stranger uploaded (a picture, a \
         text) may be taken for a script and run with the rights of the site."
    ],
    fix: [
        "nginx: `add_header X-Content-Type-Options nosniff always;`. Apache: `Header always set \
         X-Content-Type-Options nosniff`. IIS: thêm vào `<customHeaders>`. Tomcat: \
         `HttpHeaderSecurityFilter` (bật sẵn `blockContentTypeSniffingEnabled`).",
        "nginx: `add_header X-Content-Type-Options nosniff always;`. Apache: `Header always set \
         X-Content-Type-Options nosniff`. IIS: add it to `<customHeaders>`. Tomcat: \
         `HttpHeaderSecurityFilter` (`blockContentTypeSniffingEnabled` is on by default)."
    ],
    message: [
        "Tiêu đề X-Content-Type-Options: {found}.",
        "X-Content-Type-Options header: {found}."
    ],
    sources: ["WHATWG Fetch (X-Content-Type-Options)", "OWASP Secure Headers Project", "OWASP ASVS 4.0.3 14.4.4"],
});

impl Check for NoSniffMissing {
    type Fact = HttpFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &HttpFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        let front = match front(fact) {
            Ok(front) => front,
            Err(outcome) => return outcome,
        };
        let header = front.header("x-content-type-options");
        // The first word counts.
        let word = header.and_then(|value| value.split(',').next());
        match word.map(str::trim) {
            Some(word) if word.eq_ignore_ascii_case("nosniff") => Outcome::Pass,
            _ if front.status >= 400 => ERROR_PAGE,
            _ => Outcome::Fail(vec![
                Fault::new(Grade::Slight).with("found", &header.unwrap_or("-")),
            ]),
        }
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::{answer, shows};
    use crate::{
        Fact,
        examples::{Example, Expect},
    };

    let header = |value: &str| shows(&[("x-content-type-options", value)]);
    let fail = || Expect::Fail(vec![("", Grade::Slight)]);
    let text = answer(
        "http://www.doiche.test/",
        200,
        &[("content-type", "text/plain")],
    );
    let broken = answer("https://www.doiche.test/", 404, &[]);
    let mut cut = shows(&[]);
    cut.stop = crate::fact::Stop::Unmeasured;
    [
        ("there", header("NoSniff"), Expect::Pass),
        ("twice", header("nosniff, nosniff"), Expect::Pass),
        ("missing", shows(&[]), fail()),
        ("misspelt", header("no-sniff"), fail()),
        ("plain text", text, fail()),
        ("error page", broken, Expect::Inconclusive),
        ("not walked", cut, Expect::Inconclusive),
        ("silent", HttpFact::default(), Expect::Inconclusive),
    ]
    .into_iter()
    .map(|(name, fact, expect)| Example::new(name, Fact::Http(fact), expect))
    .collect()
}
