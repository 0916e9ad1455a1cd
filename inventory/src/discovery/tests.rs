use proptest::prelude::*;

use super::*;
use crate::{Inventory, SpotRole, Weight};

const INVENTORY: &str = r#"
[[unit]]
code = "so-a"
name = "Sở A"

[[authorisation]]
number = "1/A"
route = "owner_request"
date = "2026-01-05"
ground = "x"
owner = "so-a"
from = "2026-01-05"
until = "2027-12-31"
names = ["*.doiche.test"]
prefixes = ["192.0.2.0/24", "2001:db8:1::/48"]

[[exclusion]]
name = "Thiết bị cũ"
kind = "fragile"
names = ["cu.doiche.test"]
prefixes = ["192.0.2.66/32"]

[[system]]
code = "cong"
name = "Cổng"
owner = "so-a"

[[system.endpoint]]
name = "www.doiche.test"
port = 443

[[system.endpoint]]
address = "192.0.2.10"
port = 22
"#;

fn inventory() -> Inventory {
    let mut n = 0;
    crate::from_toml("a.toml", INVENTORY, &mut || {
        n += 1;
        Uuid::from_u128(n)
    })
    .unwrap()
}

fn now() -> Timestamp {
    "2026-11-20T03:00:00Z".parse().unwrap()
}

fn scope() -> Scope {
    let inventory = inventory();
    Scope::new(inventory.authorisations, inventory.exclusions)
}

fn read_as(
    file: &str,
    kind: Option<SourceKind>,
    bytes: &[u8],
) -> Result<Discovered, DiscoveryError> {
    let (scope, declared) = (scope(), Declared::of(&inventory()));
    let border = Border {
        scope: &scope,
        declared: &declared,
        now: now(),
    };
    discover(file, kind, None, bytes, &border)
}

fn read(file: &str, text: &str) -> Discovered {
    read_as(file, None, text.as_bytes()).unwrap()
}

fn spots(discovered: &Discovered) -> Vec<String> {
    discovered.found.spots.keys().map(Spot::to_string).collect()
}

fn at<'a>(discovered: &'a Discovered, spot: &str) -> &'a Discovery {
    let found = discovered.found.spots.iter();
    let mut found = found.filter(|(key, _)| key.to_string() == spot);
    found.next().unwrap_or_else(|| panic!("no {spot}")).1
}

const ZONE: &str = "\
$TTL 1d
@   IN SOA ns1.doiche.test. quantri.doiche.test. ( ; two lines and more
        2026111801 ; serial
        1h 15m 1w 1h )
    IN NS ns1
    IN NS ns.ngoai.example.
    MX 10 mail
    0 IN MX 20 .
    TXT \"v=spf1 ; not a comment\" \"(\"
www 300 IN A 203.0.113.5
moi IN 300 A 192.0.2.5
    AAAA 2001:db8:1::5
mail A 192.0.2.6
cu  A 192.0.2.7
lan A 192.0.2.66
* A 192.0.2.8
_dmarc TXT \"v=DMARC1\"
_sip._udp SRV 1 2 5060 voip
blog CNAME www
sai A 192.0.2.999
$INCLUDE khac.db
$ORIGIN con.doiche.test.
a A 192.0.2.9
";

