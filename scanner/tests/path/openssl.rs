//! The rows as OpenSSL sees them. What it sees otherwise is listed here with the reason.

use std::{fs, net::IpAddr, path::Path, process::Command};

use jiff::Timestamp;

use crate::{maker, row::Row, table};

/// Writes the rows as files, so that any validator may be asked: for each a folder with `leaf.pem`,
/// `others.pem`, `roots.pem`, and `row` with name, time and our own verdict.
fn write(row: &Row, folder: &Path) {
    let pem = |ders: &[Vec<u8>]| ders.iter().map(|der| maker::pem(der)).collect::<String>();
    fs::write(folder.join("leaf.pem"), pem(&row.chain[..1])).unwrap();
    fs::write(folder.join("others.pem"), pem(&row.chain[1..])).unwrap();
    fs::write(folder.join("roots.pem"), pem(&row.roots)).unwrap();
    let at: Timestamp = row.at.parse().unwrap();
    let text = format!(
        "{}\n{}\n{}\n{}\n",
        row.what,
        row.name,
        at.as_second(),
        row.is_good()
    );
    fs::write(folder.join("row"), text).unwrap();
}

fn verify(row: &Row, folder: &Path) -> bool {
    let at: Timestamp = row.at.parse().unwrap();
    let which = match row.name.parse::<IpAddr>() {
        Ok(_) => "-verify_ip",
        Err(_) => "-verify_hostname",
    };
    let mut command = Command::new("openssl");
    command
        .current_dir(folder)
        // The defaults of the library, not of the distribution.
        .env("OPENSSL_CONF", "/dev/null")
        .args(["verify", "-x509_strict", "-purpose", "sslserver"])
        .args([
            "-partial_chain",
            "-auth_level",
            "2",
            "-no-CApath",
            "-no-CAstore",
        ])
        .args(["-attime", &at.as_second().to_string(), which, row.name])
        .args(["-CAfile", "roots.pem"]);
    if row.chain.len() > 1 {
        command.args(["-untrusted", "others.pem"]);
    }
    command.arg("leaf.pem").output().unwrap().status.success()
}

/// Rows on which OpenSSL 3 differs from us: what it says, which rows, and why.
#[rustfmt::skip]
const DIFFERENT: &[(bool, &[&str], &str)] = &[
    (true, &["an authority", "name constraints"],
        "RFC 5280 alone lets an authority be a leaf; the baseline does not"),
    (true, &["no alternative name", "critical alternative name", "mail address only"],
        "it falls back to the common name, which is no name of a server since RFC 9525"),
    (true, &["wildcard within a label", "wildcard at the end of a label"],
        "partial wildcards are on unless its caller turns them off; RFC 9525 6.3 has none"),
    (true, &["serial of 22 octets", "negative serial"],
        "it reads any serial"),
    (true, &["version 1", "version 2", "version 4"],
        "it reads any version at the leaf; the baseline wants 3"),
    (true, &["generalised time before 2050"],
        "it reads both forms for any year"),
    (true, &["unknown extension twice", "malformed authority information"],
        "it looks only at extensions that it uses"),
    (true, &["between, constraints of nothing", "between, empty lists of constraints", "constraints of nothing"],
        "RFC 5280 forbids them empty"),
    (true, &["root, authority key identifier without key"],
        "it asks self-signed certificates for nothing there; RFC 5280 has the key in every one"),
    (true, &["RSA of 2040 bits"],
        "its rounding of strength lets 2040 pass for 2048"),
    (true, &["parameters of nothing"],
        "RFC 5758 3.2 has no parameters with ECDSA"),
    (true, &["wildcard covers what is excluded"],
        "it compares the letters of the wildcard, not the names it covers"),
    (true, &["malformed DNS name", "malformed mailbox", "constraint with a dot before it", "constraint with holes in the mask"],
        "it compares the ends of texts whatever they are"),
    (true, &["policies differ", "leaf without policy"],
        "it does not process policies unless its caller asks"),
    (false, &["authority key identifier with issuer and serial", "between that names a certificate"],
        "the issuer and serial given there are not those of the authority: RFC 5280 has them as a help to find it, no more"),
    (false, &["at the last second", "a fraction after the last second"],
        "the last second belongs to the validity (RFC 5280 4.1.2.5)"),
    (false, &["between for anything"],
        "it does not count anyExtendedKeyUsage; the baseline has it for cross-certificates"),
    (false, &["the other certificate of the authority", "a bad signature beside a good one", "no authority beside one"],
        "it takes the first issuer that looks right and does not come back"),
];

#[test]
fn openssl_agrees_but_for_known_differences() {
    if !engine("openssl") {
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let kept = std::env::var_os("LUYTRE_ROWS").map(std::path::PathBuf::from);
    let mut wrong = Vec::new();
    for (number, row) in table().iter().enumerate() {
        let folder = kept.as_deref().unwrap_or(place.path());
        let folder = folder.join(number.to_string());
        fs::create_dir_all(&folder).unwrap();
        write(row, &folder);
        let theirs = verify(row, &folder);
        let known = DIFFERENT
            .iter()
            .find(|(_, rows, _)| rows.contains(&row.what));
        if theirs != known.map_or(row.is_good(), |(theirs, ..)| *theirs) {
            wrong.push(format!(
                "{}: OpenSSL says {theirs}, we {}",
                row.what,
                row.is_good()
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} rows:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn listed_differences_are_rows_and_differ() {
    for (theirs, rows, why) in DIFFERENT {
        assert!(!why.is_empty());
        for what in *rows {
            let row = table().into_iter().find(|row| row.what == *what);
            assert_eq!(row.map(|row| row.is_good()), Some(!theirs), "{what}");
        }
    }
}

/// Whether `program` is there: a missing one is a visible skip, or a failure where none is allowed.
#[expect(clippy::print_stderr, reason = "a skip is visible")]
fn engine(program: &str) -> bool {
    let found = Command::new(program).arg("version").output().is_ok();
    if !found {
        let strict = std::env::var("LUYTRE_NO_SKIP").is_ok_and(|value| value == "1");
        assert!(!strict, "{program} is missing");
        eprintln!("SKIPPED: {program} is missing");
    }
    found
}
