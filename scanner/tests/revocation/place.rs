//! A web server on loopback that counts who comes, and says what it is told to.

use std::{
    collections::HashMap,
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use super::tls_support::Peer;

/// What is said at one path.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    Bytes(Vec<u8>),
    Status(u16),
    Redirect(String),
    /// One byte of body after the other, slowly.
    Drip,
    /// Headers without end.
    EndlessHead,
    /// A body without end.
    Endless,
    /// It announces ten gigabytes.
    Huge,
    /// It says that it is compressed.
    Compressed,
    /// `openssl ocsp` answers with the database of the intermediate.
    Responder {
        folder: PathBuf,
        signer: String,
        days: String,
    },
}

#[derive(Debug, Default)]
struct Shared {
    replies: Mutex<HashMap<String, Reply>>,
    seen: Mutex<HashMap<String, usize>>,
    total: AtomicUsize,
}

/// The server.
pub(crate) struct Place {
    pub(crate) port: u16,
    shared: Arc<Shared>,
}

impl Place {
    pub(crate) fn open() -> Self {
        let shared = Arc::new(Shared::default());
        let known = Arc::clone(&shared);
        let peer = Peer::new(move |number, stream| {
            known.total.fetch_add(1, Ordering::SeqCst);
            serve(&known, number, stream);
        });
        Self {
            port: peer.port,
            shared,
        }
    }

    pub(crate) fn put(&self, path: &str, reply: Reply) {
        self.shared
            .replies
            .lock()
            .unwrap()
            .insert(path.to_owned(), reply);
    }

    pub(crate) fn take(&self, path: &str) -> Reply {
        self.shared.replies.lock().unwrap().remove(path).unwrap()
    }

    /// Connections to it.
    pub(crate) fn total(&self) -> usize {
        self.shared.total.load(Ordering::SeqCst)
    }

    /// Questions at `path`, or below it.
    pub(crate) fn count(&self, path: &str) -> usize {
        self.shared
            .seen
            .lock()
            .unwrap()
            .get(path)
            .copied()
            .unwrap_or(0)
    }
}

fn serve(shared: &Shared, number: usize, mut stream: TcpStream) {
    let Some((method, path, body)) = question(&mut stream) else {
        return;
    };
    // The question of a GET to a responder stands in the path.
    let place = if path.starts_with("/ocsp") {
        "/ocsp"
    } else {
        &path
    };
    *shared
        .seen
        .lock()
        .unwrap()
        .entry(place.to_owned())
        .or_default() += 1;
    let reply = shared.replies.lock().unwrap().get(place).cloned();
    let asked = if method == "GET" {
        path.strip_prefix("/ocsp/").map(decoded).unwrap_or_default()
    } else {
        body
    };
    // A peer that hangs up is no failure of the test.
    let _ = say(&mut stream, reply, &asked, number);
}

fn question(stream: &mut TcpStream) -> Option<(String, String, Vec<u8>)> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).ok()?;
    assert!(!head.to_ascii_lowercase().contains("gzip"), "{head}");
    let mut words = head.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let length = head.to_ascii_lowercase().lines().find_map(|line| {
        line.strip_prefix("content-length: ")
            .map(|n| n.trim().parse::<usize>().unwrap())
    });
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).ok()?;
    Some((method, path, body))
}

fn say(
    stream: &mut TcpStream,
    reply: Option<Reply>,
    asked: &[u8],
    number: usize,
) -> std::io::Result<()> {
    let mut whole = |status: &str, more: &str, body: &[u8]| {
        let length = body.len();
        write!(
            stream,
            "HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{more}\r\n"
        )?;
        stream.write_all(body)
    };
    match reply {
        None => whole("404 Not Found", "", b""),
        Some(Reply::Bytes(bytes)) => whole("200 OK", "", &bytes),
        Some(Reply::Status(status)) => whole(&format!("{status} x"), "", b""),
        Some(Reply::Redirect(to)) => whole("302 Found", &format!("Location: {to}\r\n"), b""),
        Some(Reply::Compressed) => whole(
            "200 OK",
            "Content-Encoding: gzip\r\n",
            &[0x1F, 0x8B, 8, 0, 0],
        ),
        Some(Reply::Responder {
            folder,
            signer,
            days,
        }) => whole(
            "200 OK",
            "",
            &answer(&folder, &signer, &days, asked, number),
        ),
        Some(Reply::Drip) => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
            loop {
                stream.write_all(&[0x30])?;
                thread::sleep(Duration::from_millis(100));
            }
        }
        Some(Reply::EndlessHead) => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n")?;
            loop {
                stream.write_all(b"X-More: and more of it\r\n")?;
            }
        }
        Some(Reply::Endless) => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
            loop {
                stream.write_all(&vec![0x30; 1 << 16])?;
            }
        }
        Some(Reply::Huge) => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n0")?;
            thread::sleep(Duration::from_secs(1));
            Ok(())
        }
    }
}

/// What `openssl ocsp` answers to `asked`.
fn answer(folder: &Path, signer: &str, days: &str, asked: &[u8], number: usize) -> Vec<u8> {
    let (request, response) = (format!("{number}.req"), format!("{number}.resp"));
    fs::write(folder.join(&request), asked).unwrap();
    let mut command = Command::new("openssl");
    command.args(["ocsp", "-index", "middle.txt", "-CA", "middle.pem"]);
    command.args([
        "-rsigner",
        &format!("{signer}.pem"),
        "-rkey",
        &format!("{signer}.key"),
    ]);
    command.args(["-reqin", &request, "-respout", &response]);
    if !days.is_empty() {
        command.args(["-ndays", days]);
    }
    command
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().unwrap();
    fs::read(folder.join(&response)).unwrap_or_default()
}

/// Base64 with percent signs, as in the path of a question by GET.
fn decoded(text: &str) -> Vec<u8> {
    let text = text
        .replace("%2B", "+")
        .replace("%2F", "/")
        .replace("%3D", "=");
    let mut child = Command::new("openssl")
        .args(["base64", "-d", "-A"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap().stdout
}
