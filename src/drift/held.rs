//! The rows of OLD, held until NEW was read: found by id, those with the same id in the order in which they stood.

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_128;

use super::Named;
use crate::labelled::LabelledRow;
use crate::labelled::label::{Call, cut};

/// Ids and titles are cut after so many bytes where they are kept; they are told apart by the whole of them.
pub const LONGEST: usize = 250;

/// No row follows.
const NONE: u32 = u32::MAX;

/// Rows, found by id.
#[derive(Debug, Default)]
pub struct Held {
    rows: Vec<HeldRow>,
    /// Ids and titles, one after the other.
    names: String,
    /// By the checksum of an id, in two halves: the first row of that id that was not taken yet, and the last one.
    by_id: HashMap<[u64; 2], [u32; 2]>,
}

#[derive(Debug)]
struct HeldRow {
    number: u64,
    /// Where its id begins among the names; its title follows.
    names: usize,
    id: u8,
    title: u8,
    is_taken: bool,
    call: Option<Call>,
    /// Checksum of the whole title.
    title_sum: u32,
    /// The next row with the same id.
    next: u32,
}

/// A row that was taken.
#[derive(Debug, PartialEq, Eq)]
pub struct Taken {
    /// The row.
    pub row: Named,
    title_sum: u32,
}

impl Taken {
    /// Whether `title` is the one that the row has.
    pub fn has_title(&self, title: &str) -> bool {
        self.title_sum == sum(title)
    }
}

#[allow(clippy::cast_possible_truncation)]
fn sum(text: &str) -> u32 {
    xxh3_128(text.as_bytes()) as u32
}

/// The checksum of an id in two halves, which take less room in a map than a whole.
#[allow(clippy::cast_possible_truncation)]
fn key(id: &str) -> [u64; 2] {
    let sum = xxh3_128(id.as_bytes());
    [sum as u64, (sum >> 64) as u64]
}

impl Held {
    /// Holds `row`; `false` where there is room for no more.
    pub fn push(&mut self, row: &LabelledRow) -> bool {
        let Some(place) = u32::try_from(self.rows.len()).ok().filter(|&place| place < NONE) else { return false };
        let (id, title) = (cut(&row.id, LONGEST), cut(&row.title, LONGEST));
        let names = self.names.len();
        self.names.push_str(id);
        self.names.push_str(title);
        let length = |text: &str| u8::try_from(text.len()).unwrap_or(u8::MAX);
        self.rows.push(HeldRow {
            number: row.number,
            names,
            id: length(id),
            title: length(title),
            is_taken: false,
            call: row.label.call,
            title_sum: sum(&row.title),
            next: NONE,
        });
        let ends = self.by_id.entry(key(&row.id)).or_insert([place, place]);
        if ends[1] != place {
            self.rows[ends[1] as usize].next = place;
            ends[1] = place;
        }
        true
    }

    /// The first row with `id` that was not taken yet.
    pub fn take(&mut self, id: &str) -> Option<Taken> {
        let ends = self.by_id.get_mut(&key(id)).filter(|ends| ends[0] != NONE)?;
        let place = ends[0] as usize;
        ends[0] = self.rows[place].next;
        self.rows[place].is_taken = true;
        Some(Taken { row: self.named(&self.rows[place]), title_sum: self.rows[place].title_sum })
    }

    /// The rows that nobody took, in their order.
    pub fn left(&self) -> impl Iterator<Item = Named> {
        self.rows.iter().filter(|row| !row.is_taken).map(|row| self.named(row))
    }

    fn named(&self, row: &HeldRow) -> Named {
        let (id, rest) = self.names[row.names..].split_at(usize::from(row.id));
        Named { id: id.to_owned(), title: rest[..usize::from(row.title)].to_owned(), row: row.number, call: row.call }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u64, id: &str) -> LabelledRow {
        LabelledRow { number, id: id.to_owned(), title: format!("title of {number}"), ..LabelledRow::default() }
    }

    #[test]
    fn rows_of_one_id_come_in_their_order() {
        let mut held = Held::default();
        for (number, id) in [(2, "a"), (3, "b"), (4, "a"), (5, ""), (6, "a")] {
            assert!(held.push(&row(number, id)));
        }
        let mut take = |id: &str| held.take(id).map(|taken| taken.row.row);
        assert_eq!([take("a"), take("a"), take(""), take(""), take("c")], [Some(2), Some(4), Some(5), None, None]);
        assert_eq!(held.left().map(|row| row.row).collect::<Vec<_>>(), [3, 6]);
    }

    #[test]
    fn long_ids_are_told_apart_by_their_ends() {
        let long = "ä".repeat(500);
        let mut held = Held::default();
        held.push(&row(2, &(long.clone() + "1")));
        held.push(&row(3, &(long.clone() + "2")));
        let taken = held.take(&(long + "2")).expect("there");
        assert_eq!((taken.row.row, taken.row.id.len(), taken.row.title.as_str()), (3, LONGEST, "title of 3"));
        assert!(taken.has_title("title of 3") && !taken.has_title("title of 2"));
        assert!(size_of::<HeldRow>() <= 48, "{}", size_of::<HeldRow>());
    }
}
