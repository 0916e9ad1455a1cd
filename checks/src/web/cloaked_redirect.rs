//! Search engines or phones are sent to another site.

use jiff::Timestamp;
use luytre_inventory::Text;

use super::{UNASKED, front, host, is_busy, site};
use crate::{
    About, Check, Context, Fault, Grade, Outcome,
    fact::{HttpFact, Shown, site_of},
};

about!(CloakedRedirect, Web, Endpoint, false, {
    id: "web.cloaked_redirect",
    title: ["Máy tìm kiếm hoặc điện thoại bị chuyển sang trang lạ", "Search engines or phones are sent to another site"],
    why: [
        "Người quản trị mở trang bằng máy tính thì thấy bình thường, nhưng máy tìm kiếm, hoặc người dân vào bằng điện \
         thoại từ kết quả tìm kiếm, bị chuyển sang trang của người khác. Đây là dấu hiệu điển hình của trang đã bị xâm \
         nhập.",
        "An administrator who opens the site sees nothing unusual, but search engines, or people who come by \
         phone from a search, are sent to the site of somebody else. It is a typical sign of an intrusion."
    ],
    fix: [
        "Coi đây là sự cố: giữ nhật ký, báo bộ phận ứng cứu. Tìm đoạn chuyển hướng theo `User-Agent` hoặc `Referer` trong \
         cấu hình nginx (`if ($http_user_agent …)`), `.htaccess` của Apache, `web.config` của IIS, `Filter` của Tomcat \
         và trong mã của trang (`index.php`, `wp-config.php`, tiện ích). Xóa tệp lạ, cập nhật, đổi mật khẩu quản trị.",
        "Treat it as an incident: keep the logs, tell the response team. Look for a redirect by `User-Agent` or \
         `Referer` in the configuration of nginx (`if ($http_user_agent …)`), `.htaccess` of Apache, \
         `web.config` of IIS, a `Filter` of Tomcat and in the code of the site (`index.php`, `wp-config.php`, \
         plug-ins). Remove strange files, update, change the administrators' passwords."
    ],
    message: [
        "Mở trang bằng máy tính thì bình thường, còn {reader_vi} bị chuyển sang {to}.",
        "A computer is shown this page as usual, but {reader_en} sent to {to}."
    ],
    sources: [
        "Google Search Central, Spam policies (cloaking, sneaky redirects, hacked content)",
        "Cục An toàn thông tin: cảnh báo chuyển hướng trên tên miền .gov.vn (4/2023)",
        "CWE-506"
    ],
});

impl Check for CloakedRedirect {
    type Fact = HttpFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &HttpFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        let (front, site) = match (front(fact), site(fact)) {
            (Ok(front), Ok(site)) => (front, site),
            (Err(outcome), _) | (_, Err(outcome)) => return outcome,
        };
        let own = host(&front.url).map(site_of);
        // Where everybody is sent, nothing is hidden.
        let usual = fact.page.as_ref().and_then(|page| page.refresh.as_deref());
        let usual = usual.and_then(host).map(site_of);
        let mut faults = Vec::new();
        let mut undecided: Option<Text> = None;
        let search = ["máy tìm kiếm", "search engines are"];
        let phone = ["điện thoại", "phones are"];
        for (reader, words, shown) in [
            ("search_engine", search, &site.search),
            ("phone", phone, &site.phone),
        ] {
            let shown = shown.as_ref().filter(|shown| !is_busy(shown.status));
            let Some(shown) = shown else {
                undecided = Some(UNASKED);
                continue;
            };
            let to = leads_to(shown);
            let there = to.and_then(host).map(site_of);
            if let Some(to) = to.filter(|_| there.is_some() && there != own && there != usual) {
                let fault = Fault::on(reader, Grade::Serious).with("to", &to);
                let [vi, en] = words;
                faults.push(fault.with("reader_vi", &vi).with("reader_en", &en));
            }
        }
        Outcome::weigh(faults, undecided)
    }
}

/// Where an answer sends a reader.
fn leads_to(shown: &Shown) -> Option<&str> {
    let redirect = matches!(shown.status, 301 | 302 | 303 | 307 | 308);
    let location = shown.location.as_deref().filter(|_| redirect);
    let page = shown.page.as_ref();
    location.or_else(|| page.and_then(|page| page.refresh.as_deref()))
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::{asked, shows};
    use crate::{
        Fact,
        examples::{Example, Expect},
    };

    let sent = |to: &str| Shown {
        status: 302,
        location: Some(to.to_owned()),
        page: None,
    };
    let with = |search: Option<Shown>, phone: Option<Shown>| {
        let mut fact = asked(shows(&[]));
        if let Some(site) = &mut fact.site {
            site.search = search.or(site.search.take());
            site.phone = phone.or(site.phone.take());
        }
        fact
    };
    let refreshed = |everybody: bool| {
        let mut fact = asked(shows(&[]));
        let to = Some("https://kuwin.test/".to_owned());
        let site = fact.site.as_mut();
        let shown = site.and_then(|site| site.phone.as_mut());
        if let Some(page) = shown.and_then(|shown| shown.page.as_mut()) {
            page.refresh.clone_from(&to);
        }
        if let Some(page) = fact.page.as_mut().filter(|_| everybody) {
            page.refresh = to;
        }
        fact
    };
    let busy = Shown {
        status: 429,
        ..Shown::default()
    };
    let mut half = with(Some(sent("https://kuwin.test/")), None);
    if let Some(site) = &mut half.site {
        site.phone = None;
    }
    let bad = "https://kuwin.test/";
    let own = "https://m.doiche.test/";
    let fail = |reader| Expect::Fail(vec![(reader, Grade::Serious)]);
    [
        ("the same for all", asked(shows(&[])), Expect::Pass),
        (
            "own page for phones",
            with(None, Some(sent(own))),
            Expect::Pass,
        ),
        (
            "search engines",
            with(Some(sent(bad)), None),
            fail("search_engine"),
        ),
        ("phones", with(None, Some(sent(bad))), fail("phone")),
        ("by the page", refreshed(false), fail("phone")),
        ("everybody", refreshed(true), Expect::Pass),
        ("busy", with(Some(busy), None), Expect::Inconclusive),
        (
            "half asked",
            half,
            Expect::Partial(vec![("search_engine", Grade::Serious)]),
        ),
        ("light", shows(&[]), Expect::Inconclusive),
        ("silent", HttpFact::default(), Expect::Inconclusive),
    ]
    .into_iter()
    .map(|(name, fact, expect)| Example::new(name, Fact::Http(fact), expect))
    .collect()
}
