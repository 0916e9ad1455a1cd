//! The front page lists a folder.

use jiff::Timestamp;

use super::{UNREAD, page};
use crate::{
    About, Check, Context, Fault, Grade, Outcome,
    fact::{HttpFact, StockKind, Tri},
};

about!(DirectoryListing, Web, Endpoint, false, {
    id: "web.directory_listing",
    title: ["Máy chủ liệt kê thư mục", "Server lists its folders"],
    why: [
        "Thay vì trang web, máy chủ đưa ra danh sách tệp trong thư mục. Ai cũng thấy và tải được bản sao lưu, tài \
         liệu nội bộ, tệp cấu hình mà không cần đoán tên.",
        "Instead of a page, the server shows the files of a folder. Anybody sees and fetches backups, internal \
         papers and settings without guessing their names."
    ],
    fix: [
        "nginx: `autoindex off;` (mặc định). Apache: `Options -Indexes`. IIS: tắt Directory Browsing. Tomcat: \
         `<param-name>listings</param-name>` là `false` trong web.xml. Rồi chuyển những tệp không dành cho công \
         chúng ra khỏi thư mục của trang.",
        "nginx: `autoindex off;` (the default). Apache: `Options -Indexes`. IIS: switch Directory Browsing \
         off. Tomcat: `<param-name>listings</param-name>` is `false` in web.xml. Then move what is not for the \
         public out of the folder of the site."
    ],
    message: [
        "Trang chủ là danh sách tệp của thư mục ({software}).",
        "The front page is the listing of a folder ({software})."
    ],
    sources: ["OWASP ASVS 4.0.3 4.3.2", "OWASP WSTG-CONF-04", "CWE-548"],
});

impl Check for DirectoryListing {
    type Fact = HttpFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &HttpFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        let page = match page(fact) {
            Ok(page) => page,
            Err(outcome) => return outcome,
        };
        let stock = page.stock.as_ref();
        let listing = stock.filter(|stock| stock.kind == StockKind::Listing);
        let software = listing.map_or("", |stock| &stock.software);
        let there = match (listing, page.complete) {
            (Some(_), _) => Tri::Yes,
            (None, true) => Tri::No,
            (None, false) => Tri::Unknown,
        };
        let fault = Fault::new(Grade::Moderate).with("software", &software);
        Outcome::if_there(there, fault, UNREAD)
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::{answer, shows};
    use crate::{
        Fact,
        examples::{Example, Expect},
        fact::Stock,
    };

    let with = |kind, complete| {
        let mut fact = shows(&[]);
        if let Some(page) = &mut fact.page {
            page.complete = complete;
            page.stock = Some(Stock {
                kind,
                software: "nginx".to_owned(),
            });
        }
        fact
    };
    let mut cut = shows(&[]);
    if let Some(page) = &mut cut.page {
        page.complete = false;
    }
    let text = answer(
        "http://www.doiche.test/",
        200,
        &[("content-type", "text/plain")],
    );
    let fail = || Expect::Fail(vec![("", Grade::Moderate)]);
    [
        ("page", shows(&[]), Expect::Pass),
        ("default page", with(StockKind::Default, true), Expect::Pass),
        ("listing", with(StockKind::Listing, true), fail()),
        ("long listing", with(StockKind::Listing, false), fail()),
        ("cut short", cut, Expect::Inconclusive),
        ("silent", HttpFact::default(), Expect::Inconclusive),
        ("no page", text, Expect::NotApplicable),
    ]
    .into_iter()
    .map(|(name, fact, expect)| Example::new(name, Fact::Http(fact), expect))
    .collect()
}
