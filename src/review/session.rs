//! A sitting: which posting is shown, what was answered, how long it takes. Knows no terminal.

use std::time::Duration;

use super::answer::{Answer, Answered};
use super::doubt::Doubt;
use super::pool::Candidate;
use crate::posting::Posting;
use crate::role::Role;

/// A key, as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// A letter or sign.
    Letter(char),
    /// Cursor up.
    Up,
    /// Cursor down.
    Down,
    /// A screen up.
    PageUp,
    /// A screen down.
    PageDown,
    /// To the beginning of the text.
    Home,
    /// To its end.
    End,
    /// Cursor left.
    Left,
    /// Cursor right.
    Right,
    /// Ctrl-C.
    Interrupt,
    /// Any other.
    Other,
}

/// What a key asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Nothing but to draw the screen again.
    Draw,
    /// To keep this answer.
    Keep(Answered),
    /// To end, with all answers kept.
    Quit,
    /// To stop at once.
    Interrupt,
}

/// A posting of the sitting.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The posting.
    pub posting: Posting,
    /// The employer; empty where it is not known.
    pub company: String,
    /// Whether it is asked because the model is not sure of it.
    pub informative: bool,
    /// What the model is not sure of; `None` where it was answered in an earlier sitting.
    pub doubt: Option<Doubt>,
    /// Its answer, where there is one.
    pub answer: Option<Answer>,
}

/// The postings, the one that is shown, and the time that answers took.
#[derive(Debug, Clone)]
pub struct Session {
    entries: Vec<Entry>,
    at: usize,
    /// The first line of the text that is shown.
    pub top: usize,
    times: Vec<Duration>,
}

/// From so many answers on, the time that is left can be told.
const TIMED: usize = 3;
/// The latest so many answers tell it.
const LATEST: usize = 20;

impl Session {
    /// Begins with the first posting that has no answer.
    pub fn new(answered: impl Iterator<Item = Answered>, queue: Vec<Candidate>) -> Self {
        let earlier = answered.map(|one| Entry {
            posting: one.posting,
            company: one.company,
            informative: one.informative,
            doubt: None,
            answer: Some(one.answer),
        });
        let coming = queue.into_iter().map(|one| Entry {
            posting: one.posting,
            company: one.company,
            informative: one.informative,
            doubt: Some(one.doubt),
            answer: None,
        });
        let mut session = Self { entries: earlier.chain(coming).collect(), at: 0, top: 0, times: Vec::new() };
        session.at = session.open();
        session
    }

    /// All postings.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The place of the posting that is shown.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The posting that is shown; `None` behind the last one.
    pub fn shown(&self) -> Option<&Entry> {
        self.entries.get(self.at)
    }

    /// How many postings have an answer.
    pub fn answered(&self) -> usize {
        self.entries.iter().filter(|entry| entry.answer.is_some()).count()
    }

    /// How many were answered so.
    pub fn count(&self, answer: Answer) -> usize {
        self.entries.iter().filter(|entry| entry.answer == Some(answer)).count()
    }

    /// The first posting without an answer, or the place behind the last.
    fn open(&self) -> usize {
        self.entries.iter().position(|entry| entry.answer.is_none()).unwrap_or(self.entries.len())
    }

    /// About how much time the rest takes, by the median of the latest answers.
    pub fn left(&self) -> Option<Duration> {
        let mut latest = self.times[self.times.len().saturating_sub(LATEST)..].to_vec();
        latest.sort_unstable();
        let open = u32::try_from(self.entries.len() - self.answered()).unwrap_or(u32::MAX);
        (latest.len() >= TIMED).then(|| latest[latest.len() / 2].saturating_mul(open))
    }

    /// What `key` asks for, with so many lines of text on the screen at a time and `lines` in all. `looked` is how long the posting was shown.
    pub fn press(&mut self, key: Key, screen: usize, lines: usize, looked: Duration) -> Wish {
        let last = lines.saturating_sub(screen);
        // A line of the old screen stays on the new one.
        let leap = screen.saturating_sub(1).max(1);
        match key {
            Key::Interrupt => return Wish::Interrupt,
            Key::Letter('q' | 'Q') => return Wish::Quit,
            Key::Letter('b' | 'B') | Key::Left => self.go(self.at.saturating_sub(1)),
            Key::Right => self.go((self.at + 1).min(self.open().max(self.at))),
            Key::Letter('j') | Key::Down => self.top = (self.top + 1).min(last),
            Key::Letter('k') | Key::Up => self.top = self.top.min(last).saturating_sub(1),
            Key::Letter(' ') | Key::PageDown => self.top = (self.top + leap).min(last),
            Key::PageUp => self.top = self.top.min(last).saturating_sub(leap),
            Key::Home => self.top = 0,
            Key::End => self.top = last,
            Key::Letter(letter) => {
                if let Some(answered) = answer(letter).and_then(|answer| self.answer(answer, looked)) {
                    return Wish::Keep(answered);
                }
            }
            Key::Other => {}
        }
        Wish::Draw
    }

