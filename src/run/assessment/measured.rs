//! What was measured, and what was not.

use std::collections::{BTreeMap, BTreeSet};

use luytre_checks::{
    Fact, FactKind, Observation, Reading, Unmeasured,
    fact::{ChainFact, TrustVerdict},
    policy::day_of,
};
use luytre_inventory::{Endpoint, ScanProfile};
use luytre_report as report;

use super::Material;

pub(super) fn method(material: &Material<'_>) -> report::Method {
    let kinds: BTreeSet<FactKind> = material.observations.iter().map(|o| o.probe).collect();
    let sensors: BTreeSet<&str> = material
        .observations
        .iter()
        .filter(|o| o.probe != FactKind::Record)
        .map(|o| &*o.sensor)
        .collect();
    report::Method {
        profile: match material.profile {
            ScanProfile::Light => "nhẹ, mỗi máy chủ một phiên kết nối tại một thời điểm",
            ScanProfile::Standard => "tiêu chuẩn, mỗi máy chủ tối đa hai phiên kết nối",
            ScanProfile::Deep => "đầy đủ, mỗi máy chủ tối đa hai phiên kết nối",
        }
        .to_owned(),
        probes: kinds
            .into_iter()
            .map(|kind| kind_words(kind).to_owned())
            .collect(),
        sensors: sensors.into_iter().map(str::to_owned).collect(),
        not_done: [
            "kiểm thử xâm nhập, khai thác lỗ hổng, thử tải",
            "dò mật khẩu, đăng nhập vào hệ thống",
            "rà soát mã nguồn, kiểm tra bên trong máy chủ",
            "thu thập nội dung dữ liệu của hệ thống",
        ]
        .map(str::to_owned)
        .to_vec(),
        editions: vec!["kho chứng thư gốc công khai của trình duyệt, đóng kèm phần mềm".to_owned()],
    }
}

fn kind_words(kind: FactKind) -> &'static str {
    match kind {
        FactKind::Tls => "phiên bản TLS, bộ mã và nhóm trao đổi khóa",
        FactKind::Chain => "chứng thư số và chuỗi tin cậy",
        FactKind::Ports => "cổng TCP có trả lời",
        FactKind::Service => "lời chào của dịch vụ",
        FactKind::Http => "trang đầu qua HTTP, HTTPS",
        FactKind::Ssh => "thuật toán và khóa máy chủ SSH",
        FactKind::Udp => "dịch vụ UDP có trả lời và hệ số khuếch đại",
        FactKind::Dns => "bản ghi tên miền và thư điện tử, hỏi máy phân giải",
        FactKind::Record => "thông tin trong danh mục",
    }
}

pub(super) fn assets(material: &Material<'_>) -> Vec<report::Asset> {
    material
        .system
        .endpoints
        .iter()
        .map(|endpoint| {
            let looks: Vec<&Observation> = material
                .observations
                .iter()
                .filter(|o| o.endpoint_id == Some(endpoint.id))
                .collect();
            let addresses: BTreeSet<String> = looks
                .iter()
                .filter_map(|o| o.address)
                .map(|a| a.to_string())
                .collect();
            report::Asset {
                endpoint: endpoint.label(),
                addresses: addresses.into_iter().collect(),
                purpose: purpose(endpoint),
                state: state(&looks),
            }
        })
        .collect()
}

fn purpose(endpoint: &Endpoint) -> Option<String> {
    let protocol = endpoint.protocol?;
    serde_json::to_value(protocol)
        .ok()?
        .as_str()
        .map(str::to_uppercase)
}

fn state(looks: &[&Observation]) -> report::AssetState {
    let measured = looks
        .iter()
        .filter(|o| o.fact().is_some())
        .map(|o| o.ended)
        .max();
    let failure = looks.iter().find_map(|o| match o.reading {
        Reading::Unmeasured { reason } => Some(reason),
        Reading::Measured { .. } | Reading::Confirmed { .. } => None,
    });
    match (measured, failure) {
        (Some(at), None) => report::AssetState::Measured { at },
        (Some(at), Some(reason)) => report::AssetState::Partly {
            at,
            reason: reason.text().vi.to_owned(),
        },
        (None, Some(reason)) => report::AssetState::Unmeasured {
            reason: reason.text().vi.to_owned(),
        },
        (None, None) => report::AssetState::Unmeasured {
            reason: "chưa quét lần nào".to_owned(),
        },
    }
}

