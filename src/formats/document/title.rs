//! Where in a document its title is.

use crate::posting::Posting;
use crate::span::Span;

/// A title is no longer than this.
const LONGEST_TITLE: usize = 120;

/// The parts of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    /// The title, empty where there is none.
    pub title: Span,
    /// Where the text begins; it goes on to the end.
    pub text: usize,
}

impl Split {
    /// The posting in `document`.
    pub fn posting(self, document: &str) -> Posting {
        Posting::new(self.title.of(document), &document[self.text..])
    }
}

/// Finds the title of `document`: in HTML its first heading of the first level or its `title`, otherwise a short first line that stands by itself.
pub fn split(document: &str) -> Split {
    let found =
        if is_page(document) { element(document, "h1").or_else(|| element(document, "title")) } else { first_line(document) };
    found.unwrap_or(Split { title: Span::new(0, 0), text: 0 })
}

/// The first line with something on it, if it can be a title: short, no sentence, no list item, and more text after it.
fn first_line(document: &str) -> Option<Split> {
    let start = document.find(|character: char| !character.is_whitespace() && character != '\u{feff}')?;
    let end = start + document[start..].find(['\n', '\r'])?;
    let line = document[start..end].trim_end();
    let is_sentence = line.ends_with(['.', '!', ':', ';', ',']);
    let is_item = line.starts_with(['-', '*', '•', '–', '+']) && !line.starts_with("**");
    let has_text = !document[end..].trim().is_empty();
    // The mark of a heading in Markdown is no part of the title.
    let title = Span::new(end.min(start + line.len() - line.trim_start_matches(['#', ' ']).len()), start + line.len());
    (line.len() <= LONGEST_TITLE && !is_sentence && !is_item && has_text).then_some(Split { title, text: title.end })
}

/// Whether `document` is HTML whose first line is no title by itself.
fn is_page(document: &str) -> bool {
    let begin = document.trim_start_matches('\u{feff}').trim_start();
    let has = |mark: &str| begin.get(..mark.len()).is_some_and(|found| found.eq_ignore_ascii_case(mark));
    ["<!doctype html", "<html", "<head", "<body", "<?xml", "<h1"].into_iter().any(has)
}

/// The element `name`, if something is in it and much of the document comes behind it: a title is followed by a text.
fn element(document: &str, name: &str) -> Option<Split> {
    let lower = document.to_ascii_lowercase();
    let begin = format!("<{name}");
    let mut open = lower.match_indices(&begin).map(|(at, _)| at + begin.len());
    let open = open.find(|at| lower[*at..].starts_with(['>', ' ', '\n', '\t', '\r']))?;
    let start = open + lower[open..].find('>')? + 1;
    let end = start + lower[start..].find(&format!("</{name}"))?;
    let text = end + lower[end..].find('>')? + 1;
    let has_words = document[start..end].chars().any(char::is_alphabetic);
    (4 * (document.len() - text) >= document.len() && has_words).then_some(Split { title: Span::new(start, end), text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_found() {
        for (document, title, text) in [
            ("\u{feff}\nKey Account Manager\n\nSie betreuen", "Key Account Manager", "\n\nSie betreuen"),
            ("Sie betreuen Kunden.\nund", "", "Sie betreuen Kunden.\nund"),
            ("- a\nb", "", "- a\nb"),
            ("nur eine Zeile", "", "nur eine Zeile"),
            ("<h1>A</h1>\n<p>b c d</p>", "A", "\n<p>b c d</p>"),
            ("## PM (m/w/d)  \nb", "PM (m/w/d)", "  \nb"),
            ("<!DOCTYPE HTML>\n<title>A – Firma</title><p>b c d e f g h i j k", "A – Firma", "<p>b c d e f g h i j k"),
            (
                "<html><TITLE>x</TITLE><h1 class='a'>A <b>B</b></H1><p>b c d e f g h i j k l m n o p q</html>",
                "A <b>B</b>",
                "<p>b c d e f g h i j k l m n o p q</html>",
            ),
            ("<html><body><p>Wir suchen</p></body></html>", "", "<html><body><p>Wir suchen</p></body></html>"),
        ] {
            assert_eq!(split(document).posting(document), Posting::new(title, text), "{document}");
        }
    }
}
