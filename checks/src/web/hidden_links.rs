//! Links that no visitor sees.

use jiff::Timestamp;

use super::readings;
use crate::{
    About, Check, Context, Fault, Grade, Outcome,
    fact::{HOUSE_ENDS, Hiding, HttpFact, Page, Sign, VOCABULARY, site_of},
};

about!(HiddenLinks, Web, Endpoint, false, {
    id: "web.hidden_links",
    title: ["Trang chứa liên kết ẩn tới trang lạ", "Page with hidden links to strangers"],
    why: [
        "Kẻ xâm nhập chèn liên kết mà người xem không thấy để các trang cờ bạc, quảng cáo được máy tìm kiếm xếp hạng \
         cao nhờ uy tín của cơ quan nhà nước. Có liên kết ẩn nghĩa là có người ngoài đã sửa được trang.",
        "Intruders put in links that no visitor sees, so that search engines rank gambling and advertising sites \
         by the good name of a state body. A hidden link means that an outsider was able to change the page."
    ],
    fix: [
        "Coi đây là sự cố: giữ lại nhật ký và bản sao trang, báo cho bộ phận ứng cứu. Tìm và xóa đoạn chèn trong giao \
         diện, cơ sở dữ liệu và tệp của trang; tìm tệp lạ mới sửa; cập nhật phần mềm và tiện ích; đổi mọi mật khẩu quản \
         trị. Xem nhật ký truy cập của nginx, Apache, IIS hoặc Tomcat để tìm đường vào; không chỉ xóa liên kết.",
        "Treat it as an incident: keep the logs and a copy of the page, tell the response team. Find and remove \
         what was put into the templates, the database and the files; look for strange files that were changed \
         lately; update the software and its plug-ins; change every administrator's password. Read the access \
         logs of nginx, Apache, IIS or Tomcat for the way in; do not just delete the links."
    ],
    message: [
        "{count} liên kết ẩn tới trang của người khác, ví dụ {hosts}.",
        "{count} hidden links to sites of others, for instance {hosts}."
    ],
    sources: [
        "Google Search Central, Spam policies (hidden text and links, hacked content)",
        "Cục An toàn thông tin: cảnh báo liên kết ẩn trên tên miền .gov.vn (4/2023)",
        "CWE-506"
    ],
});

/// Hosts behind links that are hidden in a way no menu uses, from which on it is no accident.
const MANY: usize = 3;

impl Check for HiddenLinks {
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
            if let Some(grade) = grade(page).filter(|_| !told) {
                let hosts: Vec<&str> = page.hidden.iter().take(3).map(|l| &*l.host).collect();
                let fault = Fault::on(reader, grade).with("count", &page.hidden_links);
                faults.push(fault.with("hosts", &hosts.join(", ")));
            }
        }
        Outcome::weigh(faults, undecided)
    }
}

/// How bad the hidden links of a page are; none if they may be a menu.
fn grade(page: &Page) -> Option<Grade> {
    if page.hidden_links == 0 {
        return None;
    }
    let gambling = |word: &str| {
        let term = VOCABULARY.iter().find(|term| term.word == word);
        term.is_some_and(|term| term.sign == Sign::Gambling)
    };
    let worded = page
        .words
        .iter()
        .any(|w| w.hidden && w.foreign && gambling(&w.word));
    if worded || page.hidden.iter().any(|link| is_house(&link.host)) {
        return Some(Grade::Serious);
    }
    // `display: none` is how menus and lists of partner sites wait to be opened.
    let apart = page
        .hidden
        .iter()
        .filter(|link| link.how != Hiding::NotShown);
    (apart.count() >= MANY).then_some(Grade::Moderate)
}

/// Whether a host is called as gambling houses are: `vn88.test`, `qq88-bet.test`.
fn is_house(host: &str) -> bool {
    let site = site_of(host);
    let name = site.split('.').next().unwrap_or("");
    name.split('-').any(|part| {
        HOUSE_ENDS.iter().any(|end| {
            part.strip_suffix(end)
                .is_some_and(|start| !start.is_empty())
        })
    })
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::{answer, asked, shows};
    use crate::{
        Fact,
        examples::{Example, Expect},
        fact::{HiddenLink, Word},
    };

    let hide = |page: Option<&mut Page>, how: Hiding, hosts: &[&str]| {
        if let Some(page) = page {
            page.hidden_links = u32::try_from(hosts.len()).unwrap();
            page.hidden = hosts
                .iter()
                .map(|host| HiddenLink {
                    host: (*host).to_owned(),
                    how,
                    text: String::new(),
                })
                .collect();
        }
    };
    let with = |how, hosts: &[&str]| {
        let mut fact = shows(&[]);
        hide(fact.page.as_deref_mut(), how, hosts);
        asked(fact)
    };
    let mut worded = shows(&[]);
    hide(worded.page.as_deref_mut(), Hiding::NotShown, &["tin.test"]);
    if let Some(page) = &mut worded.page {
        page.words.push(Word {
            word: "nhà cái".to_owned(),
            count: 4,
            heading: false,
            foreign: true,
            hidden: true,
        });
    }
    let mut cloaked = asked(shows(&[]));
    let shown = cloaked.site.as_mut().and_then(|site| site.search.as_mut());
    let shown = shown.and_then(|shown| shown.page.as_mut());
    hide(shown, Hiding::OffScreen, &["kuwin.test"]);
    let mut unasked = with(Hiding::OffScreen, &["vn88.test"]);
    unasked.site = None;
    let partners = ["a.gov.vn", "b.gov.vn", "c.gov.vn", "d.gov.vn"];
    let text = answer(
        "http://www.doiche.test/",
        200,
        &[("content-type", "text/plain")],
    );
    let fail = |reader, grade| Expect::Fail(vec![(reader, grade)]);
    [
        ("none", asked(shows(&[])), Expect::Pass),
        (
            "a menu of partners",
            with(Hiding::NotShown, &partners),
            Expect::Pass,
        ),
        (
            "one off the screen",
            with(Hiding::OffScreen, &["darwinia.test"]),
            Expect::Pass,
        ),
        (
            "many off the screen",
            with(Hiding::OffScreen, &["a.test", "b.test", "c.test"]),
            fail("", Grade::Moderate),
        ),
        (
            "a gambling house",
            with(Hiding::NotShown, &["www.qq88-bet.test"]),
            fail("", Grade::Serious),
        ),
        ("gambling words", asked(worded), fail("", Grade::Serious)),
        (
            "for search engines",
            cloaked,
            fail("search_engine", Grade::Serious),
        ),
        (
            "light",
            unasked,
            Expect::Partial(vec![("", Grade::Serious)]),
        ),
        ("light and clean", shows(&[]), Expect::Inconclusive),
        ("silent", HttpFact::default(), Expect::Inconclusive),
        ("no page", text, Expect::NotApplicable),
    ]
    .into_iter()
    .map(|(name, fact, expect)| Example::new(name, Fact::Http(fact), expect))
    .collect()
}
