use proptest::prelude::*;

use super::*;
use crate::{Level, RoleKind, arbitrary::inventory};

fn ids() -> impl FnMut() -> Uuid {
    let mut n = 0u128;
    move || {
        n += 1;
        Uuid::from_u128(n)
    }
}

fn read(text: &str) -> Result<Inventory, ImportError> {
    from_toml("so.toml", text, &mut ids())
}

#[test]
fn short_forms() {
    let inventory = read(
        r#"
[[unit]]
code = "ubnd-xa-doi-che"
name = "UBND xã Đồi Chè"

[[system]]
name = "Trang thông tin điện tử xã Đồi Chè"
owner = "ubnd-tinh"
operator = "ubnd-xa-doi-che"
using_units = ["ubnd-xa-doi-che", "b"]
roles = [{ kind = "provider", unit = "cong-ty", from = 2025-01-01 }]
level = 2
decision = "QĐ số 12/QĐ-UBND ngày 18/11/2025 của UBND tỉnh"
go_live = 2024-02-01

[[system.endpoint]]
url = "https://www.doiche.test/trang"

[[system.endpoint]]
address = "192.0.2.1"
port = 22

[[authorisation]]
number = "5/TB"
route = "monitoring_notice"
date = 2026-11-01
ground = "NĐ 333/2026 Điều 7.5"
from = 2026-11-02
until = 2026-12-31
names = ["*.doiche.test"]
hours = "07:00-19:00"

[[exclusion]]
name = "Mạng có bí mật nhà nước"
kind = "state_secret"
"#,
    )
    .unwrap();
    let system = &inventory.systems[0];
    assert!(
        system
            .code
            .as_str()
            .starts_with("ubnd-tinh-trang-thong-tin-dien-tu-")
    );
    assert_eq!(
        system
            .roles
            .iter()
            .filter(|r| r.kind == RoleKind::UsingUnit)
            .count(),
        2
    );
    assert_eq!(system.roles.len(), 5);
    assert_eq!(system.levels[0].level, Level::Two);
    assert_eq!(
        system.levels[0].decision.number.as_deref(),
        Some("12/QĐ-UBND")
    );
    assert_eq!(system.endpoints[0].label(), "www.doiche.test:443");
    assert_eq!(system.endpoints[1].id, Uuid::from_u128(2));
    let paper = &inventory.authorisations[0];
    assert_eq!(paper.until.to_string(), "2026-12-31T16:59:59.999999999Z");
    assert_eq!(paper.from.to_string(), "2026-11-01T17:00:00Z");
    assert!(paper.grant.hours.is_some());
}

#[test]
fn errors_name_line_value_and_hint() {
    for (text, row, value, hint) in [
        ("[[system]]\nname = \"a\"\nlevel = 7\n", 3, "7", "1 to 5"),
        (
            "[[system]]\nname = \"a\"\nonwer = \"b\"\n",
            3,
            "onwer",
            "field",
        ),
        (
            "[[system]]\nname = \"a\"\n[[system.endpoint]]\nurl = \"ftp//x\"\n",
            4,
            "\"ftp//x\"",
            "",
        ),
        (
            "[[system]]\nname = \"a\"\ngo_live = \"18/11/2026\"\n",
            3,
            "\"18/11/2026\"",
            "2026-11-18",
        ),
        (
            "[[system]]\ncode = \"a b\"\nname = \"a\"\n",
            2,
            "\"a b\"",
            "",
        ),
        (
            "[[unit]]\ncode = \"a\"\nname = \"x\"\nkind = \"town\"\n",
            4,
            "\"town\"",
            "codes",
        ),
        (
            "[[authorisation]]\nnumber = \"1\"\nroute = \"cause\"\ndate = 2026-01-01\nground = \"x\"\nfrom = 2026-01-01\nuntil = \"mai\"\n",
            7,
            "\"mai\"",
            "moment",
        ),
        ("x = [", 1, "", ""),
    ] {
        let error = read(text).unwrap_err();
        let message = error.message("so.toml");
        assert_eq!(message.place.file.as_deref(), Some("so.toml"));
        assert_eq!(message.place.row, Some(row), "{text}: {message:?}");
        assert!(
            message.value.as_deref().unwrap_or("").contains(value),
            "{text}: {message:?}"
        );
        assert!(message.fix.en.contains(hint), "{text}: {message:?}");
        assert!(!message.problem.vi.is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn nothing_is_lost(inventory in inventory()) {
        let text = to_toml(&inventory).unwrap();
        prop_assert_eq!(read(&text).map_err(|e| e.message("x")), Ok(inventory));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
        let _ = read(&text);
        let _ = read(&format!("[[system]]\nname = \"{text}\""));
    }
}
