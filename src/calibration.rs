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

/// What there is of a posting to be judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// Title and text.
    Whole,
    /// The title alone.
    Title,
    /// The text alone.
    Text,
    /// No word that can be read.
    Nothing,
}

impl Seen {
    /// What there is where a title and a text have words or not.
    pub fn new(title: bool, text: bool) -> Self {
        match (title, text) {
            (true, true) => Self::Whole,
            (true, false) => Self::Title,
            (false, true) => Self::Text,
            (false, false) => Self::Nothing,
        }
    }
}

/// The scaling of each head for one language. A title alone says less than title and text, so each has a scaling of its own.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Scaling {
    /// Where title and text are seen.
    pub whole: PerHead<Platt>,
    /// Where the title alone is seen.
    pub title: PerHead<Platt>,
    /// Where the text alone is seen.
    pub text: PerHead<Platt>,
    /// Where nothing is seen: how common such work is, as an offset without a slope.
    pub nothing: PerHead<Platt>,
}

impl Scaling {
    /// Leaves logits as they are.
    pub const IDENTITY: Self = {
        let both = PerHead { account: Platt::IDENTITY, project: Platt::IDENTITY };
        Self { whole: both, title: both, text: both, nothing: both }
    };
}

/// The scalings by language.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// German postings.
    pub de: Scaling,
    /// English postings.
    pub en: Scaling,
    /// All others.
    pub other: Scaling,
}

impl Calibration {
    /// Leaves logits as they are.
    pub const IDENTITY: Self = Self { de: Scaling::IDENTITY, en: Scaling::IDENTITY, other: Scaling::IDENTITY };

    /// The scaling for postings in `language` of which so much is seen.
    pub fn of(&self, language: Language, seen: Seen) -> &PerHead<Platt> {
        let scaling = match language {
            Language::De => &self.de,
            Language::En => &self.en,
            Language::Other | Language::Unknown => &self.other,
        };
        match seen {
            Seen::Whole => &scaling.whole,
            Seen::Title => &scaling.title,
            Seen::Text => &scaling.text,
            Seen::Nothing => &scaling.nothing,
        }
    }
}