pub(super) fn coverage(material: &Material<'_>) -> report::Coverage {
    let coverage = material.coverage;
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    report::Coverage {
        planned: count(coverage.planned()),
        measured: count(coverage.measured()),
        unmeasured: coverage
            .unmeasured()
            .into_iter()
            .map(|(reason, n)| report::Unmeasured {
                reason: capitalised(reason),
                count: count(n),
            })
            .collect(),
        not_permitted: count(coverage.not_permitted()),
        threshold_percent: material.settings.scan.coverage_threshold_percent,
    }
}

fn capitalised(reason: Unmeasured) -> String {
    let text = reason.text().vi;
    let mut letters = text.chars();
    letters
        .next()
        .map(|c| c.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

pub(super) fn certificates(material: &Material<'_>) -> Vec<report::Certificate> {
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for observation in material.observations {
        let Some(Fact::Chain(chain)) = observation.fact() else {
            continue;
        };
        let Some(leaf) = chain.leaf() else { continue };
        if !seen.insert((observation.endpoint.clone(), leaf.sha256.clone())) {
            continue;
        }
        out.push(report::Certificate {
            endpoint: observation.endpoint.clone(),
            subject: leaf.subject.clone(),
            issuer: leaf.issuer.clone(),
            not_before: day_of(leaf.not_before),
            not_after: day_of(leaf.not_after),
            trust: trust(chain),
        });
    }
    out.sort_by(|a, b| {
        a.not_after
            .cmp(&b.not_after)
            .then_with(|| a.endpoint.cmp(&b.endpoint))
    });
    out
}

/// Trusted by any set of roots; untrusted only if every set says so.
fn trust(chain: &ChainFact) -> report::Trust {
    let any = |verdict| chain.trust.iter().any(|trust| trust.verdict == verdict);
    if any(TrustVerdict::Trusted) {
        report::Trust::Trusted
    } else if chain.trust.is_empty() || any(TrustVerdict::Unknown) {
        report::Trust::Unknown
    } else {
        report::Trust::Untrusted
    }
}

pub(super) fn services(material: &Material<'_>) -> Vec<report::Service> {
    let declared = |port: u16| {
        material
            .system
            .endpoints
            .iter()
            .any(|e| e.port == Some(port))
    };
    let mut found: BTreeMap<(String, u16), report::Service> = BTreeMap::new();
    for observation in material.observations {
        let host = observation.address.map_or_else(
            || observation.endpoint.clone(),
            |address| address.to_string(),
        );
        match observation.fact() {
            Some(Fact::Service(service)) => {
                let product = service
                    .product
                    .as_ref()
                    .map(|product| match &service.version {
                        Some(version) => format!("{product} {version}"),
                        None => product.clone(),
                    });
                let protocol = service
                    .protocol
                    .and_then(|p| serde_json::to_value(p).ok())
                    .and_then(|v| v.as_str().map(str::to_uppercase))
                    .unwrap_or_else(|| "chưa xác định".to_owned());
                let row = report::Service {
                    host: host.clone(),
                    port: service.port,
                    protocol,
                    product,
                    declared: declared(service.port),
                };
                found.insert((host, service.port), row);
            }
            Some(Fact::Ports(ports)) => {
                for port in &ports.open {
                    found
                        .entry((host.clone(), *port))
                        .or_insert_with(|| report::Service {
                            host: host.clone(),
                            port: *port,
                            protocol: "chưa xác định".to_owned(),
                            product: None,
                            declared: declared(*port),
                        });
                }
            }
            _ => {}
        }
    }
    found.into_values().collect()
}
