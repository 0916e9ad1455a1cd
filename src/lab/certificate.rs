//! Certificates of the lab, made at start under an authority of its own.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, Error, ExtendedKeyUsagePurpose,
    IsCa, KeyPair, KeyUsagePurpose, PublicKeyData, SerialNumber, SubjectPublicKeyInfo,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, pem::PemObject};
use uuid::Uuid;

use super::planted::{CertificatePlan, Fixture, Flaw};

const DAY: Duration = Duration::from_hours(24);

/// The lab's authorities and the keys that servers share.
pub(super) struct Authority {
    root: CertifiedIssuer<'static, KeyPair>,
    intermediate: CertifiedIssuer<'static, KeyPair>,
    stranger: CertifiedIssuer<'static, KeyPair>,
    shared: BTreeMap<String, KeyPair>,
    now: SystemTime,
}

/// A chain, leaf first, with the leaf's private key.
pub(super) struct Identity {
    pub(super) chain: Vec<CertificateDer<'static>>,
    pub(super) key: PrivateKeyDer<'static>,
}

impl Authority {
    /// Makes the authorities: a root, an intermediate under it, and a stranger that stays outside
    /// the bundle.
    pub(super) fn new(now: SystemTime) -> Result<Self, Error> {
        let root = CertifiedIssuer::self_signed(
            authority("Lũy Tre: CA gốc của phòng thử (mẫu)", now),
            KeyPair::generate()?,
        )?;
        let intermediate = CertifiedIssuer::signed_by(
            authority("Lũy Tre: CA cấp phát của phòng thử (mẫu)", now),
            KeyPair::generate()?,
            &root,
        )?;
        let stranger = CertifiedIssuer::self_signed(
            authority("CA không ai tin cậy (mẫu)", now),
            KeyPair::generate()?,
        )?;
        Ok(Self {
            root,
            intermediate,
            stranger,
            shared: BTreeMap::new(),
            now,
        })
    }

    /// The root, as a bundle.
    pub(super) fn root_pem(&self) -> String {
        self.root.pem()
    }

    /// A certificate for `name` with the planted flaw.
    pub(super) fn issue(&mut self, name: &str, plan: &CertificatePlan) -> Result<Identity, Error> {
        let own;
        let key = if let Some(label) = &plan.key {
            if !self.shared.contains_key(label) {
                self.shared.insert(label.clone(), KeyPair::generate()?);
            }
            &self.shared[label]
        } else {
            own = KeyPair::generate()?;
            &own
        };
        let named = match plan.flaw {
            Flaw::WrongName => format!("cu.{name}"),
            _ => name.to_owned(),
        };
        let params = leaf(&named, self.validity(plan.flaw))?;
        let chain = match plan.flaw {
            Flaw::SelfSigned => vec![params.self_signed(key)?.into()],
            Flaw::UnknownIssuer => vec![params.signed_by(key, &self.stranger)?.into()],
            _ => self.chain(&params, key)?,
        };
        Ok(Identity {
            chain,
            key: PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        })
    }

    /// The chain for a key or certificate out of the fixtures; no private key goes with it.
    pub(super) fn issue_fixture(
        &self,
        name: &str,
        fixture: Fixture,
    ) -> Result<Vec<CertificateDer<'static>>, Error> {
        let key = match fixture {
            Fixture::Rsa1024 => include_str!("fixtures/rsa1024.pub.pem"),
            Fixture::Rsa2048 => include_str!("fixtures/rsa2048.pub.pem"),
            Fixture::Sha1 => {
                let pem = include_bytes!("fixtures/sha1-leaf.pem");
                let leaf = CertificateDer::from_pem_slice(pem)
                    .map_err(|error| Error::PemError(error.to_string()))?;
                return Ok(vec![leaf]);
            }
        };
        let mut params = leaf(name, self.validity(Flaw::None))?;
        // RSA key exchange encrypts to the key (RFC 5280 section 4.2.1.3).
        params.key_usages.push(KeyUsagePurpose::KeyEncipherment);
        self.chain(&params, &SubjectPublicKeyInfo::from_pem(key)?)
    }

    fn chain(
        &self,
        leaf: &CertificateParams,
        key: &impl PublicKeyData,
    ) -> Result<Vec<CertificateDer<'static>>, Error> {
        let leaf = leaf.signed_by(key, &self.intermediate)?;
        Ok(vec![leaf.into(), self.intermediate.der().clone()])
    }

    fn validity(&self, flaw: Flaw) -> (SystemTime, SystemTime) {
        let now = self.now;
        match flaw {
            Flaw::Expired => (now - DAY * 385, now - DAY * 20),
            // Half an hour more, so that a long demo still sees whole days.
            Flaw::Expiring => (now - DAY * 85, now + DAY * 5 + Duration::from_mins(30)),
            Flaw::NotYetValid => (now + DAY * 10, now + DAY * 375),
            Flaw::None | Flaw::WrongName | Flaw::SelfSigned | Flaw::UnknownIssuer => {
                (now - DAY * 30, now + DAY * 180)
            }
        }
    }
}

/// An authority valid two years back and ten ahead, so that it outlives every leaf both ways.
fn authority(name: &str, now: SystemTime) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.use_authority_key_identifier_extension = true;
    params.not_before = (now - DAY * 730).into();
    params.not_after = (now + DAY * 3650).into();
    params
}

fn leaf(name: &str, (from, until): (SystemTime, SystemTime)) -> Result<CertificateParams, Error> {
    let mut params = CertificateParams::new([name.to_owned()])?;
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    // By default the number derives from the key, and two servers share one.
    params.serial_number = Some(SerialNumber::from_slice(Uuid::now_v7().as_bytes()));
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    params.not_before = from.into();
    params.not_after = until.into();
    Ok(params)
}
