//! What a reviewed row is worth: rows that `rolecall review` would ask beside rows drawn at random.
//!
//! ```text
//! cargo bench --bench review -- POSTINGS.jsonl.xz LABELS.jsonl                       from the corpus alone
//! cargo bench --bench review -- POSTINGS.jsonl.xz LABELS.jsonl --start 200           from so many labelled postings and the corpus
//! cargo bench --bench review -- POSTINGS.jsonl.xz LABELS.jsonl --rows 50 --seeds 5   fewer rows, fewer repetitions
//! ```
//!
//! Each repetition cuts the labelled postings anew, whole employers and groups of near-copies on one side: a third is held out, `--start` of the
//! rest train a first model together with the corpus, and what remains is the pool. `--rows` of it are answered with their labels, by role
//! alone, as a reviewer answers. Everything else is what `rolecall review` and `rolecall train` do.

use std::io::Write;
use std::path::PathBuf;

use rolecall::learn::calibrate;
use rolecall::learn::corpus::{Corpus, Example, Marks, Origin, Sources};
use rolecall::learn::cross_fit::cross_fit;
use rolecall::learn::groups::groups;
use rolecall::learn::split::{TrainPart, folds};
use rolecall::learn::trainer::{self, Prepared};
use rolecall::metrics::{self, Judged};
use rolecall::review::doubt::Doubt;
use rolecall::review::queue;
use rolecall::{Classifier, Error, PerHead, Posting, Settings, model_file};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// One part in so many is held out.
const PARTS: usize = 3;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let asked = Asked::read()?;
    let real =
        Corpus::load(&Sources { corpus: None, postings: vec![asked.files[0].clone()], labels: vec![asked.files[1].clone()] })?;
    let own = Corpus::load(&Sources { corpus: Some("corpus".into()), ..Sources::default() })?;
    let groups = groups(&real.examples);
    say(&format!(
        "{} labelled postings, {} of the corpus; {} to start with, {} rows\n",
        real.examples.len(),
        own.examples.len(),
        asked.start,
        asked.rows
    ));
    say("seed   start          random         chosen         (macro-F1, accuracy)");
    let mut results = Vec::new();
    for seed in 0..asked.seeds {
        let cut = folds(
            &TrainPart::all(real.examples.len()),
            PARTS,
            seed,
            |index| groups[index],
            |index| real.examples[index].role().index(),
        );
        let held: Vec<&Example> = cut[0].held.indexes().iter().map(|&index| &real.examples[index]).collect();
        let mut rest: Vec<&Example> = cut[0].train.indexes().iter().map(|&index| &real.examples[index]).collect();
        rest.sort_by_key(|example| xxh3_64_with_seed(example.posting.id.as_bytes(), seed));
        let (start, pool) = rest.split_at(asked.start.min(rest.len()));
        let judge = |answered: &[&Example]| -> Result<(Classifier, [f64; 2]), Error> {
            let model = train(&own, start, answered)?;
            let figures = figures(&model, &held);
            Ok((model, figures))
        };
        let (first, before) = judge(&[])?;
        // The pool is in a random order already.
        let random = judge(&pool[..asked.rows.min(pool.len())])?.1;
        let chosen = judge(&choose(&first, start, pool, asked.rows))?.1;
        let pair = |[f1, accuracy]: [f64; 2]| format!("{:5.1}  {:5.1}   ", 100.0 * f1, 100.0 * accuracy);
        say(&format!("{seed:>4}   {}{}{}", pair(before), pair(random), pair(chosen)));
        results.push([before, random, chosen]);
    }
    summary(&results);
    Ok(())
}

/// What was asked for.
struct Asked {
    files: Vec<PathBuf>,
    start: usize,
    rows: usize,
    seeds: u64,
}

impl Asked {
    fn read() -> Result<Self, String> {
        let mut asked = Self { files: Vec::new(), start: 0, rows: 100, seeds: 10 };
        // Cargo adds `--bench`.
        let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
        while let Some(argument) = arguments.next() {
            let mut number =
                || arguments.next().and_then(|number| number.parse::<u32>().ok()).ok_or(format!("{argument} needs a number"));
            match argument.as_str() {
                "--start" => asked.start = number()? as usize,
                "--rows" => asked.rows = number()? as usize,
                "--seeds" => asked.seeds = number()?.into(),
                _ => asked.files.push(argument.into()),
            }
        }
        if asked.files.len() == 2 { Ok(asked) } else { Err("expected POSTINGS and LABELS".to_owned()) }
    }
}

