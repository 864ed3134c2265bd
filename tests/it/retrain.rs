//! The committed model is the one that its corpus and its settings give.

use std::path::PathBuf;

use rolecall::learn::corpus::{Corpus, Origin, Sources};
use rolecall::learn::split::TrainPart;
use rolecall::learn::trainer::{self, Prepared};
use rolecall::sentences::SentenceHead;
use rolecall::{Classifier, Head, Model, model_file};

use crate::support::root;

const CLOSE: f64 = 1e-6;

fn close<T: Copy + Into<f64>>(left: &[T], right: &[T], what: &str) {
    assert_eq!(left.len(), right.len(), "{what}: another number of them");
    for (at, (&left, &right)) in left.iter().zip(right).enumerate() {
        let (left, right): (f64, f64) = (left.into(), right.into());
        assert!((left - right).abs() < CLOSE, "{what} {at}: {left} was committed, {right} is what training gives");
    }
}

/// The vocabulary is the same, table by table.
fn same_vocabulary(committed: &Model, trained: &Model) {
    let (left, right) = (committed.vocabulary.tables(), trained.vocabulary.tables());
    assert!(left.words == right.words, "words differ");
    assert!(left.grams == right.grams, "n-grams differ");
    assert!(left.pieces == right.pieces, "pieces differ");
    assert!(left.piece_columns == right.piece_columns, "columns of pieces differ");
    assert!(left.word_pieces == right.word_pieces, "pieces of words differ");
    assert!(left.subwords.alphabet() == right.subwords.alphabet(), "alphabets differ");
    assert!(left.subwords.merges() == right.subwords.merges(), "merges differ");
    close(&left.idf, &right.idf, "idf");
}

/// The heads are the same, within what processors round differently.
fn same_heads(committed: &Model, trained: &Model) {
    for head in Head::ALL {
        let (left, right) = (committed.heads.get(head), trained.heads.get(head));
        close(&left.weights, &right.weights, "weight");
        close(&left.evidence, &right.evidence, "evidence");
        close(&[left.bias], &[right.bias], "intercept");
        let of = |one: &SentenceHead| (one.section_bias, one.weights.clone());
        let (left, right) = (of(committed.sentence_heads.get(head)), of(trained.sentence_heads.get(head)));
        close(&left.0, &right.0, "section");
        close(&left.1, &right.1, "weight of the sentence head");
    }
    for (left, right) in committed.descriptions.iter().zip(&trained.descriptions) {
        let columns = |row: &[(u32, f32)]| row.iter().map(|entry| entry.0).collect::<Vec<_>>();
        assert_eq!(columns(left), columns(right), "columns of a description");
        let values = |row: &[(u32, f32)]| row.iter().map(|entry| entry.1).collect::<Vec<_>>();
        close(&values(left), &values(right), "value of a description");
    }
}

#[test]
fn training_again_gives_the_committed_model() {
    let data = root().join("../shared/data");
    let (postings, labels): (PathBuf, PathBuf) = (data.join("postings.jsonl.xz"), data.join("labels.jsonl"));
    if !labels.exists() || !postings.exists() {
        crate::support::say("skipped: ../shared/data is not there");
        return;
    }
    let committed = Classifier::built_in().expect("the committed model");
    let card = &committed.model().card;
    let sources = Sources { corpus: Some(root().join("corpus")), postings: vec![postings], labels: vec![labels] };
    let corpus = Corpus::load(&sources).expect("the corpus");
    assert_eq!(corpus.hash, card.corpus, "the corpus is not the one that the committed model was trained on");
    let prepared = Prepared::new(&corpus).expect("both kinds of work");
    let mut trained = trainer::fit(&prepared, &TrainPart::all(corpus.examples.len()), &card.settings).expect("fits");
    (trained.card.calibration, trained.card.decision, trained.card.held_out) = (card.calibration, card.decision, card.held_out);
    assert_eq!(&trained.card, card);
    same_vocabulary(committed.model(), &trained);
    same_heads(committed.model(), &trained);
    let trained = Classifier::from_bytes(&model_file::to_bytes(&trained)).expect("a good model");
    let real = corpus.examples.iter().filter(|example| example.origin != Origin::Written);
    let differing =
        real.filter(|example| committed.verdict(&example.posting, 0).role != trained.verdict(&example.posting, 0).role);
    assert_eq!(differing.map(|example| &example.posting.id).collect::<Vec<_>>(), Vec::<&String>::new(), "other roles");
}
