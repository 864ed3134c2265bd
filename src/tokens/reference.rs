//! The same tokenisation as a pipeline of the `tokenizers` crate: slow, plain, and what [`super::Words`] is held to.

use tokenizers::models::bpe::BPE;
use tokenizers::normalizers::replace::ReplacePattern;
use tokenizers::normalizers::{Lowercase, NFC, Replace, Sequence};
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::{
    DecoderWrapper, NormalizerWrapper, OffsetReferential, OffsetType, PostProcessorWrapper, PreTokenizedString, PreTokenizer,
    SplitDelimiterBehavior, TokenizerImpl,
};

use super::fold_gender;

/// Links, passed over; then words, a gender ending included.
const NOT_A_WORD_AND_LINKS: &str = concat!(
    r"(?:https?://|www\.)[^\s)\]<\x22]*",
    r"|[\p{Alphabetic}\p{N}][\p{Alphabetic}\p{N}\p{M}]*(?:[:*_/·]-?(?:innen|in)(?![\p{Alphabetic}\p{N}\p{M}]))?"
);

/// A tokeniser of the `tokenizers` crate with the parts that this crate fixes.
pub type Pipeline = TokenizerImpl<BPE, Sequence, Split, PostProcessorWrapper, DecoderWrapper>;

/// The pipeline: ignorable characters out, NFC, lower case, umlauts written out; then the split into words.
///
/// # Errors
/// None in practice: its patterns are constants, and a test builds it.
pub fn pipeline() -> tokenizers::Result<Pipeline> {
    let replace = |pattern: &str, content: &str| -> tokenizers::Result<NormalizerWrapper> {
        Ok(NormalizerWrapper::Replace(Replace::new(ReplacePattern::Regex(pattern.to_owned()), content)?))
    };
    let normalizer = Sequence::new(vec![
        replace("[\u{ad}\u{200b}-\u{200f}\u{2060}\u{feff}]", "")?,
        NFC.into(),
        Lowercase.into(),
        replace("ä", "ae")?,
        replace("ö", "oe")?,
        replace("ü", "ue")?,
        replace("ß", "ss")?,
    ]);
    let split = Split::new(SplitPattern::Regex(NOT_A_WORD_AND_LINKS.to_owned()), SplitDelimiterBehavior::Isolated, false)?;
    let mut pipeline = TokenizerImpl::new(BPE::default());
    pipeline.with_normalizer(Some(normalizer))?.with_pre_tokenizer(Some(split));
    Ok(pipeline)
}

/// The folded words of `text`, by way of the pipeline.
///
/// # Errors
/// None in practice; the crate's own signature allows one.
pub fn words(pipeline: &Pipeline, text: &str) -> tokenizers::Result<Vec<String>> {
    use tokenizers::Normalizer;
    let mut normalized = tokenizers::NormalizedString::from(text);
    if let Some(normalizer) = pipeline.get_normalizer() {
        normalizer.normalize(&mut normalized)?;
    }
    let mut pieces = PreTokenizedString::from(normalized);
    if let Some(splitter) = pipeline.get_pre_tokenizer() {
        splitter.pre_tokenize(&mut pieces)?;
    }
    let is_link = |piece: &str| ["http://", "https://", "www."].iter().any(|prefix| piece.starts_with(prefix));
    let splits = pieces.get_splits(OffsetReferential::Normalized, OffsetType::Byte);
    let words = splits.into_iter().map(|(piece, _, _)| piece).filter(|piece| piece.starts_with(char::is_alphanumeric));
    Ok(words.filter(|piece| !is_link(piece)).map(fold_gender).collect())
}
