//! Feeds whose postings are put together from parts: what the parts are, and in which order a reader meets them.

mod sections;

use serde_json::{Map, Value};

use super::super::names::Purpose;
use crate::posting::Posting;
use sections::{FORMATTED, anywhere, best, find, hr_xml, is_stepstone, stepstone};

pub(in super::super) use sections::section;

/// The key of a text that stands in XML beside attributes.
pub(in super::super) const TEXT: &str = "#text";

/// A feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Shape {
    /// `text` is the title, and the duties are in `lists`.
    Lever,
    /// `jobDescriptions`: sections with a name and a value.
    Personio,
    /// `jobAd.sections`.
    SmartRecruiters,
    /// schema.org's `JobPosting`.
    JobPosting,
    /// Introduction, tasks, profile, offer and contact, each a field.
    StepStone,
    /// HR-XML's `PositionOpening`: `FormattedPositionDescription` with a name and a value.
    HrXml,
    /// `name` and `subTitle`, `description` and `requirements`, and all of it once more in `content`.
    ERecruiter,
    /// RSS or Atom.
    Feed,
}

impl Shape {
    /// The feed that `object` comes from, if it is known.
    pub(super) fn of(object: &Map<String, Value>) -> Option<Self> {
        let has = |key: &str| object.contains_key(key);
        if has("text") && (object.get("lists").is_some_and(Value::is_array) || has("descriptionPlain") || has("hostedUrl")) {
            Some(Self::Lever)
        } else if has("jobDescriptions") {
            Some(Self::Personio)
        } else if object.get("jobAd").is_some_and(|ad| ad.get("sections").is_some()) {
            Some(Self::SmartRecruiters)
        } else if has("description") && object.get("@type").is_some_and(|kind| lines([kind]).contains("JobPosting")) {
            Some(Self::JobPosting)
        } else if find(object, &is_stepstone, 4).is_some() {
            Some(Self::StepStone)
        } else if find(object, &|one| one.contains_key(FORMATTED), 2).is_some() {
            Some(Self::HrXml)
        } else if has("name") && has("description") && has("requirements") && !has("title") {
            Some(Self::ERecruiter)
        } else if has("title") && is_entry(object) {
            Some(Self::Feed)
        } else {
            None
        }
    }

    /// Its name.
    pub(in super::super) fn name(self) -> &'static str {
        match self {
            Self::Lever => "Lever",
            Self::Personio => "Personio",
            Self::SmartRecruiters => "SmartRecruiters",
            Self::JobPosting => "schema.org JobPosting",
            Self::StepStone => "StepStone",
            Self::HrXml => "HR-XML",
            Self::ERecruiter => "eRecruiter",
            Self::Feed => "RSS or Atom",
        }
    }

    /// The posting in `object`.
    pub(super) fn posting(self, object: &Map<String, Value>) -> Posting {
        let get = |key: &str| object.get(key);
        let first = |keys: &[&str]| keys.iter().filter_map(|key| get(key)).find(|value| !lines([*value]).is_empty());
        match self {
            Self::Lever => Posting {
                id: lines(get("id")),
                title: lines(get("text")),
                text: lines(
                    first(&["descriptionBodyPlain", "descriptionBody", "descriptionPlain", "description"])
                        .into_iter()
                        .chain(get("lists"))
                        .chain(first(&["additionalPlain", "additional"])),
                ),
            },
            Self::Personio => {
                let sections = get("jobDescriptions").and_then(|all| all.get("jobDescription")).or(get("jobDescriptions"));
                Posting { id: lines(get("id")), title: lines(get("name")), text: lines(sections) }
            }
            Self::SmartRecruiters => {
                let sections = get("jobAd").and_then(|ad| ad.get("sections"));
                // The company's section is the same in all of its postings.
                let order = ["jobDescription", "qualifications", "additionalInformation"];
                let text = order.iter().filter_map(|key| sections.and_then(|sections| sections.get(*key)));
                Posting { id: lines(first(&["id", "uuid"])), title: lines(first(&["name", "title"])), text: lines(text) }
            }
            Self::JobPosting => Posting {
                id: lines(first(&["identifier", "@id", "url"])),
                title: lines(get("title")),
                text: lines(["description", "responsibilities", "qualifications", "skills"].iter().filter_map(|key| get(key))),
            },
            Self::StepStone => {
                let sections = find(object, &is_stepstone, 4).unwrap_or_default();
                let of = |wanted| Some(best(object, wanted)).filter(|text| !text.is_empty()).unwrap_or(best(&sections, wanted));
                Posting { id: of(Purpose::Id), title: of(Purpose::Title), text: stepstone(&sections) }
            }
            Self::HrXml => {
                Posting { id: anywhere(object, "IdValue"), title: anywhere(object, "PositionTitle"), text: hr_xml(object) }
            }
            Self::ERecruiter => {
                let parts = ["description", "requirements"].map(|key| section(key, lines(get(key))));
                let parts = parts.join("\n");
                let text = if parts.trim().is_empty() { lines(first(&["content", "additionalText"])) } else { parts };
                Posting {
                    id: best(object, Purpose::Id),
                    title: lines(["name", "subTitle"].iter().filter_map(|key| get(key))),
                    text,
                }
            }
            Self::Feed => Posting {
                id: lines(first(&["guid", "id", "link"])),
                title: lines(get("title")),
                text: lines(first(&["content:encoded", "content", "description", "summary"])),
            },
        }
    }
}

