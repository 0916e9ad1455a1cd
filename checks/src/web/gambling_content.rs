//! Advertising for gambling on the page.

use jiff::Timestamp;

use super::readings;
use crate::{
    About, Check, Context, Fault, Grade, Outcome,
    fact::{HttpFact, Page, Sign, VOCABULARY, Word},
};

about!(GamblingContent, Web, Endpoint, false, {
    id: "web.gambling_content",
    title: ["Trang có nội dung quảng cáo cờ bạc", "Page advertises gambling"],
    why: [
        "Từ ngữ quảng cáo cờ bạc trên trang của cơ quan nhà nước, hoặc chỉ hiện ra với máy tìm kiếm, cho thấy trang đã bị \
         người khác sửa. Người dân tin tên miền nhà nước nên dễ bị dẫn dụ.",
        "Words that advertise gambling on the page of a state body, or shown to search engines only, mean that \
         somebody else has changed the page. People trust the name of the state and are easily led on."
    ],
    fix: [
        "Xem trang để loại trừ bài viết tin tức. Nếu là nội dung bị chèn, coi là sự cố: giữ nhật ký và bản sao, báo bộ phận \
         ứng cứu, tìm và xóa nội dung trong cơ sở dữ liệu và tệp, vá lỗ hổng, đổi mật khẩu quản trị, rồi yêu cầu máy tìm \
         kiếm cập nhật. Nhật ký truy cập của nginx, Apache, IIS hoặc Tomcat cho biết tệp nào đã bị gọi.",
        "Look at the page to rule out news. If it was put in by somebody, treat it as an incident: keep the logs \
         and a copy, tell the response team, find and remove the content in the database and the files, mend \
         the weakness, change the administrators' passwords, then ask the search engines to read again. The \
         access logs of nginx, Apache, IIS or Tomcat show which files were called."
    ],
    message: [
        "Từ ngữ quảng cáo cờ bạc: {words}.",
        "Words that advertise gambling: {words}."
    ],
    sources: [
        "Cục An toàn thông tin: cảnh báo nội dung cờ bạc trên tên miền .gov.vn (4/2023)",
        "Google Search Central, Spam policies (hacked content)",
        "CWE-506"
    ],
});

/// Different words from which on a page advertises: news about a raid seldom uses so many.
const MANY: usize = 3;
/// Different words shown to one kind of reader only, from which on it is no change of the news.
const CLOAKED: usize = 2;

impl Check for GamblingContent {
    type Fact = HttpFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &HttpFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        let (readings, undecided) = match readings(fact) {
            Ok(readings) => readings,
            Err(outcome) => return outcome,
        };
        let visitor = readings
            .first()
            .map(|(_, page)| words(page))
            .unwrap_or_default();
        let mut faults = Vec::new();
        for (reader, page) in readings {
            let mut found = words(page);
            let grade = if reader.is_empty() {
                grade(&found)
            } else {
                let known = |word: &&Word| visitor.iter().any(|seen| seen.word == word.word);
                found.retain(|word| !known(word));
                (found.len() >= CLOAKED).then_some(Grade::Serious)
            };
            if let Some(grade) = grade {
                let names: Vec<&str> = found.iter().map(|word| &*word.word).collect();
                faults.push(Fault::on(reader, grade).with("words", &names.join(", ")));
            }
        }
        Outcome::weigh(faults, undecided)
    }
}

/// The words of gambling on a page.
fn words(page: &Page) -> Vec<&Word> {
    let gambling = |word: &&Word| {
        let term = VOCABULARY.iter().find(|term| term.word == word.word);
        term.is_some_and(|term| term.sign == Sign::Gambling)
    };
    page.words.iter().filter(gambling).collect()
}

fn grade(words: &[&Word]) -> Option<Grade> {
    let foreign = words.iter().any(|word| word.foreign);
    let heading = words.iter().any(|word| word.heading);
    match words.len() {
        MANY.. if foreign || heading => Some(Grade::Serious),
        MANY.. => Some(Grade::Moderate),
        _ => None,
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::{asked, shows};
    use crate::{
        Fact,
        examples::{Example, Expect},
    };

    let word = |word: &str, heading, foreign| Word {
        word: word.to_owned(),
        count: 2,
        heading,
        foreign,
        hidden: false,
    };
    let with = |words: &[Word]| {
        let mut fact = shows(&[]);
        if let Some(page) = &mut fact.page {
            page.words = words.to_vec();
        }
        asked(fact)
    };
    let three =
        |heading, foreign| ["nhà cái", "tài xỉu", "nổ hũ"].map(|name| word(name, heading, foreign));
    let mut cloaked = asked(shows(&[]));
    let shown = cloaked.site.as_mut().and_then(|site| site.search.as_mut());
    if let Some(page) = shown.and_then(|shown| shown.page.as_mut()) {
        page.words = three(false, false)[..2].to_vec();
    }
    let mut light = with(&three(true, false));
    light.site = None;
    let fail = |reader, grade| Expect::Fail(vec![(reader, grade)]);
    [
        ("nothing", asked(shows(&[])), Expect::Pass),
        (
            "news of a raid",
            with(&[word("tài xỉu", true, false), word("nhà cái", false, false)]),
            Expect::Pass,
        ),
        (
            "another sign",
            with(&[word("hacked by", true, false)]),
            Expect::Pass,
        ),
        (
            "many words",
            with(&three(false, false)),
            fail("", Grade::Moderate),
        ),
        (
            "in links",
            with(&three(false, true)),
            fail("", Grade::Serious),
        ),
        (
            "for search engines",
            cloaked,
            fail("search_engine", Grade::Serious),
        ),
        ("light", light, Expect::Partial(vec![("", Grade::Serious)])),
        ("light and clean", shows(&[]), Expect::Inconclusive),
        ("silent", HttpFact::default(), Expect::Inconclusive),
    ]
    .into_iter()
    .map(|(name, fact, expect)| Example::new(name, Fact::Http(fact), expect))
    .collect()
}
