//! A posting as lines of a screen: plain text, wrapped, with the phrases that speak for either kind of work marked.

use unicode_width::UnicodeWidthChar;

use crate::classifier::Classifier;
use crate::features::Documents;
use crate::posting::Posting;
use crate::report::painter::is_hidden;
use crate::role::Head;
use crate::span::Span;
use crate::verdict::Explain;
use crate::vocabulary::Field;

/// At most so many phrases are marked.
const MARKED: usize = 16;

/// A stretch of a line, with the work that it speaks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// What is shown; nothing in it that a terminal would act on.
    pub text: String,
    /// Set where it is marked.
    pub head: Option<Head>,
}

/// A line, as wide as its screen at most.
pub type Line = Vec<Stretch>;

/// A character, with what it speaks for.
type Marked = (char, Option<Head>);

/// A posting, ready to be laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    title: Vec<Marked>,
    /// Line breaks are characters of their own.
    text: Vec<Marked>,
}

impl Page {
    /// Reads `posting`, with the phrases that `classifier` finds in it, or without any.
    pub fn new(posting: &Posting, classifier: Option<&Classifier>) -> Self {
        let documents = Documents::read(posting);
        let mut marks = [Vec::new(), Vec::new()];
        if let Some(classifier) = classifier {
            for phrase in classifier.explain(posting, &documents, Explain::Key(MARKED)).phrases {
                let words = &documents.field(phrase.field).words;
                let span = words.span(phrase.first).cover(words.span(phrase.end - 1));
                if phrase.weight > 0.0 {
                    marks[phrase.field.index()].push((span, phrase.head));
                }
            }
        }
        let read = |field: Field| characters(&documents.field(field).plain.text, &marks[field.index()]);
        let on_one_line = |(character, head)| (if character == '\n' { ' ' } else { character }, head);
        Self { title: read(Field::Title).into_iter().map(on_one_line).collect(), text: read(Field::Text) }
    }

    /// The same with signs around what is marked, for where there are no colours.
    #[must_use]
    pub fn signed(&self) -> Self {
        Self { title: signed(&self.title), text: signed(&self.text) }
    }

    /// The title on one line; where it is cut to fit into `width` cells, that is shown.
    pub fn title(&self, width: usize) -> Line {
        line(&fitted(&self.title, width))
    }

    /// The text in lines of `width` cells at most.
    pub fn lines(&self, width: usize) -> Vec<Line> {
        self.text.split(|(character, _)| *character == '\n').flat_map(|paragraph| wrap(paragraph, width.max(1))).collect()
    }
}

/// The characters of `text` that are shown: white space folded, at most one empty line in a row.
fn characters(text: &str, marks: &[(Span, Head)]) -> Vec<Marked> {
    let mut shown: Vec<Marked> = Vec::new();
    let (mut breaks, mut blank) = (0, None);
    for (at, character) in text.char_indices() {
        let head = marks.iter().find(|(span, _)| (span.start..span.end).contains(&at)).map(|(_, head)| *head);
        if character == '\n' {
            breaks += 1;
        } else if character.is_whitespace() {
            blank = Some(head);
        } else if !is_hidden(character) {
            if breaks > 0 && !shown.is_empty() {
                shown.extend(std::iter::repeat_n(('\n', None), breaks.min(2)));
            } else if let Some(head) = blank.filter(|_| !shown.is_empty()) {
                shown.push((' ', head));
            }
            (breaks, blank) = (0, None);
            shown.push((character, head));
        }
    }
    shown
}

/// Cuts a paragraph into lines at blanks, and within words that are wider than a line.
fn wrap(paragraph: &[Marked], width: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let (mut first, mut cells, mut blank) = (0, 0, None);
    let mut at = 0;
    while at < paragraph.len() {
        let (character, _) = paragraph[at];
        if character == ' ' {
            blank = Some(at);
        }
        if cells + cells_of(character) > width && at > first {
            let end = blank.filter(|&blank| blank > first);
            lines.push(line(&paragraph[first..end.unwrap_or(at)]));
            first = end.map_or(at, |end| end + 1);
            (at, cells, blank) = (first, 0, None);
            continue;
        }
        cells += cells_of(character);
        at += 1;
    }
    lines.push(line(&paragraph[first..]));
    lines
}

/// As many of `characters` as fit into `width` cells; where some do not, the last that does is `…`.
fn fitted(characters: &[Marked], width: usize) -> Vec<Marked> {
    let cells: usize = characters.iter().map(|(character, _)| cells_of(*character)).sum();
    if cells <= width {
        return characters.to_vec();
    }
    let mut used = 1;
    let fits = |(character, _): &&Marked| {
        used += cells_of(*character);
        used <= width
    };
    characters.iter().take_while(fits).copied().chain([('…', None)]).collect()
}

