//! The workspace: one folder with `luytre.toml`, the store, the lock and the kill switch.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
};

use luytre_inventory::Zone;
use serde::{Deserialize, Serialize};

use crate::output::{Failure, Hint, both};

mod lookup;

pub(crate) use lookup::LookupSettings;

/// Name of the settings file; a folder with it is a workspace.
pub(crate) const SETTINGS: &str = "luytre.toml";

/// Settings of a workspace. Unknown keys are refused.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Settings {
    /// Whom documents name as issuer.
    pub(crate) organisation: Organisation,
    /// From where this machine looks.
    pub(crate) sensor: Sensor,
    /// Policy overlays.
    pub(crate) policy: PolicySettings,
    /// Further sets of roots beside the public web roots.
    pub(crate) roots: Vec<RootSet>,
    /// How scans behave.
    pub(crate) scan: ScanSettings,
    /// Which questions may go to third parties.
    pub(crate) lookup: LookupSettings,
    /// The listener of `luytre serve`.
    pub(crate) serve: ServeSettings,
}

/// Organisation that issues documents (Nghị định 30/2020/NĐ-CP, Phụ lục I).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Organisation {
    /// Superior body, upper left, not bold.
    pub(crate) superior: String,
    /// Issuing body, upper left, bold.
    pub(crate) name: String,
    /// Place in "…, ngày … tháng … năm …".
    pub(crate) place: String,
    /// Symbol after the number, like `BC-PA05`.
    pub(crate) symbol: String,
    /// Position of the signer, like `TRƯỞNG PHÒNG`.
    pub(crate) signer: String,
    /// Contact told to owners and, in the User-Agent, to servers.
    pub(crate) contact: String,
}

impl Default for Organisation {
    fn default() -> Self {
        Self {
            superior: "CÔNG AN TỈNH …".into(),
            name: "PHÒNG AN NINH MẠNG VÀ PCTP SỬ DỤNG CÔNG NGHỆ CAO".into(),
            place: "…".into(),
            symbol: "BC-PA05".into(),
            signer: "TRƯỞNG PHÒNG".into(),
            contact: String::new(),
        }
    }
}

/// The sensor of this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Sensor {
    /// Name, kept with every observation.
    pub(crate) name: String,
    /// Zone it looks from. Only `internet` proves exposure to the Internet.
    pub(crate) zone: Zone,
}

impl Default for Sensor {
    fn default() -> Self {
        Self {
            name: "local".into(),
            zone: Zone::Unknown,
        }
    }
}

/// Policy settings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct PolicySettings {
    /// Overlay packs, files relative to the workspace.
    pub(crate) overlays: Vec<PathBuf>,
}

/// A set of roots from a PEM file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RootSet {
    /// Name shown in verdicts.
    pub(crate) name: String,
    /// PEM file, relative to the workspace.
    pub(crate) file: PathBuf,
}

/// How scans behave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ScanSettings {
    /// Hosts with which conversations are held at once.
    pub(crate) hosts_at_once: usize,
    /// Hosts whose ports are asked about at once; the rates of host, network and scan bind besides.
    pub(crate) discovering_at_once: usize,
    /// The device over which ports are discovered by SYNs alone; empty means by connections.
    pub(crate) syn: String,
    /// How old a whole look at TLS may be for a short one to suffice (`scan --confirm`), in days.
    pub(crate) whole_every_days: u16,
    /// Coverage in percent below which no overall statement is made.
    pub(crate) coverage_threshold_percent: u8,
}

impl Default for ScanSettings {
    fn default() -> Self {
        Self {
            hosts_at_once: 64,
            discovering_at_once: 1024,
            syn: String::new(),
            whole_every_days: 30,
            coverage_threshold_percent: 80,
        }
    }
}

/// The listener of `luytre serve`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ServeSettings {
    /// Address and port. The pages are not protected: keep it on loopback or behind a proxy.
    pub(crate) listen: std::net::SocketAddr,
}

impl Default for ServeSettings {
    fn default() -> Self {
        Self {
            listen: std::net::SocketAddr::from(([127, 0, 0, 1], 9620)),
        }
    }
}

/// An opened workspace.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    /// Its folder.
    pub(crate) folder: PathBuf,
    /// Its settings.
    pub(crate) settings: Settings,
}

