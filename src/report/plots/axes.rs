//! A square panel with two axes, across in per cent, upwards in per cent or in nats.

use std::fmt::Write;

use super::text;
use crate::metrics::Interval;

/// Where a panel lies in the picture, and which part of the plane it shows.
pub(super) struct Axes {
    /// Left edge, in pixels.
    pub left: f64,
    /// Upper edge, in pixels.
    pub top: f64,
    /// Width and height, in pixels.
    pub size: f64,
    /// Smallest x and y.
    pub from: (f64, f64),
    /// Largest x and y.
    pub to: (f64, f64),
    /// What y counts.
    pub unit: Unit,
}

/// What the axis upwards counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// Shares of one, with a label every twenty per cent.
    Percent,
    /// Nats, with a label every tenth.
    Nats,
}

impl Unit {
    /// Between two labels.
    fn step(self) -> f64 {
        match self {
            Self::Percent => 0.2,
            Self::Nats => 0.1,
        }
    }

    fn label(self, value: f64) -> String {
        match self {
            Self::Percent => format!("{:.0} %", 100.0 * value),
            Self::Nats => format!("{value:.2}"),
        }
    }
}

impl Axes {
    /// Where a point of the plane lies in the picture; what lies outside is put on the edge.
    pub(super) fn place(&self, x: f64, y: f64) -> (f64, f64) {
        let share = |value: f64, from: f64, to: f64| ((value - from) / (to - from)).clamp(0.0, 1.0);
        let (x, y) = (share(x, self.from.0, self.to.0), share(y, self.from.1, self.to.1));
        (self.left + x * self.size, self.top + (1.0 - y) * self.size)
    }

    /// The frame, with its labels.
    pub(super) fn draw(&self, picture: &mut String, below: &str) {
        let ticks = |step: f64, from: f64, to: f64| {
            (0..=50_u8).map(move |tick| step * f64::from(tick)).filter(move |value| (from - 1e-9..=to + 1e-9).contains(value))
        };
        for y in ticks(self.unit.step(), self.from.1, self.to.1) {
            self.line(picture, "line", &[(self.from.0, y), (self.to.0, y)]);
            let (left, middle) = self.place(self.from.0, y);
            text(picture, left - 8.0, middle + 4.0, "faint", "end", &self.unit.label(y));
        }
        for x in ticks(Unit::Percent.step(), self.from.0, self.to.0) {
            let (middle, bottom) = self.place(x, self.from.1);
            text(picture, middle, bottom + 20.0, "faint", "middle", &Unit::Percent.label(x));
        }
        text(picture, self.left + self.size / 2.0, self.top + self.size + 44.0, "faint", "middle", below);
    }

    /// A line through `points`.
    pub(super) fn line(&self, picture: &mut String, class: &str, points: &[(f64, f64)]) {
        let _ = writeln!(picture, "<polyline class=\"{class}\" points=\"{}\"/>", self.path(points));
    }

    /// The area inside `points`.
    pub(super) fn area(&self, picture: &mut String, class: &str, points: &[(f64, f64)]) {
        let _ = writeln!(picture, "<polygon class=\"{class}\" points=\"{}\"/>", self.path(points));
    }

    /// A curve with its intervals: the line of `class`, and behind it the area of `class-band`.
    pub(super) fn band(&self, picture: &mut String, class: &str, curve: &[(f64, Interval)]) {
        let above = curve.iter().map(|(x, interval)| (*x, interval.high));
        let below = curve.iter().rev().map(|(x, interval)| (*x, interval.low));
        self.area(picture, &format!("{class}-band"), &above.chain(below).collect::<Vec<_>>());
        self.line(picture, class, &curve.iter().map(|(x, interval)| (*x, interval.value)).collect::<Vec<_>>());
    }

    fn path(&self, points: &[(f64, f64)]) -> String {
        let mut path = String::new();
        for &(x, y) in points {
            let (x, y) = self.place(x, y);
            let _ = write!(path, "{x:.1},{y:.1} ");
        }
        path.trim_end().to_owned()
    }
}
