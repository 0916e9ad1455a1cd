//! SSL 2.0. It has a hello of its own and no ladder to the later versions, so only its own packet
//! tells; one answer names every kind that both sides have, and shows the certificate.

use luytre_checks::{
    Evidence, Excerpt,
    fact::{Order, Suite, Tri, VersionFact},
};

use super::{
    ask::{Answer, Asker, Question, TROUBLE},
    settle::{Settled, may_refuse},
    versions::Contact,
};

/// Asks once. `control` is a hello that the server answers, if one is known.
pub(super) async fn contact(asker: &mut Asker<'_>, control: Option<&Question>) -> Contact {
    let settled = match (asker.ask_any(&Question::Ssl2).await, control) {
        (Answer::Kinds(kinds), _) => Settled::Kinds(kinds),
        // Whoever says so in a later version does not speak this one.
        (Answer::Alert(alert), _) if !TROUBLE.contains(&alert) => {
            Settled::Refused { by_close: false }
        }
        (Answer::Nothing(reason), None) if may_refuse(reason) => {
            return Contact::Perhaps { small: true };
        }
        (Answer::Nothing(reason), Some(control)) if may_refuse(reason) => {
            asker.confirm(&Question::Ssl2, control).await
        }
        (Answer::Nothing(_) | Answer::Alert(_) | Answer::Hello(_), _) => Settled::Unknown,
    };
    match settled {
        Settled::Kinds(kinds) => Contact::Offered(offered(asker, &kinds)),
        Settled::Refused { by_close: false } => Contact::Refused { below: None },
        Settled::Refused { by_close: true } => Contact::RefusedByClose,
        _ => Contact::Unknown,
    }
}

/// The fact of a server that answered with `kinds`, with its evidence.
pub(super) fn offered(asker: &Asker<'_>, kinds: &[u32]) -> VersionFact {
    let suites: Vec<_> = kinds.iter().copied().map(Suite).collect();
    let line = asker.line();
    let names: Vec<_> = suites.iter().map(ToString::to_string).collect();
    line.note(Evidence {
        what: "sslv2_hello".into(),
        excerpt: Excerpt::redacted(&format!("SERVER-HELLO; kinds: {}", names.join(", "))),
        command: Some(command(line)),
    });
    VersionFact {
        offered: Tri::Yes,
        suites_complete: Tri::Yes,
        // The client picks from the list and tells the server (section 2.7 of the specification).
        order: if suites.len() > 1 {
            Order::Client
        } else {
            Order::Unknown
        },
        groups_complete: Tri::Yes,
        suites,
        ..VersionFact::default()
    }
}

/// The command that asks again. OpenSSL has not known SSL 2.0 since 2016.
pub(super) fn command(line: &crate::Line) -> String {
    let six = if line.address().is_ipv6() { "-6 " } else { "" };
    format!(
        "nmap -n -Pn {six}--script sslv2 -p {} {}",
        line.port(),
        line.address()
    )
}
