//! *du* and *Sie*, in the simple forms: pronouns, and the verb beside them. Irregular verbs that are not listed come out wrong, as they are: the words
//! around them still say what the job is.

use super::form;
use super::prose;
use super::spelling::runs;
use crate::language::Language;
use crate::posting::Posting;

/// Pronouns, informal and formal; the first formal one of several wins on the way back.
const PRONOUNS: [(&str, &str); 8] = [
    ("du", "Sie"),
    ("dir", "Ihnen"),
    ("dein", "Ihr"),
    ("deine", "Ihre"),
    ("deinen", "Ihren"),
    ("deinem", "Ihrem"),
    ("deiner", "Ihrer"),
    ("dich", "Sie"),
];
/// Verbs that do not follow the rule.
const VERBS: [(&str, &str); 8] = [
    ("bist", "sind"),
    ("hast", "haben"),
    ("kannst", "können"),
    ("wirst", "werden"),
    ("willst", "wollen"),
    ("arbeitest", "arbeiten"),
    ("übernimmst", "übernehmen"),
    ("weißt", "wissen"),
];

/// *du* → *Sie*.
pub(super) fn formal(posting: &Posting, language: Language) -> Posting {
    swap(
        posting,
        language,
        |word| find(&PRONOUNS, |(du, _)| word.to_lowercase() == du).map(|(_, sie)| sie),
        "Sie",
        |verb| {
            let known = find(&VERBS, |(du, _)| du == verb).map(|(_, sie)| sie.to_owned());
            known.or_else(|| verb.strip_suffix("st").map(|stem| format!("{stem}en")))
        },
    )
}

/// *Sie* → *du*.
pub(super) fn informal(posting: &Posting, language: Language) -> Posting {
    swap(
        posting,
        language,
        |word| find(&PRONOUNS, |(_, sie)| word == sie).map(|(du, _)| du),
        "du",
        |verb| {
            let known = find(&VERBS, |(_, sie)| sie == verb).map(|(du, _)| du.to_owned());
            known.or_else(|| verb.strip_suffix("en").map(|stem| format!("{stem}st")))
        },
    )
}

fn find(pairs: &[(&'static str, &'static str)], is: impl Fn((&str, &str)) -> bool) -> Option<(&'static str, &'static str)> {
    pairs.iter().copied().find(|pair| is(*pair))
}

/// German text with every pronoun swapped, and the verb beside the one that is `subject` afterwards: behind it, or else before it.
fn swap(
    posting: &Posting,
    language: Language,
    pronoun: impl Fn(&str) -> Option<&'static str>,
    subject: &str,
    verb: impl Fn(&str) -> Option<String>,
) -> Posting {
    if language != Language::De {
        return posting.clone();
    }
    let swapped = |text: &str| {
        let mut parts: Vec<String> = runs(text, char::is_alphabetic).map(str::to_owned).collect();
        for at in 0..parts.len() {
            let Some(other) = pronoun(&parts[at]) else { continue };
            other.clone_into(&mut parts[at]);
            let beside = if other == subject { [Some(at + 2), at.checked_sub(2)] } else { [None, None] };
            for place in beside.into_iter().flatten() {
                let apart = parts.get(place.max(at) - 1).is_some_and(|between| between == " ");
                if let Some(form) = parts.get(place).filter(|_| apart).and_then(|word| verb(word)) {
                    parts[place] = form;
                    break;
                }
            }
        }
        parts.concat()
    };
    form::text(posting, |text| prose::map(text, swapped))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simple_forms_are_swapped() {
        let text = |posting: Posting| posting.text;
        let du = Posting::new("", "Du betreust deine Kunden. Hier bist du richtig: Wir bieten dir viel.");
        let sie = "Sie betreuen Ihre Kunden. Hier sind Sie richtig: Wir bieten Ihnen viel.";
        assert_eq!(text(formal(&du, Language::De)), sie);
        let back = "du betreust deine Kunden. Hier bist du richtig: Wir bieten dir viel.";
        assert_eq!(text(informal(&Posting::new("", sie), Language::De)), back);
        assert_eq!(text(formal(&du, Language::En)), du.text);
    }
}
