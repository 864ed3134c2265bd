//! A posting as a page shows it: plain text in which nothing acts, and where its phrases stand in it.

use crate::labelled::label::{Label, LabelPhrase, words};
use crate::language::Language;
use crate::markup::Plain;
use crate::posting::Posting;
use crate::profile::Closeness;
use crate::role::Head;
use crate::span::Span;
use crate::verdict::{RoleProbabilities, Verdict};
use crate::vocabulary::Field;

/// A longer text, in units of UTF-16, is cut.
const LONGEST: u32 = 60_000;
/// No more line breaks than these follow each other.
const BREAKS: u32 = 2;

/// A posting, ready to be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// Its title.
    pub title: ShownText,
    /// Its text.
    pub text: ShownText,
    /// Phrases within them, in the order of the label.
    pub marks: Vec<Mark>,
    /// Probability of each role, where it was judged again.
    pub probabilities: Option<RoleProbabilities>,
    /// Closeness to the role descriptions, where it was judged again.
    pub profile: Vec<Closeness>,
    /// Its language, where it was judged again.
    pub language: Option<Language>,
}

/// A text without markup, and without any character that would act on what is around it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShownText {
    /// The text.
    pub text: String,
    /// Whether it goes on in the source.
    pub is_cut: bool,
}

/// A phrase as it stands in what is shown, in units of UTF-16.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    /// In which text.
    pub field: Field,
    /// First unit.
    pub start: u32,
    /// One past the last unit.
    pub end: u32,
    /// To which head it speaks.
    pub head: Head,
    /// Its share of the head's logit.
    pub weight: f64,
}

impl Shown {
    /// A posting without anything said of it.
    pub fn plain(title: &str, text: &str) -> Self {
        Self::new(&Posting::new(title, text), &[])
    }

    /// `posting` as `verdict` sees it.
    pub fn judged(posting: &Posting, verdict: &Verdict) -> Self {
        let phrases: Vec<LabelPhrase> = verdict.phrases.iter().map(LabelPhrase::from).collect();
        Self {
            probabilities: Some(verdict.probabilities),
            profile: verdict.profile.clone(),
            language: Some(verdict.language),
            ..Self::new(posting, &phrases)
        }
    }

    /// `posting` as its label saw it, as far as its phrases are found again.
    pub fn labelled(posting: &Posting, label: &Label) -> Self {
        Self::new(posting, &label.phrases)
    }

    fn new(posting: &Posting, phrases: &[LabelPhrase]) -> Self {
        let sources = [&posting.title, &posting.text];
        let plain = sources.map(|source| Plain::read(source));
        let mut spans: [Vec<(usize, Span)>; 2] = Default::default();
        for (at, phrase) in phrases.iter().enumerate() {
            if let Some((field, span)) = place(phrase, &sources, &plain) {
                spans[field.index()].push((at, span));
            }
        }
        let mut marks: Vec<(usize, Mark)> = Vec::new();
        let [title, text] = Field::ALL.map(|field| {
            let spans = &spans[field.index()];
            let (shown, places) = show(&plain[field.index()].text, &spans.iter().map(|(_, span)| *span).collect::<Vec<_>>());
            for ((at, _), [start, end]) in spans.iter().zip(places) {
                let LabelPhrase { head, weight, .. } = phrases[*at];
                if start < end {
                    marks.push((*at, Mark { field, start, end, head, weight }));
                }
            }
            shown
        });
        marks.sort_by_key(|(at, _)| *at);
        let marks = marks.into_iter().map(|(_, mark)| mark).collect();
        Self { title, text, marks, probabilities: None, profile: Vec::new(), language: None }
    }

    /// How much room it takes, about, in bytes.
    pub fn size(&self) -> usize {
        self.title.text.len()
            + self.text.text.len()
            + size_of::<Mark>() * self.marks.len()
            + size_of::<Closeness>() * self.profile.len()
            + 64
    }
}

