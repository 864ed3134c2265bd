//! An export as a stream: from a file or standard input, out of its compression and out of UTF-16.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom, stdin};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::document::DocumentReader;
use super::folder::Listing;
use super::input::STDIN;
use super::utf16::{ByteOrder, Decoder};
use super::xz;
use super::zstd::Frames;
use crate::error::Error;

/// So much of the beginning is looked at to tell what a file is. Its encoding is not concluded from it.
const HEAD: u64 = 1024 * 1024;

/// A package that has to be kept to be read has at most so many bytes.
const LARGEST_KEPT: u64 = 2 << 30;

/// Input that any thread can read.
pub(crate) type Input = Box<dyn Read + Send>;

/// Formats in columns, by their first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Magic {
    /// Parquet.
    Parquet,
    /// An Arrow IPC file.
    ArrowFile,
    /// An Arrow IPC stream.
    ArrowStream,
}

impl Magic {
    /// Tells them.
    pub(crate) fn of(begin: &[u8]) -> Option<Self> {
        match begin {
            [b'P', b'A', b'R', b'1' | b'E', ..] => Some(Self::Parquet),
            [b'A', b'R', b'R', b'O', b'W', b'1', ..] => Some(Self::ArrowFile),
            [0xff, 0xff, 0xff, 0xff, ..] => Some(Self::ArrowStream),
            _ => None,
        }
    }
}

/// An export, opened, of which nothing but the head was read.
pub struct Source {
    /// Its name in messages.
    pub file: PathBuf,
    /// How it began: decompressed and decoded.
    pub head: Vec<u8>,
    /// Whether the head is all there is.
    pub is_short: bool,
    /// Its size as it lies on the disk; `None` for a pipe.
    pub size: Option<u64>,
    /// How much of that was read so far.
    pub progress: Arc<AtomicU64>,
    /// Set where it is in UTF-16.
    pub utf16: Option<ByteOrder>,
    /// Set where it is a folder; then there are no bytes.
    pub folder: Option<Arc<Listing>>,
    /// How documents in a folder are read.
    pub documents: DocumentReader,
    rest: Input,
    /// What came from a pipe, or out of a compression, but is read from its end.
    kept: Option<File>,
    /// The decoded bytes are those of the file, so that one can go to any of them at once.
    is_plain: bool,
}

impl Source {
    /// Opens `file`; `-` is standard input.
    ///
    /// # Errors
    /// If it cannot be read, or is no text.
    pub fn open(file: &Path) -> Result<Self, Error> {
        let progress = Arc::new(AtomicU64::new(0));
        let (raw, size): (Input, _) = if file.as_os_str() == STDIN {
            (Box::new(stdin()), None)
        } else {
            let opened = File::open(file).map_err(|source| Error::read(file, source))?;
            let metadata = opened.metadata().map_err(|source| Error::read(file, source))?;
            if metadata.is_dir() {
                return Self::of_folder(file, progress);
            }
            (Box::new(opened), metadata.is_file().then_some(metadata.len()))
        };
        let shown = if file.as_os_str() == STDIN { PathBuf::from("<stdin>") } else { file.to_owned() };
        let counted = Counted { inner: raw, count: Arc::clone(&progress) };
        Self::of(Box::new(counted), shown, size, progress)
    }

