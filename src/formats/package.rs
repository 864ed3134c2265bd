//! ZIP packages, as office programs write them: parts with names. Untrusted: how many parts, how large one may become and how tightly it
//! may be packed is limited, and a part is never unpacked as a whole.

mod handle;
mod part;

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read};
use std::path::{Path, PathBuf};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::source::Source;
use crate::error::Error;
use handle::{Budget, Handle};

pub(super) use part::PartReader;

/// The list of parts is no longer than this, in bytes, with what is looked through to find it.
const LONGEST_LIST: u64 = 32 << 20;
/// Larger parts, as a share of the limit, must not be packed more tightly than
const PACKED_FROM: u64 = 10;
/// so many bytes in one.
const TIGHTEST: u64 = 400;

/// How much of a package may be unpacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a part.
    bytes: u64,
    /// Parts.
    parts: usize,
}

impl Limits {
    /// Limits for parts of at most so many megabytes.
    pub fn megabytes(megabytes: u32) -> Self {
        Self { bytes: u64::from(megabytes) << 20, parts: 10 * (megabytes as usize).max(1000) }
    }

    /// Bytes of a part.
    pub(super) fn bytes(self) -> u64 {
        self.bytes
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::megabytes(1000)
    }
}

/// A part, packed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    name: String,
    method: CompressionMethod,
    start: u64,
    packed: u64,
    size: u64,
    crc: u32,
    is_encrypted: bool,
}

/// An open package.
#[derive(Clone)]
pub(super) struct Package {
    file: PathBuf,
    handle: Handle,
    parts: Vec<Part>,
    limits: Limits,
}

impl Package {
    /// Opens `source`, which is a ZIP file.
    ///
    /// # Errors
    /// If it is no good ZIP file, or has too many parts.
    pub(super) fn open(source: &Source, limits: Limits) -> Result<Self, Error> {
        let file = source.file.clone();
        let handle = source.seekable().and_then(Handle::new).map_err(|error| Error::read(&file, error))?;
        let broken = |error| Error::in_file(&file, format!("a broken ZIP file: {error} (was it copied whole?)"));
        let mut archive = ZipArchive::new(Budget::new(handle.clone(), LONGEST_LIST)).map_err(broken)?;
        if archive.len() > limits.parts {
            let problem =
                format!("has {} parts, more than {} (--largest-workbook raises the limit)", archive.len(), limits.parts);
            return Err(Error::in_file(&file, problem));
        }
        let mut parts = Vec::with_capacity(archive.len());
        for at in 0..archive.len() {
            let part = archive.by_index_raw(at).map_err(broken)?;
            parts.push(Part {
                name: part.name().map_err(broken)?.into_owned(),
                method: part.compression(),
                start: part.data_start().unwrap_or(0),
                packed: part.compressed_size(),
                size: part.size(),
                crc: part.crc32(),
                is_encrypted: part.encrypted(),
            });
        }
        Ok(Self { file, handle, parts, limits })
    }

    /// The file's name in messages.
    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    /// Whether it has a part of that name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    /// The names of all parts.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().map(|part| part.name.as_str())
    }

    /// Names of parts are blind to the case of letters.
    fn position(&self, name: &str) -> Option<usize> {
        self.parts.iter().position(|part| part.name.trim_start_matches('/').eq_ignore_ascii_case(name))
    }

    /// A part as a stream.
    ///
    /// # Errors
    /// If there is none of that name, or it is too large, packed too tightly, or encrypted.
    pub(super) fn read(&self, name: &str) -> Result<PartReader, Error> {
        let refuse = |problem: String| Err(Error::in_file(&self.file, problem));
        let Some(part) = self.position(name).map(|at| &self.parts[at]) else {
            return refuse(format!("has no part {name}, which a workbook must have"));
        };
        let megabytes = |bytes: u64| bytes >> 20;
        if part.is_encrypted {
            return refuse("protected by a password (save it without one)".to_owned());
        }
        if part.size > self.limits.bytes {
            let (size, limit) = (megabytes(part.size), megabytes(self.limits.bytes));
            return refuse(format!("part {name} has {size} MB, more than {limit} (--largest-workbook raises the limit)"));
        }
        if part.size > self.limits.bytes / PACKED_FROM && part.size / TIGHTEST > part.packed {
            let size = megabytes(part.size);
            return refuse(format!(
                "part {name} is {size} MB in {} kB, packed like no workbook (--largest-workbook raises the limit)",
                part.packed / 1024
            ));
        }
        PartReader::new(self.handle.clone(), part).or_else(refuse)
    }

    /// Writes the package to `out` with another content of the part `name`: `with`, of `length` bytes. All other parts are copied as they
    /// are packed.
    ///
    /// # Errors
    /// If reading or writing fails.
    pub(super) fn copy(&self, name: &str, with: &mut dyn Read, length: u64, out: &mut File) -> io::Result<()> {
        let mut archive = ZipArchive::new(Budget::new(self.handle.clone(), u64::MAX))?;
        let mut writer = ZipWriter::new(BufWriter::new(out));
        writer.set_raw_comment(archive.comment().into())?;
        let replaced = self.position(name);
        for at in 0..archive.len() {
            let part = archive.by_index_raw(at)?;
            if Some(at) == replaced {
                let name = part.name()?.into_owned();
                let time = part.last_modified().unwrap_or_default();
                drop(part);
                write_part(&mut writer, &name, time, with, length)?;
            } else {
                writer.raw_copy_file(part)?;
            }
        }
        writer.finish()?;
        Ok(())
    }
}

