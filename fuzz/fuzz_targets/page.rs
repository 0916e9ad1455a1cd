//! Any bytes as a page and as a security.txt: read within bounds, and nothing of them that a terminal
//! obeys comes through.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use luytre_inventory::HostName;
use luytre_scanner::probe::http::{read_page, read_security_txt};

static HOST: LazyLock<Option<HostName>> = LazyLock::new(|| "www.doiche.test".parse().ok());

fuzz_target!(|body: &[u8]| {
    let Some(host) = &*HOST else { return };
    let page = read_page(host, body);
    assert!(page.hidden_links <= page.foreign_links);
    assert!(page.hidden.len() <= 32 && page.logins.len() <= 32 && page.technologies.len() <= 32);
    let texts = page.hidden.iter().flat_map(|link| [&link.host, &link.text]);
    let texts = texts.chain(page.logins.iter().map(|login| &login.action));
    let texts = texts.chain(&page.title).chain(&page.refresh).chain(&page.referrer);
    for text in texts {
        assert!(!text.contains(|c: char| c.is_control() || c == '\u{202e}'), "{text:?}");
    }
    let file = read_security_txt(body, true);
    assert!(file.contacts.len() <= 8);
});