    /// What `reader` gives, under the name of `file`.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(crate) fn of_reader(reader: Input, file: PathBuf) -> Result<Self, Error> {
        Self::of(reader, file, None, Arc::default())
    }

    /// The documents in a folder.
    fn of_folder(file: &Path, progress: Arc<AtomicU64>) -> Result<Self, Error> {
        let listing = Listing::new(file)?;
        if listing.files.is_empty() {
            return Err(Error::in_file(
                file,
                "a folder without documents (those that end in .txt, .md, .html, .docx or .pdf are read)",
            ));
        }
        let source = Self::of(Box::new(io::empty()), file.to_owned(), Some(listing.size()), progress)?;
        Ok(Self { folder: Some(Arc::new(listing)), ..source })
    }

    fn of(raw: Input, file: PathBuf, size: Option<u64>, progress: Arc<AtomicU64>) -> Result<Self, Error> {
        let failed = |source| Error::read(&file, source);
        let (unpacked, is_compressed) = decompress(raw).map_err(failed)?;
        let (begin, mut rest) = peek(unpacked, 64).map_err(failed)?;
        let is_package = begin.starts_with(b"PK\x03\x04");
        // Numbers in columns have zero bytes where UTF-16 has some, and so do old Office files.
        let is_binary = is_package || begin.starts_with(b"\xd0\xcf\x11\xe0") || Magic::of(&begin).is_some();
        let utf16 = if is_binary { None } else { byte_order(&begin) };
        let mut kept = None;
        if is_package && (size.is_none() || is_compressed) {
            let file_kept = keep(&mut rest).map_err(failed)?;
            rest = Box::new(file_kept.try_clone().map_err(failed)?);
            kept = Some(file_kept);
        }
        let mut rest = if let Some(order) = utf16 { Box::new(Decoder::new(rest, order)) } else { rest };
        let mut head = Vec::new();
        rest.by_ref().take(HEAD).read_to_end(&mut head).map_err(failed)?;
        let is_short = (head.len() as u64) < HEAD;
        let is_plain = size.is_some() && !is_compressed && utf16.is_none();
        Ok(Self {
            file,
            head,
            is_short,
            size,
            progress,
            utf16,
            folder: None,
            documents: DocumentReader::default(),
            rest,
            kept,
            is_plain,
        })
    }

    /// The head of `other` as a source of its own.
    pub(super) fn memory(other: &Self) -> Self {
        Self {
            file: other.file.clone(),
            head: other.head.clone(),
            is_short: true,
            size: None,
            progress: Arc::default(),
            utf16: None,
            folder: None,
            documents: DocumentReader::default(),
            rest: Box::new(io::empty()),
            kept: None,
            is_plain: false,
        }
    }

    /// It as a file to go to any place in, where it is a package.
    ///
    /// # Errors
    /// If it cannot be opened again.
    pub(super) fn seekable(&self) -> io::Result<File> {
        match &self.kept {
            Some(kept) => kept.try_clone(),
            None => File::open(&self.file),
        }
    }

    /// The stream from byte `offset` of the decoded text on.
    ///
    /// # Errors
    /// If it cannot be read that far.
    pub fn stream(self, offset: u64) -> Result<Input, Error> {
        let failed = |source| Error::read(&self.file, source);
        if self.is_plain && offset > self.head.len() as u64 {
            let mut file = File::open(&self.file).map_err(failed)?;
            file.seek(SeekFrom::Start(offset)).map_err(failed)?;
            self.progress.store(offset, Ordering::Relaxed);
            return Ok(Box::new(Counted { inner: file, count: self.progress }));
        }
        let mut whole = Cursor::new(self.head).chain(self.rest);
        let skipped = io::copy(&mut whole.by_ref().take(offset), &mut io::sink()).map_err(failed)?;
        if skipped < offset {
            return Err(Error::in_file(&self.file, format!("ends after {skipped} bytes, before the place to go on from")));
        }
        Ok(Box::new(whole))
    }
}

/// Writes `input` to a file that goes away with its last handle.
fn keep(input: &mut dyn Read) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    let size = io::copy(&mut input.take(LARGEST_KEPT + 1), &mut file)?;
    if size > LARGEST_KEPT {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "a workbook over 2 GB (unpack it to a file, and name that)"));
    }
    file.rewind()?;
    Ok(file)
}

