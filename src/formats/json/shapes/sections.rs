//! Postings whose sections are fields of their own: each gets the heading that its field's name stands for.

use serde_json::{Map, Value};

use super::super::super::names::{self, Purpose};
use super::{TEXT, lines};

/// Objects within objects are looked into down to here.
const DEEPEST: usize = 6;

/// Names of fields about the employer.
const COMPANY: &[&str] = &["company", "unternehmen", "ueberuns", "aboutus", "arbeitgeber", "employer"];
/// Names of fields about what the employer offers.
const OFFER: &[&str] = &["offer", "benefit", "bieten", "angebot", "vorteile", "leistungen", "perks"];

/// What a field of this name holds, as a heading: in German where the name is.
fn heading(name: &str) -> Option<&'static str> {
    let leaf = name.rsplit(['.', ':']).next().unwrap_or(name);
    let folded = names::fold(leaf);
    let has = |parts: &[&str]| parts.iter().any(|part| folded.contains(part));
    let is_german = has(&["aufgabe", "taetigkeit", "deinprofil", "ihrprofil", "anforder", "qualifikation", "bieten", "angebot"])
        || has(&["vorteile", "leistungen", "unternehmen", "ueberuns", "arbeitgeber"])
        || folded == "profil";
    let in_language = |german, english| Some(if is_german { german } else { english });
    match names::purpose(leaf).map(|(purpose, _)| purpose) {
        Some(Purpose::Tasks) => in_language("Aufgaben", "Responsibilities"),
        Some(Purpose::Profile) => in_language("Anforderungen", "Requirements"),
        Some(Purpose::Person | Purpose::Id | Purpose::Title | Purpose::Text) => None,
        _ if has(OFFER) => in_language("Wir bieten", "We offer"),
        _ if has(COMPANY) => in_language("Über uns", "About us"),
        _ => None,
    }
}

/// The text of a field called `name`, under the heading that its name stands for.
pub(in super::super::super) fn section(name: &str, text: String) -> String {
    match heading(name) {
        Some(heading) if !text.trim().is_empty() => format!("# {heading}\n{text}"),
        _ => text,
    }
}

/// Whether a field is about people.
fn is_person(name: &str) -> bool {
    matches!(names::purpose(name), Some((Purpose::Person, _)))
}

/// The text of the field with the surest name for `wanted`.
pub(super) fn best(object: &Map<String, Value>, wanted: Purpose) -> String {
    let ranked = object.iter().filter_map(|(key, value)| {
        let text = lines([value]);
        names::purpose(key).filter(|(purpose, _)| *purpose == wanted && !text.is_empty()).map(|(_, rank)| (rank, text))
    });
    ranked.min_by_key(|(rank, _)| *rank).map(|(_, text)| text).unwrap_or_default()
}

/// The object at or within `object` that is `wanted`.
pub(super) fn find(
    object: &Map<String, Value>,
    wanted: &dyn Fn(&Map<String, Value>) -> bool,
    depth: usize,
) -> Option<Map<String, Value>> {
    if wanted(object) {
        return Some(object.clone());
    }
    let inner = object.values().filter_map(Value::as_object);
    inner.filter(|_| depth < DEEPEST).find_map(|inner| find(inner, wanted, depth + 1))
}

/// Whether the fields of `object` are the sections that `StepStone` asks for.
pub(super) fn is_stepstone(object: &Map<String, Value>) -> bool {
    let has = |wanted: &[&str]| object.keys().any(|key| wanted.contains(&names::fold(key).as_str()));
    has(&["tasks"]) && has(&["profile"]) && has(&["introduction", "offer", "contact"])
}

/// The sections of `StepStone`, in the order of its pages. Contact is about people.
pub(super) fn stepstone(object: &Map<String, Value>) -> String {
    let sections = ["introduction", "tasks", "profile", "offer"].iter().filter_map(|wanted| {
        let (name, value) = object.iter().find(|(key, _)| names::fold(key) == *wanted)?;
        Some(section(name, lines([value]))).filter(|text| !text.is_empty())
    });
    sections.collect::<Vec<_>>().join("\n")
}

/// HR-XML's key of a section with a name and a value.
pub(super) const FORMATTED: &str = "FormattedPositionDescription";

/// The text under `key`, wherever in `object` it stands first.
pub(super) fn anywhere(object: &Map<String, Value>, key: &str) -> String {
    find(object, &|one| one.contains_key(key), 0).map(|found| lines(found.get(key))).unwrap_or_default()
}

/// The sections of HR-XML, those about people left out.
pub(super) fn hr_xml(object: &Map<String, Value>) -> String {
    let Some(holder) = find(object, &|one| one.contains_key(FORMATTED), 0) else { return String::new() };
    let all = match holder.get(FORMATTED) {
        Some(Value::Array(all)) => all.clone(),
        other => Vec::from_iter(other.cloned()),
    };
    let text = |one: &Value| {
        let name = lines(one.get("Name"));
        let value = one.get("Value").or(one.get(TEXT));
        (!is_person(&name)).then(|| section(&name, lines(value))).filter(|text| !text.is_empty())
    };
    all.iter().filter_map(text).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_headings() {
        for (name, expected) in [
            ("Tasks", "# Responsibilities\nx"),
            ("content.Aufgaben", "# Aufgaben\nx"),
            ("Qualifications", "# Requirements\nx"),
            ("g:wir_bieten", "# Wir bieten\nx"),
            ("Benefits", "# We offer\nx"),
            ("CompanyDescription", "# About us\nx"),
            ("Über uns", "# Über uns\nx"),
            ("description", "x"),
            ("Einleitung", "x"),
        ] {
            assert_eq!(section(name, "x".into()), expected, "{name}");
        }
        assert_eq!(section("Tasks", " ".into()), " ");
    }
}
