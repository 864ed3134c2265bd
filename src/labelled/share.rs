//! A probability as exports hold it: in ten-thousandths, so that tables and JSON of one labelling say the same.

use serde::{Serialize, Serializer};

/// Ten-thousandths, from 0 to 10,000.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(u16);

impl Share {
    /// So many are one.
    const ONE: f64 = 10_000.0;

    /// `value` rounded; `None` where it is no probability.
    pub fn new(value: f64) -> Option<Self> {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        (0.0..=1.0).contains(&value).then(|| Self((value * Self::ONE).round() as u16))
    }

    /// Reads a cell. A spreadsheet may have written it with a decimal comma.
    pub fn read(cell: &str) -> Option<Self> {
        cell.trim().replace(',', ".").parse().ok().and_then(Self::new)
    }

    /// From 0 to 1.
    pub fn value(self) -> f64 {
        f64::from(self.0) / Self::ONE
    }

    /// How far apart two are, in ten-thousandths.
    pub fn distance(self, other: Self) -> u16 {
        self.0.abs_diff(other.0)
    }

    /// In which tenth it lies, from 0 to 9.
    pub fn tenth(self) -> usize {
        usize::from(self.0 / 1000).min(9)
    }
}

impl Serialize for Share {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.value())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_and_numbers_say_the_same() {
        for (cell, number) in [("0.8123", 0.812_34), ("0,8123", 0.812_25), ("1", 1.0), ("0.0000", 0.0)] {
            assert_eq!(Share::read(cell), Share::new(number), "{cell}");
            assert!(Share::read(cell).is_some());
        }
        for cell in ["", "x", "1.2", "-0.1", "NaN", "inf"] {
            assert_eq!(Share::read(cell), None, "{cell}");
        }
        assert_eq!(
            [0.0, 0.0999, 0.1, 1.0].map(|value| Share::new(value).map(Share::tenth)),
            [Some(0), Some(0), Some(1), Some(9)]
        );
    }
}
