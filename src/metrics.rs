//! How good a set of verdicts is: per-role precision, recall and F1, calibration, coverage, with bootstrap intervals.
//!
//! Figures follow the usual definitions (Manning, Raghavan & Schütze 2008, ch. 8 and 13); macro-F1 is the mean of the roles' F1. A role that neither
//! occurs nor is predicted is left out of the mean.

use serde::Serialize;

use crate::role::Role;

/// A verdict beside the truth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// What the posting is labelled.
    pub truth: Role,
    /// What it was called.
    pub called: Role,
    /// Probability of the role it was called.
    pub probability: f64,
    /// Which postings are alike: those of one employer and near-copies share a number.
    pub cluster: usize,
}

/// What a bootstrap draws: postings, by the cluster that they belong to.
pub trait Drawn: Copy {
    /// Which postings are alike: those of one employer and near-copies share a number.
    fn cluster(&self) -> usize;
    /// Sorts those of one cluster, so that nothing depends on the order in which they came.
    fn order(&self) -> (usize, usize, u64);
}

impl Drawn for Judged {
    fn cluster(&self) -> usize {
        self.cluster
    }

    fn order(&self) -> (usize, usize, u64) {
        (self.truth.index(), self.called.index(), self.probability.to_bits())
    }
}

/// What the truth cost a posting: minus the logarithm of its probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Loss {
    /// In nats.
    pub nats: f64,
    /// Which postings are alike, as in [`Judged::cluster`].
    pub cluster: usize,
}

impl Drawn for Loss {
    fn cluster(&self) -> usize {
        self.cluster
    }

    fn order(&self) -> (usize, usize, u64) {
        (0, 0, self.nats.to_bits())
    }
}

/// Mean loss.
pub fn log_loss(losses: &[Loss]) -> f64 {
    mean(&losses.iter().map(|loss| loss.nats).collect::<Vec<_>>())
}

/// Counts by truth (rows) and call (columns), in the order of [`Role::ALL`].
pub type Confusion = [[usize; 4]; 4];

/// Counts the verdicts.
pub fn confusion(judged: &[Judged]) -> Confusion {
    let mut counts = Confusion::default();
    for one in judged {
        counts[one.truth.index()][one.called.index()] += 1;
    }
    counts
}

/// Precision, recall and F1 of one role; `None` where there is nothing to divide by.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RoleFigures {
    /// Of those called so, the share that is.
    pub precision: Option<f64>,
    /// Of those that are, the share called so.
    pub recall: Option<f64>,
    /// Harmonic mean of the two; zero where nothing was called right.
    pub f1: Option<f64>,
    /// How many are.
    pub postings: usize,
}

/// The figures of `role`.
pub fn role_figures(confusion: &Confusion, role: Role) -> RoleFigures {
    let at = role.index();
    let hits = confusion[at][at] as f64;
    let are: usize = confusion[at].iter().sum();
    let called: usize = confusion.iter().map(|row| row[at]).sum();
    let share = |of: usize| (of > 0).then(|| hits / of as f64);
    let f1 = (are + called > 0).then(|| 2.0 * hits / (are + called) as f64);
    RoleFigures { precision: share(called), recall: share(are), f1, postings: are }
}

/// Mean F1 of the roles that occur or were called.
pub fn macro_f1(confusion: &Confusion) -> f64 {
    let f1: Vec<f64> = Role::ALL.iter().filter_map(|&role| role_figures(confusion, role).f1).collect();
    mean(&f1)
}

/// Share of right calls.
pub fn accuracy(confusion: &Confusion) -> f64 {
    let all: usize = confusion.iter().flatten().sum();
    let right: usize = (0..4).map(|at| confusion[at][at]).sum();
    if all == 0 { 0.0 } else { right as f64 / all as f64 }
}

