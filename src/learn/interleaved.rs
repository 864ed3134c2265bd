//! The order of a posting's columns while its heads are fitted.

use crate::features::{Row, View};

/// The entries of a row with the views of a column side by side, `column × views + view`: the fit reaches for their weights together, and they share
/// a line of the processor's cache.
pub(super) fn side_by_side(row: &Row, columns: usize) -> Vec<(u32, f32)> {
    let columns = u32::try_from(columns).unwrap_or(u32::MAX).max(1);
    let views = u32::try_from(View::ALL.len()).unwrap_or(u32::MAX);
    let mut entries: Vec<(u32, f32)> =
        row.0.iter().map(|entry| ((entry.column % columns) * views + entry.column / columns, entry.value)).collect();
    entries.sort_unstable_by_key(|(column, _)| *column);
    entries
}

/// Undoes [`side_by_side`] for the weights of the first `columns`; those behind stay where they are.
pub(super) fn view_after_view(weights: &[f64], columns: usize) -> Vec<f64> {
    let (own, extra) = weights.split_at(columns);
    let of_view = |view: usize| own.iter().skip(view).step_by(View::ALL.len());
    (0..View::ALL.len()).flat_map(of_view).chain(extra).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::Entry;

    #[test]
    fn weights_find_their_columns_again() {
        // Four columns, of which each view has some; a value says where it came from.
        let columns = 4_u32;
        let places = [0, 3, 4, 6, 7, 11];
        let entry = |column: u32| Entry { column, count: 1.0, value: f32::from(u8::try_from(column).unwrap_or(u8::MAX)) };
        let entries = side_by_side(&Row(places.iter().map(|&column| entry(column)).collect()), columns as usize);
        assert_eq!(entries, [(0, 0.0), (1, 4.0), (7, 6.0), (9, 3.0), (10, 7.0), (11, 11.0)]);
        let all = columns as usize * View::ALL.len();
        let mut weights = vec![0.0; all];
        for &(column, value) in &entries {
            weights[column as usize] = f64::from(value);
        }
        weights.push(0.5);
        let restored = view_after_view(&weights, all);
        for (column, weight) in restored.iter().enumerate().take(all) {
            let expected = if places.contains(&u32::try_from(column).unwrap_or(u32::MAX)) { column as f64 } else { 0.0 };
            assert!((weight - expected).abs() < f64::EPSILON, "{column}: {restored:?}");
        }
        assert_eq!(restored[all..], [0.5], "what is behind them stays there");
    }
}
