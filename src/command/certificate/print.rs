//! What people read of a judged chain.

use luytre_checks::{
    Ruling,
    fact::{Certificate, RevocationStatus},
};

use super::check::{Judged, List, untrusted};
use crate::{
    command::Common,
    output::{plain, print, severity_mark, table},
};

/// Prints the answer, the certificates and what the checks find wrong.
pub(super) fn judged(common: &Common, judged: &Judged) {
    let talk = common.talk();
    print(&match &judged.reason {
        None => talk.pick("Được tin cậy.", "Trusted.").to_owned(),
        Some(reason) => {
            let word = talk.pick("chứng thư", "certificate");
            let revoked = judged.revoked.filter(|_| reason == "revoked");
            let revoked = revoked.map(|place| format!(" ({word} {place})"));
            let broken = untrusted(&judged.fact).map(|trust| {
                let rule = trust.rule.as_deref().unwrap_or_default();
                match trust.position {
                    Some(place) => {
                        format!(" ({rule}, {word} {place})")
                    }
                    None => format!(" ({rule})"),
                }
            });
            format!(
                "{}: {}{}.",
                talk.pick("Không được tin cậy", "Not trusted"),
                words(reason, common),
                broken.or(revoked).unwrap_or_default()
            )
        }
    });
    if !judged.fact.certificates.is_empty() {
        print(&certificates(common, &judged.fact.certificates).to_string());
    }
    for lost in &judged.fact.unreadable {
        print(&format!(
            "{} {}: {}",
            talk.pick("Không đọc được chứng thư", "Cannot read certificate"),
            lost.position,
            plain(&lost.reason)
        ));
    }
    lists(common, judged);
    rulings(common, judged);
}

/// What became of the revocation lists: each says something of a certificate, or why not.
fn lists(common: &Common, judged: &Judged) {
    let talk = common.talk();
    for List { file, given } in &judged.lists {
        let said = match &given.fault {
            Some(fault) => {
                let [vi, en] = fault.words();
                let vi = format!("không dùng được: {vi}");
                talk.pick(&vi, &format!("of no use: {en}")).to_owned()
            }
            None => format!(
                "{} {}; {} {}",
                talk.pick("xét chứng thư", "about certificate"),
                given
                    .positions
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join(", "),
                talk.pick("có giá trị đến", "stands until"),
                given
                    .next_update
                    .map_or_else(|| "-".to_owned(), |until| until.to_string())
            ),
        };
        let head = talk.pick("Danh sách thu hồi", "Revocation list");
        print(&format!("{head} {}: {said}.", plain(file)));
    }
    for told in &judged.fact.revocation {
        if told.status == RevocationStatus::Revoked {
            print(&format!(
                "{} {}: {} {}.",
                talk.pick("Chứng thư", "Certificate"),
                told.position,
                talk.pick("bị thu hồi từ", "revoked since"),
                told.since
                    .map_or_else(|| "-".to_owned(), |since| since.to_string())
            ));
        }
    }
}

fn certificates(common: &Common, list: &[Certificate]) -> comfy_table::Table {
    let mut out = table(&match common.talk().pick("vi", "en") {
        "vi" => ["", "Chủ thể", "Tổ chức cấp", "Hiệu lực đến", "Khóa"],
        _ => ["", "Subject", "Issuer", "Valid until", "Key"],
    });
    for certificate in list {
        out.add_row([
            certificate.position.to_string(),
            plain(&certificate.subject),
            plain(&certificate.issuer),
            certificate.not_after.to_string(),
            format!("{} {}", certificate.key.kind, certificate.key.bits),
        ]);
    }
    out
}

fn rulings(common: &Common, judged: &Judged) {
    let talk = common.talk();
    let mut out = table(&match talk.pick("vi", "en") {
        "vi" => ["Mức độ", "Kết quả đối chiếu"],
        _ => ["Severity", "Verdict"],
    });
    for verdict in &judged.verdicts {
        if let Ruling::Fail { severity, .. } = verdict.ruling {
            out.add_row([
                severity_mark(severity, common.language()),
                comfy_table::Cell::new(plain(talk.pick(&verdict.message_vi, &verdict.message_en))),
            ]);
        }
    }
    if !out.is_empty() {
        print(&out.to_string());
    }
}

/// A reason for people.
fn words(reason: &str, common: &Common) -> String {
    let (vi, en) = match reason {
        "unreadable" => (
            "không đọc được chứng thư máy chủ",
            "the server's certificate cannot be read",
        ),
        "undecided" => (
            "chuỗi quá phức tạp để kết luận",
            "the chain is too intricate to be decided",
        ),
        "unknown_issuer" => (
            "không dẫn tới gốc nào trong kho",
            "leads to no root of the set",
        ),
        "expired_intermediate" => (
            "chứng thư trung gian hoặc gốc ngoài thời hạn",
            "an intermediate or the root is out of date",
        ),
        "bad_signature" => ("chữ ký không đúng", "a signature does not hold"),
        "name_constraint" => (
            "tên nằm ngoài phạm vi được cấp",
            "a name is outside what its issuer may certify",
        ),
        "path_constraint" => ("bên cấp không được phép cấp", "an issuer may not issue it"),
        "not_for_servers" => ("không dành cho máy chủ", "not for servers"),
        "unsupported_algorithm" => (
            "thuật toán không được hỗ trợ",
            "an algorithm is not supported",
        ),
        "weak_algorithm" => ("khóa hoặc thuật toán yếu", "a weak key or algorithm"),
        "unknown_critical" => (
            "phần mở rộng bắt buộc không rõ nghĩa",
            "a critical extension is not known",
        ),
        "policy" => (
            "không có chính sách chứng thư chung",
            "no certificate policy holds throughout",
        ),
        "profile" => (
            "sai khuôn dạng của chứng thư máy chủ",
            "not in the form of server certificates",
        ),
        "malformed" => ("mã hóa sai", "malformed"),
        "revoked" => (
            "có chứng thư đã bị thu hồi trên đường dẫn",
            "a certificate of the path is revoked",
        ),
        "expired" => ("đã hết hạn", "expired"),
        "not_yet_valid" => ("chưa có hiệu lực", "not yet valid"),
        "name_mismatch" => ("tên không khớp", "the name is another"),
        _ => ("không dựng được đường dẫn", "no path"),
    };
    common.talk().pick(vi, en).to_owned()
}
