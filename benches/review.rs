//! What a reviewed row is worth: rows that `rolecall review` would ask beside rows drawn at random.
//!
//! ```text
//! cargo bench --bench review -- POSTINGS.jsonl.xz LABELS.jsonl                  the labelled postings are the pool
//! cargo bench --bench review -- POSTINGS.jsonl.xz LABELS.jsonl --readings       those of corpus/readings/, too
//! cargo bench --bench review -- … --rows 50 --seeds 5 --first-seed 100          fewer rows, fewer repetitions, other ones
//! cargo bench --bench review -- … --start 200                                   a first model of so many labelled postings and the corpus
//! cargo bench --bench review -- … --arm 0.5,0.5,1 --arm 0,0,0                   other ways to choose: weight of the contrast between title
//!                                                                               and duties, of being typical, of being unlike what was asked
//! ```
//!
//! Each repetition cuts the labelled postings anew, whole employers and groups of near-copies on one side: a third is held out, `--start` of the
//! rest train a first model together with the corpus, and what remains is the pool. `--rows` of it are answered with their labels, by role
//! alone, as a reviewer answers. Everything else is what `rolecall review` and `rolecall train` do. Postings of the readings are asked, but
//! judge nothing: they were chosen because a model was unsure of them.

use std::io::Write;
use std::path::PathBuf;

use rolecall::learn::calibrate;
use rolecall::learn::corpus::{Corpus, Example, Marks, Origin, Sources};
use rolecall::learn::cross_fit::cross_fit;
use rolecall::learn::groups::groups;
use rolecall::learn::split::{TrainPart, folds};
use rolecall::learn::trainer::{self, Prepared};
use rolecall::metrics::{self, Judged};
use rolecall::review::doubt::{CONTRAST, Doubt};
use rolecall::review::queue::{self, Taste};
use rolecall::{Classifier, Error, PerHead, Posting, Role, Settings, model_file};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// One part in so many is held out.
const PARTS: usize = 3;
/// What is measured: macro-F1, F1 of mixed, accuracy in per cent; log-loss in hundredths of a nat.
type Figures = [f64; 4];
const NAMES: [&str; 4] = ["macro-F1", "F1 of mixed", "accuracy", "log-loss"];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let asked = Asked::read()?;
    let all = Corpus::load(&Sources {
        corpus: Some("corpus".into()),
        postings: vec![asked.files[0].clone()],
        labels: vec![asked.files[1].clone()],
    })?;
    let part = |keep: &dyn Fn(Origin) -> bool| all.examples.iter().filter(|one| keep(one.origin)).cloned().collect::<Vec<_>>();
    let own = Corpus { examples: part(&|origin| origin == Origin::Written), ..all.clone() };
    let real = part(&|origin| origin == Origin::Real || asked.readings && origin == Origin::Chosen);
    drop(all);
    say(&format!("{} postings, {} of the corpus; {} to start with", real.len(), own.examples.len(), asked.start));
    let arms: Vec<String> = asked.arms.iter().map(|arm| format!("chosen {arm:?}")).collect();
    say(&format!("{} rows, {} repetitions: start, random, {}\n", asked.rows, asked.seeds, arms.join(", ")));
    let groups = groups(&real);
    // Without postings to start with, the first model is always the same.
    let of_corpus = if asked.start == 0 { Some(train(&own, &[], &[], Origin::Real)?) } else { None };
    let mut results = Vec::new();
    for seed in asked.first_seed..asked.first_seed + asked.seeds {
        let result = repeat(&asked, &own, of_corpus.as_ref(), &real, &groups, seed)?;
        let shown: Vec<String> = result.iter().map(|figures| format!("{:5.1} {:5.1}", figures[0], figures[3])).collect();
        say(&format!("{seed:>4}   {}", shown.join("   ")));
        results.push(result);
    }
    summary(&results);
    Ok(())
}

/// The figures of the first model, with random rows, and with the rows of each arm.
fn repeat(
    asked: &Asked,
    own: &Corpus,
    of_corpus: Option<&Classifier>,
    real: &[Example],
    groups: &[usize],
    seed: u64,
) -> Result<Vec<Figures>, Error> {
    let cut = folds(&TrainPart::all(real.len()), PARTS, seed, |index| groups[index], |index| real[index].role().index());
    let held: Vec<&Example> =
        cut[0].held.indexes().iter().map(|&at| &real[at]).filter(|one| one.origin == Origin::Real).collect();
    let mut rest: Vec<&Example> = cut[0].train.indexes().iter().map(|&at| &real[at]).collect();
    rest.sort_by_key(|example| xxh3_64_with_seed(example.posting.id.as_bytes(), seed));
    let (start, pool) = rest.split_at(asked.start.min(rest.len()));
    let first = of_corpus.map_or_else(|| train(own, start, &[], Origin::Real), |model| Ok(model.clone()))?;
    // The pool is in a random order already.
    let mut result =
        vec![figures(&first, &held), figures(&train(own, start, &pool[..asked.rows.min(pool.len())], Origin::Real)?, &held)];
    for arm in &asked.arms {
        let chosen = choose(&first, start, pool, asked.rows, arm);
        result.push(figures(&train(own, start, &chosen, Origin::Chosen)?, &held));
    }
    Ok(result)
}

