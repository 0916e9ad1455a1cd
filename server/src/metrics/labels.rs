//! What may stand in a label.

use serde::Serialize;

/// Longest text of the inventory in a label, in characters.
const MAX_CHARS: usize = 100;

/// Stands for a system that is not declared any more. No code begins with `_`.
pub(super) const UNASSIGNED: &str = "_unassigned";

/// Stands for what the inventory does not say.
pub(super) const UNKNOWN: &str = "unknown";

/// Text of the inventory as a label: one line, visible, capped.
pub(super) fn text(text: &str) -> String {
    let mut clean: String = text
        .chars()
        .map(|c| if is_hidden(c) { '\u{fffd}' } else { c })
        .take(MAX_CHARS + 1)
        .collect();
    if clean.chars().count() > MAX_CHARS {
        clean = clean.chars().take(MAX_CHARS - 1).collect();
        clean.push('…');
    }
    clean
}

/// Characters that break a line, change how their neighbours look, or cannot be seen.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// The one word by which a variant without content is serialised.
pub(super) fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => UNKNOWN.to_owned(),
    }
}
