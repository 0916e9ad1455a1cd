//! Columns of the sheets whose rows belong to a system, and of authorisations and exclusions.

use std::collections::BTreeSet;

use ipnet::IpNet;
use jiff::{Timestamp, civil::Date};
use uuid::Uuid;

use super::{
    BAD_CODE, BAD_DATE, BAD_FLAG, BAD_LEVEL, BAD_NUMBER, BAD_WORD, Column, Lock, Spec, choices,
    misread, read_count, show_flag,
};
use crate::{
    ApprovedLevel, Authorisation, Change, ChangeKind, ControlGrade, DefenceHarm, Endpoint,
    Exclusion, ExclusionKind, Grant, Hours, InfoKind, InfrastructureScope, Level, NamePattern,
    Paper, PortSet, ProbeClass, Profile, Protocol, Revocation, Route, ScanProfile, ServiceDegree,
    SystemKind, Transport, Zone,
    dates::{Edge, parse_date, parse_moment, show_date, show_moment},
    parse_address,
    place::{Misread, parse_spot, port_number},
    words::{Worded, read_level, read_yes_no},
};

/// The first column of a sheet whose rows belong to a system.
pub(crate) const SYSTEM: Spec = Spec::new("system", "Mã hệ thống", "System code")
    .width(20)
    .lock(Lock::Written)
    .note("Để trống nếu hệ thống chưa có mã: khi đó chọn tên ở cột bên.");
/// The second one: it tells the system of a new row that has no code yet.
pub(crate) const SYSTEM_NAME: Spec = Spec::new("system_name", "Thuộc hệ thống", "Name of system")
    .width(34)
    .lock(Lock::Written)
    .range("='Hệ thống'!$B$2:$B$2001")
    .note("Đúng như tên ở trang Hệ thống.");
/// Path of a component profile: empty for the system itself, `1`, `1.2` below it.
pub(crate) const COMPONENT: Spec = Spec::new("component", "Thành phần", "Component")
    .width(10)
    .note("Để trống: cả hệ thống. 1, 2, 1.1…: hệ thống thành phần.");
pub(crate) const UNREAD_FIELD: Spec = Spec::new("field", "Trường", "Field").width(20);
pub(crate) const UNREAD_TEXT: Spec = Spec::new("text", "Nội dung nguyên văn", "Text as it stood")
    .width(60)
    .free();

const BAD_MOMENT: Misread = misread(
    "không phải ngày giờ",
    "is no date or time",
    "ghi dạng 18/11/2026 hoặc 18/11/2026 09:00",
    "write 18/11/2026 or 18/11/2026 09:00",
);
const BAD_HOST: Misread = misread(
    "không phải tên miền hay địa chỉ IP",
    "is neither a host name nor an IP address",
    "ghi dạng www.ten-mien.vn, *.ten-mien.vn hoặc 192.0.2.1",
    "write www.name.vn, *.name.vn or 192.0.2.1",
);
const BAD_PREFIX: Misread = misread(
    "không phải dải mạng",
    "is no network prefix",
    "ghi dạng 192.0.2.0/24, mỗi dải một dòng",
    "write 192.0.2.0/24, one a line",
);
const BAD_PORT: Misread = misread(
    "không phải cổng",
    "is no port",
    "ghi số từ 1 đến 65535, dải dạng 8000-8100",
    "write a number from 1 to 65535, a range as 8000-8100",
);
const ONE_PORT: Misread = misread(
    "không phải một cổng",
    "is not one port",
    "ghi một số từ 1 đến 65535; mỗi cổng một dòng riêng",
    "write one number from 1 to 65535; one row a port",
);
const NO_NAME: Misread = misread(
    "là địa chỉ IP, không phải tên miền",
    "is an address, not a host name",
    "ghi vào cột Địa chỉ IP",
    "write it in the column of addresses",
);
const NO_ADDRESS: Misread = misread(
    "là tên miền, không phải địa chỉ IP",
    "is a host name, not an address",
    "ghi vào cột Tên miền",
    "write it in the column of host names",
);
const BAD_ID: Misread = misread(
    "không phải mã định danh",
    "is no identity",
    "không sửa cột này; để trống cho điểm mới",
    "leave this column alone; blank for a new endpoint",
);
const BAD_HOURS: Misread = misread(
    "không phải khung giờ",
    "are no hours",
    "ghi dạng 07:00-19:00",
    "write 07:00-19:00",
);

