//! Record batches through the classifier: Parquet and Arrow as they are, and rows that are to be written as such.
//!
//! What is read and what is written are batches, or text; between them rows are judged like those of any export, by the same rules. A file
//! that has its index at its end cannot be gone on with, so an output appears whole, or a stopped run leaves nothing.
//!
//! Who holds batches rather than files calls [`BatchLabeller`], batch by batch, or [`LabelledBatches`], stream by stream: the same judge, the
//! same columns.

mod contain;
mod judge;
mod labeller;
mod labels;
mod reader;
mod relay;
mod render;
mod sink;

use std::io::{self, IsTerminal};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use arrow_schema::Schema;

use super::Options;
use super::checkpoint::{InputId, Job, Start};
use super::columns::{choose, choose_among};
use super::output::Output;
use super::progress::Talk;
use super::tally::Tally;
use crate::arrow::open::Form;
use crate::arrow::text::Path as ColumnPath;
use crate::arrow::{self, Opened, Rows, choose as of_schema, value};
use crate::classifier::Classifier;
use crate::error::Error;
use crate::formats::export::{Column, ExportFormat, Selection};
use crate::formats::source::{Magic, Source};
use crate::formats::{COLUMNS, open_export_as};
use crate::parallel;
use crate::verdict::Wanted;

pub(crate) use contain::contained;
use judge::BatchJudge;
pub use labeller::{BatchLabeller, BatchOptions, Columns};
pub use reader::LabelledBatches;

/// An export that is open, and what is read of it.
struct Export {
    opened: Opened,
    columns: Vec<Column>,
    selection: Selection,
    paths: Vec<ColumnPath>,
    /// Rows that were read to look at.
    first: Option<Rows>,
}

/// Labels `source` and writes it as `form`.
///
/// # Errors
/// If it cannot be read, its columns cannot be told, the output cannot be written, or it was stopped.
pub(super) fn run(
    options: &Options,
    classifier: Classifier,
    stop: &Arc<AtomicBool>,
    source: Source,
    form: Form,
) -> Result<Tally, Error> {
    let begin = Instant::now();
    let file = source.file.clone();
    let talk = Talk::new(&source, options.quiet);
    let (input, size, read) = (InputId::new(&source)?, source.size, Arc::clone(&source.progress));
    let magic = Magic::of(&source.head);
    let export = contain::contained(&file, || match magic {
        Some(magic) => columnar(options, magic, source, form),
        None => rowwise(options, source),
    })??;
    talk.opened(&export.opened.description, &export.columns, &export.selection);
    if form.is_binary() && options.output.is_none() && io::stdout().is_terminal() {
        return Err(Error::in_file(&file, "Parquet and Arrow are not for a terminal (name a file with -o)"));
    }
    if options.start == Start::Resume {
        talk.say("--resume: Parquet and Arrow cannot be gone on with, beginning again");
    }
    let wanted = Wanted { phrases: options.phrases, profile: matches!(form, Form::Json { .. }) };
    let judge = Arc::new(BatchJudge::new(Arc::new(classifier), &export.columns, &export.selection, &export.paths, wanted));
    let job = Job {
        program: env!("CARGO_PKG_VERSION").to_owned(),
        input,
        sheet: options.sheet.clone(),
        model: judge.model().to_owned(),
        columns: (export.selection.id, export.selection.title, export.selection.text),
        target: format!("{form:?}"),
        phrases: options.phrases,
        longest_row: options.longest_row,
    };
    let (sink, renderer) = sink::open(form, &export.opened, Output::open_over(options, job)?)?;
    let workers = relay::Workers { judge, renderer: Arc::new(renderer), count: options.threads.unwrap_or_else(parallel::cores) };
    let rows = relay::Source { reader: export.opened.reader, first: export.first, file };
    let tally = relay::run(rows, &workers, sink, &talk, stop)?;
    if let Some(size) = size {
        read.store(size, Ordering::Relaxed);
    }
    talk.done(&tally, options.output.as_deref(), begin.elapsed(), read.load(Ordering::Relaxed));
    Ok(tally)
}

/// Opens a file in columns and chooses among them by their names and the first rows.
fn columnar(options: &Options, magic: Magic, source: Source, form: Form) -> Result<Export, Error> {
    let file = source.file.clone();
    let mut opened = arrow::open::open(magic, source)?;
    refuse(&file, &opened.declared, form)?;
    let first = opened.reader.next()?;
    let (columns, paths) = of_schema::columns(&opened.schema, first.as_ref().map(|rows| &rows.batch));
    let selection = choose_among(&file, &columns, false, &options.columns)?;
    Ok(Export { opened, columns, selection, paths, first })
}

