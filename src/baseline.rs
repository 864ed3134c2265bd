//! What a model must beat: keywords in the title, and the commonest role.

use crate::role::Role;
use crate::tokens::Words;

/// Beginnings of title words (folded, hyphens split) that name account work.
const ACCOUNT: [&str; 14] = [
    "account",
    "kundenberat",
    "kundenbetreu",
    "kundenmanag",
    "grosskunden",
    "bestandskunden",
    "firmenkunden",
    "vertrieb",
    "sales",
    "client",
    "customer",
    "relationship",
    "partner",
    "aussendienst",
];
/// Beginnings of title words that name project work.
const PROJECT: [&str; 10] =
    ["project", "projekt", "program", "bauleit", "teilprojekt", "implementation", "delivery", "rollout", "scrum", "construction"];
/// Words that turn a title into something else.
const OTHER: [&str; 8] =
    ["accounting", "accountant", "programmer", "programmier", "engineer", "ingenieur", "assistent", "service"];

/// The role that the words of a title name.
pub fn title_keywords(title: &str) -> Role {
    let words = Words::read(title);
    let any = |starts: &[&str]| {
        words
            .forms()
            .any(|form| starts.iter().any(|start| form.contains(start)) && !OTHER.iter().any(|other| form.starts_with(other)))
    };
    Role::from_cores(any(&ACCOUNT), any(&PROJECT))
}

/// The commonest role of `truths`.
pub fn majority(truths: impl Iterator<Item = Role>) -> Role {
    let mut counts = [0_usize; 4];
    truths.for_each(|role| counts[role.index()] += 1);
    Role::ALL.into_iter().rev().max_by_key(|role| counts[role.index()]).unwrap_or(Role::Neither)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_told_by_their_words() {
        for (title, role) in [
            ("Key Account Manager (m/w/d)", Role::AccountManager),
            ("IT-Projektleiter:in", Role::ProjectManager),
            ("Account & Project Manager", Role::Mixed),
            ("Senior Accountant", Role::Neither),
        ] {
            assert_eq!(title_keywords(title), role, "{title}");
        }
    }
}
