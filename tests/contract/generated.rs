//! Man pages and completions are those of the built binary. `LUYTRE_BLESS=1` writes them anew.

use std::{collections::BTreeMap, env, fs, path::Path};

use crate::support::{folder, luytre, root};

/// The files of `folder` by name.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    entries
        .map(|entry| {
            let entry = entry.expect("readable");
            let bytes = fs::read(entry.path()).expect("readable");
            (entry.file_name().to_string_lossy().into_owned(), bytes)
        })
        .collect()
}

#[test]
fn man_pages_and_completions_are_current() {
    let place = folder();
    luytre(place.path())
        .args(["generate", "."])
        .assert()
        .success();
    for kind in ["man", "completions"] {
        let (new, kept) = (place.path().join(kind), root().join("docs").join(kind));
        if env::var_os("LUYTRE_BLESS").is_some_and(|value| value == "1") {
            let _ = fs::remove_dir_all(&kept);
            fs::create_dir_all(&kept).expect("docs can be written");
            for (name, bytes) in files(&new) {
                fs::write(kept.join(name), bytes).expect("docs can be written");
            }
        }
        let (new, kept) = (files(&new), files(&kept));
        let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(
            names(&new),
            names(&kept),
            "docs/{kind}: LUYTRE_BLESS=1 makes it current"
        );
        let stale: Vec<_> = new
            .iter()
            .filter(|(name, bytes)| kept[*name] != **bytes)
            .collect();
        let stale: Vec<_> = stale.into_iter().map(|(name, _)| name).collect();
        assert!(
            stale.is_empty(),
            "stale in docs/{kind}: {stale:?}; LUYTRE_BLESS=1 makes them current"
        );
    }
}