/// Writes a package of these parts to `out`.
///
/// # Errors
/// If writing fails.
pub(super) fn write(parts: &mut [(&str, &mut dyn Read, u64)], out: &mut File) -> io::Result<()> {
    let mut writer = ZipWriter::new(BufWriter::new(out));
    for (name, content, length) in parts {
        write_part(&mut writer, name, DateTime::default(), content, *length)?;
    }
    writer.finish()?;
    Ok(())
}

/// A part larger than this needs the long form of its header; packing can make a part larger, too.
const LONG_FORM: u64 = 4_000_000_000;

fn write_part(
    writer: &mut ZipWriter<BufWriter<&mut File>>,
    name: &str,
    time: DateTime,
    content: &mut dyn Read,
    length: u64,
) -> io::Result<()> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(time)
        .large_file(length > LONG_FORM);
    writer.start_file(name, options)?;
    io::copy(&mut BufReader::new(content), writer)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::{Seek, Write};

    use super::*;

    fn package(parts: &[(&str, &[u8])], limits: Limits) -> Result<Package, Error> {
        let mut file = tempfile::tempfile().expect("space");
        let mut contents: Vec<&[u8]> = parts.iter().map(|part| part.1).collect();
        let mut list: Vec<(&str, &mut dyn Read, u64)> =
            parts.iter().zip(&mut contents).map(|(part, content)| (part.0, content as &mut dyn Read, 9)).collect();
        write(&mut list, &mut file).expect("space");
        let mut bytes = Vec::new();
        file.rewind().and_then(|()| file.read_to_end(&mut bytes)).expect("readable");
        Package::open(&Source::of_bytes(bytes, "book.xlsx".as_ref()), limits)
    }

    #[test]
    fn parts_are_read_and_replaced() {
        let package = package(&[("a.xml", b"one"), ("B.xml", b"two")], Limits::default()).expect("good");
        let mut text = String::new();
        package.read("b.xml").expect("there").read_to_string(&mut text).expect("good");
        assert_eq!(text, "two");
        let mut out = tempfile::tempfile().expect("space");
        package.copy("a.xml", &mut &b"three"[..], 5, &mut out).expect("space");
        let mut archive = ZipArchive::new(out).expect("good");
        let mut all = String::new();
        for at in 0..2 {
            archive.by_index(at).expect("there").read_to_string(&mut all).expect("good");
        }
        assert_eq!(all, "threetwo");
        let error = package.read("c.xml").err().expect("not there").to_string();
        assert_eq!(error, "book.xlsx: has no part c.xml, which a workbook must have");
    }

    #[test]
    fn bombs_are_refused() {
        let zeros = vec![0; 3 << 20];
        let error =
            package(&[("a", &zeros)], Limits::megabytes(2)).expect("open").read("a").err().expect("too large").to_string();
        assert!(error.contains("part a has 3 MB, more than 2 (--largest-workbook raises the limit)"), "{error}");
        let tight = package(&[("a", &zeros)], Limits::megabytes(20)).expect("open").read("a").err().expect("tight").to_string();
        assert!(tight.contains("packed like no workbook"), "{tight}");
        assert!(package(&[("a", &zeros)], Limits::default()).expect("open").read("a").is_ok());
        let many: Vec<String> = (0..30).map(|at| at.to_string()).collect();
        let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b"x"[..])).collect();
        let error = package(&many, Limits { bytes: 9, parts: 20 }).err().expect("too many").to_string();
        assert!(error.contains("has 30 parts, more than 20"), "{error}");
    }

    #[test]
    fn what_a_part_says_of_itself_is_not_believed() {
        let mut package = package(&[("a", &[7; 5000])], Limits::default()).expect("open");
        let mut read = |change: fn(&mut Part)| {
            change(&mut package.parts[0]);
            io::copy(&mut package.read("a").expect("open"), &mut io::sink()).map_err(|error| error.to_string())
        };
        assert_eq!(read(|_| ()), Ok(5000));
        assert!(read(|part| part.size = 4000).expect_err("longer").contains("more than it says"));
        assert!(read(|part| part.size = 6000).expect_err("shorter").contains("ends early"));
        assert!(read(|part| (part.size, part.crc) = (5000, 1)).expect_err("another").contains("checksum"));
    }

    #[test]
    fn what_is_cut_is_broken() {
        let mut bytes = b"PK\x03\x04".to_vec();
        bytes.write_all(&[0; 400]).expect("memory");
        let error = Package::open(&Source::of_bytes(bytes, "book.xlsx".as_ref()), Limits::default()).err().expect("broken");
        assert!(error.to_string().starts_with("book.xlsx: a broken ZIP file: "), "{error}");
    }
}