fn lines<T>(text: &str, bad: Misread, read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, Misread> {
    text.split(['\n', ';', ','])
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| read(line).ok_or(bad))
        .collect()
}

fn joined<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    items
        .into_iter()
        .map(|i| i.to_string())
        .collect::<Vec<_>>()
        .join("\n")
}

fn prefix(text: &str) -> Option<IpNet> {
    text.parse()
        .ok()
        .or_else(|| parse_address(text).ok().map(IpNet::from))
}

fn words_of<T: Worded>(items: impl IntoIterator<Item = T>) -> String {
    joined(items.into_iter().map(|i| i.text().vi))
}

/// A column of plain parts: how it shows and how it is read, on a place of the row.
macro_rules! column {
    ($spec:expr, $show:expr, $read:expr, $copy:expr) => {
        Column {
            spec: $spec,
            show: $show,
            read: $read,
            copy: $copy,
        }
    };
}

pub(crate) static LEVELS: &[Column<ApprovedLevel>] = &[
    column!(
        Spec::new("level", "Cấp độ", "Level").width(9),
        |l, _| u8::from(l.level).to_string(),
        |l, text, _| {
            l.level = read_level(text).ok_or(BAD_LEVEL)?;
            Ok(())
        },
        |from, to| to.level = from.level
    ),
    column!(
        Spec::new("number", "Số quyết định", "Decision number"),
        |l, _| l.decision.number.clone().unwrap_or_default(),
        |l, text, _| {
            l.decision.number = Some(text.to_owned());
            Ok(())
        },
        |from, to| to.decision.number.clone_from(&from.decision.number)
    ),
    column!(
        Spec::new("date", "Ngày quyết định", "Decision date").width(13),
        |l, _| l.decision.date.map(show_date).unwrap_or_default(),
        |l, text, _| {
            l.decision.date = Some(parse_date(text).ok_or(BAD_DATE)?);
            Ok(())
        },
        |from, to| to.decision.date = from.decision.date
    ),
    column!(
        Spec::new("authority", "Cơ quan phê duyệt", "Approving body").width(28),
        |l, _| l.decision.authority.clone().unwrap_or_default(),
        |l, text, _| {
            l.decision.authority = Some(text.to_owned());
            Ok(())
        },
        |from, to| to.decision.authority.clone_from(&from.decision.authority)
    ),
    column!(
        Spec::new("until", "Hết hiệu lực", "Until").width(13),
        |l, _| l.until.map(show_date).unwrap_or_default(),
        |l, text, _| {
            l.until = Some(parse_date(text).ok_or(BAD_DATE)?);
            Ok(())
        },
        |from, to| to.until = from.until
    ),
];

pub(crate) fn blank_level() -> ApprovedLevel {
    ApprovedLevel {
        level: Level::One,
        decision: Paper::default(),
        until: None,
    }
}

pub(crate) static CHANGES: &[Column<Change>] = &[
    column!(
        Spec::new("date", "Ngày thay đổi", "Date").width(13),
        |c, _| show_date(c.date),
        |c, text, _| {
            c.date = parse_date(text).ok_or(BAD_DATE)?;
            Ok(())
        },
        |from, to| to.date = from.date
    ),
    column!(
        Spec::new("kind", "Loại thay đổi", "Kind")
            .width(30)
            .choices(choices!(ChangeKind)),
        |c, _| c.kind.text().vi.to_owned(),
        |c, text, _| {
            c.kind = ChangeKind::read(text).ok_or(BAD_WORD)?;
            Ok(())
        },
        |from, to| to.kind = from.kind
    ),
    column!(
        Spec::new("note", "Nội dung", "Note").width(50).free(),
        |c, _| c.note.clone().unwrap_or_default(),
        |c, text, _| {
            c.note = Some(text.to_owned());
            Ok(())
        },
        |from, to| to.note.clone_from(&from.note)
    ),
];

