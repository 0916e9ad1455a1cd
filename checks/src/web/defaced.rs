//! The page bears the mark of whoever replaced it.

use jiff::Timestamp;

use super::readings;
use crate::{
    About, Check, Context, Fault, Grade, Outcome,
    fact::{HttpFact, Page, Sign, VOCABULARY},
};

about!(Defaced, Web, Endpoint, false, {
    id: "web.defaced",
    title: ["Trang bị thay đổi giao diện", "Page defaced"],
    why: [
        "Tiêu đề hoặc đề mục của trang mang lời ký tên của kẻ tấn công. Trang đã bị chiếm quyền; ngoài việc mất uy tín, dữ \
         liệu và máy chủ phía sau cũng có thể đã bị xâm nhập.",
        "The title or a heading of the page is signed by an attacker. The site is in other hands; besides the \
         lost face, the data and the server behind it may be too."
    ],
    fix: [
        "Coi là sự cố nghiêm trọng: cô lập máy chủ, giữ nguyên chứng cứ (nhật ký nginx, Apache, IIS hoặc Tomcat, bản sao đĩa), \
         báo bộ phận ứng cứu; tìm đường vào trước khi khôi phục từ bản sao lưu sạch; vá lỗ hổng và đổi mọi mật khẩu, khóa.",
        "Treat it as a serious incident: isolate the server, keep the evidence (logs of nginx, Apache, IIS or \
         Tomcat, a copy of the disk), tell the response team; find the way in before restoring from a clean \
         backup; mend the weakness and change every password and key."
    ],
    message: [
        "Tiêu đề hoặc đề mục của trang có câu: {words} (tiêu đề trang: {title}).",
        "The title or a heading of the page says: {words} (title of the page: {title})."
    ],
    sources: ["MITRE ATT&CK T1491.002 (External Defacement)", "CWE-506"],
});

impl Check for Defaced {
    type Fact = HttpFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &HttpFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        let (readings, undecided) = match readings(fact) {
            Ok(readings) => readings,
            Err(outcome) => return outcome,
        };
        let mut faults: Vec<Fault> = Vec::new();
        for (reader, page) in readings {
            // What everybody is shown is told once.
            let told = faults.iter().any(|fault| fault.subject.is_empty());
            let words = signed(page);
            if !words.is_empty() && !told {
                let title = page.title.as_deref().unwrap_or("-");
                let fault = Fault::on(reader, Grade::Grave).with("words", &words.join(", "));
                faults.push(fault.with("title", &title));
            }
        }
        Outcome::weigh(faults, undecided)
    }
}

/// The marks in the title and the headings. In running text they may be news.
fn signed(page: &Page) -> Vec<&str> {
    let words = page.words.iter().filter(|word| word.heading);
    let words = words.filter(|word| {
        let term = VOCABULARY.iter().find(|term| term.word == word.word);
        term.is_some_and(|term| term.sign == Sign::Defacement)
    });
    words.map(|word| &*word.word).collect()
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::{asked, shows};
    use crate::{
        Fact,
        examples::{Example, Expect},
        fact::Word,
    };

    let with = |word: &str, heading| {
        let mut fact = shows(&[]);
        if let Some(page) = &mut fact.page {
            page.words.push(Word {
                word: word.to_owned(),
                count: 1,
                heading,
                foreign: false,
                hidden: false,
            });
        }
        fact
    };
    let fail = || Expect::Fail(vec![("", Grade::Grave)]);
    [
        ("clean", asked(shows(&[])), Expect::Pass),
        ("in the news", asked(with("hacked by", false)), Expect::Pass),
        ("gambling", asked(with("nhà cái", true)), Expect::Pass),
        ("signed", asked(with("hacked by", true)), fail()),
        (
            "light",
            with("hacked by", true),
            Expect::Partial(vec![("", Grade::Grave)]),
        ),
        ("light and clean", shows(&[]), Expect::Inconclusive),
        ("silent", HttpFact::default(), Expect::Inconclusive),
    ]
    .into_iter()
    .map(|(name, fact, expect)| Example::new(name, Fact::Http(fact), expect))
    .collect()
}
