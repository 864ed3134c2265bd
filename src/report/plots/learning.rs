//! The learning curve: what more labels would bring.

use std::fmt::Write;

use super::axes::{Axes, Unit};
use super::{HEIGHT, LEFT, PANEL, TOP, heading, text};
use crate::metrics::Interval;
use crate::report::curve::Point;

/// Draws both panels of `curve`, which is not empty, in the second row.
pub(super) fn draw(picture: &mut String, curve: &[Point]) {
    let of = |figure: fn(&Point) -> Interval| curve.iter().map(|point| (point.share, figure(point))).collect::<Vec<_>>();
    let (macro_f1, mixed, loss) = (of(|point| point.macro_f1), of(|point| point.mixed_f1), of(|point| point.log_loss));
    let top = HEIGHT + TOP;
    let all = curve.iter().map(|point| point.postings).fold(0.0, f64::max);
    let below = format!("share of the employers trained on; all: {all:.0} postings");

    // Of the tenths, those that hold all that is drawn.
    let lowest = tenth(lowest(&[&macro_f1, &mixed]), f64::floor).min(0.8);
    let axes = Axes { left: LEFT[0], top, size: PANEL, from: (0.0, lowest), to: (1.0, 1.0), unit: Unit::Percent };
    heading(picture, LEFT[0] - 40.0, top, "Learning curve", "by what was trained on, with 95 % intervals");
    axes.draw(picture, &below);
    for (class, curve) in [("first", &macro_f1), ("second", &mixed)] {
        axes.band(picture, class, curve);
        dots(picture, &axes, class, curve);
    }
    text(picture, LEFT[0] + PANEL - 14.0, top + 20.0, "first-name", "end", "macro-F1 ———");
    text(picture, LEFT[0] + PANEL - 14.0, top + 40.0, "second-name", "end", "F1 of mixed – – –");

    let (low, high) = (tenth(self::lowest(&[&loss]), f64::floor), tenth(highest(&loss), f64::ceil));
    let axes = Axes { left: LEFT[1], top, size: PANEL, from: (0.0, low), to: (1.0, high.max(low + 0.1)), unit: Unit::Nats };
    heading(picture, LEFT[1] - 40.0, top, "Log-loss", "nats for each posting; less is better");
    axes.draw(picture, &below);
    axes.band(picture, "first", &loss);
    dots(picture, &axes, "first", &loss);
}

/// Where models were trained.
fn dots(picture: &mut String, axes: &Axes, class: &str, curve: &[(f64, Interval)]) {
    for (x, interval) in curve {
        let (x, y) = axes.place(*x, interval.value);
        let _ = writeln!(picture, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" class=\"{class}-name\"/>");
    }
}

fn tenth(value: f64, round: fn(f64) -> f64) -> f64 {
    round(10.0 * value) / 10.0
}

fn lowest(curves: &[&[(f64, Interval)]]) -> f64 {
    curves.iter().flat_map(|curve| curve.iter()).map(|(_, interval)| interval.low).fold(f64::INFINITY, f64::min)
}

fn highest(curve: &[(f64, Interval)]) -> f64 {
    curve.iter().map(|(_, interval)| interval.high).fold(0.0, f64::max)
}
