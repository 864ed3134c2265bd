//! The design matrix: one sparse row a posting.

use ndarray::{Array2, s};

/// Rows of (column, value), columns ascending within a row.
#[derive(Debug, Clone, Default)]
pub struct Design {
    /// The rows.
    pub rows: Vec<Vec<(u32, f32)>>,
    /// Number of columns.
    pub columns: usize,
}

/// A column with at least one in so many rows goes through a dense product.
const DENSE_SHARE: usize = 16;
/// Dense columns are taken so many at a time.
const PANEL: usize = 512;

impl Design {
    /// `X Xᵀ`, rows × rows. Frequent columns go through dense products, rare ones through their lists of rows.
    pub fn gram(&self) -> Array2<f64> {
        let rows = self.rows.len();
        let mut holders: Vec<Vec<(u32, f32)>> = vec![Vec::new(); self.columns];
        for (row, entries) in self.rows.iter().enumerate() {
            for &(column, value) in entries {
                holders[column as usize].push((u32::try_from(row).unwrap_or(u32::MAX), value));
            }
        }
        let (dense, rare): (Vec<_>, Vec<_>) = holders.iter().partition(|holding| holding.len() * DENSE_SHARE >= rows.max(1));
        let mut gram = Array2::<f64>::zeros((rows, rows));
        for panel in dense.chunks(PANEL) {
            let mut block = Array2::<f64>::zeros((rows, panel.len()));
            for (at, holding) in panel.iter().enumerate() {
                for &(row, value) in *holding {
                    block[[row as usize, at]] = f64::from(value);
                }
            }
            gram += &block.dot(&block.t());
        }
        for holding in rare {
            for (at, &(left, value)) in holding.iter().enumerate() {
                let mut lane = gram.slice_mut(s![left as usize, ..]);
                for &(right, other) in &holding[..=at] {
                    lane[right as usize] += f64::from(value) * f64::from(other);
                }
            }
        }
        for left in 0..rows {
            for right in 0..left {
                gram[[right, left]] = gram[[left, right]];
            }
        }
        gram
    }

    /// The mean over the rows of `row · weights`.
    pub fn mean_dot(&self, weights: &[f64]) -> f64 {
        let dot =
            |row: &Vec<(u32, f32)>| row.iter().map(|&(column, value)| weights[column as usize] * f64::from(value)).sum::<f64>();
        self.rows.iter().map(dot).sum::<f64>() / self.rows.len().max(1) as f64
    }

    /// `Xᵀ coefficients`: one number a column.
    pub fn transpose_dot(&self, coefficients: &[f64]) -> Vec<f64> {
        let mut product = vec![0.0; self.columns];
        for (entries, coefficient) in self.rows.iter().zip(coefficients) {
            for &(column, value) in entries {
                product[column as usize] += coefficient * f64::from(value);
            }
        }
        product
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gram_is_the_product_of_rows() {
        let rows: Vec<Vec<(u32, f32)>> = (0..40_u8).map(|row| vec![(0, f32::from(row)), (1 + u32::from(row) / 2, 2.0)]).collect();
        let design = Design { rows, columns: 40 };
        let gram = design.gram();
        assert!((gram[[3, 2]] - (3.0 * 2.0 + 4.0)).abs() < 1e-9);
        assert!((gram[[4, 3]] - 12.0).abs() < 1e-9);
        assert!((gram[[3, 4]] - 12.0).abs() < 1e-9);
    }
}
