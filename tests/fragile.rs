//! A device that dies of a second conversation, or of a byte that it does not expect, on any of its
//! ports; and the built binary with its default profile.

use std::{
    collections::BTreeSet,
    fs,
    io::{ErrorKind, Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    sync::{Arc, Mutex, mpsc},
    thread,
    time::Duration,
};

use serde_json::Value;

use crate::support::{folder, luytre, write};

/// What is known of the device afterwards.
#[derive(Debug, Default, Clone)]
struct Life {
    /// What it died of.
    death: Option<&'static str>,
    /// Requests that it answered.
    answered: usize,
    /// Conversations in all, by port.
    visits: [usize; 2],
}

/// The port of its panel, which speaks HTTP, and of its control, where any byte is an order.
struct Device {
    ports: [u16; 2],
    life: Arc<Mutex<Life>>,
    _ending: mpsc::Sender<()>,
}

impl Device {
    fn start() -> Self {
        let listeners = [(); 2].map(|()| {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
            listener.set_nonblocking(true).expect("a setting");
            listener
        });
        let ports = [0, 1].map(|n: usize| listeners[n].local_addr().expect("bound").port());
        let life = Arc::new(Mutex::new(Life::default()));
        let (ending, ended) = mpsc::channel();
        let its = Arc::clone(&life);
        thread::spawn(move || live(&listeners, &its, &ended));
        Self {
            ports,
            life,
            _ending: ending,
        }
    }
}

/// One thread, one conversation: whoever comes while another has not ended kills it. An end that the
/// peer made before it came again is always seen first.
fn live(listeners: &[TcpListener; 2], life: &Mutex<Life>, ended: &mpsc::Receiver<()>) {
    let mut current: Option<(usize, TcpStream)> = None;
    while ended.try_recv() != Err(mpsc::TryRecvError::Disconnected) {
        for (port, listener) in listeners.iter().enumerate() {
            let Ok((stream, _)) = listener.accept() else {
                continue;
            };
            current = hear(current, life);
            let mut now = life.lock().expect("a life");
            if current.is_some() {
                now.death = Some("a second conversation");
            }
            now.visits[port] += 1;
            stream.set_nonblocking(true).expect("a setting");
            current = Some((port, stream));
        }
        current = hear(current, life);
        if life.lock().expect("a life").death.is_some() {
            return;
        }
        thread::sleep(Duration::from_micros(200));
    }
}

/// Hears what was said; none once the peer has ended.
fn hear(current: Option<(usize, TcpStream)>, life: &Mutex<Life>) -> Option<(usize, TcpStream)> {
    let (port, mut stream) = current?;
    let mut bytes = [0; 4096];
    match stream.read(&mut bytes) {
        Ok(0) => None,
        Ok(count) => {
            let mut life = life.lock().expect("a life");
            let polite = [&b"GET / "[..], b"HEAD / "];
            if port == 1 {
                life.death = Some("an order to its control");
            } else if polite.iter().any(|word| bytes[..count].starts_with(word)) {
                let page = "HTTP/1.0 200 OK\r\nServer: GoAhead-Webs\r\n\r\n<title>Panel</title>";
                let _ = stream.write_all(page.as_bytes());
                let _ = stream.shutdown(std::net::Shutdown::Write);
                life.answered += 1;
            } else {
                life.death = Some("a byte that it did not expect");
            }
            Some((port, stream))
        }
        Err(error) if error.kind() == ErrorKind::WouldBlock => Some((port, stream)),
        Err(_) => None,
    }
}

#[test]
fn a_fragile_device_survives_the_default_profile() {
    let device = Device::start();
    let [panel, control] = device.ports;
    let inventory = format!(
        r#"
[[unit]]
code = "so-lam-giang"
name = "Sở Khoa học và Công nghệ tỉnh Lam Giang"

[[authorisation]]
number = "1/YC-SKHCN"
route = "owner_request"
date = "2026-01-05"
ground = "Văn bản yêu cầu kiểm tra của chủ quản"
owner = "so-lam-giang"
from = "2026-01-05"
until = "2099-12-31"
prefixes = ["127.0.0.1/32"]

[[system]]
code = "tram-bom"
name = "Trạm bơm"
owner = "so-lam-giang"
level = 2

[[system.endpoint]]
address = "127.0.0.1"
port = {panel}
protocol = "http"

[[system.endpoint]]
address = "127.0.0.1"
port = {control}
protocol = "modbus"
"#
    );
    let place = folder();
    write(place.path(), "danh-muc.toml", &inventory);
    let run = |arguments: &[&str]| {
        let mut command = luytre(place.path());
        command.args(arguments).output().expect("it runs")
    };
    assert!(run(&["init", "tinh"]).status.success());
    let imported = run(&["--dir", "tinh", "inventory", "import", "danh-muc.toml"]);
    assert!(imported.status.success(), "{imported:?}");
    let scanned = run(&["--dir", "tinh", "scan", "--json", "scan.json"]);
    // 3: a control that must not be spoken to does not say what it is.
    assert!(matches!(scanned.status.code(), Some(0 | 3)), "{scanned:?}");

    let life = device.life.lock().expect("a life").clone();
    assert_eq!(life.death, None, "{life:?}");
    assert!(
        life.answered >= 1 && life.visits.iter().all(|visits| *visits >= 1),
        "{life:?}"
    );
    let text = fs::read_to_string(place.path().join("scan.json")).expect("its JSON");
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let observations = document["observations"].as_array().expect("a list");
    let of = |probe: &'static str| observations.iter().filter(move |one| one["probe"] == probe);
    let open: BTreeSet<u64> = of("ports")
        .flat_map(|one| one["fact"]["open"].as_array().expect("a list"))
        .filter_map(Value::as_u64)
        .collect();
    // Other programs of this machine may listen there too.
    assert!(
        device
            .ports
            .iter()
            .all(|port| open.contains(&u64::from(*port))),
        "{open:?}"
    );
    let protocols: Vec<_> = of("service").map(|one| &one["fact"]["protocol"]).collect();
    assert!(protocols.contains(&&Value::from("http")), "{protocols:?}");
}
