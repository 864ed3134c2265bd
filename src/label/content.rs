//! Columns told by what is in them.

use crate::formats::export::Column;

/// The text of a posting has at least so many characters on average.
const SHORTEST_TEXT: usize = 120;
/// A rival's cells are at least so long, in percent of the longest.
const RIVAL: usize = 70;
/// A title has at most so many characters on average.
const LONGEST_TITLE: usize = 120;
/// So many of a hundred titles have a word that titles have.
const FEWEST_TITLES: usize = 30;
/// Parts of words that job titles are made of.
const TITLE_WORDS: &[&str] = &[
    "manager",
    "berater",
    "leiter",
    "leitung",
    "consultant",
    "engineer",
    "entwickler",
    "developer",
    "assistent",
    "assistant",
    "referent",
    "sachbearbeiter",
    "kauffrau",
    "kaufmann",
    "kaufleute",
    "director",
    "direktor",
    "specialist",
    "spezialist",
    "analyst",
    "techniker",
    "fachkraft",
    "mitarbeiter",
    "administrator",
    "architekt",
    "architect",
    "designer",
    "executive",
    "coordinator",
    "koordinator",
    "lead",
    "head of",
    "(m/w",
    "(w/m",
    "(gn)",
    "(f/m",
    "(m/f",
    "werkstudent",
    "praktik",
    "intern",
    "controller",
    "verkäufer",
    "vertrieb",
    "ingenieur",
    "monteur",
    "pfleg",
    "officer",
    "trainee",
];

/// Whether the cells have letters in them, where they have anything.
pub(super) fn has_words(column: &Column) -> bool {
    let filled: Vec<&String> = column.samples.iter().filter(|cell| !cell.trim().is_empty()).collect();
    let words = filled.iter().filter(|cell| cell.chars().any(char::is_alphabetic)).count();
    2 * words >= filled.len()
}

/// Whether no cell has anything in it.
pub(super) fn is_empty(column: &Column) -> bool {
    column.samples.iter().all(|cell| cell.trim().is_empty())
}

/// The mean number of characters in the cells that have any.
fn mean_length(column: &Column) -> usize {
    let lengths = column.samples.iter().map(|cell| cell.trim().chars().count()).filter(|&length| length > 0);
    let (sum, count) = lengths.fold((0, 0), |(sum, count), length| (sum + length, count + 1));
    sum / count.max(1)
}

/// The column among `places` with the longest cells. Where there is none, or no telling, the rivals.
pub(super) fn text_column(columns: &[Column], places: impl Iterator<Item = usize>) -> Result<usize, Vec<usize>> {
    let mut long: Vec<(usize, usize)> = places.map(|at| (mean_length(&columns[at]), at)).collect();
    long.retain(|&(length, at)| length >= SHORTEST_TEXT && has_words(&columns[at]));
    let longest = long.iter().map(|&(length, _)| length).max().unwrap_or(0);
    long.retain(|&(length, _)| 100 * length >= RIVAL * longest);
    match long.as_slice() {
        [(_, at)] => Ok(*at),
        rivals => Err(rivals.iter().map(|&(_, at)| at).collect()),
    }
}

/// The column among `places` whose cells are short and most often have words of job titles.
pub(super) fn title_column(columns: &[Column], places: impl Iterator<Item = usize>) -> Option<usize> {
    let share = |at: usize| {
        let cells = &columns[at].samples;
        let is_title = |cell: &&String| {
            let cell = cell.to_lowercase();
            TITLE_WORDS.iter().any(|word| cell.contains(word))
        };
        100 * cells.iter().filter(is_title).count() / cells.len().max(1)
    };
    let short = places.filter(|&at| (1..=LONGEST_TITLE).contains(&mean_length(&columns[at])));
    let scored = short.map(|at| (share(at), std::cmp::Reverse(at))).filter(|(share, _)| *share >= FEWEST_TITLES);
    scored.max().map(|(_, std::cmp::Reverse(at))| at)
}
