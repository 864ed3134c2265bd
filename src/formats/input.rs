//! The one place that opens inputs.

use std::fs::File;
use std::io::{BufReader, Read, stdin};
use std::path::Path;

use crate::error::Error;

/// The name that stands for standard input.
pub(super) const STDIN: &str = "-";
/// A single posting longer than this is no posting.
const LONGEST_TEXT: u64 = 64 * 1024 * 1024;

/// Opens `file` (`-` is standard input), decompressing `.xz`.
///
/// # Errors
/// If it cannot be opened.
pub fn open(file: &Path) -> Result<Box<dyn Read>, Error> {
    if file.as_os_str() == STDIN {
        return Ok(Box::new(stdin()));
    }
    let opened = File::open(file).map_err(|source| Error::read(file, source))?;
    if opened.metadata().map_err(|source| Error::read(file, source))?.is_dir() {
        return Err(Error::read(file, std::io::ErrorKind::IsADirectory.into()));
    }
    if is_xz(file) {
        return Ok(Box::new(lzma_rust2::XzReader::new(BufReader::new(opened), true)));
    }
    Ok(Box::new(opened))
}

/// Whether the name says that the file is compressed.
pub(super) fn is_xz(file: &Path) -> bool {
    file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xz"))
}

/// Reads a whole text file. A byte-order mark is left where it is, so that spans count from the first byte of the file.
///
/// # Errors
/// If it cannot be read, is too long, or is not UTF-8 text.
pub fn read_text(file: &Path) -> Result<String, Error> {
    text(file, read_bytes(file)?)
}

/// Reads a whole document.
///
/// # Errors
/// If it cannot be read, or is too long.
pub(super) fn read_bytes(file: &Path) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let read = open(file)?.take(LONGEST_TEXT + 1).read_to_end(&mut bytes).map_err(|source| Error::read(file, source))?;
    if read as u64 > LONGEST_TEXT {
        return Err(Error::in_file(file, "longer than 64 MB, so it is no single posting"));
    }
    Ok(bytes)
}

/// The text of `file`, of which these are the bytes.
///
/// # Errors
/// If it is not UTF-8 text.
pub(super) fn text(file: &Path, bytes: Vec<u8>) -> Result<String, Error> {
    if bytes.contains(&0) {
        return Err(Error::in_file(file, "binary, not text: save the posting as plain text, Markdown or HTML in UTF-8"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Error::in_file(
            file,
            format!("not UTF-8: byte {at} does not fit (convert it, for instance with: iconv -f WINDOWS-1252 -t UTF-8)"),
        )
    })
}
