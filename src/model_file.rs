//! The model file: a [`Model`] as bytes, and back.
//!
//! ```text
//! ROLECALL | version: u32 | length: u32 | header: JSON of the card, that long | tables | xxh3_64 of all before it: u64
//! ```
//!
//! Everything is little-endian. Counts and whole numbers in the tables are LEB128, texts are a length and UTF-8, weights are raw `f32` or `f64`.
//! The same model gives the same bytes. A file is not to be trusted: [`from_bytes`] checks whatever the rest of the program relies on, takes
//! memory for what is there and not for what a count claims, and never panics. `head` shows the card.

mod bytes;
mod read;
mod write;

use std::fmt;

use serde::Serialize;
use xxhash_rust::xxh3::xxh3_64;

use crate::model::Model;

/// What every model file begins with.
const MAGIC: &[u8; 8] = b"ROLECALL";
/// The format that is written and read here. It goes up with every change of the tables or of their meaning.
const VERSION: u32 = 2;
/// Length of the checksum at the end.
const CHECKSUM: usize = size_of::<u64>();

/// Why bytes are no model that can be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ModelError {
    /// They do not begin as a model file does.
    #[error("not a rolecall model file: it does not begin with ROLECALL (name a file that rolecall train wrote)")]
    NotAModel,
    /// They have a format that came after this program.
    #[error("the model was made by a newer rolecall: format {found}, and this program knows {known} (update the program)")]
    Newer {
        /// Format of the file.
        found: u32,
        /// Format of this program.
        known: u32,
    },
    /// They have a format that this program reads no more.
    #[error("the model was made by an older rolecall: format {found}, and this program knows {known} (train it again)")]
    Older {
        /// Format of the file.
        found: u32,
        /// Format of this program.
        known: u32,
    },
    /// They end before the model does.
    #[error("the model ends too early, after {at} bytes (copy or download it again)")]
    Truncated {
        /// Length of the file.
        at: usize,
    },
    /// They are not what was written.
    #[error("the model is damaged: its checksum does not fit its contents (copy or download it again)")]
    Damaged,
    /// They are what was written, but no model.
    #[error("the model cannot be used: {what} (train it again)")]
    Invalid {
        /// What is wrong, and in which table.
        what: String,
    },
    /// The header is no card.
    #[error("the model's header cannot be read: {0} (train it again with this version of the program)")]
    Header(String),
}

/// Names a model: the checksum of its file, 16 hexadecimal digits. Models with the same fingerprint give the same verdicts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The file that holds `model`.
///
/// It is not looked at whether the model makes sense: [`from_bytes`] does that.
pub fn to_bytes(model: &Model) -> Vec<u8> {
    seal(write::unsealed(model))
}

/// The model that a file holds, and its fingerprint.
///
/// # Errors
/// If the file is none of this program's, not whole, not as it was written, or holds anything that classifying could trip over.
pub fn from_bytes(bytes: &[u8]) -> Result<(Model, Fingerprint), ModelError> {
    if !MAGIC.starts_with(bytes.get(..MAGIC.len()).unwrap_or(bytes)) {
        return Err(ModelError::NotAModel);
    }
    let truncated = || ModelError::Truncated { at: bytes.len() };
    let (contents, checksum) = bytes.split_last_chunk::<CHECKSUM>().ok_or_else(truncated)?;
    let rest = contents.get(MAGIC.len()..).ok_or_else(truncated)?;
    let checksum = u64::from_le_bytes(*checksum);
    let model = judged(read::unsealed(rest, bytes.len()), checksum == xxh3_64(contents))?;
    Ok((model, Fingerprint(format!("{checksum:016x}"))))
}

/// What reading came to, seen in the light of the checksum: the tables say best that a file was cut short, the checksum that it was damaged.
fn judged(read: Result<Model, ModelError>, intact: bool) -> Result<Model, ModelError> {
    match read {
        Err(ModelError::Truncated { .. }) if intact => {
            Err(ModelError::Invalid { what: "a table reaches beyond the end of the file".to_owned() })
        }
        Err(ModelError::Truncated { .. } | ModelError::Newer { .. } | ModelError::Older { .. }) => read,
        _ if !intact => Err(ModelError::Damaged),
        read => read,
    }
}

