//! An evaluation as a picture: confusion matrix, calibration and coverage side by side in one SVG file, beneath them the learning curve where there is
//! one; and as a page with that picture and the whole report.
//!
//! The files stand alone: no script, no font and nothing to load; they follow the reader's light or dark colours.

mod axes;
mod learning;
mod page;

use std::fmt::Write;

use axes::{Axes, Unit};
pub use page::page;

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
/// Height of a row of panels, with what is written above and below them.
const HEIGHT: f64 = 430.0;
const WIDTH: f64 = 1130.0;
/// Left edges of the plotting areas.
const LEFT: [f64; 3] = [118.0, 470.0, 822.0];

/// The picture of `evaluation`.
pub fn svg(evaluation: &Evaluation) -> String {
    let judged = evaluation.judged(|_| true);
    let confusion = metrics::confusion(&judged);
    let height = if evaluation.curve.is_empty() { HEIGHT } else { 2.0 * HEIGHT };
    let mut picture = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-labelledby=\"title description\">\n\
         <title id=\"title\">How good the calls are</title>\n\
         <desc id=\"description\">Macro-F1 {:.1} %, accuracy {:.1} %, calibration error {:.3}, on {} postings.</desc>\n<style>{STYLE}</style>\n",
        100.0 * metrics::macro_f1(&confusion),
        100.0 * metrics::accuracy(&confusion),
        metrics::calibration_error(&judged),
        judged.len(),
    );
    matrix(&mut picture, &confusion, LEFT[0]);
    calibration(&mut picture, &metrics::calibration_curve(&judged), LEFT[1]);
    coverage(&mut picture, &metrics::coverage_curve(&judged), LEFT[2]);
    if !evaluation.curve.is_empty() {
        learning::draw(&mut picture, &evaluation.curve);
    }
    picture.push_str("</svg>\n");
    picture
}

/// The title of a panel whose plotting area begins at `top`, and a line about it.
fn heading(picture: &mut String, left: f64, top: f64, title: &str, below: &str) {
    text(picture, left, top - 62.0, "heading", "start", title);
    text(picture, left, top - 41.0, "faint", "start", below);
}

/// Writes `words`, which are ours and need no escape.
fn text(picture: &mut String, x: f64, y: f64, class: &str, anchor: &str, words: &str) {
    let _ = writeln!(picture, "<text x=\"{x:.1}\" y=\"{y:.1}\" class=\"{class}\" text-anchor=\"{anchor}\">{words}</text>");
}

/// Counts by label and call; a cell is as dark as its share of the postings with that label.
fn matrix(picture: &mut String, confusion: &Confusion, left: f64) {
    heading(picture, left - 108.0, TOP, "Confusion", "labelled (rows) and called (columns)");
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
    heading(picture, left - 40.0, TOP, "Calibration", "share of right calls by their probability");
    let axes = Axes { left, top: TOP, size: PANEL, from: (0.2, 0.2), to: (1.0, 1.0), unit: Unit::Percent };
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
    heading(picture, left - 40.0, TOP, "Coverage", "the surest calls alone, with 95 % intervals");
    let axes = Axes { left, top: TOP, size: PANEL, from: (0.1, 0.5), to: (1.0, 1.0), unit: Unit::Percent };
    axes.draw(picture, "share of postings that are called");
    let accuracy: Vec<_> = points.iter().map(|point| (point.coverage, point.accuracy)).collect();
    let macro_f1: Vec<_> = points.iter().map(|point| (point.coverage, point.macro_f1)).collect();
    axes.band(picture, "first", &accuracy);
    axes.band(picture, "second", &macro_f1);
    text(picture, left + 14.0, TOP + PANEL - 34.0, "first-name", "start", "accuracy ———");
    text(picture, left + 14.0, TOP + PANEL - 14.0, "second-name", "start", "macro-F1 – – –");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Judged;
    use crate::report::curve::Point;
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
        Evaluation {
            method: "by hand <b>&amp;</b>".to_owned(),
            cases: calls.iter().enumerate().map(case).collect(),
            curve: Vec::new(),
        }
    }

    fn is_well_formed(svg: &str) {
        assert!(!svg.contains("<script") && !svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        let mut reader = quick_xml::Reader::from_str(svg);
        reader.config_mut().check_end_names = true;
        while reader.read_event().expect("well-formed") != quick_xml::events::Event::Eof {}
    }

    #[test]
    fn the_picture_holds_the_counts_and_is_well_formed() {
        let calls = [(Role::Mixed, Role::Mixed, 0.9), (Role::Mixed, Role::Neither, 0.4), (Role::Mixed, Role::Mixed, 0.8)];
        let svg = svg(&evaluation(&calls));
        assert!(svg.contains(">2</text>") && svg.contains(">67 %</text>"), "{svg}");
        assert!(svg.contains("Macro-F1 40.0 %, accuracy 66.7 %"), "{svg}");
        is_well_formed(&svg);
    }

    #[test]
    fn a_learning_curve_stands_beneath() {
        let interval = |value: f64| metrics::Interval { value, low: value - 0.05, high: value + 0.05 };
        let point = |share: f64, f1: f64, loss: f64| Point {
            share,
            postings: 1000.0 * share,
            macro_f1: interval(f1),
            mixed_f1: interval(f1 - 0.2),
            log_loss: interval(loss),
        };
        let judged = evaluation(&[(Role::Mixed, Role::Mixed, 0.9), (Role::Neither, Role::Neither, 0.8)]);
        let without = svg(&judged);
        let with = Evaluation { curve: vec![point(0.1, 0.5, 0.83), point(0.4, 0.6, 0.71), point(1.0, 0.7, 0.66)], ..judged };
        let picture = svg(&with);
        is_well_formed(&picture);
        let height = |picture: &str| picture.split("viewBox=\"0 0 1130 ").nth(1).map(|rest| rest[..3].to_owned());
        assert_eq!([height(&without), height(&picture)], [Some("430".to_owned()), Some("860".to_owned())]);
        assert!(picture.starts_with(without.split("viewBox").next().expect("a beginning")));
        // 70 % of macro-F1 on axes that begin at 20 %: of 260 pixels from 782 upwards, five eighths.
        assert!(picture.contains(" 378.0,619.5\"/>"), "{picture}");
        for label in ["Learning curve", "Log-loss", ">100 %</text>", ">0.70</text>", "1000 postings"] {
            assert!(picture.contains(label), "{label}: {picture}");
        }
        let page = page(&with);
        assert!(
            page.contains(&picture)
                && page.contains("by hand &lt;b&gt;&amp;amp;&lt;/b&gt;")
                && page.contains("default-src 'none'"),
            "{page}"
        );
        assert!(!page.contains("<script"), "{page}");
    }

    #[test]
    fn nothing_to_judge_is_drawn_as_nothing() {
        assert!(!svg(&evaluation(&[])).contains("NaN"));
    }
}