    fn go(&mut self, to: usize) {
        if to != self.at {
            (self.at, self.top) = (to, 0);
        }
    }

    /// Answers the posting that is shown and goes to the next one without an answer.
    fn answer(&mut self, answer: Answer, looked: Duration) -> Option<Answered> {
        let entry = self.entries.get_mut(self.at)?;
        if entry.answer.replace(answer).is_none() {
            self.times.push(looked);
        }
        let Entry { posting, company, informative, .. } = entry.clone();
        let answered = Answered { posting, company, informative, answer };
        self.go(self.open());
        Some(answered)
    }
}

/// The answer that a letter stands for.
fn answer(letter: char) -> Option<Answer> {
    Some(match letter.to_ascii_lowercase() {
        'a' => Answer::Role(Role::AccountManager),
        'p' => Answer::Role(Role::ProjectManager),
        'm' => Answer::Role(Role::Mixed),
        'n' => Answer::Role(Role::Neither),
        's' => Answer::Skip,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn session(earlier: usize, coming: usize) -> Session {
        let candidate = |at: usize| Candidate::made_up(&format!("{at}"), "text");
        let answered = |at| {
            let Candidate { posting, company, informative, .. } = candidate(at);
            Answered { posting, company, informative, answer: Answer::Skip }
        };
        Session::new((0..earlier).map(answered), (earlier..earlier + coming).map(candidate).collect())
    }

    fn press(session: &mut Session, keys: &str) -> Wish {
        keys.chars().fold(Wish::Draw, |_, key| session.press(Key::Letter(key), 10, 35, SECOND))
    }

    #[test]
    fn answers_go_on_and_back_goes_back() {
        let mut session = session(1, 3);
        assert_eq!(session.at(), 1);
        let Wish::Keep(kept) = press(&mut session, "a") else { panic!("not kept") };
        assert_eq!((kept.posting.id.as_str(), kept.answer), ("1", Answer::Role(Role::AccountManager)));
        assert!(kept.informative, "what it was asked for is kept");
        press(&mut session, "P");
        assert_eq!((session.at(), session.answered()), (3, 3));
        press(&mut session, "bbb");
        assert_eq!(session.at(), 0, "back to an earlier sitting");
        press(&mut session, "n");
        assert_eq!((session.at(), session.count(Answer::Skip)), (3, 0), "on where it was left");
        assert_eq!(press(&mut session, "sx"), Wish::Draw);
        assert_eq!((session.shown(), session.left()), (None, Some(Duration::ZERO)));
        assert_eq!((press(&mut session, "m"), press(&mut session, "q")), (Wish::Draw, Wish::Quit));
        press(&mut session, "b");
        assert_eq!(session.shown().and_then(|entry| entry.answer), Some(Answer::Skip));
    }

    #[test]
    fn forward_goes_no_farther_than_answers() {
        let mut session = session(2, 2);
        session.press(Key::Right, 10, 35, SECOND);
        assert_eq!(session.at(), 2);
        press(&mut session, "bb");
        session.press(Key::Right, 10, 35, SECOND);
        assert_eq!(session.at(), 1);
        assert_eq!(session.press(Key::Interrupt, 10, 35, SECOND), Wish::Interrupt);
    }

    #[test]
    fn long_texts_are_paged() {
        let mut session = session(0, 2);
        let mut top = |key| {
            session.press(key, 10, 35, SECOND);
            session.top
        };
        let keys = [Key::PageDown, Key::Down, Key::PageDown, Key::PageDown, Key::Up, Key::PageUp, Key::End, Key::Home, Key::Up];
        assert_eq!(keys.map(&mut top), [9, 10, 19, 25, 24, 15, 25, 0, 0]);
        session.press(Key::Letter(' '), 10, 35, SECOND);
        press(&mut session, "a");
        assert_eq!(session.top, 0, "the next posting begins at its beginning");
        session.press(Key::Letter(' '), 10, 4, SECOND);
        assert_eq!(session.top, 0, "a short text does not move");
    }

    #[test]
    fn the_time_left_is_that_of_the_median() {
        let mut session = session(0, 10);
        for seconds in [5, 600, 7] {
            assert_eq!(session.left(), None);
            session.press(Key::Letter('a'), 10, 35, SECOND * seconds);
        }
        assert_eq!(session.left(), Some(SECOND * 7 * 7));
    }
}