/// Puts the checksum behind the contents of a file.
pub(crate) fn seal(mut contents: Vec<u8>) -> Vec<u8> {
    let checksum = xxh3_64(&contents);
    contents.extend_from_slice(&checksum.to_le_bytes());
    contents
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::Index;

    use super::*;
    use crate::calibration::{Calibration, Platt, Scaling};
    use crate::classifier::Classifier;
    use crate::decision::Decision;
    use crate::heads::HeadModel;
    use crate::model::{Card, HeldOut};
    use crate::posting::Posting;
    use crate::role::PerHead;
    use crate::sentences::SentenceHead;
    use crate::settings::Settings;
    use crate::tokens::Subwords;
    use crate::vocabulary::{Gram, Tables, Vocabulary};

    /// Makes something bad of something good.
    type Spoil<T> = fn(&mut T);

    const COLUMNS: usize = 7;
    /// Where the header begins.
    const HEADER: usize = 16;

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    fn tiny_tables() -> Tables {
        let merges = [("m", "a"), ("ma", "n")].map(|(left, right)| (left.to_owned(), right.to_owned()));
        Tables {
            words: texts(&["account", "manager", "projekt"]),
            grams: [vec![Gram::new(&[0, 1]), Gram::new(&[0])], vec![Gram::new(&[1]), Gram::new(&[2])]],
            pieces: texts(&["ma", "man"]),
            piece_columns: [vec![0], vec![0, 1]],
            word_pieces: vec![vec![], vec![1], vec![]],
            idf: vec![1.0, 1.5, 2.0, 1.25, 3.0, 1.1, 1.7],
            subwords: Subwords::from_parts(texts(&["a", "m", "n"]), merges.into()).expect("merges of letters"),
        }
    }

    fn tiny_card() -> Card {
        let scaling = PerHead { account: Platt { slope: 1.25, offset: -0.5 }, project: Platt::IDENTITY };
        Card {
            program: "0.1.0".to_owned(),
            settings: Settings::default(),
            corpus: "0123456789abcdef".to_owned(),
            postings: [10, 20, 3, 40],
            written: 5,
            calibration: Calibration { de: Scaling { title: scaling, ..Scaling::IDENTITY }, ..Calibration::IDENTITY },
            decision: Decision { interaction: 0.75, ..Decision::PLAIN },
            held_out: Some(HeldOut { postings: 73, accuracy: 0.875, macro_f1: 0.75, calibration_error: 0.0625 }),
        }
    }

    fn tiny_with(card: Card, tables: Tables) -> Model {
        let weights: Vec<f32> = [0.5, -0.25, 1.0].iter().copied().cycle().take(3 * COLUMNS).collect();
        let head = HeadModel { weights, evidence: [0.1, 0.2, 0.3, -0.1, -0.2, 1e-9], bias: -1.0 };
        let sentence_head = SentenceHead { section_bias: [0.0, 1.0, -1.0, 0.5, 0.1, 0.2], weights: vec![0.75; COLUMNS] };
        let mut descriptions: [Vec<(u32, f32)>; crate::profile::CLOSENESS] = Default::default();
        descriptions[3] = vec![(2, 0.6), (6, 0.8)];
        Model {
            card,
            vocabulary: Vocabulary::new(tables),
            heads: PerHead { account: head.clone(), project: HeadModel { bias: 2.0, ..head } },
            sentence_heads: PerHead { account: sentence_head.clone(), project: sentence_head },
            descriptions,
        }
    }

    fn tiny() -> Model {
        tiny_with(tiny_card(), tiny_tables())
    }

    /// Where the tables begin.
    fn tables_of(file: &[u8]) -> usize {
        HEADER + u32::from_le_bytes(file[HEADER - 4..HEADER].try_into().expect("four bytes")) as usize
    }

    /// The file with another checksum, the one that its contents have.
    fn resealed(mut file: Vec<u8>) -> Vec<u8> {
        file.truncate(file.len() - CHECKSUM);
        seal(file)
    }

    fn refused(model: &Model) -> String {
        from_bytes(&to_bytes(model)).expect_err("must be refused").to_string()
    }

    /// Whatever is accepted must be fit to classify with.
    fn assert_usable(file: &[u8]) {
        let Ok(classifier) = Classifier::from_bytes(file) else { return };
        let text = "Ihre Aufgaben\n- Projekt manager managen\n- Account manager Projekt\nKontakt: man";
        let verdict = classifier.verdict(&Posting::new("Account Manager man", text), 5);
        assert!((verdict.probabilities.mixed + verdict.heads.account + verdict.heads.project).is_finite(), "{verdict:?}");
        assert!(verdict.profile.iter().all(|one| (one.to.account + one.to.project).is_finite()), "{verdict:?}");
        let vocabulary = &classifier.model().vocabulary;
        (0..u32::MAX).take(vocabulary.columns()).for_each(|column| drop(vocabulary.describe(column)));
    }

    #[test]
    fn what_was_written_reads_back() {
        let (model, file) = (tiny(), to_bytes(&tiny()));
        let (read, fingerprint) = from_bytes(&file).expect("a good model");
        assert_eq!(to_bytes(&read), file);
        assert_eq!(read.card, model.card);
        assert_eq!(read.heads, model.heads);
        assert_eq!(read.sentence_heads, model.sentence_heads);
        assert_eq!(read.descriptions, model.descriptions);
        assert_eq!(read.vocabulary.tables().grams, model.vocabulary.tables().grams);
        assert_eq!(read.vocabulary.tables().word_pieces, model.vocabulary.tables().word_pieces);
        assert_eq!(fingerprint.to_string(), format!("{:016x}", xxh3_64(&file[..file.len() - CHECKSUM])));
        assert_usable(&file);
    }

    #[test]
    fn the_header_is_for_people() {
        let file = to_bytes(&tiny());
        let header = str::from_utf8(&file[HEADER..tables_of(&file)]).expect("text");
        assert!(header.starts_with("\n{\n  \"program\": \"0.1.0\",\n  \"settings\": {\n"), "{header}");
    }

    #[test]
    fn numbers_of_the_header_keep_their_last_bit() {
        for of in 1..2000_u32 {
            let share = f64::from(of) / 2001.7;
            let mut card = tiny_card();
            card.decision.interaction = share.sqrt();
            card.calibration.de.text.account = Platt { slope: share.exp(), offset: share.ln() };
            let model = tiny_with(card, tiny_tables());
            assert_eq!(from_bytes(&to_bytes(&model)).expect("a good model").0.card, model.card);
        }
    }

    #[test]
    fn a_file_cut_short_says_so() {
        let file = to_bytes(&tiny());
        for length in 0..file.len() {
            assert_eq!(from_bytes(&file[..length]).err(), Some(ModelError::Truncated { at: length }));
        }
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let file = to_bytes(&tiny());
        for at in 0..file.len() {
            for change in [0x01, 0x80, 0xff] {
                let mut changed = file.clone();
                changed[at] ^= change;
                assert!(from_bytes(&changed).is_err(), "byte {at}");
            }
        }
        let mut longer = file.clone();
        longer.push(0);
        assert_eq!(from_bytes(&longer).err(), Some(ModelError::Damaged));
    }

    #[test]
    fn files_of_others_are_told_apart() {
        assert_eq!(from_bytes(b"PK\x03\x04 whatever this is").err(), Some(ModelError::NotAModel));
        assert_eq!(from_bytes(b"x").err(), Some(ModelError::NotAModel));
        let mut file = to_bytes(&tiny());
        for (found, error) in [
            (VERSION + 1, ModelError::Newer { found: VERSION + 1, known: VERSION }),
            (VERSION - 1, ModelError::Older { found: VERSION - 1, known: VERSION }),
        ] {
            file[8..12].copy_from_slice(&found.to_le_bytes());
            assert_eq!(from_bytes(&file).err(), Some(error));
        }
    }

    #[test]
    fn lying_counts_are_refused() {
        let file = to_bytes(&tiny());
        let (tables, huge) = (tables_of(&file), [0xff, 0xff, 0xff, 0xff, 0x0f]);
        for at in tables..file.len() - CHECKSUM {
            let mut lying = file.clone();
            lying.splice(at..=at, huge);
            assert_usable(&resealed(lying));
        }
        let mut lying = file.clone();
        lying.splice(tables..=tables, huge);
        let what = "a table reaches beyond the end of the file".to_owned();
        assert_eq!(from_bytes(&resealed(lying)).err(), Some(ModelError::Invalid { what: what.clone() }));
        let mut lying = file;
        lying[HEADER - 4..HEADER].fill(0xff);
        assert_eq!(from_bytes(&resealed(lying)).err(), Some(ModelError::Invalid { what }));
    }

    #[test]
    fn bad_tables_are_refused() {
        let cases: [(&str, Spoil<Tables>); 13] = [
            ("words: not sorted", |tables| tables.words.swap(0, 1)),
            ("words: not sorted", |tables| tables.words[0] = tables.words[1].clone()),
            ("words: a text is empty", |tables| tables.words[0].clear()),
            ("words: a text is empty or has control", |tables| tables.words[0] = "a\u{1b}".to_owned()),
            ("n-grams: 3 is not below 3", |tables| tables.grams[1][1] = Gram::new(&[3])),
            ("n-grams: not sorted", |tables| tables.grams[0].swap(0, 1)),
            ("n-grams: not one", |tables| tables.grams[0][0] = Gram([Gram::NONE; 3])),
            ("piece columns: 2 is not below 2", |tables| tables.piece_columns[1][1] = 2),
            ("piece columns: not sorted", |tables| tables.piece_columns[1].swap(0, 1)),
            ("pieces of words: 9 is not below 2", |tables| tables.word_pieces[1][0] = 9),
            ("pieces of words: 2 instead of 3", |tables| tables.word_pieces.truncate(2)),
            ("idf: 6 instead of 7", |tables| tables.idf.truncate(6)),
            ("idf: a number out of range", |tables| tables.idf[3] = 0.0),
        ];
        for (problem, spoil) in cases {
            let mut tables = tiny_tables();
            spoil(&mut tables);
            let message = refused(&tiny_with(tiny_card(), tables));
            assert!(message.starts_with(&format!("the model cannot be used: {problem}")), "{message}");
        }
    }

    #[test]
    fn bad_weights_are_refused() {
        let cases: [(&str, Spoil<Model>); 8] = [
            ("weights of a head: 20 instead of 21", |model| model.heads.project.weights.truncate(20)),
            ("weights of a head: a number", |model| model.heads.account.weights[5] = f32::NAN),
            ("evidence of a head: a number", |model| model.heads.account.evidence[0] = f64::INFINITY),
            ("intercept of a head: a number", |model| model.heads.account.bias = 1e300),
            ("sections of a sentence head: a number", |model| model.sentence_heads.account.section_bias[0] = f32::NAN),
            ("weights of a sentence head: 8 instead of 7", |model| model.sentence_heads.project.weights.push(0.0)),
            ("descriptions: 7 is not below 7", |model| model.descriptions[3][1].0 = 7),
            ("descriptions: columns not sorted", |model| model.descriptions[3].swap(0, 1)),
        ];
        for (problem, spoil) in cases {
            let mut model = tiny();
            spoil(&mut model);
            let message = refused(&model);
            assert!(message.starts_with(&format!("the model cannot be used: {problem}")), "{message}");
        }
    }

    #[test]
    fn bad_cards_are_refused() {
        let cases: [(&str, Spoil<Card>); 10] = [
            ("cannot be used: header: a text has control", |card| card.corpus.push('\u{7}')),
            ("cannot be used: header: more postings", |card| card.postings[0] = usize::MAX),
            ("cannot be used: settings: a weight", |card| card.settings.blocks.views = -0.5),
            ("cannot be used: settings: a weight", |card| card.settings.section_weights[2] = -1.0),
            ("cannot be used: settings: no block of the text", |card| {
                let blocks = &mut card.settings.blocks;
                (blocks.text_words, blocks.text_grams, blocks.text_pieces) = (0.0, 0.0, 0.0);
            }),
            ("cannot be used: settings: text_gram_length", |card| card.settings.text_gram_length = 0),
            ("cannot be used: settings: a penalty", |card| card.settings.alpha = 0.0),
            ("cannot be used: header: a number", |card| card.calibration.other.whole.project.slope = -1e300),
            ("cannot be used: header: a number", |card| card.decision.interaction = 1e300),
            ("header cannot be read: invalid type: null", |card| card.decision.interaction = f64::NAN),
        ];
        for (problem, spoil) in cases {
            let mut card = tiny_card();
            spoil(&mut card);
            let message = refused(&tiny_with(card, tiny_tables()));
            assert!(message.contains(problem) && !message.contains(char::is_control), "{message}");
        }
    }

    #[test]
    fn merges_must_build() {
        let file = to_bytes(&tiny());
        let at = file.windows(7).rposition(|bytes| bytes == b"\x01m\x01a\x02ma").expect("the merges");
        let mut spoilt = file;
        spoilt[at + 1] = b'x';
        let message = from_bytes(&resealed(spoilt)).expect_err("no such letter").to_string();
        assert_eq!(message, "the model cannot be used: merges: a part is not there (train it again)");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]

        #[test]
        fn whatever_is_accepted_can_be_used(
            edits in prop::collection::vec((any::<Index>(), prop_oneof![any::<u8>(), 0..8_u8], any::<bool>()), 1..5),
            everywhere in any::<bool>(),
        ) {
            let mut file = to_bytes(&tiny());
            let from = if everywhere { MAGIC.len() } else { tables_of(&file) };
            for (place, byte, insert) in edits {
                let at = from + place.index(file.len() - CHECKSUM - from);
                let until = if insert { at } else { at + 1 };
                file.splice(at..until, [byte]);
            }
            assert_usable(&resealed(file));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), start in 0..4_usize) {
            let file = to_bytes(&tiny());
            let length = [0, MAGIC.len(), HEADER, tables_of(&file)][start];
            let mixed = [&file[..length], bytes.as_slice()].concat();
            prop_assert!(from_bytes(&mixed).is_err());
            prop_assert!(from_bytes(&seal(mixed)).is_err());
        }
    }
}
