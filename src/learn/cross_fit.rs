//! Scores of postings by models that had not seen them.

use super::corpus::Origin;
use super::split::Fold;
use super::trainer::{self, Prepared};
use crate::calibration::Seen;
use crate::classifier::Analysis;
use crate::decision::Decision;
use crate::error::Error;
use crate::explain::{self, WordShares};
use crate::language::Language;
use crate::parallel;
use crate::role::PerHead;
use crate::settings::Settings;
use crate::vocabulary::Field;

/// What a model that had not seen a posting says of it.
#[derive(Debug, Clone, Copy)]
pub struct Scored {
    /// The example's index in the corpus.
    pub index: usize,
    /// The fold that held it out.
    pub fold: usize,
    /// What there is of the posting.
    pub seen: Seen,
    /// Raw logits.
    pub raw: PerHead<f64>,
    /// Raw logits by the title alone.
    pub raw_title: PerHead<f64>,
    /// Raw logits by the text alone.
    pub raw_text: PerHead<f64>,
    /// The language that was detected.
    pub language: Language,
    /// Whether one of the first three key phrases overlaps a place that the reader quoted; `None` where nothing was quoted or the posting is
    /// neither.
    pub phrase_hit: Option<bool>,
}

/// Held-out scores: the only thing that calibration may be fitted to.
#[derive(Debug, Clone)]
pub struct OutOfFold(pub Vec<Scored>);

/// Fits a model on the training part of each of `folds` and scores what that holds out. Folds run side by side on all cores; the result does not
/// depend on how many there are.
///
/// # Errors
/// If a fold's model cannot be fitted.
pub fn cross_fit(
    prepared: &Prepared<'_>,
    folds: &[Fold],
    settings: &Settings,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<OutOfFold, Error> {
    cross_fit_with(prepared, folds, &|_| Ok(settings.clone()), progress)
}

/// As [`cross_fit`], where each fold is fitted with the settings that `choose` finds for it: for a nested cross-validation.
///
/// # Errors
/// If `choose` fails or a fold's model cannot be fitted.
pub fn cross_fit_with(
    prepared: &Prepared<'_>,
    folds: &[Fold],
    choose: &(dyn Fn(&Fold) -> Result<Settings, Error> + Sync),
    progress: &(dyn Fn(usize) + Sync),
) -> Result<OutOfFold, Error> {
    let numbered: Vec<(usize, &Fold)> = folds.iter().enumerate().collect();
    let judge_fold = |&(number, fold): &(usize, &Fold)| -> Result<Vec<Scored>, Error> {
        let model = trainer::fit(prepared, &fold.train, &choose(fold)?)?;
        let scored = parallel::map(&judging(prepared, fold), |&index| score(prepared, &model, index, number));
        progress(number);
        Ok(scored)
    };
    let mut scores = Vec::new();
    for result in parallel::map(&numbered, judge_fold) {
        scores.extend(result?);
    }
    scores.sort_by_key(|scored| scored.index);
    Ok(OutOfFold(scores))
}

/// What `fold` holds out, as far as a way of training is judged by it: real postings, or all where there are no real ones. Postings that were chosen
/// to be read are no sample of anything.
fn judging(prepared: &Prepared<'_>, fold: &Fold) -> Vec<usize> {
    let examples = &prepared.corpus.examples;
    let is_real = |index: usize| examples[index].origin == Origin::Real;
    let all = !(0..examples.len()).any(is_real);
    fold.held.indexes().iter().copied().filter(|&index| all || is_real(index)).collect()
}

fn score(prepared: &Prepared<'_>, model: &crate::model::Model, index: usize, fold: usize) -> Scored {
    let documents = &prepared.documents[index];
    let analysis = Analysis::new(model, documents);
    let raw = PerHead::from_fn(|head| analysis.scores.raw(model, head));
    let shares = WordShares::new(model, documents, &analysis);
    let phrases = explain::key_phrases(documents, &shares, Decision::PLAIN.role(raw), explain::SHOWN);
    let phrase_hit = prepared.corpus.examples[index].is_quoted_by(documents, &phrases);
    let alone = |field| PerHead::from_fn(|head| analysis.scores.raw_alone(model, head, field));
    Scored {
        index,
        fold,
        seen: analysis.scores.seen(),
        raw,
        raw_title: alone(Field::Title),
        raw_text: alone(Field::Text),
        language: analysis.scores.language,
        phrase_hit,
    }
}

impl Scored {
    /// The score where no more is seen of the posting than `seen`; `None` where there is not that much of it.
    #[must_use]
    pub fn alone(&self, seen: Seen) -> Option<Self> {
        let whole = self.seen == Seen::Whole;
        match seen {
            Seen::Whole => whole.then_some(*self),
            Seen::Title => (whole || self.seen == seen).then_some(Self { seen, raw: self.raw_title, ..*self }),
            Seen::Text => (whole || self.seen == seen).then_some(Self { seen, raw: self.raw_text, ..*self }),
            Seen::Nothing => None,
        }
    }
}
