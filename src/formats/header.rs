//! Which record of a table is its header.

use std::collections::BTreeSet;

use super::export::Column;
use super::names::{self, Purpose};

/// A header stands among so many first records, or nowhere.
const DEEPEST: usize = 30;
/// A name is no longer than this.
const LONGEST_NAME: usize = 80;

/// The first of the records with most names that are known, and what they name.
pub(super) fn named(records: &[Vec<String>]) -> Option<(usize, BTreeSet<Purpose>)> {
    let named = records.iter().take(DEEPEST).map(|record| purposes(record)).enumerate();
    let named = named.filter(|(_, purposes)| !purposes.is_empty());
    named.max_by_key(|(at, purposes)| (purposes.len(), std::cmp::Reverse(*at)))
}

/// What is named in `record` by names that are known.
fn purposes(record: &[String]) -> BTreeSet<Purpose> {
    let short = record.iter().filter(|cell| cell.len() <= LONGEST_NAME);
    short.filter_map(|cell| names::purpose(cell)).map(|(purpose, _)| purpose).collect()
}

/// Whether no cell has anything in it.
pub(super) fn is_blank(record: &[String]) -> bool {
    record.iter().all(|cell| cell.trim().is_empty())
}

/// Whether `record` can be a header without a known name: short, distinct names, no numbers.
pub(super) fn is_header(record: &[String]) -> bool {
    let is_name = |cell: &String| {
        let cell = cell.trim();
        !cell.is_empty()
            && cell.len() <= LONGEST_NAME
            && cell.chars().any(char::is_alphabetic)
            && cell.split_whitespace().count() <= 4
    };
    let distinct: BTreeSet<&String> = record.iter().collect();
    record.iter().all(is_name) && distinct.len() == record.len()
}

/// A column of that name. Nobody looks into columns about people.
pub(super) fn column(name: String, cells: impl Iterator<Item = String>) -> Column {
    let is_person = matches!(names::purpose(&name), Some((Purpose::Person, _)));
    Column { name, samples: if is_person { Vec::new() } else { cells.collect() } }
}
