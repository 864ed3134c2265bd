//! What a reviewer says of a posting, and the line that it is written as.

use serde::{Deserialize, Serialize};

use crate::posting::Posting;
use crate::role::Role;

/// An answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The posting reads as this.
    Role(Role),
    /// The reviewer would rather not say.
    Skip,
}

impl Answer {
    /// Its name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Role(role) => role.name(),
            Self::Skip => "skipped",
        }
    }
}

/// A posting with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The posting.
    pub posting: Posting,
    /// The employer; empty where it is not known.
    pub company: String,
    /// Whether it was asked because a model was not sure of it: then it is no sample of its export.
    pub informative: bool,
    /// The answer.
    pub answer: Answer,
}

/// The JSON object of a line. Training and evaluation read it as a labelled posting, and pass over a skipped one, which has no role.
#[derive(Serialize, Deserialize)]
struct Line {
    id: String,
    #[serde(default)]
    title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    company: Option<String>,
    #[serde(default)]
    text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    role: Option<Role>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    informative: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    skipped: bool,
}

impl Answered {
    /// Reads a line.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(line: &str) -> Result<Self, String> {
        let line: Line = serde_json::from_str(line).map_err(|error| format!("broken JSON: {error}"))?;
        let answer = match (line.role, line.skipped) {
            (Some(role), _) => Answer::Role(role),
            (None, true) => Answer::Skip,
            (None, false) => return Err("no answer in it: expected a key \"role\" or \"skipped\"".to_owned()),
        };
        let posting = Posting { id: line.id, title: line.title, text: line.text };
        Ok(Self { posting, company: line.company.unwrap_or_default(), informative: line.informative, answer })
    }

    /// Writes the line, with its end.
    pub fn line(&self) -> String {
        let role = match self.answer {
            Answer::Role(role) => Some(role),
            Answer::Skip => None,
        };
        let line = Line {
            id: self.posting.id.clone(),
            title: self.posting.title.clone(),
            company: Some(self.company.clone()).filter(|company| !company.is_empty()),
            text: self.posting.text.clone(),
            role,
            informative: self.informative,
            skipped: role.is_none(),
        };
        match serde_json::to_string(&line) {
            Ok(text) => text + "\n",
            Err(error) => unreachable!("an answer is plain data: {error}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_read_back() {
        let posting = Posting { id: "7".into(), ..Posting::new("Chef\u{1b}", "a\nb") };
        for answer in Role::ALL.map(Answer::Role).into_iter().chain([Answer::Skip]) {
            for (company, informative) in [("", false), ("Muster GmbH", true)] {
                let answered = Answered { posting: posting.clone(), company: company.into(), informative, answer };
                let line = answered.line();
                assert!(line.ends_with("}\n") && line.lines().count() == 1 && !line.contains('\u{1b}'), "{line}");
                assert_eq!(Answered::read(&line), Ok(answered));
            }
        }
        assert_eq!(Answered::read(r#"{"id":"7"}"#), Err("no answer in it: expected a key \"role\" or \"skipped\"".into()));
        assert!(Answered::read(r#"{"id":"7","role":"boss"}"#).expect_err("unknown").contains("unknown variant `boss`"));
    }
}
