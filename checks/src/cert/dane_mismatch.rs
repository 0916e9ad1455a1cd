//! A certificate other than the one pinned in the domain name system.

use jiff::Timestamp;

use crate::{
    About, Check, Context, Fault, Grade, Outcome, Tri,
    fact::{ChainFact, Tlsa, TrustVerdict},
};

about!(DaneMismatch, Certificate, Endpoint, false, {
    id: "cert.dane_mismatch",
    title: [
        "Chứng thư không khớp bản ghi TLSA (DANE)",
        "Certificate does not match its TLSA records (DANE)"
    ],
    why: [
        "Tên miền công bố bằng DNSSEC chứng thư nào là đúng, nhưng máy chủ đưa ra chứng thư khác. Máy chủ \
         thư có kiểm tra DANE sẽ không gửi thư tới; hoặc có người đang đứng giữa.",
        "The domain says, signed by DNSSEC, which certificate is the right one, and the server presents \
         another. Mail servers that check DANE will not deliver; or somebody stands in between."
    ],
    fix: [
        "So chứng thư đang dùng với bản ghi `_CỔNG._tcp.TÊN TLSA`. Nếu vừa thay chứng thư (nginx, Apache, \
         IIS, Tomcat, Postfix): cập nhật TLSA ở máy chủ tên miền; lần sau công bố bản ghi mới trước khi \
         thay ít nhất hai lần TTL, hoặc giữ nguyên khóa và dùng `3 1 1`. Nếu không ai thay: xử lý như \
         một sự cố.",
        "Compare the certificate in use with the record `_PORT._tcp.NAME TLSA`. If it was just replaced \
         (nginx, Apache, IIS, Tomcat, Postfix): update the TLSA record at the name server; next time \
         publish the new one two TTLs before, or keep the key and use `3 1 1`. If nobody replaced it: \
         treat it as an incident."
    ],
    message: [
        "Không bản ghi nào trong {count} bản ghi tại {at} khớp chứng thư mà máy chủ đưa ra.",
        "None of the {count} records at {at} matches the certificates that the server presents."
    ],
    sources: ["RFC 6698 mục 2.1, 4.1", "RFC 7671 mục 5, 8.1", "RFC 7672 mục 3.1"],
});

impl Check for DaneMismatch {
    type Fact = ChainFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &ChainFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        super::each(fact, judge)
    }
}

fn judge(fact: &ChainFact) -> Outcome {
    if fact.server_name.is_none() {
        return Outcome::not_applicable(
            "được đo theo địa chỉ, không có tên để tra TLSA",
            "looked at by address, without a name to ask TLSA records for",
        );
    }
    let Some(dane) = &fact.dane else {
        return Outcome::unknown(
            "chưa hỏi bản ghi TLSA: cần bật [lookup] dns hoặc --lookups dns",
            "TLSA records were not asked for: that needs [lookup] dns or --lookups dns",
        );
    };
    let Some(records) = &dane.tlsa else {
        return Outcome::unknown(
            "máy phân giải không trả lời được về bản ghi TLSA",
            "the resolver could not tell about TLSA records",
        );
    };
    let usable: Vec<&Tlsa> = records.iter().filter(|record| record.is_usable()).collect();
    match dane.secure {
        _ if usable.is_empty() => {
            return Outcome::not_applicable(
                "tên này không có bản ghi TLSA dùng được",
                "there is no usable TLSA record for the name",
            );
        }
        Tri::Yes => (),
        // RFC 6698 4.1: whoever is not sure of them must not use them.
        Tri::No => {
            return Outcome::not_applicable(
                "bản ghi TLSA không được ký DNSSEC nên không ai dùng",
                "the TLSA records are not signed, so that nobody uses them",
            );
        }
        Tri::Unknown => {
            return Outcome::unknown(
                "máy phân giải không kiểm tra chữ ký, nên chưa biết bản ghi TLSA có giá trị không",
                "the resolver does not check signatures, so whether the TLSA records count is not known",
            );
        }
    }
    let found: Vec<Tri> = usable.iter().map(|record| holds(record, fact)).collect();
    if found.contains(&Tri::Yes) {
        Outcome::Pass
    } else if found.contains(&Tri::Unknown) {
        Outcome::unknown(
            "bản ghi TLSA chỉ tới chứng thư không có trong phần máy chủ gửi, nên không so được",
            "a TLSA record is about a certificate that the server does not send, and could not be compared",
        )
    } else {
        Outcome::Fail(vec![
            Fault::new(Grade::Serious)
                .with("count", &usable.len())
                .with("at", &dane.at),
        ])
    }
}

