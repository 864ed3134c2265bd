//! `rolecall read-pdf`, which the program starts by itself.

use rolecall::Error;
use rolecall::formats::document::pdf;

use super::Outcome;

/// Reads a PDF from standard input and writes its text, or why there is none.
pub(crate) fn run() -> Result<Outcome, Error> {
    pdf::serve().map_err(Error::Output)?;
    Ok(Outcome::Done)
}
