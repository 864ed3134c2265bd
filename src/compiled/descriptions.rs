//! The role descriptions, turned round: for each column of one kind in one field, the descriptions that have it. Most columns are in none.

use crate::model::Model;

/// For each column, by its number in its kind, its value in the role descriptions.
#[derive(Debug, Clone, Default)]
pub(super) struct Descriptions {
    blocks: Vec<Block>,
    /// For each column that a description has, where its values begin; and where the last ones end.
    starts: Vec<u32>,
    /// Description and value.
    values: Vec<(u8, f32)>,
}

/// Sixty-four columns.
#[derive(Debug, Clone, Copy, Default)]
struct Block {
    /// A bit for each column: whether a description has it.
    described: u64,
    /// How many columns before them a description has.
    before: u32,
}

impl Descriptions {
    /// Those of `model`, of the columns that have these numbers in its vocabulary; `None` where a number has no column.
    pub(super) fn new(model: &Model, columns: impl Iterator<Item = Option<u32>>) -> Self {
        let mut new = Self { starts: vec![0], ..Self::default() };
        let count = |list: usize| u32::try_from(list).unwrap_or(u32::MAX);
        for (column, number) in columns.zip(0_u32..) {
            if number.is_multiple_of(64) {
                new.blocks.push(Block { described: 0, before: count(new.starts.len() - 1) });
            }
            let known = new.values.len();
            for (description, role) in model.descriptions.iter().zip(0..).filter(|_| column.is_some()) {
                let found = description.binary_search_by_key(&column, |(column, _)| Some(*column));
                new.values.extend(found.ok().map(|at| (role, description[at].1)));
            }
            if new.values.len() > known {
                new.blocks[number as usize / 64].described |= 1 << (number % 64);
                new.starts.push(count(new.values.len()));
            }
        }
        new
    }

    /// The descriptions that have the column with that number, and its value there.
    #[inline]
    pub(super) fn of(&self, number: u32) -> &[(u8, f32)] {
        let Block { described, before } = self.blocks.get(number as usize / 64).copied().unwrap_or_default();
        let bit = 1 << (number % 64);
        if described & bit == 0 {
            return &[];
        }
        let at = (before + (described & (bit - 1)).count_ones()) as usize;
        &self.values[self.starts[at] as usize..self.starts[at + 1] as usize]
    }
}
