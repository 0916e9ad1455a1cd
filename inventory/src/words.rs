//! The closed lists of the model in people's words: for drop-downs, sheets and reports.

use crate::{
    ChangeKind, CheckDone, ControlGrade, DefenceHarm, DossierState, ExclusionKind, Hosting,
    InfoKind, InfrastructureScope, Level, Lifecycle, PlanState, ProbeClass, Protocol, RoleKind,
    Route, ScanProfile, ServiceDegree, SystemKind, Text, Transport, UnitKind, Zone, clean::fold,
};

/// A closed list whose members have a code (as in JSON and TOML) and words.
pub trait Worded: Copy + PartialEq + 'static {
    /// Every member with its code and its words, in the order shown to people.
    const TABLE: &'static [(Self, &'static str, Text)];

    /// The words of this member.
    fn text(self) -> Text {
        Self::TABLE
            .iter()
            .find(|row| row.0 == self)
            .map_or(Text::new("?", "?"), |row| row.2)
    }

    /// The code of this member.
    fn code(self) -> &'static str {
        Self::TABLE
            .iter()
            .find(|row| row.0 == self)
            .map_or("?", |row| row.1)
    }

    /// The member meant by `text`: its code or its words in either language, without regard to
    /// case and diacritics.
    fn read(text: &str) -> Option<Self> {
        let wanted = fold(text);
        if wanted.is_empty() {
            return None;
        }
        Self::TABLE
            .iter()
            .find(|(_, code, words)| {
                [*code, words.vi, words.en]
                    .iter()
                    .any(|w| fold(w) == wanted)
            })
            .map(|row| row.0)
    }
}

macro_rules! words {
    ($kind:ty { $($member:path = $code:literal, $vi:literal, $en:literal;)+ }) => {
        impl Worded for $kind {
            const TABLE: &'static [(Self, &'static str, Text)] =
                &[$(($member, $code, Text::new($vi, $en))),+];
        }
    };
}

