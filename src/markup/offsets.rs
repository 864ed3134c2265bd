//! Where each byte of a derived text comes from.

use crate::span::Span;

/// A piece of the derived text and the piece of the source that it was read from.
#[derive(Debug, Clone, Copy)]
struct Run {
    derived: Span,
    source: Span,
    /// Copied byte by byte, so positions inside correspond; otherwise the run maps only as a whole.
    verbatim: bool,
}

/// Maps spans of a derived text to spans of its source. Runs are in order and cover the derived text without gaps.
#[derive(Debug, Clone, Default)]
pub struct OffsetMap {
    /// `None`: the derived text is the source.
    runs: Option<Vec<Run>>,
}

/// So many runs have room from the start.
const RUNS: usize = 128;

impl OffsetMap {
    /// The map of a text that is its own source.
    pub fn identity() -> Self {
        Self { runs: None }
    }

    /// An empty map, to be filled from left to right.
    pub fn builder() -> Self {
        Self { runs: Some(Vec::with_capacity(RUNS)) }
    }

    /// Adds the next `length` derived bytes, read from `source`; `verbatim` where they are a plain copy of it.
    pub fn push(&mut self, length: usize, source: Span, verbatim: bool) {
        let runs = self.runs.get_or_insert_with(Vec::new);
        let start = runs.last().map_or(0, |run| run.derived.end);
        runs.push(Run { derived: Span::new(start, start + length), source, verbatim });
    }

    /// The smallest source span that `span` of the derived text was read from.
    pub fn source_span(&self, span: Span) -> Span {
        let Some(runs) = &self.runs else { return span };
        if span.is_empty() || runs.is_empty() {
            return Span::new(0, 0);
        }
        let at = |offset: usize| runs[runs.partition_point(|run| run.derived.end <= offset).min(runs.len() - 1)];
        let (first, last) = (at(span.start), at(span.end - 1));
        let start = if first.verbatim { first.source.start + (span.start - first.derived.start) } else { first.source.start };
        let end = if last.verbatim { last.source.start + (span.end - last.derived.start) } else { last.source.end };
        Span::new(start, end.max(start))
    }

    /// The span of the derived text that was read from `span` of the source; empty where nothing was.
    pub fn derived_span(&self, span: Span) -> Span {
        let Some(runs) = &self.runs else { return span };
        let first = runs.partition_point(|run| run.source.end <= span.start);
        let end = runs.partition_point(|run| run.source.start < span.end);
        if first >= end {
            return Span::new(0, 0);
        }
        let (first, last) = (runs[first], runs[end - 1]);
        let start = first.derived.start + if first.verbatim { span.start.saturating_sub(first.source.start) } else { 0 };
        let end = if last.verbatim { last.derived.end - last.source.end.saturating_sub(span.end) } else { last.derived.end };
        Span::new(start, end.max(start))
    }

    /// The map through both: this one leads from a text to an intermediate, `inner` from there to the source.
    #[must_use]
    pub fn after(self, inner: &Self) -> Self {
        if inner.runs.is_none() {
            return self;
        }
        let mut joined = Self::builder();
        for run in self.runs.unwrap_or_default() {
            inner.split_into(&mut joined, run);
        }
        joined
    }

    /// Adds `run`, whose source is this map's derived text, cut where this map's own runs change.
    fn split_into(&self, joined: &mut Self, run: Run) {
        if !run.verbatim {
            joined.push(run.derived.len(), self.source_span(run.source), false);
            return;
        }
        let runs = self.runs.as_deref().unwrap_or_default();
        let mut at = run.source.start;
        let mut next = runs.partition_point(|inner| inner.derived.end <= at);
        while at < run.source.end {
            let inner = runs[next];
            let end = inner.derived.end.min(run.source.end);
            joined.push(end - at, self.source_span(Span::new(at, end)), inner.verbatim);
            at = end;
            next += 1;
        }
    }
}
