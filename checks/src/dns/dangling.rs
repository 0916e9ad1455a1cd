//! A record that points to nothing.

use jiff::Timestamp;
use luytre_inventory::Text;

use super::zone_of;
use crate::{About, Check, Context, Fault, Grade, Outcome, Tri, fact::DnsFact};

about!(Dangling, Dns, Endpoint, false, {
    id: "dns.dangling",
    title: [
        "Bản ghi tên miền trỏ tới nơi không tồn tại",
        "Record that points to nothing"
    ],
    why: [
        "Máy chủ tên miền hoặc máy chủ thư ghi trong vùng không có địa chỉ. Nếu tên đó thuộc tên miền đã bỏ, \
         người đăng ký lại tên miền ấy sẽ trả lời thay hoặc nhận thư của cơ quan.",
        "A name server or mail server named in the zone has no address. If its name belongs to a domain that \
         was given up, whoever registers that domain answers in our place or receives our mail."
    ],
    fix: [
        "Xóa bản ghi NS, MX không dùng nữa (ở cả vùng và nhà đăng ký), hoặc tạo lại bản ghi A, AAAA cho tên \
         được trỏ tới. Ưu tiên xử lý khi tên đó nằm ngoài tên miền của cơ quan.",
        "Remove NS and MX records that are no longer used (in the zone and at the registrar), or give the \
         name an A or AAAA record again. First those whose name is outside the body's own domain."
    ],
    message: [
        "Vùng tên miền {zone}: bản ghi {record} trỏ tới {to}, tên này không có địa chỉ.",
        "Zone {zone}: the {record} record points to {to}, which has no address."
    ],
    sources: ["RFC 1912 mục 2.8", "RFC 2181 mục 10.3", "RFC 5321 mục 5.1"],
});

/// Why not everything could be decided.
const UNDECIDED: Text = Text::new(
    "chưa biết hết các tên được trỏ tới có tồn tại hay không",
    "whether every name pointed to is there is not known",
);

impl Check for Dangling {
    type Fact = DnsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &DnsFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        let zone = match zone_of(fact, context) {
            Ok(zone) => zone,
            Err(outcome) => return outcome,
        };
        let Some(targets) = &fact.targets else {
            return Outcome::weigh(Vec::new(), Some(UNDECIDED));
        };
        let gone = targets.iter().filter(|target| target.exists == Tri::No);
        let faults: Vec<Fault> = gone
            .map(|target| {
                let record = target.kind.record();
                // Whose name lies outside the zone may be anybody's tomorrow.
                let ours = target.to == zone || target.to.ends_with(&format!(".{zone}"));
                let grade = if ours {
                    Grade::Moderate
                } else {
                    Grade::Serious
                };
                Fault::on(format!("{zone}/{record}/{}", target.to), grade)
                    .with("zone", &zone)
                    .with("record", &record)
                    .with("to", &target.to)
            })
            .collect();
        let undecided = targets.iter().any(|target| target.exists == Tri::Unknown)
            || fact.name_servers.is_none()
            || fact.mail.servers.is_none();
        Outcome::weigh(faults, undecided.then_some(UNDECIDED))
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use crate::{
        Fact,
        dns::sound,
        examples::{Example, Expect},
        fact::{Pointer, PointerKind},
    };

    let with = |targets: Option<&[(PointerKind, &str, Tri)]>| {
        let mut fact = sound();
        let pointer = |(kind, to, exists): &(PointerKind, &str, Tri)| Pointer {
            kind: *kind,
            to: (*to).to_owned(),
            exists: *exists,
        };
        fact.targets = targets.map(|targets| targets.iter().map(pointer).collect());
        fact
    };
    let ours = (PointerKind::Mail, "mail.doiche.test", Tri::No);
    let theirs = (PointerKind::NameServer, "ns.bentha.test", Tri::No);
    let lost = (PointerKind::NameServer, "ns.bentha.test", Tri::Unknown);
    let mut unread = with(Some(&[]));
    unread.mail.servers = None;
    vec![
        Example::new("all there", Fact::Dns(sound()), Expect::Pass),
        Example::new(
            "ours and theirs",
            Fact::Dns(with(Some(&[ours, theirs]))),
            Expect::Fail(vec![
                ("doiche.test/MX/mail.doiche.test", Grade::Moderate),
                ("doiche.test/NS/ns.bentha.test", Grade::Serious),
            ]),
        ),
        Example::new(
            "one gone, one unknown",
            Fact::Dns(with(Some(&[ours, lost]))),
            Expect::Partial(vec![("doiche.test/MX/mail.doiche.test", Grade::Moderate)]),
        ),
        Example::new(
            "one unknown",
            Fact::Dns(with(Some(&[lost]))),
            Expect::Inconclusive,
        ),
        Example::new(
            "mail servers not known",
            Fact::Dns(unread),
            Expect::Inconclusive,
        ),
        Example::new("not known", Fact::Dns(with(None)), Expect::Inconclusive),
    ]
}
