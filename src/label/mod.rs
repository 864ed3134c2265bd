//! Whole exports, row by row, through the classifier: which columns to read, threads, order, and going on after a stop.
//!
//! ```text
//! reader ─ batches of rows ─> workers: fields, verdict, bytes ─ batches of bytes ─> writer, in order ─ checkpoints
//! ```
//!
//! Parquet and Arrow go the same way in batches of columns, in [`batches`].
//!
//! The reader waits while as much is under way as `flow` allows, so memory does not grow with the export. Every format here
//! streams, but for the texts that cells of an XLSX workbook share; the worst that an export can ask for beyond those is a row of the longest
//! length, held while it is read, judged and written.

pub mod batches;
pub mod checkpoint;
mod claim;
pub mod columns;
mod content;
mod flow;
pub mod judge;
pub mod output;
mod packer;
pub mod pipeline;
pub mod progress;
pub(crate) mod rows;
pub mod tally;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Instant;

use crate::arrow::open::Form;
use crate::classifier::Classifier;
use crate::error::Error;
use crate::formats::document::DocumentReader;
use crate::formats::export::ExportFormat;
use crate::formats::source::{Magic, Source};
use crate::formats::{Asked, Limits, Target, open_export_as};
use crate::parallel;
use checkpoint::{Checkpoint, Job, Start};
use columns::Wishes;
use judge::Judge;
use output::Output;
use progress::Talk;
use tally::Tally;

/// What to label, and how.
#[derive(Debug, Clone)]
pub struct Options {
    /// The export; `-` is standard input.
    pub input: PathBuf,
    /// Where to write; `None` is standard output.
    pub output: Option<PathBuf>,
    /// The sheet of a workbook, by name or number.
    pub sheet: Option<String>,
    /// Columns that were asked for.
    pub columns: Wishes,
    /// At most so many phrases a row.
    pub phrases: usize,
    /// Worker threads; `None` is one for each core.
    pub threads: Option<usize>,
    /// A longer row, in megabytes, is passed through.
    pub longest_row: usize,
    /// A part of a workbook is not unpacked to more than so many megabytes.
    pub largest_workbook: u32,
    /// What to do about an earlier run that was stopped.
    pub start: Start,
    /// How documents in a folder are read.
    pub documents: DocumentReader,
    /// Say nothing.
    pub quiet: bool,
}

impl Options {
    /// What is asked of a workbook.
    fn asked(&self) -> Asked {
        let limits = Limits::megabytes(self.largest_workbook);
        Asked { sheet: self.sheet.clone(), limits, longest: self.longest_row << 20 }
    }
}

/// Labels an export and says how it went. `stop` is set by whoever wants it to stop after the current batch.
///
/// # Errors
/// If the export cannot be read, its columns cannot be told, the output cannot be written, or it was stopped.
pub fn run(options: &Options, classifier: Classifier, stop: &Arc<AtomicBool>) -> Result<Tally, Error> {
    let begin = Instant::now();
    let mut source = Source::open(&options.input)?;
    if let Some(form) = Form::of(Magic::of(&source.head), options.output.as_deref())? {
        return batches::run(options, classifier, stop, source, form);
    }
    source.documents.clone_from(&options.documents);
    let format: Arc<dyn ExportFormat> = Arc::from(open_export_as(&source, &options.asked())?);
    let target = Target::of(format.as_ref(), options.output.as_deref())?;
    let selection = columns::choose(&source.file, format.as_ref(), &options.columns)?;
    let talk = Talk::new(&source, options.quiet);
    talk.opened(&format.describe(), format.columns(), &selection);
    if !format.is_table() && matches!(target, Target::Csv | Target::Tsv | Target::Xlsx) {
        talk.say("the table has id, title and text; other fields are left out (name the output .jsonl to keep them)");
    }
    let job = Job::new(options, &source, classifier.fingerprint(), &selection, target)?;
    let writer = target.writer(format.as_ref());
    let (output, resumed) = Output::open(options, job, writer.wrapping())?;
    let state = resumed.unwrap_or_else(Checkpoint::start);
    talk.resumed(&state);
    let judge = Judge {
        file: source.file.clone(),
        writer,
        utf16: source.utf16.filter(|_| target == Target::Same),
        format: Arc::clone(&format),
        classifier,
        selection,
        phrases: options.phrases,
        heavy: Mutex::default(),
    };
    let read = source.progress.clone();
    let threads = options.threads.unwrap_or_else(parallel::cores);
    let goes_on = state.position.record > 0;
    let rows = format.reader(source, state.position, options.longest_row << 20)?;
    let skipped = if goes_on { read.load(Ordering::Relaxed) } else { 0 };
    let run = pipeline::Run { judge: Arc::new(judge), output, state, talk, stop: Arc::clone(stop) };
    let (tally, talk) = run.run(rows, threads)?;
    talk.done(&tally, options.output.as_deref(), begin.elapsed(), read.load(Ordering::Relaxed) - skipped);
    Ok(tally)
}

/// Starts a thread, or as many of `count` as there can be: the work is done all the same, later.
///
/// # Errors
/// If there can be none.
fn spawn_all<W: FnOnce() + Send + 'static>(count: usize, mut work: impl FnMut() -> W) -> Result<(), Error> {
    for started in 0..count {
        match thread::Builder::new().spawn(work()) {
            Ok(_) => {}
            Err(_) if started > 0 => break,
            Err(error) => return Err(Error::Stopped(format!("no thread can be started: {error} (is memory short?)"))),
        }
    }
    Ok(())
}
