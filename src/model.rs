//! A trained model: everything that classifying needs.

use serde::{Deserialize, Serialize};

use crate::calibration::Calibration;
use crate::decision::Decision;
use crate::heads::Heads;
use crate::profile::CLOSENESS;
use crate::role::PerHead;
use crate::sentences::SentenceHead;
use crate::settings::Settings;
use crate::vocabulary::Vocabulary;

/// What a model says of itself; the readable part of its file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// Version of the program that trained it.
    pub program: String,
    /// How it was trained.
    pub settings: Settings,
    /// Fingerprint of the postings and descriptions that it was trained on.
    pub corpus: String,
    /// Training postings by role, in the order of [`crate::role::Role::ALL`].
    pub postings: [usize; 4],
    /// How many of them were written for the corpus.
    pub written: usize,
    /// Calibration of each head.
    pub calibration: Calibration,
    /// How the role follows.
    pub decision: Decision,
    /// Figures on postings that were held out, by cross-validation; `None` where it was not measured.
    pub held_out: Option<HeldOut>,
}

/// Cross-validated figures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct HeldOut {
    /// Postings.
    pub postings: usize,
    /// Share with the right role.
    pub accuracy: f64,
    /// Mean F1 of the four roles.
    pub macro_f1: f64,
    /// Expected calibration error of the role's probability.
    pub calibration_error: f64,
}

/// The whole of a model.
#[derive(Debug, Clone)]
pub struct Model {
    /// What it says of itself.
    pub card: Card,
    /// Its columns.
    pub vocabulary: Vocabulary,
    /// The posting heads.
    pub heads: Heads,
    /// The sentence heads.
    pub sentence_heads: PerHead<SentenceHead>,
    /// For each dimension and role (account first), the role description as a row of length one: column, value.
    pub descriptions: [Vec<(u32, f32)>; CLOSENESS],
}
