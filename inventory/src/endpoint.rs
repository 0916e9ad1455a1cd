//! Endpoints: where a system can be reached.

use std::{fmt, net::IpAddr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::HostName;

/// One declared place of a system: a host, and a port when the declaration has one.
///
/// The id is given at first import and never changes; (system, transport, host, port) matches only
/// rows that carry no id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// Stable identity.
    pub id: Uuid,
    /// DNS name, when declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<HostName>,
    /// Literal address, when declared. With a name too, it is dialled and the name is only spoken
    /// (ServerName, Host).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// Transport.
    #[serde(default)]
    pub transport: Transport,
    /// Port; none when only the host is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// What the owner says is spoken there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<Protocol>,
    /// From where it is meant to be reachable.
    #[serde(default)]
    pub zone: Zone,
    /// Old or delicate: one conversation and one connection attempt at a time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fragile: bool,
}

impl Endpoint {
    /// What to dial: the literal address if one is declared, else the name.
    pub fn target(&self) -> Option<Target> {
        match (self.address, &self.name) {
            (Some(address), name) => Some(Target::Address {
                address,
                name: name.clone(),
            }),
            (None, Some(name)) => Some(Target::Name(name.clone())),
            (None, None) => None,
        }
    }

    /// `host:port`, or the host alone; IPv6 in brackets before a port, `/udp` behind a UDP port.
    pub fn label(&self) -> String {
        let Some(target) = self.target() else {
            return "?".to_owned();
        };
        match (self.port, self.transport) {
            (Some(port), Transport::Udp) => target.udp_label(port),
            _ => target.label(self.port),
        }
    }
}

/// What a task dials.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// A name to resolve; never reaches a special address.
    Name(HostName),
    /// A literal address, with the name to speak.
    Address {
        /// The address dialled.
        address: IpAddr,
        /// The name spoken in ServerName and Host.
        name: Option<HostName>,
    },
}

impl Target {
    /// The name to speak, if any. An IP address is never sent as ServerName (RFC 6066 section 3).
    pub fn name(&self) -> Option<&HostName> {
        match self {
            Self::Name(name) => Some(name),
            Self::Address { name, .. } => name.as_ref(),
        }
    }

    /// `host:port`, or the host alone. The name stands for the host where there is one.
    pub fn label(&self, port: Option<u16>) -> String {
        let host = match self {
            Self::Name(name)
            | Self::Address {
                name: Some(name), ..
            } => name.to_string(),
            Self::Address {
                address: IpAddr::V6(v6),
                name: None,
            } if port.is_some() => {
                format!("[{v6}]")
            }
            Self::Address {
                address,
                name: None,
            } => address.to_string(),
        };
        match port {
            Some(port) => format!("{host}:{port}"),
            None => host,
        }
    }

    /// `host:port/udp`.
    pub fn udp_label(&self, port: u16) -> String {
        format!("{}/udp", self.label(Some(port)))
    }
}

/// Transport protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// TCP.
    #[default]
    Tcp,
    /// UDP.
    Udp,
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        })
    }
}

/// Application protocol, as declared or as spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "each variant is the protocol of that name")]
pub enum Protocol {
    Http,
    Https,
    Ssh,
    Ftp,
    Telnet,
    Smtp,
    Imap,
    Pop3,
    Mysql,
    Mariadb,
    Postgres,
    Redis,
    Rdp,
    Smb,
    Ldap,
    Mssql,
    Oracle,
    Mongodb,
    Memcached,
    Elasticsearch,
    Cassandra,
    Couchdb,
    Clickhouse,
    Neo4j,
    Etcd,
    Zookeeper,
    Hadoop,
    Kafka,
    Amqp,
    Mqtt,
    Stomp,
    Nats,
    Docker,
    Kubernetes,
    Prometheus,
    Zabbix,
    Vnc,
    X11,
    Winrm,
    Rlogin,
    Msrpc,
    Jdwp,
    Adb,
    Ajp,
    HttpProxy,
    Socks,
    Rtsp,
    Rtmp,
    Sip,
    Xmpp,
    Irc,
    Nntp,
    Lmtp,
    Sieve,
    Rsync,
    Svn,
    Git,
    Nfs,
    Portmap,
    Afp,
    Tftp,
    Dns,
    Mdns,
    Ntp,
    Snmp,
    Ssdp,
    Coap,
    Netbios,
    Pptp,
    Winbox,
    SmartInstall,
    Ipmi,
    Ipp,
    Printer,
    Modbus,
    S7,
    Bacnet,
    Iec104,
    Dnp3,
    Opcua,
    EthernetIp,
    Fox,
    /// TLS with an unknown protocol inside.
    Tls,
    /// Declared or spoken, but none of the above.
    Other,
}

impl Protocol {
    /// Whether it is HTTP, inside TLS or not, with whatever is spoken on top of it.
    pub const fn is_web(self) -> bool {
        matches!(
            self,
            Self::Http
                | Self::Https
                | Self::Elasticsearch
                | Self::Couchdb
                | Self::Clickhouse
                | Self::Etcd
                | Self::Hadoop
                | Self::Docker
                | Self::Kubernetes
                | Self::Prometheus
                | Self::Winrm
                | Self::HttpProxy
                | Self::Ipp
        )
    }

    /// The protocol that a bare URL scheme or a well-known port suggests. A hint for filling a
    /// sheet, never a judgement.
    pub fn of_port(port: u16) -> Option<Self> {
        Some(match port {
            21 => Self::Ftp,
            22 => Self::Ssh,
            23 => Self::Telnet,
            25 | 587 => Self::Smtp,
            80 | 8080 => Self::Http,
            110 => Self::Pop3,
            143 => Self::Imap,
            443 | 8443 => Self::Https,
            445 => Self::Smb,
            3306 => Self::Mysql,
            3389 => Self::Rdp,
            5432 => Self::Postgres,
            6379 => Self::Redis,
            _ => return None,
        })
    }

    /// What is usual on a UDP port (IANA registry of service names and port numbers). A hint for
    /// which question to ask, never a judgement.
    pub fn of_udp_port(port: u16) -> Option<Self> {
        Some(match port {
            53 => Self::Dns,
            69 => Self::Tftp,
            123 => Self::Ntp,
            137 => Self::Netbios,
            161 => Self::Snmp,
            389 => Self::Ldap,
            623 => Self::Ipmi,
            1900 => Self::Ssdp,
            5060 => Self::Sip,
            5353 => Self::Mdns,
            5683 => Self::Coap,
            11_211 => Self::Memcached,
            _ => return None,
        })
    }
}

/// A network zone: where an endpoint is meant to be reachable, or where a sensor looks from.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Zone {
    /// The public Internet.
    Internet,
    /// The province's wide area network.
    Wan,
    /// A local network or the machine itself.
    Local,
    /// Not declared.
    #[default]
    Unknown,
}
