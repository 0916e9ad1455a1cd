//! Checks on web sites.

use std::net::IpAddr;

use luytre_inventory::{Text, Zone};

use crate::{
    Context, Outcome, Reason,
    fact::{Exchange, HttpFact, Page, Site, Stop},
};

pub mod clickjacking;
pub mod cloaked_redirect;
pub mod cookie_insecure;
pub mod cors_open;
pub mod csp_missing;
pub mod csp_weak;
pub mod defaced;
pub mod default_page;
pub mod directory_listing;
pub mod exposed_file;
pub mod gambling_content;
pub mod hidden_links;
pub mod hsts_missing;
pub mod hsts_preload_unfit;
pub mod incident_contact_missing;
pub mod login_over_http;
pub mod no_https_redirect;
pub mod no_sniff_missing;
pub mod page_version;
pub mod referrer_policy;
pub mod security_txt_expired;
pub mod security_txt_missing;
pub mod trace_enabled;
pub mod version_disclosed;

/// The answer where not even the first request was answered.
const NO_ANSWER: Outcome = Outcome::unknown(
    "chưa nhận được trả lời của trang web",
    "the site did not answer",
);

const NOT_WALKED: Outcome = Outcome::unknown(
    "chưa đi hết chuỗi chuyển hướng của trang web",
    "the redirects of the site could not be followed to their end",
);

const ERROR_PAGE: Outcome = Outcome::unknown(
    "trang chủ trả lời bằng thông báo lỗi",
    "the front page answers with an error",
);

const SENT_ON: Outcome = Outcome::not_applicable(
    "người truy cập được chuyển sang nơi khác; nơi đó được xem xét riêng",
    "visitors are sent on to another place, which is judged there",
);

const NO_PAGE: Outcome = Outcome::not_applicable(
    "nơi này không trả về trang web (HTML)",
    "what is answered here is no web page (HTML)",
);

const NOT_PUBLIC: Outcome = Outcome::not_applicable(
    "trang này không mở ra Internet",
    "the site is not open to the Internet",
);

const UNREAD: Text = Text::new(
    "chưa đọc được toàn bộ trang",
    "the page could not be read to its end",
);

const UNASKED: Text = Text::new(
    "chưa hỏi được (kiểu quét nhẹ không hỏi phần này), hoặc trả lời chưa đủ để kết luận",
    "it was not asked (the light profile does not), or the answer decides nothing",
);

/// The answer with which this place shows itself to visitors, or why there is none.
fn front(fact: &HttpFact) -> Result<&Exchange, Outcome> {
    let (Some(first), Some(last)) = (fact.exchanges.first(), fact.exchanges.last()) else {
        return Err(NO_ANSWER);
    };
    match fact.stop {
        Stop::OffScope => Err(SENT_ON),
        Stop::Final if origin(&first.url) != origin(&last.url) => Err(SENT_ON),
        Stop::Final => Ok(last),
        _ => Err(NOT_WALKED),
    }
}

/// The same where it is a web page.
fn front_page(fact: &HttpFact) -> Result<&Exchange, Outcome> {
    let front = front(fact)?;
    let told = front.header("content-type").unwrap_or("html");
    if told.to_ascii_lowercase().contains("html") {
        Ok(front)
    } else {
        Err(NO_PAGE)
    }
}

/// What the page shows.
fn page(fact: &HttpFact) -> Result<&Page, Outcome> {
    front_page(fact)?;
    let unread = Outcome::Inconclusive(Reason::Because(UNREAD));
    fact.page.as_deref().ok_or(unread)
}

/// What the site answers beyond its front page.
fn site(fact: &HttpFact) -> Result<&Site, Outcome> {
    front(fact)?;
    let unasked = Outcome::Inconclusive(Reason::Because(UNASKED));
    fact.site.as_deref().ok_or(unasked)
}

/// Pages by reader, and what of them is not known.
type Readings<'a> = (Vec<(&'static str, &'a Page)>, Option<Text>);

/// The page as each kind of reader is shown it; the name of the reader is the part at fault.
/// `undecided` where one of them is not known to the end.
fn readings(fact: &HttpFact) -> Result<Readings<'_>, Outcome> {
    let visitor = page(fact)?;
    let mut readings = vec![("", visitor)];
    let mut undecided = (!visitor.complete).then_some(UNREAD);
    let site = fact.site.as_deref();
    for (reader, shown) in [
        ("search_engine", site.and_then(|site| site.search.as_ref())),
        ("phone", site.and_then(|site| site.phone.as_ref())),
    ] {
        if shown.is_none_or(|shown| is_busy(shown.status)) {
            undecided = undecided.or(Some(UNASKED));
        }
        if let Some(page) = shown.and_then(|shown| shown.page.as_ref()) {
            readings.push((reader, page));
            undecided = undecided.or((!page.complete).then_some(UNREAD));
        }
    }
    Ok((readings, undecided))
}

