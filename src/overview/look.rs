//! One row: what it says, what was said of it, and what the model says of it now.

use std::sync::{Mutex, PoisonError};

use super::shown::Shown;
use crate::classifier::Classifier;
use crate::formats::export::Row;
use crate::label::judge::HEAVY;
use crate::labelled::label::Label;
use crate::labelled::{Labelled, LabelledRow};
use crate::language::Language;
use crate::posting::LONGEST_TEXT;
use crate::posting::Posting;
use crate::verdict::{Verdict, Votes};

/// Labels round probabilities; what is farther away, in ten-thousandths, is another call.
const ROUNDING: u16 = 1;

/// What threads share.
pub(super) struct Looker<'a> {
    pub(super) export: &'a Labelled,
    pub(super) classifier: &'a Classifier,
    /// The fingerprint of its model.
    pub(super) model: String,
    /// At most so many phrases are marked.
    pub(super) phrases: usize,
    /// Held while a long text is judged, which takes much memory.
    pub(super) heavy: Mutex<()>,
}

/// What was found.
pub(super) struct Looked {
    /// The row; its text is empty where it is shown.
    pub(super) row: LabelledRow,
    /// What title and duties say.
    pub(super) votes: Option<Votes>,
    /// Its language.
    pub(super) language: Option<Language>,
    /// The whole posting, where it has a text.
    pub(super) shown: Option<Shown>,
    /// Whether it reads otherwise than its label says.
    pub(super) has_moved: bool,
}

impl Looker<'_> {
    /// Looks at `row`; the whole posting is made ready where it `is_wanted`.
    pub(super) fn look(&self, row: &Row, is_wanted: impl Fn(&Label) -> bool) -> Looked {
        let mut row = self.export.read(row);
        let text = std::mem::take(&mut row.text);
        let posting = Posting { id: String::new(), title: row.title.clone(), text };
        let judged = self.judge(&posting, &row.label);
        let has_moved = judged.as_ref().is_some_and(|verdict| !is_same(verdict, &row.label));
        let verdict = judged.filter(|_| !has_moved);
        let is_shown = !posting.text.trim().is_empty() && is_wanted(&row.label);
        let shown = is_shown.then(|| match &verdict {
            Some(verdict) => Shown::judged(&posting, verdict),
            None => Shown::labelled(&posting, &row.label),
        });
        let votes = verdict.as_ref().map(|verdict| verdict.votes).or(row.label.votes);
        Looked { votes, language: verdict.map(|verdict| verdict.language), shown, has_moved, row }
    }

    /// What the model says now, where it is the one that the label is of.
    fn judge(&self, posting: &Posting, label: &Label) -> Option<Verdict> {
        let is_judged = label.call.is_some() && label.model == self.model;
        if !is_judged || posting.text.trim().is_empty() || posting.text.len() > LONGEST_TEXT {
            return None;
        }
        let alone = (posting.text.len() > HEAVY).then(|| self.heavy.lock().unwrap_or_else(PoisonError::into_inner));
        let verdict = self.classifier.verdict(posting, self.phrases);
        drop(alone);
        Some(verdict)
    }
}

/// Whether `verdict` is what `label` says.
fn is_same(verdict: &Verdict, label: &Label) -> bool {
    let now = Label::of(verdict).call;
    now.zip(label.call).is_some_and(|(now, then)| {
        let far = now.probability.zip(then.probability).map_or(0, |(now, then)| now.distance(then));
        now.role == then.role && far <= ROUNDING
    })
}