#[test]
fn a_zone_is_read() {
    let zone = read("db.doiche.test", ZONE);
    assert_eq!(zone.kind, SourceKind::Zone);
    assert_eq!(
        spots(&zone),
        [
            "a.con.doiche.test",
            "blog.doiche.test",
            "mail.doiche.test",
            "moi.doiche.test",
            "ns1.doiche.test",
            "voip.doiche.test:5060/udp",
        ]
    );
    let host = at(&zone, "moi.doiche.test");
    let addresses: Vec<_> = host.addresses.iter().map(ToString::to_string).collect();
    assert_eq!(addresses, ["192.0.2.5", "2001:db8:1::5"]);
    assert_eq!((host.row, host.count, host.last), (Some(11), 2, now()));
    assert_eq!(host.label, "db.doiche.test");
    assert_eq!(host.origin, zone.sha256);
    let mail = at(&zone, "mail.doiche.test");
    assert_eq!(mail.roles, [SpotRole::Address, SpotRole::Mx].into());
    assert!(
        at(&zone, "blog.doiche.test")
            .names
            .contains(&"www.doiche.test".parse().unwrap())
    );
    // The alias of the declared name, and the name itself; the foreign name server; the two excluded.
    let left = zone.found.left;
    assert_eq!((left.declared, left.outside, left.excluded), (2, 1, 2));
    let told: Vec<_> = zone.messages.iter().map(|m| m.place.row.unwrap()).collect();
    assert_eq!(told, [20, 21]);
    assert!(zone.messages.iter().all(|m| m.weight == Weight::Gap));
}

#[test]
fn a_reverse_zone_names_addresses() {
    let text = "$ORIGIN 2.0.192.in-addr.arpa.\n@ IN SOA a. b. 1 2 3 4 5\n77 IN PTR in.doiche.test.\n\
                300 PTR x.doiche.test.\n$ORIGIN 1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.\n\
                1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0 PTR sau.doiche.test.\n";
    let zone = read("x", text);
    assert_eq!(spots(&zone), ["192.0.2.77", "2001:db8:1::1"]);
    assert!(
        at(&zone, "192.0.2.77")
            .names
            .contains(&"in.doiche.test".parse().unwrap())
    );
}

#[test]
fn a_zone_without_an_origin_says_so_once() {
    let text = "@ IN SOA a b 1 2 3 4 5\nwww A 192.0.2.5\nb.doiche.test. A 192.0.2.5\n";
    let zone = read("x", text);
    assert_eq!(spots(&zone), ["b.doiche.test"]);
    assert_eq!((zone.messages.len(), zone.more_messages), (1, 1));
}

