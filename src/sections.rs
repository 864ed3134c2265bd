//! Which part of a posting a line belongs to: duties, requirements, offer, company, contact.
//!
//! A heading opens a section, and the section lasts to the next heading. Headings are told by their words (a list of our own, German and
//! English) and by their form: a short line, a Markdown or HTML heading, or words before a colon.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::hash;
use crate::table::Table;

/// Part of a posting. Only duties say what the person does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Section {
    /// Before the first heading, or under one that says nothing.
    Body,
    /// What the person will do.
    Duties,
    /// What the person must bring along.
    Requirements,
    /// What the employer offers.
    Offer,
    /// Who the employer is.
    Company,
    /// How to apply; equal-opportunity and privacy text.
    Contact,
}

impl Section {
    /// All sections, in the order of every table.
    pub const ALL: [Self; 6] = [Self::Body, Self::Duties, Self::Requirements, Self::Offer, Self::Company, Self::Contact];

    /// Place in [`Section::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }
}

/// A heading is no longer than this many words.
pub(crate) const LONGEST_HEADING: usize = 9;

/// Phrases of headings, as folded words. The first list with a phrase found in the heading decides, so that *about the role* is found
/// before *about us*.
const PHRASES: [(Section, &[&str]); 6] = [
    (
        Section::Contact,
        &[
            "kontakt",
            "bewerbung",
            "ansprechpartner",
            "jetzt bewerben",
            "bewerben",
            "interessiert",
            "interesse",
            "interesse geweckt",
            "haben wir ihr",
            "how to apply",
            "apply now",
            "contact",
            "equal opportunity",
            "equal employment",
            "eeo",
            "datenschutz",
            "privacy",
            "diversity",
            "inclusion",
            "bewerbungsprozess",
            "application process",
            "hiring process",
            "interview process",
            "noch fragen",
            "fragen",
        ],
    ),
    (
        Section::Offer,
        &[
            "wir bieten",
            "bieten wir",
            "bieten",
            "wir ihnen bieten",
            "unser angebot",
            "angebot",
            "benefits",
            "vorteile",
            "we offer",
            "offer",
            "what you get",
            "what you will get",
            "perks",
            "darauf kannst du dich freuen",
            "freuen",
            "das bekommst du",
            "bekommst du",
            "deine vorteile",
            "ihre vorteile",
            "warum wir",
            "why join",
            "why you ll love",
            "why work",
            "compensation",
            "salary",
            "gehalt",
            "pay range",
            "what s in it for you",
            "was dich bei uns",
            "dafuer bekommst",
            "was wir dir",
            "gute gruende",
            "verguetung",
            "wir geben",
            "rewards",
            "what we can offer",
            "in return",
            "das erhaeltst du",
            "why us",
            "rahmenbedingungen",
            "arbeidsvoorwaarden",
            "working conditions",
            "work environment",
            "physical demands",
        ],
    ),
    (
        Section::Requirements,
        &[
            "profil",
            "dein profil",
            "ihr profil",
            "anforderungen",
            "anforderungsprofil",
            "qualifikation",
            "qualifikationen",
            "voraussetzungen",
            "mitbringen",
            "mitbringst",
            "bringst du mit",
            "bringen sie mit",
            "bringst",
            "requirements",
            "required",
            "qualifications",
            "skills",
            "kenntnisse",
            "faehigkeiten",
            "who you are",
            "about you",
            "you have",
            "you bring",
            "what you bring",
            "what you ll need",
            "what you need",
            "you need",
            "we re looking for",
            "we are looking for",
            "looking for",
            "must have",
            "must haves",
            "nice to have",
            "preferred",
            "minimum",
            "basic",
            "experience",
            "education",
            "erfahrung",
            "was wir erwarten",
            "wir erwarten",
            "erwarten wir",
            "wir suchen",
            "das wuenschen wir",
            "wuenschen wir uns",
            "ueber dich",
            "das bist du",
            "wer du bist",
            "ueberzeugst",
            "ueberzeugen",
            "zeichnet dich aus",
            "your profile",
            "your background",
            "ideal candidate",
            "bonus points",
            "competencies",
            "muss kriterien",
            "soll kriterien",
            "skillset",
            "zeichnen sie sich aus",
            "damit punkten",
            "passt zu uns",
            "you are",
            "you ll bring",
            "who are you",
            "good to have",
            "desirable",
            "desired",
            "nice to haves",
            "we look for",
            "should have",
            "pluses",
            "wuenschenswert",
            "personal attributes",
            "technical expertise",
            "tech stack",
            "technologies we use",
        ],
    ),
    (
        Section::Duties,
        &[
            "aufgabe",
            "aufgaben",
            "aufgabenbereich",
            "aufgabengebiet",
            "aufgabenfeld",
            "aufgabenstellung",
            "aufgabenbeschreibung",
            "taetigkeit",
            "taetigkeiten",
            "taetigkeitsbereich",
            "taetigkeitsbeschreibung",
            "verantwortung",
            "verantwortlichkeiten",
            "verantwortungsbereich",
            "erwartet dich",
            "erwartet sie",
            "machst du",
            "was du tust",
            "was du machst",
            "was du bewegst",
            "was sie bewegen",
            "dein job",
            "deine rolle",
            "ihre rolle",
            "deine mission",
            "dein tag",
            "das wirst du",
            "womit du",
            "dein wirkungsbereich",
            "einsatzgebiet",
            "stellenbeschreibung",
            "projektbeschreibung",
            "rolle",
            "wirken",
            "herausforderung",
            "responsibilities",
            "responsibility",
            "duties",
            "tasks",
            "what you ll do",
            "what you will do",
            "what you will be doing",
            "what you ll be doing",
            "what you do",
            "you will",
            "you ll",
            "the role",
            "your role",
            "role",
            "job description",
            "position summary",
            "job summary",
            "the job",
            "your mission",
            "a day in the life",
            "day to day",
            "essential functions",
            "key functions",
            "accountabilities",
            "scope of work",
            "the opportunity",
            "your impact",
            "your tasks",
            "your day",
            "deliverables",
            "key activities",
            "the position",
            "in this role",
            "what to expect",
            "what awaits you",
            "ihr aufgabengebiet",
            "how you ll make",
            "how you will",
            "your challenge",
            "hauptaufgaben",
            "das sind deine",
            "das sind ihre",
            "schwerpunkte",
            "position overview",
            "what will you do",
            "what will you be doing",
            "are you going to do",
            "dich erwartet",
            "sie erwartet",
            "position description",
            "job purpose",
            "position purpose",
            "job functions",
            "functions",
            "the challenge",
            "bei uns machst",
            "activities",
            "success looks like",
            "projektziel",
            "your contribution",
            "you ll own",
            "zustaendigkeiten",
            "daily work",
        ],
    ),
    (
        Section::Company,
        &[
            "ueber uns",
            "wer wir sind",
            "about us",
            "who we are",
            "about the company",
            "about our",
            "unternehmen",
            "das unternehmen",
            "unser unternehmen",
            "company",
            "our company",
            "company description",
            "company overview",
            "unternehmensprofil",
            "unternehmensbeschreibung",
            "our values",
            "our mission",
            "wir sind",
            "das sind wir",
            "das macht uns aus",
            "unsere kultur",
            "our culture",
            "our story",
            "arbeitgeber",
            "unser team",
            "our team",
            "about the team",
            "the team",
            "headquarters",
            "about",
            "ueber",
            "who are we",
            "what we do",
            "how we work",
            "core values",
            "our vision",
        ],
    ),
    (
        Section::Body,
        &["einleitung", "introduction", "overview", "standort", "location", "summary", "arbeitszeit", "eckdaten", "rahmendaten"],
    ),
];

