//! Numbers the columns that occur in a posting in the order of their first occurrence.

/// A hash set of numbers, small enough to stay close. A number's *slot* is its place in the order in which they came.
#[derive(Debug, Clone, Default)]
pub(super) struct Slots {
    /// Zero where nothing is, else one more than the slot of a number. Its length is a power of two.
    table: Vec<u32>,
    /// By slot.
    pub(super) numbers: Vec<u32>,
}

/// So many places a table has at first,
const LEAST: usize = 64;
/// and so many at most when the next posting begins.
const MOST: usize = 4096;

impl Slots {
    /// Forgets all numbers.
    pub(super) fn clear(&mut self) {
        // What one long posting needed, the next one need not clear.
        self.table.truncate(MOST);
        self.table.fill(0);
        self.table.resize(self.table.len().max(LEAST), 0);
        self.numbers.clear();
    }

    /// The slot of `number`, and whether it has just come.
    #[inline]
    pub(super) fn slot(&mut self, number: u32) -> (u32, bool) {
        if 2 * self.numbers.len() >= self.table.len() {
            self.grow();
        }
        let mut at = self.first(number);
        while let Some(slot) = self.table[at].checked_sub(1) {
            if self.numbers[slot as usize] == number {
                return (slot, false);
            }
            at = self.next(at);
        }
        let slot = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        self.table[at] = slot + 1;
        self.numbers.push(number);
        (slot, true)
    }

    #[cold]
    fn grow(&mut self) {
        let room = 2 * self.table.len();
        self.table.clear();
        self.table.resize(room, 0);
        for slot in 0..self.numbers.len() {
            let mut at = self.first(self.numbers[slot]);
            while self.table[at] != 0 {
                at = self.next(at);
            }
            self.table[at] = u32::try_from(slot + 1).unwrap_or(u32::MAX);
        }
    }

    fn first(&self, number: u32) -> usize {
        (u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize & (self.table.len() - 1)
    }

    fn next(&self, at: usize) -> usize {
        (at + 1) & (self.table.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_slots_while_it_grows() {
        let mut slots = Slots::default();
        for round in 0..3 {
            slots.clear();
            let number = |slot: u32| slot.wrapping_mul(0x0100_0001 + round);
            for slot in 0..5000 {
                assert_eq!(slots.slot(number(slot)), (slot, true));
                assert_eq!(slots.slot(number(slot / 2)), (slot / 2, false));
            }
            assert_eq!(slots.numbers.len(), 5000);
        }
    }
}
