//! Sub-word pieces: what is inside a word never seen, and what German compounds are made of.
//!
//! Byte-pair encoding without a prefix, trained by the `tokenizers` crate (its `WordPiece` and prefixed training differ from run to run). What it
//! does with a word is done here as well, since putting the crate's encoder together takes longer than judging a posting; tests hold the two equal.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

use tokenizers::models::bpe::{BPE, BpeTrainerBuilder};
use tokenizers::utils::parallelism::set_parallelism;
use tokenizers::{AddedToken, Model, Trainer};

use crate::hash;
use crate::table::{NONE, Table};

/// The time of joining grows with the square of a word's length; a longer word, in characters, is left to `tokenizers`.
const LONGEST: usize = 48;

/// Pieces could not be trained or put together.
#[derive(Debug, Clone, thiserror::Error)]
#[error("sub-word pieces: {0}")]
pub struct SubwordError(pub String);

impl From<tokenizers::Error> for SubwordError {
    fn from(error: tokenizers::Error) -> Self {
        Self(error.to_string())
    }
}

/// A byte-pair encoding of words.
#[derive(Debug, Clone)]
pub struct Subwords {
    alphabet: Vec<String>,
    merges: Vec<(String, String)>,
    /// Merges by their two parts.
    table: Table,
    /// The encoder of `tokenizers`, once it is asked for.
    encoder: OnceLock<BPE>,
}

/// A part of a word that is being cut, and the merge of it and the next one: [`NONE`] where there is none.
struct Part {
    bytes: Range<usize>,
    merge: u32,
}

impl Subwords {
    /// Learns at most `size` pieces from `words` and how often each occurs. Same words, same pieces.
    ///
    /// # Errors
    /// If the trainer refuses the words.
    pub fn train(words: &BTreeMap<&str, u64>, size: usize) -> Result<Self, SubwordError> {
        let mut trainer = BpeTrainerBuilder::new()
            .vocab_size(size)
            .min_frequency(2)
            .limit_alphabet(200)
            .show_progress(false)
            .special_tokens(Vec::<AddedToken>::new())
            .build();
        // A few thousand words need no pool of threads, which might not be had.
        set_parallelism(false);
        // The trainer counts what it is fed; a word goes in as often as it occurs, up to a bound that keeps the feed short.
        let fed =
            words.iter().flat_map(|(word, &count)| std::iter::repeat_n(*word, usize::try_from(count).unwrap_or(1).clamp(1, 50)));
        trainer.feed(fed, |word| Ok(vec![word.to_owned()]))?;
        let mut model = BPE::default();
        trainer.train(&mut model)?;
        let merges = merges_of(&model)?;
        let mut alphabet: Vec<String> = model.get_vocab().into_keys().filter(|piece| piece.chars().count() == 1).collect();
        alphabet.sort_unstable();
        Self::from_parts(alphabet, merges)
    }

    /// Puts an encoding together from its single characters and its merges, most important first.
    ///
    /// # Errors
    /// If a merge joins pieces that are not there.
    pub fn from_parts(alphabet: Vec<String>, merges: Vec<(String, String)>) -> Result<Self, SubwordError> {
        if merges.len() >= NONE as usize {
            return Err(SubwordError("too many pieces".to_owned()));
        }
        let mut table = Table::with_room(merges.len());
        for (at, (left, right)) in merges.iter().enumerate().rev() {
            // Where a pair is listed twice, its last place counts, as in `tokenizers`.
            let (hash, is_same) = (hash_of(left, right), |place: u32| merges[place as usize] == merges[at]);
            if table.find(hash, is_same).is_none() {
                table.insert(hash, u32::try_from(at).unwrap_or(NONE));
            }
        }
        let new = Self { alphabet, merges, table, encoder: OnceLock::new() };
        new.check().map(|()| new)
    }

    /// Whether every part of a merge is a piece.
    fn check(&self) -> Result<(), SubwordError> {
        let mut joined = String::new();
        let mut ends = vec![0];
        for (left, right) in &self.merges {
            joined.push_str(left);
            joined.push_str(right);
            ends.push(joined.len());
        }
        let piece = |place: u32| &joined[ends[place as usize]..ends[place as usize + 1]];
        let mut table = Table::with_room(self.merges.len());
        for place in 0..u32::try_from(self.merges.len()).unwrap_or(NONE) {
            table.insert(hash::of_word(piece(place)), place);
        }
        let is_joined = |part: &str| table.find(hash::of_word(part), |place| piece(place) == part).is_some();
        let is_piece = |part: &String| self.is_letter(part) || is_joined(part);
        match self.merges.iter().flat_map(|(left, right)| [left, right]).find(|part| !is_piece(part)) {
            Some(part) => Err(SubwordError(format!("a merge joins {part:?}, which is no piece"))),
            None => Ok(()),
        }
    }

    fn is_letter(&self, letter: &str) -> bool {
        self.alphabet.binary_search_by(|known| known.as_str().cmp(letter)).is_ok()
    }

    /// The single characters, sorted.
    pub fn alphabet(&self) -> &[String] {
        &self.alphabet
    }

    /// The merges, most important first.
    pub fn merges(&self) -> &[(String, String)] {
        &self.merges
    }

