//! An [`Overview`](crate::overview::Overview) as one HTML file: no network, no server, nothing in it that a stranger wrote can run or load.
//!
//! The page is three kinds of text. Markup, style and script are files of this folder, the same in every page; what the postings say is data, JSON in
//! `<script type="application/json">`, in which no `<` stands. The script puts it on the page as text, never as markup. And a policy on top forbids
//! everything but that very script and style, by their checksums.

mod borders;
mod data;
mod json;
mod page;

pub use page::{policy, write};

/// The language of the page; it can be switched on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageLanguage {
    /// German.
    De,
    /// English.
    En,
}

impl PageLanguage {
    /// The code of the language.
    pub fn code(self) -> &'static str {
        match self {
            Self::De => "de",
            Self::En => "en",
        }
    }

    /// That of most postings, or else the one that the environment asks for.
    pub fn of(postings: Option<crate::language::Language>, environment: Option<&str>) -> Self {
        use crate::language::Language;
        match postings {
            Some(Language::De) => Self::De,
            Some(Language::En) => Self::En,
            _ if environment.is_some_and(|name| name.to_ascii_lowercase().starts_with("de")) => Self::De,
            _ => Self::En,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn postings_decide_the_language() {
        for (postings, environment, language) in [
            (Some(Language::De), Some("en_US.UTF-8"), PageLanguage::De),
            (Some(Language::En), None, PageLanguage::En),
            (Some(Language::Other), Some("de_AT"), PageLanguage::De),
            (None, Some("C"), PageLanguage::En),
            (None, None, PageLanguage::En),
        ] {
            assert_eq!(PageLanguage::of(postings, environment), language, "{postings:?} {environment:?}");
        }
    }
}
