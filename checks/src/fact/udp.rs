//! What answers a question of one UDP datagram.

use luytre_inventory::Protocol;
use serde::{Deserialize, Serialize};

use super::{Confidence, Tri};

/// One UDP port, asked in one protocol. Silence is no fact about the port: a filter and a service that
/// does not care for the question look alike, so `answered` is then unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UdpFact {
    /// Port.
    pub port: u16,
    /// The protocol in which it was asked.
    pub asked: Option<Protocol>,
    /// Yes: it answered as that protocol demands. No: the host itself said that the port is closed
    /// (ICMP port unreachable, RFC 1122 section 3.2.2.1). Unknown: silence, or something else.
    pub answered: Tri,
    /// The protocol that was spoken; none unless it answered.
    pub protocol: Option<Protocol>,
    /// What was asked, and how much came back, in order.
    pub exchanges: Vec<UdpExchange>,
    /// The largest amplification among the exchanges ([`UdpExchange::amplification_percent`]).
    pub amplification_percent: Option<u32>,
    /// Vendor.
    pub vendor: Option<String>,
    /// Product.
    pub product: Option<String>,
    /// Version as it names itself.
    pub version: Option<String>,
    /// Operating system hint.
    pub os: Option<String>,
    /// CPE 2.3 name, if product and version are known.
    pub cpe: Option<String>,
    /// What it says of itself, control characters escaped, at most 256 characters.
    pub banner: Option<String>,
    /// How sure the identification is.
    pub confidence: Confidence,
    /// DNS: whether recursion is available to us (RFC 1035 section 4.1.1, RA).
    pub recursion: Tri,
    /// NTP: whether control messages (mode 6, RFC 9327) are answered to strangers.
    pub mode_six: Tri,
    /// NTP: whether the list of recent clients (mode 7, `monlist`) is given to strangers. Asked by the
    /// deep profile alone.
    pub monlist: Tri,
    /// SNMP: whether the community `public` may read. No only if the agent answered another question
    /// before, between and after two that it left unanswered.
    pub public_community: Tri,
    /// SNMP: whether version 3 is spoken (RFC 3414 section 4).
    pub version_three: Tri,
    /// IPMI: what the capabilities reply says of who is let in.
    pub ipmi: Option<IpmiAccess>,
}

impl Default for UdpFact {
    fn default() -> Self {
        Self {
            port: 0,
            asked: None,
            answered: Tri::Unknown,
            protocol: None,
            exchanges: Vec::new(),
            amplification_percent: None,
            vendor: None,
            product: None,
            version: None,
            os: None,
            cpe: None,
            banner: None,
            confidence: Confidence::None,
            recursion: Tri::Unknown,
            mode_six: Tri::Unknown,
            monlist: Tri::Unknown,
            public_community: Tri::Unknown,
            version_three: Tri::Unknown,
            ipmi: None,
        }
    }
}

impl UdpFact {
    /// The exchange with the largest amplification among those that `counts` admits.
    pub fn loudest(&self, counts: impl Fn(UdpQuestion) -> bool) -> Option<&UdpExchange> {
        let all = self.exchanges.iter().filter(|e| counts(e.question));
        all.filter(|e| e.amplification_percent().is_some())
            .max_by_key(|e| e.amplification_percent())
    }

    /// The exchange about `question`.
    pub fn exchange(&self, question: UdpQuestion) -> Option<&UdpExchange> {
        self.exchanges.iter().find(|e| e.question == question)
    }
}

/// One question and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UdpExchange {
    /// The question.
    pub question: UdpQuestion,
    /// Whether it was answered; no only where silence was shown to be the answer, between answers to
    /// another question, or where the answer was a refusal.
    pub answered: Tri,
    /// Payload of the question, in bytes.
    pub asked_bytes: u32,
    /// Payload of all datagrams that answered it, in bytes.
    pub answered_bytes: u64,
    /// How many datagrams answered it.
    pub datagrams: u32,
    /// Whether we stopped listening before the answer ended: it is at least this long.
    pub capped: bool,
}

impl UdpExchange {
    /// The bandwidth amplification factor of CISA TA14-017A in hundredths: bytes of payload answered for
    /// 100 bytes of payload asked. None if it was not answered.
    pub fn amplification_percent(&self) -> Option<u32> {
        if self.answered_bytes == 0 {
            return None;
        }
        let asked = u64::from(self.asked_bytes.max(1));
        let percent = self.answered_bytes.saturating_mul(100) / asked;
        Some(u32::try_from(percent).unwrap_or(u32::MAX))
    }

    /// The same as people read it: `12.5`, with `≥` before it if the answer was longer than we listened.
    pub fn factor(&self) -> String {
        let percent = self.amplification_percent().unwrap_or_default();
        let least = if self.capped { "≥ " } else { "" };
        format!("{least}{}.{}", percent / 100, percent % 100 / 10)
    }
}

/// A question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UdpQuestion {
    /// DNS: the name servers of the root, recursion desired. No third party's name is in it.
    DnsRoot,
    /// DNS: `version.bind` in class CHAOS.
    DnsVersion,
    /// NTP: the time, as a client asks (mode 3).
    NtpTime,
    /// NTP: system variables (mode 6).
    NtpVariables,
    /// NTP: the list of recent clients (mode 7).
    NtpMonlist,
    /// SNMP version 1: `sysDescr` with the community `public`.
    SnmpOne,
    /// SNMP version 2c: the same.
    SnmpTwo,
    /// SNMP version 3: discovery of the engine.
    SnmpThree,
    /// SSDP: a search sent to one host.
    SsdpSearch,
    /// memcached: `version`.
    MemcachedVersion,
    /// LDAP without a connection: the root entry.
    LdapRoot,
    /// IPMI: Get Channel Authentication Capabilities.
    IpmiCapabilities,
    /// IPMI: Get Channel Cipher Suites.
    IpmiCiphers,
    /// SIP: OPTIONS.
    SipOptions,
    /// TFTP: a file of a random name.
    TftpRead,
    /// `NetBIOS`: node status.
    NetbiosStatus,
    /// Multicast DNS sent to one host: the kinds of services.
    MdnsServices,
    /// `CoAP`: `/.well-known/core`.
    CoapCore,
}

/// What an IPMI controller says of who is let in (IPMI v2.0 section 22.13 and 22.15).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct IpmiAccess {
    /// Anonymous login: an empty name with an empty password.
    pub anonymous: Tri,
    /// An empty name with a password.
    pub null_user: Tri,
    /// Authentication type "none": sessions without any password.
    pub no_authentication: Tri,
    /// Cipher suite 0: any password is as good as another (CVE-2013-4782).
    pub cipher_zero: Tri,
}
