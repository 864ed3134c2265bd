//! Which sheet holds the postings, and where its header is.

use super::cell::{Shared, SheetRow};
use super::parts::{Book, Sheet};
use super::stretches::Stretches;
use super::{COLUMNS, reference};
use crate::error::Error;
use crate::formats::export::{Column, Position};
use crate::formats::header::{self, is_blank, is_header};
use crate::formats::names::Purpose;
use crate::formats::package::Package;

/// So many rows of a sheet are looked at,
const RECORDS: usize = 200;
/// as long as they have no more bytes than this.
const BYTES: u64 = 1024 * 1024;

/// What was found at the beginning of a sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Head {
    /// The number of the header's row.
    pub header: Option<u64>,
    /// The columns that it names, or that the first rows have.
    pub columns: Vec<Column>,
    /// How surely these are postings; 0 for a sheet without a row.
    rank: u8,
}

/// Chooses the sheet that was asked for, or the first one with a header that names a text, or one that names anything, or one with rows.
/// Sheets that are not shown come last.
///
/// # Errors
/// If there is no such sheet, or a sheet is broken.
pub(super) fn choose(
    package: &Package,
    book: &Book,
    shared: &Shared,
    asked: Option<&str>,
    longest: usize,
) -> Result<(usize, Head), Error> {
    if let Some(asked) = asked {
        let Some(at) = named(&book.sheets, asked) else {
            let names: Vec<String> = book.sheets.iter().map(|sheet| format!("{:?}", sheet.name)).collect();
            return Err(Error::in_file(package.file(), format!("no sheet {asked:?}: it has {}", names.join(", "))));
        };
        return Ok((at, head(package, book, shared, at, longest)?));
    }
    let mut order: Vec<usize> = (0..book.sheets.len()).collect();
    order.sort_by_key(|&at| book.sheets[at].is_hidden);
    let mut best: Option<(usize, Head)> = None;
    for at in order {
        let head = head(package, book, shared, at, longest)?;
        if head.rank == BEST {
            return Ok((at, head));
        }
        if best.as_ref().is_none_or(|(_, best)| head.rank > best.rank) {
            best = Some((at, head));
        }
    }
    best.ok_or_else(|| Error::in_file(package.file(), "a workbook without a sheet"))
}

/// The sheet of that name, or of that number.
fn named(sheets: &[Sheet], asked: &str) -> Option<usize> {
    let position = |same: &dyn Fn(&Sheet) -> bool| sheets.iter().position(same);
    let number = || asked.parse::<usize>().ok().filter(|number| (1..=sheets.len()).contains(number)).map(|number| number - 1);
    position(&|sheet| sheet.name == asked)
        .or_else(|| position(&|sheet| sheet.name.to_lowercase() == asked.to_lowercase()))
        .or_else(number)
}

/// The rank of a header that names a text.
const BEST: u8 = 4;

/// Looks at the beginning of a sheet.
fn head(package: &Package, book: &Book, shared: &Shared, at: usize, longest: usize) -> Result<Head, Error> {
    let sheet = &book.sheets[at];
    let failed = |problem: String| in_sheet(package, sheet, &problem);
    let mut stretches = Stretches::new(package.read(&sheet.part)?, book.dialect, sheet.at, Position::default(), longest);
    let mut rows: Vec<(u64, Vec<String>)> = Vec::new();
    let mut bytes = 0;
    while rows.len() < RECORDS
        && bytes < BYTES
        && let Some(stretch) = stretches.next().map_err(failed)?
    {
        let Some(place) = stretch.row else { continue };
        let cells = book.dialect.cells(&stretch.raw).map_err(|problem| failed(format!("row {}: {problem}", place.number)))?;
        if !cells.is_blank() {
            let weight = shared.weight(&cells);
            if weight > longest as u64 {
                return Err(failed(format!("row {}: {}", place.number, too_heavy(longest))));
            }
            bytes = bytes.saturating_add(weight);
            rows.push((place.number, texts(&cells, shared)));
        }
    }
    Ok(Head::of(&rows))
}

/// The cells of a row, up to the last one with something in it.
fn texts(cells: &SheetRow, shared: &Shared) -> Vec<String> {
    let width = cells.cells.iter().map(|cell| (cell.column + cell.repeat, shared.text(&cell.content)));
    let width = width.filter(|(_, text)| !text.trim().is_empty()).map(|(end, _)| end).max().unwrap_or(0);
    let width = usize::try_from(width.min(COLUMNS)).unwrap_or(0);
    cells.contents(width).into_iter().map(|content| shared.text(content)).collect()
}

impl Head {
    fn of(rows: &[(u64, Vec<String>)]) -> Self {
        let records: Vec<Vec<String>> = rows.iter().map(|(_, row)| row.clone()).collect();
        let named = header::named(&records);
        let rank = match &named {
            Some((_, purposes)) if purposes.contains(&Purpose::Text) || purposes.contains(&Purpose::Tasks) => BEST,
            Some((_, purposes)) if purposes.len() > 1 => 3,
            Some(_) => 2,
            None => u8::from(!records.iter().all(|record| is_blank(record))),
        };
        let width = records.iter().map(Vec::len).max().unwrap_or(0);
        let header = named.map(|(at, _)| at).or_else(|| {
            let first = records.iter().position(|record| record.len() == width && !is_blank(record))?;
            is_header(&records[first]).then_some(first)
        });
        let below = &records[header.map_or(0, |at| at + 1)..];
        let name = |at: usize| {
            let name = header.and_then(|header| records[header].get(at)).map_or("", |name| name.trim());
            match (header, name) {
                (None, _) => (at + 1).to_string(),
                (_, "") => reference::letters(at as u64 + 1),
                (_, name) => name.to_owned(),
            }
        };
        let cells = |at: usize| below.iter().map(move |row| row.get(at).cloned().unwrap_or_default());
        let columns = (0..width).map(|at| header::column(name(at), cells(at))).collect();
        Self { header: header.map(|at| rows[at].0), columns, rank }
    }
}

/// What is wrong with a row that is too long, with all that it repeats and shares.
pub(super) fn too_heavy(longest: usize) -> String {
    format!("longer than {} MB (--longest-row raises the limit)", longest >> 20)
}

/// Something wrong in a sheet.
pub(super) fn in_sheet(package: &Package, sheet: &Sheet, problem: &str) -> Error {
    Error::in_file(package.file(), format!("sheet {:?}: {problem}", sheet.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(rows: &[&[&str]]) -> Head {
        let rows: Vec<(u64, Vec<String>)> = rows
            .iter()
            .zip([3, 5, 6, 7])
            .map(|(row, number)| (number, row.iter().map(|cell| (*cell).to_owned()).collect()))
            .collect();
        Head::of(&rows)
    }

    #[test]
    fn headers_are_found_under_what_stands_above() {
        let found = head(&[&["Export vom 1.2.2024"], &["ID", "", "Stellenbeschreibung"], &["1", "x", "y", "z"]]);
        let names: Vec<&str> = found.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!((found.header, names, found.rank), (Some(5), vec!["ID", "B", "Stellenbeschreibung", "D"], BEST));
        assert_eq!(found.columns[3].samples, ["z"]);
        let found = head(&[&["17", "A long day"], &["18", "Another"]]);
        assert_eq!((found.header, found.columns[1].name.as_str(), found.rank), (None, "2", 1));
        assert_eq!(head(&[]).rank, 0);
        assert_eq!((head(&[&["foo", "bar"], &["1", "2"]]).header, head(&[&["Name"], &["x"]]).rank), (Some(3), 2));
    }
}
