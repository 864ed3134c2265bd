//! Calibrates a head (Platt 1999): a logistic regression on one column, by Newton's method, with no function of the platform's mathematical library.

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

/// Newton's method takes some ten steps.
const STEPS: u64 = 200;
/// Penalty on the slope of a calibration, where the scores have variance one: too small to be seen, but the slope stays finite where the
/// scores part the answers without fault.
const SLOPE_ALPHA: f64 = 0.01;
/// Largest component of the gradient of the summed loss where a fit is done.
const TOLERANCE: f64 = 1e-8;

/// Maps raw logits to calibrated ones, `slope × raw + offset`, and says slope and offset.
///
/// # Errors
/// If all targets are alike or the solver does not converge.
pub fn platt(raw: &[f64], targets: &[bool]) -> Result<(f64, f64), FitError> {
    if targets.iter().all(|&target| target) || !targets.iter().any(|&target| target) {
        return Err(FitError::OneClass);
    }
    let count = raw.len().max(1) as f64;
    let mean = raw.iter().sum::<f64>() / count;
    let deviation = (raw.iter().map(|score| (score - mean) * (score - mean)).sum::<f64>() / count).sqrt();
    let standard = raw.iter().map(|score| if deviation > 0.0 { (score - mean) / deviation } else { 0.0 });
    let rows: Vec<(f64, bool)> = standard.zip(targets.iter().copied()).collect();
    let (slope, offset) = newton(&rows)?;
    if deviation > 0.0 { Ok((slope / deviation, offset - slope / deviation * mean)) } else { Ok((0.0, offset)) }
}

/// The penalised loss at a slope and an offset, with its gradient and its second derivatives.
#[derive(Default)]
struct Point {
    loss: f64,
    gradient: [f64; 2],
    /// By the slope twice, by both, by the offset twice.
    bends: [f64; 3],
}

impl Point {
    fn at(rows: &[(f64, bool)], slope: f64, offset: f64) -> Self {
        let mut point = Self {
            loss: 0.5 * SLOPE_ALPHA * slope * slope,
            gradient: [SLOPE_ALPHA * slope, 0.0],
            bends: [SLOPE_ALPHA, 0.0, 0.0],
        };
        for &(score, target) in rows {
            let logit = slope * score + offset;
            let margin = if target { logit } else { -logit };
            // ln(1 + e^-margin), stable at both ends
            point.loss += libm::log1p(libm::exp(-margin.abs())) - margin.min(0.0);
            let error = if target { -sigmoid(-logit) } else { sigmoid(logit) };
            let bend = sigmoid(logit) * sigmoid(-logit);
            point.gradient[0] += error * score;
            point.gradient[1] += error;
            point.bends[0] += bend * score * score;
            point.bends[1] += bend * score;
            point.bends[2] += bend;
        }
        point
    }

    /// Where the parabola that touches here is lowest, as steps from here.
    fn step(&self) -> [f64; 2] {
        let ([by_slope, by_offset], [slope, both, offset]) = (self.gradient, self.bends);
        let determinant = slope * offset - both * both;
        [(both * by_offset - offset * by_slope) / determinant, (both * by_slope - slope * by_offset) / determinant]
    }
}

/// The slope and the offset with the least penalised loss, by Newton's method; a step that leads upwards is halved.
fn newton(rows: &[(f64, bool)]) -> Result<(f64, f64), FitError> {
    let (mut slope, mut offset) = (0.0, 0.0);
    let mut here = Point::at(rows, slope, offset);
    for _ in 0..STEPS {
        if largest(here.gradient) <= TOLERANCE {
            return Ok((slope, offset));
        }
        let [mut along, mut beside] = here.step();
        let mut next = Point::at(rows, slope + along, offset + beside);
        // Near the optimum, losses differ by less than they are rounded by.
        while next.loss > here.loss * (1.0 + 1e-12) && along.abs().max(beside.abs()) > 1e-12 {
            (along, beside) = (0.5 * along, 0.5 * beside);
            next = Point::at(rows, slope + along, offset + beside);
        }
        (slope, offset, here) = (slope + along, offset + beside, next);
    }
    Err(FitError::NotConverged { gradient: largest(here.gradient), iterations: STEPS })
}

fn largest(gradient: [f64; 2]) -> f64 {
    gradient[0].abs().max(gradient[1].abs())
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::super::dense;
    use super::*;

    /// Scores that have something to do with the answers.
    fn noisy() -> (Vec<f64>, Vec<bool>) {
        let raw: Vec<f64> = (0..400).map(|at| f64::from(at) / 100.0 - 2.0).collect();
        let targets = raw.iter().enumerate().map(|(at, &score)| sigmoid(2.0 * score) > (at * 7 % 100) as f64 / 100.0).collect();
        (raw, targets)
    }

    #[test]
    fn one_class_is_refused() {
        assert!(matches!(platt(&[1.0, 2.0, 3.0], &[true; 3]), Err(FitError::OneClass)));
    }

    #[test]
    fn scalings_are_those_of_another_solver() {
        let (raw, targets) = noisy();
        // Scores of mean zero and variance one stay as they are, so that the penalty is the same one.
        let deviation = (raw.iter().map(|score| score * score).sum::<f64>() / 400.0).sqrt();
        let raw: Vec<f64> = raw.iter().map(|score| (score + 0.005) / deviation).collect();
        let column = Array2::from_shape_vec((400, 1), raw.clone()).expect("a column");
        let linear = dense::logistic(column, &targets, SLOPE_ALPHA, 1e-6).expect("converges");
        let (slope, offset) = platt(&raw, &targets).expect("converges");
        assert!((slope - linear.weights[0]).abs() < 1e-4 && (offset - linear.bias).abs() < 1e-4, "{slope} {offset} {linear:?}");
    }

    #[test]
    fn platt_finds_the_slope() {
        let (raw, targets) = noisy();
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
