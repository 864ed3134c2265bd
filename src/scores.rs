//! What the heads of a model make of a posting, field by field.

use crate::calibration::Seen;
use crate::language::Language;
use crate::model::Model;
use crate::role::{Head, PerHead};
use crate::vocabulary::Field;

/// What each field adds to the heads, and what else decides how that is scaled.
#[derive(Debug, Clone, Copy)]
pub struct Scores {
    /// What each field contributes to each head's raw logit: title, text.
    pub contributions: PerHead<[f64; 2]>,
    /// Whether the posting has a title and a text with at least one word.
    pub has: [bool; 2],
    /// The posting's language.
    pub language: Language,
}

impl Scores {
    /// Forgets what was read, as if both fields were empty.
    pub fn silence(&mut self) {
        self.has = [false; 2];
        self.contributions = PerHead::default();
    }

    /// What there is of the posting.
    pub fn seen(&self) -> Seen {
        Seen::new(self.has[0], self.has[1])
    }

    /// The raw logit of `head`.
    pub fn raw(&self, model: &Model, head: Head) -> f64 {
        model.heads.get(head).bias + self.contributions.get(head).iter().sum::<f64>()
    }

    /// The raw logit of `head` by one field alone.
    pub fn raw_alone(&self, model: &Model, head: Head, field: Field) -> f64 {
        model.heads.get(head).bias + self.contributions.get(head)[field.index()]
    }

    /// The calibrated logits.
    pub fn logits(&self, model: &Model) -> PerHead<f64> {
        let scaling = model.card.calibration.of(self.language, self.seen());
        PerHead::from_fn(|head| scaling.get(head).apply(self.raw(model, head)))
    }

    /// The calibrated logits of one field alone. `None` where the field is empty.
    pub fn vote(&self, model: &Model, field: Field) -> Option<PerHead<f64>> {
        let seen = Seen::new(field == Field::Title, field == Field::Text);
        let scaling = model.card.calibration.of(self.language, seen);
        self.has[field.index()].then(|| PerHead::from_fn(|head| scaling.get(head).apply(self.raw_alone(model, head, field))))
    }

    /// What a raw logit is multiplied by.
    pub(crate) fn slopes(&self, model: &Model) -> PerHead<f64> {
        model.card.calibration.of(self.language, self.seen()).map(|platt| platt.slope)
    }
}
