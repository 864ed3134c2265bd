//! `rolecall completions`

use rolecall::Error;
use rolecall::cli::{Cli, Completions};

use super::{Outcome, output};

/// Prints what a shell completes the command line by.
pub(crate) fn run(args: &Completions) -> Result<Outcome, Error> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::definition(), env!("CARGO_PKG_NAME"), &mut script);
    output::print(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Done)
}
