//! A model from the contents of its file. Whatever the classifier indexes by, divides by or sums up is checked here, once, so that it need not.

use serde_json::Value;

use super::bytes::{Reader, ensure, invalid, is_sane};
use super::{ModelError, VERSION};
use crate::features::View;
use crate::heads::{HeadModel, Heads};
use crate::model::{Card, Model};
use crate::profile::CLOSENESS;
use crate::role::PerHead;
use crate::sentences::{EVIDENCE, SentenceHead};
use crate::settings::Settings;
use crate::tokens::Subwords;
use crate::vocabulary::{Gram, LONGEST_GRAM, Tables, Vocabulary};

/// The smallest inverse document frequency: those of a sentence are squared and divided by.
const SMALLEST_IDF: f32 = 1e-6;
/// A card takes a few thousand bytes.
const LONGEST_HEADER: usize = 1 << 20;
/// The reason why a header is no card goes into a message: no more of it than this.
const LONGEST_REASON: usize = 200;

/// Reads what stands between the magic and the checksum of a file that is `file_length` bytes long.
pub(super) fn unsealed(bytes: &[u8], file_length: usize) -> Result<Model, ModelError> {
    let mut from = Reader::new(bytes, file_length);
    let found = u32::from_le_bytes(from.array()?);
    match found.cmp(&VERSION) {
        std::cmp::Ordering::Less => return Err(ModelError::Older { found, known: VERSION }),
        std::cmp::Ordering::Greater => return Err(ModelError::Newer { found, known: VERSION }),
        std::cmp::Ordering::Equal => {}
    }
    let header_length = u32::from_le_bytes(from.array()?) as usize;
    let card = card(from.raw(header_length)?)?;
    let tables = tables(&mut from)?;
    let columns = tables.idf.len();
    let heads = Heads { account: head(&mut from, columns)?, project: head(&mut from, columns)? };
    let sentence_heads = PerHead { account: sentence_head(&mut from, columns)?, project: sentence_head(&mut from, columns)? };
    let descriptions = from.list_of(CLOSENESS, "descriptions", |from| description(from, columns))?;
    from.end()?;
    let descriptions = descriptions.try_into().map_err(|_| invalid("descriptions: the wrong number"))?;
    Ok(Model { card, vocabulary: Vocabulary::new(tables), heads, sentence_heads, descriptions })
}

/// The card, from the header.
fn card(header: &[u8]) -> Result<Card, ModelError> {
    ensure(header.len() <= LONGEST_HEADER, "header", "too long")?;
    let value = serde_json::from_slice(header).map_err(|error| not_a_card(&error))?;
    check_header(&value)?;
    let card: Card = serde_json::from_value(value).map_err(|error| not_a_card(&error))?;
    // They are summed up.
    ensure(card.postings.iter().all(|&count| u32::try_from(count).is_ok()), "header", "more postings than can be")?;
    check_settings(&card.settings)?;
    Ok(card)
}

fn not_a_card(error: &serde_json::Error) -> ModelError {
    ModelError::Header(error.to_string().chars().filter(|character| !character.is_control()).take(LONGEST_REASON).collect())
}

/// What holds for every field of a card, those to come included: floats are no larger than a model's may be (which an `f32` would take for
/// infinite), and no text plays tricks on the terminal.
fn check_header(value: &Value) -> Result<(), ModelError> {
    match value {
        Value::Null | Value::Bool(_) => Ok(()),
        Value::Number(number) => {
            ensure(number.is_u64() || number.as_f64().is_some_and(is_sane), "header", "a number out of range")
        }
        Value::String(text) => ensure(!text.contains(char::is_control), "header", "a text has control characters"),
        Value::Array(values) => values.iter().try_for_each(check_header),
        Value::Object(fields) => fields.values().try_for_each(check_header),
    }
}

/// Settings that a posting's row can be built with.
fn check_settings(settings: &Settings) -> Result<(), ModelError> {
    let blocks = &settings.blocks;
    let texts = [blocks.text_words, blocks.text_grams, blocks.text_pieces];
    let others = [blocks.title_grams, blocks.title_pieces, blocks.views, blocks.evidence, blocks.closeness];
    let of_sentences = [settings.heading_weight, settings.duty_decay, settings.relevance_floor];
    let mut weights = texts.iter().chain(&others).chain(&settings.section_weights).chain(&of_sentences);
    ensure(weights.all(|&weight| weight >= 0.0 && is_sane(weight.into())), "settings", "a weight below zero or out of range")?;
    // The length of the text's part of a row is divided by.
    ensure(texts.iter().any(|&weight| weight > 0.0), "settings", "no block of the text has a weight")?;
    ensure((1..=LONGEST_GRAM).contains(&settings.text_gram_length), "settings", "text_gram_length out of range")?;
    ensure(settings.alpha > 0.0 && settings.sentence_alpha > 0.0, "settings", "a penalty that is not above zero")
}

