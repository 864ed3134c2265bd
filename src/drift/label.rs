//! A label as it is read back from beside a row, or taken from a verdict.

use serde::Deserialize;

use super::Call;
use super::share::Share;
use crate::formats::export::Beside;
use crate::markup::Plain;
use crate::role::{Head, PerHead, Role};
use crate::verdict::Verdict;

/// A phrase is cut after so many bytes.
const LONGEST_PHRASE: usize = 160;

/// What was said of a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Label {
    /// The call; `None` where the row could not be read or judged.
    pub call: Option<Call>,
    /// The phrases that carry it, in lower case, each once.
    pub phrases: Vec<String>,
    /// Fingerprint of the model; empty where nothing was said.
    pub model: String,
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
    phrases: Vec<StoredPhrase>,
    #[serde(default)]
    model: Option<String>,
}

#[derive(Deserialize)]
struct StoredPhrase {
    text: String,
    head: Head,
    weight: f64,
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
        let heads = Some(verdict.heads);
        let phrases = verdict.phrases.iter().map(|phrase| (phrase.head, phrase.weight, words(&Plain::read(&phrase.text).text)));
        Self::new(Some(verdict.role), Share::new(verdict.probability), shares(heads), phrases, verdict.model.clone())
    }

    fn of_stored(stored: Stored) -> Self {
        let phrases = stored.phrases.iter().map(|phrase| (phrase.head, phrase.weight, words(&Plain::read(&phrase.text).text)));
        let probability = stored.probability.and_then(Share::new);
        Self::new(stored.role, probability, shares(stored.heads), phrases, stored.model.unwrap_or_default())
    }

    /// The cells are those of the columns that `label` adds: role, probability, account, project, phrases, reason, problem, model.
    fn of_cells(cells: &[String]) -> Self {
        let cell = |at: usize| cells.get(at).map(String::as_str).unwrap_or_default();
        let heads = Share::read(cell(2)).zip(Share::read(cell(3))).map(|(account, project)| PerHead { account, project });
        let phrases = phrases(cell(4)).into_iter();
        Self::new(cell(0).parse().ok(), Share::read(cell(1)), heads, phrases, cell(7).trim().to_owned())
    }

    fn new(
        role: Option<Role>,
        probability: Option<Share>,
        heads: Option<PerHead<Share>>,
        phrases: impl Iterator<Item = (Head, f64, String)>,
        model: String,
    ) -> Self {
        let call = role.map(|role| Call { role, probability, heads });
        let mut leading = Vec::new();
        if let Some(role) = role {
            for (head, weight, text) in phrases {
                let carries = weight > 0.0 && (role.has(head) || role == Role::Neither);
                let text = cut(&text.to_lowercase(), LONGEST_PHRASE).to_owned();
                if carries && !text.is_empty() && !leading.contains(&text) {
                    leading.push(text);
                }
            }
        }
        Self { call, phrases: leading, model }
    }
}

fn shares(heads: Option<PerHead<f64>>) -> Option<PerHead<Share>> {
    let heads = heads?;
    Share::new(heads.account).zip(Share::new(heads.project)).map(|(account, project)| PerHead { account, project })
}

/// The words of `text` on one line.
fn words(text: &str) -> String {
    text.split_whitespace().filter(|word| *word != "•").collect::<Vec<_>>().join(" ")
}

/// `text`, no longer than so many bytes.
pub(super) fn cut(text: &str, longest: usize) -> &str {
    if text.len() <= longest {
        return text;
    }
    let end = (0..=longest).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    &text[..end]
}

/// The phrases in a cell: `account +1.20: …; project -0.30: …`. A semicolon within a phrase stays in it.
fn phrases(cell: &str) -> Vec<(Head, f64, String)> {
    let mut found: Vec<(Head, f64, String)> = Vec::new();
    for part in cell.split("; ") {
        match begun(part) {
            Some(phrase) => found.push(phrase),
            None => {
                if let Some((_, _, text)) = found.last_mut() {
                    text.push_str("; ");
                    text.push_str(part);
                }
            }
        }
    }
    found
}

/// What `part` says where a phrase begins in it.
fn begun(part: &str) -> Option<(Head, f64, String)> {
    let (name, rest) = part.split_once(' ')?;
    let (weight, text) = rest.split_once(": ")?;
    let head = Head::ALL.into_iter().find(|head| head.name() == name)?;
    let weight = weight.starts_with(['+', '-']).then(|| weight.parse().ok()).flatten()?;
    Some((head, weight, text.to_owned()))
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
        assert_eq!(label.phrases, ["kunden; betreuen", "ab 3: x"]);
        assert_eq!(label.model, "abc");
    }

    #[test]
    fn tables_and_json_read_the_same() {
        let json = r#"{"role":"account-manager","probability":0.90004,"heads":{"account":0.9,"project":0.1},"phrases":
            [{"text":"Kunden\n <b>betreuen</b>","field":"text","head":"account","weight":1.2}],"problem":null,"model":"abc"}"#;
        assert_eq!(
            Label::read(&Beside::Json(json.into())),
            Label::read(&cells("account-manager", "account +1.20: kunden betreuen"))
        );
    }

    #[test]
    fn what_is_no_label_is_no_role() {
        for beside in [cells("", ""), cells("boss", ""), Beside::Cells(Vec::new()), Beside::Json("[1]".into())] {
            assert_eq!(Label::read(&beside).call, None, "{beside:?}");
        }
        assert_eq!(Label::read(&Beside::Json(r#"{"problem":"x"}"#.into())), Label::default());
        assert_eq!(Label::read(&cells("mixed", "long ".repeat(99).as_str())).phrases, Vec::<String>::new());
    }
}
