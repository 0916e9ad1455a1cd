//! Lists and answers kept on disk between runs.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::PathBuf,
    time::SystemTime,
};

/// Most files kept; the oldest make room.
const MOST_FILES: usize = 4096;
/// Most bytes kept; the oldest make room.
const MOST_BYTES: u64 = 512 << 20;

/// A folder of lists and answers by key. It is no authority: whoever takes something from it checks it
/// as if it had just come from the network.
#[derive(Debug)]
pub struct Shelf {
    folder: PathBuf,
}

impl Shelf {
    /// A shelf in `folder`, which is made, for nobody else to read, when something is first kept.
    pub const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// What is kept under `key`, if it is not larger than `most`.
    pub(super) fn take(&self, key: &str, most: u64) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let file = File::open(self.folder.join(key)).ok()?;
        file.take(most + 1).read_to_end(&mut bytes).ok()?;
        (bytes.len() as u64 <= most).then_some(bytes)
    }

    /// Keeps `bytes` under `key`, whole or not at all.
    pub(super) fn keep(&self, key: &str, bytes: &[u8]) -> io::Result<()> {
        folder(&self.folder)?;
        self.make_room(bytes.len() as u64)?;
        // A name of this process: another one may keep the same thing at the same time.
        let part = self
            .folder
            .join(format!(".{key}.{}.part", std::process::id()));
        let written = private(&part)
            .and_then(|mut file| file.write_all(bytes))
            .and_then(|()| fs::rename(&part, self.folder.join(key)));
        if written.is_err() {
            let _ = fs::remove_file(&part);
        }
        written
    }

    fn make_room(&self, wanted: u64) -> io::Result<()> {
        let mut files: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let about = entry.metadata()?;
            if about.is_file() {
                let changed = about.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                files.push((changed, about.len(), entry.path()));
            }
        }
        files.sort_unstable();
        let mut bytes: u64 = files.iter().map(|file| file.1).sum();
        let mut count = files.len();
        for (_, length, path) in files {
            if count < MOST_FILES && bytes.saturating_add(wanted) <= MOST_BYTES {
                break;
            }
            fs::remove_file(path)?;
            bytes -= length;
            count -= 1;
        }
        Ok(())
    }
}

#[cfg(unix)]
fn folder(path: &std::path::Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true).mode(0o700).create(path)
}

#[cfg(not(unix))]
fn folder(path: &std::path::Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

fn private(path: &std::path::Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_there_and_private() {
        let place = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(place.path().join("kept"));
        assert_eq!(shelf.take("a", 10), None);
        shelf.keep("a", b"one").unwrap();
        shelf.keep("a", b"two!").unwrap();
        assert_eq!(shelf.take("a", 4).as_deref(), Some(&b"two!"[..]));
        assert_eq!(shelf.take("a", 3), None);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &str| {
                fs::metadata(place.path().join(path))
                    .unwrap()
                    .permissions()
                    .mode()
            };
            assert_eq!(mode("kept") & 0o777, 0o700);
            assert_eq!(mode("kept/a") & 0o777, 0o600);
        }
        assert_eq!(fs::read_dir(place.path().join("kept")).unwrap().count(), 1);
    }

    #[test]
    fn the_oldest_makes_room() {
        let place = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(place.path().to_owned());
        for name in ["old", "new"] {
            let file = File::create(place.path().join(name)).unwrap();
            file.set_len(MOST_BYTES / 2).unwrap();
            let age = if name == "old" { 1000 } else { 2000 };
            let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(age);
            file.set_modified(time).unwrap();
        }
        shelf.keep("more", b"x").unwrap();
        assert!(!place.path().join("old").exists());
        assert!(place.path().join("new").exists() && place.path().join("more").exists());
    }
}
