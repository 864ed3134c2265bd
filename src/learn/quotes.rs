//! Finds quotes in a posting, by letters and digits alone: white space, marks and case may differ.

use crate::document::Document;
use crate::span::Span;

/// A shorter quote is found everywhere.
const SHORTEST: usize = 8;

/// The letters and digits of a text, in lower case, with the byte that each one begins at.
struct Letters {
    text: Vec<char>,
    at: Vec<usize>,
}

impl Letters {
    fn new(text: &str) -> Self {
        let (at, text) = text
            .char_indices()
            .filter(|(_, character)| character.is_alphanumeric())
            .flat_map(|(at, character)| character.to_lowercase().map(move |lower| (at, lower)))
            .unzip();
        Self { text, at }
    }

    fn find(&self, quote: &[char]) -> Option<usize> {
        self.text.windows(quote.len()).position(|window| window == quote)
    }
}

/// The spans (of the source) of those `quotes` that stand in `document`.
pub fn find_all(document: &Document<'_>, quotes: &[String]) -> Vec<Span> {
    let letters = Letters::new(&document.plain.text);
    let find = |quote: &String| {
        let quote = Letters::new(quote).text;
        if quote.len() < SHORTEST {
            return None;
        }
        let first = letters.find(&quote)?;
        let last = letters.at[first + quote.len() - 1];
        let length = document.plain.text[last..].chars().next().map_or(1, char::len_utf8);
        Some(document.plain.source_span(Span::new(letters.at[first], last + length)))
    };
    quotes.iter().filter_map(find).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_found_across_markup() {
        let source = "<p>Sie <b>betreuen</b> unsere&nbsp;Großkunden.</p>";
        let document = Document::read(source);
        let found = find_all(&document, &["sie betreuen unsere großkunden".to_owned(), "not there at all".to_owned()]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].of(source), "Sie <b>betreuen</b> unsere&nbsp;Großkunden");
    }
}
