//! `luytre`: wires inventory, scanner, checks, store, report and server into one program.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is where people read"
)]

mod command;
mod lab;
mod output;
mod run;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let cli = match command::Cli::try_parse() {
        Ok(cli) => cli,
        // Help and version go to stdout with 0; a wrong command line is "could not do the job".
        Err(error) => {
            let code = if error.use_stderr() { 2 } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    output::start_logging(cli.common.verbose);
    let language = cli.common.language();
    match command::run(cli) {
        Ok(_) if output::output_failed() => ExitCode::from(2),
        Ok(code) => ExitCode::from(code.number()),
        Err(failure) => {
            failure.print(language);
            ExitCode::from(2)
        }
    }
}
