//! Whether an element is hidden by its own style or attribute. Style sheets are not asked for.

use luytre_checks::fact::Hiding;

/// Sizes up to which nothing can be read, in pixels.
const NO_SIZE: f64 = 1.0;
/// How far off the screen an element must be moved, in pixels.
const FAR: f64 = 500.0;

/// How `style` hides an element; none if it does not.
pub(super) fn hiding(style: &str) -> Option<Hiding> {
    let style = style.to_ascii_lowercase();
    let mut found = None;
    let (mut clipped, mut small) = (false, false);
    for declaration in style.split(';').take(64) {
        let Some((name, value)) = declaration.split_once(':') else {
            continue;
        };
        let value = value.replace("!important", "");
        let (name, value) = (name.trim(), value.trim());
        let how = match name {
            "display" if value == "none" => Some(Hiding::NotShown),
            "visibility" if matches!(value, "hidden" | "collapse") => Some(Hiding::NotShown),
            "left" | "right" | "top" | "bottom" | "text-indent" | "margin-left" | "margin-top"
            | "margin" => far(value).then_some(Hiding::OffScreen),
            "font-size" => tiny(value).then_some(Hiding::NoSize),
            "opacity" => tenth(value).then_some(Hiding::Transparent),
            "color" if value == "transparent" => Some(Hiding::Transparent),
            "overflow" => {
                clipped = value == "hidden";
                None
            }
            "height" | "width" | "max-height" | "max-width" => {
                small |= tiny(value);
                None
            }
            _ => None,
        };
        found = found.or(how);
    }
    found.or((clipped && small).then_some(Hiding::NoSize))
}

/// The number that `value` begins with, and its unit.
fn number(value: &str) -> Option<(f64, &str)> {
    let word = value.split_ascii_whitespace().next()?;
    let end = word
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '+' | '.')))
        .unwrap_or(word.len());
    Some((word[..end].parse().ok()?, &word[end..]))
}

fn far(value: &str) -> bool {
    number(value).is_some_and(|(number, unit)| match unit {
        "px" | "" | "pt" => number <= -FAR,
        "em" | "rem" | "ex" | "ch" => number <= -FAR / 16.0,
        "%" | "vw" | "vh" => number <= -100.0,
        _ => false,
    })
}

fn tiny(value: &str) -> bool {
    number(value).is_some_and(|(number, unit)| match unit {
        "px" | "" | "pt" => number <= NO_SIZE,
        _ => number == 0.0,
    })
}

fn tenth(value: &str) -> bool {
    number(value).is_some_and(|(number, unit)| number <= if unit == "%" { 5.0 } else { 0.05 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table() {
        for (style, how) in [
            ("display:none", Some(Hiding::NotShown)),
            (
                "color:red; DISPLAY : None !important",
                Some(Hiding::NotShown),
            ),
            ("visibility:hidden", Some(Hiding::NotShown)),
            ("position:absolute;left:-9999px", Some(Hiding::OffScreen)),
            ("text-indent:-9999em", Some(Hiding::OffScreen)),
            ("margin-left:-12px", None),
            ("left:-100%", Some(Hiding::OffScreen)),
            ("font-size:0", Some(Hiding::NoSize)),
            ("font-size:1px", Some(Hiding::NoSize)),
            ("font-size:.9em", None),
            ("overflow:hidden;height:0px", Some(Hiding::NoSize)),
            ("height:1px;overflow:hidden", Some(Hiding::NoSize)),
            ("height:1px", None),
            ("overflow:hidden;height:120px", None),
            ("opacity:0", Some(Hiding::Transparent)),
            ("opacity:0.9", None),
            ("color:transparent", Some(Hiding::Transparent)),
            ("left:-e9px;top:--5px;opacity:.", None),
            ("", None),
            ("display:none", Some(Hiding::NotShown)),
        ] {
            assert_eq!(hiding(style), how, "{style}");
        }
    }
}