words!(Level {
    Level::One = "1", "Cấp độ 1", "Level 1";
    Level::Two = "2", "Cấp độ 2", "Level 2";
    Level::Three = "3", "Cấp độ 3", "Level 3";
    Level::Four = "4", "Cấp độ 4", "Level 4";
    Level::Five = "5", "Cấp độ 5", "Level 5";
});
words!(RoleKind {
    RoleKind::Owner = "owner", "Chủ quản hệ thống thông tin", "Owner";
    RoleKind::Operator = "operator", "Đơn vị vận hành", "Operator";
    RoleKind::UsingUnit = "using_unit", "Đơn vị sử dụng", "Using unit";
    RoleKind::Provider = "provider", "Nhà cung cấp dịch vụ", "Provider";
    RoleKind::Specialised = "specialised", "Đơn vị chuyên trách về an ninh mạng", "Specialised unit";
});
words!(DossierState {
    DossierState::Drafting = "drafting", "Đang dự thảo", "Being drafted";
    DossierState::Sent = "sent", "Đã gửi thẩm định", "Sent for appraisal";
    DossierState::Appraised = "appraised", "Đã thẩm định", "Appraised";
    DossierState::Approved = "approved", "Đã được phê duyệt", "Approved";
});
words!(PlanState {
    PlanState::None = "none", "Chưa triển khai", "Not deployed";
    PlanState::Partial = "partial", "Đã triển khai một số hạng mục", "Partly deployed";
    PlanState::Full = "full", "Đã triển khai đầy đủ", "Fully deployed";
});
words!(CheckDone {
    CheckDone::BeforeUse = "before_use", "Trước khi đưa vào sử dụng", "Before use";
    CheckDone::Periodic = "periodic", "Định kỳ", "Periodic";
});
words!(Lifecycle {
    Lifecycle::Planned = "planned", "Đang đầu tư", "Planned";
    Lifecycle::Operating = "operating", "Đang vận hành", "Operating";
    Lifecycle::Retired = "retired", "Đã dừng", "Retired";
});
words!(Hosting {
    Hosting::NationalDataCentre = "national_data_centre", "Trung tâm dữ liệu quốc gia", "National data centre";
    Hosting::ProvincialDataCentre = "provincial_data_centre", "Trung tâm dữ liệu tỉnh", "Provincial data centre";
    Hosting::Commercial = "commercial", "Thuê dịch vụ", "Commercial hosting";
    Hosting::OnSite = "on_site", "Tại đơn vị", "On site";
});
words!(ChangeKind {
    ChangeKind::Function = "function", "Chức năng, phạm vi", "Function or scope";
    ChangeKind::Users = "users", "Người sử dụng", "Users";
    ChangeKind::Information = "information", "Loại thông tin", "Kinds of information";
    ChangeKind::Technology = "technology", "Công nghệ, kiến trúc", "Technology or architecture";
    ChangeKind::Interconnection = "interconnection", "Kết nối, chia sẻ dữ liệu", "Interconnection or sharing";
    ChangeKind::Incident = "incident", "Sự cố nghiêm trọng, rủi ro cao", "Serious incident or high risk";
    ChangeKind::Request = "request", "Yêu cầu của cơ quan có thẩm quyền", "Request of an authority";
});
words!(UnitKind {
    UnitKind::Province = "province", "UBND tỉnh", "Provincial committee";
    UnitKind::Department = "department", "Sở, ban, ngành", "Department";
    UnitKind::Commune = "commune", "UBND cấp xã", "Commune";
    UnitKind::PublicService = "public_service", "Đơn vị sự nghiệp công lập", "Public service unit";
    UnitKind::Company = "company", "Doanh nghiệp", "Company";
    UnitKind::Party = "party", "Cơ quan Đảng, đoàn thể", "Party body";
    UnitKind::Other = "other", "Khác", "Other";
});
words!(Zone {
    Zone::Internet = "internet", "Internet", "Internet";
    Zone::Wan = "wan", "Mạng diện rộng của tỉnh", "Provincial WAN";
    Zone::Local = "local", "Mạng nội bộ", "Local network";
    Zone::Unknown = "unknown", "Chưa rõ", "Unknown";
});
words!(Transport {
    Transport::Tcp = "tcp", "TCP", "TCP";
    Transport::Udp = "udp", "UDP", "UDP";
});
words!(Protocol {
    Protocol::Http = "http", "HTTP", "HTTP";
    Protocol::Https = "https", "HTTPS", "HTTPS";
    Protocol::Ssh = "ssh", "SSH", "SSH";
    Protocol::Ftp = "ftp", "FTP", "FTP";
    Protocol::Telnet = "telnet", "Telnet", "Telnet";
    Protocol::Smtp = "smtp", "SMTP", "SMTP";
    Protocol::Imap = "imap", "IMAP", "IMAP";
    Protocol::Pop3 = "pop3", "POP3", "POP3";
    Protocol::Mysql = "mysql", "MySQL", "MySQL";
    Protocol::Mariadb = "mariadb", "MariaDB", "MariaDB";
    Protocol::Postgres = "postgres", "PostgreSQL", "PostgreSQL";
    Protocol::Redis = "redis", "Redis", "Redis";
    Protocol::Rdp = "rdp", "RDP", "RDP";
    Protocol::Smb = "smb", "SMB", "SMB";
    Protocol::Ldap = "ldap", "LDAP", "LDAP";
    Protocol::Mssql = "mssql", "SQL Server", "SQL Server";
    Protocol::Oracle = "oracle", "Oracle Database", "Oracle Database";
    Protocol::Mongodb = "mongodb", "MongoDB", "MongoDB";
    Protocol::Memcached = "memcached", "memcached", "memcached";
    Protocol::Elasticsearch = "elasticsearch", "Elasticsearch", "Elasticsearch";
    Protocol::Cassandra = "cassandra", "Cassandra", "Cassandra";
    Protocol::Couchdb = "couchdb", "CouchDB", "CouchDB";
    Protocol::Clickhouse = "clickhouse", "ClickHouse", "ClickHouse";
    Protocol::Neo4j = "neo4j", "Neo4j", "Neo4j";
    Protocol::Etcd = "etcd", "etcd", "etcd";
    Protocol::Zookeeper = "zookeeper", "ZooKeeper", "ZooKeeper";
    Protocol::Hadoop = "hadoop", "Hadoop", "Hadoop";
    Protocol::Kafka = "kafka", "Kafka", "Kafka";
    Protocol::Amqp = "amqp", "AMQP", "AMQP";
    Protocol::Mqtt = "mqtt", "MQTT", "MQTT";
    Protocol::Stomp = "stomp", "STOMP", "STOMP";
    Protocol::Nats = "nats", "NATS", "NATS";
    Protocol::Docker = "docker", "Docker API", "Docker API";
    Protocol::Kubernetes = "kubernetes", "Kubernetes API", "Kubernetes API";
    Protocol::Prometheus = "prometheus", "Prometheus", "Prometheus";
    Protocol::Zabbix = "zabbix", "Zabbix", "Zabbix";
    Protocol::Vnc = "vnc", "VNC", "VNC";
    Protocol::X11 = "x11", "X11", "X11";
    Protocol::Winrm = "winrm", "WinRM", "WinRM";
    Protocol::Rlogin = "rlogin", "rlogin, rsh", "rlogin, rsh";
    Protocol::Msrpc = "msrpc", "MSRPC", "MSRPC";
    Protocol::Jdwp = "jdwp", "JDWP", "JDWP";
    Protocol::Adb = "adb", "ADB", "ADB";
    Protocol::Ajp = "ajp", "AJP", "AJP";
    Protocol::HttpProxy = "http_proxy", "Proxy HTTP", "HTTP proxy";
    Protocol::Socks = "socks", "SOCKS", "SOCKS";
    Protocol::Rtsp = "rtsp", "RTSP", "RTSP";
    Protocol::Rtmp = "rtmp", "RTMP", "RTMP";
    Protocol::Sip = "sip", "SIP", "SIP";
    Protocol::Xmpp = "xmpp", "XMPP", "XMPP";
    Protocol::Irc = "irc", "IRC", "IRC";
    Protocol::Nntp = "nntp", "NNTP", "NNTP";
    Protocol::Lmtp = "lmtp", "LMTP", "LMTP";
    Protocol::Sieve = "sieve", "ManageSieve", "ManageSieve";
    Protocol::Rsync = "rsync", "rsync", "rsync";
    Protocol::Svn = "svn", "Subversion", "Subversion";
    Protocol::Git = "git", "Git", "Git";
    Protocol::Nfs = "nfs", "NFS", "NFS";
    Protocol::Portmap = "portmap", "Portmapper", "Portmapper";
    Protocol::Afp = "afp", "AFP", "AFP";
    Protocol::Tftp = "tftp", "TFTP", "TFTP";
    Protocol::Dns = "dns", "DNS", "DNS";
    Protocol::Mdns = "mdns", "mDNS", "mDNS";
    Protocol::Ntp = "ntp", "NTP", "NTP";
    Protocol::Snmp = "snmp", "SNMP", "SNMP";
    Protocol::Ssdp = "ssdp", "SSDP", "SSDP";
    Protocol::Coap = "coap", "CoAP", "CoAP";
    Protocol::Netbios = "netbios", "NetBIOS", "NetBIOS";
    Protocol::Pptp = "pptp", "PPTP", "PPTP";
    Protocol::Winbox = "winbox", "WinBox", "WinBox";
    Protocol::SmartInstall = "smart_install", "Smart Install", "Smart Install";
    Protocol::Ipmi = "ipmi", "IPMI", "IPMI";
    Protocol::Ipp = "ipp", "IPP", "IPP";
    Protocol::Printer = "printer", "In trực tiếp, LPD", "Raw printing, LPD";
    Protocol::Modbus = "modbus", "Modbus", "Modbus";
    Protocol::S7 = "s7", "S7", "S7";
    Protocol::Bacnet = "bacnet", "BACnet", "BACnet";
    Protocol::Iec104 = "iec104", "IEC 60870-5-104", "IEC 60870-5-104";
    Protocol::Dnp3 = "dnp3", "DNP3", "DNP3";
    Protocol::Opcua = "opcua", "OPC UA", "OPC UA";
    Protocol::EthernetIp = "ethernet_ip", "EtherNet/IP", "EtherNet/IP";
    Protocol::Fox = "fox", "Niagara Fox", "Niagara Fox";
    Protocol::Tls = "tls", "TLS", "TLS";
    Protocol::Other = "other", "Khác", "Other";
});
words!(Route {
    Route::OwnerRequest = "owner_request", "Đề nghị của chủ quản", "Owner's request";
    Route::MonitoringNotice = "monitoring_notice", "Thông báo giám sát", "Monitoring notice";
    Route::SpecialisedUnit = "specialised_unit", "Đơn vị chuyên trách", "Specialised unit";
    Route::Cause = "cause", "Có dấu hiệu vi phạm", "For cause";
    Route::Emergency = "emergency", "Tình huống khẩn cấp", "Emergency";
    Route::AdHoc = "ad_hoc", "Một lần", "Ad hoc";
});
words!(ProbeClass {
    ProbeClass::Handshake = "handshake", "Bắt tay TLS", "TLS handshake";
    ProbeClass::Greeting = "greeting", "Lời chào dịch vụ", "Service greeting";
    ProbeClass::Web = "web", "Trang web công khai", "Public web page";
    ProbeClass::Ports = "ports", "Cổng TCP", "TCP ports";
    ProbeClass::Udp = "udp", "Câu hỏi UDP", "UDP questions";
});
words!(ScanProfile {
    ScanProfile::Light = "light", "Nhẹ", "Light";
    ScanProfile::Standard = "standard", "Thường", "Standard";
    ScanProfile::Deep = "deep", "Sâu", "Deep";
});
words!(ExclusionKind {
    ExclusionKind::StateSecret = "state_secret", "Bí mật nhà nước", "State secret";
    ExclusionKind::Military = "military", "Quân sự", "Military";
    ExclusionKind::Cryptographic = "cryptographic", "Cơ yếu", "Cryptographic";
    ExclusionKind::OwnerRequest = "owner_request", "Chủ quản đề nghị", "Owner's request";
    ExclusionKind::Fragile = "fragile", "Dễ hỏng", "Fragile";
    ExclusionKind::Other = "other", "Khác", "Other";
});
words!(SystemKind {
    SystemKind::Internal = "internal", "Phục vụ hoạt động nội bộ", "Internal";
    SystemKind::CitizenBusiness = "citizen_business", "Phục vụ người dân, doanh nghiệp", "Citizens and business";
    SystemKind::Infrastructure = "infrastructure", "Cơ sở hạ tầng thông tin", "Infrastructure";
    SystemKind::IndustrialControl = "industrial_control", "Điều khiển công nghiệp", "Industrial control";
    SystemKind::Other = "other", "Hệ thống khác", "Other";
});
words!(InfoKind {
    InfoKind::Public = "public", "Thông tin công cộng", "Public";
    InfoKind::Private = "private", "Thông tin riêng", "Private";
    InfoKind::PersonalBasic = "personal_basic", "Dữ liệu cá nhân cơ bản", "Basic personal data";
    InfoKind::PersonalSensitive = "personal_sensitive", "Dữ liệu cá nhân nhạy cảm", "Sensitive personal data";
    InfoKind::StateSecret = "state_secret", "Bí mật nhà nước", "State secret";
});
words!(ServiceDegree {
    ServiceDegree::None = "none", "Không có dịch vụ công", "No public service";
    ServiceDegree::InfoOnly = "info_only", "Chỉ cung cấp thông tin", "Information only";
    ServiceDegree::MotPhan = "mot_phan", "Một phần", "Partly online";
    ServiceDegree::ToanTrinh = "toan_trinh", "Toàn trình", "Fully online";
});
words!(InfrastructureScope {
    InfrastructureScope::OneBody = "one_body", "Một cơ quan, tổ chức", "One body";
    InfrastructureScope::MinistrySectorProvince = "ministry_sector_province", "Bộ, ngành, tỉnh", "Ministry, sector or province";
    InfrastructureScope::Nationwide = "nationwide", "Cả nước", "Nationwide";
    InfrastructureScope::InternationalInterconnect = "international_interconnect", "Kết nối quốc tế", "International interconnection";
});
words!(ControlGrade {
    ControlGrade::Lower = "II_III_IV", "Công trình cấp II, III, IV", "Construction grade II, III, IV";
    ControlGrade::First = "I", "Công trình cấp I", "Construction grade I";
    ControlGrade::SpecialOrNatsec = "special_or_natsec", "Công trình cấp đặc biệt", "Special grade";
});
words!(DefenceHarm {
    DefenceHarm::None = "none", "Không tổn hại", "No harm";
    DefenceHarm::Harm = "harm", "Tổn hại", "Harm";
    DefenceHarm::Serious = "serious", "Tổn hại nghiêm trọng", "Serious harm";
    DefenceHarm::EspeciallySerious = "especially_serious", "Tổn hại đặc biệt nghiêm trọng", "Especially serious harm";
});

