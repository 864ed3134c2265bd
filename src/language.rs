//! Which language a posting is in.
//!
//! Function words decide between German and English, since they are counted on the way. Only where they are rare does `whatlang` look
//! at a short sample and name the language.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use whatlang::{Detector, Lang};

use crate::tokens::Words;

/// Language of a posting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// German.
    De,
    /// English.
    En,
    /// Another language, which the model was not trained on.
    Other,
    /// Too little text to tell.
    Unknown,
}

impl Language {
    /// The name in files: an ISO 639-1 code, `other` or `unknown`.
    pub fn name(self) -> &'static str {
        match self {
            Self::De => "de",
            Self::En => "en",
            Self::Other => "other",
            Self::Unknown => "unknown",
        }
    }
}

/// Function words that the other language does not have.
const GERMAN: [&str; 34] = [
    "und", "der", "die", "das", "den", "dem", "des", "mit", "von", "fuer", "auf", "bei", "sie", "wir", "ihr", "ihre", "dich",
    "dein", "deine", "du", "uns", "unsere", "eine", "einen", "einer", "im", "zu", "zur", "als", "sowie", "oder", "ist", "sind",
    "nach",
];
const ENGLISH: [&str; 33] = [
    "and", "the", "of", "to", "for", "with", "our", "you", "your", "we", "are", "is", "be", "will", "as", "or", "on", "this",
    "that", "from", "by", "at", "have", "their", "who", "all", "it", "can", "they", "has", "an", "us", "into",
];
/// As many words of a posting are looked at.
pub(crate) const SAMPLE_WORDS: usize = 400;
/// Fewer words tell no language for sure.
const FEWEST_WORDS: usize = 8;
/// Running text has at least this share of function words.
const FUNCTION_SHARE: f64 = 0.12;
/// `whatlang` sees at most this much text.
const SAMPLE_BYTES: usize = 1200;

/// More function words, for trimming phrases.
const MORE: [&str; 47] = [
    "in", "am", "an", "um", "aus", "bis", "durch", "gegen", "ohne", "ueber", "unter", "vor", "zwischen", "dabei", "dazu", "auch",
    "sich", "man", "es", "er", "ich", "mich", "mir", "dir", "ihnen", "ihren", "ihrer", "deinen", "deiner", "unserer", "unseren",
    "unserem", "werden", "wird", "haben", "hast", "kann", "but", "not", "if", "also", "do", "such", "while", "within", "through",
    "any",
];

/// No function word is longer, in bytes.
const LONGEST_FUNCTION_WORD: usize = 8;

/// All function words, each once.
pub(crate) fn function_words() -> impl Iterator<Item = &'static str> + Clone {
    GERMAN.into_iter().chain(ENGLISH).chain(MORE)
}

/// The language that `form` is a function word of and the other one is not; `None` for every other word.
pub(crate) fn of_function_word(form: &str) -> Option<Language> {
    if form.len() > LONGEST_FUNCTION_WORD {
        return None;
    }
    kinds().get(form).copied().flatten()
}

/// Whether `form` is a function word of either language.
pub fn is_function_word(form: &str) -> bool {
    form.len() <= LONGEST_FUNCTION_WORD && kinds().contains_key(form)
}

/// The function words, with the language that counts them.
fn kinds() -> &'static HashMap<&'static str, Option<Language>> {
    static KINDS: LazyLock<HashMap<&str, Option<Language>>> = LazyLock::new(|| {
        let of = |words: &[&'static str], language| words.iter().map(|word| (*word, language)).collect::<Vec<_>>();
        let counted = of(&GERMAN, Some(Language::De)).into_iter().chain(of(&ENGLISH, Some(Language::En)));
        of(&MORE, None).into_iter().chain(counted).collect()
    });
    &KINDS
}

/// The language of `text`, whose words are `words`.
pub fn detect(text: &str, words: &Words) -> Language {
    let sample = || words.forms().take(SAMPLE_WORDS).filter_map(of_function_word);
    let count = |wanted| sample().filter(|language| *language == wanted).count();
    decide(text, words.len(), count(Language::De), count(Language::En))
}

/// The language of `text`, which has so many words, and among the first [`SAMPLE_WORDS`] of them so many German and English function words.
pub(crate) fn decide(text: &str, words: usize, german: usize, english: usize) -> Language {
    let sample = words.min(SAMPLE_WORDS);
    let enough = (FUNCTION_SHARE * sample as f64).max(2.0);
    if german.max(english) as f64 >= enough && german != english {
        return if german > english { Language::De } else { Language::En };
    }
    if sample < FEWEST_WORDS {
        return hint(german, english);
    }
    foreign(text, german, english)
}

/// A guess from few words.
fn hint(german: usize, english: usize) -> Language {
    match german.cmp(&english) {
        std::cmp::Ordering::Greater => Language::De,
        std::cmp::Ordering::Less => Language::En,
        std::cmp::Ordering::Equal => Language::Unknown,
    }
}

/// What `whatlang` says of the beginning of `text`; where it is not sure, the function words guess.
fn foreign(text: &str, german: usize, english: usize) -> Language {
    let mut end = text.len().min(SAMPLE_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    match Detector::new().detect(&text[..end]) {
        Some(info) if info.lang() == Lang::Deu => Language::De,
        Some(info) if info.lang() == Lang::Eng => Language::En,
        Some(info) if info.is_reliable() => Language::Other,
        _ => hint(german, english),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_function_word_is_too_long() {
        assert_eq!(function_words().map(str::len).max(), Some(LONGEST_FUNCTION_WORD));
        assert!(function_words().all(is_function_word));
    }

    #[test]
    fn languages_are_told_apart() {
        for (text, language) in [
            ("Sie betreuen unsere Kunden und sind die Ansprechperson für den Vertrieb in der Region", Language::De),
            ("You look after our clients and are the main contact for the sales team in the region", Language::En),
            (
                "Vous êtes responsable de la gestion des comptes clients et vous développez le chiffre d'affaires de la région",
                Language::Other,
            ),
            (
                "Je bent verantwoordelijk voor het beheer van klanten en je werkt samen met het verkoopteam aan nieuwe kansen",
                Language::Other,
            ),
            ("Key Account Manager", Language::Unknown),
            ("", Language::Unknown),
        ] {
            assert_eq!(detect(text, &Words::read(text)), language, "{text}");
        }
    }
}
