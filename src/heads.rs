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
    /// The intercept.
    pub bias: f64,
}

/// Both heads.
pub type Heads = PerHead<HeadModel>;
