//! The text of a notice to the owner (NĐ 333/2026 Điều 7.5: reason, scope, content, time,
//! cooperation), laid out after NĐ 30/2020, Phụ lục I.

use std::fmt::Write;

use jiff::{Timestamp, Zoned, civil::Time};

use crate::{
    Authorisation, Endpoint, Hours, Inventory, ProbeClass, Route, ScanProfile, System, dates::zone,
};

/// Where a person fills in a name.
const BLANK: &str = "………………………………";

const HEAD: &str = "\
DỰ THẢO

………………………………                    CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
………………………………                         Độc lập - Tự do - Hạnh phúc

Số: ……/TB-……                          ………, ngày …… tháng …… năm ……

THÔNG BÁO
";

/// The notice, as plain paragraphs. Issuing body, number, date and signature stay blank.
pub(super) fn text(
    inventory: &Inventory,
    paper: &Authorisation,
    systems: &[(&System, Vec<&Endpoint>)],
    our_contact: &str,
) -> String {
    let owner = paper.owner.as_ref().and_then(|code| inventory.unit(code));
    let owner = owner.map_or(BLANK, |unit| unit.name.as_str());
    let mut out = vec![
        format!("{HEAD}{}\n", title(paper.route)),
        grounds(&paper.ground),
        format!("{BLANK} thông báo đến {owner} như sau:"),
        format!("1. Lý do: {}.", reason(paper.route)),
        scope(systems),
        content(paper),
        format!("4. Thời gian: {}.", time(paper)),
        sources(paper),
        cooperation(paper, owner, our_contact),
    ];
    if paper.route == Route::Emergency {
        out.push(
            "7. Thông báo này được gửi trong vòng 24 giờ kể từ khi bắt đầu giám sát, theo khoản 5 \
             Điều 7 Nghị định số 333/2026/NĐ-CP."
                .to_owned(),
        );
    }
    out.push(format!(
        "{BLANK} thông báo để {owner} biết, phối hợp thực hiện./.\n"
    ));
    out.push(format!("Nơi nhận:\n- {owner};\n- ………;\n- Lưu: VT, ………."));
    out.push(
        "\nQUYỀN HẠN, CHỨC VỤ CỦA NGƯỜI KÝ\n(Chữ ký của người có thẩm quyền, dấu của cơ quan)\n\n………………………………\n"
            .to_owned(),
    );
    out.join("\n")
}

const fn title(route: Route) -> &'static str {
    match route {
        Route::OwnerRequest => {
            "Về việc kiểm tra an ninh mạng theo đề nghị của chủ quản hệ thống thông tin"
        }
        Route::MonitoringNotice => "Về việc giám sát an ninh mạng",
        Route::SpecialisedUnit => "Về việc phối hợp kiểm tra, đánh giá an ninh mạng",
        Route::Cause => "Về việc kiểm tra an ninh mạng",
        Route::Emergency => "Về việc giám sát an ninh mạng trong tình huống khẩn cấp",
        Route::AdHoc => "Về việc đo kiểm an ninh mạng một lần",
    }
}

const fn reason(route: Route) -> &'static str {
    match route {
        Route::OwnerRequest => {
            "thực hiện đề nghị của chủ quản hệ thống thông tin về kiểm tra, phát hiện điểm yếu, lỗ hổng bảo mật"
        }
        Route::MonitoringNotice | Route::SpecialisedUnit => {
            "phát hiện sớm điểm yếu, lỗ hổng bảo mật để chủ quản hệ thống thông tin kịp thời khắc phục"
        }
        Route::Cause => "có dấu hiệu vi phạm pháp luật về an ninh mạng (nêu cụ thể: ………)",
        Route::Emergency => "có tình huống khẩn cấp đe dọa an ninh quốc gia (nêu cụ thể: ………)",
        Route::AdHoc => "thực hiện nhiệm vụ được giao (nêu cụ thể: ………)",
    }
}

/// One ground a line, ending in semicolons and a full stop.
fn grounds(ground: &str) -> String {
    let lines: Vec<String> = ground
        .split(';')
        .map(|line| line.trim().trim_end_matches('.'))
        .filter(|line| !line.is_empty())
        .map(|line| format!("Căn cứ {line}"))
        .collect();
    format!("{}.\n", lines.join(";\n"))
}

fn scope(systems: &[(&System, Vec<&Endpoint>)]) -> String {
    let mut out = format!(
        "2. Phạm vi: {:02} hệ thống thông tin sau đây, chỉ gồm các địa chỉ được liệt kê:",
        systems.len()
    );
    for (number, (system, endpoints)) in (1u32..).zip(systems) {
        let places: Vec<String> = endpoints.iter().map(|e| place(e)).collect();
        let end = if number as usize == systems.len() {
            "."
        } else {
            ";"
        };
        let _ = write!(
            out,
            "\n   2.{number}. {}: {}{end}",
            system.name,
            places.join(", ")
        );
    }
    out
}

