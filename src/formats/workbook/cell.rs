//! Rows of a sheet, with their cells.

use std::ops::Range;

use super::strings::Strings;
use super::styles::Styles;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Content {
    /// Nothing, not even of length nought.
    Nothing,
    /// Part of a merged area that begins elsewhere.
    Covered,
    /// Text.
    Text(String),
    /// The text of that number among those that cells share.
    Shared(usize),
    /// A number, as it was written, and the number of the cell's style.
    Number(String, usize),
    /// True or false.
    Boolean(bool),
    /// A formula that went wrong: `#N/A`.
    Error(String),
}

/// A cell, or several that are the same.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cell {
    /// Its column, from 0.
    pub column: u64,
    /// So many columns.
    pub repeat: u64,
    /// Its bytes in the row's.
    pub span: Range<usize>,
    /// What is in it.
    pub content: Content,
}

/// A row that was read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SheetRow {
    /// The bytes of the start tag.
    pub tag: Range<usize>,
    /// Where the end tag begins.
    pub end: usize,
    /// In the order of the file.
    pub cells: Vec<Cell>,
}

impl SheetRow {
    /// How many columns there are up to the last one with something in it.
    pub(super) fn width(&self) -> u64 {
        let used = self.cells.iter().filter(|cell| cell.content != Content::Nothing);
        used.map(|cell| cell.column + cell.repeat).max().unwrap_or(0)
    }

    /// Whether no cell has anything in it.
    pub(super) fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| matches!(cell.content, Content::Nothing | Content::Covered))
    }

    /// What is in each of so many columns.
    pub(super) fn contents(&self, width: usize) -> Vec<&Content> {
        let mut contents = vec![&Content::Nothing; width];
        // Of two cells in one place, the first counts.
        for cell in self.cells.iter().rev() {
            let place = |column: u64| usize::try_from(column).map_or(width, |column| column.min(width));
            contents[place(cell.column)..place(cell.column + cell.repeat)].fill(&cell.content);
        }
        contents
    }

    /// What is in a column.
    pub(super) fn content(&self, column: u64) -> &Content {
        let holds = |cell: &&Cell| (cell.column..cell.column + cell.repeat).contains(&column);
        self.cells.iter().find(holds).map_or(&Content::Nothing, |cell| &cell.content)
    }
}

/// What cells refer to.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// Their texts.
    pub strings: Strings,
    /// Their styles.
    pub styles: Styles,
}

impl Shared {
    /// How many bytes a row says, with what is repeated in it and what it shares with others: far more than it has, where somebody
    /// wants that.
    pub(super) fn weight(&self, row: &SheetRow) -> u64 {
        let used = row.cells.iter().filter(|cell| cell.content != Content::Nothing);
        used.fold(0, |sum: u64, cell| {
            let shared = if let Content::Shared(at) = cell.content { self.strings.get(at).len() } else { 0 };
            sum.saturating_add(cell.repeat.saturating_mul((cell.span.len() + shared) as u64))
        })
    }

    /// A cell as text.
    pub(super) fn text(&self, content: &Content) -> String {
        match content {
            Content::Nothing | Content::Covered => String::new(),
            Content::Text(text) | Content::Error(text) => text.clone(),
            Content::Shared(at) => self.strings.get(*at).to_owned(),
            Content::Number(number, style) => self.styles.number(number, *style),
            Content::Boolean(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
        }
    }

    /// A cell as a JSON value.
    pub(super) fn value(&self, content: &Content) -> serde_json::Value {
        match content {
            Content::Nothing | Content::Covered => serde_json::Value::Null,
            Content::Boolean(value) => (*value).into(),
            Content::Number(number, style) if !self.styles.is_date(*style) => match number.parse::<f64>() {
                Ok(value) if value.fract() == 0.0 && value.abs() < 1e15 => {
                    // Exact, as both ends are below 2^53.
                    #[allow(clippy::cast_possible_truncation)]
                    let whole = value as i64;
                    whole.into()
                }
                Ok(value) if value.is_finite() => value.into(),
                _ => number.as_str().into(),
            },
            other => self.text(other).into(),
        }
    }
}
