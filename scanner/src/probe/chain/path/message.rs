//! How a Certificate message is put together (RFC 5246 section 7.4.2, RFC 8446 section 4.4.2).

use luytre_checks::fact::{Message, Tri};

use super::{Anchor, certificate::Certificate, work::Work};

/// Reads the message off its signatures. What cannot be checked is unknown.
pub(super) fn read<'a>(
    message: &[Option<Certificate<'a>>],
    anchors: &[Anchor<'a>],
    work: &mut Work<'a>,
) -> Message {
    let whole = message.iter().all(Option::is_some);
    let certificates: Vec<_> = message
        .iter()
        .enumerate()
        .filter_map(|(place, read)| Some((place, read.as_ref()?)))
        .collect();
    let Some((0, leaf)) = certificates.first().copied() else {
        return Message::default();
    };
    let mut issued = |below: &Certificate<'a>, above: &Certificate<'a>| {
        if below.issuer != above.subject {
            return Tri::No;
        }
        match work.signed(below, above.key) {
            Ok(Ok(signed)) => Tri::from(signed),
            _ => Tri::Unknown,
        }
    };
    let in_order = if whole {
        let pairs = certificates.windows(2);
        all(pairs.map(|pair| match pair {
            [(_, below), (_, above)] => issued(below, above),
            _ => Tri::Yes,
        }))
    } else {
        Tri::Unknown
    };

    // From the leaf upwards, whatever is signed by what.
    let mut reached = vec![(0, leaf)];
    let mut certain = whole;
    let mut next = 0;
    while let Some((_, below)) = reached.get(next).copied() {
        next += 1;
        for (place, above) in &certificates {
            let again = |(_, on): &(usize, &Certificate<'_>)| on.tbs == above.tbs;
            if reached.iter().any(again) {
                continue;
            }
            match issued(below, above) {
                Tri::Yes => reached.push((*place, above)),
                Tri::No => {}
                Tri::Unknown => certain = false,
            }
        }
    }
    let number = |place: usize| u16::try_from(place).unwrap_or(u16::MAX);
    let is_reached = |place: usize| reached.iter().any(|(on, _)| *on == place);
    let unneeded = certificates
        .iter()
        .filter(|(place, _)| certain && !is_reached(*place))
        .map(|(place, _)| number(*place));
    let unneeded = unneeded.collect();
    let mut roots = Vec::new();
    for (place, certificate) in certificates.iter().skip(1) {
        if issued(certificate, certificate) == Tri::Yes {
            roots.push(number(*place));
        }
    }
    Message {
        in_order,
        missing_issuer: missing(&reached, certain, anchors, work),
        unneeded,
        roots,
    }
}

/// No if one of them is a root, or was signed by one that we know. Else something is lacking below the
/// leaf if nothing but the leaf is there and it says where its issuer's certificate is to be had, as a
/// root's would not need to be; whether above an authority more than an unknown root is lacking, nobody
/// can tell.
fn missing<'a>(
    reached: &[(usize, &Certificate<'a>)],
    certain: bool,
    anchors: &[Anchor<'a>],
    work: &mut Work<'a>,
) -> Tri {
    for (_, certificate) in reached {
        if certificate.is_self_issued() && work.signed(certificate, certificate.key) == Ok(Ok(true))
        {
            return Tri::No;
        }
        for anchor in anchors {
            if anchor.subject == certificate.issuer
                && work.signed(certificate, anchor.key) == Ok(Ok(true))
            {
                return Tri::No;
            }
        }
    }
    match reached {
        [(_, leaf)] if certain && leaf.extensions.names_issuer => Tri::Yes,
        _ => Tri::Unknown,
    }
}

fn all(answers: impl Iterator<Item = Tri>) -> Tri {
    let mut out = Tri::Yes;
    for answer in answers {
        match answer {
            Tri::No => return Tri::No,
            Tri::Unknown => out = Tri::Unknown,
            Tri::Yes => {}
        }
    }
    out
}
