//! Judges a way of training by cross-validation: every posting is called by a model, a calibration and thresholds that had not seen it.

use super::calibrate;
use super::cross_fit::{OutOfFold, Scored};
use super::trainer::Prepared;
use crate::calibration::Seen;
use crate::error::Error;
use crate::metrics::Judged;
use crate::role::PerHead;

/// A held-out posting beside its verdict.
#[derive(Debug, Clone, Copy)]
pub struct HeldVerdict {
    /// The example's index in the corpus.
    pub index: usize,
    /// Truth and call.
    pub judged: Judged,
    /// The call with the title hidden.
    pub untitled: Judged,
    /// The calibrated logits.
    pub logits: PerHead<f64>,
    /// What the true role cost: minus the logarithm of its probability.
    pub log_loss: f64,
    /// The scores.
    pub scored: Scored,
}

/// Calls every posting of `scores`; calibration and decision come from the postings of the other folds.
///
/// # Errors
/// If a calibration cannot be fitted.
pub fn held_verdicts(prepared: &Prepared<'_>, scores: &OutOfFold) -> Result<Vec<HeldVerdict>, Error> {
    let folds = scores.0.iter().map(|scored| scored.fold + 1).max().unwrap_or(0);
    let mut verdicts = Vec::new();
    for fold in 0..folds {
        let others = OutOfFold(scores.0.iter().filter(|scored| scored.fold != fold).copied().collect());
        let (calibration, decision) = calibrate::calibrate(prepared, &others)?;
        for scored in scores.0.iter().filter(|scored| scored.fold == fold) {
            let truth = prepared.corpus.examples[scored.index].role();
            let call = |scored: &Scored| {
                let logits = calibrate::logits(&calibration, scored);
                let called = decision.role(logits);
                Judged {
                    truth,
                    called,
                    probability: decision.probabilities(logits)[called.index()],
                    cluster: prepared.groups[scored.index],
                }
            };
            let logits = calibrate::logits(&calibration, scored);
            let untitled = scored.alone(Seen::Text).unwrap_or(*scored);
            verdicts.push(HeldVerdict {
                index: scored.index,
                judged: call(scored),
                untitled: call(&untitled),
                logits,
                log_loss: -libm::log(decision.probabilities(logits)[truth.index()].max(f64::MIN_POSITIVE)),
                scored: *scored,
            });
        }
    }
    verdicts.sort_by_key(|verdict| verdict.index);
    Ok(verdicts)
}
