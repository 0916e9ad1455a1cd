//! Printing to a terminal that hostile text must not control.

use std::{
    io::{self, IsTerminal, Write},
    sync::atomic::{AtomicBool, Ordering},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use luytre_inventory::{Language, Text, show_date};

/// Text with every control and direction-changing character made visible.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => out.push(c),
            '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}' => {
                out.extend(c.escape_unicode());
            }
            c if c.is_control() => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

/// Set when stdout took no more, and when that was an error of its own.
static CLOSED: AtomicBool = AtomicBool::new(false);
static FAILED: AtomicBool = AtomicBool::new(false);

/// Prints data to stdout. A reader that went away (`| head`) is no error: the work goes on, silently,
/// and the exit code stays. Any other failure is told once and ends in exit code 2.
pub(crate) fn print(text: &str) {
    if CLOSED.load(Ordering::Relaxed) {
        return;
    }
    let mut out = io::stdout().lock();
    let end = if text.ends_with('\n') { "" } else { "\n" };
    let done = out
        .write_all(text.as_bytes())
        .and_then(|()| out.write_all(end.as_bytes()));
    if let Err(error) = done.and_then(|()| out.flush()) {
        CLOSED.store(true, Ordering::Relaxed);
        if error.kind() != io::ErrorKind::BrokenPipe {
            FAILED.store(true, Ordering::Relaxed);
            eprintln!("error: stdout: {error}");
        }
    }
}

/// Whether stdout failed in another way than by a reader that went away.
pub(crate) fn output_failed() -> bool {
    FAILED.load(Ordering::Relaxed)
}

/// Logs to stderr: warnings by default, more with `-v`, or as `RUST_LOG` says.
pub(crate) fn start_logging(verbose: u8) {
    let level = ["warn", "info", "debug", "trace"][usize::from(verbose.min(3))];
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| {
        tracing_subscriber::EnvFilter::new(format!(
            "luytre={level},luytre_scanner={level},luytre_server={level},luytre_store={level}"
        ))
    });
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .try_init();
}

/// Talk for people on stderr, in their language.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Talk {
    /// Language.
    pub(crate) language: Language,
    /// Nothing but errors.
    pub(crate) quiet: bool,
}

impl Talk {
    /// Says one line.
    pub(crate) fn say(self, text: Text) {
        self.line(text.of(self.language));
    }

    /// Says one line made of values.
    pub(crate) fn line(self, text: &str) {
        if !self.quiet {
            eprintln!("{}", plain(text));
        }
    }

    /// Picks one of two phrases made of values.
    pub(crate) fn pick<'a>(self, vi: &'a str, en: &'a str) -> &'a str {
        match self.language {
            Language::Vi => vi,
            Language::En => en,
        }
    }

    /// A moment as people read it, on the clock of Viet Nam.
    pub(crate) fn moment(self, at: Timestamp) -> String {
        let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap_or(TimeZone::UTC);
        at.to_zoned(zone)
            .strftime(self.pick("%d/%m/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S"))
            .to_string()
    }

    /// A day as people read it.
    pub(crate) fn day(self, day: Date) -> String {
        match self.language {
            Language::Vi => show_date(day),
            Language::En => day.to_string(),
        }
    }

    /// A progress bar on a terminal; nothing elsewhere.
    pub(crate) fn bar(self, length: u64) -> ProgressBar {
        let bar = ProgressBar::new(length);
        if self.quiet || !io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        let style = ProgressStyle::with_template("{bar:32} {pos}/{len}  {elapsed_precise}  {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style);
        bar
    }
}
