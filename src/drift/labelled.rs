//! The rows of a labelled export.

use std::path::{Path, PathBuf};

use super::columnar;
use super::label::Label;
use crate::error::Error;
use crate::formats::export::{ExportFormat, ExportReader, Kind, Position, Selection};
use crate::formats::open_export;
use crate::formats::source::Source;
use crate::label::columns::{self, Wishes, is_label};

/// A longer row, in bytes, is one without a role. `label` judges none that is.
const LONGEST_ROW: usize = 256 * 1024 * 1024;

/// A row that was labelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelledRow {
    /// Its number in the file, as a spreadsheet or an editor counts it.
    pub number: u64,
    /// Its id; empty where there is none.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What was said of it.
    pub label: Label,
}

/// Reads a labelled export, row by row.
pub struct LabelledRows {
    /// Its name in messages.
    pub file: PathBuf,
    format: Box<dyn ExportFormat>,
    rows: Box<dyn ExportReader>,
    selection: Selection,
}

impl LabelledRows {
    /// Opens `file`; `-` is standard input.
    ///
    /// # Errors
    /// If it cannot be read, is not labelled, or a wish names none of its columns.
    pub fn open(file: &Path, wishes: &Wishes) -> Result<Self, Error> {
        Self::of(Source::open(file)?, wishes)
    }

    /// Reads `source`.
    ///
    /// # Errors
    /// As [`LabelledRows::open`].
    pub fn of(source: Source, wishes: &Wishes) -> Result<Self, Error> {
        let source = columnar::as_text(source)?;
        let file = source.file.clone();
        let format = open_export(&source)?;
        let is_empty = format.columns().is_empty();
        if !is_empty && !format.columns().iter().any(|column| is_label(&column.name)) {
            let problem = "not labelled: it has no column rolecall_role and no key \"rolecall\" (run rolecall label on it first, or compare two \
                           models on it with --model)";
            return Err(Error::in_file(&file, problem));
        }
        let selection = columns::names(&file, format.as_ref(), wishes)?;
        let rows = format.reader(source, Position::default(), LONGEST_ROW)?;
        Ok(Self { file, format, rows, selection })
    }

    /// The column of the id, if there is one.
    pub fn id_column(&self) -> Option<String> {
        let by_shape = || self.selection.by_shape.then(|| "id".to_owned());
        self.selection.id.map(|at| self.format.columns()[at].name.clone()).or_else(by_shape)
    }

    /// The next row.
    ///
    /// # Errors
    /// If the export cannot be read on.
    pub fn read(&mut self) -> Result<Option<LabelledRow>, Error> {
        while let Some(row) = self.rows.next()? {
            if row.kind != Kind::Record {
                continue;
            }
            let posting = self.format.fields(&row, &self.selection).map(|fields| fields.posting).unwrap_or_default();
            let label = self.format.beside(&row).ok().flatten().map(|beside| Label::read(&beside)).unwrap_or_default();
            let (id, title) = (bare(posting.id), bare(posting.title));
            return Ok(Some(LabelledRow { number: row.number, id, title, label }));
        }
        Ok(None)
    }
}

/// `cell` without the apostrophe that keeps a spreadsheet from running it: JSON has none.
fn bare(cell: String) -> String {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest.to_owned(),
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::role::Role;

    fn rows(text: &str, name: &str) -> Result<Vec<LabelledRow>, String> {
        let source = Source::of_bytes(text.into(), name.as_ref());
        let mut rows = LabelledRows::of(source, &Wishes::default()).map_err(|error| error.to_string())?;
        let mut all = Vec::new();
        while let Some(row) = rows.read().expect("memory") {
            all.push(row);
        }
        Ok(all)
    }

    #[test]
    fn tables_and_json_are_read() {
        let table = "Refnr;Titel;rolecall_role;rolecall_probability;rolecall_account;rolecall_project;rolecall_phrases;rolecall_reason;rolecall_problem;rolecall_model\r\n\
                     '-7;Chef;mixed;0,9000;0,8;0,7;;;;m\r\n8;kurz\r\n";
        let json = "{\"Refnr\": \"-7\", \"Titel\": \"Chef\", \"rolecall\": {\"role\": \"mixed\", \"probability\": 0.9, \"heads\": \
                    {\"account\": 0.8, \"project\": 0.7}, \"model\": \"m\"}}\n{\"raw\": \"8;kurz\", \"rolecall\": {\"problem\": \"x\"}}\n";
        let (table, json) = (rows(table, "a.csv").expect("labelled"), rows(json, "b.jsonl").expect("labelled"));
        assert_eq!((table.len(), json.len()), (2, 2));
        assert_eq!((table[0].id.as_str(), table[0].title.as_str()), ("-7", "Chef"));
        assert_eq!(table[0].label.call.map(|call| call.role), Some(Role::Mixed));
        assert_eq!((&table[0].label, &table[0].id), (&json[0].label, &json[0].id));
        assert_eq!((&table[1].label, &json[1].label), (&Label::default(), &Label::default()));
    }

    #[test]
    fn what_is_not_labelled_is_refused() {
        for (text, name) in [("id;title;text\n1;a;b\n", "a.csv"), ("{\"id\": 1, \"text\": \"a\"}\n", "a.jsonl")] {
            assert!(rows(text, name).expect_err("refused").starts_with(&format!("{name}: not labelled: ")));
        }
        assert_eq!(rows("", "a.jsonl"), Ok(Vec::new()));
        assert_eq!(rows("[]", "a.json"), Ok(Vec::new()));
    }
}
