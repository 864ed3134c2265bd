//! The model inside the program: small, private, and right where there is no doubt.

use rolecall::vocabulary::LONGEST_GRAM;
use rolecall::{Classifier, Field, Posting, Role};

use crate::support::{POSTINGS, data_text, root};

fn built_in() -> Classifier {
    Classifier::built_in().expect("a model inside the program")
}

#[test]
fn clear_postings_are_called_right() {
    let roles = [Role::AccountManager, Role::ProjectManager, Role::Mixed, Role::Neither];
    for (name, role) in POSTINGS.into_iter().zip(roles) {
        let whole = data_text(name);
        let (title, text) = whole.split_once('\n').expect("a title line");
        assert_eq!(built_in().verdict(&Posting::new(title, text), 0).role, role, "{name}");
    }
}

#[test]
fn no_phrase_of_one_employer_can_be_read_out_of_it() {
    let classifier = built_in();
    let model = classifier.model();
    assert!(model.card.settings.fewest_employers >= 5, "{}", model.card.settings.fewest_employers);
    const { assert!(LONGEST_GRAM <= 3) };
    let tables = model.vocabulary.tables();
    for field in Field::ALL {
        let longest = tables.grams[field.index()].iter().map(|gram| gram.words().len()).max();
        assert!(longest.is_some_and(|longest| longest <= 3), "{field:?}: {longest:?} words");
    }
    let told = |word: &&String| word.contains('@') || word.contains("://") || word.bytes().filter(u8::is_ascii_digit).count() > 4;
    assert_eq!(tables.words.iter().find(told), None, "a word that could be an address or a telephone number");
}

#[test]
fn it_is_small() {
    let size = std::fs::metadata(root().join("models/default.rolecall")).expect("the model").len();
    assert!((1..5_000_000).contains(&size), "{size} bytes");
}

#[test]
fn its_card_counts_its_postings() {
    let classifier = built_in();
    let card = &classifier.model().card;
    assert_eq!(card.program, env!("CARGO_PKG_VERSION"));
    assert!(card.postings.iter().all(|&count| count > 0) && card.written <= card.postings.iter().sum());
    assert!(card.held_out.is_some_and(|held| held.postings > 0 && held.macro_f1 > 0.0));
}
