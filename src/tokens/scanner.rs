//! Cuts a text into words in one pass.
//!
//! The text is folded byte by byte first, a loop that the compiler turns into vector instructions; ASCII that belongs to no word becomes zero.
//! Nearly every word is ASCII: its end is the next zero, found eight bytes at a time, and its form stands in the folded text already. Words with
//! umlauts are written out behind it. A word with anything else in it (combining marks, soft hyphens, gender endings behind a sign) goes through
//! [`careful`](Words::careful), which is slower and reads by character.

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::fold::{fold_gender, may_have_gender};
use crate::span::Span;

/// Where a word stands in its text, and where its folded form stands among the forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Word {
    start: u32,
    end: u32,
    /// `forms[form..form_end]`.
    form: u32,
    form_end: u32,
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
        folded.extend(text.bytes().map(fold));
        folded.extend([0; PADDING]);
        let room = text.len() / BYTES_PER_WORD + 1;
        let (words, keys) = (Vec::with_capacity(room), Vec::with_capacity(room));
        let mut scanner = Scanner { text, folded: &folded, words, keys, others: Vec::new() };
        scanner.scan();
        let Scanner { words, keys, others, .. } = scanner;
        folded.extend(others);
        Self { list: words, keys, forms: folded }
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

/// The key of `form`.
pub(crate) fn key(form: &[u8]) -> Key {
    let mut bytes = [0; KEY_BYTES];
    let short = form.len().min(KEY_BYTES);
    bytes[..short].copy_from_slice(&form[..short]);
    [eight(&bytes, 0), eight(&bytes, 8)]
}

/// Eight bytes from `at` on, the first one lowest.
#[inline]
fn eight(bytes: &[u8], at: usize) -> u64 {
    let mut eight = [0; 8];
    eight.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(eight)
}

/// Cuts a text into words.
struct Scanner<'t> {
    text: &'t str,
    /// The text, folded byte by byte, with [`PADDING`] behind it.
    folded: &'t [u8],
    words: Vec<Word>,
    keys: Vec<Key>,
    /// Forms that do not stand in the folded text.
    others: Vec<u8>,
}

impl Scanner<'_> {
    fn scan(&mut self) {
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

/// As much of `text` as is read.
fn beginning(text: &str) -> &str {
    let end = (0..=text.len().min(LONGEST)).rev().find(|&end| text.is_char_boundary(end));
    &text[..end.unwrap_or_default()]
}

/// A place among forms, which fits by [`LONGEST`].
#[allow(clippy::cast_possible_truncation)]
#[inline]
fn place(at: usize) -> u32 {
    at as u32
}

/// A byte of a word's form: lower case of an ASCII letter, digits and all that is not ASCII as it is, zero for ASCII that belongs to no word.
#[inline]
fn fold(byte: u8) -> u8 {
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

/// Whether a mark that belongs to no word stands at the beginning: a dash, a quote, a bullet, a space that does not break.
fn is_common_mark(bytes: &[u8]) -> bool {
    matches!(bytes, [0xe2, 0x80, ..] | [0xc2, 0xa0, ..])
}

/// Whether no word goes on with `next`, and no gender ending or link begins with it.
#[inline]
fn ends_any_word(next: u8) -> bool {
    next.is_ascii() && !matches!(next, b'.' | b':' | b'*' | b'_' | b'/')
}

/// What stands for the umlaut that `bytes` begin with.
fn written_out(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xc3, 0xa4 | 0x84, ..] => Some("ae"),
        [0xc3, 0xb6 | 0x96, ..] => Some("oe"),
        [0xc3, 0xbc | 0x9c, ..] => Some("ue"),
        [0xc3, 0x9f, ..] => Some("ss"),
        _ => None,
    }
}

/// Whether the word `form` ends for sure where `rest` begins: no link, no gender ending, no character that belongs to the letter before it.
fn ends_plainly(form: &[u8], rest: &str) -> bool {
    match rest.as_bytes() {
        [] => true,
        [b'.', ..] => form != b"www",
        [b':', b'/', b'/', ..] => !matches!(form, b"http" | b"https"),
        [b':' | b'*' | b'_' | b'/', b'-', next, ..] | [b':' | b'*' | b'_' | b'/', next, ..] => {
            next.is_ascii() && !matches!(next, b'i' | b'I')
        }
        [first, ..] if first.is_ascii() => true,
        _ => !rest.starts_with(|next| is_word(next) || matches!(next, '·' | '\u{387}')),
    }
}

/// Soft hyphens, zero-width characters and the like: they stand inside words and mean nothing.
pub(super) fn is_ignorable(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Whether `character` belongs to a word.
fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || (!character.is_ascii() && (character.is_alphanumeric() || is_combining_mark(character) || is_ignorable(character)))
}

/// Whether a word may begin with `character`: a combining mark belongs to what stands before it, an ignorable character to nothing.
fn begins_word(character: char) -> bool {
    character.is_alphanumeric()
}

/// Length of the word at the start of `rest`, a gender ending such as `:innen` or `/-in` included.
fn word_length(rest: &str) -> usize {
    let run = |text: &str| text.find(|character| !is_word(character)).unwrap_or(text.len());
    let length = run(rest);
    let Some(separator) =
        rest[length..].chars().next().filter(|character| matches!(character, ':' | '*' | '_' | '/' | '·' | '\u{387}'))
    else {
        return length;
    };
    let skip = |at: usize| at + rest[at..].find(|character| !is_ignorable(character)).unwrap_or(rest.len() - at);
    let mut ending_start = skip(length + separator.len_utf8());
    ending_start += usize::from(rest[ending_start..].starts_with('-'));
    let suffix = run(&rest[ending_start..]);
    let is_gender_ending = matches!(normalize(&rest[ending_start..ending_start + suffix]).as_str(), "in" | "innen");
    if is_gender_ending { ending_start + suffix } else { length }
}

/// Length of the link at the start of `rest`, if one stands there.
fn link_length(rest: &str) -> Option<usize> {
    let starts = |prefix: &str| {
        let mut letters = rest.chars().filter(|character| !is_ignorable(*character));
        prefix.chars().all(|expected| letters.next().is_some_and(|found| found.eq_ignore_ascii_case(&expected)))
    };
    (starts("http://") || starts("https://") || starts("www.")).then(|| {
        rest.find(|character: char| character.is_whitespace() || matches!(character, ')' | ']' | '<' | '"')).unwrap_or(rest.len())
    })
}

/// NFC, lower case, ignorable characters out, umlauts written out.
fn normalize(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    let kept: String = word.chars().filter(|character| !is_ignorable(*character)).collect();
    let composed = if is_nfc(&kept) { kept } else { kept.nfc().collect() };
    let mut form = String::with_capacity(composed.len());
    for character in composed.chars().flat_map(char::to_lowercase) {
        match character {
            'ä' => form.push_str("ae"),
            'ö' => form.push_str("oe"),
            'ü' => form.push_str("ue"),
            'ß' => form.push_str("ss"),
            other => form.push(other),
        }
    }
    form
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
