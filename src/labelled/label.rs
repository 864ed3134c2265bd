//! A label as it is read back from beside a row, or taken from a verdict.

use serde::{Deserialize, Serialize};

use super::share::Share;
use crate::formats::export::Beside;
use crate::markup::Plain;
use crate::role::{Head, PerHead, Role};
use crate::span::Span;
use crate::verdict::{KeyPhrase, Verdict, Votes};
use crate::vocabulary::Field;

/// A phrase that is counted is cut after so many bytes.
const LONGEST_PHRASE: usize = 160;

/// What a row was labelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Call {
    /// Its role.
    pub role: Role,
    /// Probability of that role, where it was there to read.
    pub probability: Option<Share>,
    /// Probability that each work is a core of the job, where it was there to read.
    pub heads: Option<PerHead<Share>>,
}

/// What was said of a row.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Label {
    /// The call; `None` where the row could not be read or judged.
    pub call: Option<Call>,
    /// The phrases, those that carry the call first.
    pub phrases: Vec<LabelPhrase>,
    /// What title and duties say by themselves, where the format has room for it.
    pub votes: Option<Votes>,
    /// Why neither; empty for the other roles.
    pub reason: String,
    /// Why the row could not be judged; empty where it was.
    pub problem: String,
    /// Fingerprint of the model; empty where nothing was said.
    pub model: String,
}

/// A phrase of a label.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelPhrase {
    /// Which head it speaks to.
    pub head: Head,
    /// Its share of the head's logit.
    pub weight: f64,
    /// On one line, without markup.
    pub text: String,
    /// Where it stands in the title or the text, where the format has room for it. Not to be trusted: the row may have changed since.
    pub place: Option<(Field, Span)>,
}

impl LabelPhrase {
    /// Whether it carries the call of `role`.
    pub fn carries(&self, role: Role) -> bool {
        self.weight > 0.0 && (role.has(self.head) || role == Role::Neither)
    }
}

impl From<&KeyPhrase> for LabelPhrase {
    fn from(phrase: &KeyPhrase) -> Self {
        let place = Some((phrase.field, Span::new(phrase.start_byte, phrase.end_byte)));
        Self { head: phrase.head, weight: phrase.weight, text: words(&Plain::read(&phrase.text).text), place }
    }
}

/// What is read of the JSON under the key `rolecall`.
#[derive(Deserialize)]
struct Stored {
    #[serde(default)]
    role: Option<Role>,
    #[serde(default)]
    probability: Option<f64>,
    #[serde(default)]
    heads: Option<PerHead<f64>>,
    #[serde(default)]
    votes: Option<Votes>,
    #[serde(default)]
    phrases: Vec<StoredPhrase>,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    problem: Option<String>,
    #[serde(default)]
    model: Option<String>,
}

#[derive(Deserialize)]
struct StoredPhrase {
    text: String,
    head: Head,
    weight: f64,
    #[serde(default)]
    field: Option<Field>,
    #[serde(default)]
    start_byte: usize,
    #[serde(default)]
    end_byte: usize,
}

impl From<StoredPhrase> for LabelPhrase {
    fn from(stored: StoredPhrase) -> Self {
        let place = stored.field.filter(|_| stored.start_byte < stored.end_byte);
        let place = place.map(|field| (field, Span::new(stored.start_byte, stored.end_byte)));
        Self { head: stored.head, weight: stored.weight, text: words(&Plain::read(&stored.text).text), place }
    }
}

impl Label {
    /// Reads what stands beside a row. What cannot be read is no role.
    pub fn read(beside: &Beside) -> Self {
        match beside {
            Beside::Cells(cells) => Self::of_cells(cells),
            Beside::Json(text) => serde_json::from_str(text).map(Self::of_stored).unwrap_or_default(),
        }
    }

    /// The label that `verdict` is written as.
    pub fn of(verdict: &Verdict) -> Self {
        let (probability, heads) = (Share::new(verdict.probability), shares(Some(verdict.heads)));
        Self {
            call: Some(Call { role: verdict.role, probability, heads }),
            phrases: verdict.phrases.iter().map(LabelPhrase::from).collect(),
            votes: Some(verdict.votes),
            reason: verdict.reason.clone().unwrap_or_default(),
            problem: String::new(),
            model: verdict.model.clone(),
        }
    }

    fn of_stored(stored: Stored) -> Self {
        let (probability, heads) = (stored.probability.and_then(Share::new), shares(stored.heads));
        Self {
            call: stored.role.map(|role| Call { role, probability, heads }),
            phrases: stored.phrases.into_iter().map(LabelPhrase::from).collect(),
            votes: stored.votes,
            reason: stored.reason.unwrap_or_default(),
            problem: stored.problem.unwrap_or_default(),
            model: stored.model.unwrap_or_default(),
        }
    }

