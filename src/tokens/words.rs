//! The words of a text: where each stands, and how it is looked up.

use super::scanner::{self, Scanner};
use crate::span::Span;

/// Where a word stands in its text, and where its folded form stands among the forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) start: u32,
    pub(super) end: u32,
    /// `forms[form..form_end]`.
    pub(super) form: u32,
    pub(super) form_end: u32,
}

/// The words of a text, from left to right: where each stands, and its folded form (NFC, lower case, umlauts written out, gender ending off).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    list: Vec<Word>,
    keys: Vec<Key>,
    /// The text, folded byte by byte: the form of a plain word stands where the word does. All others follow.
    forms: Vec<u8>,
}

/// The first sixteen bytes of a word's form, the first one lowest, with zeros behind a shorter one.
pub(crate) type Key = [u64; 2];

/// So many bytes of a form are in its [`Key`].
pub(crate) const KEY_BYTES: usize = 16;

/// A longer text is read up to here, in bytes: so places in its forms, which are no more than three times as long, have 32 bits.
const LONGEST: usize = 1 << 30;
/// Bytes of zero behind the folded text, so that eight of them can be read at any place of it, and eight more.
const PADDING: usize = 16;
/// A word takes about so many bytes of a text.
const BYTES_PER_WORD: usize = 6;

impl Words {
    /// The words of `text`. Links (`http://…`, `www.…`) and what stands in them are passed over.
    pub fn read(text: &str) -> Self {
        let text = beginning(text);
        let mut folded = Vec::with_capacity(text.len() + 16 * PADDING);
        folded.extend(text.bytes().map(scanner::fold));
        folded.extend([0; PADDING]);
        let room = text.len() / BYTES_PER_WORD + 1;
        let mut scanner = Scanner {
            text,
            folded: &folded,
            words: Vec::with_capacity(room),
            keys: Vec::with_capacity(room),
            others: Vec::new(),
        };
        scanner.scan();
        let Scanner { words: list, keys, others, .. } = scanner;
        folded.extend(others);
        Self { list, keys, forms: folded }
    }

    /// Number of words.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is no word.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Where word `index` stands in the text.
    #[inline]
    pub fn span(&self, index: usize) -> Span {
        let Word { start, end, .. } = self.list[index];
        Span::new(start as usize, end as usize)
    }

    /// The folded form of word `index`.
    pub fn form(&self, index: usize) -> &str {
        str::from_utf8(self.bytes(index)).unwrap_or_else(|error| unreachable!("a form is whole characters: {error}"))
    }

    /// The folded forms, from left to right.
    pub fn forms(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.list.len()).map(|index| self.form(index))
    }

    /// The folded form of word `index`, as bytes.
    #[inline]
    pub(crate) fn bytes(&self, index: usize) -> &[u8] {
        let Word { form, form_end, .. } = self.list[index];
        &self.forms[form as usize..form_end as usize]
    }

    /// For each word, the first bytes of its form.
    pub(crate) fn keys(&self) -> &[Key] {
        &self.keys
    }
}

/// As much of `text` as is read.
fn beginning(text: &str) -> &str {
    let end = (0..=text.len().min(LONGEST)).rev().find(|&end| text.is_char_boundary(end));
    &text[..end.unwrap_or_default()]
}

/// The key of `form`.
pub(crate) fn key(form: &[u8]) -> Key {
    let mut bytes = [0; KEY_BYTES];
    let short = form.len().min(KEY_BYTES);
    bytes[..short].copy_from_slice(&form[..short]);
    [scanner::eight(&bytes, 0), scanner::eight(&bytes, 8)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(text: &str) -> Vec<String> {
        Words::read(text).forms().map(str::to_owned).collect()
    }

    #[test]
    fn words_are_folded() {
        assert_eq!(forms("Key-Account-Management, Größe & Stra\u{ad}ße"), ["key", "account", "management", "groesse", "strasse"]);
        assert_eq!(forms("Mu\u{308}ller MÜLLER mueller"), ["mueller", "mueller", "mueller"]);
        assert_eq!(forms("siehe https://example.org/a?b=c (www.example.org) hier"), ["siehe", "hier"]);
    }

    #[test]
    fn gender_forms_are_one_word() {
        let written = "Projektleiter Projektleiterin Projektleiter:in Projektleiter*innen Projektleiter/-in Projektleiter_innen ProjektleiterInnen";
        assert!(forms(written).iter().all(|form| form == "projektleiter"), "{:?}", forms(written));
        assert_eq!(forms("Kund:innen Kund*innen KundInnen Kundinnen"), ["kunden"; 4]);
    }

    #[test]
    fn spans_slice_the_text() {
        let text = "Für Kund:innen – 😀 e\u{301}lan";
        let words = Words::read(text);
        let sliced: Vec<&str> = (0..words.len()).map(|index| words.span(index).of(text)).collect();
        assert_eq!(sliced, ["Für", "Kund:innen", "e\u{301}lan"]);
    }
}
