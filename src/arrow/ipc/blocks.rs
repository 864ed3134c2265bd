//! The messages of an Arrow file, which stand where its footer says. Some programs write nothing between them that a stream would have.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use arrow_ipc::convert::try_fb_to_schema;
use arrow_ipc::{Block, root_as_footer};
use arrow_schema::Schema;

use super::frames::{self, Frame};

/// What a file begins and ends with.
const MAGIC: &[u8; 6] = b"ARROW1";
/// Length of the footer and magic at the end.
const TAIL: usize = 10;
/// A longer footer, in bytes, is refused.
const LONGEST: u64 = 64 * 1024 * 1024;

/// What is left to read.
pub(super) struct Blocks {
    file: File,
    places: VecDeque<u64>,
}

fn broken(problem: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, problem)
}

impl Blocks {
    /// Reads the footer of `file`: dictionaries come first, then batches.
    pub(super) fn open(mut file: File) -> io::Result<(Self, Schema)> {
        let (size, tail_length) = (file.metadata()?.len(), TAIL as u64);
        if size < 8 + tail_length {
            return Err(broken("it ends before its footer"));
        }
        let mut tail = [0; TAIL];
        file.seek(SeekFrom::Start(size - tail_length))?;
        file.read_exact(&mut tail)?;
        let [a, b, c, d, magic @ ..] = tail;
        if &magic != MAGIC {
            return Err(broken("its end is missing: was it copied whole?"));
        }
        let length = u64::from(u32::from_le_bytes([a, b, c, d]));
        if length > (size - tail_length - 8).min(LONGEST) {
            return Err(broken("its footer is longer than the file, or over 64 MB"));
        }
        file.seek(SeekFrom::Start(size - tail_length - length))?;
        let mut footer = Vec::new();
        (&file).take(length).read_to_end(&mut footer)?;
        let footer = root_as_footer(&footer).map_err(|error| broken(format!("its footer makes no sense: {error:?}")))?;
        let schema = footer.schema().ok_or_else(|| broken("it has no schema"))?;
        let schema = try_fb_to_schema(schema).map_err(broken)?;
        let mut places = VecDeque::new();
        for blocks in [footer.dictionaries(), footer.recordBatches()].into_iter().flatten() {
            add(blocks.iter(), &mut places)?;
        }
        Ok((Self { file, places }, schema))
    }

    /// The next message; `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Frame>> {
        let Some(place) = self.places.pop_front() else { return Ok(None) };
        self.file.seek(SeekFrom::Start(place))?;
        let frame = frames::next(&mut self.file)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        Ok(Some(frame))
    }
}

/// Adds the places of `blocks`, which stand one after the other: a footer that names one twice would make much of little.
fn add<'b>(blocks: impl Iterator<Item = &'b Block>, places: &mut VecDeque<u64>) -> io::Result<()> {
    let mut end = 0;
    for block in blocks {
        let length = u64::try_from(block.bodyLength()).ok().zip(u64::try_from(block.metaDataLength()).ok());
        let place = u64::try_from(block.offset()).ok().filter(|&place| place >= end);
        let (place, (body, about)) = place.zip(length).ok_or_else(|| broken("its batches stand in each other"))?;
        end = place.saturating_add(body).saturating_add(about).max(place + 1);
        places.push_back(place);
    }
    Ok(())
}
