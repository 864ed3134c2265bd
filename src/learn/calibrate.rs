//! Fits calibration and decision to held-out scores.

use super::cross_fit::{OutOfFold, Scored};
use super::fit;
use super::trainer::Prepared;
use crate::calibration::{Calibration, Platt, Scaling, Seen};
use crate::decision::Decision;
use crate::error::{Error, FitError};
use crate::language::Language;
use crate::metrics::{self, Confusion};
use crate::probability::logit;
use crate::role::{Head, PerHead, Role};

/// A language with fewer held-out postings shares the scaling of all.
const FEWEST: usize = 100;
/// Offsets that are tried, in quarters.
const OFFSETS: std::ops::RangeInclusive<i32> = -3..=7;

/// The calibration and decision that fit `scores` best.
///
/// # Errors
/// If the scores are all alike.
pub fn calibrate(prepared: &Prepared<'_>, scores: &OutOfFold) -> Result<(Calibration, Decision), Error> {
    let calibration = Calibration {
        de: scaling(prepared, scores, Some(Language::De))?,
        en: scaling(prepared, scores, Some(Language::En))?,
        other: scaling(prepared, scores, None)?,
    };
    let calibrated: Vec<(PerHead<f64>, Role)> =
        scores.0.iter().map(|scored| (logits(&calibration, scored), role(prepared, scored))).collect();
    let interaction = interaction(&calibrated);
    let decision = Decision { interaction, offsets: offsets(&calibrated, interaction) };
    Ok((calibration, decision))
}

/// The calibrated logits of a held-out posting.
pub fn logits(calibration: &Calibration, scored: &Scored) -> PerHead<f64> {
    let scaling = calibration.of(scored.language, scored.seen);
    PerHead::from_fn(|head| scaling.get(head).apply(*scored.raw.get(head)))
}

fn role(prepared: &Prepared<'_>, scored: &Scored) -> Role {
    prepared.corpus.examples[scored.index].role()
}

/// The scaling of both heads for the postings of `language`, or for all.
fn scaling(prepared: &Prepared<'_>, scores: &OutOfFold, language: Option<Language>) -> Result<Scaling, Error> {
    let wanted: Vec<Scored> =
        scores.0.iter().filter(|scored| language.is_none_or(|language| scored.language == language)).copied().collect();
    if language.is_some() && wanted.len() < FEWEST {
        return scaling(prepared, scores, None);
    }
    let alone = |seen| {
        let scores: Vec<Scored> = wanted.iter().filter_map(|scored| scored.alone(seen)).collect();
        // Without a posting of that kind, the scaling of all is as good as any.
        platt(prepared, if scores.is_empty() { &wanted } else { &scores })
    };
    Ok(Scaling {
        whole: alone(Seen::Whole)?,
        title: alone(Seen::Title)?,
        text: alone(Seen::Text)?,
        nothing: PerHead::from_fn(|head| prior(prepared, &wanted, head)),
    })
}

/// How common the work of `head` is, whatever the score.
fn prior(prepared: &Prepared<'_>, scores: &[Scored], head: Head) -> Platt {
    let having = scores.iter().filter(|scored| role(prepared, scored).has(head)).count() as f64;
    let share = (having + 1.0) / (scores.len() as f64 + 2.0);
    Platt { slope: 0.0, offset: logit(share) }
}

/// Scales `scores` to probabilities.
fn platt(prepared: &Prepared<'_>, wanted: &[Scored]) -> Result<PerHead<Platt>, Error> {
    let mut both = PerHead { account: Platt::IDENTITY, project: Platt::IDENTITY };
    for head in Head::ALL {
        let raw: Vec<f64> = wanted.iter().map(|scored| *scored.raw.get(head)).collect();
        let targets: Vec<bool> = wanted.iter().map(|scored| role(prepared, scored).has(head)).collect();
        *both.get_mut(head) = match fit::platt(&raw, &targets) {
            Ok((slope, offset)) if slope > 0.0 => Platt { slope, offset },
            // A slope at or below zero would turn the model round, and answers that are all alike bear out no score: the scores say nothing, so the
            // scaling says nothing either.
            Ok(_) | Err(FitError::OneClass) => Platt::IDENTITY,
            Err(problem) => return Err(Error::Fit { head: head.name(), problem }),
        };
    }
    Ok(both)
}

/// The interaction under which the roles are most likely; the likelihood is concave in it, so its slope is searched for zero.
fn interaction(calibrated: &[(PerHead<f64>, Role)]) -> f64 {
    let slope = |interaction: f64| {
        let decision = Decision { interaction, ..Decision::PLAIN };
        let surplus = |(logits, role): &(PerHead<f64>, Role)| {
            f64::from(u8::from(*role == Role::Mixed)) - decision.probabilities(*logits)[Role::Mixed.index()]
        };
        calibrated.iter().map(surplus).sum::<f64>() - 0.01 * interaction
    };
    let (mut low, mut high) = (-5.0, 5.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if slope(middle) > 0.0 { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// The offsets with the best macro-F1 on a grid, smoothed over neighbouring points so that no single posting decides.
fn offsets(calibrated: &[(PerHead<f64>, Role)], interaction: f64) -> [f64; 4] {
    let tried: Vec<f64> = OFFSETS.map(|quarters| f64::from(quarters) / 4.0).collect();
    let size = tried.len();
    let figure = |at: [usize; 3]| {
        let decision = Decision { interaction, offsets: [tried[at[0]], tried[at[1]], tried[at[2]], 0.0] };
        let mut counts = Confusion::default();
        for (logits, truth) in calibrated {
            counts[truth.index()][decision.role(*logits).index()] += 1;
        }
        metrics::macro_f1(&counts)
    };
    let cell = |number: usize| [number / size / size, number / size % size, number % size];
    let grid: Vec<f64> = (0..size.pow(3)).map(|number| figure(cell(number))).collect();
    let smooth = |number: usize| {
        let near = |at: usize| at.saturating_sub(1)..(at + 2).min(size);
        let [a, p, m] = cell(number);
        let cells = near(a).flat_map(|a| near(p).flat_map(move |p| near(m).map(move |m| (a * size + p) * size + m)));
        let values: Vec<f64> = cells.map(|number| grid[number]).collect();
        values.iter().sum::<f64>() / values.len() as f64
    };
    let best = (0..grid.len()).max_by(|&left, &right| smooth(left).total_cmp(&smooth(right))).map_or([0; 3], cell);
    [tried[best[0]], tried[best[1]], tried[best[2]], 0.0]
}
