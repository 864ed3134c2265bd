//! The spans of phrases lead into the input as it was given.

use std::ops::Range;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use rolecall::markup::Plain;
use rolecall::tokens::Words;
use rolecall::{Documents, Explain, Explained, Field, Head, Posting, Verdict};
use serde_json::Value;

use crate::support::{self, POSTINGS, arg, data, data_text, json, small, small_file};

/// Every span slices its field to the phrase's text, in bytes and in characters; returns the spans of each field and head.
fn check(posting: &Posting, verdict: &Verdict) -> [[Vec<Range<usize>>; 2]; 2] {
    let mut spans: [[Vec<Range<usize>>; 2]; 2] = Default::default();
    for phrase in &verdict.phrases {
        let source = if phrase.field == Field::Title { &posting.title } else { &posting.text };
        assert_eq!(source.get(phrase.start_byte..phrase.end_byte), Some(phrase.text.as_str()), "{phrase:?}");
        assert!(!phrase.text.is_empty());
        let before = &source[..phrase.start_byte];
        assert_eq!(phrase.start_char, before.chars().count(), "{phrase:?}");
        assert_eq!(phrase.end_char - phrase.start_char, phrase.text.chars().count(), "{phrase:?}");
        spans[phrase.field.index()][phrase.head.index()].push(phrase.start_byte..phrase.end_byte);
    }
    spans
}

/// What stands under a phrase's span reads as the phrase's words: the span is the right one, not only one that fits.
fn check_words(documents: &Documents<'_>, explained: &Explained) {
    for (phrase, shown) in explained.phrases.iter().zip(&explained.verdict.phrases) {
        let plain = Plain::read(&shown.text);
        let found: Vec<String> = Words::read(&plain.text).forms().map(str::to_owned).collect();
        let words: Vec<&str> = (phrase.first..phrase.end).map(|index| documents.field(phrase.field).words.form(index)).collect();
        assert_eq!(found, words, "{shown:?}");
    }
}

/// With all phrases, every word of a field that was judged is under exactly one phrase of each head.
fn check_cover(documents: &Documents<'_>, explained: &Explained) {
    if explained.verdict.phrases.is_empty() {
        return;
    }
    for field in Field::ALL {
        for head in Head::ALL {
            let of = explained.phrases.iter().filter(|phrase| phrase.field == field && phrase.head == head);
            let words: Vec<usize> = of.flat_map(|phrase| phrase.first..phrase.end).collect();
            assert_eq!(words, (0..documents.field(field).words.len()).collect::<Vec<_>>(), "{field:?} {head:?}");
        }
    }
}

proptest! {
    #![proptest_config(support::cases(300))]

    #[test]
    fn every_phrase_slices_any_input(posting in support::posting()) {
        let documents = Documents::read(&posting);
        for explain in [Explain::All, Explain::Key(12)] {
            let explained = small().explain(&posting, &documents, explain);
            check(&posting, &explained.verdict);
            if explain == Explain::All {
                check_cover(&documents, &explained);
            }
            // A piece of escaped HTML need not be escaped HTML, so its words may be others.
            if !format!("{}{}", posting.title, posting.text).contains("&lt;") {
                check_words(&documents, &explained);
            }
        }
        // What exports are labelled with comes another way.
        check(&posting, &small().verdict(&posting, 12));
    }
}

/// So many postings of any kind, the same every time.
fn any_postings(count: usize) -> Vec<Posting> {
    let config = support::cases(1);
    let mut runner = TestRunner::new(config);
    (0..count).map(|_| support::posting().new_tree(&mut runner).expect("a posting").current()).collect()
}

#[test]
fn spans_in_labelled_exports_slice_their_rows() {
    let folder = tempfile::tempdir().expect("a folder");
    let postings: Vec<Posting> = any_postings(400).into_iter().filter(|posting| !posting.text.trim().is_empty()).collect();
    let rows: Vec<Value> =
        postings.iter().map(|posting| serde_json::json!({ "title": posting.title, "text": posting.text })).collect();
    let (input, output) = (folder.path().join("in.jsonl"), folder.path().join("out.jsonl"));
    std::fs::write(&input, support::lines(&rows)).expect("space");
    let args = ["label", arg(&input), "-o", arg(&output), "-q", "--phrases", "9", "--model", arg(small_file())];
    let done = support::run(&args, b"");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let labelled = std::fs::read_to_string(&output).expect("an output");
    let mut count = 0;
    for (posting, line) in postings.iter().zip(labelled.lines()) {
        let row: Value = serde_json::from_str(line).expect("JSON");
        if row["rolecall"]["phrases"].as_array().is_some_and(|phrases| !phrases.is_empty()) {
            check_json(&row["rolecall"], &posting.title, &posting.text);
            count += 1;
        }
    }
    assert!(count > 100, "{count} rows with phrases");
}

