//! Cuts a text into words in one pass.
//!
//! Nearly every word is ASCII, or ASCII with umlauts: it is folded byte by byte while its end is looked for. A word with anything else in it
//! (combining marks, soft hyphens, gender endings behind a sign) goes through [`careful`](Words::careful), which is slower and reads by character.

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::fold::{fold_gender, may_have_gender};
use crate::span::Span;

/// Where a word stands in its text, and where its folded form stands among the forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Word {
    span: Span,
    /// `forms[form.start..form.end]`.
    form: Span,
}

/// The words of a text, from left to right: where each stands, and its folded form (NFC, lower case, umlauts written out, gender ending off).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    words: Vec<Word>,
    /// The forms, one behind the other: one allocation for all.
    forms: String,
}

/// Bytes of a word and of its lower case, by byte: the byte itself where it is an ASCII digit or lower-case letter, the lower case of an
/// upper-case letter, [`BREAK`] for all other ASCII and [`WIDE`] beyond it.
const FOLDED: [u8; 256] = {
    let mut folded = [BREAK; 256];
    let mut byte = 0;
    while byte < 256 {
        #[allow(clippy::cast_possible_truncation)]
        let character = byte as u8;
        if character.is_ascii_alphanumeric() {
            folded[byte] = character.to_ascii_lowercase();
        } else if !character.is_ascii() {
            folded[byte] = WIDE;
        }
        byte += 1;
    }
    folded
};
/// ASCII that belongs to no word.
const BREAK: u8 = 0;
/// Part of a character beyond ASCII.
const WIDE: u8 = 1;
/// A word takes about so many bytes of a text.
const BYTES_PER_WORD: usize = 6;

impl Words {
    /// The words of `text`. Links (`http://…`, `www.…`) and what stands in them are passed over.
    pub fn read(text: &str) -> Self {
        let mut words = Self { words: Vec::with_capacity(text.len() / BYTES_PER_WORD), forms: String::with_capacity(text.len()) };
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            at = match FOLDED[usize::from(bytes[at])] {
                BREAK => at + 1,
                WIDE if written_out(&bytes[at..]).is_some() => words.plain(text, at),
                WIDE => match text[at..].find(begins_word) {
                    Some(0) => words.careful(text, at),
                    Some(found) => at + found,
                    None => bytes.len(),
                },
                _ => words.plain(text, at),
            };
        }
        words
    }

    /// Number of words.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there is no word.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Where word `index` stands in the text.
    pub fn span(&self, index: usize) -> Span {
        self.words[index].span
    }

    /// The folded form of word `index`.
    pub fn form(&self, index: usize) -> &str {
        self.words[index].form.of(&self.forms)
    }

    /// The folded forms, from left to right.
    pub fn forms(&self) -> impl ExactSizeIterator<Item = &str> {
        self.words.iter().map(|word| word.form.of(&self.forms))
    }

    /// Adds the word that begins with the ASCII letter, digit or umlaut at `start`; returns where to go on.
    fn plain(&mut self, text: &str, start: usize) -> usize {
        let bytes = text.as_bytes();
        let form_start = self.forms.len();
        let mut at = start;
        loop {
            let run = bytes[at..].iter().take_while(|&&byte| FOLDED[usize::from(byte)] > WIDE).count();
            self.forms.push_str(&text[at..at + run]);
            at += run;
            let Some(letters) = written_out(&bytes[at..]) else { break };
            self.forms.push_str(letters);
            at += 2;
        }
        self.forms[form_start..].make_ascii_lowercase();
        if !ends_plainly(&self.forms[form_start..], &text[at..]) {
            self.forms.truncate(form_start);
            return self.careful(text, start);
        }
        if may_have_gender(&self.forms[form_start..]) {
            let folded = fold_gender(&self.forms[form_start..]);
            self.forms.truncate(form_start);
            self.forms.push_str(&folded);
        }
        self.push(Span::new(start, at), form_start);
        at
    }

    /// Adds the word that begins with the character at `start`, or passes over the link there; returns where to go on.
    fn careful(&mut self, text: &str, start: usize) -> usize {
        if let Some(length) = link_length(&text[start..]) {
            return start + length;
        }
        let end = start + word_length(&text[start..]);
        let form = fold_gender(&normalize(&text[start..end]));
        if !form.is_empty() {
            let form_start = self.forms.len();
            self.forms.push_str(&form);
            self.push(Span::new(start, end), form_start);
        }
        end
    }

    fn push(&mut self, span: Span, form_start: usize) {
        self.words.push(Word { span, form: Span::new(form_start, self.forms.len()) });
    }
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
fn ends_plainly(form: &str, rest: &str) -> bool {
    match rest.as_bytes() {
        [] => true,
        [b'.', ..] => form != "www",
        [b':', b'/', b'/', ..] => !matches!(form, "http" | "https"),
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
