//! Tells account-manager from project-manager job postings, German and English, with the phrases that carry the call.
//!
//! # The idea
//!
//! Two questions are asked of every posting: is *account work* a core of this job, and is *project work*? Each is one **head**, a binary
//! logistic regression over the same features. The role follows: account only, project only, both (`mixed`), none (`neither`).
//!
//! # What a posting meets, in order
//!
//! | step | module | makes of it |
//! |---|---|---|
//! | markup out, with the way back to every byte | [`markup`] | plain text |
//! | words, folded; sub-word pieces | [`tokens`] | words with spans |
//! | sentences, and the section that each stands in | [`document`], [`sections`] | a [`Documents`] |
//! | columns: word n-grams and pieces | [`vocabulary`], [`reading`] | occurrences |
//! | each sentence: account work, project work? | [`sentences`] | evidence, and how much each sentence counts |
//! | TF-IDF in blocks and views | [`features`] | a row |
//! | two heads | [`heads`], [`classifier`] | raw logits |
//! | probabilities that mean what they say | [`calibration`] | logits |
//! | one of four roles | [`decision`] | the call |
//! | the phrases behind it, exactly | [`explain`] | a [`Verdict`] |
//!
//! [`Classifier::verdict`] is the whole way in one function. [`learn`] is the way to a model and knows all of this; nothing of this knows
//! [`learn`]. [`label`] takes whole exports through it, row by row, and [`labelled`] reads back what it wrote: [`drift`] compares two labellings, [`overview`] sums one up for [`report::html`]; [`robustness`] asks
//! whether a call holds when a posting is written another way. [`whole`] takes a posting's title off its text; [`formats`] turns bytes into records, `arrow` columns into batches of rows, [`model_file`] a model into bytes and back, [`metrics`] and [`report`] say how good it is.
//!
//! # Invariants
//!
//! - The weights of all phrases sum, with the intercept, to a head's calibrated logit.
//! - The spans of a phrase slice the input as it was given.
//! - No text makes classifying fail; no bytes make reading a model panic.
//! - The same corpus and settings give the same model, byte for byte.

mod arrow;
pub mod baseline;
pub mod calibration;
pub mod classifier;
pub mod cli;
pub mod compiled;
pub mod confidence;
pub mod decision;
pub mod document;
pub mod drift;
pub mod error;
pub mod explain;
pub mod features;
pub mod formats;
mod hash;
pub mod heads;
pub mod label;
pub mod labelled;
pub mod language;
pub mod learn;
mod log;
pub mod markup;
pub mod metrics;
pub mod model;
pub mod model_file;
pub mod overview;
mod parallel;
pub mod posting;
pub mod probability;
pub mod profile;
pub mod reading;
pub mod report;
pub mod review;
pub mod robustness;
pub mod role;
pub mod scores;
pub mod sections;
pub mod sentences;
pub mod settings;
pub mod span;
mod table;
#[doc(hidden)]
pub mod targets;
pub mod tokens;
pub mod verdict;
pub mod vocabulary;
pub mod whole;

pub use classifier::Classifier;
pub use error::Error;
pub use features::Documents;
pub use language::Language;
pub use model::{HeldOut, Model};
pub use model_file::{Fingerprint, ModelError};
pub use posting::Posting;
pub use profile::Dimension;
pub use role::{Head, PerHead, Role};
pub use settings::Settings;
pub use span::Span;
pub use verdict::{Explain, Explained, Verdict};
pub use vocabulary::Field;
