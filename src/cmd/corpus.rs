//! `rolecall corpus`

use std::collections::BTreeMap;
use std::fmt::Write;

use rolecall::cli::CorpusArgs;
use rolecall::learn::corpus::{Corpus, Example, Sources};
use rolecall::learn::groups;
use rolecall::{Dimension, Documents, Error, Field, Head, Language, Role, language};

use super::{Outcome, output};

/// Checks the corpus and prints its counts. Near-copies are a doubt; what cannot be read is an error.
pub(crate) fn run(args: &CorpusArgs) -> Result<Outcome, Error> {
    let corpus = Corpus::load(&Sources { corpus: Some(args.folder.clone()), ..Sources::default() })?;
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{:<16} {:>8} {:>8} {:>8} {:>12}", "postings", "German", "English", "all", "words each");
    for role in Role::ALL {
        let of_role: Vec<&Example> = corpus.examples.iter().filter(|example| example.role() == role).collect();
        let _ = writeln!(out, "{}", row(role.name(), &of_role));
    }
    let _ = writeln!(out, "{}", row("all", &corpus.examples.iter().collect::<Vec<_>>()));
    let _ = writeln!(out, "\n{:<24} {:>8} {:>8}", "statements", "account", "project");
    for dimension in Dimension::ALL {
        let count = |head: Head| corpus.statements.iter().filter(|one| one.dimension == dimension && one.head == head).count();
        let _ = writeln!(out, "{:<24} {:>8} {:>8}", dimension.name(), count(Head::Account), count(Head::Project));
    }
    let copies = groups::near_copies(&corpus.examples);
    for &(left, right) in &copies {
        let id = |index: usize| &corpus.examples[index].posting.id;
        let _ = writeln!(out, "\nnear-copies: {} and {}", id(left), id(right));
    }
    let _ = writeln!(out, "\nlabels and ids are in order; near-copies: {}; fingerprint {}", copies.len(), corpus.hash);
    output::print(&out)?;
    Ok(if copies.is_empty() { Outcome::Done } else { Outcome::Doubt })
}

/// Counts by language, and the shortest, mean and longest text in words.
fn row(name: &str, examples: &[&Example]) -> String {
    let mut languages: BTreeMap<Language, usize> = BTreeMap::new();
    let mut words = Vec::new();
    for example in examples {
        let documents = Documents::read(&example.posting);
        let text = documents.field(Field::Text);
        *languages.entry(language::detect(&text.plain.text, &text.words)).or_default() += 1;
        words.push(text.words.len());
    }
    let count = |language| languages.get(&language).copied().unwrap_or(0);
    let mean = words.iter().sum::<usize>() / words.len().max(1);
    let range = format!("{}–{}–{}", words.iter().min().unwrap_or(&0), mean, words.iter().max().unwrap_or(&0));
    format!("{name:<16} {:>8} {:>8} {:>8} {range:>12}", count(Language::De), count(Language::En), examples.len())
}
