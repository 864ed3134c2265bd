//! Words with byte spans, and the sub-word pieces of each.
//!
//! The tokenisation is the one that the `tokenizers` crate would do with NFC, lower case and a split at every character that is not part of a
//! word ([`reference`](mod@reference) builds that pipeline), done in one pass of our own because the pipeline reads only a few megabytes per
//! second. A property test holds the two equal. Two foldings make spellings of one word equal: umlauts are written out (*ä* → *ae*), and
//! gender forms lose their ending (*Projektleiter:innen* → *projektleiter*).

mod characters;
mod fold;
pub mod reference;
mod scanner;
mod subwords;
mod words;

pub use fold::fold_gender;
pub use subwords::{SubwordError, Subwords};
pub use words::Words;
pub(crate) use words::{KEY_BYTES, Key, key};
