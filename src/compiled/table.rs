//! A hash table that is filled once: places of keys that lie elsewhere, in one flat array.

/// Says where each key is. The keys themselves are held by whoever asks.
#[derive(Debug, Clone)]
pub(super) struct Table {
    /// Zero where nothing is; otherwise the upper half of the hash, and one more than the key's place.
    slots: Vec<u64>,
}

const UPPER: u64 = 0xffff_ffff_0000_0000;

impl Table {
    /// An empty table with room for `keys`.
    pub(super) fn with_room(keys: usize) -> Self {
        Self { slots: vec![0; (2 * keys + 2).next_power_of_two()] }
    }

    /// Notes the key with that hash, which is not in it yet, at `place`.
    pub(super) fn insert(&mut self, hash: u64, place: u32) {
        let mut slot = self.first(hash);
        while self.slots[slot] != 0 {
            slot = self.next(slot);
        }
        self.slots[slot] = hash & UPPER | (u64::from(place) + 1);
    }

    /// The place of the key with that hash for which `is_same` holds.
    pub(super) fn find(&self, hash: u64, is_same: impl Fn(u32) -> bool) -> Option<u32> {
        let mut slot = self.first(hash);
        loop {
            let found = self.slots[slot];
            if found == 0 {
                return None;
            }
            #[allow(clippy::cast_possible_truncation)]
            let place = (found as u32).wrapping_sub(1);
            if found & UPPER == hash & UPPER && is_same(place) {
                return Some(place);
            }
            slot = self.next(slot);
        }
    }

    #[allow(clippy::cast_possible_truncation)]
    fn first(&self, hash: u64) -> usize {
        hash as usize & (self.slots.len() - 1)
    }

    fn next(&self, slot: usize) -> usize {
        (slot + 1) & (self.slots.len() - 1)
    }
}
