//! A key for signing mail that is too short, or that counts for nothing.

use jiff::Timestamp;

use crate::{
    About, Check, Context, Fault, Grade, Outcome,
    dns::zone_of,
    fact::{Dkim, DnsFact},
};

about!(DkimWeak, Mail, Endpoint, false, {
    id: "mail.dkim_weak",
    title: ["Khóa DKIM yếu hoặc đang ở chế độ thử", "DKIM key that is weak or in testing"],
    why: [
        "Chữ ký DKIM giúp nơi nhận biết thư thật. Khóa RSA dưới 1024 bit bị bẻ được và nơi nhận phải bỏ qua; \
         dưới 2048 bit là quá ngắn để dùng lâu. Với t=y, thư ký được coi như thư không ký.",
        "A DKIM signature lets receivers know genuine mail. RSA keys below 1024 bits can be broken and must be \
         ignored; below 2048 bits is too short to last. With t=y signed mail is treated like unsigned mail."
    ],
    fix: [
        "Tạo khóa RSA 2048 bit (hoặc thêm Ed25519) dưới một bộ chọn mới, công bố tại `BỘ-CHỌN._domainkey`, \
         chuyển máy chủ thư sang ký bằng khóa mới, rồi thu hồi khóa cũ (p= để trống); bỏ `t=y` khi đã ổn.",
        "Make an RSA key of 2048 bits (or add Ed25519) under a new selector, publish it at \
         `SELECTOR._domainkey`, let the mail server sign with it, then take the old one back (empty p=); drop \
         `t=y` once all is well."
    ],
    message: [
        "Tên miền {zone}, bộ chọn {selector}: {found}.",
        "Domain {zone}, selector {selector}: {found}."
    ],
    sources: ["RFC 8301 mục 3.2", "RFC 6376 mục 3.6.1"],
});

/// What is wrong with a key, and how bad it is.
fn fault(key: &Dkim) -> Option<(Grade, String)> {
    match (key.kind.as_deref(), key.bits) {
        (Some("rsa"), Some(bits)) if bits < 1024 => {
            Some((Grade::Serious, format!("RSA {bits} bit")))
        }
        (Some("rsa"), Some(bits)) if bits < 2048 => {
            Some((Grade::Slight, format!("RSA {bits} bit")))
        }
        _ if key.testing => Some((Grade::Slight, "t=y".to_owned())),
        _ => None,
    }
}

impl Check for DkimWeak {
    type Fact = DnsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &DnsFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        let zone = match zone_of(fact, context) {
            Ok(zone) => zone,
            Err(outcome) => return outcome,
        };
        let Some(keys) = &fact.mail.dkim else {
            return Outcome::unknown("chưa đọc được khóa DKIM", "the DKIM keys are not known");
        };
        // A key that was taken back signs nothing.
        let mut in_use = keys.iter().filter(|key| key.kind.is_some()).peekable();
        if in_use.peek().is_none() {
            return Outcome::not_applicable(
                "không thấy khóa DKIM ở các bộ chọn quen thuộc; bộ chọn khác không đoán được",
                "no DKIM key at the usual selectors; others cannot be guessed",
            );
        }
        let undecided = in_use.clone().any(|key| key.bits.is_none());
        let faults = in_use.filter_map(|key| {
            let (grade, found) = fault(key)?;
            Some(
                Fault::on(format!("{zone}/{}", key.selector), grade)
                    .with("zone", &zone)
                    .with("selector", &key.selector)
                    .with("found", &found),
            )
        });
        let undecided = undecided.then_some(luytre_inventory::Text::new(
            "có khóa DKIM không đọc được",
            "a DKIM key could not be read",
        ));
        Outcome::weigh(faults.collect(), undecided)
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use crate::{
        Fact,
        dns::sound,
        examples::{Example, Expect},
    };

    let key = |kind: Option<&str>, bits, testing| Dkim {
        selector: "mail".to_owned(),
        kind: kind.map(str::to_owned),
        bits,
        testing,
    };
    let with = |keys: Option<Vec<Dkim>>| {
        let mut fact = sound();
        fact.mail.dkim = keys;
        Fact::Dns(fact)
    };
    let one = |key| with(Some(vec![key]));
    let rsa = |bits| key(Some("rsa"), Some(bits), false);
    let fail = |grade| Expect::Fail(vec![("doiche.test/mail", grade)]);
    let unread = key(Some("rsa"), None, false);
    let mut short = rsa(1024);
    short.selector = "default".to_owned();
    vec![
        Example::new("long", one(rsa(2048)), Expect::Pass),
        Example::new(
            "another kind",
            one(key(Some("ed25519"), Some(256), false)),
            Expect::Pass,
        ),
        Example::new("short", one(rsa(1024)), fail(Grade::Slight)),
        Example::new("broken", one(rsa(512)), fail(Grade::Serious)),
        Example::new(
            "testing",
            one(key(Some("rsa"), Some(2048), true)),
            fail(Grade::Slight),
        ),
        Example::new(
            "one unread, one short",
            with(Some(vec![unread.clone(), short])),
            Expect::Partial(vec![("doiche.test/default", Grade::Slight)]),
        ),
        Example::new("unread", one(unread), Expect::Inconclusive),
        Example::new(
            "taken back",
            one(key(None, None, false)),
            Expect::NotApplicable,
        ),
        Example::new("none found", with(Some(Vec::new())), Expect::NotApplicable),
        Example::new("not known", with(None), Expect::Inconclusive),
    ]
}
