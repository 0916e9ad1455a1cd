//! Renders an assessment from a JSON file: `cargo run -p luytre-report --example render -- IN.json OUT.pdf|OUT.docx`.

use luytre_report::{Assessment, Format, render};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(input), Some(output)) = (arguments.next(), arguments.next()) else {
        return Err("usage: render IN.json OUT.pdf|OUT.docx".into());
    };
    let assessment: Assessment = serde_json::from_slice(&std::fs::read(input)?)?;
    let format = [Format::Pdf, Format::Docx]
        .into_iter()
        .find(|format| {
            let extension = std::path::Path::new(&output).extension();
            extension.is_some_and(|e| e == format.extension())
        })
        .ok_or("the output must end in .pdf or .docx")?;
    std::fs::write(output, render(&assessment, format)?)?;
    Ok(())
}
