//! Exact fits through the Gram matrix.
//!
//! Where postings are fewer than columns, the L2-penalised solution lies in the span of the rows: with `K = X Xᵀ = L Lᵀ` a fit on the
//! square matrix `L` finds `v`, and `w = Xᵀ L⁻ᵀ v` are the weights that a fit on `X` would have found (Hastie & Tibshirani 2004,
//! *Efficient quadratic regularization for expression arrays*). This keeps linfa's dense solver exact on any number of columns.
//!
//! Rows are centred first. The intercept is free, so the solution is the same, but the solver no longer has to fight the direction
//! that all postings share and needs a fraction of the steps.

use linfa_linalg::cholesky::CholeskyInplace;
use linfa_linalg::triangular::{SolveTriangularInplace, UPLO};
use ndarray::{Array1, Array2, Axis, s};

/// Added to the diagonal: copies of a posting make `K` singular. It acts as one tiny column of its own for every row.
const RIDGE: f64 = 1e-6;
/// The factorisation goes in blocks of this size, most of it through dense products.
const BLOCK: usize = 192;

/// The Gram matrix of the rows less their mean: `H K H` with `H = I - 1/n`.
pub fn centre(mut gram: Array2<f64>) -> Array2<f64> {
    let Some(means) = gram.mean_axis(Axis(0)) else { return gram };
    let mean = means.mean().unwrap_or_default();
    for (mut row, row_mean) in gram.rows_mut().into_iter().zip(&means) {
        row.zip_mut_with(&means, |value, column_mean| *value += mean - row_mean - column_mean);
    }
    gram
}

/// The lower triangle `L` with `L Lᵀ = K + ridge`.
///
/// # Errors
/// If `K` is not positive definite: it is no Gram matrix of finite numbers.
pub fn cholesky(mut gram: Array2<f64>) -> Result<Array2<f64>, String> {
    let size = gram.nrows();
    gram.diag_mut().mapv_inplace(|value| value + RIDGE);
    let mut start = 0;
    while start < size {
        let end = (start + BLOCK).min(size);
        let mut corner = gram.slice(s![start..end, start..end]).to_owned();
        corner.cholesky_inplace().map_err(|error| error.to_string())?;
        gram.slice_mut(s![start..end, start..end]).assign(&corner);
        if end < size {
            // Below the corner: P Lᵀ = A, so L Pᵀ = Aᵀ.
            let mut panel = gram.slice(s![end.., start..end]).t().as_standard_layout().to_owned();
            corner.solve_triangular_inplace(&mut panel, UPLO::Lower).map_err(|error| error.to_string())?;
            let panel = panel.t().as_standard_layout().to_owned();
            update(&mut gram, &panel, end);
            gram.slice_mut(s![end.., start..end]).assign(&panel);
        }
        start = end;
    }
    for row in 0..size {
        gram.slice_mut(s![row, row + 1..]).fill(0.0);
    }
    Ok(gram)
}

/// Takes `panel panelᵀ` off the lower triangle of what remains from row `from` on.
fn update(gram: &mut Array2<f64>, panel: &Array2<f64>, from: usize) {
    let remaining = panel.nrows();
    let mut start = 0;
    while start < remaining {
        let end = (start + BLOCK).min(remaining);
        let product = panel.slice(s![start.., ..]).dot(&panel.slice(s![start..end, ..]).t());
        let mut target = gram.slice_mut(s![from + start.., from + start..from + end]);
        target -= &product;
        start = end;
    }
}

/// `H L⁻ᵀ v`: the coefficient of each row, where `L` is the factor of a centred Gram matrix.
pub fn row_coefficients(lower: &Array2<f64>, solution: &[f64]) -> Vec<f64> {
    let mut rest = Array1::from(solution.to_vec());
    for row in (0..lower.nrows()).rev() {
        let coefficient = rest[row] / lower[[row, row]];
        rest[row] = coefficient;
        let lane = lower.index_axis(Axis(0), row);
        rest.slice_mut(s![..row]).scaled_add(-coefficient, &lane.slice(s![..row]));
    }
    let mean = rest.mean().unwrap_or_default();
    rest.mapv_into(|coefficient| coefficient - mean).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_factor_multiplies_back() {
        let size = 400;
        let x = Array2::from_shape_fn((size, 30), |(row, column)| ((row * 31 + column * 17) % 23) as f64 / 23.0);
        let gram = x.dot(&x.t());
        let lower = cholesky(gram.clone()).expect("positive definite");
        let error = (&lower.dot(&lower.t()) - &gram).mapv(f64::abs).fold(0.0, |left: f64, &right| left.max(right));
        assert!(error < 2e-6, "{error}");
    }

    #[test]
    fn a_fit_through_the_gram_matrix_is_the_fit_on_the_columns() {
        let x = Array2::from_shape_fn((60, 5), |(row, column)| 1.0 + ((row * 37 + column * 11) % 19) as f64 / 19.0);
        let targets: Vec<bool> = (0..60).map(|row| (row * 5 + row / 7) % 3 == 0).collect();
        let direct = crate::learn::fit::logistic(x.clone(), &targets, 0.2, 1e-7).expect("converges");
        let lower = cholesky(centre(x.dot(&x.t()))).expect("positive definite");
        let through = crate::learn::fit::logistic(lower.clone(), &targets, 0.2, 1e-7).expect("converges");
        let weights = x.t().dot(&Array1::from(row_coefficients(&lower, &through.weights)));
        for (found, expected) in weights.iter().zip(&direct.weights) {
            assert!((found - expected).abs() < 1e-4, "{weights} {:?}", direct.weights);
        }
        let bias = through.bias - x.dot(&weights).mean().expect("rows");
        assert!((bias - direct.bias).abs() < 1e-3, "{bias} {}", direct.bias);
    }
}
