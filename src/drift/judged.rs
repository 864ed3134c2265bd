//! One export under two models: every row is judged twice, and nothing is written in between.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::comparison::Comparison;
use super::{Drift, EachChange, Matching, Named, Side};
use crate::classifier::Classifier;
use crate::error::Error;
use crate::formats::export::{ExportFormat, Position, Row, Selection};
use crate::formats::open_export;
use crate::formats::source::Source;
use crate::label::columns::{self, Wishes};
use crate::label::judge::HEAVY;
use crate::label::progress::Talk;
use crate::label::rows;
use crate::label::tally::Tally;
use crate::labelled::label::Label;
use crate::parallel;
use crate::posting::LONGEST_TEXT;

/// So many rows for each thread are judged at a time.
const ROWS: usize = 64;
/// A longer row, in bytes, has no role, as in `label`.
const LONGEST_ROW: usize = 16 * 1024 * 1024;

/// How to judge.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Columns that were asked for.
    pub columns: Wishes,
    /// At most so many phrases a row are counted.
    pub phrases: usize,
    /// Threads; `None` is one for each core.
    pub threads: Option<usize>,
    /// Say nothing.
    pub quiet: bool,
}

/// What threads share.
struct Judges {
    format: Box<dyn ExportFormat>,
    selection: Selection,
    /// The old model and the new one.
    models: [Classifier; 2],
    phrases: usize,
    /// Held while a long text is judged, which takes much memory.
    heavy: Mutex<()>,
}

/// Compares two models, the old and the new one, on an export that may be labelled already.
///
/// # Errors
/// If it cannot be read, its columns cannot be told, or `each` fails.
pub fn models(export: &Path, models: [Classifier; 2], options: &Options, each: EachChange<'_>) -> Result<Drift, Error> {
    let source = Source::open(export)?;
    let file = source.file.clone();
    let format = open_export(&source)?;
    let selection = columns::choose_again(&file, format.as_ref(), &options.columns)?;
    let talk = Talk::new(&source, options.quiet);
    talk.opened(&format.describe(), format.columns(), &selection);
    let mut reader = format.reader(source, Position::default(), LONGEST_ROW)?;
    let judges = Judges { format, selection, models, phrases: options.phrases, heavy: Mutex::default() };
    let threads = options.threads.unwrap_or_else(parallel::cores).max(1);
    let mut comparison = Comparison::new(each);
    let mut tally = Tally::default();
    loop {
        let batch = rows::batch(reader.as_mut(), threads * ROWS)?;
        if batch.is_empty() {
            break;
        }
        for (named, labels) in parallel::map_on(threads, &batch, |row| judges.one(row)) {
            comparison.count(Side::Old, &labels[0]);
            comparison.count(Side::New, &labels[1]);
            let [old, new] = labels.map(|label| Named { call: label.call, ..named.clone() });
            comparison.pair(&old, &new, false)?;
        }
        tally.records += batch.len() as u64;
        talk.progress(&tally);
    }
    talk.clear();
    Ok(comparison.finish(Matching::Same, [file.clone(), file]))
}

impl Judges {
    fn one(&self, row: &Row) -> (Named, [Label; 2]) {
        let posting = self.format.fields(row, &self.selection).map(|fields| fields.posting).unwrap_or_default();
        let is_judged = !posting.text.trim().is_empty() && !posting.is_longer_than(LONGEST_TEXT);
        let alone = posting.is_longer_than(HEAVY).then(|| self.heavy.lock().unwrap_or_else(PoisonError::into_inner));
        let labels = self.models.each_ref().map(|model| {
            if is_judged {
                Label::of(&model.verdict(&posting, self.phrases))
            } else {
                Label { model: model.fingerprint().to_string(), ..Label::default() }
            }
        });
        drop(alone);
        (Named::new(&posting.id, &posting.title, row.number, None), labels)
    }
}
