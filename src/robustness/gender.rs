//! Gender forms: of German nouns for people, and of the mark behind a title.
//!
//! Nouns by adjective (*Beauftragte:r*, *Angestellte*) and articles are left alone.

use super::form;
use super::prose;
use crate::language::Language;
use crate::posting::Posting;

/// How nouns for people at work end that take *-in*.
const NOUNS: [&str; 28] = [
    "leiter",
    "manager",
    "berater",
    "betreuer",
    "koordinator",
    "mitarbeiter",
    "ingenieur",
    "entwickler",
    "techniker",
    "verkäufer",
    "consultant",
    "assistent",
    "referent",
    "spezialist",
    "partner",
    "vertreter",
    "planer",
    "controller",
    "disponent",
    "architekt",
    "designer",
    "analyst",
    "trainer",
    "student",
    "jurist",
    "redakteur",
    "buchhalter",
    "bearbeiter",
];
/// Endings that stand for a form other than the masculine one.
const ENDINGS: [&str; 8] = ["/-in", ":in", "*in", "_in", "/in", "·in", "In", "in"];

/// German nouns for people with `ending`, in title and text.
pub(super) fn nouns(posting: &Posting, language: Language, ending: &str) -> Posting {
    in_german(posting, language, |text| with_ending(text, ending))
}

/// German nouns for men as those for women: *-mann* → *-frau*.
pub(super) fn women(posting: &Posting, language: Language) -> Posting {
    const PAIRS: [(&str, &str); 3] = [("kaufmann", "kauffrau"), ("Kaufmann", "Kauffrau"), ("fachmann", "fachfrau")];
    in_german(posting, language, |text| PAIRS.iter().fold(text.to_owned(), |text, (man, woman)| text.replace(man, woman)))
}

fn in_german(posting: &Posting, language: Language, change: impl Fn(&str) -> String) -> Posting {
    if language != Language::De {
        return posting.clone();
    }
    form::both(posting, |field| prose::map(field, &change))
}

/// Every noun for a person in `text`, with `ending` in place of the one that it had.
pub(super) fn with_ending(text: &str, ending: &str) -> String {
    let mut out = String::with_capacity(text.len() * 9 / 8);
    let mut rest = text;
    while let Some(start) = rest.find(char::is_alphabetic) {
        let (before, word_on) = rest.split_at(start);
        out.push_str(before);
        let end = word_on.find(|character: char| !character.is_alphabetic()).unwrap_or(word_on.len());
        let (kept, with, length) = noun(word_on, end).map_or((end, "", end), |(stem, length)| (stem, ending, length));
        out.extend([&word_on[..kept], with]);
        rest = &word_on[length..];
    }
    out.push_str(rest);
    out
}

/// Where the stem of the noun for a person ends that stands at the start of `text`, whose first word ends at `end`; and the noun with its ending.
fn noun(text: &str, end: usize) -> Option<(usize, usize)> {
    let is_noun = |word: &str| {
        let lower = word.to_lowercase();
        NOUNS.iter().any(|noun| lower.ends_with(noun))
    };
    // Part of a compound with a hyphen, of an address or of a link; or a longer word goes on behind the ending.
    let goes_on = |at: usize| text[at..].starts_with(|next: char| next.is_alphanumeric() || "-@*:_·/".contains(next));
    let bare = &text[..end];
    if is_noun(bare) {
        let marked = ENDINGS.iter().find(|ending| text[end..].starts_with(**ending)).map(|ending| end + ending.len());
        let length = marked.unwrap_or(end);
        return (!goes_on(length) || text[length..].starts_with(": ")).then_some((end, length));
    }
    let stem = bare.strip_suffix("in").or_else(|| bare.strip_suffix("In"))?;
    (is_noun(stem) && !goes_on(end)).then_some((stem.len(), end))
}

/// Every *(m/w/d)* of title and text as `other`; `None` takes it out.
pub(super) fn mark(posting: &Posting, other: Option<&str>) -> Posting {
    form::both(posting, |field| prose::map(field, |text| with_mark(text, other)))
}

/// A title without such a mark gets one.
pub(super) fn marked_title(posting: &Posting) -> Posting {
    if posting.title.is_empty() || with_mark(&posting.title, None) != posting.title {
        return posting.clone();
    }
    Posting { title: format!("{} (m/w/d)", posting.title), ..posting.clone() }
}

/// `text` with every *(m/w/d)* as `other`.
pub(super) fn with_mark(text: &str, other: Option<&str>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('(') {
        let close = rest[open..].find(')').map(|found| open + found + 1);
        let Some(close) = close.filter(|&close| is_mark(&rest[open + 1..close - 1])) else {
            out.push_str(&rest[..=open]);
            rest = &rest[open + 1..];
            continue;
        };
        match other {
            Some(other) => out.extend([&rest[..open], other]),
            None => out.push_str(rest[..open].trim_end_matches(' ')),
        }
        rest = &rest[close..];
    }
    out.push_str(rest);
    out
}

/// Whether `inside` of a bracket names genders: two to five letters of them, set apart.
fn is_mark(inside: &str) -> bool {
    let letters: Vec<&str> = inside.split(['/', '|', ',', ' ', '*', '-']).filter(|part| !part.is_empty()).collect();
    let is_gender = |part: &&str| ["m", "w", "d", "f", "x", "i", "gn", "div"].contains(&part.to_lowercase().as_str());
    (2..=5).contains(&letters.len()) && letters.iter().all(is_gender)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_take_every_ending() {
        let forms =
            ["Projektleiter", "Projektleiterin", "Projektleiter:in", "Projektleiter/-in", "ProjektleiterIn", "Projektleiter*in"];
        for form in forms {
            let title = format!("Junior-{form} (m/w/d), Berlin");
            assert_eq!(with_ending(&title, ":in"), "Junior-Projektleiter:in (m/w/d), Berlin");
            assert_eq!(with_ending(&title, ""), "Junior-Projektleiter (m/w/d), Berlin");
        }
        for kept in ["Leiter:innen, Projektmanagement, Manager-Runde, manager@example.org, in, Termin", "über 5 Leitern"] {
            assert_eq!(with_ending(kept, "in"), kept);
        }
    }

    #[test]
    fn marks_are_swapped() {
        assert_eq!(with_mark("Leiter (m/w/d) und (W|M|X) (Teilzeit", None), "Leiter und (Teilzeit");
        assert_eq!(with_mark("Leiter (gn)(m, w, div)", Some("(d/f/m)")), "Leiter (gn)(d/f/m)");
        assert_eq!(with_mark("Manager (d) (IT/HR)", None), "Manager (d) (IT/HR)");
        let marked = marked_title(&Posting::new("Leiter", ""));
        assert_eq!(marked.title, "Leiter (m/w/d)");
        assert_eq!(marked_title(&marked), marked);
    }
}
