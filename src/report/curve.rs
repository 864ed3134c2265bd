//! The learning curve: how good a way of training is with a part of the postings, and with all of them.

use std::fmt;

use serde::Serialize;

use super::evaluation::{percent, plain};
use crate::metrics::{self, Interval, Judged, Loss};
use crate::role::Role;

/// A point of the curve: the figures of models that were trained on a part of the postings.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Point {
    /// Share of the training groups (employers, near-copies) that was trained on: 0 to 1.
    pub share: f64,
    /// Labelled postings in them, postings of the corpus' own not counted: the mean over the folds.
    pub postings: f64,
    /// Mean F1 of the roles.
    pub macro_f1: Interval,
    /// F1 of mixed.
    pub mixed_f1: Interval,
    /// Mean of minus the logarithm of the true role's probability, in nats.
    pub log_loss: Interval,
}

impl Point {
    /// The figures of held-out postings: their calls, and what the truth cost each.
    pub fn new(share: f64, postings: f64, judged: &[Judged], losses: &[Loss]) -> Self {
        let mixed = |calls: &[Judged]| metrics::role_figures(&metrics::confusion(calls), Role::Mixed).f1.unwrap_or(0.0);
        Self {
            share,
            postings,
            macro_f1: metrics::bootstrap(judged, |calls| metrics::macro_f1(&metrics::confusion(calls))),
            mixed_f1: metrics::bootstrap(judged, mixed),
            log_loss: metrics::bootstrap(losses, metrics::log_loss),
        }
    }
}

/// The table; nothing where there is no curve.
pub(super) fn write(f: &mut fmt::Formatter<'_>, curve: &[Point]) -> fmt::Result {
    if curve.is_empty() {
        return Ok(());
    }
    writeln!(f, "\nLearning curve: trained on a part of the groups (employers, near-copies), each part within the next")?;
    let header = ["groups", "postings", "macro-F1", "F1 of mixed", "log-loss"];
    writeln!(f, "{:>9} {:>9} {:>20} {:>20} {:>22}", header[0], header[1], header[2], header[3], header[4])?;
    for point in curve {
        let (macro_f1, mixed) = (percent(point.macro_f1), percent(point.mixed_f1));
        let (share, loss) = (100.0 * point.share, plain(point.log_loss));
        writeln!(f, "{share:>7.0} % {:>9.0} {macro_f1:>20} {mixed:>20} {loss:>22}", point.postings)?;
    }
    Ok(())
}
