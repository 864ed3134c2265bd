//! The learning curve: the same postings judged by models that were trained on a part of the others, to see what more labels would bring.

use std::collections::{HashMap, HashSet};

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::corpus::Origin;
use super::cross_fit::{OutOfFold, cross_fit_with};
use super::split::Fold;
use super::trainer::Prepared;
use crate::error::Error;
use crate::settings::Settings;

/// Shares of the training groups that models are fitted to; each holds those before it.
pub const SHARES: [f64; 5] = [0.1, 0.2, 0.4, 0.7, 1.0];

/// A point of the curve.
#[derive(Debug, Clone)]
pub struct Step {
    /// Share of the groups that were trained on.
    pub share: f64,
    /// Labelled postings in them: the mean over the folds. Postings of our own are trained on besides.
    pub postings: f64,
    /// Scores of what the folds hold out.
    pub scores: OutOfFold,
}

/// The steps below the last one, which is the cross-validation itself: see [`last`]. Each of `folds` is fitted with the settings that `choose` finds for
/// its part.
///
/// # Errors
/// If `choose` fails or a model cannot be fitted.
pub fn steps(
    prepared: &Prepared<'_>,
    folds: &[Fold],
    seed: u64,
    choose: &(dyn Fn(&Fold) -> Result<Settings, Error> + Sync),
    progress: &(dyn Fn(usize) + Sync),
) -> Result<Vec<Step>, Error> {
    let step = |&share: &f64| {
        let thin: Vec<Fold> = folds.iter().map(|fold| thinned(prepared, fold, share, seed)).collect();
        let scores = cross_fit_with(prepared, &thin, choose, progress)?;
        Ok(Step { share, postings: trained_on(prepared, &thin), scores })
    };
    SHARES[..SHARES.len() - 1].iter().map(step).collect()
}

/// The step at which all groups are trained on, by the `scores` of the cross-validation.
pub fn last(prepared: &Prepared<'_>, folds: &[Fold], scores: OutOfFold) -> Step {
    Step { share: 1.0, postings: trained_on(prepared, folds), scores }
}

/// `fold` with a share of the groups of its training part, one at least, and with all postings of our own: who labels more of his postings has
/// those from the beginning. Smaller shares lie within larger ones.
fn thinned(prepared: &Prepared<'_>, fold: &Fold, share: f64, seed: u64) -> Fold {
    let is_own = |index: usize| prepared.corpus.examples[index].origin == Origin::Written;
    let others = fold.train.indexes().iter().filter(|&&index| !is_own(index));
    let groups: HashSet<usize> = others.map(|&index| prepared.groups[index]).collect();
    let mut order: Vec<usize> = groups.into_iter().collect();
    order.sort_by_key(|group| (xxh3_64_with_seed(&group.to_le_bytes(), seed), *group));
    let places: HashMap<usize, usize> = order.iter().enumerate().map(|(place, &group)| (group, place)).collect();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let kept = ((share * order.len() as f64).ceil() as usize).max(1);
    let is_kept = |index: usize| is_own(index) || places[&prepared.groups[index]] < kept;
    Fold { train: fold.train.filter(is_kept), held: fold.held.clone() }
}

/// Postings of others in the training part of a fold: the mean.
fn trained_on(prepared: &Prepared<'_>, folds: &[Fold]) -> f64 {
    let of_others = |fold: &Fold| {
        fold.train.indexes().iter().filter(|&&index| prepared.corpus.examples[index].origin != Origin::Written).count()
    };
    folds.iter().map(of_others).sum::<usize>() as f64 / folds.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::confidence::Confidence;
    use crate::learn::corpus::{Corpus, Example, Marks};
    use crate::learn::split::TrainPart;
    use crate::posting::Posting;
    use crate::role::PerHead;

    fn corpus() -> Corpus {
        let example = |at: usize| Example {
            posting: Posting::new("", format!("posting {at}")),
            company: format!("employer {}", at / 3),
            cores: PerHead { account: at.is_multiple_of(2), project: at.is_multiple_of(3) },
            confidence: Confidence::High,
            marks: PerHead::from_fn(|_| Marks::Unknown),
            origin: if at < 30 { Origin::Written } else { Origin::Real },
            source: String::new(),
            title_kind: String::new(),
            evidence: Vec::new(),
        };
        Corpus { examples: (0..150).map(example).collect(), ..Corpus::default() }
    }

    #[test]
    fn smaller_parts_lie_within_larger_ones_and_groups_stay_whole() {
        let corpus = corpus();
        let prepared = Prepared::new(&corpus).expect("both kinds");
        let folds = prepared.folds(&TrainPart::all(150), &Settings::default());
        for fold in &folds {
            let mut before: HashSet<usize> = HashSet::new();
            for share in SHARES {
                let thin = thinned(&prepared, fold, share, 7);
                let part: HashSet<usize> = thin.train.indexes().iter().copied().collect();
                assert!(before.is_subset(&part) && part.iter().all(|index| fold.train.indexes().contains(index)));
                let whole = |index: &usize| {
                    fold.train
                        .indexes()
                        .iter()
                        .filter(|other| prepared.groups[**other] == prepared.groups[*index])
                        .all(|other| part.contains(other))
                };
                assert!(part.iter().all(whole), "a group is torn at {share}");
                let own = |part: &mut dyn Iterator<Item = &usize>| part.filter(|index| **index < 30).count();
                assert_eq!(own(&mut part.iter()), own(&mut fold.train.indexes().iter()), "ours are always there");
                let of_all =
                    (part.len() - own(&mut part.iter())) as f64 / (fold.train.indexes().len() - own(&mut part.iter())) as f64;
                assert!((of_all - share).abs() < 0.05, "{of_all} of the postings, not {share}");
                assert_eq!(thin.held.indexes(), fold.held.indexes());
                before = part;
            }
            assert_eq!(before.len(), fold.train.indexes().len());
        }
    }
}
