//! An evaluation as a picture: confusion matrix, calibration and coverage side by side in one SVG file.
//!
//! The file stands alone: no script, no font and nothing to load; it follows the reader's light or dark colours.

mod axes;

use std::fmt::Write;

use axes::Axes;

use super::evaluation::Evaluation;
use crate::metrics::{self, Bin, Confusion, Coverage};
use crate::role::Role;

const STYLE: &str = "
  svg { background: #ffffff; color: #191c20; font: 13px system-ui, sans-serif }
  text { fill: currentColor }
  .faint { opacity: .62; font-size: 12px }
  .heading { font-size: 15px; font-weight: 600 }
  .line { fill: none; stroke: currentColor; stroke-opacity: .25 }
  .ideal { fill: none; stroke: currentColor; stroke-opacity: .5; stroke-dasharray: 4 4 }
  .cell { fill: #2f6db5 }
  .first { fill: none; stroke: #2f6db5; stroke-width: 2.5 }
  .second { fill: none; stroke: #b4570f; stroke-width: 2.5; stroke-dasharray: 7 3 }
  .first-band { fill: #2f6db5; opacity: .15 }
  .second-band { fill: #b4570f; opacity: .15 }
  .dot { fill: #2f6db5 }
  .first-name { fill: #2f6db5 } .second-name { fill: #b4570f }
  @media (prefers-color-scheme: dark) {
    svg { background: #15181c; color: #e8eaed }
    .cell, .dot, .first-band, .first-name { fill: #7db2f0 } .first { stroke: #7db2f0 }
    .second-band, .second-name { fill: #f0a35e } .second { stroke: #f0a35e }
  }
";

/// Width and height of a panel's plotting area, in pixels of the picture.
const PANEL: f64 = 260.0;
const TOP: f64 = 92.0;
const HEIGHT: f64 = 430.0;
const WIDTH: f64 = 1130.0;

/// The picture of `evaluation`.
pub fn svg(evaluation: &Evaluation) -> String {
    let judged = evaluation.judged(|_| true);
    let confusion = metrics::confusion(&judged);
    let mut picture = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"title description\">\n\
         <title id=\"title\">How good the calls are</title>\n\
         <desc id=\"description\">Macro-F1 {:.1} %, accuracy {:.1} %, calibration error {:.3}, on {} postings.</desc>\n<style>{STYLE}</style>\n",
        100.0 * metrics::macro_f1(&confusion),
        100.0 * metrics::accuracy(&confusion),
        metrics::calibration_error(&judged),
        judged.len(),
    );
    matrix(&mut picture, &confusion, 118.0);
    calibration(&mut picture, &metrics::calibration_curve(&judged), 470.0);
    coverage(&mut picture, &metrics::coverage_curve(&judged), 822.0);
    picture.push_str("</svg>\n");
    picture
}

fn heading(picture: &mut String, left: f64, title: &str, below: &str) {
    text(picture, left, 30.0, "heading", "start", title);
    text(picture, left, 51.0, "faint", "start", below);
}

/// Writes `words`, which are ours and need no escape.
fn text(picture: &mut String, x: f64, y: f64, class: &str, anchor: &str, words: &str) {
    let _ = writeln!(picture, "<text x=\"{x:.1}\" y=\"{y:.1}\" class=\"{class}\" text-anchor=\"{anchor}\">{words}</text>");
}

/// Counts by label and call; a cell is as dark as its share of the postings with that label.
fn matrix(picture: &mut String, confusion: &Confusion, left: f64) {
    heading(picture, left - 108.0, "Confusion", "labelled (rows) and called (columns)");
    let cell = PANEL / 4.0;
    for (row, truth) in Role::ALL.into_iter().enumerate() {
        let all: usize = confusion[row].iter().sum();
        let middle = TOP + (row as f64 + 0.5) * cell;
        text(picture, left - 10.0, middle + 4.0, "faint", "end", truth.name());
        text(picture, left + (row as f64 + 0.5) * cell, TOP - 12.0, "faint", "middle", short(truth));
        for (column, count) in confusion[row].iter().enumerate() {
            let share = *count as f64 / all.max(1) as f64;
            let x = left + column as f64 * cell;
            let y = TOP + row as f64 * cell;
            let _ = writeln!(
                picture,
                "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"3\" class=\"cell\" fill-opacity=\"{:.2}\"/>",
                cell - 3.0,
                cell - 3.0,
                0.06 + 0.5 * share
            );
            text(picture, x + cell / 2.0 - 1.5, middle + 1.0, "", "middle", &count.to_string());
            text(picture, x + cell / 2.0 - 1.5, middle + 18.0, "faint", "middle", &format!("{:.0} %", 100.0 * share));
        }
    }
}

/// A role's name over a narrow column.
fn short(role: Role) -> &'static str {
    match role {
        Role::AccountManager => "account",
        Role::ProjectManager => "project",
        Role::Mixed => "mixed",
        Role::Neither => "neither",
    }
}

/// How often calls are right, by how sure they were; on the diagonal the probabilities mean what they say.
fn calibration(picture: &mut String, bins: &[Bin], left: f64) {
    heading(picture, left - 40.0, "Calibration", "share of right calls by their probability");
    let axes = Axes { left, top: TOP, size: PANEL, from: (0.2, 0.2), to: (1.0, 1.0) };
    axes.draw(picture, "probability of the call");
    axes.line(picture, "ideal", &[(0.2, 0.2), (1.0, 1.0)]);
    let points: Vec<(f64, f64)> = bins.iter().map(|bin| (bin.probability, bin.accuracy)).collect();
    axes.line(picture, "first", &points);
    for (x, y) in points {
        let (x, y) = axes.place(x, y);
        let _ = writeln!(picture, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" class=\"dot\"/>");
    }
}

/// What is gained by leaving the least sure calls to a person.
fn coverage(picture: &mut String, points: &[Coverage], left: f64) {
    heading(picture, left - 40.0, "Coverage", "the surest calls alone, with 95 % intervals");
    let axes = Axes { left, top: TOP, size: PANEL, from: (0.1, 0.5), to: (1.0, 1.0) };
    axes.draw(picture, "share of postings that are called");
    let accuracy: Vec<_> = points.iter().map(|point| (point.coverage, point.accuracy)).collect();
    let macro_f1: Vec<_> = points.iter().map(|point| (point.coverage, point.macro_f1)).collect();
    for (curve, class) in [(accuracy, "first"), (macro_f1, "second")] {
        let above = curve.iter().map(|(x, interval)| (*x, interval.high));
        let below = curve.iter().rev().map(|(x, interval)| (*x, interval.low));
        axes.area(picture, &format!("{class}-band"), &above.chain(below).collect::<Vec<_>>());
        axes.line(picture, class, &curve.iter().map(|(x, interval)| (*x, interval.value)).collect::<Vec<_>>());
    }
    text(picture, left + 14.0, TOP + PANEL - 34.0, "first-name", "start", "accuracy ———");
    text(picture, left + 14.0, TOP + PANEL - 14.0, "second-name", "start", "macro-F1 – – –");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Judged;
    use crate::report::evaluation::Case;

    fn evaluation(calls: &[(Role, Role, f64)]) -> Evaluation {
        let case = |(cluster, &(truth, called, probability)): (usize, &(Role, Role, f64))| Case {
            judged: Judged { truth, called, probability, cluster },
            untitled: None,
            keywords: Role::Neither,
            language: "en",
            source: "<script>".to_owned(),
            title_kind: String::new(),
            phrase_hit: None,
        };
        Evaluation { method: "by hand".to_owned(), cases: calls.iter().enumerate().map(case).collect() }
    }

    #[test]
    fn the_picture_holds_the_counts_and_is_well_formed() {
        let calls = [(Role::Mixed, Role::Mixed, 0.9), (Role::Mixed, Role::Neither, 0.4), (Role::Mixed, Role::Mixed, 0.8)];
        let svg = svg(&evaluation(&calls));
        assert!(svg.contains(">2</text>") && svg.contains(">67 %</text>"), "{svg}");
        assert!(svg.contains("Macro-F1 40.0 %, accuracy 66.7 %"), "{svg}");
        assert!(!svg.contains("<script") && !svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        let mut reader = quick_xml::Reader::from_str(&svg);
        reader.config_mut().check_end_names = true;
        while reader.read_event().expect("well-formed") != quick_xml::events::Event::Eof {}
    }

    #[test]
    fn nothing_to_judge_is_drawn_as_nothing() {
        assert!(!svg(&evaluation(&[])).contains("NaN"));
    }
}
