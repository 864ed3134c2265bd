//! The two heads: what a posting's features say for account work and for project work.

use crate::role::PerHead;
use crate::sentences::EVIDENCE;

/// One head: a logistic model over columns and evidence.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HeadModel {
    /// One weight a column; what the head learnt from the closeness to the role descriptions is folded in, since closeness is linear in the columns.
    pub weights: Vec<f32>,
    /// One weight an evidence feature.
    pub evidence: [f64; EVIDENCE],
    /// The intercept, where title and text are there.
    pub bias: f64,
    /// What a title contributes on average: takes the place of a title that is not there.
    pub mean_title: f64,
    /// What a text contributes on average: takes the place of a text that is not there, and for the vote of a title alone.
    pub mean_text: f64,
}

/// Both heads.
pub type Heads = PerHead<HeadModel>;
