//! How differently columns are spread over the two classes, for the fit to lean on those that part them.
//!
//! Wang & Manning (2012, *Baselines and Bigrams*) multiply each column by its naive-Bayes log-count ratio before the logistic fit. The L2 penalty then
//! falls hardest on columns that occur as often with the one class as with the other. Here the ratio is raised to a power below one, as a full ratio
//! trusts small counts too much (`models/experiments.md`). The scales end up in the weights: the model itself knows nothing of them.

use super::design::Design;

/// A column of one class alone counts no more than this, in natural logarithms.
const LARGEST: f64 = 3.0;
/// A column that is alike in both counts this much: it is held down, not forbidden.
const SMALLEST: f64 = 0.01;
/// Added to each count of postings.
const SMOOTHING: f64 = 1.0;

/// The scale of each of the first `counted` columns, `|ln (p / q)|^power`, with the shares `p` and `q` of the two classes that have the column; the
/// columns behind them keep the scale one. Together the counted columns keep the sum of squares that they had, so that a penalty keeps its meaning.
pub fn scales(design: &Design, positive: &[bool], counted: usize, power: f64) -> Vec<f64> {
    let mut scales = vec![1.0; design.columns()];
    if power == 0.0 {
        return scales;
    }
    let mut with = vec![[0.0_f64; 2]; counted];
    let mut squares = vec![0.0_f64; counted];
    for ((columns, values), &target) in design.iter().zip(positive) {
        for (&column, &value) in columns.iter().zip(values).filter(|(column, _)| (**column as usize) < counted) {
            with[column as usize][usize::from(target)] += 1.0;
            squares[column as usize] += f64::from(value) * f64::from(value);
        }
    }
    let all = positive.len() as f64;
    let positive = positive.iter().filter(|&&positive| positive).count() as f64;
    let share = |with: f64, of: f64| (with + SMOOTHING) / (of + 2.0 * SMOOTHING);
    for (scale, [without, with]) in scales.iter_mut().zip(&with) {
        let ratio = libm::log(share(*with, positive) / share(*without, all - positive));
        *scale = libm::pow(ratio.abs().clamp(SMALLEST, LARGEST), power);
    }
    let before: f64 = squares.iter().sum();
    let after: f64 = squares.iter().zip(&scales).map(|(square, scale)| square * scale * scale).sum();
    if after > 0.0 {
        let factor = (before / after).sqrt();
        scales[..counted].iter_mut().for_each(|scale| *scale *= factor);
    }
    scales
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_of_one_class_weighs_more_than_one_of_both() {
        let mut design = Design::new(4);
        let targets: Vec<bool> = (0..40).map(|at| at % 2 == 0).collect();
        for (at, &target) in targets.iter().enumerate() {
            let common = if at % 4 < 2 { 2 } else { 1 };
            design.push([(u32::from(!target), 1.0), (common + u32::from(common == 1), 0.5), (3, 1.0)]);
        }
        let scales = scales(&design, &targets, 3, 0.5);
        assert!(scales[0] > 1.0 && scales[1] > 1.0 && scales[2] < 0.3, "{scales:?}");
        assert!((scales[3] - 1.0).abs() < 1e-12, "not counted");
        let kept: f64 = design
            .iter()
            .flat_map(|(columns, values)| {
                columns
                    .iter()
                    .zip(values)
                    .filter(|(column, _)| **column < 3)
                    .map(|(&column, &value)| (f64::from(value) * scales[column as usize]).powi(2))
            })
            .sum();
        assert!((kept - 40.0 * 1.25).abs() < 1e-9, "{kept}");
    }

    #[test]
    fn power_zero_leaves_everything_as_it_was() {
        let mut design = Design::new(2);
        design.push([(0, 1.0)]);
        design.push([(1, 1.0)]);
        assert_eq!(scales(&design, &[true, false], 2, 0.0), [1.0, 1.0]);
    }
}
