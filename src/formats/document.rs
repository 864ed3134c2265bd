//! Single documents as text: Word and PDF beside plain text, Markdown and HTML. Which one it is, its first bytes tell.

mod docx;
mod layout;
pub mod pdf;
mod title;

use std::path::{Path, PathBuf};

use super::encoding;
use super::input;
use crate::error::Error;
use crate::posting::Posting;

pub use title::{Split, split};

/// A document has no more text than this, in bytes; what is longer is no posting.
const LONGEST_TEXT: u64 = 4 * 1024 * 1024;

/// Reads documents.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DocumentReader {
    /// This program, which is started again to read a PDF (see [`pdf`]); without it, a PDF is a problem.
    pub program: Option<PathBuf>,
}

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Docx,
    Pdf,
}

impl Kind {
    fn of(bytes: &[u8]) -> Self {
        if bytes.starts_with(b"PK\x03\x04") {
            Self::Docx
        } else if is_pdf(bytes) {
            Self::Pdf
        } else {
            Self::Text
        }
    }
}

/// Whether `bytes` are a PDF; some writers put a few bytes before its mark.
fn is_pdf(bytes: &[u8]) -> bool {
    let begin = &bytes[..bytes.len().min(1024)];
    begin.windows(5).any(|five| five == b"%PDF-") && !begin.starts_with(b"<")
}

impl DocumentReader {
    /// The text of the document in `bytes`.
    ///
    /// # Errors
    /// If it cannot be read. Says why, and what to do about it.
    pub fn text(&self, bytes: &[u8]) -> Result<String, String> {
        match Kind::of(bytes) {
            Kind::Docx => docx::text(bytes),
            Kind::Pdf => pdf::text(bytes, self.program.as_deref()),
            Kind::Text => plain(bytes),
        }
    }

    /// The posting in the document in `bytes`, without an id.
    ///
    /// # Errors
    /// If it cannot be read. Says why, and what to do about it.
    pub fn posting(&self, bytes: &[u8]) -> Result<Posting, String> {
        self.text(bytes).map(|text| split(&text).posting(&text))
    }

    /// The text of the document `file`; `-` is standard input. What is UTF-8 stays as it is, byte for byte, its mark included.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn read(&self, file: &Path) -> Result<String, Error> {
        self.text(&input::read_bytes(file)?).map_err(|problem| Error::in_file(input::shown(file), problem))
    }
}

/// Plain text, in UTF-8, UTF-16 with its mark, or Windows-1252.
fn plain(bytes: &[u8]) -> Result<String, String> {
    let units = |order: fn([u8; 2]) -> u16| bytes[2..].chunks(2).map(move |pair| order([pair[0], *pair.get(1).unwrap_or(&0)]));
    match bytes {
        [0xff, 0xfe, ..] => Ok(String::from_utf16_lossy(&units(u16::from_le_bytes).collect::<Vec<_>>())),
        [0xfe, 0xff, ..] => Ok(String::from_utf16_lossy(&units(u16::from_be_bytes).collect::<Vec<_>>())),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => {
            Err("an old Word file or one with a password (save it as DOCX without a password)".into())
        }
        _ if bytes.contains(&0) => {
            Err("binary, and no document that is read (save it as plain text, Markdown, HTML, DOCX or PDF)".into())
        }
        _ => Ok(encoding::decode(bytes).0.into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_their_bytes() {
        assert_eq!(
            [b"PK\x03\x04".as_slice(), b"\n%PDF-1.4", b"<p>%PDF-1", b"x"].map(Kind::of),
            [Kind::Docx, Kind::Pdf, Kind::Text, Kind::Text]
        );
    }

    #[test]
    fn text_in_any_encoding_is_read() {
        let documents = DocumentReader::default();
        for bytes in [&b"\xff\xfeG\0r\0\xf6\0"[..], b"\xfe\xff\0G\0r\0\xf6", b"Gr\xf6", "Grö".as_bytes()] {
            assert_eq!(documents.text(bytes).as_deref(), Ok("Grö"));
        }
        for bytes in [&b"a\0b"[..], b"\xd0\xcf\x11\xe0", b"%PDF-1.7", b"PK\x03\x04"] {
            assert!(documents.text(bytes).is_err());
        }
    }
}
