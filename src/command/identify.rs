//! `luytre identify`: software by its banners, without a packet.

use std::{
    fmt::Write as _,
    io::{self, BufRead, Read},
};

use clap::Args;
use luytre_inventory::{Protocol, Worded as _};
use luytre_scanner::{Identity, identify};
use serde_json::{Map, Value, json};

use super::Common;
use crate::output::{Code, Failure, Hint, Talk, both, print};

/// Nhận diện phần mềm qua lời chào, không gửi gói tin nào: mỗi dòng vào là một đối tượng JSON có `protocol`
/// và `banner`; mỗi dòng ra là đối tượng ấy thêm `vendor`, `product`, `version`, `os`, `cpe`, trống thì là null.
/// Names software by its banners, without a packet: every line in is a JSON object with `protocol` and
/// `banner`; every line out is that object with `vendor`, `product`, `version`, `os` and `cpe`, or null.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Identify {}

const EXAMPLES: &str = "\
Ví dụ / Examples:
  echo '{\"protocol\":\"ssh\",\"banner\":\"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\"}' | luytre identify
  cat banners.jsonl | luytre identify

Lời chào / Banners: ssh, ftp, smtp, imap, pop3, telnet: lời chào / the greeting; http: phần đầu hoặc giá trị
Server / the header section or the value of Server; mysql: phiên bản / the version text; dns: version.bind;
snmp: sysDescr.
Dòng không đọc được được báo kèm số dòng, các dòng khác vẫn xử lý, mã thoát 2 / a line that cannot be read is
reported with its number, the others go on, exit code 2.";

/// Longest line, in bytes.
const LONGEST: u64 = 1 << 20;

impl Identify {
    #[expect(clippy::unused_self, reason = "as every command is run")]
    pub(super) fn run(&self, common: &Common) -> Result<Code, Failure> {
        let talk = common.talk();
        let mut input = io::stdin().lock();
        let (mut number, mut bad) = (0_u64, 0_u64);
        while let Some(line) = next_line(&mut input).doing(both!(
            "không đọc được dữ liệu vào",
            "cannot read standard input"
        ))? {
            number += 1;
            if line.as_ref().is_ok_and(|line| line.trim().is_empty()) {
                continue;
            }
            match line.and_then(|line| answer(&line)) {
                Ok(answer) => print(&answer),
                Err(why) => {
                    bad += 1;
                    why.tell(talk, number);
                }
            }
        }
        if bad > 0 {
            return Err(Failure::new(both!(
                "{} dòng không đọc được",
                "lines that could not be read: {}",
                bad
            ))
            .hint(both!(
                "mỗi dòng là một đối tượng JSON, ví dụ {}",
                "every line is a JSON object, for instance {}",
                r#"{"protocol":"ssh","banner":"SSH-2.0-OpenSSH_9.2p1"}"#
            )));
        }
        Ok(Code::Done)
    }
}

/// What is wrong with a line.
#[derive(Debug, PartialEq, Eq)]
enum Misread {
    TooLong,
    NotText,
    NotJson(String),
    NotObject,
    Lacks(&'static str),
}

impl Misread {
    /// Errors are told even where talk is not wanted.
    fn tell(&self, talk: Talk, number: u64) {
        let what = match self {
            Self::TooLong => talk.pick("dài quá 1 MiB", "longer than 1 MiB").to_owned(),
            Self::NotText => talk.pick("không phải UTF-8", "not UTF-8").to_owned(),
            Self::NotJson(error) => error.clone(),
            Self::NotObject => talk
                .pick("không phải đối tượng JSON", "not a JSON object")
                .to_owned(),
            Self::Lacks(field) => {
                format!("{} `{field}`", talk.pick("thiếu chuỗi", "lacks the string"))
            }
        };
        let talk = Talk {
            quiet: false,
            ..talk
        };
        talk.line(&format!("{} {number}: {what}", talk.pick("dòng", "line")));
    }
}

/// The next line without its end; none at the end of the input. A line that is too long is read past.
fn next_line(input: &mut impl BufRead) -> io::Result<Option<Result<String, Misread>>> {
    let mut line = Vec::new();
    if input.by_ref().take(LONGEST).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    if line.last() != Some(&b'\n') && line.len() as u64 == LONGEST {
        skip_line(input)?;
        return Ok(Some(Err(Misread::TooLong)));
    }
    Ok(Some(String::from_utf8(line).map_err(|_| Misread::NotText)))
}

fn skip_line(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let used = end.map_or(buffer.len(), |at| at + 1);
        let over = end.is_some() || buffer.is_empty();
        input.consume(used);
        if over {
            return Ok(());
        }
    }
}

