//! `rolecall agreement`

use std::path::Path;

use rolecall::cli::{AgreementArgs, Format};
use rolecall::formats::read_records;
use rolecall::review::agreement::{Agreement, Labelled};
use rolecall::{Error, Role, report};

use super::{Outcome, output};

/// Compares two reviewers. That no posting was answered by both is a doubt.
pub(crate) fn run(args: &AgreementArgs) -> Result<Outcome, Error> {
    let (first, second) = (labelled(&args.first)?, labelled(&args.second)?);
    let found = Agreement::of(&first, &second);
    let text = match args.format {
        Format::Text => report::agreement::text(&found, [&args.first, &args.second]),
        Format::Json => serde_json::to_string_pretty(&found).map_err(|error| Error::Output(error.into()))? + "\n",
    };
    output::print(&text)?;
    Ok(if found.both == 0 { Outcome::Doubt } else { Outcome::Done })
}

/// The answers in a file; what was skipped is none.
fn labelled(file: &Path) -> Result<Vec<Labelled>, Error> {
    let mut labelled = Vec::new();
    read_records(file, |record, line| {
        let cores = record.a.zip(record.p).map(|(account, project)| Role::from_cores(account == 2, project == 2));
        let Some(role) = record.role.or(cores) else { return Ok(()) };
        if record.id.is_empty() {
            return Err(Error::at(file, line, "no id: answers are matched by it"));
        }
        labelled.push(Labelled { id: record.id, title: record.title, role });
        Ok(())
    })?;
    if labelled.is_empty() {
        return Err(Error::in_file(file, "no answer in it: expected a key or column \"role\", or \"a\" and \"p\""));
    }
    Ok(labelled)
}
