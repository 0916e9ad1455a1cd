//! `luytre generate`: man pages and completions, checked in under docs/.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use clap::Args;
use clap_complete::Shell;
use clap_mangen::Man;

use super::definition;
use crate::output::{Code, Failure, Hint, both};

/// Writes man pages and completions to a folder.
#[derive(Debug, Args)]
pub(crate) struct Generate {
    /// Folder to write to
    dir: PathBuf,
}

impl Generate {
    pub(super) fn run(&self) -> Result<Code, Failure> {
        let (man, completions) = (self.dir.join("man"), self.dir.join("completions"));
        for folder in [&man, &completions] {
            fs::create_dir_all(folder).doing(both!(
                "không tạo được {}",
                "cannot make {}",
                folder.display()
            ))?;
        }
        let mut command = definition();
        command.build();
        pages(&command, &man).doing(both!(
            "không ghi được các trang man",
            "cannot write the man pages"
        ))?;
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            clap_complete::generate_to(shell, &mut definition(), "luytre", &completions).doing(
                both!(
                    "không ghi được tệp hoàn thành lệnh",
                    "cannot write the completions"
                ),
            )?;
        }
        Ok(Code::Done)
    }
}

/// Writes the page of `command` and of every command below it.
fn pages(command: &clap::Command, folder: &Path) -> io::Result<()> {
    for below in command.get_subcommands().filter(|c| !c.is_hide_set()) {
        pages(below, folder)?;
    }
    let man = Man::new(command.clone())
        .source(concat!("luytre ", env!("CARGO_PKG_VERSION")))
        .manual("Lũy Tre");
    let mut page = Vec::new();
    man.render(&mut page)?;
    let page = with_examples(&String::from_utf8_lossy(&page));
    fs::write(folder.join(man.get_filename()), page)
}

/// The page with what stands below its help text under a heading that says so, line by line: filled
/// like prose, examples would run into each other.
fn with_examples(page: &str) -> String {
    let Some((before, below)) = page.split_once(".SH EXTRA\n") else {
        return page.to_owned();
    };
    let (examples, after) = match below.split_once("\n.SH ") {
        Some((examples, after)) => (examples, format!(".SH {after}")),
        None => (below.trim_end(), String::new()),
    };
    format!("{before}.SH EXAMPLES\n.nf\n{examples}\n.fi\n{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples below a help text, as words. Two spaces end a command, what follows explains it;
    /// `&&` joins two.
    fn examples(help: &str) -> Vec<Vec<String>> {
        help.lines()
            .filter_map(|line| line.trim_start().strip_prefix("luytre "))
            .map(|line| line.split("  ").next().unwrap_or_default())
            .flat_map(|line| line.split(" && "))
            .filter_map(|line| match line.strip_prefix("cd ") {
                Some(_) => None,
                None => Some(words(line.strip_prefix("luytre ").unwrap_or(line))),
            })
            .collect()
    }

    /// Words of a shell line with plain double quotes.
    fn words(line: &str) -> Vec<String> {
        let (mut words, mut quoted) = (vec![String::new()], false);
        for c in line.chars() {
            match c {
                '"' => quoted = !quoted,
                ' ' if !quoted => words.push(String::new()),
                c => words.last_mut().expect("never empty").push(c),
            }
        }
        assert!(!quoted, "a quote is open: {line}");
        words
    }

    fn accepts(words: &[String]) -> Result<(), clap::Error> {
        let line = std::iter::once("luytre").chain(words.iter().map(String::as_str));
        definition().try_get_matches_from(line).map(drop)
    }

    /// Every command below `command`, itself first, with its name as typed.
    fn commands(command: &clap::Command, name: &str) -> Vec<(String, clap::Command)> {
        let mut all = vec![(name.trim().to_owned(), command.clone())];
        for below in command.get_subcommands().filter(|c| !c.is_hide_set()) {
            all.extend(commands(below, &format!("{name} {}", below.get_name())));
        }
        all
    }

    #[test]
    fn every_example_in_a_help_text_is_accepted() {
        let mut seen = Vec::new();
        for (name, command) in commands(&definition(), "") {
            let help = command.get_after_help().map(ToString::to_string);
            for example in examples(&help.unwrap_or_default()) {
                if let Err(error) = accepts(&example) {
                    panic!("`luytre {name} --help` shows {example:?}: {error}");
                }
                seen.push(example.join(" "));
            }
        }
        assert!(seen.len() > 20, "only {} examples found", seen.len());
    }

    #[test]
    fn a_wrong_example_would_be_seen() {
        let table = [
            ("  luytre scan --plan   # x\n", true),
            ("  luytre init a && cd a && luytre scan --plan\n", true),
            ("  luytre authority revoke 1 --reason \"a b\"\n", true),
            ("  luytre authority revoke 1 --reason a b\n", false),
            ("  luytre authority revoke 1\n", false),
            ("  luytre scan --plam\n", false),
            ("  luytre init a && cd a && luytre scam\n", false),
            ("  luytre policy show --level 9\n", false),
        ];
        for (help, right) in table {
            let examples = examples(help);
            assert!(!examples.is_empty(), "{help}");
            let accepted = examples.iter().all(|example| accepts(example).is_ok());
            assert_eq!(accepted, right, "{help}");
        }
    }
}