/// Cohen's kappa (1960): how much more two agree than chance would have them; `None` where chance explains everything.
pub fn kappa(confusion: &Confusion) -> Option<f64> {
    let all: usize = confusion.iter().flatten().sum();
    let rows = confusion.iter().map(|row| row.iter().sum::<usize>());
    let columns = (0..4).map(|at| confusion.iter().map(|row| row[at]).sum::<usize>());
    let by_chance: f64 =
        rows.zip(columns).map(|(row, column)| row as f64 * column as f64).sum::<f64>() / (all as f64 * all as f64);
    (by_chance < 1.0).then(|| (accuracy(confusion) - by_chance) / (1.0 - by_chance))
}

/// A bin of the calibration curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bin {
    /// Mean probability of the calls in it.
    pub probability: f64,
    /// Share of them that is right.
    pub accuracy: f64,
    /// How many.
    pub postings: usize,
}

const BINS: usize = 10;

/// Calls sorted by probability, cut into ten bins of equal count.
pub fn calibration_curve(judged: &[Judged]) -> Vec<Bin> {
    let mut sorted = judged.to_vec();
    sorted.sort_by(|left, right| left.probability.total_cmp(&right.probability));
    let size = sorted.len().div_ceil(BINS).max(1);
    let bin = |calls: &[Judged]| Bin {
        probability: mean(&calls.iter().map(|one| one.probability).collect::<Vec<_>>()),
        accuracy: calls.iter().filter(|one| one.truth == one.called).count() as f64 / calls.len() as f64,
        postings: calls.len(),
    };
    sorted.chunks(size).map(bin).collect()
}

/// Expected calibration error: mean distance between probability and accuracy over bins of equal count (Naeini, Cooper & Hauskrecht 2015).
pub fn calibration_error(judged: &[Judged]) -> f64 {
    let distance = |bin: &Bin| (bin.probability - bin.accuracy).abs() * bin.postings as f64;
    calibration_curve(judged).iter().map(distance).sum::<f64>() / judged.len().max(1) as f64
}

/// A point of the coverage curve: what is gained by leaving the least sure calls to a person.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Coverage {
    /// Share of the postings that are called.
    pub coverage: f64,
    /// Probability of the least sure call among them.
    pub threshold: f64,
    /// Share of right calls among them.
    pub accuracy: Interval,
    /// Macro-F1 among them.
    pub macro_f1: Interval,
}

/// The surest 100 %, 90 %, … 10 % of the calls.
pub fn coverage_curve(judged: &[Judged]) -> Vec<Coverage> {
    let mut sorted = judged.to_vec();
    sorted.sort_by(|left, right| right.probability.total_cmp(&left.probability));
    let point = |tenths: usize| {
        let called = &sorted[..sorted.len() * tenths / 10];
        called.last().map(|last| Coverage {
            coverage: tenths as f64 / 10.0,
            threshold: last.probability,
            accuracy: bootstrap(called, |calls| accuracy(&confusion(calls))),
            macro_f1: bootstrap(called, |calls| macro_f1(&confusion(calls))),
        })
    };
    (1..=10).rev().filter_map(point).collect()
}

/// A figure with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// On all postings.
    pub value: f64,
    /// 2.5th percentile of the resamples.
    pub low: f64,
    /// 97.5th percentile.
    pub high: f64,
}

const RESAMPLES: usize = 1000;

/// Percentile bootstrap (Efron & Tibshirani 1993) that draws whole clusters (Davison & Hinkley 1997, 3.8): postings of one employer are alike, and
/// drawing them one by one would make the intervals too narrow. The order of the postings does not matter.
pub fn bootstrap<T: Drawn>(postings: &[T], figure: impl Fn(&[T]) -> f64) -> Interval {
    let mut sorted = postings.to_vec();
    sorted.sort_by_key(|one| (one.cluster(), one.order()));
    let clusters: Vec<&[T]> = sorted.chunk_by(|left, right| left.cluster() == right.cluster()).collect();
    let mut random = SplitMix(0x2021_0805);
    let mut resample = Vec::with_capacity(2 * postings.len());
    let mut values: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            resample.clear();
            (0..clusters.len()).for_each(|_| resample.extend_from_slice(clusters[random.below(clusters.len())]));
            figure(&resample)
        })
        .collect();
    values.sort_by(f64::total_cmp);
    let at = |share: usize| values.get(RESAMPLES * share / 1000).copied().unwrap_or(0.0);
    Interval { value: figure(postings), low: at(25), high: at(975) }
}

