//! Cell references. The parser computes with them unchecked, so that a wrong one would make it
//! panic or count wrongly: they are checked before it sees them.

const ROWS: u32 = 1_048_576;
const COLUMNS: u32 = 16_384;

/// Whether the references of a tag are such as a workbook can have. `rest` is the tag after its
/// name; `cut` says that it is longer than what is shown.
pub(super) fn hold(name: &[u8], rest: &[u8], cut: bool) -> bool {
    let wanted: &[u8] = match name {
        b"c" | b"row" => b"r",
        b"dimension" | b"mergeCell" => b"ref",
        _ => return true,
    };
    !cut && attributes(rest, |key, value| key != wanted || reference(value)).unwrap_or(false)
}

/// Asks `good` of every attribute; none when they are not well formed.
fn attributes(mut rest: &[u8], good: impl Fn(&[u8], &[u8]) -> bool) -> Option<bool> {
    loop {
        rest = rest.trim_ascii();
        if rest.is_empty() || rest == b"/" {
            return Some(true);
        }
        let equals = rest.iter().position(|b| *b == b'=')?;
        let key = rest[..equals].trim_ascii_end();
        rest = rest[equals + 1..].trim_ascii_start();
        let quote = *rest.first().filter(|b| matches!(b, b'"' | b'\''))?;
        let end = rest[1..].iter().position(|b| *b == quote)?;
        if key.contains(&b'"') || key.contains(&b'\'') || !good(key, &rest[1..=end]) {
            return Some(false);
        }
        rest = &rest[end + 2..];
    }
}

/// `A1`, `5`, or a range whose end does not lie before its beginning.
fn reference(text: &[u8]) -> bool {
    let mut ends = text.split(|b| *b == b':').map(cell);
    match (ends.next(), ends.next(), ends.next()) {
        (Some(Some(_)), None, None) => true,
        (Some(Some(from)), Some(Some(to)), None) => from.0 <= to.0 && from.1 <= to.1,
        _ => false,
    }
}

/// Column and row from 1; column 0 when there are no letters.
fn cell(text: &[u8]) -> Option<(u32, u32)> {
    let letters = text.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let (letters, digits) = text.split_at(letters);
    if letters.len() > 3 || !(1..=7).contains(&digits.len()) {
        return None;
    }
    let column = letters.iter().fold(0, |sum, b| {
        sum * 26 + u32::from(b.to_ascii_uppercase() - b'A') + 1
    });
    let row = std::str::from_utf8(digits)
        .ok()
        .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?
        .parse()
        .ok()?;
    (column <= COLUMNS && (1..=ROWS).contains(&row)).then_some((column, row))
}
