//! A part as it is unpacked.

use std::io::{self, BufReader, Read, Seek, SeekFrom, Take};

use flate2::Crc;
use flate2::read::DeflateDecoder;
use zip::CompressionMethod;

use super::Part;
use super::handle::Handle;

/// Packed bytes are read in pieces of this size.
const BUFFER: usize = 64 * 1024;

/// A part, unpacked as it is read. It ends where it said it would, with the checksum that it said, or in an error.
pub(in super::super) struct PartReader {
    content: Content,
    crc: Crc,
    expected: u32,
    size: u64,
    read: u64,
}

enum Content {
    Stored(BufReader<Take<Handle>>),
    Deflated(Box<DeflateDecoder<BufReader<Take<Handle>>>>),
}

impl PartReader {
    /// Reads `part` of the file `handle`.
    pub(super) fn new(mut handle: Handle, part: &Part) -> Result<Self, String> {
        handle.seek(SeekFrom::Start(part.start)).map_err(|error| format!("part {}: {error}", part.name))?;
        let packed = BufReader::with_capacity(BUFFER, handle.take(part.packed));
        let content = match part.method {
            CompressionMethod::Stored => Content::Stored(packed),
            CompressionMethod::Deflated => Content::Deflated(Box::new(DeflateDecoder::new(packed))),
            other => return Err(format!("part {} is packed with {other}, which no office program does", part.name)),
        };
        Ok(Self { content, crc: Crc::new(), expected: part.crc, size: part.size, read: 0 })
    }

    /// Its size, unpacked, in bytes.
    pub(in super::super) fn size(&self) -> u64 {
        self.size
    }
}

impl Read for PartReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.content {
            Content::Stored(content) => content.read(buffer)?,
            Content::Deflated(content) => content.read(buffer)?,
        };
        self.crc.update(&buffer[..read]);
        self.read += read as u64;
        let broken = |problem| Err(io::Error::new(io::ErrorKind::InvalidData, problem));
        match read {
            _ if self.read > self.size => broken("it holds more than it says"),
            0 if !buffer.is_empty() && self.read < self.size => broken("it ends early"),
            0 if !buffer.is_empty() && self.crc.sum() != self.expected => broken("its checksum is wrong"),
            _ => Ok(read),
        }
    }
}