    /// The cells are those of the columns that `label` adds: role, probability, account, project, phrases, reason, problem, model.
    fn of_cells(cells: &[String]) -> Self {
        let cell = |at: usize| cells.get(at).map(String::as_str).unwrap_or_default();
        let heads = Share::read(cell(2)).zip(Share::read(cell(3))).map(|(account, project)| PerHead { account, project });
        let called = cell(0).parse().ok().map(|role| Call { role, probability: Share::read(cell(1)), heads });
        let text = |at: usize| cell(at).trim().to_owned();
        Self { call: called, phrases: phrases(cell(4)), votes: None, reason: text(5), problem: text(6), model: text(7) }
    }

    /// The phrases that carry the call, in lower case, each once: what is counted.
    pub fn leading(&self) -> Vec<String> {
        let mut leading = Vec::new();
        let Some(call) = self.call else { return leading };
        for phrase in self.phrases.iter().filter(|phrase| phrase.carries(call.role)) {
            let text = cut(&phrase.text.to_lowercase(), LONGEST_PHRASE).to_owned();
            if !text.is_empty() && !leading.contains(&text) {
                leading.push(text);
            }
        }
        leading
    }
}

fn shares(heads: Option<PerHead<f64>>) -> Option<PerHead<Share>> {
    let heads = heads?;
    Share::new(heads.account).zip(Share::new(heads.project)).map(|(account, project)| PerHead { account, project })
}

/// The words of `text` on one line.
pub(crate) fn words(text: &str) -> String {
    text.split_whitespace().filter(|word| *word != "•").collect::<Vec<_>>().join(" ")
}

/// `text`, no longer than so many bytes.
pub(crate) fn cut(text: &str, longest: usize) -> &str {
    if text.len() <= longest {
        return text;
    }
    let end = (0..=longest).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    &text[..end]
}

/// The phrases in a cell: `account +1.20: …; project -0.30: …`. A semicolon within a phrase stays in it.
fn phrases(cell: &str) -> Vec<LabelPhrase> {
    let mut found: Vec<LabelPhrase> = Vec::new();
    for part in cell.split("; ") {
        match begun(part) {
            Some(phrase) => found.push(phrase),
            None => {
                if let Some(last) = found.last_mut() {
                    last.text.push_str("; ");
                    last.text.push_str(part);
                }
            }
        }
    }
    found
}

/// What `part` says where a phrase begins in it.
fn begun(part: &str) -> Option<LabelPhrase> {
    let (name, rest) = part.split_once(' ')?;
    let (weight, text) = rest.split_once(": ")?;
    let head = Head::ALL.into_iter().find(|head| head.name() == name)?;
    let weight = weight.starts_with(['+', '-']).then(|| weight.parse().ok()).flatten()?;
    Some(LabelPhrase { head, weight, text: text.to_owned(), place: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(role: &str, phrases: &str) -> Beside {
        Beside::Cells([role, "0.9000", "0.9000", "0.1000", phrases, "", "", "abc"].map(str::to_owned).to_vec())
    }

    #[test]
    fn a_cell_holds_phrases_with_anything_in_them() {
        let label = Label::read(&cells(
            "account-manager",
            "account +1.20: Kunden; betreuen; account +0.50: ab 3: x; account -0.30: no; project +0.20: other; account +0.10: AB 3: x",
        ));
        assert_eq!(label.leading(), ["kunden; betreuen", "ab 3: x"]);
        let weights: Vec<f64> = label.phrases.iter().map(|phrase| phrase.weight).collect();
        assert_eq!(weights, [1.2, 0.5, -0.3, 0.2, 0.1]);
        assert_eq!(label.model, "abc");
    }

    #[test]
    fn tables_and_json_read_the_same() {
        let json = r#"{"role":"account-manager","probability":0.90004,"heads":{"account":0.9,"project":0.1},"phrases":
            [{"text":"Kunden\n <b>betreuen</b>","field":"text","head":"account","weight":1.2}],"problem":null,"model":"abc"}"#;
        let (json, table) =
            (Label::read(&Beside::Json(json.into())), Label::read(&cells("account-manager", "account +1.20: Kunden betreuen")));
        assert_eq!((json.call, json.leading(), &json.model), (table.call, table.leading(), &table.model));
        assert_eq!((&json.phrases[0].text, json.phrases[0].place), (&table.phrases[0].text, None));
    }

    #[test]
    fn what_is_no_label_is_no_role() {
        for beside in [cells("", ""), cells("boss", ""), Beside::Cells(Vec::new()), Beside::Json("[1]".into())] {
            assert_eq!(Label::read(&beside).call, None, "{beside:?}");
        }
        assert_eq!(Label::read(&Beside::Json(r#"{"problem":"x"}"#.into())), Label { problem: "x".into(), ..Label::default() });
        assert_eq!(Label::read(&cells("mixed", "long ".repeat(99).as_str())).phrases, []);
    }
}
