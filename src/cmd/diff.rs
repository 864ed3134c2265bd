//! `rolecall diff`

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rolecall::cli::{Diff, DiffFormat};
use rolecall::drift::judged::{self, Options};
use rolecall::drift::{self, Change, Drift, list};
use rolecall::{Error, report};

use super::output::{self, Atomic};
use super::{Outcome, classifier};

/// Phrases of a row that count as leading ones where models are compared; as many as `label` writes by itself.
const PHRASES: usize = 3;
/// Changes are written when so many bytes of them are there.
const BUFFER: usize = 64 * 1024;

/// Compares two labellings. Changed roles are a doubt where that was asked for.
pub(crate) fn run(args: &Diff) -> Result<Outcome, Error> {
    if let Some(third) = args.models.get(2) {
        return Err(Error::in_file(third, "a third model: diff compares two (give --model once or twice)"));
    }
    let mut list = List::open(args)?;
    let mut each = |change: Change<'_>| list.as_mut().map_or(Ok(()), |list| list.push(change));
    let drift = compare(args, &mut each)?;
    if let Some(list) = list {
        list.finish()?;
    }
    match args.format {
        DiffFormat::Text => output::print(&report::drift::text(&drift))?,
        DiffFormat::Json => output::print_json(&drift)?,
        DiffFormat::Csv => {}
    }
    Ok(if args.exit_code && drift.changed > 0 { Outcome::Doubt } else { Outcome::Done })
}

fn compare(args: &Diff, each: drift::EachChange<'_>) -> Result<Drift, Error> {
    let wishes = args.columns.wishes();
    let Some(new) = &args.new else {
        // One model alone is compared with the one inside the program.
        let (old, new) = match args.models.as_slice() {
            [old, new, ..] => (Some(old), Some(new)),
            one => (None, one.first()),
        };
        let models = [classifier(old.map(PathBuf::as_path))?, classifier(new.map(PathBuf::as_path))?];
        let threads = args.threads.map(|threads| usize::from(threads.get()));
        let options = Options { columns: wishes, phrases: PHRASES, threads, quiet: args.quiet };
        return judged::models(&args.old, models, &options, each);
    };
    if args.old.as_os_str() == "-" && new.as_os_str() == "-" {
        return Err(Error::in_file(Path::new("<stdin>"), "cannot be both exports (name a file for one of them)"));
    }
    drift::files(&args.old, new, &wishes, each)
}

/// The list of changed rows in the making.
struct List {
    sink: Sink,
    has_tabs: bool,
    buffer: Vec<u8>,
}

enum Sink {
    Stdout,
    File(Atomic),
}

impl List {
    /// Opens the list where one was asked for.
    fn open(args: &Diff) -> Result<Option<Self>, Error> {
        let sink = match &args.output {
            Some(file) => {
                refuse_other_formats(file)?;
                if [Some(&args.old), args.new.as_ref()].into_iter().flatten().any(|input| output::is_same(input, file)) {
                    return Err(Error::in_file(file, "would be written over itself (give -o another name)"));
                }
                Sink::File(Atomic::create(file)?)
            }
            None if args.format == DiffFormat::Csv => Sink::Stdout,
            None => return Ok(None),
        };
        let has_tabs = args.output.as_ref().is_some_and(|file| has_ending(file, &["tsv"]));
        let mut buffer = Vec::new();
        list::push_header(has_tabs, &mut buffer);
        Ok(Some(Self { sink, has_tabs, buffer }))
    }

    fn push(&mut self, change: Change<'_>) -> Result<(), Error> {
        list::push(change, self.has_tabs, &mut self.buffer);
        if self.buffer.len() >= BUFFER { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), Error> {
        match &mut self.sink {
            Sink::Stdout => {
                let mut stdout = io::stdout().lock();
                stdout.write_all(&self.buffer).and_then(|()| stdout.flush()).map_err(Error::Output)?;
            }
            Sink::File(file) => file.append(&self.buffer)?,
        }
        self.buffer.clear();
        Ok(())
    }

    fn finish(mut self) -> Result<(), Error> {
        self.flush()?;
        match self.sink {
            Sink::Stdout => Ok(()),
            Sink::File(file) => file.finish(),
        }
    }
}

fn has_ending(file: &Path, endings: &[&str]) -> bool {
    file.extension().is_some_and(|ending| endings.iter().any(|one| ending.eq_ignore_ascii_case(one)))
}

fn refuse_other_formats(file: &Path) -> Result<(), Error> {
    if has_ending(file, &["gz", "zst", "xz", "json", "jsonl", "ndjson", "xlsx", "ods", "parquet", "arrow", "xml"]) {
        return Err(Error::in_file(file, "the list of changed rows is a table (name it .csv or .tsv)"));
    }
    Ok(())
}
