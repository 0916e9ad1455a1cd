//! How much may be done for one message: paths are looked for until this is spent, so that no set of
//! certificates costs more than another by orders of magnitude. Counted in acts, not in time, so that the
//! answer is the same on every machine.

use std::{collections::HashMap, marker::PhantomData};

use super::{
    certificate::Certificate,
    general::{self, Constraints},
    signature::{self, Refused},
};

/// Signatures checked.
const SIGNATURES: u32 = 256;
/// Names held against bases of name constraints.
const COMPARISONS: u32 = 400_000;
/// Certificates put on a path.
const STEPS: u32 = 20_000;

/// The work is spent: nothing can be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spent;

/// What is left, and what is known already.
#[derive(Debug)]
pub(super) struct Work<'a> {
    signatures: u32,
    comparisons: u32,
    steps: u32,
    /// By where the signed part of the certificate and the key lie, which live as long as this.
    known: HashMap<(usize, usize), Result<bool, Refused>>,
    life: PhantomData<&'a [u8]>,
}

impl<'a> Work<'a> {
    pub(super) fn new() -> Self {
        Self {
            signatures: SIGNATURES,
            comparisons: COMPARISONS,
            steps: STEPS,
            known: HashMap::new(),
            life: PhantomData,
        }
    }

    /// Whether `key` signed `certificate`.
    pub(super) fn signed(
        &mut self,
        certificate: &Certificate<'a>,
        key: &'a [u8],
    ) -> Result<Result<bool, Refused>, Spent> {
        let asked = (certificate.tbs.as_ptr().addr(), key.as_ptr().addr());
        if let Some(known) = self.known.get(&asked) {
            return Ok(*known);
        }
        self.signatures = self.signatures.checked_sub(1).ok_or(Spent)?;
        let found = signature::holds(certificate, key);
        self.known.insert(asked, found);
        Ok(found)
    }

    /// One more certificate on a path.
    pub(super) fn step(&mut self) -> Result<(), Spent> {
        self.steps = self.steps.checked_sub(1).ok_or(Spent)?;
        Ok(())
    }

    /// Whether every name of `certificate` is allowed.
    pub(super) fn allowed(
        &mut self,
        certificate: &Certificate<'_>,
        constraints: &Constraints<'_>,
    ) -> Result<bool, Spent> {
        let bases = constraints.permitted.len() + constraints.excluded.len();
        let bases = u32::try_from(bases).unwrap_or(u32::MAX);
        for name in certificate.names() {
            self.comparisons = self.comparisons.checked_sub(bases).ok_or(Spent)?;
            for base in &constraints.excluded {
                if general::is_within(name, base, true) != Ok(false) {
                    return Ok(false);
                }
            }
            let mut bound = false;
            let mut inside = false;
            for base in &constraints.permitted {
                if general::same_form(name, base) {
                    bound = true;
                    match general::is_within(name, base, false) {
                        Ok(within) => inside |= within,
                        Err(_) => return Ok(false),
                    }
                }
            }
            if bound && !inside {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