fn tables(from: &mut Reader<'_>) -> Result<Tables, ModelError> {
    let words = from.ascending("words", |from| from.text("words"))?;
    let grams = [grams(from, words.len())?, grams(from, words.len())?];
    let pieces = from.ascending("pieces", |from| from.text("pieces"))?;
    let mut columns_of_pieces = || from.ascending("piece columns", |from| from.index(pieces.len(), "piece columns"));
    let piece_columns = [columns_of_pieces()?, columns_of_pieces()?];
    let word_pieces =
        from.list_of(words.len(), "pieces of words", |from| from.list(|from| from.index(pieces.len(), "pieces of words")))?;
    let columns = grams.iter().map(Vec::len).chain(piece_columns.iter().map(Vec::len)).sum::<usize>();
    ensure(u32::try_from(columns.saturating_mul(View::ALL.len())).is_ok(), "columns", "more than can be numbered")?;
    let idf = from.floats(columns, "idf", f32::from_le_bytes)?;
    ensure(idf.iter().all(|&idf| idf >= SMALLEST_IDF), "idf", "a number out of range")?;
    Ok(Tables { words, grams, pieces, piece_columns, word_pieces, idf, subwords: subwords(from)? })
}

/// The n-grams of one field, over `words` words.
fn grams(from: &mut Reader<'_>, words: usize) -> Result<Vec<Gram>, ModelError> {
    from.ascending("n-grams", |from| {
        let length = from.count()?;
        ensure((1..=LONGEST_GRAM).contains(&length), "n-grams", "not one to three words")?;
        let mut gram = [Gram::NONE; LONGEST_GRAM];
        for (word, _) in gram.iter_mut().zip(0..length) {
            *word = from.index(words, "n-grams")?;
        }
        Ok(Gram(gram))
    })
}

fn subwords(from: &mut Reader<'_>) -> Result<Subwords, ModelError> {
    let alphabet = from.ascending("alphabet", |from| from.text("alphabet"))?;
    ensure(alphabet.iter().all(|letter| letter.chars().nth(1).is_none()), "alphabet", "more than one character")?;
    let merges = from.list(|from| Ok((from.text("merges")?, from.text("merges")?)))?;
    Subwords::from_parts(alphabet, merges).map_err(|_| invalid("merges: a part is not there"))
}

fn head(from: &mut Reader<'_>, columns: usize) -> Result<HeadModel, ModelError> {
    let weights = from.floats(columns.saturating_mul(View::ALL.len()), "weights of a head", f32::from_le_bytes)?;
    let evidence = from.floats(EVIDENCE, "evidence of a head", f64::from_le_bytes)?;
    let bias = from.floats(1, "intercept of a head", f64::from_le_bytes)?;
    let evidence = evidence.try_into().map_err(|_| invalid("evidence of a head: the wrong number"))?;
    let &[bias] = bias.as_slice() else {
        return Err(invalid("intercept of a head: the wrong number"));
    };
    Ok(HeadModel { weights, evidence, bias })
}

fn sentence_head(from: &mut Reader<'_>, columns: usize) -> Result<SentenceHead, ModelError> {
    let mut section_bias = SentenceHead::default().section_bias;
    let biases = from.floats(section_bias.len(), "sections of a sentence head", f32::from_le_bytes)?;
    section_bias.iter_mut().zip(biases).for_each(|(place, bias)| *place = bias);
    Ok(SentenceHead { section_bias, weights: from.floats(columns, "weights of a sentence head", f32::from_le_bytes)? })
}

/// A role description: columns in ascending order, each with its value.
fn description(from: &mut Reader<'_>, columns: usize) -> Result<Vec<(u32, f32)>, ModelError> {
    let row = from.list(|from| Ok((from.index(columns, "descriptions")?, f32::from_le_bytes(from.array()?))))?;
    ensure(row.is_sorted_by(|left, right| left.0 < right.0), "descriptions", "columns not sorted, or not unique")?;
    ensure(row.iter().all(|&(_, value)| is_sane(value.into())), "descriptions", "a number out of range")?;
    Ok(row)
}
