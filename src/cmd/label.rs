//! `rolecall label`

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rolecall::Error;
use rolecall::cli::LabelArgs;
use rolecall::label::checkpoint::Start;
use rolecall::label::{self, Options};

use super::{Outcome, classifier, documents, output, report};

/// What a shell reports of a program that Ctrl-C ended.
const ABORTED: i32 = 130;

/// Labels an export. Rows with problems are a doubt.
pub(crate) fn run(args: &LabelArgs) -> Result<Outcome, Error> {
    if let Some((page, output)) = args.report.as_deref().zip(args.output.as_deref()) {
        report::refuse_same(page, &[&args.export, output])?;
        output::try_out(page)?;
    }
    let options = Options {
        input: args.export.clone(),
        output: args.output.clone().filter(|output| output.as_os_str() != "-"),
        sheet: args.sheet.clone(),
        columns: args.columns.wishes(),
        phrases: args.phrases,
        threads: args.threads.map(|threads| usize::from(threads.get())),
        longest_row: usize::from(args.longest_row),
        largest_workbook: args.largest_workbook.get(),
        start: match (args.resume, args.restart) {
            (true, _) => Start::Resume,
            (_, true) => Start::Over,
            _ => Start::Fresh,
        },
        documents: documents(),
        quiet: args.quiet,
    };
    let classifier = classifier(args.model.as_deref())?;
    let tally = label::run(&options, classifier.clone(), &stopped_by_signals())?;
    if let Some((page, output)) = args.report.as_deref().zip(args.output.as_deref()) {
        report::of_labelled(output, page, &classifier, args)?;
    }
    Ok(if tally.problems == 0 { Outcome::Done } else { Outcome::Doubt })
}

/// A flag that the first Ctrl-C sets. The second one ends the program.
fn stopped_by_signals() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    let again = move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(ABORTED);
        }
    };
    // Without a handler, Ctrl-C ends the program at once, and the checkpoint is there all the same.
    let _ = ctrlc::set_handler(again);
    stop
}
