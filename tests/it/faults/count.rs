//! What became of runs, in numbers.

/// What became of the runs that one kind of fault was to strike, or of those of one command.
#[derive(Default, Clone)]
pub(super) struct Count {
    /// Runs with a fault in them.
    pub injected: usize,
    /// Runs that did not end as if nothing were.
    pub struck: usize,
    /// Runs behind which all outputs were there and whole,
    pub whole: usize,
    /// all were what they had been before,
    pub old: usize,
    /// or each was the one or the other.
    pub both: usize,
    /// Runs that left something for the next one to go on with.
    pub went_on: usize,
    /// What was lost or half-written, or not said.
    pub lost: Vec<String>,
    /// Why nothing was injected.
    pub skipped: Option<&'static str>,
}

impl Count {
    /// What the columns of [`line`](Self::line) are.
    pub(super) fn header(name: &str) -> String {
        format!(
            "| {name:<34} | injected | struck | whole | as before | each | gone on with | lost |\n|---|---|---|---|---|---|---|---|"
        )
    }

    /// The counts in a line.
    pub(super) fn line(&self, name: &str) -> String {
        if let Some(why) = self.skipped {
            return format!("| {name:<34} | skipped: {why} |");
        }
        let Self { injected, struck, whole, old, both, went_on, lost, .. } = self;
        let lost = lost.len();
        format!("| {name:<34} | {injected:>8} | {struck:>6} | {whole:>5} | {old:>9} | {both:>4} | {went_on:>12} | {lost:>4} |")
    }

    /// Adds those of others.
    pub(super) fn add(&mut self, other: &Self) {
        self.injected += other.injected;
        self.struck += other.struck;
        self.whole += other.whole;
        self.old += other.old;
        self.both += other.both;
        self.went_on += other.went_on;
        self.lost.extend(other.lost.iter().cloned());
        self.skipped = self.skipped.or(other.skipped).filter(|_| self.injected == 0);
    }
}