/// Where `phrase` stands in the plain texts: where it says, if that is still so, or where its words are found.
fn place(phrase: &LabelPhrase, sources: &[&String; 2], plain: &[Plain<'_>; 2]) -> Option<(Field, Span)> {
    if let Some((field, span)) = phrase.place {
        let at = field.index();
        let slice = sources[at].get(span.start..span.end)?;
        if words(&Plain::read(slice).text) == phrase.text {
            let inner = plain[at].plain_span(span);
            return (!inner.is_empty() && plain[at].text.get(inner.start..inner.end).is_some()).then_some((field, inner));
        }
    }
    let found = |field: Field| {
        let start = plain[field.index()].text.find(&phrase.text)?;
        Some((field, Span::new(start, start + phrase.text.len())))
    };
    (!phrase.text.is_empty()).then(|| found(Field::Text).or_else(|| found(Field::Title))).flatten()
}

/// `text` as it is shown, and where `spans` of it are then, in units of UTF-16.
fn show(text: &str, spans: &[Span]) -> (ShownText, Vec<[u32; 2]>) {
    let mut ends: Vec<(usize, usize, usize)> =
        spans.iter().enumerate().flat_map(|(at, span)| [(span.start, at, 0), (span.end, at, 1)]).collect();
    ends.sort_unstable();
    let mut ends = ends.into_iter().peekable();
    let mut places = vec![[0, 0]; spans.len()];
    let (mut shown, mut units, mut breaks, mut is_cut) = (String::new(), 0_u32, BREAKS, false);
    for (at, character) in text.char_indices() {
        while let Some((_, which, end)) = ends.next_if(|(place, ..)| *place <= at) {
            places[which][end] = units;
        }
        if units >= LONGEST {
            is_cut = true;
            break;
        }
        let Some(character) = harmless(character) else { continue };
        breaks = match character {
            '\n' => breaks + 1,
            ' ' | '\t' if breaks > 0 => continue,
            _ => 0,
        };
        if breaks <= BREAKS {
            shown.push(character);
            units += u32::from(character.len_utf16() == 2) + 1;
        }
    }
    for (_, which, end) in ends {
        places[which][end] = units;
    }
    let trimmed = shown.trim_end();
    shown.truncate(trimmed.len());
    (ShownText { text: shown, is_cut }, places)
}

/// What is shown in place of `character`: line breaks are one kind, and what would act is a sign in its place.
fn harmless(character: char) -> Option<char> {
    match character {
        '\r' => None,
        '\n' | '\t' => Some(character),
        '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        // Direction marks, embeddings, overrides and isolates; tags.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{e0000}'..='\u{e007f}' => {
            Some(char::REPLACEMENT_CHARACTER)
        }
        _ if character.is_control() => Some(char::REPLACEMENT_CHARACTER),
        _ => Some(character),
    }
}

/// `text` on one line, as it is shown.
pub(super) fn line(text: &str) -> String {
    let text: String = text.chars().filter_map(harmless).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slices(shown: &Shown) -> Vec<String> {
        let units: [Vec<u16>; 2] = [&shown.title, &shown.text].map(|text| text.text.encode_utf16().collect());
        let slice = |mark: &Mark| String::from_utf16_lossy(&units[mark.field.index()][mark.start as usize..mark.end as usize]);
        shown.marks.iter().map(slice).collect()
    }

    fn phrase(text: &str, place: Option<(Field, Span)>) -> LabelPhrase {
        LabelPhrase { head: Head::Account, weight: 1.0, text: text.to_owned(), place }
    }

    #[test]
    fn marks_stand_where_the_phrases_do() {
        let source = "<p>😀 Ihre\u{202e} Aufgaben</p>\r\n<p></p><p></p><p></p><ul><li>Gro&szlig;kunden <b>betreuen</b></li></ul>";
        let start = source.find("Gro&").expect("there");
        let end = source.find("</b>").expect("there");
        let posting = Posting::new("Key\u{0}Account", source);
        let given = [
            phrase("Großkunden betreuen", Some((Field::Text, Span::new(start, end)))),
            phrase("Aufgaben", None),
            phrase("Account", Some((Field::Title, Span::new(4, 11)))),
            phrase("betreuen", Some((Field::Text, Span::new(start + 1, 9_999)))),
            phrase("not there", None),
        ];
        let shown = Shown::new(&posting, &given[..3]);
        assert_eq!(slices(&shown), ["Großkunden betreuen", "Aufgaben", "Account"]);
        assert_eq!(shown.title.text, "Key\u{fffd}Account");
        assert!(!shown.text.text.contains(['\u{202e}', '\r']) && !shown.text.text.contains("\n\n\n"), "{:?}", shown.text.text);
        assert!(
            Shown::new(&posting, &given[3..]).marks.is_empty(),
            "a span that leads out of the text, and words that are not there"
        );
    }

    #[test]
    fn a_place_that_says_something_else_now_is_looked_for() {
        let posting = Posting::new("", "neu davor: Kunden betreuen");
        let shown = Shown::new(&posting, &[phrase("Kunden betreuen", Some((Field::Text, Span::new(0, 15))))]);
        assert_eq!(slices(&shown), ["Kunden betreuen"]);
    }

    #[test]
    fn long_texts_are_cut() {
        let shown = Shown::plain("", &"ü".repeat(100_000));
        assert_eq!((shown.text.text.chars().count(), shown.text.is_cut), (60_000, true));
        assert_eq!(line(" a\u{2028}b\t\u{0}"), "a b \u{fffd}");
    }
}