/// How a line looks, apart from its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // four independent observations, not states
pub struct LineForm {
    /// It begins with `#`: a heading for sure.
    pub marked_heading: bool,
    /// It begins with a bullet: an item of a list, no heading unless it ends with a colon.
    pub bullet: bool,
    /// It ends with a colon, or the words in question are followed by one.
    pub colon: bool,
    /// It ends like a sentence.
    pub full_stop: bool,
}

/// The section that a line opens; `None` where it is no heading. `words` are the folded words of the line (or of its part before a colon).
pub fn heading<W: AsRef<str>>(words: &[W], form: LineForm) -> Option<Section> {
    let looks_like_heading = form.marked_heading || form.colon || !(form.bullet || form.full_stop);
    if words.is_empty() || words.len() > LONGEST_HEADING || !looks_like_heading {
        return None;
    }
    // A longer unmarked line must be made of a known phrase for the most part.
    let covered_enough = |phrase: usize| form.marked_heading || form.colon || 2 * phrase >= words.len() || words.len() <= 5;
    let found = (0..words.len()).flat_map(|at| phrases_at(&words[at..])).filter(|phrase| covered_enough(phrase.words.len()));
    found.min_by_key(|phrase| phrase.rank).map(|phrase| PHRASES[phrase.rank].0)
}