pub(crate) fn blank_change() -> Change {
    Change {
        date: Date::ZERO,
        kind: ChangeKind::Function,
        note: None,
    }
}

pub(crate) static ENDPOINTS: &[Column<Endpoint>] = &[
    column!(
        Spec::new("id", "Mã điểm kết nối", "Endpoint id")
            .width(38)
            .lock(Lock::Always)
            .note("Không sửa. Để trống nếu là điểm mới."),
        |e, _| e.id.to_string(),
        |e, text, _| {
            e.id = Uuid::try_parse(text).map_err(|_| BAD_ID)?;
            Ok(())
        },
        |from, to| to.id = from.id
    ),
    column!(
        Spec::new("name", "Tên miền", "Host name").width(30),
        |e, _| joined(&e.name),
        |e, text, _| {
            // A whole URL says the port and the protocol too; columns further right win.
            if let Ok(name) = text.parse() {
                e.name = Some(name);
            } else {
                let spot = parse_spot(text)?;
                e.name = Some(spot.name.ok_or(NO_NAME)?);
                (e.transport, e.port, e.protocol) = (spot.transport, spot.port, spot.protocol);
            }
            Ok(())
        },
        |from, to| to.name.clone_from(&from.name)
    ),
    column!(
        Spec::new("address", "Địa chỉ IP", "Address").width(20),
        |e, _| joined(e.address),
        |e, text, _| {
            e.address = match parse_address(text) {
                Ok(address) => Some(address),
                Err(_) => Some(parse_spot(text)?.address.ok_or(NO_ADDRESS)?),
            };
            Ok(())
        },
        |from, to| to.address = from.address
    ),
    column!(
        Spec::new("transport", "Giao vận", "Transport")
            .width(9)
            .choices(choices!(Transport)),
        |e, _| e.transport.text().vi.to_owned(),
        |e, text, _| {
            e.transport = Transport::read(text).ok_or(BAD_WORD)?;
            Ok(())
        },
        |from, to| to.transport = from.transport
    ),
    column!(
        Spec::new("port", "Cổng", "Port").width(8),
        |e, _| joined(e.port),
        |e, text, _| {
            e.port = Some(port_number(text).ok_or(ONE_PORT)?);
            Ok(())
        },
        |from, to| to.port = from.port
    ),
    column!(
        Spec::new("protocol", "Giao thức", "Protocol")
            .width(12)
            .choices(choices!(Protocol)),
        |e, _| joined(e.protocol.map(|p| p.text().vi)),
        |e, text, _| {
            e.protocol = Some(Protocol::read(text).ok_or(BAD_WORD)?);
            Ok(())
        },
        |from, to| to.protocol = from.protocol
    ),
    column!(
        Spec::new("zone", "Vùng mạng", "Zone")
            .width(22)
            .choices(choices!(Zone)),
        |e, _| e.zone.text().vi.to_owned(),
        |e, text, _| {
            e.zone = Zone::read(text).ok_or(BAD_WORD)?;
            Ok(())
        },
        |from, to| to.zone = from.zone
    ),
    column!(
        Spec::new("fragile", "Dễ hỏng khi quét", "Fragile")
            .width(11)
            .choices(&[super::YES, super::NO]),
        |e, _| show_flag(e.fragile.then_some(true)),
        |e, text, _| {
            e.fragile = read_yes_no(text).ok_or(BAD_FLAG)?;
            Ok(())
        },
        |from, to| to.fragile = from.fragile
    ),
];

pub(crate) fn blank_endpoint() -> Endpoint {
    Endpoint {
        id: Uuid::nil(),
        name: None,
        address: None,
        transport: Transport::default(),
        port: None,
        protocol: None,
        zone: Zone::default(),
        fragile: false,
    }
}

