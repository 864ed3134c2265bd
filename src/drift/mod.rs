//! What changed between two labellings: which rows have another role, and how the mix of roles and the leading phrases moved.
//!
//! ```text
//! two labelled exports ─ `labelled` ─> rows ─ pairs: by id or by place ─┐
//! one export, two models ─ judged ─> rows, each with two labels ──────┴─> comparison ─> Drift, and each change as it is met
//! ```
//!
//! Rows that are matched by their place are read side by side and nothing of them is kept. Where they are matched by id, a row of OLD is kept as
//! its call, its id and its title, cut at [`held::LONGEST`] bytes: some 200 bytes a row. NEW is never kept.

pub mod comparison;
pub mod held;
mod json;
pub mod judged;
pub mod list;
pub mod movers;
mod pairs;
pub mod phrases;
pub mod shift;

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::error::Error;
use crate::label::columns::Wishes;
use comparison::Comparison;
use movers::Mover;
use phrases::RolePhrases;
use shift::Shift;

use crate::labelled::label::{Call, cut};
use crate::labelled::{LabelledRows, Wanted};
use crate::role::PerHead;

/// One of the two labellings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The earlier one.
    Old,
    /// The later one.
    New,
}

/// A row as it stands in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// Its id, or as much of it as is kept; empty where there is none.
    pub id: String,
    /// Its title, or as much of it as is kept.
    pub title: String,
    /// Its number in the file, as a spreadsheet or an editor counts it.
    pub row: u64,
    /// What it was labelled; `None` where it has no role.
    #[serde(flatten)]
    pub call: Option<Call>,
}

impl Named {
    /// A row with the beginnings of `id` and `title`.
    fn new(id: &str, title: &str, row: u64, call: Option<Call>) -> Self {
        let kept = |text| cut(text, held::LONGEST).to_owned();
        Self { id: kept(id), title: kept(title), row, call }
    }
}

/// A row that is not what it was.
#[derive(Debug, Clone, Copy)]
pub enum Change<'r> {
    /// It has another role, or has one no more, or has one now.
    Role(&'r Named, &'r Named),
    /// It is in one of the two only.
    Only(Side, &'r Named),
}

/// Gets every change as it is met.
pub type EachChange<'f> = &'f mut dyn FnMut(Change<'_>) -> Result<(), Error>;

/// How rows found each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase", tag = "by", content = "columns")]
pub enum Matching {
    /// By id, and by occurrence where an id occurs more than once: the columns of the old and the new one.
    Id(String, String),
    /// By their place among the rows.
    Place,
    /// There is one export, labelled twice.
    Same,
}

/// What one labelling holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Labelling {
    /// The file.
    pub file: PathBuf,
    /// Its rows.
    pub rows: u64,
    /// Those with a role, in the order of [`Role::ALL`](crate::Role::ALL).
    #[serde(serialize_with = "json::roles")]
    pub roles: [u64; 4],
    /// Those without one: they could not be read or judged.
    pub no_role: u64,
    /// Fingerprints of the models that labelled them, with the rows of each; the commonest first.
    #[serde(serialize_with = "json::models")]
    pub models: Vec<(String, u64)>,
    /// Rows that the other one does not have,
    pub only: u64,
    /// and the first of them.
    pub only_first: Vec<Named>,
}

/// What was found.
#[derive(Debug, Clone, Serialize)]
pub struct Drift {
    /// How rows found each other.
    pub matching: Matching,
    /// The earlier labelling.
    pub old: Labelling,
    /// The later one.
    pub new: Labelling,
    /// Rows that are in both.
    pub matched: u64,
    /// Those of them whose role is another one.
    pub changed: u64,
    /// Those of them whose title is another one.
    pub retitled: u64,
    /// Matched rows by their old role, then by their new one, in the order of [`Role::ALL`](crate::Role::ALL); in the fifth place, without a role.
    #[serde(serialize_with = "json::transitions")]
    pub transitions: [[u64; 5]; 5],
    /// The rows whose probability of account work or of project work moved most, the farthest first.
    pub movers: Vec<Mover>,
    /// Leading phrases gained and lost.
    pub phrases: Vec<RolePhrases>,
    /// Leading phrases were counted exactly, or may have occurred so many times more often than is said.
    pub phrases_missed: u32,
    /// How far the mix of roles moved; `None` where a side has no row with a role.
    pub mix: Option<Shift>,
    /// How far the probabilities of each kind of work moved.
    pub heads: PerHead<Option<Shift>>,
}

/// Compares two labelled exports; `each` gets every change.
///
/// # Errors
/// If one cannot be read, is not labelled, or `each` fails.
pub fn files(old: &Path, new: &Path, wishes: &Wishes, each: EachChange<'_>) -> Result<Drift, Error> {
    let wanted = Wanted { columns: wishes.clone(), ..Wanted::default() };
    let (old, new) = (LabelledRows::open(old, &wanted)?, LabelledRows::open(new, &wanted)?);
    let files = [&old, &new].map(|rows| rows.export.file.clone());
    let ids = old.export.id_column().zip(new.export.id_column());
    let mut comparison = Comparison::new(each);
    let matching = if let Some((of_old, of_new)) = ids {
        pairs::by_id(old, new, &mut comparison)?;
        Matching::Id(of_old, of_new)
    } else {
        pairs::by_place(old, new, &mut comparison)?;
        Matching::Place
    };
    Ok(comparison.finish(matching, files))
}
