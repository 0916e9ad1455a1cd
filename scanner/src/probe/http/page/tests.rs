use luytre_checks::{
    Tri,
    fact::{Hiding, StockKind},
};
use proptest::prelude::*;

use super::*;

fn of(html: &str) -> Page {
    read_page(&"www.doiche.test".parse().unwrap(), html.as_bytes())
}

#[test]
fn a_page_is_read() {
    let page = of(r#"<!doctype html><html><head>
        <meta charset="utf-8"><title> Trang thông tin
          xã &#272;ồi Chè </title>
        <meta name="Generator" content="Drupal 7.98">
        <meta name="referrer" content="Unsafe-URL">
        <meta http-equiv="Content-Security-Policy" content="script-src 'self'">
        <meta http-equiv="refresh" content="5; URL='https://www.doiche.test/moi'">
        <script src="/js/jquery-1.12.4.min.js"></script>
        <script>document.write("<a href='https://kuwin.test'>nhà cái</a>")</script>
        </head><body><h1>Tin tức</h1>
        <a href="/lien-he">Liên hệ</a> <a href="https://chinhphu.test/">Chính phủ</a>
        <form action="http://www.doiche.test/dang-nhap"><input type="Password"></form>
        <p>Đầu mối tiếp nhận sự cố an ninh mạng: 0260 3000 000</p></body></html>"#);
    assert!(page.complete);
    assert_eq!(page.title.as_deref(), Some("Trang thông tin xã Đồi Chè"));
    assert_eq!(page.referrer.as_deref(), Some("unsafe-url"));
    assert_eq!(page.policies.len(), 1);
    assert_eq!(page.refresh.as_deref(), Some("https://www.doiche.test/moi"));
    let named: Vec<_> = page.technologies.iter().map(|t| &*t.name).collect();
    assert_eq!(named, ["Drupal", "jquery"]);
    assert_eq!(page.technologies[0].version.as_deref(), Some("7.98"));
    let login = &page.logins[0];
    assert_eq!(login.action, "http://www.doiche.test/dang-nhap");
    assert_eq!(login.encrypted, Tri::No);
    assert_eq!((page.foreign_links, page.hidden_links), (1, 0));
    // What a script would write is no part of the page.
    assert_eq!(page.words, []);
    assert_eq!(
        (page.contact.incident, page.contact.link),
        (Tri::Yes, Tri::Yes)
    );
    assert_eq!(page.stock, None);
}

#[test]
fn hidden_links_are_seen() {
    let page = of(r#"<div style="position:absolute; left:-9999px"><p>
          <a href="https://kuwin.test/nha-cai">nhà <b>cái</b> uy tín</a></p>
          <a href="//KUWIN.test:8443/x">lại</a>
          <a href="/trong">của mình</a> <a href="https://m.doiche.test/">của mình</a>
        </div><a href="https://bao.test/">báo</a>
        <ul style="display:none"><li><a href="https://doi-tac.test">đối tác</a></ul>
        <a hidden href="https:\\an.test\x">ẩn</a>
        <span style="font-size:0">soi cầu</span>"#);
    let seen: Vec<_> = page
        .hidden
        .iter()
        .map(|l| (&*l.host, l.how, &*l.text))
        .collect();
    assert_eq!(
        seen,
        [
            ("kuwin.test", Hiding::OffScreen, "nhà cái uy tín"),
            ("doi-tac.test", Hiding::NotShown, "đối tác"),
            ("an.test", Hiding::NotShown, "ẩn"),
        ]
    );
    assert_eq!((page.hidden_links, page.foreign_links), (4, 5));
    let house = page
        .words
        .iter()
        .find(|word| word.word == "nhà cái")
        .unwrap();
    assert!(
        house.hidden && house.foreign && house.count == 2,
        "{house:?}"
    );
    let dream = page
        .words
        .iter()
        .find(|word| word.word == "soi cầu")
        .unwrap();
    assert!(dream.hidden && !dream.foreign);
}

#[test]
fn forms_send_where_they_say() {
    for (form, action, encrypted) in [
        ("<form>", "https://www.doiche.test/", Tri::Yes),
        (
            "<form action=login.php?a=b>",
            "https://www.doiche.test/login.php",
            Tri::Yes,
        ),
        (
            "<form action='HTTP://a.test/x'>",
            "http://a.test/x",
            Tri::No,
        ),
        (
            "<form action='javascript:send()'>",
            "javascript:send()",
            Tri::Unknown,
        ),
        ("", "https://www.doiche.test/", Tri::Yes),
    ] {
        let page = of(&format!(
            "{form}<input type=password name=p><input type=password>"
        ));
        let found: Vec<_> = page
            .logins
            .iter()
            .map(|l| (&*l.action, l.encrypted))
            .collect();
        assert_eq!(found, [(action, encrypted)], "{form}");
    }
    assert_eq!(of("<form><input type=text></form>").logins, []);
}

#[test]
fn pages_of_servers_are_known() {
    let listing = of(
        "<html><head><title>Index of /</title></head><body><h1>Index of /</h1><hr><pre>\
                      <a href=\"../\">../</a></pre></body></html>",
    );
    let stock = listing.stock.unwrap();
    assert_eq!(
        (stock.kind, &*stock.software),
        (StockKind::Listing, "nginx")
    );
}

#[test]
fn a_page_cut_short_proves_nothing_absent() {
    let url = Url {
        tls: true,
        host: Hop::Name("www.doiche.test".parse().unwrap()),
        port: 443,
        path: "/".to_owned(),
    };
    let page = read(&url, b"<title>Trang</title><p>half", false);
    assert!(!page.complete);
    assert_eq!(
        (page.contact.incident, page.contact.link),
        (Tri::Unknown, Tri::Unknown)
    );
}

#[test]
fn tricks_in_a_title_are_harmless() {
    let page = of("<title>a\u{202e}b\u{1b}[2J<script>alert(1)</script></title>");
    let title = page.title.unwrap();
    assert!(!title.contains(['\u{202e}', '\u{1b}']), "{title}");
    assert_eq!(
        of(&format!("<title>{}</title>", "x".repeat(10_000)))
            .title
            .unwrap()
            .len(),
        LONGEST
    );
}

/// Elements without end, attributes, links and entities by the thousand end in bounds. Pages of a million
/// elements are served in `tests/scan/web.rs`.
#[test]
fn depth_and_number_cost_little() {
    let hidden = "<a style=display:none href=//a";
    for html in [
        "<div>".repeat(12_000),
        "<b><i></b>".repeat(6_000),
        format!("{}{}", "<div>".repeat(6_000), "</div>".repeat(5_000)),
        format!("<p {}>", "a=b ".repeat(15_000)),
        (0..2_000).fold(String::new(), |all, n| format!("{all}{hidden}{n}.test>")),
        "&notanentity;".repeat(5_000),
        "<!--".repeat(15_000),
        "<title>".repeat(8_000),
        "<form><input type=password>".repeat(3_000),
        "sự cố an ninh mạng ".repeat(3_000),
    ] {
        let page = of(&html);
        assert!(page.hidden.len() <= MOST && page.logins.len() <= MOST);
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read(body in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let page = read_page(&"www.doiche.test".parse().unwrap(), &body);
        let json = serde_json::to_string(&page).unwrap();
        let tricky = json.contains(char::is_control);
        prop_assert!(!tricky);
    }

    #[test]
    fn any_tags_are_read(parts in proptest::collection::vec("(<[/!]?(a|div|title|script|b|form|input|meta)( (href|style|type|content|hidden)=[a-z:/;-]{0,12})?>|[a-z ]{0,9})", 0..60)) {
        let page = of(&parts.concat());
        prop_assert!(page.hidden_links <= page.foreign_links);
        prop_assert!(page.hidden.len() <= MOST);
    }
}
