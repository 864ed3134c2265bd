//! A hash table that is filled once: places of keys that lie elsewhere, in one small flat array.

/// No place.
pub(crate) const NONE: u32 = u32::MAX;

/// Says where each key is. The keys themselves are held by whoever asks.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    /// Zero where nothing is; otherwise one more than the key's place, and above that as much of the key's hash as there is room for.
    slots: Vec<u32>,
    /// The bits of a slot that hold the place.
    places: u32,
}

impl Table {
    /// An empty table with room for `keys`.
    pub(crate) fn with_room(keys: usize) -> Self {
        let places = u32::try_from((keys + 2).next_power_of_two() - 1).unwrap_or(u32::MAX);
        Self { slots: vec![0; (2 * keys + 2).next_power_of_two()], places }
    }

    /// The keys with these hashes, no two of them alike, at the places `0..`.
    pub(crate) fn of(hashes: impl ExactSizeIterator<Item = u64>) -> Self {
        let mut table = Self::with_room(hashes.len());
        for (hash, place) in hashes.zip(0..) {
            table.insert(hash, place);
        }
        table
    }

    /// Notes the key with that hash, which is not in it yet, at `place`, which is below the number of keys that there is room for.
    pub(crate) fn insert(&mut self, hash: u64, place: u32) {
        let mut slot = self.first(hash);
        while self.slots[slot] != 0 {
            slot = self.next(slot);
        }
        self.slots[slot] = self.tag(hash) | (place + 1);
    }

    /// The place of the key with that hash for which `is_same` holds.
    #[inline]
    pub(crate) fn find(&self, hash: u64, is_same: impl Fn(u32) -> bool) -> Option<u32> {
        let mut slot = self.first(hash);
        loop {
            let found = self.slots[slot];
            if found == 0 {
                return None;
            }
            let place = (found & self.places) - 1;
            if found & !self.places == self.tag(hash) && is_same(place) {
                return Some(place);
            }
            slot = self.next(slot);
        }
    }

    /// The part of a hash that is held beside the place. The first slot comes from its lower bits, this from its upper ones.
    #[allow(clippy::cast_possible_truncation)]
    fn tag(&self, hash: u64) -> u32 {
        (hash >> 32) as u32 & !self.places
    }

    #[allow(clippy::cast_possible_truncation)]
    fn first(&self, hash: u64) -> usize {
        hash as usize & (self.slots.len() - 1)
    }

    fn next(&self, slot: usize) -> usize {
        (slot + 1) & (self.slots.len() - 1)
    }
}