/// Opens an export in rows.
fn rowwise(options: &Options, mut source: Source) -> Result<Export, Error> {
    source.documents.clone_from(&options.documents);
    let format: Arc<dyn ExportFormat> = Arc::from(open_export_as(&source, &options.asked())?);
    let selection = choose(&source.file, format.as_ref(), &options.columns)?;
    let columns = format.columns().to_vec();
    let is_table = format.is_table();
    let opened = arrow::open::open_rows(format, source, &selection, options.longest_row << 20)?;
    // Objects are read by their format, which puts what it finds into three columns.
    let paths = if is_table { (0..columns.len()).map(|at| vec![at]).collect() } else { vec![vec![0], vec![1], vec![2]] };
    let read = if is_table {
        selection.clone()
    } else {
        Selection { id: Some(0), title: Some(1), text: vec![2], by_shape: false, relabel: false }
    };
    if is_table {
        return Ok(Export { opened, columns, selection, paths, first: None });
    }
    let columns = ["id", "title", "text"].map(|name| Column { name: name.to_owned(), samples: Vec::new() }).to_vec();
    Ok(Export { opened, columns, selection: read, paths, first: None })
}

/// Refuses what was labelled before, and what the output has no way to write.
fn refuse(file: &Path, schema: &Schema, form: Form) -> Result<(), Error> {
    for field in schema.fields() {
        let name = field.name();
        if name == "rolecall" || COLUMNS.contains(&name.as_str()) {
            let problem = format!("labelled already: it has a column {name:?} (remove it, or label the original)");
            return Err(Error::in_file(file, problem));
        }
        if !form.is_binary() && !value::is_known(field.data_type()) {
            let problem = format!("column {name:?}: {} has no form in text (write .parquet or .arrow)", field.data_type());
            return Err(Error::in_file(file, problem));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A generator of numbers that is the same everywhere.
    struct Random(u64);

    impl Random {
        fn below(&mut self, limit: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            usize::try_from(self.0 % limit as u64).expect("below a usize")
        }
    }

    /// Reads all rows of `bytes`, and every text in them.
    fn read(bytes: Vec<u8>) -> Result<usize, Error> {
        let magic = Magic::of(&bytes).expect("columns");
        let source = Source::of_bytes(bytes, "x".as_ref());
        let mut opened = contain::contained("x".as_ref(), || arrow::open::open(magic, source))??;
        let mut count = 0;
        while let Some(rows) = contain::contained("x".as_ref(), || opened.reader.next())?? {
            count += rows.numbers.len();
            of_schema::columns(rows.batch.schema_ref(), Some(&rows.batch));
            if count > 10_000 {
                break;
            }
        }
        Ok(count)
    }

    fn damaged(bytes: &[u8], random: &mut Random) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        if random.below(8) == 0 {
            bytes.truncate(8 + random.below(bytes.len() - 8));
        }
        for _ in 0..=random.below(4) {
            let at = (8 + random.below((bytes.len() - 8).max(1))).min(bytes.len() - 1);
            bytes[at] = [0, 0xff, 0x7f, 0x80, bytes[at] ^ (1 << random.below(8))][random.below(5)];
        }
        bytes
    }

    /// `ROLECALL_ROUNDS` tries more damage than the few hundred that every run does.
    #[test]
    fn damaged_files_are_errors() {
        let rounds = std::env::var("ROLECALL_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(400);
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        for name in ["nested.parquet", "pandas.parquet", "polars.parquet", "pandas.feather", "polars.arrow", "stream.arrows"] {
            let bytes = fs::read(Path::new("tests/data/parquet").join(name)).expect("a fixture");
            assert_eq!(read(bytes.clone()).ok(), Some(6), "{name}");
            // Some of these are panics of the decoder, about one in five hundred for nested columns; contained, they are errors like the others.
            let mut failed = 0;
            for _ in 0..rounds {
                if let Err(error) = read(damaged(&bytes, &mut random)) {
                    failed += 1;
                    assert!(error.to_string().starts_with("x: "), "{error}");
                }
            }
            assert!(failed > rounds / 4, "{name}: {failed} of {rounds}");
        }
    }
}
