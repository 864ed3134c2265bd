//! One row: from its bytes to its bytes with the verdict beside them.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;

use super::columns::listed;
use super::tally::Tally;
use crate::classifier::Classifier;
use crate::error::Error;
use crate::formats::export::{Beside, ExportFormat, ExportWriter, Fields, Kind, Row, RowProblem, Selection};
use crate::formats::{ByteOrder, encode_utf16};
use crate::markup::Plain;
use crate::posting::LONGEST_TEXT;
use crate::verdict::{KeyPhrase, Verdict, Wanted};

/// Judging takes many times the memory of the text. A longer one, in bytes, waits until no other such is under way.
pub(crate) const HEAVY: usize = 128 * 1024;

/// Everything that workers share.
pub struct Judge {
    /// The export's name in messages.
    pub file: PathBuf,
    /// How the export is read.
    pub format: Arc<dyn ExportFormat>,
    /// How it is written.
    pub writer: Box<dyn ExportWriter>,
    /// Set where the output is in UTF-16.
    pub utf16: Option<ByteOrder>,
    /// The model.
    pub classifier: Classifier,
    /// The columns.
    pub selection: Selection,
    /// At most so many phrases a row.
    pub phrases: usize,
    /// Held while a long text is judged.
    pub heavy: Mutex<()>,
}

/// What is written under the key `rolecall`.
#[derive(Serialize)]
struct Labelled<'v> {
    #[serde(flatten)]
    verdict: &'v Verdict,
    problem: Option<&'v str>,
}

impl Judge {
    /// Judges the rows of a batch: their bytes as they are to be written.
    ///
    /// # Errors
    /// If there is no room for a row in the format that is written.
    pub fn rows(&self, rows: &mut [Row], tally: &mut Tally) -> Result<Vec<u8>, Error> {
        let mut out = Vec::with_capacity(rows.iter().map(|row| row.raw.len() + 512).sum());
        for row in rows {
            self.row(row, tally, &mut out)?;
        }
        Ok(self.in_encoding(out))
    }

    /// Writes a row, if there is room for it.
    fn write(&self, row: &Row, fields: Option<&Fields>, beside: &Beside, out: &mut Vec<u8>) -> Result<(), Error> {
        let format = self.format.as_ref();
        if let Some(problem) = self.writer.refuse(format, row, fields, beside) {
            return Err(Error::in_file(&self.file, format!("row {}: {problem}", row.number)));
        }
        self.writer.write(format, row, fields, beside, out);
        Ok(())
    }

    /// `text` in the encoding of the output.
    pub fn in_encoding(&self, text: Vec<u8>) -> Vec<u8> {
        let Some(order) = self.utf16 else { return text };
        let mut wide = Vec::new();
        encode_utf16(&text, order, &mut wide);
        wide
    }

    fn row(&self, row: &mut Row, tally: &mut Tally, out: &mut Vec<u8>) -> Result<(), Error> {
        if row.kind != Kind::Record {
            if let Some(problem) = &row.problem {
                tally.problem(row.number, problem);
            }
            let nothing = Beside::Cells(Vec::new());
            return self.write(row, None, &nothing, out);
        }
        let fields = match self.format.fields(row, &self.selection) {
            Ok(fields) if fields.posting.text.trim().is_empty() => {
                return self.problem(row, Some(&fields), self.no_text(), tally, out);
            }
            Ok(fields) if fields.posting.is_longer_than(LONGEST_TEXT) => {
                return self.problem(row, Some(&fields), RowProblem::LongText(LONGEST_TEXT / 1000), tally, out);
            }
            Ok(fields) => fields,
            Err(problem) => return self.problem(row, None, problem, tally, out),
        };
        let is_heavy = fields.posting.is_longer_than(HEAVY);
        let alone = is_heavy.then(|| self.heavy.lock().unwrap_or_else(PoisonError::into_inner));
        let wanted = Wanted { phrases: self.phrases, profile: self.writer.wants_json() };
        let verdict = self.classifier.judge(&fields.posting, wanted);
        drop(alone);
        tally.verdict(verdict.role, fields.encoding);
        let beside = if self.writer.wants_json() { Beside::Json(json(&verdict)) } else { Beside::Cells(cells(&verdict)) };
        self.write(row, Some(&fields), &beside, out)
    }

    fn problem(
        &self,
        row: &mut Row,
        fields: Option<&Fields>,
        problem: RowProblem,
        tally: &mut Tally,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        tally.problem(row.number, &problem);
        tally.records += 1;
        let beside = self.beside_problem(&problem);
        row.problem = Some(problem);
        self.write(row, fields, &beside, out)
    }

    fn no_text(&self) -> RowProblem {
        let columns = self.format.columns();
        RowProblem::NoText(listed(self.selection.text.iter().map(|&at| &columns[at])))
    }

    fn beside_problem(&self, problem: &RowProblem) -> Beside {
        if self.writer.wants_json() {
            return Beside::Json(problem_json(problem));
        }
        Beside::Cells(problem_cells(problem, &self.classifier.fingerprint().to_string()))
    }
}

/// What is written under the key `rolecall` where there is a problem.
pub(super) fn problem_json(problem: &RowProblem) -> String {
    serde_json::json!({ "problem": problem.to_string() }).to_string()
}

/// The cells of a row with a problem.
pub(super) fn problem_cells(problem: &RowProblem, model: &str) -> Vec<String> {
    let mut cells = vec![String::new(); 6];
    cells.extend([problem.to_string(), model.to_owned()]);
    cells
}

/// What is written under the key `rolecall`.
pub(super) fn json(verdict: &Verdict) -> String {
    match serde_json::to_string(&Labelled { verdict, problem: None }) {
        Ok(text) => text,
        Err(error) => unreachable!("a verdict is plain data: {error}"),
    }
}

/// The cells of a verdict: role, probability, account, project, phrases, reason, problem, model.
pub(super) fn cells(verdict: &Verdict) -> Vec<String> {
    let number = |value: f64| format!("{value:.4}");
    vec![
        verdict.role.to_string(),
        number(verdict.probability),
        number(verdict.heads.account),
        number(verdict.heads.project),
        verdict.phrases.iter().map(phrase).collect::<Vec<_>>().join("; "),
        verdict.reason.clone().unwrap_or_default(),
        String::new(),
        verdict.model.clone(),
    ]
}

/// A phrase on one line, without markup.
fn phrase(phrase: &KeyPhrase) -> String {
    let plain = Plain::read(&phrase.text).text;
    let words: Vec<&str> = plain.split_whitespace().filter(|word| *word != "•").collect();
    format!("{} {:+.2}: {}", phrase.head.name(), phrase.weight, words.join(" "))
}
