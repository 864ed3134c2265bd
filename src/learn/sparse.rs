//! Logistic regression on sparse rows, for the sentence heads: a hundred thousand sentences do not fit linfa's dense matrix.
//!
//! The same objective as linfa's (summed log-loss plus `alpha/2 ‖w‖²`), minimised by the L-BFGS of `argmin`, which linfa uses too.

use argmin::core::{CostFunction, Error, Executor, Gradient, State};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;
use ndarray::Array1;

use super::fit::Linear;
use crate::error::FitError;
use crate::probability::sigmoid;

/// Rows of (column, value) with a target each.
struct Problem<'r> {
    rows: &'r [Vec<(u32, f32)>],
    targets: &'r [bool],
    columns: usize,
    alpha: f64,
}

const ITERATIONS: u64 = 300;
/// Vectors that L-BFGS remembers.
const MEMORY: usize = 10;
/// The solver stops where the gradient is this small for each row.
const TOLERANCE: f64 = 1e-5;

impl Problem<'_> {
    /// The logit of a row; the last parameter is the intercept.
    fn logit(&self, params: &Array1<f64>, row: &[(u32, f32)]) -> f64 {
        params[self.columns] + row.iter().map(|&(column, value)| params[column as usize] * f64::from(value)).sum::<f64>()
    }
}

impl CostFunction for Problem<'_> {
    type Param = Array1<f64>;
    type Output = f64;

    fn cost(&self, params: &Self::Param) -> Result<f64, Error> {
        let loss = |(row, &target): (&Vec<(u32, f32)>, &bool)| {
            let logit = self.logit(params, row);
            let margin = if target { logit } else { -logit };
            // ln(1 + e^-margin), stable at both ends
            if margin > 0.0 { (-margin).exp().ln_1p() } else { margin.exp().ln_1p() - margin }
        };
        let loss: f64 = self.rows.iter().zip(self.targets).map(loss).sum();
        let penalty: f64 = params.iter().take(self.columns).map(|weight| weight * weight).sum();
        Ok(loss + 0.5 * self.alpha * penalty)
    }
}

impl Gradient for Problem<'_> {
    type Param = Array1<f64>;
    type Gradient = Array1<f64>;

    fn gradient(&self, params: &Self::Param) -> Result<Self::Gradient, Error> {
        let mut gradient = params * self.alpha;
        gradient[self.columns] = 0.0;
        for (row, &target) in self.rows.iter().zip(self.targets) {
            let error = sigmoid(self.logit(params, row)) - f64::from(u8::from(target));
            gradient[self.columns] += error;
            for &(column, value) in row {
                gradient[column as usize] += error * f64::from(value);
            }
        }
        Ok(gradient)
    }
}

/// Fits `P(target) = σ(row·w + b)`.
///
/// # Errors
/// If all targets are alike or the solver fails.
pub fn logistic(rows: &[Vec<(u32, f32)>], targets: &[bool], columns: usize, alpha: f64) -> Result<Linear, FitError> {
    if targets.iter().all(|&target| target) || !targets.iter().any(|&target| target) {
        return Err(FitError::OneClass);
    }
    let solver = LBFGS::new(MoreThuenteLineSearch::new(), MEMORY);
    let failed = |error: argmin::core::Error| FitError::Solver(error.to_string());
    let solver = solver.with_tolerance_grad(TOLERANCE * rows.len() as f64).map_err(failed)?;
    let problem = Problem { rows, targets, columns, alpha };
    let start = Array1::zeros(columns + 1);
    let result =
        Executor::new(problem, solver).configure(|state| state.param(start).max_iters(ITERATIONS)).run().map_err(failed)?;
    let best = result.state().get_best_param().ok_or(FitError::Solver("no solution".to_owned()))?;
    Ok(Linear { weights: best.iter().take(columns).copied().collect(), bias: best[columns] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sparse_and_dense_fits_agree() {
        let rows: Vec<Vec<(u32, f32)>> =
            (0..60_u8).map(|at| vec![(u32::from(at % 5), 1.0), (5, f32::from(at % 7) / 7.0)]).collect();
        let targets: Vec<bool> = (0..60).map(|at| at % 5 < 2 || at % 11 == 0).collect();
        let sparse = logistic(&rows, &targets, 6, 0.3).expect("converges");
        let dense = ndarray::Array2::from_shape_fn((60, 6), |(row, column)| {
            rows[row].iter().find(|(found, _)| *found as usize == column).map_or(0.0, |(_, value)| f64::from(*value))
        });
        let dense = super::super::fit::logistic(dense, &targets, 0.3, 1e-6).expect("converges");
        for (left, right) in sparse.weights.iter().zip(&dense.weights) {
            assert!((left - right).abs() < 1e-3, "{sparse:?} {dense:?}");
        }
    }
}