/// The line out for a line in.
fn answer(line: &str) -> Result<String, Misread> {
    let value: Value =
        serde_json::from_str(line).map_err(|error| Misread::NotJson(error.to_string()))?;
    let Value::Object(mut object) = value else {
        return Err(Misread::NotObject);
    };
    let word = |object: &Map<String, Value>, field| {
        let value = object.get(field).and_then(Value::as_str);
        value.map(str::to_owned).ok_or(Misread::Lacks(field))
    };
    let (protocol, banner) = (word(&object, "protocol")?, word(&object, "banner")?);
    let found = protocol_of(&protocol)
        .map(|protocol| identify(protocol, &banner))
        .unwrap_or_default();
    let Identity {
        vendor,
        product,
        version,
        os,
        cpe,
        ..
    } = found;
    for (field, value) in [
        ("vendor", vendor),
        ("product", product),
        ("version", version),
        ("os", os),
        ("cpe", cpe),
    ] {
        object.insert(field.to_owned(), json!(value));
    }
    Ok(harmless(&Value::Object(object).to_string()))
}

/// The protocol of that name; the names of those inside TLS end with one more letter.
fn protocol_of(word: &str) -> Option<Protocol> {
    Protocol::read(word).or_else(|| Protocol::read(word.strip_suffix(['s', 'S'])?))
}

/// JSON in which characters that could steer a terminal are written as numbers. They stand in strings
/// alone, where that means the same.
fn harmless(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        let steers = c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
        if steers {
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_out() {
        let out = answer(
            r#"{"protocol":"ssh","banner":"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3","port":22}"#,
        );
        let out: Value = serde_json::from_str(&out.unwrap()).unwrap();
        assert_eq!(
            out,
            json!({
                "protocol": "ssh", "banner": "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3", "port": 22,
                "vendor": "OpenBSD", "product": "OpenSSH", "version": "9.2p1", "os": "Debian 12",
                "cpe": "cpe:2.3:a:openbsd:openssh:9.2:p1:*:*:*:*:*:*",
            })
        );
        for protocol in ["ssh", "không có", "imaps"] {
            let line = json!({"protocol": protocol, "banner": "?"}).to_string();
            let out: Value = serde_json::from_str(&answer(&line).unwrap()).unwrap();
            for field in ["vendor", "product", "version", "os", "cpe"] {
                assert_eq!(out.get(field), Some(&Value::Null), "{protocol} {field}");
            }
        }
        let out = answer(r#"{"protocol":"IMAPS","banner":"* OK Dovecot ready."}"#).unwrap();
        assert!(out.contains(r#""product":"Dovecot""#), "{out}");
    }

    #[test]
    fn what_steers_a_terminal_is_written_as_a_number() {
        let banner = "220 \u{1b}[31m\u{9b}2J\u{202e}\u{feff}x";
        let out = answer(&json!({"protocol": "ftp", "banner": banner}).to_string()).unwrap();
        assert!(!out.contains(|c: char| c.is_control() || c == '\u{202e}' || c == '\u{feff}'));
        let back: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(back["banner"], banner);
    }

    #[test]
    fn what_cannot_be_read() {
        assert_eq!(answer("[]"), Err(Misread::NotObject));
        assert_eq!(answer("{}"), Err(Misread::Lacks("protocol")));
        assert_eq!(
            answer(r#"{"protocol":"ssh","banner":1}"#),
            Err(Misread::Lacks("banner"))
        );
        assert!(matches!(answer("ssh"), Err(Misread::NotJson(_))));
        let long = [vec![b'a'; 3 << 20], b"\nb\n\xff\nlast".to_vec()].concat();
        let mut input = &long[..];
        let mut lines = Vec::new();
        while let Some(line) = next_line(&mut input).unwrap() {
            lines.push(line.map(|line| line.trim_end().to_owned()));
        }
        assert_eq!(
            lines,
            [
                Err(Misread::TooLong),
                Ok("b".to_owned()),
                Err(Misread::NotText),
                Ok("last".to_owned())
            ]
        );
    }
}
