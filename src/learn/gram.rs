//! Exact fits through the Gram matrix.
//!
//! Where postings are fewer than columns, the L2-penalised solution lies in the span of the rows: with `K = X Xᵀ = L Lᵀ` a fit on the
//! square matrix `L` finds `v`, and `w = Xᵀ L⁻ᵀ v` are the weights that a fit on `X` would have found (Hastie & Tibshirani 2004,
//! *Efficient quadratic regularization for expression arrays*). This keeps linfa's dense solver exact on any number of columns.

use linfa_linalg::cholesky::CholeskyInplace;
use linfa_linalg::triangular::{SolveTriangularInplace, UPLO};
use ndarray::{Array1, Array2, Axis, s};

/// Added to the diagonal: copies of a posting make `K` singular. It acts as one tiny column of its own for every row.
const RIDGE: f64 = 1e-6;
/// The factorisation goes in blocks of this size, most of it through dense products.
const BLOCK: usize = 192;

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

/// `L⁻ᵀ v`: the coefficient of each row.
pub fn row_coefficients(lower: &Array2<f64>, solution: &[f64]) -> Vec<f64> {
    let mut rest = Array1::from(solution.to_vec());
    for row in (0..lower.nrows()).rev() {
        let coefficient = rest[row] / lower[[row, row]];
        rest[row] = coefficient;
        let lane = lower.index_axis(Axis(0), row);
        rest.slice_mut(s![..row]).scaled_add(-coefficient, &lane.slice(s![..row]));
    }
    rest.to_vec()
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
        let coefficients = Array1::from(row_coefficients(&lower, &vec![1.0; size]));
        let back = lower.t().dot(&coefficients);
        assert!(back.iter().all(|value| (value - 1.0).abs() < 1e-6));
    }
}
