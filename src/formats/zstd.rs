//! Zstandard, frame after frame: tools that work in parallel write more than one, and the decoder stops after the first.

use std::io::{self, Read};

use ruzstd::decoding::FrameDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};

/// Blocks are decoded until this much waits to be read.
const AHEAD: usize = 256 * 1024;

/// Decodes what `input` yields.
pub(super) struct Frames<R> {
    input: R,
    decoder: FrameDecoder,
    in_frame: bool,
}

impl<R: Read> Frames<R> {
    /// Begins at the first frame.
    pub(super) fn new(input: R) -> Self {
        Self { input, decoder: FrameDecoder::new(), in_frame: false }
    }

    /// Goes to the next frame; `false` at the end of the input.
    fn next_frame(&mut self) -> io::Result<bool> {
        loop {
            let mut first = [0; 1];
            if read_some(&mut self.input, &mut first)? == 0 {
                return Ok(false);
            }
            let failed = match self.decoder.reset(first.as_slice().chain(&mut self.input)) {
                Ok(()) => return Ok(true),
                Err(failed) => failed,
            };
            match failed {
                FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. }) => {
                    io::copy(&mut self.input.by_ref().take(u64::from(length)), &mut io::sink())?;
                }
                other => return Err(broken(&other)),
            }
        }
    }
}

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        use ruzstd::decoding::BlockDecodingStrategy::UptoBytes;
        loop {
            if !self.in_frame {
                self.in_frame = self.next_frame()?;
                if !self.in_frame {
                    return Ok(0);
                }
            }
            if self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                self.decoder.decode_blocks(&mut self.input, UptoBytes(AHEAD)).map_err(|error| broken(&error))?;
            }
            let read = self.decoder.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            self.in_frame = !self.decoder.is_finished();
        }
    }
}

/// Reads once, whatever interrupts it.
fn read_some(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match input.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

fn broken(error: &FrameDecoderError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("broken Zstandard data: {error}"))
}

#[cfg(test)]
mod tests {
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    #[test]
    fn frames_are_read_one_after_the_other() {
        let texts = ["first ".repeat(100_000), String::new(), "third".to_owned()];
        let mut bytes = vec![0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 9, 9, 9];
        for text in &texts {
            bytes.extend(compress_to_vec(text.as_bytes(), CompressionLevel::Fastest));
        }
        let mut read = String::new();
        Frames::new(bytes.as_slice()).read_to_string(&mut read).expect("good frames");
        assert!(read == texts.concat());
        bytes.truncate(bytes.len() - 2);
        assert!(Frames::new(bytes.as_slice()).read_to_end(&mut Vec::new()).is_err());
    }
}