impl Workspace {
    /// Opens the workspace that `--dir`, `$LUYTRE_DIR` or the nearest parent folder names.
    pub(crate) fn open(dir: Option<&Path>) -> Result<Self, Failure> {
        let folder = match dir {
            Some(dir) => dir.to_owned(),
            None => nearest().ok_or_else(|| {
                Failure::new(both!(
                    "chưa có thư mục làm việc: không thấy {SETTINGS} ở đây hoặc thư mục trên",
                    "no workspace here: no {SETTINGS} in this folder or above"
                ))
                .hint(both!(
                    "tạo bằng `luytre init DIR`, hoặc chỉ ra bằng --dir hay LUYTRE_DIR",
                    "make one with `luytre init DIR`, or name one with --dir or LUYTRE_DIR"
                ))
            })?,
        };
        let file = folder.join(SETTINGS);
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(Failure::new(both!(
                    "{} không phải thư mục làm việc",
                    "{} is not a workspace",
                    folder.display()
                ))
                .hint(both!(
                    "`luytre init {}` để tạo",
                    "`luytre init {}` makes it one",
                    folder.display()
                )));
            }
            Err(error) => {
                return Err(error).doing(both!(
                    "không đọc được {}",
                    "cannot read {}",
                    file.display()
                ));
            }
        };
        let settings: Settings = toml::from_str(&text).doing(both!(
            "{} không hợp lệ",
            "{} is not valid",
            file.display()
        ))?;
        if !(1..=1024).contains(&settings.scan.hosts_at_once)
            || !(1..=16_384).contains(&settings.scan.discovering_at_once)
            || settings.scan.coverage_threshold_percent > 100
        {
            return Err(Failure::new(both!("{} không hợp lệ", "{} is not valid", file.display())).hint(both!(
                "[scan] hosts_at_once từ 1 đến 1024, discovering_at_once từ 1 đến 16384, coverage_threshold_percent từ 0 đến 100",
                "[scan] hosts_at_once is 1 to 1024, discovering_at_once 1 to 16384, coverage_threshold_percent 0 to 100"
            )));
        }
        settings.lookup.check(&file)?;
        Ok(Self { folder, settings })
    }

    /// Whether a workspace is near.
    pub(crate) fn is_near(dir: Option<&Path>) -> bool {
        dir.map_or_else(|| nearest().is_some(), |dir| dir.join(SETTINGS).is_file())
    }

    /// The kill switch: traffic ends while this file exists.
    pub(crate) fn stop_file(&self) -> PathBuf {
        self.folder.join("STOP")
    }

    /// Answers about revocation that outlive a run.
    pub(crate) fn answers_folder(&self) -> PathBuf {
        self.folder.join("revocation")
    }

    /// Texts of the policy overlays.
    pub(crate) fn overlays(&self) -> Result<Vec<String>, Failure> {
        self.settings
            .policy
            .overlays
            .iter()
            .map(|file| {
                let path = self.folder.join(file);
                fs::read_to_string(&path).doing(both!(
                    "không đọc được bộ quy định bổ sung {}",
                    "cannot read the policy overlay {}",
                    path.display()
                ))
            })
            .collect()
    }
}

fn nearest() -> Option<PathBuf> {
    if let Some(dir) = std::env::var_os("LUYTRE_DIR").filter(|dir| !dir.is_empty()) {
        return Some(dir.into());
    }
    let here = std::env::current_dir().ok()?;
    here.ancestors()
        .find(|folder| folder.join(SETTINGS).is_file())
        .map(Path::to_owned)
}

/// Writes `bytes` to `path` so that a crash leaves the old file or the new one, never half of one.
pub(crate) fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder = path
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let part = folder.join(format!(".{name}.part"));
    let doing = || both!("không ghi được {}", "cannot write {}", path.display());
    private()
        .open(&part)
        .and_then(|mut file| file.write_all(bytes))
        .doing(doing())?;
    fs::rename(&part, path).doing(doing())?;
    Ok(())
}

/// How files are made: for nobody else to read. What stands in them is about weaknesses of state systems.
pub(crate) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
}

/// Closes a folder to other users.
pub(crate) fn close_to_others(folder: &Path) -> Result<(), Failure> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).doing(both!(
            "không đóng được {} với người dùng khác",
            "cannot close {} to other users",
            folder.display()
        ))?;
    }
    Ok(())
}
