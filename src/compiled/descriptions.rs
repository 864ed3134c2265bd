//! The role descriptions, turned round: for each column of one kind in one field, the descriptions that have it. Most columns are in none.

use crate::model::Model;
use crate::table::NONE;

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
        let mut numbers = vec![NONE; model.vocabulary.columns()];
        let mut end = 0;
        for column in columns {
            if let Some(column) = column {
                numbers[column as usize] = end;
            }
            end += 1;
        }
        let mut values: Vec<(u32, u8, f32)> = Vec::new();
        for (description, role) in model.descriptions.iter().zip(0..) {
            let numbered = description.iter().map(|&(column, value)| (numbers[column as usize], role, value));
            values.extend(numbered.filter(|(number, ..)| *number != NONE));
        }
        values.sort_unstable_by_key(|&(number, role, _)| (number, role));
        Self::of_values(&values, end)
    }

    /// Those with these values, in the order of the columns' numbers, which are below `end`.
    fn of_values(values: &[(u32, u8, f32)], end: u32) -> Self {
        let count = |list: usize| u32::try_from(list).unwrap_or(u32::MAX);
        let mut new = Self { starts: vec![0], blocks: vec![Block::default(); end as usize / 64 + 1], values: Vec::new() };
        for of_column in values.chunk_by(|left, right| left.0 == right.0) {
            let number = of_column[0].0;
            new.blocks[number as usize / 64].described |= 1 << (number % 64);
            new.values.extend(of_column.iter().map(|&(_, role, value)| (role, value)));
            new.starts.push(count(new.values.len()));
        }
        let mut before = 0;
        for block in &mut new.blocks {
            block.before = before;
            before += block.described.count_ones();
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
