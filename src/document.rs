//! A posting's field, read: its words in sentences, its sentences in sections.

use crate::markup::Plain;
use crate::sections::{self, LineForm, Section};
use crate::tokens::Words;

/// A sentence, an item of a list or a heading: words that belong together. No n-gram and no phrase crosses its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sentence {
    /// Its words: `words[first..end]` of the document.
    pub first: usize,
    /// One past its last word.
    pub end: usize,
    /// The section that it stands in.
    pub section: Section,
    /// Whether it opened that section.
    pub heading: bool,
    /// How many sentences of its section, headings aside, come before it.
    pub ordinal: usize,
}

/// One field of a posting (its title or its text), read.
#[derive(Debug, Clone)]
pub struct Document<'a> {
    /// The plain text, with the way back to the source.
    pub plain: Plain<'a>,
    /// All words, from left to right; spans into the plain text.
    pub words: Words,
    /// The sentences, from left to right; together they hold every word once.
    pub sentences: Vec<Sentence>,
}

impl<'a> Document<'a> {
    /// Reads `source`, in whatever markup it is. Cannot fail.
    pub fn read(source: &'a str) -> Self {
        let plain = Plain::read(source);
        let words = Words::read(&plain.text);
        let splitter = Splitter {
            text: &plain.text,
            words: &words,
            section: Section::Body,
            ordinals: [0; 6],
            ends: Vec::new(),
            sentences: Vec::with_capacity(words.len() / WORDS_PER_SENTENCE + 1),
        };
        let sentences = splitter.split();
        Self { plain, words, sentences }
    }
}

/// A sentence takes at least so many words, mostly.
const WORDS_PER_SENTENCE: usize = 8;

/// Walks over the words and cuts where the text between two of them ends a line or a sentence.
struct Splitter<'t> {
    text: &'t str,
    words: &'t Words,
    section: Section,
    /// Sentences so far in each section.
    ordinals: [usize; 6],
    /// Where the sentences of the line end that is being read.
    ends: Vec<usize>,
    sentences: Vec<Sentence>,
}

/// What separates two words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    Inside,
    Sentence,
    Line,
}

