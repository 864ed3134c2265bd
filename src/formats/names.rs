//! The names that columns of recruiting exports go by, German and English, blind to case, accents, blanks and underscores.

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What a column is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// The row's own name.
    Id,
    /// The job title.
    Title,
    /// The whole text of the posting.
    Text,
    /// One section of it: duties.
    Tasks,
    /// One section of it: requirements.
    Profile,
    /// One section of it: what comes first or last, and is used where there is nothing better.
    Other,
    /// A person who applied or answers for the posting: never read.
    Person,
}

/// What rows may be counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// Where the posting was found: a job board, a feed.
    Source,
    /// The employer.
    Company,
    /// The part of the employer.
    Department,
}

impl Group {
    /// All of them, in the order of every list.
    pub const ALL: [Self; 3] = [Self::Source, Self::Company, Self::Department];
}

const ID: &[&str] = &[
    "id",
    "refnr",
    "referenznummer",
    "referencenumber",
    "reference",
    "referenz",
    "referenznr",
    "requisitionid",
    "reqid",
    "jobid",
    "stellenid",
    "stellennummer",
    "kennziffer",
    "inserateid",
    "inseratid",
    "hashid",
    "postingid",
    "guid",
];
const TITLE: &[&str] = &[
    "jobtitle",
    "title",
    "jobpostingtitle",
    "externaljobtitle",
    "stellenangebotstitel",
    "stellentitel",
    "stellenbezeichnung",
    "jobtitel",
    "titel",
    "positiontitle",
    "positionstitel",
    "requisitiontitle",
    "jobname",
    "position",
    "beruf",
    "functiontitle",
    "name",
];
const TEXT: &[&str] = &[
    "description",
    "jobdescription",
    "descriptionplain",
    "descriptionbodyplain",
    "descriptionbody",
    "descriptionhtml",
    "stellenangebotsbeschreibung",
    "stellenbeschreibung",
    "stellentext",
    "anzeigentext",
    "beschreibung",
    "jobbeschreibung",
    "stellenausschreibung",
    "longdescription",
    "content",
    "body",
    "text",
    "volltext",
    "fulltext",
];
const TASKS: &[&str] = &[
    "tasks",
    "aufgaben",
    "responsibilities",
    "duties",
    "deineaufgaben",
    "ihreaufgaben",
    "aufgabenbeschreibung",
    "taetigkeiten",
    "yourtasks",
    "yourresponsibilities",
];
const PROFILE: &[&str] = &[
    "profile",
    "profil",
    "qualifications",
    "qualifikationen",
    "requirements",
    "anforderungen",
    "anforderungsprofil",
    "deinprofil",
    "ihrprofil",
    "yourprofile",
    "skills",
];
const OTHER: &[&str] = &["introduction", "einleitung", "offer", "benefits", "wirbieten", "unserangebot"];
const SOURCE: &[&str] = &[
    "source",
    "quelle",
    "jobboard",
    "portal",
    "stellenportal",
    "jobboerse",
    "stellenboerse",
    "board",
    "site",
    "plattform",
    "platform",
    "channel",
    "kanal",
];
const COMPANY: &[&str] = &[
    "company",
    "companyname",
    "unternehmen",
    "firma",
    "firmenname",
    "unternehmensname",
    "employer",
    "employername",
    "arbeitgeber",
    "hiringorganization",
    "hiringorganizationname",
    "organization",
    "organisation",
];
const DEPARTMENT: &[&str] = &[
    "department",
    "departmentname",
    "departmentlabel",
    "abteilung",
    "fachbereich",
    "bereich",
    "geschaeftsbereich",
    "businessunit",
    "team",
    "jobfamily",
    "berufsfeld",
    "category",
    "kategorie",
];
/// Parts of names of columns about people.
const PERSON: &[&str] = &[
    "bewerber",
    "candidate",
    "applicant",
    "kandidat",
    "vorname",
    "nachname",
    "firstname",
    "lastname",
    "fullname",
    "email",
    "geburt",
    "birth",
    "salary",
    "gehalt",
    "lohn",
    "gender",
    "geschlecht",
    "telefon",
    "phone",
    "mobil",
    "handy",
    "anrede",
    "salutation",
    "nationalit",
    "recruiter",
    "ansprechpartner",
    "hiringmanager",
    "kontakt",
    "contact",
    "anschreiben",
    "coverletter",
    "lebenslauf",
    "resume",
];
/// Whole names of columns about people.
const PERSON_WHOLE: &[&str] = &["cv", "mail", "alter", "age", "adresse", "address", "strasse"];

/// `name` in the form that the lists are in: lower case, umlauts written out, no accents, nothing but letters and digits.
pub fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for character in name.nfc().flat_map(char::to_lowercase) {
        match character {
            'ä' => folded.push_str("ae"),
            'ö' => folded.push_str("oe"),
            'ü' => folded.push_str("ue"),
            'ß' => folded.push_str("ss"),
            _ => folded.extend(Some(character).into_iter().nfd().filter(|one| one.is_alphanumeric() && !is_combining_mark(*one))),
        }
    }
    folded
}

