//! Logistic regression on sparse rows: the posting heads and the sentence heads.
//!
//! The objective is that of linfa's dense solver (summed log-loss plus `alpha/2 ‖w‖²`), and so is the method, the L-BFGS of `argmin`: a test
//! holds the two to the same weights. Thousands of postings by a hundred thousand columns do not fit linfa's dense matrix, and linfa weighs neither rows
//! nor columns.
//!
//! A column that nearly all rows have bends the loss a hundred times as much as others, and the solver would creep along it. It sees such
//! a column in a smaller unit: the optimum is the same, and it gets there in two thirds of the steps.

use std::cell::RefCell;

use argmin::core::{CostFunction, Error, Executor, Gradient, State};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;
use ndarray::Array1;

use super::design::Design;
use super::fit::Linear;
use crate::error::FitError;

const STEEP: f64 = 100.0;
const ITERATIONS: u64 = 1000;
/// Vectors that L-BFGS remembers.
const MEMORY: usize = 10;
/// The solver may stop where a line search finds no lower point, so the gradient is checked: it may be so many times the tolerance.
const ACCEPTED: f64 = 10.0;

/// What a head is to tell of the rows.
#[derive(Debug, Clone)]
pub struct Targets {
    /// Whether each row is positive.
    pub positive: Vec<bool>,
    /// How often each row counts.
    pub weights: Vec<f64>,
}

impl Targets {
    /// Rows that count once each.
    pub fn alike(positive: Vec<bool>) -> Self {
        Self { weights: vec![1.0; positive.len()], positive }
    }
}

/// Rows with a target each.
struct Problem<'r> {
    design: &'r Design,
    targets: &'r Targets,
    /// The penalty on each column, and none on the intercept.
    penalties: Array1<f64>,
    /// The unit that the solver sees each column in; a parameter times its unit is the weight.
    units: Array1<f64>,
    /// What was found at the point that was asked for last. The solver asks for cost and gradient one after the other, and for the gradient of a
    /// point that it has settled on again.
    last: RefCell<Option<Point>>,
}

/// The penalised loss at one point.
struct Point {
    params: Array1<f64>,
    cost: f64,
    gradient: Array1<f64>,
}

impl Problem<'_> {
    /// What `take` wants of the loss at `params`, the last of which is the intercept.
    fn at<T>(&self, params: &Array1<f64>, take: impl FnOnce(&Point) -> T) -> T {
        let mut last = self.last.borrow_mut();
        if last.as_ref().is_some_and(|point| point.params != params) {
            *last = None;
        }
        take(last.get_or_insert_with(|| self.evaluate(params)))
    }

    /// One pass over the rows.
    fn evaluate(&self, params: &Array1<f64>) -> Point {
        let intercept = self.design.columns();
        let weights = params * &self.units;
        let mut gradient = &weights * &self.penalties;
        let mut cost = 0.5 * weights.dot(&gradient);
        let (weights, slopes) = (weights.as_slice().unwrap_or_default(), gradient.as_slice_mut().unwrap_or_default());
        let targets = self.targets.positive.iter().zip(&self.targets.weights);
        for ((columns, values), (&target, &weight)) in self.design.iter().zip(targets) {
            let logit = weights[intercept] + product(columns, values, weights);
            let small = libm::exp(-logit.abs());
            let probability = if logit > 0.0 { 1.0 / (1.0 + small) } else { small / (1.0 + small) };
            // ln(1 + e^-margin), stable at both ends
            let margin = if target { logit } else { -logit };
            cost += weight * (libm::log1p(small) - margin.min(0.0));
            let error = weight * (probability - f64::from(u8::from(target)));
            slopes[intercept] += error;
            for (&column, &value) in columns.iter().zip(values) {
                slopes[column as usize] += error * f64::from(value);
            }
        }
        gradient *= &self.units;
        Point { params: params.clone(), cost, gradient }
    }
}

