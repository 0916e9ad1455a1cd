//! Key identifiers and addresses: AKI, SKI, authority information, revocation lists, TLS features,
//! timestamps.

use jiff::civil::{Date, date};

use super::{BR, BR2, On, RFC5280, Rule, row};
use crate::probe::chain::{
    der::seconds,
    view::{Point, View, oid, url},
};

const ANY: (Date, On) = (RFC5280, On::Any);
const SERVER: (Date, On) = (BR, On::Server);

pub(super) const RULES: &[Rule] = &[
    row(
        "rfc5280.authority_key_id_missing",
        "RFC 5280 4.2.1.1",
        (RFC5280, On::Issued),
        (
            "không có authorityKeyIdentifier",
            "there is no authority key identifier",
        ),
        |view| view.extension(oid::AUTHORITY_KEY_ID).is_none(),
    ),
    row(
        "rfc5280.authority_key_id_without_id",
        "RFC 5280 4.2.1.1",
        (RFC5280, On::Issued),
        (
            "authorityKeyIdentifier không có keyIdentifier",
            "the authority key identifier lacks its keyIdentifier",
        ),
        |view| view.authority_key().is_some_and(|key| key.id.is_none()),
    ),
    row(
        "rfc5280.authority_key_id_critical",
        "RFC 5280 4.2.1.1",
        ANY,
        (
            "authorityKeyIdentifier là critical",
            "the authority key identifier is critical",
        ),
        |view| view.critical(oid::AUTHORITY_KEY_ID),
    ),
    row(
        "br.authority_key_id_by_issuer",
        "BR 7.1.2.11.1",
        (BR2, On::Server),
        (
            "authorityKeyIdentifier có tên hoặc số sê-ri của người cấp",
            "the authority key identifier names issuer and serial number",
        ),
        |view| view.authority_key().is_some_and(|key| key.by_issuer),
    ),
    row(
        "rfc5280.subject_key_id_missing",
        "RFC 5280 4.2.1.2",
        (RFC5280, On::Authority),
        (
            "CA không có subjectKeyIdentifier",
            "an authority has no subject key identifier",
        ),
        |view| view.extension(oid::SUBJECT_KEY_ID).is_none(),
    ),
    row(
        "rfc5280.subject_key_id_critical",
        "RFC 5280 4.2.1.2",
        ANY,
        (
            "subjectKeyIdentifier là critical",
            "the subject key identifier is critical",
        ),
        |view| view.critical(oid::SUBJECT_KEY_ID),
    ),
    row(
        "rfc5280.subject_key_id_empty",
        "RFC 5280 4.2.1.2",
        ANY,
        (
            "subjectKeyIdentifier rỗng",
            "the subject key identifier is empty",
        ),
        |view| view.subject_key().is_some_and(<[u8]>::is_empty),
    ),
    row(
        "br.root_key_id_differs",
        "BR 7.1.2.1.3",
        (BR, On::Root),
        (
            "CA gốc có hai mã định danh khóa khác nhau",
            "a root has two different key identifiers",
        ),
        |view| {
            let above = view.authority_key().and_then(|key| key.id);
            above.is_some() && view.subject_key().is_some() && above != view.subject_key()
        },
    ),
    row(
        "rfc5280.authority_information_critical",
        "RFC 5280 4.2.2.1",
        ANY,
        (
            "authorityInfoAccess là critical",
            "the authority information is critical",
        ),
        |view| view.critical(oid::AUTHORITY_INFO),
    ),
    row(
        "rfc5280.subject_information_critical",
        "RFC 5280 4.2.2.2",
        ANY,
        (
            "subjectInfoAccess là critical",
            "the subject information is critical",
        ),
        |view| view.critical(oid::SUBJECT_INFO),
    ),
    row(
        "br.authority_information_missing",
        "BR 7.1.2.7.7",
        SERVER,
        (
            "không có authorityInfoAccess",
            "there is no authority information",
        ),
        |view| view.extension(oid::AUTHORITY_INFO).is_none(),
    ),
    row(
        "br.responder_missing",
        "BR 7.1.2.7.7 (đến/until SC-063)",
        SERVER,
        (
            "không có địa chỉ OCSP (bắt buộc đến 14/03/2024)",
            "there is no OCSP responder (demanded until 2024-03-14)",
        ),
        |view| {
            !by_any_list(view)
                && view
                    .information()
                    .is_some_and(|all| !all.iter().any(|(kind, _)| *kind == oid::OCSP))
        },
    ),
    row(
        "br.revocation_pointer_missing",
        "BR 7.1.2.11.2",
        (date(2024, 3, 15), On::Server),
        (
            "không có địa chỉ OCSP lẫn danh sách thu hồi, và không phải loại ngắn ngày",
            "there is neither an OCSP responder nor a revocation list, and it is not short-lived",
        ),
        |view| {
            let asked = view
                .information()
                .is_some_and(|all| all.iter().any(|(kind, _)| *kind == oid::OCSP));
            !asked && view.extension(oid::CRL_POINTS).is_none() && !short_lived(view)
        },
    ),
    row(
        "br.information_not_http",
        "BR 7.1.2.7.7",
        SERVER,
        (
            "địa chỉ OCSP hoặc chứng thư người cấp không phải http",
            "an address of the responder or issuer is not http",
        ),
        |view| {
            let known = |kind: &[u8]| [oid::OCSP, oid::CA_ISSUERS].contains(&kind);
            view.information().is_some_and(|all| {
                all.iter()
                    .any(|(kind, name)| known(kind) && !url(name).is_some_and(http))
            })
        },
    ),
    row(
        "rfc5280.crl_point_incomplete",
        "RFC 5280 4.2.1.13",
        ANY,
        (
            "điểm phân phối danh sách thu hồi không có tên lẫn người cấp",
            "a distribution point has neither name nor issuer",
        ),
        |view| {
            view.points()
                .is_some_and(|all| all.iter().any(|point| !point.named && !point.issuer))
        },
    ),
    row(
        "br.crl_not_http",
        "BR 7.1.2.11.2",
        SERVER,
        (
            "điểm phân phối danh sách thu hồi không có địa chỉ http",
            "a distribution point has no http address",
        ),
        |view| {
            view.points()
                .is_some_and(|all| all.iter().any(|point| !point.urls().any(http)))
        },
    ),
    row(
        "br.crl_by_reasons",
        "BR 7.1.2.11.2",
        (BR2, On::Server),
        (
            "điểm phân phối chỉ cho một số lý do hoặc của người cấp khác",
            "a distribution point is for some reasons or of another issuer",
        ),
        |view| {
            view.points().is_some_and(|all| {
                all.iter()
                    .any(|point: &Point<'_>| point.reasons || point.issuer)
            })
        },
    ),
    row(
        "rfc5280.freshest_crl_critical",
        "RFC 5280 4.2.1.15",
        ANY,
        ("freshestCRL là critical", "the freshest CRL is critical"),
        |view| view.critical(oid::FRESHEST_CRL),
    ),
    row(
        "rfc7633.features_empty",
        "RFC 7633 4.1",
        ANY,
        (
            "phần mở rộng TLS feature rỗng",
            "the list of TLS features is empty",
        ),
        |view| view.features().is_some_and(|all| all.is_empty()),
    ),
    row(
        "rfc6962.timestamps_malformed",
        "RFC 6962 3.3",
        ANY,
        (
            "danh sách dấu thời gian CT sai cấu trúc hoặc rỗng",
            "the list of CT timestamps is malformed or empty",
        ),
        |view| {
            view.extension(oid::SCT_LIST).is_some()
                && view.timestamps().is_none_or(|count| count == 0)
        },
    ),
    row(
        "rfc6962.precertificate",
        "RFC 6962 3.1",
        ANY,
        (
            "là bản tiền chứng thư, không được dùng trên máy chủ",
            "it is a precertificate, never meant for a server",
        ),
        |view| view.extension(oid::PRECERTIFICATE).is_some(),
    ),
];

fn http(url: &[u8]) -> bool {
    url.get(..7)
        .is_some_and(|start| start.eq_ignore_ascii_case(b"http://"))
}

/// Issued since revocation lists alone are enough (ballot SC-063).
fn by_any_list(view: &View<'_>) -> bool {
    // 2024-03-15T00:00:00Z.
    seconds(&view.not_before).is_none_or(|at| at >= 1_710_460_800)
}

/// A short-lived subscriber certificate: ten days, from 15 March 2026 seven (BR 1.6.1).
fn short_lived(view: &View<'_>) -> bool {
    let (Some(from), Some(to)) = (seconds(&view.not_before), seconds(&view.not_after)) else {
        return false;
    };
    // 2026-03-15T00:00:00Z.
    let days = if from >= 1_773_532_800 { 7 } else { 10 };
    to - from < days * 86_400
}
