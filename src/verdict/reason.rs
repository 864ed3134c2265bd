//! Why a posting is neither.

use std::fmt;

use crate::role::Head;

/// Why a posting is neither.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reason {
    /// There is no word in it.
    Empty,
    /// There are too few words to tell.
    TooShort(usize),
    /// It is in a language that the model was not trained on.
    OtherLanguage,
    /// Nothing in it speaks for either kind of work.
    NoEvidence,
    /// Nothing in the text speaks for either kind of work, though the title does: the head that it names.
    TitleOnly(Head),
    /// There is such work, but it does not reach the core of the job: its head and probability.
    SideTask(Head, f64),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "there is no text to judge"),
            Self::TooShort(words) => write!(f, "too little text to judge: {words} words"),
            Self::OtherLanguage => write!(f, "neither German nor English, and the model reads no other language"),
            Self::TitleOnly(head) => {
                write!(f, "the title sounds like {} work, but no duties in the text bear it out", head.name())
            }
            Self::NoEvidence => write!(f, "no sign that account work or project work is a core of the job"),
            Self::SideTask(head, probability) => {
                write!(
                    f,
                    "some {} work, but more likely a side task than a core of the job (probability of a core: {probability:.2})",
                    head.name()
                )
            }
        }
    }
}

impl Reason {
    /// The reason that was written as `text`, if it is one.
    pub fn read(text: &str) -> Option<Self> {
        // What varies is a number of words, a head, or a head and a probability: the reason made of them must read as the text does.
        let numbers = || text.split(|one: char| !(one.is_ascii_digit() || one == '.')).filter(|part| !part.is_empty());
        let words = numbers().find_map(|part| part.parse().ok()).map(Self::TooShort);
        let probability = numbers().find_map(|part| part.parse().ok()).unwrap_or_default();
        let of_heads = Head::ALL.into_iter().flat_map(|head| [Self::TitleOnly(head), Self::SideTask(head, probability)]);
        [Self::Empty, Self::OtherLanguage, Self::NoEvidence]
            .into_iter()
            .chain(words)
            .chain(of_heads)
            .find(|reason| reason.to_string() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_read_back() {
        for reason in [
            Reason::Empty,
            Reason::TooShort(3),
            Reason::OtherLanguage,
            Reason::NoEvidence,
            Reason::TitleOnly(Head::Project),
            Reason::SideTask(Head::Account, 0.31),
            Reason::SideTask(Head::Project, 0.0),
        ] {
            assert_eq!(Reason::read(&reason.to_string()), Some(reason));
        }
        assert_eq!(Reason::read("some account work"), None);
        assert_eq!(Reason::read(""), None);
    }
}
