//! The only file that knows linfa, whose dense solver our own ones ([`super::sparse`], [`super::fit::platt`]) are held to by tests.

use linfa::dataset::DatasetBase;
use linfa::prelude::Fit;
use linfa_logistic::LogisticRegression;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2};

use super::fit::Linear;
use crate::error::FitError;
use crate::probability::sigmoid;

const ITERATIONS: u64 = 2000;
/// linfa says nothing where it stops away from the optimum, so the gradient is checked: it may be so many times the tolerance.
const ACCEPTED: f64 = 10.0;

/// Fits `P(target) = σ(x·w + b)` with penalty `alpha/2 ‖w‖²` on the summed loss, to a gradient norm of `tolerance`.
///
/// # Errors
/// If all targets are alike or the solver does not converge.
pub(super) fn logistic(x: Array2<f64>, targets: &[bool], alpha: f64, tolerance: f64) -> Result<Linear, FitError> {
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
}