fn content(paper: &Authorisation) -> String {
    let classes: Vec<&str> = paper
        .grant
        .classes
        .iter()
        .map(|class| measure(*class))
        .collect();
    let intensity = match paper.grant.profile {
        ScanProfile::Light => "mỗi thời điểm chỉ một kết nối tới mỗi máy chủ",
        ScanProfile::Standard | ScanProfile::Deep => {
            "mỗi thời điểm không quá 02 kết nối tới mỗi máy chủ"
        }
    };
    let carriers = if paper.grant.classes.contains(&ProbeClass::Udp) {
        "TCP, UDP"
    } else {
        "TCP"
    };
    let ports = if paper.grant.ports == crate::PortSet::all() {
        format!("trên mọi cổng {carriers}")
    } else {
        format!("trên các cổng {carriers} {}", paper.grant.ports)
    };
    format!(
        "3. Nội dung: đo kiểm từ xa, không xâm nhập, gồm: {}; {ports}; {intensity}. Không thử mật \
         khẩu, không khai thác điểm yếu, không thay đổi dữ liệu.",
        classes.join(", "),
    )
}

/// What is done, as a sentence says it.
const fn measure(class: ProbeClass) -> &'static str {
    match class {
        ProbeClass::Handshake => "bắt tay TLS và đọc chứng thư số",
        ProbeClass::Greeting => "đọc lời chào của dịch vụ",
        ProbeClass::Web => "tải trang web công khai",
        ProbeClass::Ports => "xác định cổng TCP đang mở",
        ProbeClass::Udp => {
            "gửi từng gói UDP nhỏ để hỏi dịch vụ (SNMP: đọc mô tả thiết bị bằng từ mặc định \"public\")"
        }
    }
}

fn sources(paper: &Authorisation) -> String {
    let sources: Vec<String> = paper.sources.iter().map(host_or_prefix).collect();
    let sources = if sources.is_empty() {
        BLANK.to_owned()
    } else {
        sources.join(", ")
    };
    format!(
        "5. Địa chỉ thực hiện: các kết nối chỉ xuất phát từ địa chỉ {sources}; kết nối từ địa chỉ \
         khác không thuộc hoạt động này."
    )
}

/// One address without its `/32`.
fn host_or_prefix(prefix: &ipnet::IpNet) -> String {
    if prefix.prefix_len() == prefix.max_prefix_len() {
        prefix.addr().to_string()
    } else {
        prefix.to_string()
    }
}

fn cooperation(paper: &Authorisation, owner: &str, our_contact: &str) -> String {
    let contact = match &paper.contact {
        Some(contact) => format!("giao {contact} làm đầu mối phối hợp"),
        None => "cử cán bộ làm đầu mối phối hợp (họ tên, số điện thoại: ………)".to_owned(),
    };
    format!(
        "6. Phối hợp: đề nghị {owner} {contact}; thông báo ngay khi dịch vụ bị ảnh hưởng, việc đo \
         kiểm được dừng ngay khi có yêu cầu. Đầu mối của cơ quan thực hiện: {our_contact}."
    )
}

fn time(paper: &Authorisation) -> String {
    let (from, until) = (paper.from.to_zoned(zone()), paper.until.to_zoned(zone()));
    // The last second of a day is the whole day.
    let whole = whole_day(paper.until);
    let end = if whole {
        format!("hết {}", day(&until))
    } else {
        format!("{} {}", clock(until.time()), day(&until))
    };
    let hours = paper.grant.hours.map(daily).unwrap_or_default();
    format!("từ {} {} đến {end}{hours}", clock(from.time()), day(&from))
}

fn whole_day(until: Timestamp) -> bool {
    let local = until.to_zoned(zone());
    (local.hour(), local.minute(), local.second()) == (23, 59, 59)
}

fn daily(hours: Hours) -> String {
    let next = if hours.to <= hours.from {
        " hôm sau"
    } else {
        ""
    };
    format!(
        ", hằng ngày từ {} đến {}{next}",
        clock(hours.from),
        clock(hours.to)
    )
}

fn clock(time: Time) -> String {
    format!("{:02} giờ {:02} phút", time.hour(), time.minute())
}

/// Days below 10 and months below 3 have a leading zero (NĐ 30/2020, Phụ lục I).
fn day(at: &Zoned) -> String {
    let month = match at.month() {
        month @ (1 | 2) => format!("0{month}"),
        month => month.to_string(),
    };
    format!("ngày {:02} tháng {month} năm {}", at.day(), at.year())
}

/// Name, address and port, each as declared.
fn place(endpoint: &Endpoint) -> String {
    match (&endpoint.name, endpoint.address) {
        (Some(_), Some(address)) => format!("{} ({address})", endpoint.label()),
        _ => endpoint.label(),
    }
}
