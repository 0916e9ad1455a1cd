//! Messages: templates of checks filled with what was found.

use luytre_inventory::Text;

use crate::{Excerpt, Fault};

/// The message of `fault` in both languages. Values may come from a hostile server: they are made
/// harmless, and what looks like a placeholder inside a value stays as it is.
pub(crate) fn render(template: Text, fault: &Fault) -> [String; 2] {
    [fill(template.vi, fault), fill(template.en, fault)]
}

fn fill(template: &str, fault: &Fault) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        if let Some(value) = value(name, fault) {
            out.push_str(Excerpt::redacted(value).as_str());
        } else {
            out.push('{');
            out.push_str(name);
            out.push('}');
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

fn value<'a>(name: &str, fault: &'a Fault) -> Option<&'a str> {
    if name == "subject" {
        return Some(&fault.subject);
    }
    let found = fault.args.iter().find(|(key, _)| *key == name);
    found.map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Grade;

    #[test]
    fn values_are_filled_once_and_harmless() {
        let fault = Fault::on("{server}", Grade::Slight).with("server", &"nginx\u{1b}[31m");
        let template = Text::new("{subject}: {server} {missing} {", "{server}");
        assert_eq!(
            render(template, &fault),
            [
                "{server}: nginx\\u{1b}[31m {missing} {".to_owned(),
                "nginx\\u{1b}[31m".to_owned()
            ]
        );
    }
}
