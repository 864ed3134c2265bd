//! Numbers the columns that occur in a posting in the order of their first occurrence.

/// A hash set of numbers, small enough to stay close. A number's *slot* is its place in the order in which they came.
#[derive(Debug, Clone, Default)]
pub(super) struct Slots {
    /// Zero where nothing is, else a number above one more than its slot. The length is a power of two.
    table: Vec<u64>,
    /// By slot.
    pub(super) numbers: Vec<u32>,
}

/// So many places a table has at first.
const LEAST: usize = 64;

impl Slots {
    /// Forgets all numbers.
    pub(super) fn clear(&mut self) {
        if self.table.is_empty() {
            self.table.resize(LEAST, 0);
        }
        // Between where a number is looked for first and where it is, no place is free: so this finds all of them.
        let mask = self.table.len() - 1;
        for &number in &self.numbers {
            let mut at = first(number) & mask;
            while self.table[at] != 0 {
                self.table[at] = 0;
                at = (at + 1) & mask;
            }
        }
        self.numbers.clear();
    }

    /// The slot of `number`, and whether it has just come.
    #[inline]
    pub(super) fn slot(&mut self, number: u32) -> (u32, bool) {
        let wanted = u64::from(number) << 32;
        let mask = self.table.len() - 1;
        let mut at = first(number) & mask;
        loop {
            let found = self.table[at];
            if found == 0 {
                return (self.add(at, number), true);
            }
            if found & !0xffff_ffff == wanted {
                #[allow(clippy::cast_possible_truncation)]
                return (found as u32 - 1, false);
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds `number` at a free place of the table; returns its slot.
    #[inline]
    fn add(&mut self, at: usize, number: u32) -> u32 {
        let slot = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX - 1);
        self.table[at] = u64::from(number) << 32 | u64::from(slot + 1);
        self.numbers.push(number);
        if 2 * self.numbers.len() > self.table.len() {
            self.grow();
        }
        slot
    }

    #[cold]
    fn grow(&mut self) {
        let mask = 2 * self.table.len() - 1;
        self.table.clear();
        self.table.resize(mask + 1, 0);
        for (&number, next) in self.numbers.iter().zip(1_u64..) {
            let mut at = first(number) & mask;
            while self.table[at] != 0 {
                at = (at + 1) & mask;
            }
            self.table[at] = u64::from(number) << 32 | next;
        }
    }
}

/// Where a number is looked for first.
#[inline]
fn first(number: u32) -> usize {
    (u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize
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
