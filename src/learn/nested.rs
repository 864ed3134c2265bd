//! Nested cross-validation: settings are chosen inside each training part, so that what a posting is judged by was chosen without it (Varma & Simon 2006,
//! *Bias in error estimation when using cross-validation for model selection*).

use super::cross_fit::cross_fit;
use super::evaluation::held_verdicts;
use super::split::Fold;
use super::trainer::Prepared;
use crate::error::Error;
use crate::settings::Settings;

/// Inner folds.
const INNER: usize = 3;

/// Which of `candidates` is best on the training part of `fold`: the one with the smallest log-loss of roles in a cross-validation of that part alone.
///
/// # Errors
/// If an inner model or calibration cannot be fitted.
pub fn choose(prepared: &Prepared<'_>, fold: &Fold, candidates: &[Settings]) -> Result<usize, Error> {
    let mut best = (f64::INFINITY, 0);
    if candidates.len() > 1 {
        for (number, candidate) in candidates.iter().enumerate() {
            // All candidates meet the same inner folds.
            let inner = Settings { folds: INNER, seed: candidates[0].seed.wrapping_add(2), ..candidate.clone() };
            let scores = cross_fit(prepared, &prepared.folds(&fold.train, &inner), candidate, &|_| {})?;
            let verdicts = held_verdicts(prepared, &scores)?;
            let loss = verdicts.iter().map(|verdict| verdict.log_loss).sum::<f64>() / verdicts.len().max(1) as f64;
            if loss < best.0 {
                best = (loss, number);
            }
        }
    }
    Ok(best.1)
}