const ISC: &str = "\
# The format of this file is documented in the dhcpd.leases(5) manual page.
server-duid \"\\000\\001}\\\"{\";
lease 192.0.2.20 {
  starts 3 2026/11/18 01:00:00;
  ends 3 2026/11/18 02:00:00;
  binding state active;
  next binding state free;
  hardware ethernet 00:11:22:33:44:55;
  client-hostname \"may-chi-hoa\";
}
lease 192.0.2.21 { starts epoch 1794978000; # Wed
  binding state active; client-hostname \"in.doiche.test\"; }
lease 192.0.2.20 {
  starts 4 2026/11/19 01:00:00;
  binding state active;
}
lease 192.0.2.21x { binding state active; }
lease 192.0.2.22 {
  binding state active;
}
lease 192.0.2.22 {
  binding state free;
}
lease 198.51.100.1 { binding state active; }
ia-na \"\\000{\" {
  cltt 4 2026/11/19 01:00:00;
  iaaddr 2001:db8:1::20 {
    binding state active;
  }
}
lease 192.0.2.23 {
  binding state active;
";

#[test]
fn leases_of_isc_are_read() {
    let leases = read("dhcpd.leases", ISC);
    assert_eq!(leases.kind, SourceKind::Dhcp);
    assert_eq!(
        spots(&leases),
        ["192.0.2.20", "192.0.2.21", "2001:db8:1::20"]
    );
    let first = at(&leases, "192.0.2.20");
    // The later lease counts; a machine's short name is not kept.
    assert_eq!(first.last, "2026-11-19T01:00:00Z".parse().unwrap());
    assert_eq!((first.row, first.names.len()), (Some(13), 0));
    assert_eq!(at(&leases, "192.0.2.21").names.len(), 1);
    assert_eq!((leases.found.left.outside, leases.silent), (1, 1));
    let told: Vec<_> = leases
        .messages
        .iter()
        .map(|m| m.place.row.unwrap())
        .collect();
    assert_eq!(told, [17, 31]);
}

#[test]
fn leases_of_kea_are_read() {
    let text = "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id\n\
                192.0.2.30,00:11,,3600,1794981600,1,0,0,in.doiche.test.,0,,0\n\
                192.0.2.31,00:11,,3600,1794981600,1,0,0,may-hoa,0,,0\n\
                192.0.2.31,00:11,,0,1794981600,1,0,0,may-hoa,0,,0\n\
                192.0.2.32,00:11,,3600,1794981600,1,0,0,,1,,0\n\
                khong,00:11,,3600,1794981600,1,0,0,,0,,0\n";
    let leases = read("kea-leases4.csv", text);
    assert_eq!(spots(&leases), ["192.0.2.30"]);
    assert_eq!(
        at(&leases, "192.0.2.30").last,
        "2026-11-18T05:00:00Z".parse().unwrap()
    );
    assert_eq!((leases.silent, leases.messages.len()), (2, 1));
    assert_eq!(leases.messages[0].value.as_deref(), Some("khong"));
}

#[test]
fn flows_of_nfdump_are_read() {
    let text = "ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt\n\
        2026-11-18 10:00:00,2026-11-18 10:00:05,5.0,198.51.100.7,192.0.2.40,51514,8443,TCP,...AP.SF,0,0,10,1200,0,0\n\
        2026-11-18 11:00:00,2026-11-18 11:00:05,5.0,192.0.2.40,198.51.100.7,8443,51514,TCP,...AP.SF,0,0,8,64000,0,0\n\
        2026-11-18 10:00:00,2026-11-18 10:00:05,5.0,198.51.100.7,192.0.2.41,51514,23,TCP,......S.,0,0,1,40,0,0\n\
        2026-11-18 10:00:00,2026-11-18 10:00:05,5.0,198.51.100.7,192.0.2.10,51514,22,TCP,...AP.SF,0,0,9,40,0,0\n\
        2026-11-18 10:00:00,2026-11-18 10:00:05,5.0,198.51.100.7,192.0.2.42,51514,161,UDP,........,0,0,9,40,0,0\n\
        2026-11-18 10:00:00,2026-11-18 10:00:05,5.0,192.0.2.40,198.51.100.9,51514,443,TCP,...AP.SF,0,0,9,40,0,0\n\
        2026-11-18 10:00:00,2026-11-18 10:00:05,5.0,198.51.100.7,192.0.2.42,0,8.0,ICMP,........,0,0,9,40,0,0\n\
        2099-11-18 10:00:00,2099-11-18 10:00:05,5.0,198.51.100.7,192.0.2.66,51514,443,TCP,...AP.SF,0,0,9,40,0,0\n\
        2026-11-18 10:00:00,2026-11-18 10:00:05,5.0,198.51.100.7,may-chu,51514,443,TCP,...AP.SF,0,0,9,40,0,0\n\
        Summary\nflows,bytes,packets,avg_bps,avg_pps,avg_bpp\n8,1,1,1,1,1\n";
    let flows = read("flows.csv", text);
    assert_eq!(flows.kind, SourceKind::Netflow);
    assert_eq!(spots(&flows), ["192.0.2.40:8443", "192.0.2.42:161/udp"]);
    let both = at(&flows, "192.0.2.40:8443");
    assert_eq!(both.count, 2);
    assert_eq!(both.first, "2026-11-18T03:00:00Z".parse().unwrap());
    assert_eq!(both.last, "2026-11-18T04:00:05Z".parse().unwrap());
    let left = flows.found.left;
    assert_eq!((left.declared, left.outside, left.excluded), (1, 1, 1));
    assert_eq!((flows.rows, flows.silent), (9, 2));
    assert_eq!(flows.messages.len(), 1);
    assert_eq!(flows.messages[0].place.row, Some(10));

    let newer = "firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,packets,bytes,flows\n\
                 2026-11-18 10:00:00.1,5.0,TCP,198.51.100.7,51514,192.0.2.40,8443,1,2,7\n";
    assert_eq!(at(&read("x", newer), "192.0.2.40:8443").count, 7);
}

#[test]
fn firewall_logs_count_what_was_let_through() {
    let text = "time;action;proto;dst;dport\n\
                2026-11-18 10:00:00;allow;tcp;192.0.2.50;3389\n\
                2026-11-18 10:00:00;deny;tcp;192.0.2.50;23\n\
                2026-11-18 10:00:00;what;tcp;192.0.2.50;25\n\
                2026-11-18 10:00:00;allow;tcp;192.0.2.50\n";
    let log = read("fw.csv", text);
    assert_eq!(log.kind, SourceKind::Firewall);
    assert_eq!(spots(&log), ["192.0.2.50:3389"]);
    assert_eq!((log.silent, log.messages.len()), (1, 2));
    // The plainest export there is.
    let plain = read(
        "x",
        "proto,dst,dport\n6,192.0.2.50,3389\ntcp,192.0.2.50,3389\n",
    );
    assert_eq!(at(&plain, "192.0.2.50:3389").count, 2);
}

#[test]
fn transparency_dumps_are_read() {
    let text = r#"[
 {"issuer_name":"C=US","common_name":"moi.doiche.test","name_value":"moi.doiche.test\nwww.doiche.test\n*.doiche.test","not_before":"2026-01-01T00:00:00","not_after":"2026-04-01T00:00:00"},
 {"name_value":"cu.doiche.test\nben-khac.example"},
 {"name_value":"a@doiche.test"},
 {"name_value":"xấu\u001b[31m.doiche..test"},
 7,
 {"name_value":"sau.doiche.test"}, {"name_va"#;
    let dump = read("ct.json", text);
    assert_eq!(dump.kind, SourceKind::Ct);
    assert_eq!(spots(&dump), ["moi.doiche.test", "sau.doiche.test"]);
    let found = at(&dump, "moi.doiche.test");
    assert_eq!(found.last, "2026-01-01T00:00:00Z".parse().unwrap());
    assert_eq!(found.names, ["www.doiche.test".parse().unwrap()].into());
    let left = dump.found.left;
    assert_eq!((left.declared, left.outside, left.excluded), (1, 1, 1));
    assert_eq!(dump.messages.len(), 3);
    assert!(
        dump.messages
            .iter()
            .all(|m| !m.line(crate::Language::Vi).contains('\u{1b}'))
    );
    // The same, an entry a line.
    let lines =
        "{\"name_value\":\"a.doiche.test\"}\n{broken\n\n{\"dns_names\":[\"b.doiche.test\"]}\n";
    let dump = read("ct.jsonl", lines);
    assert_eq!(spots(&dump), ["a.doiche.test", "b.doiche.test"]);
    assert_eq!(dump.messages[0].place.row, Some(2));
}

#[test]
#[expect(clippy::type_complexity, reason = "a table")]
fn what_is_no_source_is_refused_with_a_hint() {
    use DiscoveryError as E;
    let cases: [(&[u8], Option<SourceKind>, fn(&E) -> bool); 8] = [
        (b"", None, |e| *e == E::Empty),
        (b" \n\n", None, |e| *e == E::Empty),
        (b"\xff\xfea\0", None, |e| *e == E::Utf16),
        (b"PK\x03\x04\0\0", None, |e| *e == E::Binary),
        (b"Dear all, hello", None, |e| *e == E::UnknownKind),
        (b"name,unit\na,b\n", None, |e| *e == E::UnknownKind),
        (b"name,unit\na,b\n", Some(SourceKind::Netflow), |e| {
            matches!(e, E::NoColumn(_))
        }),
        (b"dst,dport\na,b\nc,d\n", None, |e| *e == E::Nothing(2)),
    ];
    for (bytes, kind, expected) in cases {
        let error = read_as("x", kind, bytes).unwrap_err();
        assert!(expected(&error), "{bytes:?}: {error:?}");
        let (problem, fix) = error.words();
        assert!(!problem.vi.is_empty() && !fix.vi.is_empty() && !fix.en.is_empty());
    }
}

#[test]
fn the_same_bytes_are_the_same_source() {
    let (one, two) = (read("a", ZONE), read("db.doiche.test", ZONE));
    assert_eq!(one.sha256, two.sha256);
    assert_eq!(read("db.doiche.test", ZONE), two);
}

#[test]
fn a_declared_name_covers_the_address_where_it_was_reached() {
    let inventory = inventory();
    let mut declared = Declared::of(&inventory);
    let spot = Spot::tcp(Host::Address("192.0.2.5".parse().unwrap()), 443);
    assert!(!declared.knows(&spot));
    declared.reached(
        inventory.systems[0].endpoints[0].id,
        "192.0.2.5".parse().unwrap(),
    );
    assert!(declared.knows(&spot));
    assert!(!declared.knows(&Spot {
        port: Some(22),
        ..spot
    }));
}

#[test]
fn what_may_be_written_down() {
    let scope = scope();
    let may = |name: Option<&str>, address: Option<&str>, now: Timestamp| {
        let name = name.map(|name| name.parse().unwrap());
        let address = address.map(|address| address.parse().unwrap());
        scope.may_record(name.as_ref(), address, now).map(|_| ())
    };
    let later = "2030-01-01T00:00:00Z".parse().unwrap();
    let cases = [
        (Some("a.doiche.test"), None, now(), Ok(())),
        (Some("a.doiche.test"), Some("198.51.100.1"), now(), Ok(())),
        (Some("a.example"), Some("192.0.2.1"), now(), Ok(())),
        (None, Some("::ffff:192.0.2.1"), now(), Ok(())),
        (None, Some("127.0.0.1"), now(), Err(Denied::OutsideScope)),
        (Some("a.example"), None, now(), Err(Denied::OutsideScope)),
        (Some("cu.doiche.test"), None, now(), Err(Denied::Excluded)),
        (
            Some("a.doiche.test"),
            Some("192.0.2.66"),
            now(),
            Err(Denied::Excluded),
        ),
        (
            Some("a.doiche.test"),
            None,
            later,
            Err(Denied::OutsideScope),
        ),
        (None, None, now(), Err(Denied::OutsideScope)),
    ];
    for (name, address, now, expected) in cases {
        assert_eq!(may(name, address, now), expected, "{name:?} {address:?}");
    }
}

const KINDS: [Option<SourceKind>; 6] = [
    None,
    Some(SourceKind::Zone),
    Some(SourceKind::Dhcp),
    Some(SourceKind::Firewall),
    Some(SourceKind::Netflow),
    Some(SourceKind::Ct),
];

proptest! {
    /// Any bytes, and good files with bytes changed: no panic, nothing kept outside the papers.
    #[test]
    fn hostile_files_break_nothing(
        kind in 0..KINDS.len(),
        base in prop::sample::select(vec!["", ZONE, ISC, "dst,dport\n192.0.2.1,5\n"]),
        noise in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..40),
    ) {
        let mut bytes = base.as_bytes().to_vec();
        for (place, byte) in noise {
            let place = place.index(bytes.len() + 1);
            bytes.insert(place, byte);
        }
        if let Ok(read) = read_as("db.doiche.test", KINDS[kind], &bytes) {
            let scope = scope();
            for (spot, discovery) in &read.found.spots {
                let name = spot.host.name();
                let address = spot.host.address().copied();
                let any = std::iter::once(address).chain(discovery.addresses.iter().copied().map(Some));
                prop_assert!(any.into_iter().any(|a| scope.may_record(name, a, now()).is_ok()), "{spot}");
            }
        }
    }
}
