//! A labelled export as a whole: the mix of roles, every row in short, and as many whole postings as there is room for.
//!
//! ```text
//! labelled rows ─ batches ─> threads: read, judge again where the model is the same ─> rows in short ─┬─> Overview
//!                                                                                  └─> texts, the doubtful first ─┘
//! ```
//!
//! Labels say the role; what they have no room for (the votes of title and duties, the profile, where phrases stand) is found by judging the text again,
//! where the label is of the same model and the text still reads as it did. Memory is bounded: rows in short are cut to a few hundred bytes each
//! and thinned out beyond [`MOST_ROWS`], and texts are held up to a budget.

mod collect;
mod look;
mod names;
mod sample;
pub mod shown;
pub mod texts;

use crate::decision::Decision;
use crate::formats::names::Group;
use crate::label::columns::Wishes;
use crate::labelled::label::Call;
use crate::language::Language;
use crate::role::Head;
use crate::verdict::{Reason, Verdict, Votes};
use shown::Shown;

pub use collect::collect;
use names::Names;

/// So many rows are listed; of more, one in two, one in four, and so on.
pub const MOST_ROWS: usize = 200_000;

/// How an overview is made.
#[derive(Debug, Clone)]
pub struct Options {
    /// Columns that were asked for.
    pub columns: Wishes,
    /// Columns to count by, rather than those that are found by their names.
    pub groups: Vec<String>,
    /// The sheet of a workbook, by name or number.
    pub sheet: Option<String>,
    /// Hold so many bytes of text.
    pub texts: usize,
    /// Mark at most so many phrases in a text.
    pub phrases: usize,
    /// Threads; `None` is one for each core.
    pub threads: Option<usize>,
    /// Say nothing.
    pub quiet: bool,
}

/// What is shown of a labelled export.
#[derive(Debug, Clone, Default)]
pub struct Overview {
    /// The name of the file.
    pub file: String,
    /// How many rows there are,
    pub rows: u64,
    /// those with a role, in the order of [`Role::ALL`](crate::role::Role::ALL),
    pub roles: [u64; 4],
    /// and those without one.
    pub no_role: u64,
    /// One row in so many is listed.
    pub every: u64,
    /// Fingerprints of the models that labelled the rows, with the rows of each; the commonest first.
    pub models: Vec<(String, u64)>,
    /// How the heads of that model become a role, where the model is at hand.
    pub decision: Option<Decision>,
    /// The language that most postings are in, where they could be read.
    pub language: Option<Language>,
    /// What rows are counted by.
    pub groups: Vec<Grouped>,
    /// Phrases that rows mention by their place.
    pub phrases: Vec<String>,
    /// The rows.
    pub list: Vec<Listed>,
    /// Whole postings, by their place in the list.
    pub texts: Vec<(usize, Shown)>,
    /// Why there are no texts, where they cannot be told.
    pub no_text: Option<String>,
    /// Rows whose text reads otherwise now than their label says.
    pub moved: u64,
}

/// What rows are counted by.
#[derive(Debug, Clone)]
pub struct Grouped {
    /// The name of the column.
    pub name: String,
    /// What it holds, where its name tells.
    pub group: Option<Group>,
    /// Its values, which rows mention by their place.
    pub values: Vec<String>,
}

/// A row in short.
#[derive(Debug, Clone, Default)]
pub struct Listed {
    /// Its number in the file.
    pub number: u64,
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it was labelled.
    pub call: Option<Call>,
    /// Its phrases: which, for which head, and with which weight.
    pub phrases: Vec<(u32, Head, f32)>,
    /// Its values: for each column to count by, which.
    pub groups: Vec<u32>,
    /// What title and duties say by themselves, where that is known.
    pub votes: Option<Votes>,
    /// Why neither.
    pub reason: Option<Why>,
    /// Why it has no role.
    pub problem: String,
}

/// Why a posting is neither.
#[derive(Debug, Clone, PartialEq)]
pub enum Why {
    /// A reason of this program.
    Known(Reason),
    /// Whatever else the label says.
    Other(String),
}

impl Why {
    fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let known = Reason::read(text).map(Self::Known);
        known.or_else(|| (!text.is_empty()).then(|| Self::Other(collect::clipped(text, collect::LONGEST_NOTE))))
    }
}

impl Overview {
    /// The overview of a single posting, which came from `file`.
    pub fn of_one(file: String, verdict: &Verdict, shown: Shown, decision: Decision) -> Self {
        let mut phrases = Names::default();
        let label = crate::labelled::label::Label::of(verdict);
        let row = Listed {
            number: 1,
            title: shown.title.text.clone(),
            call: label.call,
            phrases: collect::phrases(&label, &mut phrases),
            votes: label.votes,
            reason: Why::read(&label.reason),
            ..Listed::default()
        };
        let mut roles = [0; 4];
        roles[verdict.role.index()] = 1;
        Self {
            file,
            rows: 1,
            roles,
            every: 1,
            models: vec![(label.model, 1)],
            decision: Some(decision),
            language: Some(verdict.language),
            phrases: phrases.into_list(),
            list: vec![row],
            texts: vec![(0, shown)],
            ..Self::default()
        }
    }
}
