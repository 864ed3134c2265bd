//! Names of employers and of job boards, which a model never learns.
//!
//! What five employers write may still name a sixth: a staffing firm's clients, a consultancy that everybody worked for, the board that adds its own line
//! to each posting.

use std::collections::{HashMap, HashSet};

use super::groups::employer_key;
use crate::tokens::Words;

/// An employer with fewer postings may be no more than a misread field.
const FEWEST_POSTINGS: usize = 2;
/// What more than one posting in so many says is a word of the language (*team*, *mission*), whoever else is called so.
const RARE: usize = 50;

/// The names in some labelled postings.
#[derive(Debug, Default)]
pub struct EmployerNames {
    employers: HashMap<String, usize>,
    boards: HashSet<String>,
}

impl EmployerNames {
    /// Collects the names of postings, given by employer and source.
    pub fn new<'e>(postings: impl IntoIterator<Item = (&'e str, &'e str)>) -> Self {
        let mut names = Self::default();
        for (company, source) in postings {
            *names.employers.entry(employer_key(company)).or_default() += 1;
            // `board_2025`: what stands before the year is the name.
            let board = source.split(|character: char| !character.is_alphanumeric()).next().unwrap_or_default();
            names.boards.extend(Words::read(board).forms().map(str::to_owned));
        }
        names
    }

    /// Whether `words` in a row, which stand in `postings` of `all`, are a name.
    pub fn is_name<'w>(&self, words: impl IntoIterator<Item = &'w str>, postings: u32, all: usize) -> bool {
        let key: String = words.into_iter().collect();
        let employer = self.employers.get(&key).is_some_and(|&count| count >= FEWEST_POSTINGS);
        self.boards.contains(&key) || (employer && postings as usize * RARE <= all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_names_of_employers_are_names() {
        let posting = ("Nordlicht Kontor GmbH", "ferngut_2025");
        let names = EmployerNames::new([posting; 2]);
        assert!(names.is_name(["nordlicht", "kontor"], 10, 1000));
        assert!(!names.is_name(["nordlicht", "kontor"], 30, 1000), "a word that many use");
        assert!(!names.is_name(["nordlicht"], 10, 1000));
        assert!(names.is_name(["ferngut"], 900, 1000), "a board stands in every one of its postings");
        assert!(!EmployerNames::new([posting]).is_name(["nordlicht", "kontor"], 10, 1000));
    }
}
