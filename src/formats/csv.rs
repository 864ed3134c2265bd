//! CSV with a header line: `id,title,text,role`, and `company` where it is known.

use std::io::Read;
use std::path::Path;

use super::record::Record;
use crate::error::Error;

/// Hands every row's record to `each`.
pub(super) fn read(file: &Path, reader: impl Read, mut each: impl FnMut(Record, u64) -> Result<(), Error>) -> Result<(), Error> {
    let mut rows = csv::ReaderBuilder::new().flexible(false).from_reader(reader);
    let broken = |error: &csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        Error::at(file, line, format!("broken CSV: {error}"))
    };
    let header = rows.headers().map_err(|error| broken(&error))?.clone();
    let column =
        |name: &str| header.iter().position(|found| found.trim_start_matches('\u{feff}').trim().eq_ignore_ascii_case(name));
    let Some(text) = column("text") else {
        return Err(Error::at(file, 1, "no column \"text\": expected the columns id, title, text and role"));
    };
    let (id, title, company, role) = (column("id"), column("title"), column("company"), column("role"));
    for row in rows.records() {
        let row = row.map_err(|error| broken(&error))?;
        let line = row.position().map_or(0, csv::Position::line);
        let cell = |column: Option<usize>| column.and_then(|column| row.get(column)).unwrap_or_default().to_owned();
        let named = cell(role);
        let role = if named.is_empty() {
            None
        } else {
            Some(named.parse().map_err(|error: crate::role::UnknownRole| Error::at(file, line, error.to_string()))?)
        };
        let record = Record {
            id: cell(id),
            title: cell(title),
            company: company.map(|_| cell(company)),
            text: Some(cell(Some(text))),
            role,
            ..Record::default()
        };
        each(record, line)?;
    }
    Ok(())
}