    /// The pieces of `word` (normalised), from left to right; characters outside of the alphabet are passed over.
    pub fn pieces(&self, word: &str) -> Vec<String> {
        if word.chars().nth(LONGEST).is_some() {
            return self.encoded(word);
        }
        let mut buffer = [0; 4];
        let known: String = word.chars().filter(|letter| self.is_letter(letter.encode_utf8(&mut buffer))).collect();
        let letters = known.char_indices().map(|(at, letter)| Part { bytes: at..at + letter.len_utf8(), merge: NONE });
        let mut parts: Vec<Part> = letters.collect();
        for at in 1..parts.len() {
            parts[at - 1].merge = self.merge(&known, &parts[at - 1], &parts[at]);
        }
        while let Some(at) = (0..parts.len()).min_by_key(|&at| parts[at].merge)
            && parts[at].merge != NONE
        {
            parts[at].bytes.end = parts.remove(at + 1).bytes.end;
            parts[at].merge = parts.get(at + 1).map_or(NONE, |next| self.merge(&known, &parts[at], next));
            if at > 0 {
                parts[at - 1].merge = self.merge(&known, &parts[at - 1], &parts[at]);
            }
        }
        parts.into_iter().map(|part| known[part.bytes].to_owned()).collect()
    }

    /// The merge of two neighbours in `word`, or [`NONE`].
    fn merge(&self, word: &str, left: &Part, right: &Part) -> u32 {
        let (left, right) = (&word[left.bytes.clone()], &word[right.bytes.clone()]);
        let is_same = |place: u32| {
            let merge = &self.merges[place as usize];
            merge.0 == left && merge.1 == right
        };
        self.table.find(hash_of(left, right), is_same).unwrap_or(NONE)
    }

    /// The pieces of `word` as `tokenizers` cuts it: in less than quadratic time.
    fn encoded(&self, word: &str) -> Vec<String> {
        let encoder =
            self.encoder.get_or_init(|| self.encoder().unwrap_or_else(|error| unreachable!("its parts were checked: {error}")));
        let tokens = encoder.tokenize(word).unwrap_or_default();
        tokens.iter().map(|token| token.value.as_str().to_owned()).collect()
    }

    /// The encoder of `tokenizers` with these merges.
    fn encoder(&self) -> Result<BPE, SubwordError> {
        let mut vocabulary = tokenizers::models::bpe::Vocab::default();
        let joined = self.merges.iter().map(|(left, right)| format!("{left}{right}"));
        for piece in self.alphabet.iter().cloned().chain(joined) {
            let next = u32::try_from(vocabulary.len()).map_err(|_| SubwordError("too many pieces".to_owned()))?;
            vocabulary.entry(piece).or_insert(next);
        }
        Ok(BPE::builder().vocab_and_merges(vocabulary, self.merges.clone()).cache_capacity(0).build()?)
    }
}

fn hash_of(left: &str, right: &str) -> u64 {
    hash::of_pair(hash::of_word(left), hash::of_word(right))
}

/// The merges of a trained model; the crate shows them only in its serialised form.
fn merges_of(model: &BPE) -> Result<Vec<(String, String)>, SubwordError> {
    #[derive(serde::Deserialize)]
    struct Serialised {
        merges: Vec<(String, String)>,
    }
    let value = serde_json::to_value(model).map_err(|error| SubwordError(error.to_string()))?;
    let Serialised { merges } = serde_json::from_value(value).map_err(|error| SubwordError(error.to_string()))?;
    Ok(merges)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_merges_are_pieces() {
        let merge = |left: &str, right: &str| (left.to_owned(), right.to_owned());
        let alphabet = || vec!["a".to_owned(), "b".to_owned()];
        assert!(Subwords::from_parts(alphabet(), vec![merge("a", "b"), merge("ab", "a")]).is_ok());
        for (left, right) in [("a", "c"), ("ba", "a")] {
            assert!(Subwords::from_parts(alphabet(), vec![merge(left, right)]).is_err(), "{left} {right}");
        }
        // A pair that is listed twice counts where it stands last.
        let twice = vec![merge("a", "b"), merge("b", "a"), merge("a", "b")];
        let subwords = Subwords::from_parts(alphabet(), twice).expect("merges of letters");
        for word in ["aba", "bab", "abab", "aab"] {
            assert_eq!(subwords.pieces(word), subwords.encoded(word), "{word}");
        }
    }

    #[test]
    fn compounds_fall_into_their_parts() {
        let words = [
            ("kundenbetreuung", 9),
            ("kunden", 20),
            ("betreuung", 20),
            ("grosskunden", 5),
            ("projektbetreuung", 7),
            ("projekt", 20),
        ];
        let words = words.into_iter().collect();
        let subwords = Subwords::train(&words, 60).expect("trains");
        assert_eq!(subwords.pieces("projektkundenbetreuung"), ["projekt", "kundenbetreuung"]);
        assert_eq!(subwords.pieces("日"), Vec::<String>::new());
        for word in ["projektkundenbetreuung", "grossprojekt", "kunde", "k", "betreuungskunden", "betreu日ung", ""] {
            assert_eq!(subwords.pieces(word), subwords.encoded(word), "{word}");
        }
        let again = Subwords::train(&words, 60).expect("trains");
        assert_eq!(again.merges(), subwords.merges());
    }
}
