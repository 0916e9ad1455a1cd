//! Who, what, under which paper and rules.

use luytre_checks::{
    FactKind,
    fact::{RecordFact, RecordGap},
    policy::Certainty,
};
use luytre_inventory::{
    Hosting, InfoKind, Language, LevelPack, Paper, RoleKind, SystemKind, propose_level,
};
use luytre_report as report;

use super::{Material, grounds, vantage};

pub(super) fn letterhead(material: &Material<'_>) -> report::Letterhead {
    let organisation = &material.settings.organisation;
    let owner = material.unit_name(RoleKind::Owner);
    let operator = material.unit_name(RoleKind::Operator);
    let mut recipients = vec!["Như trên".to_owned()];
    recipients.extend(operator.map(|name| format!("{name} (để thực hiện)")));
    report::Letterhead {
        superior_body: organisation.superior.clone(),
        issuing_body: organisation.name.clone(),
        place: organisation.place.clone(),
        number_symbol: organisation.symbol.clone(),
        addressees: owner.into_iter().collect(),
        recipients,
        archive_unit: organisation
            .symbol
            .rsplit('-')
            .next()
            .unwrap_or("VT")
            .to_owned(),
        signing_authority: None,
        signing_position: organisation.signer.clone(),
    }
}

pub(super) fn assessor(material: &Material<'_>) -> report::Assessor {
    let organisation = &material.settings.organisation;
    let basis = grounds(material)
        .first()
        .map(|a| format!("{}: {}", a.number, a.ground));
    report::Assessor {
        name: organisation.name.clone(),
        legal_basis: basis,
        independence: None,
    }
}

pub(super) fn legal_bases(material: &Material<'_>) -> Vec<String> {
    let mut bases = vec![
        "Căn cứ Luật An ninh mạng số 116/2025/QH15".to_owned(),
        "Căn cứ Nghị định số 331/2026/NĐ-CP".to_owned(),
    ];
    bases.extend(
        grounds(material)
            .iter()
            .map(|a| format!("Căn cứ {}", a.number)),
    );
    bases
}

fn decision(paper: &Paper) -> Option<report::Decision> {
    Some(report::Decision {
        number: paper.number.clone()?,
        date: paper.date,
        authority: paper.authority.clone(),
    })
}

pub(super) fn system(material: &Material<'_>) -> report::System {
    let (system, day) = (material.system, material.day());
    let profile = system.profile.as_ref();
    report::System {
        code: system.code.to_string(),
        name: system.name.clone(),
        owner: material.unit_name(RoleKind::Owner),
        operator: material.unit_name(RoleKind::Operator),
        provider: material.unit_name(RoleKind::Provider),
        using_units: system
            .holders(RoleKind::UsingUnit, day)
            .map(|code| material.name_of(code))
            .collect(),
        kind: profile
            .and_then(|p| p.kind)
            .map(|kind| kind_words(kind).to_owned()),
        information: profile
            .map(|p| {
                p.info
                    .iter()
                    .map(|info| info_words(*info).to_owned())
                    .collect()
            })
            .unwrap_or_default(),
        approval: system.approved_level(day).map(|approved| report::Approval {
            level: approved.level,
            decision: decision(&approved.decision),
        }),
        proposal: profile.map(|profile| {
            let pack = LevelPack::in_force(day).unwrap_or(LevelPack::Nd331);
            let proposal = propose_level(profile, pack, day);
            report::Proposal {
                level: proposal.level,
                reasons: proposal
                    .reasons
                    .iter()
                    .map(|r| {
                        format!(
                            "{} ({}, {})",
                            r.words.vi, r.article.decree, r.article.article
                        )
                    })
                    .collect(),
                assumptions: proposal.assumptions.iter().map(|a| a.vi.clone()).collect(),
                needs_human: proposal.needs_human,
            }
        }),
        regulation: system.regulation.as_ref().and_then(decision),
        hosting: system
            .hosting
            .map(|hosting| hosting_words(hosting).to_owned()),
        monitoring: system.monitored.map(|yes| {
            if yes {
                "Đã kết nối giám sát tập trung"
            } else {
                "Chưa kết nối giám sát tập trung"
            }
            .to_owned()
        }),
        interconnections: Vec::new(),
        live_since: system.go_live,
    }
}

fn kind_words(kind: SystemKind) -> &'static str {
    match kind {
        SystemKind::Internal => "Phục vụ hoạt động nội bộ",
        SystemKind::CitizenBusiness => "Phục vụ người dân, doanh nghiệp",
        SystemKind::Infrastructure => "Cơ sở hạ tầng thông tin",
        SystemKind::IndustrialControl => "Điều khiển công nghiệp",
        SystemKind::Other => "Hệ thống khác",
    }
}

