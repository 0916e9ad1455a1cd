//! Rows about keys and signatures.

use luytre_checks::fact::PathFault as F;

use crate::{
    maker::{Maker, bits, elliptic, oid, rsa, seq},
    row::{Expected as E, Row, between, leaf, root, row},
};

#[rustfmt::skip]
pub(crate) fn rows() -> Vec<Row> {
    let under = |what, leaf: Maker, fault, rule| {
        row(what, &root(), &[&leaf, &between()], E::Bad(fault, rule))
    };
    let through =
        |what, ca: Maker, fault, rule| row(what, &root(), &[&leaf(), &ca], E::Bad(fault, rule));
    let curve = |last: &[u8], size: usize| elliptic(&oid(last), &[&[4][..], &vec![7; size * 2]].concat());
    let explicit = seq(&[&[2, 1, 1]]);
    let sha1 = seq(&[&oid(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1])]);
    let md5 = seq(&[
        &oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 4]),
        &[5, 0],
    ]);
    let sha256 = seq(&[&oid(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2])]);
    let sha384 = seq(&[&oid(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3])]);
    let padded = seq(&[&oid(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2]), &[5, 0]]);
    let sm2 = seq(&[&oid(&[0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x83, 0x75])]);
    let dsa = seq(&[&oid(&[0x2a, 0x86, 0x48, 0xce, 0x38, 4, 1])]);
    let p192 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 1];
    let k256 = [0x2b, 0x81, 4, 0, 10];
    vec![
        row("RSA of 2048 bits", &root(), &[&leaf().key(rsa(2048)), &between()], E::Good),
        under("RSA of 1024 bits", leaf().key(rsa(1024)), F::WeakAlgorithm, "br.weak_key"),
        under("RSA of 2040 bits", leaf().key(rsa(2040)), F::WeakAlgorithm, "br.weak_key"),
        row("RSA of 16384 bits", &root(), &[&leaf().key(rsa(16384)), &between()], E::Good),
        row("RSA of 32768 bits", &root(), &[&leaf().key(rsa(32768)), &between()], E::Good),
        under("P-192", leaf().key(curve(&p192, 24)), F::WeakAlgorithm, "br.weak_key"),
        under("secp256k1", leaf().key(curve(&k256, 32)), F::UnsupportedAlgorithm, "br.key_kind"),
        under("explicit curve", leaf().key(elliptic(&explicit, &[4; 65])), F::Malformed, "br.key_kind"),
        under("DSA", leaf().key(seq(&[&dsa, &bits(&[2, 1, 7])])), F::WeakAlgorithm, "br.weak_key"),
        under("empty RSA key", leaf().key(rsa(0)), F::WeakAlgorithm, "br.weak_key"),
        under("a signature that does not hold", leaf().spoilt(), F::BadSignature, "rfc5280.bad_signature"),
        under("a signature by another key", leaf().signed("Khác"), F::BadSignature, "rfc5280.bad_signature"),
        under("SHA-1", leaf().algorithms(&sha1, &sha1), F::WeakAlgorithm, "br.weak_signature"),
        under("MD5", leaf().algorithms(&md5, &md5), F::WeakAlgorithm, "br.weak_signature"),
        under("SM2", leaf().algorithms(&sm2, &sm2), F::UnsupportedAlgorithm, "br.signature_not_checked"),
        under("another algorithm within", leaf().algorithms(&sha384, &sha256), F::BadSignature, "rfc5280.signature_algorithms_differ"),
        under("another algorithm without", leaf().algorithms(&sha256, &sha384), F::BadSignature, "rfc5280.bad_signature"),
        under("parameters of nothing", leaf().algorithms(&padded, &padded), F::Malformed, "br.signature_not_checked"),
        through("between, RSA of 1024 bits", between().key(rsa(1024)), F::WeakAlgorithm, "br.weak_signature"),
        through("between, RSA of 16384 bits", between().key(rsa(16384)), F::UnsupportedAlgorithm, "br.signature_not_checked"),
        through("between, SHA-1", between().algorithms(&sha1, &sha1), F::WeakAlgorithm, "br.weak_signature_algorithm"),
        through("between, a signature that does not hold", between().spoilt(), F::BadSignature, "rfc5280.bad_signature"),
        through("between, RSA under ECDSA", between().key(rsa(2048)), F::BadSignature, "rfc5280.bad_signature"),
        row("root, another algorithm within", &root().algorithms(&sha384, &sha256), &[&leaf(), &between()], E::Bad(F::BadSignature, "rfc5280.signature_algorithms_differ")),
        row("root signed with SHA-1", &root().algorithms(&sha1, &sha1), &[&leaf(), &between()], E::Good),
    ]
}