/// A way to choose: the weight of the contrast, then the taste.
type Arm = [f64; 3];

/// What was asked for.
struct Asked {
    files: Vec<PathBuf>,
    readings: bool,
    start: usize,
    rows: usize,
    seeds: u64,
    first_seed: u64,
    arms: Vec<Arm>,
}

impl Asked {
    fn read() -> Result<Self, String> {
        let mut asked =
            Self { files: Vec::new(), readings: false, start: 0, rows: 100, seeds: 10, first_seed: 0, arms: Vec::new() };
        // Cargo adds `--bench`.
        let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
            let number = |text: String| text.parse::<u32>().map_err(|_| format!("{text} is no number"));
            match argument.as_str() {
                "--readings" => asked.readings = true,
                "--start" => asked.start = number(value()?)? as usize,
                "--rows" => asked.rows = number(value()?)? as usize,
                "--seeds" => asked.seeds = number(value()?)?.into(),
                "--first-seed" => asked.first_seed = number(value()?)?.into(),
                "--arm" => asked.arms.push(arm(&value()?)?),
                _ => asked.files.push(argument.into()),
            }
        }
        if asked.arms.is_empty() {
            asked.arms.push([CONTRAST, Taste::CHOSEN.typical, Taste::CHOSEN.unlike]);
        }
        if asked.files.len() == 2 { Ok(asked) } else { Err("expected POSTINGS and LABELS".to_owned()) }
    }
}

fn arm(text: &str) -> Result<Arm, String> {
    let weights: Option<Vec<f64>> = text.split(',').map(|weight| weight.parse().ok()).collect();
    weights.and_then(|weights| weights.try_into().ok()).ok_or(format!("{text}: expected three numbers"))
}

/// The rows that a review with `model` asks.
fn choose<'e>(
    model: &Classifier,
    start: &[&Example],
    pool: &[&'e Example],
    rows: usize,
    &[contrast, typical, unlike]: &Arm,
) -> Vec<&'e Example> {
    let doubt = |example: &Example| {
        let doubt = Doubt::of(&model.verdict(&example.posting, 0), &model.model().card.decision)?;
        Some(doubt.tie + contrast * doubt.contrast)
    };
    let candidates: Vec<(&'e Example, f64)> = pool.iter().filter_map(|example| Some((*example, doubt(example)?))).collect();
    let postings: Vec<(&Posting, f64)> = candidates.iter().map(|(example, doubt)| (&example.posting, *doubt)).collect();
    let known: Vec<&Posting> = start.iter().map(|example| &example.posting).collect();
    let order = queue::order(&postings, &known, rows, Taste { typical, unlike });
    order.into_iter().map(|at| candidates[at].0).collect()
}

/// Trains as `rolecall train` does, on the corpus, on `start` with all that is known of it, and on rows that were `answered` by role: a random sample,
/// which calibrates, or chosen ones, which do not where others can.
fn train(own: &Corpus, start: &[&Example], answered: &[&Example], origin: Origin) -> Result<Classifier, Error> {
    let by_role = |example: &&Example| Example {
        marks: PerHead::from_fn(|_| Marks::Unknown),
        evidence: Vec::new(),
        origin,
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

fn figures(model: &Classifier, held: &[&Example]) -> Figures {
    let mut loss = 0.0;
    let judge = |(cluster, example): (usize, &&Example)| {
        let verdict = model.verdict(&example.posting, 0);
        let of = &verdict.probabilities;
        let shares = [of.account_manager, of.project_manager, of.mixed, of.neither];
        loss -= shares[example.role().index()].max(f64::MIN_POSITIVE).ln();
        Judged { truth: example.role(), called: verdict.role, probability: verdict.probability, cluster }
    };
    let counts = metrics::confusion(&held.iter().enumerate().map(judge).collect::<Vec<_>>());
    let mixed = metrics::role_figures(&counts, Role::Mixed).f1.unwrap_or(0.0);
    [metrics::macro_f1(&counts), mixed, metrics::accuracy(&counts), loss / held.len().max(1) as f64].map(|share| 100.0 * share)
}

/// Means, and differences of what belongs together, with 95 % intervals over the repetitions. These cut the same postings, so the intervals say
/// how far the cut matters, and not how far other postings would.
fn summary(results: &[Vec<Figures>]) {
    for (at, figure) in NAMES.into_iter().enumerate() {
        let arms = results.first().map_or(0, Vec::len);
        let of = |arm: usize| results.iter().map(move |result| result[arm][at]).collect::<Vec<_>>();
        let minus =
            |left: usize, right: usize| of(left).iter().zip(of(right)).map(|(left, right)| left - right).collect::<Vec<_>>();
        say(&format!("\n{figure}: start {}", interval(&of(0))));
        say(&format!("  random   {}, − start {}", interval(&of(1)), interval(&minus(1, 0))));
        for arm in 2..arms {
            let (start, random) = (interval(&minus(arm, 0)), interval(&minus(arm, 1)));
            say(&format!("  chosen {} {}, − start {start}, − random {random}", arm - 1, interval(&of(arm))));
        }
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