/// A phrase of a heading, cut into its words.
struct Phrase {
    /// Place of its list in [`PHRASES`]: the first one decides.
    rank: usize,
    words: Vec<&'static str>,
}

/// The phrases that stand at the beginning of `words`.
fn phrases_at<W: AsRef<str>>(words: &[W]) -> impl Iterator<Item = &'static Phrase> + use<'_, W> {
    let known = words.first().map_or(&[][..], |first| Phrases::all().beginning_with(first.as_ref()));
    known.iter().filter(move |phrase| {
        words.len() >= phrase.words.len() && words.iter().zip(&phrase.words).all(|(word, expected)| word.as_ref() == *expected)
    })
}

/// All phrases of headings, by their first words.
struct Phrases {
    first_words: Table,
    by_first_word: Vec<(&'static str, Vec<Phrase>)>,
}

impl Phrases {
    fn all() -> &'static Self {
        static ALL: LazyLock<Phrases> = LazyLock::new(|| {
            let mut by_first_word: HashMap<&str, Vec<Phrase>> = HashMap::new();
            for (rank, (_, phrases)) in PHRASES.iter().enumerate() {
                for phrase in *phrases {
                    let words: Vec<&str> = phrase.split(' ').collect();
                    by_first_word.entry(words[0]).or_default().push(Phrase { rank, words });
                }
            }
            let by_first_word: Vec<(&str, Vec<Phrase>)> = by_first_word.into_iter().collect();
            Phrases { first_words: Table::of(by_first_word.iter().map(|(word, _)| hash::of_word(word))), by_first_word }
        });
        &ALL
    }

    /// Those with this first word.
    fn beginning_with(&self, word: &str) -> &[Phrase] {
        let place = self.first_words.find(hash::of_word(word), |place| self.by_first_word[place as usize].0 == word);
        place.map_or(&[], |place| &self.by_first_word[place as usize].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Option<Section> {
        let words = crate::tokens::Words::read(line);
        let words: Vec<&str> = words.forms().collect();
        let form = LineForm {
            marked_heading: line.starts_with('#'),
            bullet: line.starts_with('•'),
            colon: line.ends_with(':'),
            full_stop: line.ends_with('.'),
        };
        heading(&words, form)
    }

    #[test]
    fn headings_are_told_from_items() {
        for (line, section) in [
            ("Ihre Aufgaben", Some(Section::Duties)),
            ("## What you'll do", Some(Section::Duties)),
            ("DAS BRINGST DU MIT:", Some(Section::Requirements)),
            ("Wir bieten Ihnen", Some(Section::Offer)),
            ("Über uns", Some(Section::Company)),
            ("About the role", Some(Section::Duties)),
            ("• Experience in key account management", None),
            ("Sie betreuen unsere Kunden und verhandeln mit ihnen neue Verträge.", None),
            ("", None),
        ] {
            assert_eq!(of(line), section, "{line}");
        }
    }
}
