use luytre_inventory::Transport;

use super::*;

fn heard(protocol: Protocol, tls: bool) -> ServiceFact {
    ServiceFact {
        port: 1,
        transport: Transport::Tcp,
        protocol: Some(protocol),
        tls,
        vendor: None,
        product: None,
        version: None,
        os: None,
        cpe: None,
        banner: None,
        confidence: Confidence::Protocol,
    }
}

#[test]
fn declaration_and_port_say_what_to_expect() {
    use Protocol::{Https, Imap, Mariadb, Other, Smtp, Tls};
    for (declared, port, expected) in [
        (None, 25, Some(Starttls::Smtp)),
        (None, 587, Some(Starttls::Smtp)),
        (Some(Smtp), 2525, Some(Starttls::Smtp)),
        (Some(Smtp), 24, Some(Starttls::Lmtp)),
        (Some(Smtp), 465, None),
        (Some(Imap), 993, None),
        (None, 995, None),
        (Some(Other), 389, Some(Starttls::Ldap)),
        (None, 636, None),
        (None, 5222, Some(Starttls::Xmpp)),
        (None, 5269, Some(Starttls::XmppServer)),
        (None, 4190, Some(Starttls::Sieve)),
        (None, 119, Some(Starttls::Nntp)),
        (Some(Mariadb), 13306, Some(Starttls::Mysql)),
        (None, 3389, Some(Starttls::Rdp)),
        (None, 443, None),
        (Some(Https), 25, None),
        (Some(Tls), 389, None),
        (None, 8025, None),
    ] {
        assert_eq!(
            Starttls::expected(declared, port),
            expected,
            "{declared:?} {port}"
        );
    }
}

#[test]
fn what_was_heard_outweighs_what_was_declared() {
    let of = |heard: &Result<ServiceFact, Unmeasured>, declared, port| {
        Starttls::after(Some(heard), declared, port)
    };
    let smtp = Ok(heard(Protocol::Smtp, false));
    assert_eq!(of(&smtp, None, 8025), Some(Starttls::Smtp));
    assert_eq!(of(&smtp, None, 24), Some(Starttls::Lmtp));
    assert_eq!(
        of(&Ok(heard(Protocol::Imap, true)), Some(Protocol::Imap), 143),
        None
    );
    assert_eq!(of(&Ok(heard(Protocol::Http, false)), None, 25), None);
    let nothing = Err(Unmeasured::TimedOut);
    assert_eq!(of(&nothing, None, 389), Some(Starttls::Ldap));
}

#[test]
fn names_are_read_as_they_are_written() {
    for protocol in Starttls::ALL {
        assert_eq!(protocol.as_str().parse(), Ok(protocol));
    }
    assert_eq!("submission".parse(), Ok(Starttls::Smtp));
    assert_eq!("gopher".parse::<Starttls>(), Err(NoSuchStarttls));
}