macro_rules! profile_word {
    ($field:ident, $kind:ident, $vi:literal, $en:literal) => {
        column!(
            Spec::new(stringify!($field), $vi, $en)
                .width(26)
                .choices(choices!($kind)),
            |p, _| p.$field.map(|w| w.text().vi.to_owned()).unwrap_or_default(),
            |p, text, _| {
                p.$field = Some($kind::read(text).ok_or(BAD_WORD)?);
                Ok(())
            },
            |from, to| to.$field = from.$field
        )
    };
}
macro_rules! profile_flag {
    ($field:ident, $vi:literal, $en:literal) => {
        column!(
            Spec::new(stringify!($field), $vi, $en)
                .width(13)
                .choices(&[super::YES, super::NO]),
            |p, _| show_flag(p.$field),
            |p, text, _| {
                p.$field = Some(read_yes_no(text).ok_or(BAD_FLAG)?);
                Ok(())
            },
            |from, to| to.$field = from.$field
        )
    };
}
macro_rules! profile_count {
    ($field:ident, $vi:literal, $en:literal) => {
        column!(
            Spec::new(stringify!($field), $vi, $en).width(14),
            |p, _| joined(p.$field),
            |p, text, _| {
                p.$field = Some(read_count(text).ok_or(BAD_NUMBER)?);
                Ok(())
            },
            |from, to| to.$field = from.$field
        )
    };
}

pub(crate) static PROFILES: &[Column<Profile>] = &[
    profile_word!(kind, SystemKind, "Loại hình hệ thống", "Kind of system"),
    column!(
        Spec::new("info", "Loại thông tin xử lý", "Kinds of information").width(28)
            .note("Mỗi loại một dòng: Thông tin công cộng; Thông tin riêng; Dữ liệu cá nhân cơ bản; Dữ liệu cá nhân nhạy cảm; Bí mật nhà nước."),
        |p, _| words_of(p.info.iter().copied()),
        |p, text, _| { p.info = lines(text, BAD_WORD, InfoKind::read)?.into_iter().collect(); Ok(()) },
        |from, to| to.info.clone_from(&from.info)
    ),
    profile_count!(subjects_basic, "Số chủ thể dữ liệu cơ bản", "Subjects, basic"),
    profile_count!(subjects_sensitive, "Số chủ thể dữ liệu nhạy cảm", "Subjects, sensitive"),
    profile_count!(users_personal, "Số người dùng (NĐ 85)", "Users (NĐ 85)"),
    column!(
        Spec::new("counting", "Cách đếm", "How counted").width(30).free(),
        |p, _| p.counting.clone().unwrap_or_default(),
        |p, text, _| { p.counting = Some(text.to_owned()); Ok(()) },
        |from, to| to.counting.clone_from(&from.counting)
    ),
    profile_flag!(handles_admin_procedures, "Giải quyết thủ tục hành chính", "Administrative procedures"),
    profile_word!(public_service_degree, ServiceDegree, "Mức dịch vụ công trực tuyến", "Degree of public service"),
    profile_flag!(conditional_business, "Ngành nghề kinh doanh có điều kiện", "Conditional business"),
    profile_word!(infra_scope, InfrastructureScope, "Phạm vi hạ tầng", "Infrastructure scope"),
    profile_flag!(needs_24x7, "Phải chạy 24/7", "Runs 24/7"),
    profile_flag!(national_egov, "Chính phủ điện tử quốc gia", "National e-government"),
    profile_word!(ics_grade, ControlGrade, "Cấp công trình điều khiển", "Construction grade"),
    profile_flag!(serves_defence_security, "Phục vụ quốc phòng, an ninh", "Defence or security"),
    profile_word!(harm_to_national_security, DefenceHarm, "Tổn hại an ninh quốc gia", "Harm to national security"),
    profile_flag!(central_especially_important_data, "Lưu trữ tập trung dữ liệu đặc biệt quan trọng", "Central especially important data"),
    column!(
        Spec::new("pm_decision_level", "Cấp độ theo quyết định của Thủ tướng", "Level by Prime Minister").width(14),
        |p, _| joined(p.pm_decision_level.map(u8::from)),
        |p, text, _| { p.pm_decision_level = Some(read_level(text).ok_or(BAD_LEVEL)?); Ok(()) },
        |from, to| to.pm_decision_level = from.pm_decision_level
    ),
];