/// A row times the weights. Four sums side by side, as each addition waits for the one before it.
fn product(columns: &[u32], values: &[f32], weights: &[f64]) -> f64 {
    let term = |(&column, &value): (&u32, &f32)| weights[column as usize] * f64::from(value);
    let (columns, values) = (columns.chunks_exact(4), values.chunks_exact(4));
    let rest: f64 = columns.remainder().iter().zip(values.remainder()).map(term).sum();
    let mut sums = [0.0; 4];
    for (columns, values) in columns.zip(values) {
        for (sum, entry) in sums.iter_mut().zip(columns.iter().zip(values)) {
            *sum += term(entry);
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

/// The unit of each column, and of the intercept: its scale, and less where the loss is bent more than [`STEEP`] times as much as by the penalty alone.
fn units(design: &Design, targets: &Targets, scales: &[f64], alpha: f64) -> Array1<f64> {
    let mut bends = vec![0.0; design.columns()];
    for ((columns, values), weight) in design.iter().zip(&targets.weights) {
        for (&column, &value) in columns.iter().zip(values) {
            bends[column as usize] += 0.25 * weight * f64::from(value * value);
        }
    }
    let unit = |(bend, scale): (&f64, &f64)| scale / (bend * scale * scale / (STEEP * alpha)).max(1.0).sqrt();
    bends.iter().zip(scales).map(unit).chain([1.0]).collect()
}

impl CostFunction for Problem<'_> {
    type Param = Array1<f64>;
    type Output = f64;

    fn cost(&self, params: &Self::Param) -> Result<f64, Error> {
        Ok(self.at(params, |point| point.cost))
    }
}

impl Gradient for Problem<'_> {
    type Param = Array1<f64>;
    type Gradient = Array1<f64>;

    fn gradient(&self, params: &Self::Param) -> Result<Self::Gradient, Error> {
        Ok(self.at(params, |point| point.gradient.clone()))
    }
}

/// Fits `P(positive) = σ(row·w + b)` with penalty `alpha/2 Σ (w/scale)²` on the summed, weighted loss, to a gradient norm of `tolerance`: a column with
/// a larger scale is penalised less. There is a scale, above zero, for each column.
///
/// # Errors
/// If all targets are alike or the solver does not converge.
pub fn logistic(design: &Design, targets: &Targets, scales: &[f64], alpha: f64, tolerance: f64) -> Result<Linear, FitError> {
    if targets.positive.iter().all(|&positive| positive) || !targets.positive.iter().any(|&positive| positive) {
        return Err(FitError::OneClass);
    }
    let failed = |error: argmin::core::Error| FitError::Solver(error.to_string());
    let solver = LBFGS::new(MoreThuenteLineSearch::new(), MEMORY).with_tolerance_grad(tolerance).map_err(failed)?;
    let columns = design.columns();
    let penalties = scales.iter().map(|scale| alpha / (scale * scale)).chain([0.0]).collect();
    let problem = Problem { design, targets, penalties, units: units(design, targets, scales, alpha), last: RefCell::default() };
    let start = Array1::zeros(columns + 1);
    let executor = Executor::new(problem, solver).configure(|state| state.param(start).max_iters(ITERATIONS));
    let result = executor.run().map_err(failed)?;
    let nothing = || FitError::Solver("no solution".to_owned());
    let best = result.state().get_best_param().ok_or_else(nothing)?;
    let problem = result.problem().problem.as_ref().ok_or_else(nothing)?;
    let gradient = problem.at(best, |point| point.gradient.dot(&point.gradient).sqrt());
    if gradient > ACCEPTED * tolerance {
        return Err(FitError::NotConverged { gradient, iterations: result.state().get_iter() });
    }
    let weights = best * &problem.units;
    Ok(Linear { weights: weights.iter().take(columns).copied().collect(), bias: weights[columns] })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows with a column each of five, and a steep one that all have.
    fn rows() -> (Vec<[(u32, f32); 2]>, Vec<bool>) {
        let rows = (0..60_u8).map(|at| [(u32::from(at % 5), 1.0), (5, 5.0 + f32::from(at % 7))]).collect();
        (rows, (0..60).map(|at| at % 5 < 2 || at % 11 == 0).collect())
    }

    fn design(rows: &[[(u32, f32); 2]]) -> Design {
        let mut design = Design::new(6);
        for row in rows {
            design.push(*row);
        }
        design
    }

    #[test]
    fn the_sparse_fit_is_the_dense_one_of_linfa() {
        let (rows, targets) = rows();
        let design = design(&rows);
        let sparse = logistic(&design, &Targets::alike(targets.clone()), &[1.0; 6], 0.3, 1e-6).expect("converges");
        let dense = ndarray::Array2::from_shape_fn((60, 6), |(row, column)| {
            rows[row].iter().find(|(found, _)| *found as usize == column).map_or(0.0, |(_, value)| f64::from(*value))
        });
        let dense = super::super::fit::logistic(dense, &targets, 0.3, 1e-6).expect("converges");
        for (left, right) in sparse.weights.iter().zip(&dense.weights).chain([(&sparse.bias, &dense.bias)]) {
            assert!((left - right).abs() < 1e-5, "{sparse:?} {dense:?}");
        }
    }

    #[test]
    fn targets_that_are_all_alike_are_refused() {
        assert!(matches!(
            logistic(&design(&rows().0), &Targets::alike(vec![true; 60]), &[1.0; 6], 0.3, 1e-6),
            Err(FitError::OneClass)
        ));
    }

    #[test]
    fn a_row_that_counts_twice_is_a_row_given_twice() {
        let (rows, positive) = rows();
        let weights = (0..60).map(|at| if at % 3 == 0 { 2.0 } else { 1.0 }).collect();
        let weighted = logistic(&design(&rows), &Targets { positive: positive.clone(), weights }, &[1.0; 6], 0.3, 1e-6);
        let twice: Vec<usize> = (0..60).chain((0..60).step_by(3)).collect();
        let repeated = design(&twice.iter().map(|&at| rows[at]).collect::<Vec<_>>());
        let repeated = logistic(&repeated, &Targets::alike(twice.iter().map(|&at| positive[at]).collect()), &[1.0; 6], 0.3, 1e-6);
        let (weighted, repeated) = (weighted.expect("converges"), repeated.expect("converges"));
        for (left, right) in weighted.weights.iter().zip(&repeated.weights) {
            assert!((left - right).abs() < 1e-5, "{weighted:?} {repeated:?}");
        }
    }

    #[test]
    fn a_scale_is_a_column_multiplied() {
        let (rows, positive) = rows();
        let targets = Targets::alike(positive);
        let scaled = logistic(&design(&rows), &targets, &[2.0, 2.0, 2.0, 2.0, 2.0, 1.0], 0.3, 1e-6).expect("converges");
        let multiplied: Vec<_> = rows.iter().map(|[(column, value), last]| [(*column, 2.0 * value), *last]).collect();
        let multiplied = logistic(&design(&multiplied), &targets, &[1.0; 6], 0.3, 1e-6).expect("converges");
        for (left, right) in scaled.weights[..5].iter().zip(&multiplied.weights) {
            assert!((left - 2.0 * right).abs() < 1e-5, "{scaled:?} {multiplied:?}");
        }
    }
}
