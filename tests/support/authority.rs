//! An authority run by `openssl ca`: a root, an intermediate and a leaf, their lists and answers.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The name of the leaf.
pub(crate) const NAME: &str = "www.doiche.test";

/// A folder with `root`, `middle` and `leaf`, each `.key` and `.pem`, and `chain.pem`.
#[derive(Debug)]
pub(crate) struct Authority {
    pub(crate) folder: PathBuf,
}

/// Where the certificates of the lab say that lists and answers are; none leaves the places out.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Places<'a> {
    /// The list of the root, about the intermediate.
    pub(crate) root_list: Option<&'a str>,
    /// The list of the intermediate, about the leaf.
    pub(crate) middle_list: Option<&'a str>,
    /// The responder for the leaf.
    pub(crate) responder: Option<&'a str>,
}

const SETTINGS: &str = "
[ca]
default_ca = me
[me]
database = ${ENV::DB}.txt
crlnumber = ${ENV::DB}.number
new_certs_dir = .
rand_serial = yes
default_md = sha256
default_days = 365
default_crl_days = 30
policy = any
unique_subject = no
[any]
commonName = supplied
organizationName = optional
[req]
distinguished_name = name
[name]
[above]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[between]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
ROOT_LIST
[below]
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
authorityKeyIdentifier = keyid
subjectAltName = DNS:www.doiche.test
MIDDLE_LIST
RESPONDER
[answers]
keyUsage = critical, digitalSignature
extendedKeyUsage = OCSPSigning
authorityKeyIdentifier = keyid
noCheck = ignored
[plain]
authorityKeyIdentifier = keyid
[delta]
authorityKeyIdentifier = keyid
2.5.29.27 = critical, DER:02:01:01
[indirect]
authorityKeyIdentifier = keyid
issuingDistributionPoint = critical, @indirect_point
[indirect_point]
indirectCRL = TRUE
[reasons]
authorityKeyIdentifier = keyid
issuingDistributionPoint = critical, @reasons_point
[reasons_point]
onlysomereasons = keyCompromise, CACompromise
[authorities]
authorityKeyIdentifier = keyid
issuingDistributionPoint = critical, @authorities_point
[authorities_point]
onlyCA = TRUE
";

impl Authority {
    /// Makes the three, valid for a year around `now`; `name` keeps labs of one test apart.
    pub(crate) fn new(folder: &Path, name: &str, places: Places<'_>) -> Self {
        let folder = folder.join(name);
        fs::create_dir(&folder).expect("a folder");
        let line = |key: &str, value: Option<&str>| {
            value.map_or_else(String::new, |value| format!("{key} = {value}"))
        };
        let url = |value: Option<&str>| value.map(|value| format!("URI:{value}"));
        let settings = SETTINGS
            .replace(
                "ROOT_LIST",
                &line("crlDistributionPoints", url(places.root_list).as_deref()),
            )
            .replace(
                "MIDDLE_LIST",
                &line("crlDistributionPoints", url(places.middle_list).as_deref()),
            )
            .replace(
                "RESPONDER",
                &line(
                    "authorityInfoAccess",
                    places
                        .responder
                        .map(|url| format!("OCSP;URI:{url}"))
                        .as_deref(),
                ),
            );
        fs::write(folder.join("ca.cnf"), settings).expect("written");
        let lab = Self { folder };
        for database in ["root", "middle"] {
            fs::write(lab.path(&format!("{database}.txt")), "").expect("written");
            fs::write(lab.path(&format!("{database}.number")), "01\n").expect("written");
        }
        lab.request("root", "/O=Lab/CN=Root");
        lab.issue(
            "root",
            &["-selfsign", "-keyfile", "root.key"],
            "root",
            "above",
        );
        lab.request("middle", "/O=Lab/CN=Middle");
        lab.issue(
            "root",
            &["-cert", "root.pem", "-keyfile", "root.key"],
            "middle",
            "between",
        );
        lab.request("leaf", &format!("/CN={NAME}"));
        lab.issue(
            "middle",
            &["-cert", "middle.pem", "-keyfile", "middle.key"],
            "leaf",
            "below",
        );
        let read = |file: &str| fs::read_to_string(lab.path(file)).expect("written");
        fs::write(
            lab.path("chain.pem"),
            read("leaf.pem") + &read("middle.pem"),
        )
        .expect("written");
        lab
    }

    /// A file of the lab.
    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.folder.join(file)
    }

    /// Makes `NAME.key`, and a request for `subject`.
    pub(crate) fn request(&self, name: &str, subject: &str) {
        let (key, request) = (format!("{name}.key"), format!("{name}.csr"));
        self.openssl(
            "",
            &[
                "genpkey",
                "-algorithm",
                "EC",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-out",
                &key,
            ],
        );
        self.openssl(
            "root",
            &[
                "req", "-new", "-config", "ca.cnf", "-key", &key, "-subj", subject, "-out",
                &request,
            ],
        );
    }

    /// Makes `NAME.pem` of the request.
    pub(crate) fn issue(&self, database: &str, issuer: &[&str], name: &str, extensions: &str) {
        let (request, out) = (format!("{name}.csr"), format!("{name}.pem"));
        let common = [
            "ca",
            "-batch",
            "-notext",
            "-config",
            "ca.cnf",
            "-extensions",
            extensions,
            "-in",
            &request,
            "-out",
            &out,
        ];
        self.openssl(database, &[&common, issuer].concat());
    }

    /// Takes back `certificate`, which `issuer` issued.
    pub(crate) fn revoke(&self, issuer: &str, certificate: &str) {
        let (cert, key, revoked) = (
            format!("{issuer}.pem"),
            format!("{issuer}.key"),
            format!("{certificate}.pem"),
        );
        self.openssl(
            issuer,
            &[
                "ca",
                "-config",
                "ca.cnf",
                "-cert",
                &cert,
                "-keyfile",
                &key,
                "-revoke",
                &revoked,
                "-crl_reason",
                "keyCompromise",
            ],
        );
    }

    /// A list of `issuer` in the file `out` (PEM), with the extensions of `section`.
    pub(crate) fn list(&self, issuer: &str, section: &str, dates: &[&str], out: &str) {
        let (cert, key) = (format!("{issuer}.pem"), format!("{issuer}.key"));
        let common = [
            "ca", "-config", "ca.cnf", "-gencrl", "-cert", &cert, "-keyfile", &key, "-crlexts",
            section, "-out", out,
        ];
        self.openssl(issuer, &[&common, dates].concat());
    }

    /// Runs openssl in the folder; it must succeed.
    pub(crate) fn openssl(&self, database: &str, args: &[&str]) {
        let output = Command::new("openssl")
            .args(args)
            .current_dir(&self.folder)
            .env("DB", database)
            .output()
            .expect("openssl runs");
        assert!(
            output.status.success(),
            "openssl {args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
