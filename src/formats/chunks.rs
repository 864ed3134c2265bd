//! A stream with the part that is being looked at in memory.

use std::io::Read;
use std::path::PathBuf;

use super::source::{Input, Source};
use crate::error::Error;

/// So much is read at once; little in tests, so that every place is an end of a chunk some time.
const CHUNK: usize = if cfg!(test) { 5 } else { 256 * 1024 };

/// So much of the end of the rest is no part of a piece.
const KEPT: usize = if cfg!(test) { 3 } else { 256 };

/// A stream, read chunk by chunk and taken piece by piece.
pub(super) struct Chunks {
    file: PathBuf,
    input: Input,
    buffer: Vec<u8>,
    start: usize,
    is_over: bool,
    offset: u64,
}

impl Chunks {
    /// The stream of `source` from `offset` on.
    pub(super) fn new(source: Source, offset: u64) -> Result<Self, Error> {
        let file = source.file.clone();
        Ok(Self { file, input: source.stream(offset)?, buffer: Vec::new(), start: 0, is_over: false, offset })
    }

    /// What was read and not taken.
    pub(super) fn rest(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    /// Bytes of the stream before the rest.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// Reads more behind the rest; `false` where there is no more.
    pub(super) fn more(&mut self) -> Result<bool, Error> {
        if self.is_over {
            return Ok(false);
        }
        self.buffer.drain(..self.start);
        self.start = 0;
        let read = self.input.by_ref().take(CHUNK as u64).read_to_end(&mut self.buffer);
        let read = read.map_err(|source| Error::read(&self.file, source))?;
        self.is_over = read < CHUNK;
        Ok(read > 0)
    }

    /// Takes the first `count` bytes of the rest.
    pub(super) fn take(&mut self, count: usize) -> Vec<u8> {
        let taken = self.rest()[..count].to_vec();
        self.start += count;
        self.offset += count as u64;
        taken
    }

    /// Whether the rest is long enough for a piece of it to be passed through.
    pub(super) fn has_piece(&self) -> bool {
        self.rest().len() > 2 * KEPT
    }

    /// Takes most of the first `length` bytes of the rest, cut between characters. The end is kept, so that the last part of a row has its
    /// closing bracket.
    pub(super) fn take_piece(&mut self, length: usize) -> Vec<u8> {
        let rest = self.rest();
        let is_boundary = |at: &usize| !(0x80..0xc0).contains(&rest[*at]) && rest[*at - 1] != 0xff;
        let last = length.saturating_sub(KEPT).max(1);
        let cut = (last.saturating_sub(8).max(1)..=last).rev().find(is_boundary).unwrap_or(last);
        self.take(cut)
    }
}
