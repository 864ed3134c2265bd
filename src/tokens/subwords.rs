//! Sub-word pieces: what is inside a word never seen, and what German compounds are made of.
//!
//! Byte-pair encoding without a prefix, trained and run by the `tokenizers` crate (its `WordPiece` and prefixed training differ from run to run).

use std::collections::BTreeMap;

use tokenizers::models::bpe::{BPE, BpeTrainerBuilder};
use tokenizers::utils::parallelism::set_parallelism;
use tokenizers::{AddedToken, Model, Trainer};

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
    model: BPE,
    alphabet: Vec<String>,
    merges: Vec<(String, String)>,
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
        let mut vocabulary = tokenizers::models::bpe::Vocab::default();
        for piece in alphabet.iter().cloned().chain(merges.iter().map(|(left, right)| format!("{left}{right}"))) {
            let next = u32::try_from(vocabulary.len()).map_err(|_| SubwordError("too many pieces".to_owned()))?;
            vocabulary.entry(piece).or_insert(next);
        }
        let model = BPE::builder().vocab_and_merges(vocabulary, merges.clone()).cache_capacity(0).build()?;
        Ok(Self { model, alphabet, merges })
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
        let tokens = self.model.tokenize(word).unwrap_or_default();
        tokens.iter().map(|token| token.value.as_str().to_owned()).collect()
    }
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
        let again = Subwords::train(&words, 60).expect("trains");
        assert_eq!(again.merges(), subwords.merges());
    }
}