fn info_words(info: InfoKind) -> &'static str {
    match info {
        InfoKind::Public => "Thông tin công cộng",
        InfoKind::Private => "Thông tin riêng",
        InfoKind::PersonalBasic => "Dữ liệu cá nhân cơ bản",
        InfoKind::PersonalSensitive => "Dữ liệu cá nhân nhạy cảm",
        InfoKind::StateSecret => "Bí mật nhà nước",
    }
}

fn hosting_words(hosting: Hosting) -> &'static str {
    match hosting {
        Hosting::NationalDataCentre => "Trung tâm dữ liệu quốc gia",
        Hosting::ProvincialDataCentre => "Trung tâm dữ liệu tỉnh",
        Hosting::Commercial => "Thuê dịch vụ lưu trữ, điện toán đám mây",
        Hosting::OnSite => "Đặt tại đơn vị",
    }
}

pub(super) fn authorisations(material: &Material<'_>) -> Vec<report::Authorisation> {
    let vantage = vantage(material);
    grounds(material)
        .into_iter()
        .map(|a| {
            let names = a.grant.names.iter().map(ToString::to_string);
            let prefixes = a.grant.prefixes.iter().map(ToString::to_string);
            let parts: Vec<String> = names.chain(prefixes).collect();
            let shown = 8;
            let mut scope = parts
                .iter()
                .take(shown)
                .cloned()
                .collect::<Vec<_>>()
                .join(", ");
            if parts.len() > shown {
                scope = format!("{scope} và {} mục khác", parts.len() - shown);
            }
            report::Authorisation {
                route: a.route,
                number: a.number.clone(),
                date: Some(a.date),
                scope,
                until: Some(luytre_checks::policy::day_of(a.until)),
                vantage,
            }
        })
        .collect()
}

pub(super) fn packs(material: &Material<'_>) -> Vec<report::Pack> {
    let listed = material.policy.packs();
    listed
        .into_iter()
        .filter(|pack| pack.in_force)
        .map(|pack| report::Pack {
            title: pack.title.of(Language::Vi).to_owned(),
            id: pack.id,
            version: pack.version,
            certainty: match pack.certainty {
                Certainty::Confirmed => "Đã đọc toàn văn",
                Certainty::Unconfirmed => "Nguồn thứ cấp, chưa xác nhận",
                Certainty::Memory => "Chưa xác nhận",
            }
            .to_owned(),
        })
        .collect()
}

pub(super) fn gaps(material: &Material<'_>) -> Vec<report::Gap> {
    let record = material.observations.iter().find_map(|o| match o.fact() {
        Some(luytre_checks::Fact::Record(record)) if o.probe == FactKind::Record => Some(record),
        _ => None,
    });
    let computed;
    let record = if let Some(record) = record {
        record
    } else {
        computed = RecordFact::of(material.system, material.day());
        &computed
    };
    record.gaps.iter().map(|gap| gap_words(*gap)).collect()
}

fn gap_words(gap: RecordGap) -> report::Gap {
    let (field, consequence, supplier) = match gap {
        RecordGap::Owner => (
            "Chủ quản hệ thống thông tin",
            "không xác định được ai phê duyệt cấp độ",
            "UBND tỉnh",
        ),
        RecordGap::Operator => (
            "Đơn vị vận hành",
            "không biết ai khắc phục",
            "Chủ quản hệ thống thông tin",
        ),
        RecordGap::ApprovedLevel => (
            "Cấp độ được phê duyệt",
            "không xác định được yêu cầu phải đáp ứng",
            "Chủ quản hệ thống thông tin",
        ),
        RecordGap::Decision => (
            "Số, ngày quyết định phê duyệt cấp độ",
            "không kiểm chứng được cấp độ",
            "Chủ quản hệ thống thông tin",
        ),
        RecordGap::Endpoint => (
            "Tên miền hoặc địa chỉ",
            "không quét được",
            "Đơn vị vận hành",
        ),
        RecordGap::Profile => (
            "Loại hình, loại thông tin, số chủ thể dữ liệu",
            "không đề xuất được cấp độ",
            "Đơn vị vận hành",
        ),
        RecordGap::Regulation => (
            "Quy chế bảo đảm an ninh mạng",
            "chưa đủ điều kiện phê duyệt hồ sơ cấp độ",
            "Đơn vị vận hành",
        ),
        RecordGap::GoLive => (
            "Ngày đưa vào vận hành",
            "không tính được thời hạn chuyển tiếp",
            "Đơn vị vận hành",
        ),
    };
    report::Gap {
        field: field.to_owned(),
        consequence: consequence.to_owned(),
        supplier: Some(supplier.to_owned()),
    }
}