impl Source {
    /// The whole as a file that one can go about in: itself, or where it comes from a pipe or out of its compression, a copy that is gone
    /// when it is closed.
    ///
    /// # Errors
    /// If it cannot be read, or there is no room for a copy.
    pub(crate) fn into_file(self) -> Result<File, Error> {
        let failed = |source| Error::read(&self.file, source);
        if self.is_plain {
            return File::open(&self.file).map_err(failed);
        }
        let mut copy = tempfile::tempfile().map_err(failed)?;
        io::copy(&mut Cursor::new(&self.head).chain(self.rest), &mut copy).map_err(failed)?;
        Ok(copy)
    }
}

/// Counts the bytes that pass.
struct Counted<R> {
    inner: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// The first bytes of `input`, at most `count`, and the input with them.
fn peek(mut input: Input, count: u64) -> io::Result<(Vec<u8>, Input)> {
    let mut begin = Vec::new();
    input.by_ref().take(count).read_to_end(&mut begin)?;
    Ok((begin.clone(), Box::new(Cursor::new(begin).chain(input))))
}

/// Takes gzip, Zstandard or xz off, told by their first bytes, so that a pipe needs no name.
fn decompress(input: Input) -> io::Result<(Input, bool)> {
    let (begin, input) = peek(input, 6)?;
    Ok(match begin.as_slice() {
        [0x1f, 0x8b, ..] => (Box::new(flate2::read::MultiGzDecoder::new(input)), true),
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => (Box::new(Frames::new(input)), true),
        [0xfd, b'7', b'z', b'X', b'Z', 0] => (Box::new(xz::unpack(input)), true),
        _ => (input, false),
    })
}

/// The byte order of UTF-16, by its mark, or by where the zero bytes are.
fn byte_order(begin: &[u8]) -> Option<ByteOrder> {
    match begin {
        [0xff, 0xfe, ..] => return Some(ByteOrder::Little),
        [0xfe, 0xff, ..] => return Some(ByteOrder::Big),
        _ => {}
    }
    let zeros = |from: usize| begin.iter().skip(from).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd, pairs) = (zeros(0), zeros(1), begin.len() / 2);
    if pairs > 3 && even == 0 && 2 * odd > pairs {
        Some(ByteOrder::Little)
    } else if pairs > 3 && odd == 0 && 2 * even > pairs {
        Some(ByteOrder::Big)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    impl Source {
        /// A source in memory.
        pub(crate) fn of_bytes(bytes: Vec<u8>, file: &Path) -> Self {
            Self::of(Box::new(Cursor::new(bytes)), file.to_owned(), None, Arc::default()).expect("readable")
        }
    }

    fn source(bytes: Vec<u8>) -> Source {
        Source::of_bytes(bytes, "x".as_ref())
    }

    fn text(source: Source, offset: u64) -> String {
        let mut text = String::new();
        source.stream(offset).expect("long enough").read_to_string(&mut text).expect("text");
        text
    }

    #[test]
    fn wrappings_come_off() {
        let plain = "id;Größe\n".repeat(3);
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(plain.as_bytes()).expect("memory");
        let wide: Vec<u8> = plain.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let zst = ruzstd::encoding::compress_to_vec(wide.as_slice(), ruzstd::encoding::CompressionLevel::Fastest);
        for (bytes, utf16) in
            [(gz.finish().expect("memory"), None), (wide, Some(ByteOrder::Little)), (zst, Some(ByteOrder::Little))]
        {
            assert_eq!(source(bytes.clone()).utf16, utf16);
            assert_eq!(text(source(bytes.clone()), 0), plain);
            assert_eq!(text(source(bytes.clone()), 11), plain[11..]);
            assert!(source(bytes).stream(1000).is_err());
        }
    }

    #[test]
    fn marks_stay() {
        assert_eq!(text(source("\u{feff}id".into()), 0), "\u{feff}id");
        assert_eq!(text(source(vec![0xfe, 0xff, 0, b'a']), 0), "\u{feff}a");
        assert_eq!(text(source(Vec::new()), 0), "");
    }
}