fn revoked(a: &mut Authorisation) -> &mut Revocation {
    a.revoked.get_or_insert_with(|| Revocation {
        at: Timestamp::UNIX_EPOCH,
        by: String::new(),
        reason: String::new(),
    })
}

fn show_hours(hours: Hours) -> String {
    crate::toml_file::show_hours(hours)
}

/// Columns of the sheet "Căn cứ quét".
pub(crate) static AUTHORISATIONS: &[Column<Authorisation>] = &[
    column!(
        Spec::new("number", "Số, ký hiệu", "Number")
            .width(22)
            .free(),
        |a, _| a.number.clone(),
        |a, text, _| {
            text.clone_into(&mut a.number);
            Ok(())
        },
        |from, to| to.number.clone_from(&from.number)
    ),
    column!(
        Spec::new("route", "Loại căn cứ", "Route")
            .width(22)
            .choices(choices!(Route)),
        |a, _| a.route.text().vi.to_owned(),
        |a, text, _| {
            a.route = Route::read(text).ok_or(BAD_WORD)?;
            Ok(())
        },
        |from, to| to.route = from.route
    ),
    column!(
        Spec::new("date", "Ngày văn bản", "Date").width(13),
        |a, _| show_date(a.date),
        |a, text, _| {
            a.date = parse_date(text).ok_or(BAD_DATE)?;
            Ok(())
        },
        |from, to| to.date = from.date
    ),
    column!(
        Spec::new("ground", "Căn cứ pháp lý", "Ground")
            .width(40)
            .free(),
        |a, _| a.ground.clone(),
        |a, text, _| {
            text.clone_into(&mut a.ground);
            Ok(())
        },
        |from, to| to.ground.clone_from(&from.ground)
    ),
    column!(
        Spec::new("owner", "Chủ quản", "Owner").width(32),
        |a, r| a.owner.as_ref().map(|o| r.show(o)).unwrap_or_default(),
        |a, text, r| {
            a.owner = r.resolve(text);
            Ok(())
        },
        |from, to| to.owner.clone_from(&from.owner)
    ),
    column!(
        Spec::new("from", "Từ", "From").width(18),
        |a, _| show_moment(a.from, Edge::Start),
        |a, text, _| {
            a.from = parse_moment(text, Edge::Start).ok_or(BAD_MOMENT)?;
            Ok(())
        },
        |from, to| to.from = from.from
    ),
    column!(
        Spec::new("until", "Đến hết", "Until").width(18),
        |a, _| show_moment(a.until, Edge::End),
        |a, text, _| {
            a.until = parse_moment(text, Edge::End).ok_or(BAD_MOMENT)?;
            Ok(())
        },
        |from, to| to.until = from.until
    ),
    column!(
        Spec::new("names", "Tên miền được quét", "Names").width(30),
        |a, _| joined(&a.grant.names),
        |a, text, _| {
            a.grant.names = lines(text, BAD_HOST, |t| t.parse::<NamePattern>().ok())?;
            Ok(())
        },
        |from, to| to.grant.names.clone_from(&from.grant.names)
    ),
    column!(
        Spec::new("prefixes", "Dải mạng được quét", "Prefixes").width(22),
        |a, _| joined(&a.grant.prefixes),
        |a, text, _| {
            a.grant.prefixes = lines(text, BAD_PREFIX, prefix)?;
            Ok(())
        },
        |from, to| to.grant.prefixes.clone_from(&from.grant.prefixes)
    ),
    column!(
        Spec::new("ports", "Cổng", "Ports")
            .width(16)
            .note("Để trống: mọi cổng. Không cổng nào: ghi Không."),
        |a, _| if a.grant.ports.is_empty() {
            super::NO.to_owned()
        } else {
            a.grant.ports.to_string()
        },
        |a, text, _| {
            a.grant.ports = if text == super::NO {
                PortSet::default()
            } else {
                text.parse().map_err(|_| BAD_PORT)?
            };
            Ok(())
        },
        |from, to| to.grant.ports.clone_from(&from.grant.ports)
    ),
    column!(
        Spec::new("classes", "Loại phép đo", "Probe classes")
            .width(22)
            .note("Để trống: mọi loại. Không loại nào: ghi Không."),
        |a, _| if a.grant.classes.is_empty() {
            super::NO.to_owned()
        } else {
            words_of(a.grant.classes.iter().copied())
        },
        |a, text, _| {
            a.grant.classes = if text == super::NO {
                BTreeSet::new()
            } else {
                lines(text, BAD_WORD, ProbeClass::read)?
                    .into_iter()
                    .collect()
            };
            Ok(())
        },
        |from, to| to.grant.classes.clone_from(&from.grant.classes)
    ),
    column!(
        Spec::new("profile", "Mức quét cao nhất", "Profile")
            .width(12)
            .choices(choices!(ScanProfile)),
        |a, _| a.grant.profile.text().vi.to_owned(),
        |a, text, _| {
            a.grant.profile = ScanProfile::read(text).ok_or(BAD_WORD)?;
            Ok(())
        },
        |from, to| to.grant.profile = from.grant.profile
    ),
    column!(
        Spec::new("hours", "Khung giờ", "Hours").width(16),
        |a, _| a.grant.hours.map(show_hours).unwrap_or_default(),
        |a, text, _| {
            a.grant.hours = Some(crate::toml_file::parse_hours(text).ok_or(BAD_HOURS)?);
            Ok(())
        },
        |from, to| to.grant.hours = from.grant.hours
    ),
    column!(
        Spec::new(
            "connections_per_second",
            "Kết nối mỗi giây",
            "Connections per second"
        )
        .width(12),
        |a, _| joined(a.grant.connections_per_second),
        |a, text, _| {
            a.grant.connections_per_second = Some(text.parse().map_err(|_| BAD_NUMBER)?);
            Ok(())
        },
        |from, to| to.grant.connections_per_second = from.grant.connections_per_second
    ),
    column!(
        Spec::new("sources", "Địa chỉ nguồn đã thông báo", "Sources").width(24),
        |a, _| joined(&a.sources),
        |a, text, _| {
            a.sources = lines(text, BAD_PREFIX, prefix)?;
            Ok(())
        },
        |from, to| to.sources.clone_from(&from.sources)
    ),
    column!(
        Spec::new("contact", "Đầu mối của chủ quản", "Contact")
            .width(28)
            .free(),
        |a, _| a.contact.clone().unwrap_or_default(),
        |a, text, _| {
            a.contact = Some(text.to_owned());
            Ok(())
        },
        |from, to| to.contact.clone_from(&from.contact)
    ),
    column!(
        Spec::new("revoked_at", "Thu hồi lúc", "Revoked at").width(18),
        |a, _| a
            .revoked
            .as_ref()
            .map(|r| show_moment(r.at, Edge::Start))
            .unwrap_or_default(),
        |a, text, _| {
            revoked(a).at = parse_moment(text, Edge::Start).ok_or(BAD_MOMENT)?;
            Ok(())
        },
        |from, to| if let Some(r) = &from.revoked {
            revoked(to).at = r.at;
        }
    ),
    column!(
        Spec::new("revoked_by", "Người thu hồi", "Revoked by").free(),
        |a, _| a.revoked.as_ref().map(|r| r.by.clone()).unwrap_or_default(),
        |a, text, _| {
            text.clone_into(&mut revoked(a).by);
            Ok(())
        },
        |from, to| if let Some(r) = &from.revoked {
            revoked(to).by.clone_from(&r.by);
        }
    ),
    column!(
        Spec::new("revoked_reason", "Lý do thu hồi", "Reason")
            .width(28)
            .free(),
        |a, _| a
            .revoked
            .as_ref()
            .map(|r| r.reason.clone())
            .unwrap_or_default(),
        |a, text, _| {
            text.clone_into(&mut revoked(a).reason);
            Ok(())
        },
        |from, to| if let Some(r) = &from.revoked {
            revoked(to).reason.clone_from(&r.reason);
        }
    ),
];

