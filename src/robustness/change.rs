//! The changes, and what kind each is.

use serde::Serialize;

use super::{additions, address, form, gender, spelling};
use crate::language::Language;
use crate::posting::Posting;

/// What a change does to a posting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Says the same in other bytes: the call must hold.
    Form,
    /// Takes the layout away, which shows where sections and items begin.
    Layout,
    /// Another gender form of the same nouns, or of *(m/w/d)*.
    Gender,
    /// Another form of address.
    Address,
    /// A paragraph that says nothing of the job.
    Addition,
    /// The title is gone: meaningful, and so no defect where it moves the call.
    Title,
}

impl Kind {
    /// All kinds, in the order of every table.
    pub const ALL: [Self; 6] = [Self::Form, Self::Layout, Self::Gender, Self::Address, Self::Addition, Self::Title];

    /// What a table says of it.
    pub fn says(self) -> &'static str {
        match self {
            Self::Form => "form: the same in other bytes",
            Self::Layout => "layout: lines and marks lost",
            Self::Gender => "gender forms",
            Self::Address => "form of address",
            Self::Addition => "a paragraph that says nothing of the job",
            Self::Title => "title",
        }
    }
}

/// A way to write a posting differently.
#[derive(Debug, Clone, Copy)]
pub struct Change {
    /// What it is called in tables.
    pub name: &'static str,
    /// What it does.
    pub kind: Kind,
    apply: fn(&Posting, Language) -> Posting,
}

impl Change {
    /// The changed posting, which was found to be in `language`; `None` where the change finds nothing to change.
    pub fn apply(&self, posting: &Posting, language: Language) -> Option<Posting> {
        let changed = (self.apply)(posting, language);
        (changed != *posting).then_some(changed)
    }
}

const fn change(kind: Kind, name: &'static str, apply: fn(&Posting, Language) -> Posting) -> Change {
    Change { name, kind, apply }
}

/// All changes, kind by kind.
pub const CHANGES: [Change; 32] = [
    change(Kind::Form, "plain text to HTML", |posting, _| form::text(posting, form::to_html)),
    change(Kind::Form, "text or HTML to escaped HTML", |posting, _| form::text(posting, form::to_escaped)),
    change(Kind::Form, "CRLF for LF", |posting, _| form::both(posting, form::to_crlf)),
    change(Kind::Form, "blank lines doubled", |posting, _| form::both(posting, form::double_lines)),
    change(Kind::Form, "newline at the end", |posting, _| form::both(posting, form::end_line)),
    change(Kind::Form, "emoji in front", |posting, _| form::both(posting, form::emoji)),
    change(Kind::Form, "no-break spaces for blanks", |posting, _| form::both(posting, spelling::no_break)),
    change(Kind::Form, "soft hyphens in long words", |posting, _| form::both(posting, spelling::soft_hyphens)),
    change(Kind::Form, "umlauts decomposed (NFD)", |posting, _| form::both(posting, spelling::decomposed)),
    change(Kind::Form, "umlauts as ae, oe, ue, ss", |posting, _| form::both(posting, spelling::transcribed)),
    change(Kind::Form, "typographic quotes, dashes, bullets", |posting, _| form::both(posting, spelling::typographic)),
    change(Kind::Form, "upper case", |posting, _| form::both(posting, spelling::upper_case)),
    change(Kind::Layout, "HTML or Markdown to plain text", |posting, _| form::text(posting, form::to_plain)),
    change(Kind::Layout, "lines joined to one", |posting, _| form::text(posting, form::join_lines)),
    change(Kind::Gender, "nouns: Projektleiter", |posting, language| gender::nouns(posting, language, "")),
    change(Kind::Gender, "nouns: Projektleiterin", |posting, language| gender::nouns(posting, language, "in")),
    change(Kind::Gender, "nouns: Projektleiter:in", |posting, language| gender::nouns(posting, language, ":in")),
    change(Kind::Gender, "nouns: Projektleiter*in", |posting, language| gender::nouns(posting, language, "*in")),
    change(Kind::Gender, "nouns: Projektleiter_in", |posting, language| gender::nouns(posting, language, "_in")),
    change(Kind::Gender, "nouns: Projektleiter/-in", |posting, language| gender::nouns(posting, language, "/-in")),
    change(Kind::Gender, "nouns: Projektleiter/in", |posting, language| gender::nouns(posting, language, "/in")),
    change(Kind::Gender, "nouns: Kaufmann to Kauffrau", gender::women),
    change(Kind::Gender, "(m/w/d) removed", |posting, _| gender::mark(posting, None)),
    change(Kind::Gender, "(m/w/d) as (d/f/m)", |posting, _| gender::mark(posting, Some("(d/f/m)"))),
    change(Kind::Gender, "(m/w/d) as (all genders)", |posting, _| gender::mark(posting, Some("(all genders)"))),
    change(Kind::Gender, "(m/w/d) added to a title", |posting, _| gender::marked_title(posting)),
    change(Kind::Address, "du to Sie", address::formal),
    change(Kind::Address, "Sie to du", address::informal),
    change(Kind::Addition, "equal opportunity, at the end", additions::equal_opportunity),
    change(Kind::Addition, "privacy notice, at the end", additions::privacy),
    change(Kind::Addition, "about the company, in front", additions::company),
    change(Kind::Title, "title removed", |posting, _| Posting { title: String::new(), ..posting.clone() }),
];
