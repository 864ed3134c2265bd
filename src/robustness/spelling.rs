//! Other characters for the same words.

use unicode_normalization::UnicodeNormalization;

use super::prose;

/// A shorter word is not hyphenated.
const LONG_WORD: usize = 8;

/// No-break spaces for blanks.
pub(super) fn no_break(source: &str) -> String {
    prose::map(source, |text| text.replace(' ', "\u{a0}"))
}

/// A soft hyphen in the middle of every long word.
pub(super) fn soft_hyphens(source: &str) -> String {
    prose::map(source, |text| {
        let mut out = String::with_capacity(text.len());
        for run in runs(text, char::is_alphabetic) {
            let length = run.chars().count();
            let long = length >= LONG_WORD && run.starts_with(char::is_alphabetic);
            out.extend(run.chars().take(length / 2));
            out.push_str(if long { "\u{ad}" } else { "" });
            out.extend(run.chars().skip(length / 2));
        }
        out
    })
}

/// Stretches of `text` that are of one kind, from left to right.
pub(super) fn runs(text: &str, kind: fn(char) -> bool) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = kind(rest.chars().next()?);
        let end = rest.find(|character| kind(character) != first).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        rest = after;
        Some(run)
    })
}

/// Letters and their marks apart, as some file systems and PDF readers write them.
pub(super) fn decomposed(source: &str) -> String {
    prose::map(source, |text| text.nfd().collect())
}

/// Umlauts written out.
pub(super) fn transcribed(source: &str) -> String {
    const WRITTEN: [(char, &str); 7] =
        [('ä', "ae"), ('ö', "oe"), ('ü', "ue"), ('Ä', "Ae"), ('Ö', "Oe"), ('Ü', "Ue"), ('ß', "ss")];
    prose::map(source, |text| WRITTEN.iter().fold(text.to_owned(), |text, (umlaut, written)| text.replace(*umlaut, written)))
}

/// The quotes, dashes and bullets of a word processor for those of a keyboard.
pub(super) fn typographic(source: &str) -> String {
    prose::map(source, |text| {
        let mut opened = false;
        let mut out = String::with_capacity(text.len());
        for line in text.split_inclusive('\n') {
            let body = line.trim_start();
            let (blanks, body) = line.split_at(line.len() - body.len());
            out.push_str(blanks);
            let body = match body.strip_prefix("- ").or_else(|| body.strip_prefix("* ")) {
                Some(item) => format!("• {item}"),
                None => body.to_owned(),
            };
            for character in body.replace(" - ", " – ").chars() {
                match character {
                    '"' => {
                        opened = !opened;
                        out.push(if opened { '„' } else { '“' });
                    }
                    '\'' => out.push('’'),
                    other => out.push(other),
                }
            }
        }
        out
    })
}

/// Capital letters throughout.
pub(super) fn upper_case(source: &str) -> String {
    prose::map(source, str::to_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_the_same_words() {
        assert_eq!(soft_hyphens("Die Kundenbetreuung, kurz"), "Die Kundenb\u{ad}etreuung, kurz");
        assert_eq!(transcribed("Größe für Ältere"), "Groesse fuer Aeltere");
        assert_eq!(decomposed("<p>&uuml;</p>"), "<p>u\u{308}</p>");
        assert_eq!(no_break("a b"), "a\u{a0}b");
        assert_eq!(typographic("- \"a\" - it's\n  * b"), "• „a“ – it’s\n  • b");
        assert_eq!(upper_case("<b>Maß</b>"), "<b>MASS</b>");
    }
}