/// Whether `object` has what entries of RSS and Atom have beside their titles.
fn is_entry(object: &Map<String, Value>) -> bool {
    let has = |key: &str| object.contains_key(key);
    // In feeds of OData, `content` holds fields.
    let is_text = |key: &str| object.get(key).is_some_and(|value| value.is_string() || value.get(TEXT).is_some());
    has("content:encoded")
        || has("description") && has("guid")
        || (is_text("content") || is_text("summary")) && (has("updated") || has("published"))
}

/// The texts in `values`, a line or more each.
pub(in super::super) fn lines<'v>(values: impl IntoIterator<Item = &'v Value>) -> String {
    let mut out = String::new();
    for value in values {
        push_lines(value, &mut out);
    }
    out
}

fn push_lines(value: &Value, out: &mut String) {
    let mut push = |text: &str| {
        if !text.trim().is_empty() {
            out.push_str(if out.is_empty() { "" } else { "\n" });
            out.push_str(text);
        }
    };
    match value {
        Value::Null => {}
        Value::Bool(_) | Value::Number(_) => push(&value.to_string()),
        Value::String(text) => push(text),
        Value::Array(values) => values.iter().for_each(|value| push_lines(value, out)),
        Value::Object(section) => {
            // A heading and what stands below it, as Lever, Personio and SmartRecruiters name them.
            let keys: &[&str] = if section.contains_key("content") || section.contains_key("value") {
                &["text", "name", "title", "value", "content"]
            } else {
                &["title", "name", "text", TEXT]
            };
            // A name beside a value is a heading only where the value is a text.
            let is_section = section.get("value").is_none_or(|value| value.as_str().is_some_and(|text| text.contains(' ')));
            let keys = keys.iter().filter(|key| is_section || **key == "value");
            keys.filter_map(|key| section.get(*key)).for_each(|value| push_lines(value, out));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: &Value) -> (Shape, Posting) {
        let object = value.as_object().expect("an object");
        let shape = Shape::of(object).expect("known");
        (shape, shape.posting(object))
    }

    fn posting(id: &str, title: &str, text: &str) -> Posting {
        Posting { id: id.into(), title: title.into(), text: text.into() }
    }

    #[test]
    fn lever_keeps_duties_in_lists() {
        let value = json!({
            "id": "a-1", "text": "Account Manager", "descriptionPlain": "About us.", "description": "<div>About us.</div>",
            "lists": [{ "text": "You will", "content": "<li>grow accounts</li>" }], "additionalPlain": "", "additional": "<p>EOE</p>",
        });
        let text = "About us.\nYou will\n<li>grow accounts</li>\n<p>EOE</p>";
        assert_eq!(read(&value), (Shape::Lever, posting("a-1", "Account Manager", text)));
    }

    #[test]
    fn personio_has_sections_with_names() {
        let sections = json!([{ "name": "Deine Aufgaben", "value": "<ul><li>Projekte leiten</li></ul>" }, { "name": "Profil", "value": "x y" }]);
        let text = "Deine Aufgaben\n<ul><li>Projekte leiten</li></ul>\nProfil\nx y";
        for value in [
            json!({ "id": 7, "name": "Projektleiter", "jobDescriptions": { "jobDescription": sections } }),
            json!({ "id": 7, "name": "Projektleiter", "jobDescriptions": sections }),
        ] {
            assert_eq!(read(&value), (Shape::Personio, posting("7", "Projektleiter", text)));
        }
    }

    #[test]
    fn smartrecruiters_has_fixed_sections() {
        let value = json!({ "id": "s", "name": "KAM", "jobAd": { "sections": {
            "companyDescription": { "title": "Us", "text": "We are great" },
            "qualifications": { "title": "Profile", "text": "<p>b</p>" },
            "jobDescription": { "title": "Tasks", "text": "<p>a</p>" },
        } } });
        assert_eq!(read(&value), (Shape::SmartRecruiters, posting("s", "KAM", "Tasks\n<p>a</p>\nProfile\n<p>b</p>")));
    }

    #[test]
    fn schema_org_has_lists_and_identifiers() {
        let value = json!({
            "@context": "https://schema.org", "@type": "JobPosting", "title": "PM", "description": "<p>d</p>",
            "responsibilities": ["plan", "lead"], "qualifications": "PRINCE2",
            "identifier": { "@type": "PropertyValue", "name": "Example GmbH", "value": "17" },
        });
        assert_eq!(read(&value), (Shape::JobPosting, posting("17", "PM", "<p>d</p>\nplan\nlead\nPRINCE2")));
    }

    #[test]
    fn stepstone_and_hr_xml_have_sections() {
        let value = json!({ "id": "s", "jobtitle": "PM", "content": {
            "Profile": "<p>PMP</p>", "Introduction": "Wir.", "Tasks": "<p>Projekte</p>", "Offer": "", "Contact": "Rita",
        } });
        let text = "Wir.\n# Responsibilities\n<p>Projekte</p>\n# Requirements\n<p>PMP</p>";
        assert_eq!(read(&value), (Shape::StepStone, posting("s", "PM", text)));
        let value = json!({ "PositionProfile": {
            "PositionDetail": { "PositionTitle": "KAM" },
            "FormattedPositionDescription": [{ "Name": "Tasks", "Value": "a b" }, { "Name": "Contact", "Value": "Rita" }],
        } });
        assert_eq!(read(&value), (Shape::HrXml, posting("", "KAM", "# Responsibilities\na b")));
    }

    #[test]
    fn others_have_no_shape() {
        for value in [json!({ "title": "x", "content": "&lt;p&gt;" }), json!({ "text": "x", "title": "y" }), json!({})] {
            assert_eq!(Shape::of(value.as_object().expect("an object")), None);
        }
    }
}