/// Whether a status says that the server has no time for us, or none for anybody.
const fn is_busy(status: u16) -> bool {
    status >= 500 || matches!(status, 0 | 408 | 425 | 429)
}

/// Whether anybody on the Internet may see the place: somebody did, or its owner says so.
fn is_public(context: &Context<'_>) -> bool {
    let declared = context.endpoint.map(|endpoint| endpoint.zone);
    context.vantage == Zone::Internet || declared == Some(Zone::Internet)
}

/// Scheme, host and port of a URL.
fn origin(url: &str) -> &str {
    let after = url.find("://").map_or(0, |at| at + 3);
    let end = url[after..].find(['/', '?', '#']);
    end.map_or(url, |end| &url[..after + end])
}

/// The host of a URL, without port.
fn host(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    if let Some(bracketed) = authority.strip_prefix('[') {
        return bracketed.split_once(']').map(|(host, _)| host);
    }
    Some(
        authority
            .rsplit_once(':')
            .map_or(authority, |(host, _)| host),
    )
}

/// Whether a URL names its host by address.
fn is_bare_address(url: &str) -> bool {
    host(url).is_some_and(|host| host.parse::<IpAddr>().is_ok())
}

/// Whether a Location leads to HTTPS.
fn leads_to_https(exchange: &Exchange) -> bool {
    let scheme = exchange.location.as_deref().and_then(|l| l.get(..8));
    (300..400).contains(&exchange.status)
        && scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"))
}

/// A walk of one exchange with `url`, `status` and headers.
#[cfg(test)]
fn answer(url: &str, status: u16, headers: &[(&str, &str)]) -> HttpFact {
    let header = |(name, value): &(&str, &str)| crate::fact::Header {
        name: (*name).to_owned(),
        value: (*value).to_owned(),
    };
    HttpFact {
        tls: url.starts_with("https"),
        exchanges: vec![Exchange {
            url: url.to_owned(),
            tls: url.starts_with("https"),
            status,
            headers: headers.iter().map(header).collect(),
            ..Exchange::default()
        }],
        stop: crate::fact::Stop::Final,
        ..HttpFact::default()
    }
}

/// A web page over HTTPS with `headers`, read to its end, with no policy and nothing on it.
#[cfg(test)]
fn shows(headers: &[(&str, &str)]) -> HttpFact {
    let html = [&[("content-type", "text/html; charset=utf-8")], headers].concat();
    let mut fact = answer("https://www.doiche.test/", 200, &html);
    fact.exchanges[0].policies = Some(Vec::new());
    fact.page = Some(Box::new(blank()));
    fact
}

/// A page read to its end, with nothing on it.
#[cfg(test)]
fn blank() -> Page {
    Page {
        complete: true,
        contact: crate::fact::Contact {
            incident: crate::Tri::No,
            link: crate::Tri::No,
        },
        ..Page::default()
    }
}

/// The same page shown to search engines and phones too, and a site that has nothing to be asked for.
#[cfg(test)]
fn asked(mut fact: HttpFact) -> HttpFact {
    let shown = crate::fact::Shown {
        status: 200,
        location: None,
        page: fact.page.as_deref().cloned(),
    };
    fact.site = Some(Box::new(Site {
        search: Some(shown.clone()),
        phone: Some(shown),
        trace: crate::Tri::No,
        sharing: crate::fact::Sharing {
            reflects_origin: crate::Tri::No,
            credentials: crate::Tri::No,
        },
        ..Site::default()
    }));
    fact
}

/// A policy of these directives.
#[cfg(test)]
fn policy(directives: &[(&str, &[&str])]) -> crate::fact::ContentPolicy {
    crate::fact::ContentPolicy {
        report_only: false,
        complete: true,
        directives: directives
            .iter()
            .map(|(name, values)| crate::fact::Directive {
                name: (*name).to_owned(),
                values: values.iter().map(|value| (*value).to_owned()).collect(),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_of_urls() {
        for (url, expected) in [
            ("https://www.doiche.test/a/b?c", "https://www.doiche.test"),
            ("http://[::1]:81/", "http://[::1]:81"),
            ("https://www.doiche.test", "https://www.doiche.test"),
            ("", ""),
        ] {
            assert_eq!(origin(url), expected, "{url}");
        }
    }

    #[test]
    fn hosts_of_urls() {
        for (url, expected) in [
            ("https://www.doiche.test/", Some("www.doiche.test")),
            ("https://www.doiche.test:8443", Some("www.doiche.test")),
            ("http://192.0.2.1:80/a:b", Some("192.0.2.1")),
            ("https://[2001:db8::1]:443/", Some("2001:db8::1")),
            ("www.doiche.test", None),
        ] {
            assert_eq!(host(url), expected, "{url}");
        }
        assert!(is_bare_address("https://[2001:db8::1]/") && !is_bare_address("https://a.test/"));
    }
}
