//! A scan by the built binary, read back from its JSON.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use serde_json::Value;

use super::{fleet::Fleet, truth::Pairs};
use crate::support::{folder, luytre, write};

/// What `luytre scan --json` wrote.
pub(crate) struct Scan(Value);

impl Scan {
    /// Makes a workspace, imports the inventory of `fleet` and scans it.
    pub(crate) fn of(fleet: &Fleet) -> Self {
        let place = folder();
        let file = write(place.path(), "danh-muc.toml", &fleet.inventory());
        let at = |arguments: &[&str]| {
            let mut command = luytre(place.path());
            command.args(arguments);
            command
        };
        at(&["init", "tinh"]).assert().success();
        let file = file.to_str().expect("UTF-8");
        at(&["--dir", "tinh", "inventory", "import", file])
            .assert()
            .success();
        // 3: something asked for could not be measured, namely the dead address.
        at(&["--dir", "tinh", "scan", "--json", "scan.json"])
            .assert()
            .code(3);
        let json = fs::read(place.path().join("scan.json")).expect("the scan wrote its JSON");
        Self(serde_json::from_slice(&json).expect("JSON"))
    }

    fn rows(&self, part: &str) -> &[Value] {
        self.0[part]
            .as_array()
            .unwrap_or_else(|| panic!("no {part}"))
    }

    /// The one observation of `probe` at `endpoint`.
    pub(crate) fn observation(&self, endpoint: &str, probe: &str) -> &Value {
        let found: Vec<_> = self
            .rows("observations")
            .iter()
            .filter(|row| row["endpoint"] == endpoint && row["probe"] == probe)
            .collect();
        assert_eq!(
            found.len(),
            1,
            "observations of {probe} at {endpoint}: {found:?}"
        );
        found[0]
    }

    /// The fact that `probe` learnt at `endpoint`.
    pub(crate) fn fact(&self, endpoint: &str, probe: &str) -> &Value {
        let observation = self.observation(endpoint, probe);
        assert_eq!(observation["outcome"], "measured", "{observation}");
        &observation["fact"]
    }

    /// Versions that are offered, each with its suites.
    pub(crate) fn pairs(&self, endpoint: &str) -> Pairs {
        let versions = self.fact(endpoint, "tls")["versions"]
            .as_object()
            .expect("versions");
        let mut found = Pairs::new();
        for (version, fact) in versions {
            let offered = fact["offered"].as_str().expect("yes, no or unknown");
            assert_ne!(offered, "unknown", "{version} of {endpoint}");
            let suites = texts(&fact["suites"]);
            assert_eq!(
                suites.is_empty(),
                offered == "no",
                "{version} of {endpoint}"
            );
            found.extend(suites.into_iter().map(|suite| (version.clone(), suite)));
        }
        found
    }

    /// Groups of a version.
    pub(crate) fn groups(&self, endpoint: &str, version: &str) -> BTreeSet<String> {
        texts(&self.fact(endpoint, "tls")["versions"][version]["groups"])
    }

    /// Connections that `probe` made to `endpoint`.
    pub(crate) fn connections(&self, endpoint: &str, probe: &str) -> u64 {
        self.observation(endpoint, probe)["cost"]["connections"]
            .as_u64()
            .expect("a count")
    }

    /// Ids of the checks with a finding, by target.
    pub(crate) fn findings(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut found = BTreeMap::<_, BTreeSet<_>>::new();
        for finding in self.rows("findings") {
            let text = |key: &str| finding[key].as_str().expect("text").to_owned();
            found
                .entry(text("target"))
                .or_default()
                .insert(text("check"));
        }
        found
    }

    /// Outcomes of the verdicts on `endpoint`.
    pub(crate) fn outcomes(&self, endpoint: &str) -> BTreeSet<String> {
        self.rows("verdicts")
            .iter()
            .filter(|verdict| verdict["endpoint"] == endpoint)
            .map(|verdict| verdict["outcome"].as_str().expect("text").to_owned())
            .collect()
    }

    /// The coverage figures.
    pub(crate) fn coverage(&self) -> &Value {
        &self.0["coverage"]
    }
}

fn texts(list: &Value) -> BTreeSet<String> {
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter()
        .map(|item| item.as_str().expect("text").to_owned())
        .collect()
}
