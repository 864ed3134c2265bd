//! Leading phrases, counted for each role on each side.

use std::collections::HashMap;

use serde::Serialize;

use super::Side;
use crate::role::Role;

/// So many different phrases are counted; beyond, the rarest are forgotten.
const MOST: usize = 100_000;
/// So many that moved are told for each role and direction.
const TOLD: usize = 5;
/// A phrase that occurs fewer times on both sides is no leading one.
const FEWEST: u32 = 2;

/// Rows with a phrase: for each role, on each side.
type Counts = [[u32; 2]; 4];

/// Counts phrases.
#[derive(Debug)]
pub(super) struct PhraseCounts {
    most: usize,
    counts: HashMap<Box<str>, Counts>,
    missed: u32,
}

impl Default for PhraseCounts {
    fn default() -> Self {
        Self { most: MOST, counts: HashMap::new(), missed: 0 }
    }
}

/// A phrase whose share of a role's rows moved.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MovedPhrase {
    /// In lower case, without markup.
    pub phrase: String,
    /// Rows of the role that it carries in the old labelling,
    pub old: u32,
    /// and in the new one.
    pub new: u32,
}

/// What moved among the rows of a role.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RolePhrases {
    /// The role.
    pub role: Role,
    /// Phrases whose share of its rows grew most.
    pub gained: Vec<MovedPhrase>,
    /// Phrases whose share of its rows fell most.
    pub lost: Vec<MovedPhrase>,
}

impl PhraseCounts {
    /// Counts the phrases of a row, which are different ones.
    pub(super) fn count(&mut self, side: Side, role: Role, phrases: &[String]) {
        for phrase in phrases {
            if let Some(counts) = self.counts.get_mut(phrase.as_str()) {
                counts[role.index()][side as usize] += 1;
                continue;
            }
            if self.counts.len() >= self.most {
                self.forget();
            }
            let counts = self.counts.entry(phrase.as_str().into()).or_default();
            counts[role.index()][side as usize] = 1;
        }
    }

    /// Makes room: phrases that occurred least go, all of them together.
    fn forget(&mut self) {
        let total = |counts: &Counts| counts.iter().flatten().sum::<u32>();
        let mut rarest = 0;
        while self.counts.len() > self.most / 2 {
            rarest = self.counts.values().map(total).min().unwrap_or_default().max(rarest);
            self.counts.retain(|_, counts| total(counts) > rarest);
        }
        self.missed += rarest;
    }

    /// At most so many occurrences of a phrase were forgotten.
    pub(super) fn missed(&self) -> u32 {
        self.missed
    }

    /// What moved, where `rows` has the rows of each role on each side.
    pub(super) fn moved(&self, rows: [&[u64; 4]; 2]) -> Vec<RolePhrases> {
        Role::ALL.into_iter().map(|role| self.moved_in(role, rows.map(|side| side[role.index()]))).collect()
    }

    fn moved_in(&self, role: Role, rows: [u64; 2]) -> RolePhrases {
        let share = |count: u32, rows: u64| if rows == 0 { 0.0 } else { f64::from(count) / rows as f64 };
        let mut moved: Vec<(f64, &str, [u32; 2])> = self
            .counts
            .iter()
            .map(|(phrase, counts)| (phrase.as_ref(), counts[role.index()]))
            .filter(|(_, [old, new])| old.max(new) >= &FEWEST)
            .map(|(phrase, [old, new])| (share(new, rows[1]) - share(old, rows[0]), phrase, [old, new]))
            .filter(|(change, ..)| *change != 0.0)
            .collect();
        moved.sort_by(|(one, a, _), (other, b, _)| other.total_cmp(one).then_with(|| a.cmp(b)));
        let told =
            |(_, phrase, [old, new]): &(f64, &str, [u32; 2])| MovedPhrase { phrase: (*phrase).to_owned(), old: *old, new: *new };
        let gained = moved.iter().take_while(|(change, ..)| *change > 0.0).take(TOLD).map(told).collect();
        let lost = moved.iter().rev().take_while(|(change, ..)| *change < 0.0).take(TOLD).map(told).collect();
        RolePhrases { role, gained, lost }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrases(phrases: &[&str]) -> Vec<String> {
        phrases.iter().map(|&phrase| phrase.to_owned()).collect()
    }

    #[test]
    fn shares_decide_not_counts() {
        let mut counts = PhraseCounts::default();
        for _ in 0..10 {
            counts.count(Side::Old, Role::Mixed, &phrases(&["same", "fell"]));
        }
        for at in 0..20 {
            counts.count(Side::New, Role::Mixed, &phrases(if at < 10 { &["same", "fell", "grew"] } else { &["same"] }));
        }
        counts.count(Side::New, Role::Neither, &phrases(&["once"]));
        let moved = counts.moved([&[0, 0, 10, 0], &[0, 0, 20, 1]]);
        let names = |moved: &[MovedPhrase]| moved.iter().map(|one| (one.phrase.clone(), one.old, one.new)).collect::<Vec<_>>();
        assert_eq!(names(&moved[2].gained), [("grew".to_owned(), 0, 10)]);
        assert_eq!(names(&moved[2].lost), [("fell".to_owned(), 10, 10)]);
        assert!(moved[3].gained.is_empty(), "once is no leading phrase");
    }

    #[test]
    fn what_is_rare_is_forgotten_first() {
        let mut counts = PhraseCounts { most: 10, ..PhraseCounts::default() };
        for at in 0..1000 {
            counts.count(Side::New, Role::Mixed, &phrases(&["often", &format!("rare {at}")]));
        }
        let moved = counts.moved([&[0; 4], &[0, 0, 1000, 0]]);
        assert_eq!((moved[2].gained.len(), moved[2].gained[0].new), (1, 1000));
        assert!(counts.missed() > 0 && counts.counts.len() <= 10);
    }
}