impl Splitter<'_> {
    fn split(mut self) -> Vec<Sentence> {
        let mut first = 0;
        while first < self.words.len() {
            let mut end = first + 1;
            while end < self.words.len() {
                match self.gap(end) {
                    Gap::Line => break,
                    Gap::Sentence => self.ends.push(end),
                    Gap::Inside => {}
                }
                end += 1;
            }
            self.ends.push(end);
            self.line(first, end);
            first = end;
        }
        self.sentences
    }

    /// Where the text between word `index` and the word before it stands.
    fn place_between(&self, index: usize) -> std::ops::Range<usize> {
        let start = if index == 0 { 0 } else { self.words.span(index - 1).end };
        let end = if index == self.words.len() { self.text.len() } else { self.words.span(index).start };
        start..end
    }

    /// The text before word `index`, back to the word before it.
    fn between(&self, index: usize) -> &str {
        &self.text[self.place_between(index)]
    }

    fn gap(&self, index: usize) -> Gap {
        let between = &self.text.as_bytes()[self.place_between(index)];
        if between == b" " {
            return Gap::Inside;
        }
        let (mut ends, mut stop, mut space) = (false, false, false);
        for &byte in between {
            match byte {
                b'\n' | b'\r' => return Gap::Line,
                b'!' | b'?' | b';' | b'|' => ends = true,
                b'.' => stop = true,
                0x80.. => return self.wide_gap(index),
                other => space |= char::from(other).is_whitespace(),
            }
        }
        self.inside_line(index, ends, stop && space)
    }

    /// The gap before word `index`, where it has characters beyond ASCII in it.
    #[cold]
    fn wide_gap(&self, index: usize) -> Gap {
        let (mut ends, mut stop, mut space) = (false, false, false);
        let mut previous = ' ';
        for character in self.between(index).chars() {
            match character {
                '\n' | '\r' | '•' | '●' | '▪' | '◦' | '‣' | '\u{2028}' => return Gap::Line,
                space if previous == '·' && space.is_whitespace() => return Gap::Line,
                '!' | '?' | ';' | '|' => ends = true,
                '.' => stop = true,
                other => space |= other.is_whitespace(),
            }
            previous = character;
        }
        self.inside_line(index, ends, stop && space)
    }

    /// The gap before word `index`, which has no line's end in it, but perhaps what always ends a sentence, or a full stop with space.
    fn inside_line(&self, index: usize, ends: bool, stops: bool) -> Gap {
        if ends || (stops && !self.abbreviated(index)) { Gap::Sentence } else { Gap::Inside }
    }

    /// Whether the full stop before word `index` belongs to an abbreviation or a number, and the sentence goes on.
    fn abbreviated(&self, index: usize) -> bool {
        let before = self.words.form(index - 1);
        let lower_case_next = self.words.span(index).of(self.text).starts_with(char::is_lowercase);
        let numeral = before.len() <= 2 && before.bytes().all(|byte| byte.is_ascii_digit());
        lower_case_next
            || numeral
            || before.len() == 1
            || matches!(
                before,
                "ca" | "inkl"
                    | "bzw"
                    | "ggf"
                    | "evtl"
                    | "usw"
                    | "etc"
                    | "incl"
                    | "mind"
                    | "dr"
                    | "st"
                    | "nr"
                    | "approx"
                    | "vs"
                    | "sr"
                    | "jr"
                    | "mr"
                    | "ms"
            )
    }

    /// Adds the line `words[first..end]`, cut into its sentences.
    fn line(&mut self, first: usize, end: usize) {
        let lead = self.between(first);
        let lead = lead.rsplit(['\n', '\r']).next().unwrap_or(lead).trim_start();
        let tail = self.between(end);
        let tail = tail.split(['\n', '\r']).next().unwrap_or(tail).trim_end();
        let form = LineForm {
            marked_heading: lead.starts_with('#') || (lead.starts_with("**") && tail.contains("**")),
            bullet: lead.starts_with(['•', '●', '▪', '◦', '‣', '·', '-', '–', '*', '+', '>', 'o']) && !lead.starts_with("**"),
            colon: tail.contains(':'),
            full_stop: tail.contains(['.', '!', ';']),
        };
        let is_heading = self.open(first, end, form);
        let (mut start, ends) = (first, std::mem::take(&mut self.ends));
        for &end in &ends {
            self.sentence(start, end, is_heading);
            start = end;
        }
        self.ends = ends;
        self.ends.clear();
    }

    /// Opens a section where `words[first..end]` is a heading.
    fn open(&mut self, first: usize, end: usize, form: LineForm) -> bool {
        let mut forms = [""; sections::LONGEST_HEADING];
        let section = forms.get_mut(..end - first).and_then(|forms| {
            forms.iter_mut().zip(first..).for_each(|(form, index)| *form = self.words.form(index));
            sections::heading(forms, form)
        });
        self.section = section.unwrap_or(self.section);
        section.is_some()
    }

    /// Adds the sentence `words[first..end]`; words before a colon may open a section in the middle of a line (postings joined to one line).
    fn sentence(&mut self, first: usize, end: usize, heading: bool) {
        let mut start = first;
        if !heading {
            for index in first + 1..end {
                if self.has_colon_before(index) && self.inline_heading(start, index) {
                    start = index;
                }
            }
        }
        self.push(start, end, heading);
    }

    /// Whether a colon follows the word before word `index`.
    fn has_colon_before(&self, index: usize) -> bool {
        self.text.as_bytes().get(self.words.span(index - 1).end) == Some(&b':')
    }

    fn push(&mut self, first: usize, end: usize, heading: bool) {
        let ordinal = self.ordinals[self.section.index()];
        self.ordinals[self.section.index()] += usize::from(!heading);
        self.sentences.push(Sentence { first, end, section: self.section, heading, ordinal });
    }

    /// Opens a section at the last few words of `words[start..colon]`, and cuts the sentence there.
    fn inline_heading(&mut self, start: usize, colon: usize) -> bool {
        let from = start.max(colon.saturating_sub(4));
        let form = LineForm { marked_heading: false, bullet: false, colon: true, full_stop: false };
        let Some(at) = (from..colon).find(|&at| {
            let forms: Vec<&str> = (at..colon).map(|index| self.words.form(index)).collect();
            sections::heading(&forms, form).is_some()
        }) else {
            return false;
        };
        if start < at {
            self.push(start, at, false);
        }
        self.open(at, colon, form);
        self.push(at, colon, true);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &str) -> Vec<(Section, String)> {
        let document = Document::read(source);
        let sentence = |sentence: &Sentence| {
            let forms = (sentence.first..sentence.end).map(|index| document.words.form(index));
            (sentence.section, forms.collect::<Vec<_>>().join(" "))
        };
        document.sentences.iter().map(sentence).collect()
    }

    #[test]
    fn the_same_sections_in_html_markdown_and_text() {
        let html = "<p>Wir sind Acme.</p><h3>Deine Aufgaben</h3><ul><li>Kunden betreuen</li></ul><p><strong>Dein Profil</strong></p><ul><li>Erfahrung</li></ul>";
        let markdown = "Wir sind Acme.\n\n### Deine Aufgaben\n- Kunden betreuen\n\n**Dein Profil**\n- Erfahrung";
        let text = "Wir sind Acme.\nDeine Aufgaben\n• Kunden betreuen\nDein Profil\n• Erfahrung";
        assert_eq!(read(html), read(markdown));
        assert_eq!(read(html), read(text));
        assert_eq!(read(text)[2], (Section::Duties, "kunden betreuen".to_owned()));
        assert_eq!(read(text)[4].0, Section::Requirements);
    }

    #[test]
    fn headings_inside_a_joined_line_open_sections() {
        let read = read("We build pumps. Responsibilities: Look after key accounts. Requirements: A degree, e.g. in law.");
        assert_eq!(read[2], (Section::Duties, "look after key accounts".to_owned()));
        assert_eq!(read[4], (Section::Requirements, "a degree e g in law".to_owned()));
    }

    #[test]
    fn every_word_is_in_one_sentence() {
        for source in ["", "a", "a: b: c", "Aufgaben: x. Profil: y", "• \n• a\n\n# b"] {
            let document = Document::read(source);
            let covered: usize = document.sentences.iter().map(|sentence| sentence.end - sentence.first).sum();
            assert_eq!(covered, document.words.len(), "{source}");
        }
    }
}
