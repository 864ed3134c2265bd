//! What shapes the features and the fit. A model file holds the settings that it was trained with.

use crate::confidence::Confidence;
use serde::{Deserialize, Serialize};

/// Weights of the feature blocks, before the posting's row is scaled to length one. Each block is scaled to length one first.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BlockWeights {
    /// Word n-grams of the title.
    pub title_grams: f32,
    /// Pieces of the title's words.
    pub title_pieces: f32,
    /// Single words of the text.
    pub text_words: f32,
    /// Word pairs and triples of the text.
    pub text_grams: f32,
    /// Pieces of the text's words.
    pub text_pieces: f32,
    /// The text again, with the sentences weighted by how much they look like account work, and like project work.
    pub views: f32,
    /// How much is said of each kind of work, sentence by sentence.
    pub evidence: f32,
    /// Closeness to the role descriptions.
    pub closeness: f32,
}

/// Everything that shapes a model. The defaults were chosen by grouped cross-validation on the training side; `models/experiments.md` holds
/// what was tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Weights of the feature blocks.
    pub blocks: BlockWeights,
    /// How much a word counts by its section, in the order of [`crate::sections::Section::ALL`].
    pub section_weights: [f32; 6],
    /// What a heading counts, times the weight of its section.
    pub heading_weight: f32,
    /// The k-th sentence of the duties (from 0) counts `1 / (1 + duty_decay · k)`: what matters most comes first.
    pub duty_decay: f32,
    /// What a sentence counts in a view at least, beside its probability.
    pub relevance_floor: f32,
    /// Added to a sentence's logit before it weights the views: above zero, doubtful sentences count more.
    pub relevance_shift: f64,
    /// Postings that were chosen to be read train the posting heads only where their label is at least this sure; the sentence heads learn from all.
    pub chosen_confidence: Confidence,
    /// Longest n-gram of the text, in words (1 to 3).
    pub text_gram_length: usize,
    /// A column occurs with at least this many employers.
    pub fewest_employers: u32,
    /// Number of sub-word pieces to learn.
    pub subwords: usize,
    /// L2 penalty of the heads (on the summed loss, so scikit-learn's `1 / C`).
    pub alpha: f64,
    /// How often a mixed posting counts in the fit of the heads: there are few, and both heads must find them.
    #[serde(default = "once")]
    pub mixed_weight: f64,
    /// How often a posting counts that was not chosen to be read: chosen ones are the doubtful ones, most of them neither.
    #[serde(default = "once")]
    pub sampled_weight: f64,
    /// Power of the log-count ratio that scales the heads' columns; at zero, all are alike.
    #[serde(default)]
    pub ratio_power: f64,
    /// Gradient norm at which a head's fit ends.
    pub tolerance: f64,
    /// L2 penalty of the sentence heads.
    pub sentence_alpha: f64,
    /// Power of the log-count ratio that scales the sentence heads' columns.
    #[serde(default)]
    pub sentence_ratio_power: f64,
    /// Folds of the cross-fit that calibration and evaluation rest on.
    pub folds: usize,
    /// Folds in which the sentence heads score the training postings.
    pub sentence_folds: usize,
    /// Decides which groups fall into which fold.
    pub seed: u64,
}

/// What models say that were trained before postings were weighted.
fn once() -> f64 {
    1.0
}

impl Settings {
    /// The defaults with the values of `given` in their places.
    ///
    /// ```
    /// let settings = rolecall::Settings::with(serde_json::json!({ "folds": 3 }))?;
    /// assert_eq!(settings.folds, 3);
    /// # Ok::<(), String>(())
    /// ```
    ///
    /// # Errors
    /// If there is no such setting, or a value is of another type.
    pub fn with(given: serde_json::Value) -> Result<Self, String> {
        let mut settings = serde_json::to_value(Self::default()).map_err(|error| error.to_string())?;
        merge(&mut settings, given).map_err(|key| format!("unknown setting {key:?}"))?;
        serde_json::from_value(settings).map_err(|error| format!("broken settings: {error}"))
    }
}

/// Puts the values of `given` over those of `base`; a key that `base` does not have is an error.
fn merge(base: &mut serde_json::Value, given: serde_json::Value) -> Result<(), String> {
    match (base, given) {
        (serde_json::Value::Object(base), serde_json::Value::Object(given)) => {
            for (key, value) in given {
                let slot = base.get_mut(&key).ok_or(key)?;
                merge(slot, value)?;
            }
        }
        (base, given) => *base = given,
    }
    Ok(())
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            blocks: BlockWeights {
                title_grams: 0.3,
                title_pieces: 0.3,
                text_words: 0.6,
                text_grams: 0.3,
                text_pieces: 0.3,
                views: 1.0,
                evidence: 0.1,
                closeness: 0.03,
            },
            section_weights: [1.0, 1.0, 0.4, 0.1, 0.1, 0.05],
            heading_weight: 1.0,
            duty_decay: 0.0,
            relevance_floor: 0.3,
            relevance_shift: 1.0,
            chosen_confidence: Confidence::Low,
            text_gram_length: 2,
            fewest_employers: 5,
            subwords: 8000,
            alpha: 0.1,
            mixed_weight: 3.0,
            sampled_weight: 2.0,
            ratio_power: 0.35,
            tolerance: 1e-3,
            sentence_alpha: 0.5,
            sentence_ratio_power: 0.0,
            folds: 5,
            sentence_folds: 3,
            seed: 2021,
        }
    }
}
