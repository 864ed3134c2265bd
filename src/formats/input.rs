//! The one place that opens inputs.

use std::fs::File;
use std::io::{Read, stdin};
use std::path::Path;

use super::xz;
use crate::error::Error;

/// The name that stands for standard input.
pub(super) const STDIN: &str = "-";
/// A single posting longer than this is no posting.
const LONGEST_TEXT: u64 = 64 * 1024 * 1024;

/// What `file` is called in messages.
pub fn shown(file: &Path) -> &Path {
    if file.as_os_str() == STDIN { Path::new("<stdin>") } else { file }
}

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
        return Ok(Box::new(xz::unpack(opened)));
    }
    Ok(Box::new(opened))
}

/// Whether the name says that the file is compressed.
pub(super) fn is_xz(file: &Path) -> bool {
    file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xz"))
}

/// Reads a whole document.
///
/// # Errors
/// If it cannot be read, or is too long.
pub(super) fn read_bytes(file: &Path) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let read = open(file)?.take(LONGEST_TEXT + 1).read_to_end(&mut bytes).map_err(|source| Error::read(shown(file), source))?;
    if read as u64 > LONGEST_TEXT {
        return Err(Error::in_file(shown(file), "longer than 64 MB, so it is no single posting"));
    }
    Ok(bytes)
}
