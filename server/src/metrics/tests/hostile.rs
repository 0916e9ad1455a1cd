use proptest::prelude::*;

use super::*;

/// Strings that break naive writers, readers and screens.
fn hostile() -> impl Strategy<Value = String> {
    let nasty = prop::sample::select(vec![
        "\"} 1\nposture_evil 1\n",
        "\\",
        "\\n\"",
        "a\r\nb",
        "# HELP x y\n# TYPE x counter",
        "\u{202e}txt.exe\u{2066}",
        "\u{0}\u{1b}[2J",
        "{x=\"1\"} 9e99 1",
        "=HYPERLINK(\"x\")",
        "Ủy ban nhân dân xã Đồi Chè",
    ]);
    prop_oneof![
        any::<String>(),
        (nasty, "\\PC{0,40}").prop_map(|(a, b)| format!("{b}{a}{b}")),
        "[\"\\\\\n{}=,# ]{0,300}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// 10,000 names of the inventory and as many texts from targets.
    #[test]
    fn hostile_strings_break_nothing(texts in prop::collection::vec(hostile(), 100)) {
        const SCANNED: &str = "SCANNED-BY-US";
        let mut picture = picture((1..).zip(&texts).map(|(n, text)| system(n, text)).collect());
        let (_, inventory) = picture.inventory.as_mut().unwrap();
        inventory.units = (1..)
            .zip(&texts)
            .map(|(n, text)| Unit::new(format!("DV-{n}").parse().unwrap(), text))
            .collect();
        let budget = series_budget(inventory);
        for (n, text) in (1..).zip(&texts) {
            let text = format!("{SCANNED}{text}{SCANNED}");
            picture.measured.push(observed(n, chain(&text)));
            picture.measured.push(observed(n, service(&text)));
            picture.looks.push(look(n, FactKind::Chain, None));
            // Systems that nobody declared must not make series of their own.
            picture.findings.push(finding(n, &format!("GONE-{n}"), &text, Severity::High));
            // Each system with a finding has 25 series of zeros to parse back: a few will do.
            if n <= 5 {
                picture.findings.push(finding(n, &format!("HT-{n}"), &text, Severity::High));
            }
        }
        let encoded = encode(&picture, BUILD, at(10), &BTreeMap::new()).unwrap();
        prop_assert!(!encoded.text.contains(SCANNED));
        prop_assert!(encoded.dropped.values().all(|dropped| *dropped == 0));
        let samples = parse(&encoded.text);
        prop_assert!(samples.len() <= budget, "{} of {budget}", samples.len());
        let named = samples.keys().filter(|(name, _)| name == "posture_system_info");
        prop_assert_eq!(named.count(), texts.len());
        for (_, labels) in samples.keys() {
            for value in labels.values() {
                prop_assert!(value.chars().count() <= 100, "{value:?}");
                prop_assert!(!value.chars().any(char::is_control), "{value:?}");
            }
        }
    }
}
