//! How far a sheet reaches: read through once before anything is labelled, so that what is broken or too large is said at once.

use super::cell::Shared;
use super::find::{Head, in_sheet, too_heavy};
use super::parts::Book;
use super::stretches::Stretches;
use super::{COLUMNS, ROWS};
use crate::error::Error;
use crate::formats::export::Position;
use crate::formats::package::{Limits, Package};

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Extent {
    /// Columns up to the last one that is used, from the header on.
    pub width: u64,
    /// Namespaces that the root of the part declares: prefix and name.
    pub namespaces: Vec<(String, String)>,
}

/// Reads a sheet through.
///
/// # Errors
/// If it is broken, or larger than a sheet may be.
pub(super) fn scan(
    package: &Package,
    book: &Book,
    shared: &Shared,
    sheet: usize,
    head: &Head,
    longest: usize,
    limits: Limits,
) -> Result<Extent, Error> {
    let sheet = &book.sheets[sheet];
    let failed = |problem: &str| in_sheet(package, sheet, problem);
    let first = head.header.unwrap_or(1);
    let mut stretches = Stretches::new(package.read(&sheet.part)?, book.dialect, sheet.at, Position::default(), longest);
    stretches.watch_merged(first);
    let mut extent = Extent { width: head.columns.len() as u64, namespaces: Vec::new() };
    let mut bytes: u64 = 0;
    while let Some(stretch) = stretches.next().map_err(|problem| failed(&problem))? {
        let Some(place) = stretch.row.filter(|place| place.number >= first) else { continue };
        let in_row = |problem: &str| failed(&format!("row {}: {problem}", place.number));
        // A row that cannot be read costs itself, and is labelled with the reason.
        let Ok(cells) = book.dialect.cells(&stretch.raw) else { continue };
        if cells.is_blank() {
            continue;
        }
        extent.width = extent.width.max(cells.width());
        if place.number + place.repeat - 1 > ROWS {
            return Err(in_row(&format!("a sheet has no more than {ROWS} rows")));
        }
        if shared.weight(&cells) > longest as u64 {
            return Err(in_row(&too_heavy(longest)));
        }
        bytes = bytes.saturating_add(place.repeat.saturating_mul(stretch.raw.len() as u64));
        if bytes > limits.bytes() {
            let limit = limits.bytes() >> 20;
            return Err(in_row(&format!(
                "with all that is repeated, more than {limit} MB (--largest-workbook raises the limit)"
            )));
        }
    }
    // An area that goes to the last column goes nowhere in particular.
    if stretches.merged < COLUMNS {
        extent.width = extent.width.max(stretches.merged);
    }
    extent.namespaces = stretches.namespaces;
    Ok(extent)
}
