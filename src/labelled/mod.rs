//! Exports that were labelled, in every format that `label` writes, read again: what a row says, and what was said of it.

pub(crate) mod columnar;
pub mod label;
pub mod share;

use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::formats::export::{Column, ExportFormat, ExportReader, Kind, Position, Row, Selection};
use crate::formats::names::{self, Group};
use crate::formats::source::Source;
use crate::formats::{Asked, open_export_as};
use crate::label::columns::{self, Wishes, is_label};
use label::Label;

/// A longer row, in bytes, is one without a role. `label` judges none that is.
const LONGEST_ROW: usize = 256 * 1024 * 1024;

/// A row that was labelled.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LabelledRow {
    /// Its number in the file, as a spreadsheet or an editor counts it.
    pub number: u64,
    /// Its id; empty where there is none.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its text, where it was wanted and is there.
    pub text: String,
    /// Its values in the columns of [`Labelled::groups`].
    pub groups: Vec<String>,
    /// What was said of it.
    pub label: Label,
}

/// What is wanted of a labelled export.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Columns that were asked for.
    pub columns: Wishes,
    /// The sheet of a workbook, by name or number.
    pub sheet: Option<String>,
    /// Read the texts, too, and the columns to count by.
    pub whole: bool,
    /// Columns to count by, rather than those that are found by their names.
    pub groups: Vec<String>,
}

/// A column whose values rows are counted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupColumn {
    /// Its name.
    pub name: String,
    /// What it holds, where its name tells.
    pub group: Option<Group>,
    at: usize,
}

/// A labelled export that is open, and what is read of its rows. Threads share it.
pub struct Labelled {
    /// Its name in messages.
    pub file: PathBuf,
    /// The columns to count by.
    pub groups: Vec<GroupColumn>,
    /// Why there are no texts, where they were wanted and cannot be told.
    pub no_text: Option<String>,
    format: Box<dyn ExportFormat>,
    selection: Selection,
}

impl Labelled {
    /// The column of the id, if there is one.
    pub fn id_column(&self) -> Option<String> {
        let by_shape = || self.selection.by_shape.then(|| "id".to_owned());
        self.selection.id.map(|at| self.format.columns()[at].name.clone()).or_else(by_shape)
    }

    /// What `row` says. Where it cannot be read, that is nothing.
    pub fn read(&self, row: &Row) -> LabelledRow {
        let posting = self.format.fields(row, &self.selection).map(|fields| fields.posting).unwrap_or_default();
        let label = self.format.beside(row).ok().flatten().map(|beside| Label::read(&beside)).unwrap_or_default();
        let groups = self.groups.iter().map(|group| self.cell(row, group.at)).collect();
        LabelledRow {
            number: row.number,
            id: bare(posting.id),
            title: bare(posting.title),
            text: bare(posting.text),
            groups,
            label,
        }
    }

    fn cell(&self, row: &Row, at: usize) -> String {
        let selection = Selection { text: vec![at], relabel: true, ..Selection::default() };
        bare(self.format.fields(row, &selection).map(|fields| fields.posting.text).unwrap_or_default())
    }
}

/// Reads a labelled export, row by row.
pub struct LabelledRows {
    /// The export.
    pub export: Labelled,
    rows: Box<dyn ExportReader>,
}

impl LabelledRows {
    /// Opens `file`; `-` is standard input.
    ///
    /// # Errors
    /// If it cannot be read, is not labelled, or a wish names none of its columns.
    pub fn open(file: &Path, wanted: &Wanted) -> Result<Self, Error> {
        Self::of(Source::open(file)?, wanted)
    }

    /// Reads `source`.
    ///
    /// # Errors
    /// As [`LabelledRows::open`].
    pub fn of(source: Source, wanted: &Wanted) -> Result<Self, Error> {
        let source = columnar::as_text(source)?;
        let file = source.file.clone();
        let format = open_export_as(&source, &Asked { sheet: wanted.sheet.clone(), ..Asked::default() })?;
        let is_empty = format.columns().is_empty();
        if !is_empty && !format.columns().iter().any(|column| is_label(&column.name)) {
            let problem = "not labelled: it has no column rolecall_role and no key \"rolecall\" (run rolecall label on it first; rolecall diff \
                           also compares two models on it, with --model)";
            return Err(Error::in_file(&file, problem));
        }
        let mut selection = columns::names(&file, format.as_ref(), &wanted.columns)?;
        let (mut groups, mut no_text) = (Vec::new(), None);
        if wanted.whole && !is_empty {
            match columns::choose_again(&file, format.as_ref(), &wanted.columns) {
                Ok(whole) => selection = whole,
                Err(error) => no_text = Some(error.to_string()),
            }
            groups = self::groups(&file, format.columns(), &selection, &wanted.groups)?;
        }
        let rows = format.reader(source, Position::default(), LONGEST_ROW)?;
        Ok(Self { export: Labelled { file, groups, no_text, format, selection }, rows })
    }

    /// The next row as it stands in the file.
    ///
    /// # Errors
    /// If the export cannot be read on.
    pub fn next_row(&mut self) -> Result<Option<Row>, Error> {
        while let Some(row) = self.rows.next()? {
            if row.kind == Kind::Record {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    /// The next row.
    ///
    /// # Errors
    /// If the export cannot be read on.
    pub fn read(&mut self) -> Result<Option<LabelledRow>, Error> {
        Ok(self.next_row()?.map(|row| self.export.read(&row)))
    }
}

/// The columns to count by: those that were asked for, or one of each kind.
fn groups(file: &Path, columns: &[Column], selection: &Selection, wishes: &[String]) -> Result<Vec<GroupColumn>, Error> {
    let column = |at: usize| {
        let name = columns[at].name.clone();
        let group = names::group(&name).map(|(group, _)| group);
        GroupColumn { name, group, at }
    };
    if !wishes.is_empty() {
        return wishes.iter().map(|wish| columns::find(file, columns, wish).map(column)).collect();
    }
    let is_free = |at: &usize| selection.title != Some(*at) && selection.id != Some(*at) && !selection.text.contains(at);
    let best = |wanted: Group| {
        let ranked =
            |at: usize| names::group(&columns[at].name).filter(|(group, _)| *group == wanted).map(|(_, rank)| (rank, at));
        let has_values = |at: &usize| columns[*at].samples.iter().any(|cell| !cell.trim().is_empty());
        (0..columns.len()).filter(is_free).filter(has_values).filter_map(ranked).min().map(|(_, at)| column(at))
    };
    Ok(Group::ALL.into_iter().filter_map(best).collect())
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
        let mut rows = LabelledRows::of(source, &Wanted::default()).map_err(|error| error.to_string())?;
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
        assert_eq!((table[1].label.call, json[1].label.call, json[1].label.problem.as_str()), (None, None, "x"));
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
