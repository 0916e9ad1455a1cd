//! Writes what people see, to be looked at: the template, the sample exported, Mẫu số 08 of the
//! sample, and the notice of an authorisation.
//!
//! `cargo run -p luytre-inventory --example sheets -- FOLDER`

use std::{error::Error, fs, path::PathBuf};

use luytre_inventory::{
    Edge, PortSet, ProbeClass, Route, ScanProfile,
    authority::{Request, draft},
    from_toml, parse_moment, sample, template, to_csv, to_form08_xlsx, to_xlsx,
};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("name a folder")?);
    fs::create_dir_all(&folder)?;
    let sample = sample();
    let day = jiff::civil::date(2026, 12, 15);
    fs::write(folder.join("template.xlsx"), template()?)?;
    fs::write(folder.join("sample.xlsx"), to_xlsx(&sample)?)?;
    fs::write(folder.join("sample.csv"), to_csv(&sample)?)?;
    fs::write(folder.join("notice.txt"), notice()?)?;
    fs::write(folder.join("form08.xlsx"), to_form08_xlsx(&sample, day)?)?;
    Ok(())
}

/// The sample with two addresses that may be asked for.
const ADDRESSES: &str = r#"
[[unit]]
code = "xa"
name = "UBND xã Nậm Lụ"
[[system]]
name = "Trang thông tin điện tử xã Nậm Lụ"
code = "tttdt-xa-nam-lu"
owner = "xa"
[[system.endpoint]]
url = "https://www.namlu.test"
[[system.endpoint]]
address = "192.0.2.7"
port = 22
"#;

fn notice() -> Result<String, Box<dyn Error>> {
    let inventory = from_toml("notice.toml", ADDRESSES, &mut uuid::Uuid::nil)?;
    let at = |text, edge| parse_moment(text, edge).ok_or("no moment");
    let request = Request {
        owner: Some("xa".parse()?),
        systems: Vec::new(),
        route: Route::MonitoringNotice,
        ground: "Kế hoạch số 92/KH-UBND ngày 05/11/2026 của UBND tỉnh Lam Giang".to_owned(),
        from: at("01/02/2027", Edge::Start)?,
        until: at("28/02/2027", Edge::End)?,
        sources: vec!["203.0.113.5/32".parse()?],
        our_contact: "Trực ban Phòng An ninh mạng, điện thoại 0000 000 000".to_owned(),
        contact: None,
        ports: PortSet::all(),
        classes: ProbeClass::every(),
        profile: ScanProfile::Light,
        hours: None,
    };
    Ok(draft(&inventory, &request, jiff::civil::date(2027, 1, 15))?.notice)
}
