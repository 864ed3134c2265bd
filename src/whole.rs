//! A posting that is handed over as one text: its title is split off, and the spans of its verdict count in the whole again.

use crate::formats::document;
use crate::posting::Posting;
use crate::verdict::Verdict;

/// The input as a posting, with the title that was given or the one in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// What is judged.
    pub posting: Posting,
    /// Where the title and the text begin in the input; `None` where the title was given apart.
    starts: Option<[usize; 2]>,
}

impl Whole {
    /// `input` under `title`; without one, a title is looked for in `input` as [`document::split`] does.
    pub fn new(input: &str, title: Option<&str>) -> Self {
        if let Some(title) = title {
            return Self { posting: Posting::new(title, input), starts: None };
        }
        let split = document::split(input);
        Self { posting: split.posting(input), starts: Some([split.title.start, split.text]) }
    }

    /// Makes the spans of `verdict` count from the start of `input`, where both fields come from it.
    pub fn place(&self, input: &str, verdict: &mut Verdict) {
        let Some(starts) = self.starts else { return };
        for phrase in &mut verdict.phrases {
            let start = starts[phrase.field.index()];
            let characters = input[..start].chars().count();
            phrase.start_byte += start;
            phrase.end_byte += start;
            phrase.start_char += characters;
            phrase.end_char += characters;
        }
    }
}
