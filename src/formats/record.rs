//! What a line of a labelled file may say.

use serde::Deserialize;

use crate::confidence::Confidence;
use crate::role::Role;

/// One line of a file of postings, of labels, or of both. Keys that are not known are ignored.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Record {
    /// Joins postings and labels.
    #[serde(default)]
    pub id: String,
    /// The job title.
    #[serde(default)]
    pub title: String,
    /// The employer.
    #[serde(default)]
    pub company: Option<String>,
    /// The body; a record without one is a label for a posting in another file.
    #[serde(default)]
    pub text: Option<String>,
    /// The role, where it is given as such.
    #[serde(default)]
    pub role: Option<Role>,
    /// How much account work: 0, 1 or 2 (a core).
    #[serde(default)]
    pub a: Option<u8>,
    /// How much project work: 0, 1 or 2 (a core).
    #[serde(default)]
    pub p: Option<u8>,
    /// How sure the reader was.
    #[serde(default)]
    pub confidence: Option<Confidence>,
    /// Quotes that carry the label, word for word.
    #[serde(default)]
    pub evidence: Vec<String>,
    /// Every place that states account work, as byte spans `[start, end]` of the text.
    #[serde(default)]
    pub account: Option<Vec<[usize; 2]>>,
    /// Every place that states project work, likewise.
    #[serde(default)]
    pub project: Option<Vec<[usize; 2]>>,
    /// Whether it was read because a model was not sure of it, as `rolecall review` writes: then it is no sample.
    #[serde(default)]
    pub informative: bool,
    /// Where the posting was found.
    #[serde(default)]
    pub source: String,
    /// What kind of title it has.
    #[serde(default)]
    pub title_kind: String,
}

impl Record {
    /// Whether it says what the posting is.
    pub fn says_role(&self) -> bool {
        self.role.is_some() || self.a.is_some() || self.p.is_some()
    }

    /// Whether it says anything of the posting: what it is, or which of its sentences state which work.
    pub fn is_label(&self) -> bool {
        self.says_role() || self.account.is_some() || self.project.is_some()
    }
}