#[test]
fn spans_of_the_program_slice_any_file() {
    let args = ["classify", "-", "--format", "json", "--all-phrases", "--model", arg(small_file())];
    let mut count = 0;
    for (at, posting) in any_postings(30).into_iter().enumerate() {
        let end = ["\n", "\r\n", "\n\n"][at % 3];
        let input = format!("{}{end}{}", posting.title.trim(), posting.text.replace('\0', " "));
        if input.trim().is_empty() {
            continue;
        }
        let verdict = json(&args, input.as_bytes());
        if verdict["phrases"].as_array().is_some_and(|phrases| !phrases.is_empty()) {
            check_json(&verdict, &input, &input);
            count += 1;
        }
    }
    assert!(count > 10, "{count} files with phrases");
}

#[test]
fn every_phrase_slices_the_fixtures() {
    for posting in support::postings() {
        let documents = Documents::read(&posting);
        let explained = small().explain(&posting, &documents, Explain::All);
        check(&posting, &explained.verdict);
        check_words(&documents, &explained);
        check_cover(&documents, &explained);
    }
}

#[test]
fn escaped_html_leads_back_to_its_own_bytes() {
    let plain = data_text(POSTINGS[0]);
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let words = |text: &str| {
        let posting = Posting::new("", text);
        let documents = Documents::read(&posting);
        let explained = small().explain(&posting, &documents, Explain::All);
        check(&posting, &explained.verdict);
        explained.verdict.phrases.into_iter().map(|phrase| phrase.text).collect::<Vec<_>>()
    };
    assert_eq!(words(&escape(&plain)), words(&plain).iter().map(|text| escape(text)).collect::<Vec<_>>());
}

/// The phrases of a verdict in JSON, each checked against the input that its field comes from. Returns how many are of the title.
fn check_json(verdict: &Value, title: &str, text: &str) -> usize {
    let phrases = verdict["phrases"].as_array().expect("a list");
    assert!(!phrases.is_empty());
    let number = |phrase: &Value, key: &str| usize::try_from(phrase[key].as_u64().expect("a number")).expect("fits");
    for phrase in phrases {
        let source = if phrase["field"] == "title" { title } else { text };
        let bytes = number(phrase, "start_byte")..number(phrase, "end_byte");
        assert_eq!(source.get(bytes), phrase["text"].as_str(), "{phrase}");
        let (start, end) = (number(phrase, "start_char"), number(phrase, "end_char"));
        let sliced: String = source.chars().skip(start).take(end - start).collect();
        assert_eq!(sliced, phrase["text"].as_str().expect("a text"), "{phrase}");
    }
    phrases.iter().filter(|phrase| phrase["field"] == "title").count()
}

#[test]
fn spans_of_the_program_count_from_the_start_of_the_input() {
    let model = arg(small_file());
    let arguments = ["classify", "-", "--all-phrases", "--format", "json", "--model", model];
    let inputs: Vec<String> = POSTINGS
        .iter()
        .map(|name| data_text(name))
        .chain([
            "\u{feff}\r\n  Mu\u{308}ller sucht 😀 Key Account Manager:in  \r\nSie betreuen unsere Großkunden und verhandeln Verträge.\r\n".to_owned(),
            "Account &amp; Projekt\u{ad}leiter\n<p>Sie leiten <b>Proj</b>ekte f&uuml;r unsere Kunden.</p>".to_owned(),
            "\u{feff}Sie betreuen unsere Großkunden, und Sie verhandeln Verträge mit ihnen.".to_owned(),
        ])
        .collect();
    for input in &inputs {
        let verdict = json(&arguments, input.as_bytes());
        let of_title = check_json(&verdict, input, input);
        let first = input.trim_start_matches('\u{feff}').trim().lines().next().expect("a line");
        let expected = if input.trim_end().contains('\n') { Some(first) } else { None };
        assert_eq!(of_title > 0, expected.is_some(), "{input}");
        assert_eq!(verdict["votes"]["title"].is_null(), expected.is_none(), "{input}");
        for phrase in verdict["phrases"].as_array().expect("a list").iter().filter(|phrase| phrase["field"] == "title") {
            assert!(expected.expect("a title").contains(phrase["text"].as_str().expect("a text")), "{phrase}");
        }
    }
}

#[test]
fn spans_count_from_the_start_of_a_given_title() {
    let (file, model) = (data(POSTINGS[1]), arg(small_file()));
    let title = "Mu\u{308}ller 😀 – Leiter:in Projekte";
    let verdict = json(&["classify", arg(&file), "--title", title, "--format", "json", "--all-phrases", "--model", model], b"");
    assert!(check_json(&verdict, title, &data_text(POSTINGS[1])) > 0);
}
