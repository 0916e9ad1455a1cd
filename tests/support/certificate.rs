//! Keys and certificates, made by OpenSSL as an administrator would.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::{daemon::run, engine::program};

/// A self-signed certificate with its key, as files.
pub(crate) struct Pair {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

impl Pair {
    /// Makes one for `name`. `key` is what `openssl req -newkey` takes: `rsa:2048`, or `ec` for
    /// P-256.
    pub(crate) fn new(folder: &Path, name: &str, key: &str) -> Self {
        let kind = key.split(':').next().unwrap_or(key);
        let pair = Self {
            certificate: folder.join(format!("{name}.{kind}.crt")),
            key: folder.join(format!("{name}.{kind}.key")),
        };
        let mut command = Command::new(program("openssl"));
        command.args([
            "req", "-x509", "-sha256", "-nodes", "-days", "90", "-newkey", key,
        ]);
        if key == "ec" {
            command.args(["-pkeyopt", "ec_paramgen_curve:P-256"]);
        }
        command
            .args(["-subj", &format!("/CN={name}")])
            .args(["-addext", &format!("subjectAltName=DNS:{name}")])
            .arg("-out")
            .arg(&pair.certificate)
            .arg("-keyout")
            .arg(&pair.key);
        run(&mut command);
        pair
    }

    /// SHA-256 of the DER in lower-case hexadecimal, by OpenSSL.
    pub(crate) fn sha256(&self) -> String {
        let output = run(Command::new(program("openssl"))
            .args(["x509", "-noout", "-fingerprint", "-sha256", "-in"])
            .arg(&self.certificate));
        String::from_utf8(output)
            .expect("openssl prints ASCII")
            .trim()
            .split_once('=')
            .expect("name=fingerprint")
            .1
            .replace(':', "")
            .to_lowercase()
    }
}
