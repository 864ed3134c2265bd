//! The role descriptions, turned round: for each column, the descriptions that have it.

use super::columns::Columns;
use crate::model::Model;

/// For each column, by rank, its value in the role descriptions.
#[derive(Debug, Clone)]
pub(super) struct Descriptions {
    /// Description and value, the columns one behind the other.
    values: Vec<(u8, f32)>,
    /// For each rank, where its values begin; and where the last ones end.
    starts: Vec<u32>,
}

impl Descriptions {
    /// Those of `model`.
    pub(super) fn new(model: &Model, columns: &Columns) -> Self {
        let mut all: Vec<(u32, u8, f32)> = Vec::new();
        for (description, number) in model.descriptions.iter().zip(0..) {
            all.extend(description.iter().map(|&(column, value)| (columns.rank(column), number, value)));
        }
        all.sort_unstable_by_key(|&(rank, number, _)| (rank, number));
        let mut starts = Vec::with_capacity(columns.by_rank.len() + 1);
        let mut begun = 0;
        for rank in (0..).take(columns.by_rank.len() + 1) {
            begun += all[begun..].iter().take_while(|(of, ..)| *of < rank).count();
            starts.push(u32::try_from(begun).unwrap_or(u32::MAX));
        }
        Self { values: all.into_iter().map(|(_, number, value)| (number, value)).collect(), starts }
    }

    /// The descriptions that have the column of `rank`, and its value there.
    pub(super) fn of(&self, rank: u32) -> &[(u8, f32)] {
        let at = |rank: usize| self.starts[rank] as usize;
        &self.values[at(rank as usize)..at(rank as usize + 1)]
    }
}