/// A row not read yet: it begins and ends at the epoch, so nothing is permitted by accident.
pub(crate) fn blank_authorisation() -> Authorisation {
    Authorisation {
        number: String::new(),
        route: Route::AdHoc,
        date: Date::ZERO,
        ground: String::new(),
        owner: None,
        grant: Grant {
            names: Vec::new(),
            prefixes: Vec::new(),
            ports: PortSet::all(),
            classes: ProbeClass::every(),
            profile: ScanProfile::default(),
            hours: None,
            connections_per_second: None,
        },
        from: Timestamp::UNIX_EPOCH,
        until: Timestamp::UNIX_EPOCH,
        sources: Vec::new(),
        contact: None,
        revoked: None,
    }
}

/// Columns of the sheet "Loại trừ".
pub(crate) static EXCLUSIONS: &[Column<Exclusion>] = &[
    column!(
        Spec::new("name", "Tên", "Name")
            .width(40)
            .free()
            .note("Mạng có bí mật nhà nước, quân sự, cơ yếu: chỉ ghi tên, không ghi địa chỉ."),
        |e, _| e.name.clone(),
        |e, text, _| {
            text.clone_into(&mut e.name);
            Ok(())
        },
        |from, to| to.name.clone_from(&from.name)
    ),
    column!(
        Spec::new("kind", "Lý do", "Kind")
            .width(20)
            .choices(choices!(ExclusionKind)),
        |e, _| e.kind.text().vi.to_owned(),
        |e, text, _| {
            e.kind = ExclusionKind::read(text).ok_or(BAD_WORD)?;
            Ok(())
        },
        |from, to| to.kind = from.kind
    ),
    column!(
        Spec::new("names", "Tên miền", "Names").width(28),
        |e, _| joined(&e.names),
        |e, text, _| {
            e.names = lines(text, BAD_HOST, |t| t.parse::<NamePattern>().ok())?;
            Ok(())
        },
        |from, to| to.names.clone_from(&from.names)
    ),
    column!(
        Spec::new("prefixes", "Dải mạng", "Prefixes").width(22),
        |e, _| joined(&e.prefixes),
        |e, text, _| {
            e.prefixes = lines(text, BAD_PREFIX, prefix)?;
            Ok(())
        },
        |from, to| to.prefixes.clone_from(&from.prefixes)
    ),
    column!(
        Spec::new("systems", "Mã hệ thống", "Systems").width(22),
        |e, _| joined(&e.systems),
        |e, text, _| {
            e.systems = lines(text, BAD_CODE, |t| t.parse().ok())?;
            Ok(())
        },
        |from, to| to.systems.clone_from(&from.systems)
    ),
    column!(
        Spec::new("until", "Đến hết", "Until").width(18),
        |e, _| e
            .until
            .map(|u| show_moment(u, Edge::End))
            .unwrap_or_default(),
        |e, text, _| {
            e.until = Some(parse_moment(text, Edge::End).ok_or(BAD_MOMENT)?);
            Ok(())
        },
        |from, to| to.until = from.until
    ),
];

pub(crate) fn blank_exclusion() -> Exclusion {
    Exclusion {
        name: String::new(),
        kind: ExclusionKind::Other,
        names: Vec::new(),
        prefixes: Vec::new(),
        systems: Vec::new(),
        until: None,
    }
}
