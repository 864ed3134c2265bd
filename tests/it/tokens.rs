//! The scanner finds the words that the pipeline of the `tokenizers` crate finds.

use std::sync::OnceLock;

use proptest::prelude::*;
use rolecall::tokens::Words;
use rolecall::tokens::reference::{self, Pipeline};

use crate::support::{self, POSTINGS, data_text};

fn check(text: &str) {
    static PIPELINE: OnceLock<Pipeline> = OnceLock::new();
    let pipeline = PIPELINE.get_or_init(|| reference::pipeline().expect("its patterns are constants"));
    let expected = reference::words(pipeline, text).expect("normalises");
    let found: Vec<String> = Words::read(text).forms().map(str::to_owned).collect();
    assert_eq!(found, expected, "{text:?}");
}

const PARTS: [&str; 60] = [
    "Kund",
    "kunden",
    "Projektleiter",
    "in",
    "innen",
    "In",
    "INNEN",
    "iNNen",
    "der",
    "www",
    "www.",
    "WWW.",
    "http",
    "https://",
    "HTTP://",
    "://",
    "a",
    "Z",
    "7",
    "½",
    "Ⅷ",
    "²",
    "ä",
    "Ä",
    "a\u{308}",
    "ß",
    "ẞ",
    "İ",
    "ı",
    "ſ",
    "K",
    "Σ",
    "ς",
    "ﬁ",
    "ŉ",
    "ǅ",
    "ö\u{301}",
    "\u{308}",
    "\u{338}",
    "\u{20dd}",
    "क्ष",
    "한",
    "\u{1112}\u{1161}",
    "日",
    "😀",
    "👩\u{200d}💻",
    "\u{ad}",
    "\u{200b}",
    "\u{feff}",
    ":",
    "*",
    "_",
    "/",
    "/-",
    "·",
    "\u{387}",
    "=",
    "<",
    " ",
    ".",
];

proptest! {
    #![proptest_config(support::cases(2000))]

    #[test]
    fn any_text_has_the_words_of_the_pipeline(text in "[\\PC&&\\p{age:9.0}]*") {
        check(&text);
    }

    #[test]
    fn any_posting_has_the_words_of_the_pipeline(text in support::text(40)) {
        check(&text);
    }

    #[test]
    fn any_odd_spelling_has_the_words_of_the_pipeline(parts in prop::collection::vec(prop::sample::select(&PARTS[..]), 0..8)) {
        check(&parts.concat());
    }
}

#[test]
fn the_fixtures_have_the_words_of_the_pipeline() {
    for name in POSTINGS.into_iter().chain(["french.txt", "dutch.txt", "tiny.csv"]) {
        check(&data_text(name));
    }
}