/// The rows that a review with `model` asks.
fn choose<'e>(model: &Classifier, start: &[&Example], pool: &[&'e Example], rows: usize) -> Vec<&'e Example> {
    let doubt = |example: &Example| {
        Doubt::of(&model.verdict(&example.posting, 0), &model.model().card.decision).map(|doubt| doubt.weight())
    };
    let candidates: Vec<(&'e Example, f64)> = pool.iter().filter_map(|example| Some((*example, doubt(example)?))).collect();
    let postings: Vec<(&Posting, f64)> = candidates.iter().map(|(example, doubt)| (&example.posting, *doubt)).collect();
    let known: Vec<&Posting> = start.iter().map(|example| &example.posting).collect();
    queue::order(&postings, &known, rows).into_iter().map(|at| candidates[at].0).collect()
}

/// Trains as `rolecall train` does, on the corpus, on `start` with all that is known of it, and on rows that were `answered` by role.
fn train(own: &Corpus, start: &[&Example], answered: &[&Example]) -> Result<Classifier, Error> {
    let by_role = |example: &&Example| Example {
        marks: PerHead::from_fn(|_| Marks::Unknown),
        evidence: Vec::new(),
        origin: Origin::Real,
        ..(*example).clone()
    };
    let examples =
        own.examples.iter().cloned().chain(start.iter().map(|example| (*example).clone())).chain(answered.iter().map(by_role));
    let corpus = Corpus { examples: examples.collect(), ..own.clone() };
    let settings = Settings::default();
    let prepared = Prepared::new(&corpus)?;
    let all = TrainPart::all(corpus.examples.len());
    let scores = cross_fit(&prepared, &prepared.folds(&all, &settings), &settings, &|_| ())?;
    let mut model = trainer::fit(&prepared, &all, &settings)?;
    (model.card.calibration, model.card.decision) = calibrate::calibrate(&prepared, &scores)?;
    Classifier::from_bytes(&model_file::to_bytes(&model)).map_err(|problem| Error::Model { file: "<trained>".into(), problem })
}

/// Macro-F1 and accuracy.
fn figures(model: &Classifier, held: &[&Example]) -> [f64; 2] {
    let judge = |(cluster, example): (usize, &&Example)| {
        let verdict = model.verdict(&example.posting, 0);
        Judged { truth: example.role(), called: verdict.role, probability: verdict.probability, cluster }
    };
    let counts = metrics::confusion(&held.iter().enumerate().map(judge).collect::<Vec<_>>());
    [metrics::macro_f1(&counts), metrics::accuracy(&counts)]
}

/// Means, and differences of what belongs together, with 95 % intervals over the repetitions. These cut the same postings, so the intervals say
/// how far the cut matters, and not how far other postings would.
fn summary(results: &[[[f64; 2]; 3]]) {
    say("");
    for (at, figure) in ["macro-F1", "accuracy"].into_iter().enumerate() {
        let of = |arm: usize| results.iter().map(move |result| 100.0 * result[arm][at]).collect::<Vec<_>>();
        let minus =
            |left: usize, right: usize| of(left).iter().zip(of(right)).map(|(left, right)| left - right).collect::<Vec<_>>();
        say(&format!("{figure}: start {}, random {}, chosen {}", interval(&of(0)), interval(&of(1)), interval(&of(2))));
        say(&format!(
            "  random − start {}; chosen − start {}; chosen − random {}",
            interval(&minus(1, 0)),
            interval(&minus(2, 0)),
            interval(&minus(2, 1))
        ));
    }
}

/// The mean with its 95 % interval, by Student's t.
fn interval(values: &[f64]) -> String {
    /// The 97.5th percentiles of Student's t with 1, 2, … degrees of freedom; beyond them, a formula is near enough.
    const T: [f64; 12] = [12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.20, 2.18];
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let Some(freedom) = values.len().checked_sub(2) else { return format!("{mean:.1}") };
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
    let t = T.get(freedom).copied().unwrap_or(1.96 + 2.6 / (count - 1.0));
    format!("{mean:.1} ± {:.1}", t * (variance / count).sqrt())
}

/// Writes a line; a closed pipe is no reason to fail.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