/// A small random generator that gives the same numbers everywhere (Steele, Lea & Flood 2014, `SplitMix64`).
struct SplitMix(u64);

impl SplitMix {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let bound = bound.max(1) as u64;
        usize::try_from((mixed ^ (mixed >> 31)) % bound).unwrap_or(0)
    }
}

fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / values.len() as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Role::{AccountManager as A, Mixed as M, Neither as N, ProjectManager as P};

    fn judged(pairs: &[(Role, Role)]) -> Vec<Judged> {
        let judged = |(cluster, &(truth, called))| Judged { truth, called, probability: 0.75, cluster };
        pairs.iter().enumerate().map(judged).collect()
    }

    /// Worked by hand: A 2 of 3 found and 2 of 3 right, P 1 of 1 and 1 of 2, N 0 of 1, M absent.
    #[test]
    fn figures_are_those_worked_by_hand() {
        let counts = confusion(&judged(&[(A, A), (A, A), (A, P), (P, P), (N, A)]));
        let account = role_figures(&counts, A);
        assert_eq!((account.precision, account.recall), (Some(2.0 / 3.0), Some(2.0 / 3.0)));
        assert_eq!(role_figures(&counts, P).precision, Some(0.5));
        assert_eq!(role_figures(&counts, N).f1, Some(0.0));
        assert_eq!(role_figures(&counts, M).f1, None);
        assert!((macro_f1(&counts) - (2.0 / 3.0 + 2.0 / 3.0 + 0.0) / 3.0).abs() < 1e-12);
        assert!((accuracy(&counts) - 0.6).abs() < 1e-12);
    }

    /// Worked by hand: 35 of 50 agree, and by chance half of them would.
    #[test]
    fn kappa_is_what_chance_leaves() {
        let mut counts = Confusion::default();
        (counts[0][0], counts[0][1], counts[1][0], counts[1][1]) = (20, 5, 10, 15);
        assert!((kappa(&counts).expect("two roles") - 0.4).abs() < 1e-12);
        assert_eq!(kappa(&confusion(&judged(&[(A, A), (A, A)]))), None);
        assert_eq!(kappa(&Confusion::default()), None);
    }

    #[test]
    fn calibration_error_is_the_distance() {
        let calls = judged(&[(A, A), (A, A), (A, A), (A, N)]);
        let calls: Vec<Judged> = calls.iter().cycle().take(400).copied().collect();
        let sorted_bins = calibration_curve(&calls);
        assert_eq!(sorted_bins.iter().map(|bin| bin.postings).sum::<usize>(), 400);
        assert!(calibration_error(&calls) < 0.05);
    }

    #[test]
    fn intervals_hold_the_figure_and_repeat() {
        let pairs: Vec<(Role, Role)> = [(A, A), (P, P), (N, A), (M, M)].into_iter().cycle().take(200).collect();
        let mut calls = judged(&pairs);
        let figure = |calls: &[Judged]| macro_f1(&confusion(calls));
        let interval = bootstrap(&calls, figure);
        assert!(interval.low < interval.value && interval.value < interval.high);
        calls.reverse();
        assert_eq!(bootstrap(&calls, figure), interval);
    }

    #[test]
    fn intervals_are_wider_where_postings_are_alike() {
        let pairs: Vec<(Role, Role)> = (0..200).map(|at| if at / 10 % 3 == 0 { (A, N) } else { (A, A) }).collect();
        let alone = judged(&pairs);
        let alike: Vec<Judged> = alone.iter().map(|one| Judged { cluster: one.cluster / 10, ..*one }).collect();
        let width = |calls: &[Judged]| {
            let interval = bootstrap(calls, |calls| accuracy(&confusion(calls)));
            interval.high - interval.low
        };
        assert!(width(&alike) > 2.0 * width(&alone), "{} {}", width(&alike), width(&alone));
    }
}