/// Reads yes or no as sheets write it: `có`/`không`, `x`, `đã`/`chưa`, `1`/`0`.
pub fn read_yes_no(text: &str) -> Option<bool> {
    match fold(text).as_str() {
        "co" | "x" | "yes" | "true" | "1" | "da" | "dung" | "y" => Some(true),
        "khong" | "no" | "false" | "0" | "chua" | "sai" | "n" => Some(false),
        _ => None,
    }
}

/// Reads a level as sheets write it: `3`, `III`, `CĐ3`, `cấp độ 3`, `Cấp 3`, `level 3`, `3.0`.
pub fn read_level(text: &str) -> Option<Level> {
    let folded = fold(text);
    let mut rest = folded.as_str();
    for word in [
        "he thong thong tin",
        "httt",
        "cap do",
        "cap",
        "cd",
        "level",
        "muc",
    ] {
        rest = rest.strip_prefix(word).unwrap_or(rest).trim_start();
    }
    // `3.0` folds to `3 0`; `3 - đã phê duyệt` would mix two things and is not read.
    let rest = rest.strip_suffix(" 0").unwrap_or(rest);
    let number = match rest {
        "i" | "1" | "01" => 1,
        "ii" | "2" | "02" => 2,
        "iii" | "3" | "03" => 3,
        "iv" | "4" | "04" => 4,
        "v" | "5" | "05" => 5,
        _ => return None,
    };
    Level::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::*;

    fn holds<T: Worded + std::fmt::Debug + Serialize>() {
        for (member, code, words) in T::TABLE {
            for word in [*code, words.vi, words.en] {
                assert_eq!(T::read(word), Some(*member), "{word}");
            }
            let json = toml::Value::try_from(member).unwrap();
            let spelled = json
                .as_str()
                .map_or_else(|| json.to_string(), str::to_owned);
            assert_eq!(spelled, *code, "{member:?}");
        }
    }

    #[test]
    fn words_are_distinct_and_codes_are_those_of_serde() {
        holds::<Level>();
        holds::<RoleKind>();
        holds::<DossierState>();
        holds::<PlanState>();
        holds::<CheckDone>();
        holds::<Lifecycle>();
        holds::<Hosting>();
        holds::<ChangeKind>();
        holds::<UnitKind>();
        holds::<Zone>();
        holds::<Transport>();
        holds::<Protocol>();
        holds::<Route>();
        holds::<ProbeClass>();
        holds::<ScanProfile>();
        holds::<ExclusionKind>();
        holds::<SystemKind>();
        holds::<InfoKind>();
        holds::<ServiceDegree>();
        holds::<InfrastructureScope>();
        holds::<ControlGrade>();
        holds::<DefenceHarm>();
    }

    #[test]
    fn levels() {
        for text in [
            "3",
            "III",
            "iii",
            "CĐ3",
            "CĐ 3",
            "cấp độ 3",
            "Cấp 3",
            "Cấp độ: 3",
            "3.0",
            "level 3",
        ] {
            assert_eq!(read_level(text), Some(Level::Three), "{text}");
        }
        for text in ["", "6", "0", "VI", "cấp độ", "3-4", "chưa", "3 hoặc 2"] {
            assert_eq!(read_level(text), None, "{text}");
        }
    }
}