/// What a column of this name is for, and its rank among the names for that: the lower, the surer.
pub fn purpose(name: &str) -> Option<(Purpose, usize)> {
    let folded = fold(name);
    if PERSON.iter().any(|part| folded.contains(part)) || PERSON_WHOLE.contains(&folded.as_str()) {
        return Some((Purpose::Person, 0));
    }
    let lists = [
        (Purpose::Id, ID),
        (Purpose::Title, TITLE),
        (Purpose::Text, TEXT),
        (Purpose::Tasks, TASKS),
        (Purpose::Profile, PROFILE),
        (Purpose::Other, OTHER),
    ];
    let find = |folded: &str| {
        lists.into_iter().find_map(|(purpose, list)| list.iter().position(|alias| *alias == folded).map(|rank| (purpose, rank)))
    };
    let of_leaf = || leaf(name).and_then(|leaf| find(&fold(leaf))).map(|(purpose, rank)| (purpose, rank + LEAF));
    find(&folded).or_else(of_leaf)
}

/// What rows can be counted by in a column of this name, and its rank among the names for that.
pub fn group(name: &str) -> Option<(Group, usize)> {
    if purpose(name).is_some_and(|(purpose, _)| purpose == Purpose::Person) {
        return None;
    }
    let lists = Group::ALL.into_iter().zip([SOURCE, COMPANY, DEPARTMENT]);
    let find = |folded: &str| {
        lists.clone().find_map(|(group, list)| list.iter().position(|alias| *alias == folded).map(|rank| (group, rank)))
    };
    find(&fold(name)).or_else(|| leaf(name).and_then(|leaf| find(&fold(leaf))).map(|(group, rank)| (group, rank + LEAF)))
}

/// Names at the end of a path are less sure by so much.
const LEAF: usize = 100;
/// Names that say little where they stand within something else: of a company, a place, a list.
const VAGUE: &[&str] = &["id", "name", "text", "content", "body", "position", "reference", "title"];

/// The last name of a path with dots; a name without its XML prefix.
fn leaf(name: &str) -> Option<&str> {
    let (above, leaf) = name.rsplit_once(['.', ':']).filter(|_| !name.contains(char::is_whitespace))?;
    let is_within = name.contains('.') || above.is_empty();
    (!is_within || !VAGUE.contains(&fold(leaf).as_str())).then_some(leaf)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_folded() {
        for name in ["Job_Description", "job description", "JobDescription", "JÓB-DESCRIPTION", "\u{feff}job description "] {
            assert_eq!(purpose(name), Some((Purpose::Text, 1)), "{name}");
        }
        assert_eq!(fold("Tätigkeiten"), "taetigkeiten");
        assert_eq!(fold("Ta\u{308}tigkeiten"), "taetigkeiten");
        assert_eq!(purpose("STELLENBEZEICHNUNG").map(|found| found.0), Some(Purpose::Title));
        assert_eq!(purpose("Ort"), None);
    }

    #[test]
    fn paths_count_by_their_last_name() {
        for (name, expected) in [
            ("description.long_description", Some(Purpose::Text)),
            ("content.m:properties.d:jobTitle", Some(Purpose::Title)),
            ("wd:name", Some(Purpose::Title)),
            ("company.name", None),
            ("company.id", None),
            ("contact.description", Some(Purpose::Person)),
            ("z. B. Titel", None),
        ] {
            assert_eq!(purpose(name).map(|found| found.0), expected, "{name}");
        }
    }

    #[test]
    fn columns_to_count_by() {
        for (name, expected) in [
            ("Quelle", Some(Group::Source)),
            ("company.name", Some(Group::Company)),
            ("hiringOrganization.name", Some(Group::Company)),
            ("categories.department", Some(Group::Department)),
            ("Abteilung", Some(Group::Department)),
            ("Firma Ansprechpartner", None),
            ("candidate.source", None),
            ("title", None),
        ] {
            assert_eq!(group(name).map(|found| found.0), expected, "{name}");
        }
    }

    #[test]
    fn people_are_left_alone() {
        for name in ["Bewerber Name", "candidate_email", "Geburtsdatum", "Expected Salary", "E-Mail", "Telefonnummer", "Alter"] {
            assert_eq!(purpose(name), Some((Purpose::Person, 0)), "{name}");
        }
    }

    #[test]
    fn lists_are_folded_and_distinct() {
        let all: Vec<&str> = [ID, TITLE, TEXT, TASKS, PROFILE, OTHER, SOURCE, COMPANY, DEPARTMENT].concat();
        for (at, name) in all.iter().enumerate() {
            assert_eq!(fold(name), *name);
            assert!(!all[..at].contains(name), "{name}");
            assert_ne!(purpose(name).map(|found| found.0), Some(Purpose::Person), "{name}");
        }
    }
}
