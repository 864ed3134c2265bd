//! Cuts a text into words in one pass.
//!
//! The text is folded byte by byte first, a loop that the compiler turns into vector instructions; ASCII that belongs to no word becomes zero.
//! Nearly every word is ASCII: its end is the next zero, found eight bytes at a time, and its form stands in the folded text already. Words with
//! umlauts are written out behind it. A word with anything else in it (combining marks, soft hyphens, gender endings behind a sign) goes through
//! [`careful`](Words::careful), which is slower and reads by character.

use super::characters::{
    begins_word, ends_any_word, ends_plainly, is_common_mark, link_length, normalize, word_length, written_out,
};
use super::fold::{fold_gender, may_have_gender};
use super::words::{Key, Word, key};

/// Eight bytes from `at` on, the first one lowest.
#[inline]
pub(super) fn eight(bytes: &[u8], at: usize) -> u64 {
    let mut eight = [0; 8];
    eight.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(eight)
}

/// Cuts a text into words.
pub(super) struct Scanner<'t> {
    pub(super) text: &'t str,
    /// The text, folded byte by byte, with sixteen bytes of zero behind it.
    pub(super) folded: &'t [u8],
    pub(super) words: Vec<Word>,
    pub(super) keys: Vec<Key>,
    /// Forms that do not stand in the folded text.
    pub(super) others: Vec<u8>,
}

impl Scanner<'_> {
    /// Finds all words.
    pub(super) fn scan(&mut self) {
        let (folded, end) = (self.folded, self.text.len());
        let mut at = 0;
        while at < end {
            let ahead = eight(folded, at);
            if ahead == 0 {
                at += 8;
                continue;
            }
            at += ahead.trailing_zeros() as usize / 8;
            at = self.simple(at).unwrap_or_else(|| self.other(at));
        }
    }

    /// Adds the word at `start` where it is ASCII and ends for sure where its letters and digits do; returns where to go on.
    #[inline]
    fn simple(&mut self, start: usize) -> Option<usize> {
        let mut key = [eight(self.folded, start), 0];
        let mut end = start;
        let mut mark = stops(key[0]);
        if mark != 0 {
            key[0] &= before(mark);
        } else {
            end += 8;
            key[1] = eight(self.folded, end);
            mark = stops(key[1]);
            if mark != 0 {
                key[1] &= before(mark);
            } else {
                while mark == 0 {
                    end += 8;
                    mark = stops(eight(self.folded, end));
                }
            }
        }
        end += mark.trailing_zeros() as usize / 8;
        let length = end - start;
        let next = self.text.as_bytes().get(end).copied().unwrap_or(b' ');
        if !ends_any_word(next) && (next != b'.' || length == 3) {
            return None;
        }
        if self.folded[end - 1] == b'n' && may_have_gender(&self.folded[start..end]) {
            let form = fold_gender(&self.text[start..end].to_ascii_lowercase());
            self.push(start, end, &form);
        } else {
            self.words.push(Word { start: place(start), end: place(end), form: place(start), form_end: place(end) });
            self.keys.push(key);
        }
        Some(end)
    }

    /// Adds the word at `start`, if one begins there; returns where to go on.
    #[inline(never)]
    fn other(&mut self, start: usize) -> usize {
        let rest = &self.text[start..];
        let bytes = rest.as_bytes();
        if bytes[0].is_ascii() || written_out(bytes).is_some() {
            return self.plain(start);
        }
        if is_common_mark(bytes) {
            return start + if bytes[0] == 0xc2 { 2 } else { 3 };
        }
        match rest.find(begins_word) {
            Some(0) => self.careful(start),
            Some(found) => start + found,
            None => self.text.len(),
        }
    }

    /// Adds the word that begins with the ASCII letter, digit or umlaut at `start`; returns where to go on.
    fn plain(&mut self, start: usize) -> usize {
        let bytes = self.text.as_bytes();
        let form_start = self.others.len();
        let mut at = start;
        loop {
            let run = self.folded[at..].iter().take_while(|byte| matches!(byte, 1..0x80)).count();
            self.others.extend(&self.folded[at..at + run]);
            at += run;
            let Some(letters) = written_out(&bytes[at..]) else { break };
            self.others.extend(letters.as_bytes());
            at += 2;
        }
        if !ends_plainly(&self.others[form_start..], &self.text[at..]) {
            self.others.truncate(form_start);
            return self.careful(start);
        }
        if may_have_gender(&self.others[form_start..]) {
            let form = str::from_utf8(&self.others[form_start..]).map(fold_gender).unwrap_or_default();
            self.others.truncate(form_start);
            self.push(start, at, &form);
        } else {
            self.push_last(start, at, form_start);
        }
        at
    }

    /// Adds the word that begins with the character at `start`, or passes over the link there; returns where to go on.
    fn careful(&mut self, start: usize) -> usize {
        let text = self.text;
        if let Some(length) = link_length(&text[start..]) {
            return start + length;
        }
        let end = start + word_length(&text[start..]);
        let form = fold_gender(&normalize(&text[start..end]));
        if !form.is_empty() {
            self.push(start, end, &form);
        }
        end
    }

    /// Adds the word `text[start..end]` with another form than what stands in the folded text.
    fn push(&mut self, start: usize, end: usize, form: &str) {
        let form_start = self.others.len();
        self.others.extend(form.as_bytes());
        self.push_last(start, end, form_start);
    }

    /// Adds the word `text[start..end]`, whose form is the last one among the others and begins there.
    fn push_last(&mut self, start: usize, end: usize, form_start: usize) {
        let [form, form_end] = [form_start, self.others.len()].map(|at| place(self.folded.len() + at));
        self.words.push(Word { start: place(start), end: place(end), form, form_end });
        self.keys.push(key(&self.others[form_start..]));
    }
}

/// A place among forms, which fits, since no more of a text is read.
#[allow(clippy::cast_possible_truncation)]
#[inline]
fn place(at: usize) -> u32 {
    at as u32
}

/// A byte of a word's form: lower case of an ASCII letter, digits and all that is not ASCII as it is, zero for ASCII that belongs to no word.
#[inline]
pub(super) fn fold(byte: u8) -> u8 {
    let lower = byte | 0x20;
    if lower.is_ascii_lowercase() {
        lower
    } else if byte.is_ascii_digit() || !byte.is_ascii() {
        byte
    } else {
        0
    }
}

/// Marks, in the highest bit of each of eight folded bytes, where no plain word goes on: zeros, and what is not ASCII. Only the lowest mark is sure.
#[inline]
fn stops(bytes: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHEST: u64 = 0x8080_8080_8080_8080;
    ((bytes.wrapping_sub(ONES) & !bytes) | bytes) & HIGHEST
}

/// The bits of all bytes before the lowest mark.
#[inline]
fn before(mark: u64) -> u64 {
    ((mark & mark.wrapping_neg()) >> 7) - 1
}
