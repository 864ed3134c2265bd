//! Which rows are listed, where there are too many: one in two, one in four, and so on, as a checksum of their number says.

use xxhash_rust::xxh3::xxh3_64;

/// One row in `every`, a power of two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sample {
    pub(super) every: u64,
}

impl Sample {
    /// All rows.
    pub(super) const ALL: Self = Self { every: 1 };

    /// Half of the rows of this one.
    pub(super) fn halved(self) -> Self {
        Self { every: self.every * 2 }
    }

    /// Whether the row with this number is in it.
    pub(super) fn has(self, number: u64) -> bool {
        xxh3_64(&number.to_le_bytes()) & (self.every - 1) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_halves() {
        let mut sample = Sample::ALL;
        let mut rows: Vec<u64> = (1..=64_000).collect();
        for expected in [64_000, 32_000, 16_000, 8_000_usize] {
            rows.retain(|&row| sample.has(row));
            assert!(rows.len().abs_diff(expected) <= expected / 20, "{} rows of {expected}", rows.len());
            sample = sample.halved();
        }
    }
}
