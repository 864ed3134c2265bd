//! What was met on the way, counted.

use serde::{Deserialize, Serialize};

use crate::formats::encoding::Encoding;
use crate::formats::export::RowProblem;
use crate::role::Role;

/// So many problems are told one by one.
const TOLD: usize = 10;

/// Counts of rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Records, with a problem or without.
    pub records: u64,
    /// Those with a role, in the order of [`Role::ALL`].
    pub roles: [u64; 4],
    /// Problems.
    pub problems: u64,
    /// Rows with an encoding: ASCII only, UTF-8, Windows-1252.
    pub encodings: [u64; 3],
    /// The first problems: the row's number, and what is wrong with it.
    pub told: Vec<(u64, String)>,
}

impl Tally {
    /// Counts a row that has a role.
    pub fn verdict(&mut self, role: Role, encoding: Encoding) {
        self.records += 1;
        self.roles[role.index()] += 1;
        self.encodings[encoding as usize] += 1;
    }

    /// Counts a problem.
    pub fn problem(&mut self, number: u64, problem: &RowProblem) {
        self.problems += 1;
        if self.told.len() < TOLD {
            self.told.push((number, problem.to_string()));
        }
    }

    /// Adds the counts of the rows that follow.
    pub fn add(&mut self, next: Self) {
        let sum = |ours: &mut [u64], theirs: &[u64]| ours.iter_mut().zip(theirs).for_each(|(ours, theirs)| *ours += theirs);
        self.records += next.records;
        self.problems += next.problems;
        sum(&mut self.roles, &next.roles);
        sum(&mut self.encodings, &next.encodings);
        let room = TOLD - self.told.len().min(TOLD);
        self.told.extend(next.told.into_iter().take(room));
    }

    /// How many records have `role`.
    pub fn of(&self, role: Role) -> u64 {
        self.roles[role.index()]
    }
}
