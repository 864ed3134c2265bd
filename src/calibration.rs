//! From raw logits to probabilities that mean what they say.

use serde::{Deserialize, Serialize};

use crate::language::Language;
use crate::role::PerHead;

/// `slope × raw + offset`: Platt scaling, fitted on postings that the model had not seen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Platt {
    /// Factor of every contribution.
    pub slope: f64,
    /// Added to the intercept.
    pub offset: f64,
}

impl Platt {
    /// Leaves a logit as it is.
    pub const IDENTITY: Self = Self { slope: 1.0, offset: 0.0 };

    /// The calibrated logit.
    pub fn apply(self, raw: f64) -> f64 {
        self.slope * raw + self.offset
    }
}

/// The scaling of each head, by language.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// German postings.
    pub de: PerHead<Platt>,
    /// English postings.
    pub en: PerHead<Platt>,
    /// All others.
    pub other: PerHead<Platt>,
}

impl Calibration {
    /// Leaves logits as they are.
    pub const IDENTITY: Self = {
        let both = PerHead { account: Platt::IDENTITY, project: Platt::IDENTITY };
        Self { de: both, en: both, other: both }
    };

    /// The scaling for postings in `language`.
    pub fn of(&self, language: Language) -> &PerHead<Platt> {
        match language {
            Language::De => &self.de,
            Language::En => &self.en,
            Language::Other | Language::Unknown => &self.other,
        }
    }
}