/// Plain `text` on one line, as much of it as fits into `width` cells, with nothing in it that a terminal would act on.
pub fn cut(text: &str, width: usize) -> String {
    let shown: Vec<Marked> = text.chars().filter(|character| !is_hidden(*character)).map(|character| (character, None)).collect();
    fitted(&shown, width).into_iter().map(|(character, _)| character).collect()
}

/// The cells that a character takes.
fn cells_of(character: char) -> usize {
    character.width().unwrap_or(0)
}

/// Puts together what is marked alike.
fn line(characters: &[Marked]) -> Line {
    let runs = characters.chunk_by(|left, right| left.1 == right.1);
    runs.map(|run| Stretch { text: run.iter().map(|(character, _)| character).collect(), head: run[0].1 }).collect()
}

/// The signs around phrases that speak for `head`.
pub fn signs(head: Head) -> [char; 2] {
    match head {
        Head::Account => ['«', '»'],
        Head::Project => ['‹', '›'],
    }
}

fn signed(characters: &[Marked]) -> Vec<Marked> {
    let runs = characters.chunk_by(|left, right| left.1 == right.1);
    let sign = |run: &[Marked]| {
        let [open, close] = run[0].1.map_or([None; 2], |head| signs(head).map(Some));
        open.into_iter()
            .chain(run.iter().map(|(character, _)| *character))
            .chain(close)
            .map(|character| (character, None))
            .collect::<Vec<_>>()
    };
    runs.flat_map(sign).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, width: usize) -> Vec<String> {
        let page = Page::new(&Posting::new("", text), None);
        page.lines(width).iter().map(|line| line.iter().map(|stretch| stretch.text.as_str()).collect()).collect()
    }

    #[test]
    fn text_is_wrapped_at_blanks() {
        assert_eq!(
            lines("You plan projects\nand lead  them.\n\n\n\nSoon", 10),
            ["You plan", "projects", "and lead", "them.", "", "Soon"]
        );
        assert_eq!(lines("Donaudampfschifffahrt an", 9), ["Donaudamp", "fschifffa", "hrt an"]);
        assert_eq!(lines("日本語 a", 4), ["日本", "語 a"]);
        assert_eq!(lines("", 9), [""]);
        assert_eq!(lines("ab", 0), ["a", "b"]);
    }

    #[test]
    fn nothing_reaches_the_terminal_raw() {
        assert_eq!(lines("a\u{1b}[2Jb\r\nc\u{202e}d\u{7}\u{9b}31m\te", 40), ["a[2Jb", "cd31m e"]);
        let page = Page::new(&Posting::new("Chef\u{1b}]0;x\u{7}\nin", ""), None);
        assert_eq!(page.title(40), vec![Stretch { text: "Chef]0;x in".into(), head: None }]);
    }

    #[test]
    fn phrases_are_marked_where_they_stand() {
        let text = "<p>Sie betreuen unsere <b>Großkunden</b> und verhandeln ihre Verträge.</p><p>Sie leiten Projekte: Termine, Budget und Projektteam.</p>";
        let classifier = Classifier::built_in().expect("the model");
        let page = Page::new(&Posting::new("Key Account Manager", text), Some(&classifier));
        for width in [12, 80] {
            let marked = |wanted: Head| {
                let all = page.lines(width).into_iter().flatten();
                all.filter(|stretch| stretch.head == Some(wanted)).map(|stretch| stretch.text).collect::<Vec<_>>().join(" ")
            };
            assert!(marked(Head::Account).contains("Großkunden"), "{width}: {}", marked(Head::Account));
            assert!(marked(Head::Project).contains("Projekte") && !marked(Head::Project).contains("Großkunden"), "{width}");
        }
        assert!(page.title(40).iter().any(|stretch| stretch.head == Some(Head::Account)), "{:?}", page.title);
        let signed = page.signed().lines(80);
        let text = signed.iter().flatten().map(|stretch| stretch.text.as_str()).collect::<String>();
        assert!(text.contains('«') && text.matches('‹').count() == text.matches('›').count(), "{text}");
        assert!(signed.iter().flatten().all(|stretch| stretch.head.is_none()));
    }

    #[test]
    fn what_does_not_fit_says_so() {
        let page = Page::new(&Posting::new("Key Account Manager", ""), None);
        let text = |width| page.title(width).into_iter().map(|stretch| stretch.text).collect::<String>();
        assert_eq!((text(19).as_str(), text(8).as_str(), text(0).as_str()), ("Key Account Manager", "Key Acc…", "…"));
    }
}