/// Whether a usable record lets a client take this chain.
fn holds(record: &Tlsa, fact: &ChainFact) -> Tri {
    let Some(places) = &record.matches else {
        return Tri::Unknown;
    };
    let leaf = places.contains(&0);
    let above = places.iter().any(|place| *place > 0);
    match record.usage {
        0 if above => path(fact),
        // The root that it may be about need not be in the message.
        0 => match path(fact) {
            Tri::No => Tri::No,
            Tri::Yes | Tri::Unknown => Tri::Unknown,
        },
        1 if leaf => path(fact),
        2 if above => Tri::Yes,
        // The whole anchor or its key is in the record: it need not be in the message (RFC 7671 5.2).
        2 if record.matching == 0 => Tri::Unknown,
        3 if leaf => Tri::Yes,
        _ => Tri::No,
    }
}

/// Whether there is a path to a root of any set, which usages 0 and 1 need as well.
fn path(fact: &ChainFact) -> Tri {
    let has = |verdict| fact.trust.iter().any(|trust| trust.verdict == verdict);
    if has(TrustVerdict::Trusted) {
        Tri::Yes
    } else if has(TrustVerdict::Unknown) || fact.trust.is_empty() {
        Tri::Unknown
    } else {
        Tri::No
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use crate::{
        Fact,
        examples::{Example, Expect, chain, leaf},
        fact::Dane,
    };

    let record = |usage, matching: u8, places: Option<&[u16]>| Tlsa {
        usage,
        selector: 1,
        matching,
        data: "ab".repeat(32),
        matches: places.map(<[u16]>::to_vec),
    };
    let with = |secure, tlsa: Option<Vec<Tlsa>>| {
        let mut fact = chain(leaf());
        fact.dane = Some(Dane {
            at: "_443._tcp.www.doiche.test".to_owned(),
            secure,
            tlsa,
        });
        fact
    };
    let one = |usage, places: &[u16]| with(Tri::Yes, Some(vec![record(usage, 1, Some(places))]));
    let untrusted = |mut fact: ChainFact| {
        fact.trust[0].verdict = TrustVerdict::Untrusted;
        fact
    };
    let row = |name, fact, expect| Example::new(name, Fact::Chain(fact), expect);
    let mut nameless = one(3, &[]);
    nameless.server_name = None;
    let mut unusable = record(3, 1, Some(&[]));
    unusable.data.pop();
    let both = vec![record(3, 1, Some(&[])), record(3, 1, Some(&[0]))];
    let fail = Expect::Fail(vec![("", Grade::Serious)]);
    let odd = vec![record(3, 9, None), record(9, 1, Some(&[])), unusable];
    let own = |secure| with(secure, Some(vec![record(3, 1, Some(&[]))]));
    let whole = with(Tri::Yes, Some(vec![record(2, 0, Some(&[]))]));
    let bare = with(Tri::Yes, Some(vec![record(3, 1, None)]));
    let (pass, open, beside) = (Expect::Pass, Expect::Inconclusive, Expect::NotApplicable);
    vec![
        row("its own key", one(3, &[0]), pass.clone()),
        row("one of two", with(Tri::Yes, Some(both)), pass.clone()),
        row("its own anchor", untrusted(one(2, &[1])), pass.clone()),
        row("its public issuer", one(0, &[1]), pass.clone()),
        row("its public key", one(1, &[0]), pass),
        row(
            "its public key, no path",
            untrusted(one(1, &[0])),
            fail.clone(),
        ),
        row("another key", one(3, &[]), fail.clone()),
        row("the issuer's key as the leaf's", one(3, &[1]), fail.clone()),
        row("the leaf as an anchor", one(2, &[0]), fail.clone()),
        row("another leaf", one(1, &[1]), fail.clone()),
        row("another public issuer", untrusted(one(0, &[])), fail),
        row("a root that is not sent", one(0, &[]), open.clone()),
        row("an anchor given whole", whole, open.clone()),
        row("not compared", bare, open.clone()),
        row("nothing usable", with(Tri::Yes, Some(odd)), beside.clone()),
        row("not signed", own(Tri::No), beside.clone()),
        row("signatures not checked", own(Tri::Unknown), open.clone()),
        row(
            "no records",
            with(Tri::Yes, Some(Vec::new())),
            beside.clone(),
        ),
        row("no answer", with(Tri::Unknown, None), open.clone()),
        row("not asked", chain(leaf()), open),
        row("no name", nameless, beside),
    ]
}
