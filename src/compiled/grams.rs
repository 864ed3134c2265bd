//! The word pairs and triples of one field.

use super::columns::Columns;
use super::hash;
use super::table::Table;
use crate::vocabulary::Gram;

/// N-grams of two and three words, and the ranks of their columns.
#[derive(Debug, Clone)]
pub(super) struct Grams {
    /// A bit for every hash that an n-gram has: most neighbouring words are none, and this says so from a small table.
    filter: Vec<u64>,
    table: Table,
    longer: Vec<(Gram, u32)>,
}

/// Bits of the filter for each n-gram: one in sixteen that is none passes.
const BITS: usize = 16;

fn hash_of(gram: &Gram) -> u64 {
    let [first, second, third] = gram.0;
    hash::of_pair(u64::from(first) | u64::from(second) << 32, u64::from(third))
}

impl Grams {
    /// Takes those of `grams` that have more than one word; the column of the first of all is `offset`.
    pub(super) fn new(grams: &[Gram], offset: usize, columns: &Columns) -> Self {
        let numbers = u32::try_from(offset).unwrap_or(u32::MAX)..;
        let longer = grams.iter().copied().zip(numbers).filter(|(gram, _)| gram.len() > 1);
        let mut longer: Vec<(Gram, u32)> = longer.map(|(gram, column)| (gram, columns.rank(column))).collect();
        longer.sort_unstable_by_key(|(_, rank)| *rank);
        let mut all = Self {
            filter: vec![0; (longer.len() * BITS / 64 + 1).next_power_of_two()],
            table: Table::with_room(longer.len()),
            longer,
        };
        for ((gram, _), place) in all.longer.iter().zip(0..) {
            let hash = hash_of(gram);
            let (word, bit) = all.bit(hash);
            all.filter[word] |= bit;
            all.table.insert(hash, place);
        }
        all
    }

    /// The rank of the column of `gram`.
    pub(super) fn rank(&self, gram: &Gram) -> Option<u32> {
        let hash = hash_of(gram);
        let (word, bit) = self.bit(hash);
        if self.filter[word] & bit == 0 {
            return None;
        }
        let place = self.table.find(hash, |place| self.longer[place as usize].0 == *gram)?;
        Some(self.longer[place as usize].1)
    }

    /// Where the filter's bit for a hash is. Its place comes from other bits of the hash than the table's.
    #[allow(clippy::cast_possible_truncation)]
    fn bit(&self, hash: u64) -> (usize, u64) {
        ((hash >> 26) as usize & (self.filter.len() - 1), 1 << (hash >> 58))
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Gram> {
        self.longer.iter().map(|(gram, _)| gram)
    }
}
