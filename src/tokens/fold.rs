//! Gender forms of German nouns, folded to one.

use std::borrow::Cow;

/// Endings of nouns that take *-in* and *-innen* and are the same without it in the singular and close enough in the plural.
const STEM_ENDINGS: [&str; 9] = ["er", "eur", "ist", "ant", "ent", "or", "arzt", "tekt", "lyst"];
/// Nouns whose masculine form ends in *-e* (plural *-en*).
const WEAK_NOUNS: [&str; 3] = ["kund", "kolleg", "expert"];
/// A shorter stem is not a noun for a person (*wer·in*, *erinnern*).
const SHORTEST_STEM: usize = 4;

/// Whether `word`, of letters and digits alone, ends as one with a gender ending does; most words do not, and are as [`fold_gender`] would leave them.
pub(super) fn may_have_gender(word: &[u8]) -> bool {
    word.len() >= SHORTEST_STEM + 2 && (word.ends_with(b"in") || word.ends_with(b"innen"))
}

/// `word` (normalised) without the ending that marks a gender: *beraterin*, *berater:in*, *beraterinnen*, *berater/-innen* → *berater*;
/// *kund\*innen* → *kunden*. Other words come back unchanged.
pub fn fold_gender(word: &str) -> String {
    let ending = |suffix: &str| {
        let stem = word.strip_suffix(suffix)?;
        let marked = stem.trim_end_matches('-').strip_suffix([':', '*', '_', '/', '·']);
        Some((marked.unwrap_or(stem), marked.is_some()))
    };
    let (plural, found) = match ending("innen") {
        Some(found) => (true, Some(found)),
        None => (false, ending("in")),
    };
    match found {
        Some((stem, marked)) if marked || takes_ending(stem) => masculine(stem, plural).into_owned(),
        _ => word.to_owned(),
    }
}

/// Whether `stem` looks like a noun for a person, to which *-in* was added.
fn takes_ending(stem: &str) -> bool {
    let ends = |list: &[&str]| list.iter().any(|ending| stem.ends_with(ending));
    stem.len() >= SHORTEST_STEM && (ends(&STEM_ENDINGS) || ends(&WEAK_NOUNS))
}

fn masculine(stem: &str, plural: bool) -> Cow<'_, str> {
    if WEAK_NOUNS.iter().any(|noun| stem.ends_with(noun)) {
        Cow::Owned(format!("{stem}{}", if plural { "en" } else { "e" }))
    } else {
        Cow::Borrowed(stem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_gender_endings_go() {
        for (word, folded) in [
            ("beraterin", "berater"),
            ("beraterinnen", "berater"),
            ("berater/-innen", "berater"),
            ("kundin", "kunde"),
            ("kund*innen", "kunden"),
            ("assistentin", "assistent"),
            ("termin", "termin"),
            ("berlin", "berlin"),
            ("gewinnen", "gewinnen"),
            ("erinnern", "erinnern"),
            ("within", "within"),
            ("in", "in"),
        ] {
            assert_eq!(fold_gender(word), folded, "{word}");
        }
    }
}
