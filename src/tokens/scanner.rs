//! Cuts a text into words in one pass.

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::fold::fold_gender;
use crate::span::Span;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Where it stands in the text.
    pub span: Span,
    /// Its folded form: NFC, lower case, umlauts written out, gender ending off.
    pub form: String,
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

/// The words of `text`, from left to right. Links (`http://…`, `www.…`) and what stands in them are passed over.
pub fn words(text: &str) -> impl Iterator<Item = Word> + '_ {
    Scanner { text, at: 0 }
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl Iterator for Scanner<'_> {
    type Item = Word;

    fn next(&mut self) -> Option<Word> {
        loop {
            self.at += self.text[self.at..].find(begins_word)?;
            if let Some(length) = link_length(&self.text[self.at..]) {
                self.at += length;
                continue;
            }
            let start = self.at;
            self.at += word_length(&self.text[start..]);
            let form = fold_gender(&normalize(&self.text[start..self.at]));
            if !form.is_empty() {
                return Some(Word { span: Span::new(start, self.at), form });
            }
        }
    }
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
        words(text).map(|word| word.form).collect()
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
        let sliced: Vec<&str> = words(text).map(|word| word.span.of(text)).collect();
        assert_eq!(sliced, ["Für", "Kund:innen", "e\u{301}lan"]);
    }
}
