//! The command-line program: parse, dispatch, print the error, exit code.

mod cmd;

use std::process::ExitCode;

use rolecall::Error;
use rolecall::cli::{Cli, Command, LESSON};
use rolecall::report::painter::harmless;

use cmd::Outcome;
use cmd::output::tell;

fn main() -> ExitCode {
    if Cli::is_empty() {
        tell(LESSON.trim_end_matches('\n'));
        return ExitCode::from(2);
    }
    match run(&Cli::read().command) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Doubt) => ExitCode::from(1),
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            tell(&format!("rolecall: {}", harmless(&error.to_string())));
            ExitCode::from(2)
        }
    }
}

fn run(command: &Command) -> Result<Outcome, Error> {
    match command {
        Command::Classify(args) => cmd::classify::run(args),
        Command::Label(args) => cmd::label::run(args),
        Command::Report(args) => cmd::report::run(args),
        Command::Diff(args) => cmd::diff::run(args),
        Command::ReadPdf => cmd::read_pdf::run(),
        Command::Review(args) => cmd::review::run(args),
        Command::Agreement(args) => cmd::agreement::run(args),
        Command::Train(args) => cmd::train::run(args),
        Command::Evaluate(args) => cmd::evaluate::run(args),
        Command::Model(args) => cmd::model::run(args),
        Command::Corpus(args) => cmd::corpus::run(args),
        Command::Completions(args) => cmd::completions::run(args),
        Command::Man(args) => cmd::man::run(args),
    }
}
