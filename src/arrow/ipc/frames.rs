//! The messages of an Arrow stream, each within limits: nothing is allocated on the word of a length alone.

use std::io::{self, Read};

use arrow_buffer::Buffer;
use arrow_ipc::convert::MessageBuffer;

/// A message with what it unpacks to takes so many bytes at most.
pub(crate) const LONGEST: u64 = 1024 * 1024 * 1024;
/// What stands before every message since version 0.15.
const CONTINUATION: u32 = u32::MAX;

/// A message: what it says of itself, and its buffers.
pub(super) struct Frame {
    /// Checked: its tables are where they say.
    pub message: MessageBuffer,
    /// The buffers.
    pub body: Buffer,
}

/// So many bytes of `input`.
fn exactly(input: &mut dyn Read, count: u64, what: &str) -> io::Result<Vec<u8>> {
    if count > LONGEST {
        return Err(io::Error::other(format!(
            "{what} of {} MB, over {} MB (write it in smaller batches)",
            count >> 20,
            LONGEST >> 20
        )));
    }
    let mut bytes = Vec::new();
    input.take(count).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < count { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(bytes) }
}

/// Four bytes as a number; `None` at the end of the input.
fn number(input: &mut dyn Read) -> io::Result<Option<u32>> {
    let mut bytes = Vec::new();
    input.take(4).read_to_end(&mut bytes)?;
    match bytes.as_slice() {
        [] => Ok(None),
        &[a, b, c, d] => Ok(Some(u32::from_le_bytes([a, b, c, d]))),
        _ => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

/// The next message; `None` at the end of the stream.
pub(super) fn next(input: &mut dyn Read) -> io::Result<Option<Frame>> {
    let length = match number(input)? {
        Some(CONTINUATION) => number(input)?.ok_or(io::ErrorKind::UnexpectedEof)?,
        Some(length) => length,
        None => return Ok(None),
    };
    if length == 0 {
        return Ok(None);
    }
    let about = exactly(input, u64::from(length), "the description of a batch")?;
    let message = MessageBuffer::try_new(Buffer::from_vec(about)).map_err(io::Error::other)?;
    let length = u64::try_from(message.as_ref().bodyLength()).map_err(io::Error::other)?;
    let body = Buffer::from_vec(exactly(input, length, "a batch")?);
    let frame = Frame { message, body };
    frame.refuse_bombs()?;
    Ok(Some(frame))
}

impl Frame {
    /// Looks at the places and lengths of the buffers, and at what they say that they unpack to.
    fn refuse_bombs(&self) -> io::Result<()> {
        let message = self.message.as_ref();
        let batch = message.header_as_record_batch().or_else(|| message.header_as_dictionary_batch()?.data());
        let Some(batch) = batch else { return Ok(()) };
        let mut unpacked = 0_u64;
        for place in batch.buffers().into_iter().flatten() {
            let range = usize::try_from(place.offset()).ok().zip(usize::try_from(place.length()).ok());
            let bytes = range.and_then(|(offset, length)| self.body.get(offset..offset.checked_add(length)?));
            let bytes = bytes.ok_or_else(|| io::Error::other("a buffer stands outside its batch"))?;
            if batch.compression().is_some()
                && let Some(prefix) = bytes.first_chunk::<8>()
            {
                // -1 stands before what is not packed.
                unpacked = unpacked.saturating_add(u64::try_from(i64::from_le_bytes(*prefix)).unwrap_or(0));
            }
        }
        if unpacked > LONGEST {
            let (found, limit) = (unpacked >> 20, LONGEST >> 20);
            return Err(io::Error::other(format!("a batch that unpacks to {found} MB, over {limit} MB (write smaller batches)")));
        }
        Ok(())
    }
}
