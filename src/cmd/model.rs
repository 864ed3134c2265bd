//! `rolecall model`

use std::fmt::Write;

use rolecall::cli::{Format, ModelArgs};
use rolecall::{Classifier, Error, Head, report};
use serde_json::json;

use super::{Outcome, classifier, output};

/// Prints the card of a model.
pub(crate) fn run(args: &ModelArgs) -> Result<Outcome, Error> {
    let classifier = classifier(args.model.as_deref())?;
    let text = match args.format {
        Format::Text => report::card::text(&classifier) + &columns(&classifier, args.columns),
        Format::Json => json(&classifier)?,
    };
    output::print(&text)?;
    Ok(Outcome::Done)
}

fn json(classifier: &Classifier) -> Result<String, Error> {
    let model = classifier.model();
    let bias = |head: Head| json!({ "bias": model.heads.get(head).bias });
    let value = json!({
        "fingerprint": classifier.fingerprint().to_string(),
        "card": model.card,
        "columns": model.vocabulary.columns(),
        "heads": { "account": bias(Head::Account), "project": bias(Head::Project) },
    });
    serde_json::to_string_pretty(&value).map(|text| text + "\n").map_err(|error| Error::Output(error.into()))
}

/// The columns with the largest and the smallest weights of each head, over every sentence alike.
fn columns(classifier: &Classifier, count: usize) -> String {
    let vocabulary = &classifier.model().vocabulary;
    let mut out = String::new();
    for head in Head::ALL.into_iter().filter(|_| count > 0) {
        let weights = &classifier.model().heads.get(head).weights[..vocabulary.columns()];
        let mut order: Vec<u32> = (0..).take(weights.len()).collect();
        order.sort_by(|left, right| weights[*right as usize].total_cmp(&weights[*left as usize]));
        // Writing to a string cannot fail.
        let mut list = |title: &str, columns: &mut dyn Iterator<Item = &u32>| {
            let _ = writeln!(out, "\n{title} {} work", head.name());
            for &column in columns {
                let _ = writeln!(out, "  {:>+7.3}  {}", weights[column as usize], vocabulary.describe(column));
            }
        };
        list("for", &mut order.iter().take(count));
        list("against", &mut order.iter().rev().take(count));
    }
    out
}
