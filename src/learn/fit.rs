//! The only file that knows linfa: calibrates a head. Its dense solver is what the heads' own sparse one ([`super::sparse`]) is held to. Its exponentials
//! are those of the platform, so a model that is trained on another one may differ in its last bits; the verdicts of one model do not.

use linfa::dataset::DatasetBase;
use linfa::prelude::Fit;
use linfa_logistic::LogisticRegression;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

use crate::error::FitError;
use crate::probability::sigmoid;

/// A fitted linear model.
#[derive(Debug, Clone)]
pub struct Linear {
    /// One weight a column.
    pub weights: Vec<f64>,
    /// The intercept.
    pub bias: f64,
}

const ITERATIONS: u64 = 2000;
/// linfa says nothing where it stops away from the optimum, so the gradient is checked: it may be so many times the tolerance.
const ACCEPTED: f64 = 10.0;

/// Fits `P(target) = σ(x·w + b)` with penalty `alpha/2 ‖w‖²` on the summed loss, to a gradient norm of `tolerance`.
///
/// # Errors
/// If all targets are alike or the solver does not converge.
pub fn logistic(x: Array2<f64>, targets: &[bool], alpha: f64, tolerance: f64) -> Result<Linear, FitError> {
    if targets.iter().all(|&target| target) || !targets.iter().any(|&target| target) {
        return Err(FitError::OneClass);
    }
    let dataset = DatasetBase::new(x, Array1::from(targets.to_vec()));
    let params = LogisticRegression::default().alpha(alpha).max_iterations(ITERATIONS).gradient_tolerance(tolerance);
    let fitted = params.fit(&dataset).map_err(|error| FitError::Solver(error.to_string()))?;
    // linfa calls the class that it met more often positive; ask it which one that was.
    let sign = if fitted.labels().pos.class { 1.0 } else { -1.0 };
    let linear =
        Linear { weights: fitted.params().iter().map(|weight| sign * weight).collect(), bias: sign * fitted.intercept() };
    let gradient = gradient_norm(dataset.records().view(), targets, &linear, alpha);
    if gradient > ACCEPTED * tolerance {
        return Err(FitError::NotConverged { gradient, iterations: ITERATIONS });
    }
    Ok(linear)
}

/// Largest absolute component of the gradient of the penalised loss.
fn gradient_norm(x: ArrayView2<'_, f64>, targets: &[bool], linear: &Linear, alpha: f64) -> f64 {
    let weights = ArrayView1::from(&linear.weights);
    let errors = (x.dot(&weights) + linear.bias)
        .iter()
        .zip(targets)
        .map(|(&logit, &target)| sigmoid(logit) - f64::from(u8::from(target)))
        .collect::<Array1<_>>();
    let gradient = x.t().dot(&errors) + &weights * alpha;
    gradient.iter().copied().chain([errors.sum()]).fold(0.0, |norm: f64, component| norm.max(component.abs()))
}

/// Penalty on the slope of a calibration, where the scores have variance one: too small to be seen, but the slope stays finite where the
/// scores part the answers without fault.
const SLOPE_ALPHA: f64 = 0.01;
const PLATT_TOLERANCE: f64 = 1e-5;

/// Maps raw logits to calibrated ones: `slope × raw + offset` (Platt 1999), a logistic regression on one column.
///
/// # Errors
/// If the solver does not converge.
pub fn platt(raw: &[f64], targets: &[bool]) -> Result<(f64, f64), FitError> {
    let count = raw.len().max(1) as f64;
    let mean = raw.iter().sum::<f64>() / count;
    let deviation = (raw.iter().map(|score| (score - mean) * (score - mean)).sum::<f64>() / count).sqrt();
    let standard = raw.iter().map(|score| if deviation > 0.0 { (score - mean) / deviation } else { 0.0 });
    let column = Array1::from_iter(standard).insert_axis(Axis(1));
    match logistic(column, targets, SLOPE_ALPHA, PLATT_TOLERANCE) {
        Ok(linear) if deviation > 0.0 => {
            let slope = linear.weights[0] / deviation;
            Ok((slope, linear.bias - slope * mean))
        }
        Ok(linear) => Ok((0.0, linear.bias)),
        Err(problem) => Err(problem),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Golden numbers from scikit-learn 1.9 `LogisticRegression(C=2, tol=1e-10)` on the same eight rows.
    #[test]
    fn weights_are_those_of_another_solver() {
        let x =
            Array2::from_shape_vec((8, 2), vec![0.0, 1.0, 1.0, 0.5, 2.0, 0.0, 1.5, 1.0, 3.0, 0.5, 0.5, 0.0, 2.5, 1.0, 1.0, 1.0])
                .expect("8 × 2");
        let targets = [false, false, true, true, true, false, true, false];
        let linear = logistic(x, &targets, 0.5, 1e-7).expect("converges");

        for (found, expected) in linear.weights.iter().chain([&linear.bias]).zip(GOLDEN) {
            assert!((found - expected).abs() < 1e-4, "{:?} {}", linear.weights, linear.bias);
        }
    }

    const GOLDEN: [f64; 3] = [1.827_393_32, 0.062_226_67, -2.605_318_27];

    #[test]
    fn one_class_is_refused() {
        assert!(matches!(logistic(Array2::ones((3, 1)), &[true; 3], 1.0, 1e-6), Err(FitError::OneClass)));
    }

    #[test]
    fn platt_finds_the_slope() {
        let raw: Vec<f64> = (0..400).map(|at| f64::from(at) / 100.0 - 2.0).collect();
        let targets: Vec<bool> =
            raw.iter().enumerate().map(|(at, &score)| sigmoid(2.0 * score) > (at * 7 % 100) as f64 / 100.0).collect();
        let (slope, offset) = platt(&raw, &targets).expect("converges");
        assert!((slope - 2.0).abs() < 0.4 && offset.abs() < 0.4, "{slope} {offset}");
    }

    #[test]
    fn platt_stays_finite_where_scores_part_the_answers_or_are_all_alike() {
        let (slope, offset) = platt(&[-2.0, -1.0, 1.0, 2.0], &[false, false, true, true]).expect("converges");
        assert!(slope > 1.0 && slope < 100.0 && offset.abs() < 1e-3, "{slope} {offset}");
        let (slope, offset) = platt(&[0.5; 4], &[false, true, true, true]).expect("converges");
        assert!(slope.abs() < f64::EPSILON && (sigmoid(offset) - 0.75).abs() < 1e-4, "{slope} {offset}");
    }
}
