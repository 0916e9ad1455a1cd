//! A server that nobody has set up.

use jiff::Timestamp;

use super::{UNREAD, page};
use crate::{
    About, Check, Context, Fault, Grade, Outcome,
    fact::{HttpFact, StockKind, Tri},
};

about!(DefaultPage, Web, Endpoint, false, {
    id: "web.default_page",
    title: ["Trang mặc định của phần mềm máy chủ", "Default page of the server software"],
    why: [
        "Máy chủ đang đưa ra trang có sẵn khi cài đặt: không ai dùng, thường cũng không ai cập nhật, nhưng vẫn \
         mở ra mạng. Những máy bị bỏ quên như vậy là lối vào dễ nhất.",
        "The server shows the page it was installed with: nobody uses it, mostly nobody updates it, and it is \
         still open to the network. Such forgotten machines are the easiest way in."
    ],
    fix: [
        "Nếu không dùng: tắt dịch vụ hoặc đóng cổng. Nếu dùng: đưa trang thật vào và xóa trang, ví dụ có sẵn. nginx: \
         xóa `/usr/share/nginx/html/index.html`, đặt `root`. Apache: xóa `/var/www/html/index.html`, \
         `a2dissite 000-default`. IIS: xóa `iisstart.htm`. Tomcat: gỡ ứng dụng ROOT, docs, examples, manager.",
        "If it is not used: stop the service or close the port. If it is: put the real site there and remove \
         the page and the samples. nginx: remove `/usr/share/nginx/html/index.html`, set `root`. Apache: \
         remove `/var/www/html/index.html`, `a2dissite 000-default`. IIS: remove `iisstart.htm`. Tomcat: \
         undeploy ROOT, docs, examples and manager."
    ],
    message: [
        "Trang chủ là trang mặc định của {software}.",
        "The front page is the default page of {software}."
    ],
    sources: ["OWASP WSTG-CONF-02", "CIS Controls 8.1 mục 4.8", "CWE-1188"],
});

impl Check for DefaultPage {
    type Fact = HttpFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &HttpFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        let page = match page(fact) {
            Ok(page) => page,
            Err(outcome) => return outcome,
        };
        let stock = page.stock.as_ref();
        let default = stock.filter(|stock| stock.kind == StockKind::Default);
        let software = default.map_or("", |stock| &stock.software);
        let there = match (default, page.complete) {
            (Some(_), _) => Tri::Yes,
            (None, true) => Tri::No,
            (None, false) => Tri::Unknown,
        };
        let fault = Fault::new(Grade::Slight).with("software", &software);
        Outcome::if_there(there, fault, UNREAD)
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::shows;
    use crate::{
        Fact,
        examples::{Example, Expect},
        fact::Stock,
    };

    let with = |kind| {
        let mut fact = shows(&[]);
        if let Some(page) = &mut fact.page {
            page.stock = Some(Stock {
                kind,
                software: "Apache HTTP Server".to_owned(),
            });
        }
        fact
    };
    let mut cut = shows(&[]);
    if let Some(page) = &mut cut.page {
        page.complete = false;
    }
    [
        ("page", shows(&[]), Expect::Pass),
        ("listing", with(StockKind::Listing), Expect::Pass),
        (
            "default",
            with(StockKind::Default),
            Expect::Fail(vec![("", Grade::Slight)]),
        ),
        ("cut short", cut, Expect::Inconclusive),
        ("silent", HttpFact::default(), Expect::Inconclusive),
    ]
    .into_iter()
    .map(|(name, fact, expect)| Example::new(name, Fact::Http(fact), expect))
    .collect()
}
