//! `rolecall report`, and the pages that `label` and `classify` write.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use rolecall::cli::{self, LabelArgs, ReportArgs};
use rolecall::label::columns::Wishes;
use rolecall::overview::shown::Shown;
use rolecall::overview::{self, Options, Overview};
use rolecall::report::html::{self, PageLanguage};
use rolecall::{Classifier, Error, Posting, Verdict};

use super::output::{self, Atomic, is_same};
use super::{Outcome, classifier};

/// So many megabytes of texts are on the page where nobody says another number,
const TEXTS: usize = 20;
/// and so many phrases are marked in each.
const PHRASES: usize = 12;

/// Writes the page of a labelled export.
pub(crate) fn run(args: &ReportArgs) -> Result<Outcome, Error> {
    refuse_same(&args.output, &[&args.labelled])?;
    output::try_out(&args.output)?;
    let options = Options {
        columns: args.columns.wishes(),
        groups: args.groups.clone(),
        sheet: args.sheet.clone(),
        texts: usize::from(args.texts) << 20,
        phrases: args.phrases,
        threads: args.threads.map(|threads| usize::from(threads.get())),
        quiet: args.quiet,
    };
    let overview = overview::collect(&args.labelled, &classifier(args.model.as_deref())?, &options)?;
    save(&args.output, &overview, args.language, args.quiet)?;
    Ok(Outcome::Done)
}

/// Writes the page of what `label` wrote to `labelled`.
pub(super) fn of_labelled(labelled: &Path, page: &Path, classifier: &Classifier, args: &LabelArgs) -> Result<(), Error> {
    let options = Options {
        columns: args.columns.wishes(),
        groups: Vec::new(),
        sheet: args.sheet.clone().filter(|_| is_workbook(labelled)),
        texts: TEXTS << 20,
        phrases: PHRASES,
        threads: args.threads.map(|threads| usize::from(threads.get())),
        quiet: args.quiet,
    };
    let overview = overview::collect(labelled, classifier, &options).or_else(|error| {
        // What became a table has id, title and text under those names, whatever they were called before.
        let renamed = Options { columns: Wishes::default(), ..options.clone() };
        if options.columns == renamed.columns { Err(error) } else { overview::collect(labelled, classifier, &renamed) }
    })?;
    save(page, &overview, None, args.quiet)
}

fn is_workbook(file: &Path) -> bool {
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    ending.starts_with("xl") || ending == "ods"
}

/// Prints the page of a single posting, which stood in `file`.
pub(super) fn of_posting(file: &Path, posting: &Posting, verdict: &Verdict, classifier: &Classifier) -> Result<Outcome, Error> {
    let name = file.file_name().filter(|name| *name != "-").map(|name| name.to_string_lossy().into_owned());
    let name = name.unwrap_or_else(|| posting.title.clone());
    let decision = classifier.model().card.decision;
    let overview = Overview::of_one(name, verdict, Shown::judged(posting, verdict), decision);
    let mut out = BufWriter::new(io::stdout().lock());
    html::write(&mut out, &overview, language(None, &overview), true).and_then(|()| out.flush()).map_err(Error::Output)?;
    Ok(Outcome::Done)
}

/// Refuses to write the page over what it is made from.
pub(super) fn refuse_same(page: &Path, inputs: &[&Path]) -> Result<(), Error> {
    if inputs.iter().any(|input| is_same(input, page) || *input == page) {
        return Err(Error::in_file(page, "the page would be written over the export (give it another name)"));
    }
    Ok(())
}

fn save(file: &Path, overview: &Overview, asked: Option<cli::PageLanguage>, quiet: bool) -> Result<(), Error> {
    let failed = |error: io::Error| Error::write(file, error);
    let mut out = BufWriter::new(Atomic::create(file)?);
    html::write(&mut out, overview, language(asked, overview), false).map_err(failed)?;
    let atomic = out.into_inner().map_err(|error| failed(error.into_error()))?;
    atomic.finish()?;
    if !quiet {
        let bytes = std::fs::metadata(file).map(|metadata| metadata.len()).unwrap_or_default();
        output::tell(&format!("wrote {} ({:.1} MB)", file.display(), bytes as f64 / 1e6));
    }
    Ok(())
}

fn language(asked: Option<cli::PageLanguage>, overview: &Overview) -> PageLanguage {
    match asked {
        Some(cli::PageLanguage::De) => PageLanguage::De,
        Some(cli::PageLanguage::En) => PageLanguage::En,
        None => {
            let mut environment = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().filter_map(|name| std::env::var(name).ok());
            PageLanguage::of(overview.language, environment.find(|value| !value.is_empty()).as_deref())
        }
    }
}
