//! Whether a site shows another page than before: what a defacement, or an honest relaunch, looks like.

use super::{Change, ChangeKind, blank};
use crate::{
    Observation,
    fact::{HttpFact, Page},
};

/// Bits of 64 by which fingerprints of the text differ from which on it is another page. Pages that have
/// nothing in common differ in about 32; the news of a day moves a few.
const ANOTHER: u32 = 16;

/// What moved between two readings of the same front page. Nothing is said where the earlier look did
/// not read it whole.
pub(super) fn page(old: &HttpFact, new: &HttpFact, now: &Observation) -> Option<Change> {
    let before = old.page.as_ref().filter(|page| page.complete)?;
    let after = new.page.as_ref().filter(|page| page.complete);
    let Some(after) = after else {
        return Some(Change {
            before: Some(shown(before)),
            ..blank(ChangeKind::PageUnknown, now)
        });
    };
    is_another(before, after).then(|| Change {
        before: Some(shown(before)),
        after: Some(shown(after)),
        ..blank(ChangeKind::PageChanged, now)
    })
}

fn is_another(before: &Page, after: &Page) -> bool {
    let bits = |page: &Page| u64::from_str_radix(page.simhash.as_deref()?, 16).ok();
    match (bits(before), bits(after)) {
        (Some(a), Some(b)) => (a ^ b).count_ones() >= ANOTHER,
        // Too short for a fingerprint: the title has to do.
        (None, None) => before.title != after.title,
        _ => true,
    }
}

/// A page in one line: title, hash of its bytes.
pub(super) fn shown(page: &Page) -> String {
    let title = page.title.as_deref().unwrap_or("-");
    format!("{title} sha256:{}", page.sha256)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_page_is_another_text() {
        let page = |title: &str, simhash: Option<&str>| Page {
            complete: true,
            title: Some(title.to_owned()),
            simhash: simhash.map(str::to_owned),
            ..Page::default()
        };
        let usual = page("Xã Đồi Chè", Some("0f0f0f0f0f0f0f0f"));
        for (after, another) in [
            (page("Xã Đồi Chè", Some("0f0f0f0f0f0f0f0f")), false),
            // The news of the day, another title over the same page.
            (
                page("Xã Đồi Chè: bão số 5", Some("0f0f0f0f0f0f0fff")),
                false,
            ),
            (page("Hacked by x", Some("f0f0f0f00f0f0f0f")), true),
            (page("Xã Đồi Chè", None), true),
        ] {
            assert_eq!(is_another(&usual, &after), another, "{after:?}");
        }
        assert!(is_another(&page("a", None), &page("b", None)));
        assert!(!is_another(&page("a", None), &page("a", None)));
    }
}
