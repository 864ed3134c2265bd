//! How far a distribution moved: the population stability index, and what of it chance explains.
//!
//! PSI = Σ (q − p) ln (q / p) over the parts, p the old shares and q the new ones. Half a row is added to each part, so that an empty one
//! does not make it endless. Between two random samples of n and m rows from one population, PSI / (1/n + 1/m) is distributed about as χ² with
//! one degree of freedom fewer than there are parts (Yurdakul 2018): below its 95 % point, a shift says nothing.

use std::fmt;

use serde::Serialize;

/// Customary marks: below the first a shift is small, from the second on large.
const MARKS: [f64; 2] = [0.1, 0.25];
/// 95 % points of χ², by degrees of freedom from 1.
const CHI_SQUARED: [f64; 9] = [3.841, 5.991, 7.815, 9.488, 11.070, 12.592, 14.067, 15.507, 16.919];

/// How far a distribution moved.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Shift {
    /// The population stability index: 0 where nothing moved, no upper bound.
    pub psi: f64,
    /// Between two random samples of these sizes it is below this, 95 times of 100.
    pub chance: f64,
    /// In words.
    pub size: ShiftSize,
}

/// How far that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShiftSize {
    /// Both sides have the same shares.
    None,
    /// Two random samples differ as much.
    Chance,
    /// Below 0.1.
    Small,
    /// From 0.1 on.
    Moderate,
    /// From 0.25 on.
    Large,
}

impl Shift {
    /// From the rows in each part before to those after; `None` where there are none. The parts are at most ten.
    pub fn of(old: &[u64], new: &[u64]) -> Option<Self> {
        let [n, m] = [old, new].map(|side| side.iter().sum::<u64>() as f64);
        if n == 0.0 || m == 0.0 {
            return None;
        }
        let parts = old.len() as f64;
        let share = |count: u64, all: f64| (count as f64 + 0.5) / (all + 0.5 * parts);
        let has_moved = old.iter().zip(new).any(|(&old, &new)| (old as f64 * m - new as f64 * n).abs() > 0.0);
        let term = |(&old, &new): (&u64, &u64)| {
            let (p, q) = (share(old, n), share(new, m));
            (q - p) * libm::log(q / p)
        };
        let psi = if has_moved { old.iter().zip(new).map(term).sum() } else { 0.0 };
        let freedom = old.len().clamp(2, CHI_SQUARED.len() + 1) - 1;
        let chance = CHI_SQUARED[freedom - 1] * (1.0 / n + 1.0 / m);
        let size = match psi {
            _ if !has_moved => ShiftSize::None,
            _ if psi <= chance => ShiftSize::Chance,
            _ if psi < MARKS[0] => ShiftSize::Small,
            _ if psi < MARKS[1] => ShiftSize::Moderate,
            _ => ShiftSize::Large,
        };
        Some(Self { psi, chance, size })
    }
}

impl fmt::Display for ShiftSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "no shift",
            Self::Chance => "no more than two random samples of this size differ by",
            Self::Small => "a small shift, but more than chance",
            Self::Moderate => "a shift worth a look",
            Self::Large => "a large shift: these are different populations, or different yardsticks",
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_is_what_the_formula_says() {
        // By hand: p = (40.5, 60.5) / 101, q = (60.5, 40.5) / 101; 2 × (20/101) × ln (60.5 / 40.5).
        let shift = Shift::of(&[40, 60], &[60, 40]).expect("rows on both sides");
        assert!((shift.psi - 2.0 * (20.0 / 101.0) * (60.5_f64 / 40.5).ln()).abs() < 1e-12);
        assert!((shift.chance - 3.841 * 0.02).abs() < 1e-12);
        assert_eq!(shift.size, ShiftSize::Moderate);
    }

    #[test]
    fn size_depends_on_how_much_there_is() {
        let size = |old: &[u64], new: &[u64]| Shift::of(old, new).map(|shift| shift.size);
        assert_eq!(size(&[4, 6], &[6, 4]), Some(ShiftSize::Chance));
        assert_eq!(size(&[4000, 6000], &[4500, 5500]), Some(ShiftSize::Small));
        assert_eq!(size(&[9000, 1000], &[1000, 9000]), Some(ShiftSize::Large));
        assert_eq!(size(&[1, 2, 3], &[10, 20, 30]), Some(ShiftSize::None));
        assert_eq!(size(&[0, 0], &[1, 1]), None);
    }

    proptest! {
        #[test]
        fn it_is_never_negative_and_symmetric(
            old in prop::collection::vec(0..1000_u64, 4), new in prop::collection::vec(0..1000_u64, 4),
        ) {
            if let (Some(there), Some(back)) = (Shift::of(&old, &new), Shift::of(&new, &old)) {
                prop_assert!(there.psi >= 0.0 && there.psi.is_finite());
                prop_assert!((there.psi - back.psi).abs() < 1e-9);
            }
        }
    }
}
