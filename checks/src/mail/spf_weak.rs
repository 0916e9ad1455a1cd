//! An SPF record that turns nobody away.

use jiff::Timestamp;

use crate::{About, Check, Context, Fault, Grade, Outcome, dns::zone_of, fact::DnsFact};

about!(SpfWeak, Mail, Endpoint, false, {
    id: "mail.spf_weak",
    title: ["Bản ghi SPF không chặn thư giả", "SPF record that turns no forged mail away"],
    why: [
        "Bản ghi SPF kết thúc bằng +all hoặc ?all (hoặc không có all) nói rằng máy chủ nào gửi cũng được, \
         nên nơi nhận không loại được thư giả danh.",
        "An SPF record that ends in +all or ?all (or in no all) says that any server may send, so that \
         receivers cannot turn forged mail away."
    ],
    fix: [
        "Liệt kê đủ máy chủ gửi thư rồi kết thúc bằng `-all`; trong lúc rà soát có thể dùng `~all`.",
        "List every sending server and end the record in `-all`; `~all` will do while the list is being \
         made."
    ],
    message: [
        "Bản ghi SPF của {zone} kết thúc bằng {found}.",
        "The SPF record of {zone} ends in {found}."
    ],
    sources: ["RFC 7208 mục 4.7, 5.1, 8"],
});

/// What the record says of senders that nothing else matches: the qualifier of the first `all`; none
/// without one.
fn rest(record: &str) -> Option<char> {
    record.split_ascii_whitespace().skip(1).find_map(|term| {
        let first = term.chars().next()?;
        let (qualifier, name) = match first {
            '+' | '-' | '~' | '?' => (first, &term[1..]),
            _ => ('+', term),
        };
        name.eq_ignore_ascii_case("all").then_some(qualifier)
    })
}

fn hands_over(record: &str) -> bool {
    let mut terms = record.split_ascii_whitespace();
    terms.any(|term| {
        let head = term.get(..9);
        head.is_some_and(|head| head.eq_ignore_ascii_case("redirect="))
    })
}

impl Check for SpfWeak {
    type Fact = DnsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &DnsFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        let zone = match zone_of(fact, context) {
            Ok(zone) => zone,
            Err(outcome) => return outcome,
        };
        let Some(records) = &fact.mail.spf else {
            return Outcome::unknown("chưa đọc được bản ghi SPF", "the SPF records are not known");
        };
        let [own] = records.as_slice() else {
            return Outcome::not_applicable(
                "không có đúng một bản ghi SPF",
                "there is not exactly one SPF record",
            );
        };
        // A redirect counts only where there is no all (RFC 7208 6.1).
        let record = match (&fact.mail.spf_redirected, hands_over(own)) {
            (_, true) if rest(own).is_some() => own,
            (Some(other), true) => other,
            (None, true) => {
                return Outcome::unknown(
                    "chưa đọc được bản ghi SPF mà tên miền chuyển tới",
                    "the SPF record that the domain redirects to is not known",
                );
            }
            (_, false) => own,
        };
        let (grade, found) = match rest(record) {
            Some('-' | '~') => return Outcome::Pass,
            Some('+') => (Grade::Serious, "+all"),
            Some(_) => (Grade::Moderate, "?all"),
            None => (Grade::Moderate, "(-)"),
        };
        Outcome::Fail(vec![
            Fault::on(zone, grade)
                .with("zone", &zone)
                .with("found", &found),
        ])
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use crate::{
        Fact,
        dns::sound,
        examples::{Example, Expect},
    };

    let with = |own: &str, other: Option<&str>| {
        let mut fact = sound();
        fact.mail.spf = Some(vec![own.to_owned()]);
        fact.mail.spf_redirected = other.map(str::to_owned);
        Fact::Dns(fact)
    };
    let mut none = sound();
    none.mail.spf = Some(Vec::new());
    let fail = |grade| Expect::Fail(vec![("doiche.test", grade)]);
    let away = "v=spf1 redirect=_spf.bentha.test";
    vec![
        Example::new("fail", with("v=spf1 mx -all", None), Expect::Pass),
        Example::new("soft fail", with("v=spf1 mx ~ALL", None), Expect::Pass),
        Example::new(
            "everyone",
            with("v=spf1 mx +all", None),
            fail(Grade::Serious),
        ),
        Example::new(
            "everyone, unsaid",
            with("v=spf1 all", None),
            fail(Grade::Serious),
        ),
        Example::new(
            "neutral",
            with("v=spf1 mx ?all", None),
            fail(Grade::Moderate),
        ),
        Example::new("no end", with("v=spf1 mx", None), fail(Grade::Moderate)),
        Example::new(
            "a mere word in a name",
            with("v=spf1 include:all.test a:all", None),
            fail(Grade::Moderate),
        ),
        Example::new(
            "handed over, well",
            with(away, Some("v=spf1 ip4:192.0.2.1 -all")),
            Expect::Pass,
        ),
        Example::new(
            "handed over, badly",
            with(away, Some("v=spf1 +all")),
            fail(Grade::Serious),
        ),
        Example::new(
            "handed over, unread",
            with(away, None),
            Expect::Inconclusive,
        ),
        Example::new(
            "all before redirect",
            with("v=spf1 -all redirect=x.test", None),
            Expect::Pass,
        ),
        Example::new("none", Fact::Dns(none), Expect::NotApplicable),
    ]
}
