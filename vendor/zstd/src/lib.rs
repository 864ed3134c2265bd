//! The part of the `zstd` crate's interface that `parquet` and `arrow-ipc` call, answered by `ruzstd`: Zstandard columns are read and
//! written without C, so that a Rust toolchain is all that a build needs. `[patch.crates-io]` puts it in the place of the crate of that name.
//!
//! Every level compresses alike, as `ruzstd` has one.

use std::ops::RangeInclusive;

/// The levels that the format's own library has; they are accepted and make no difference.
pub fn compression_level_range() -> RangeInclusive<i32> {
    -7..=22
}

/// Whole buffers at once.
pub mod bulk {
    use std::io::{self, Cursor};
    use std::marker::PhantomData;

    use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
    use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    /// So many bytes are unpacked at once.
    const STEP: usize = 1024 * 1024;

    /// Compresses buffers.
    #[derive(Default)]
    pub struct Compressor<'a>(PhantomData<&'a ()>);

    impl Compressor<'_> {
        /// A compressor; the level makes no difference.
        ///
        /// # Errors
        /// Never.
        pub fn new(_level: i32) -> io::Result<Self> {
            Ok(Self::default())
        }

        /// Writes `source` as one frame at the cursor's position; says how many bytes it takes.
        ///
        /// # Errors
        /// Never.
        pub fn compress_to_buffer(&mut self, source: &[u8], target: &mut Cursor<&mut Vec<u8>>) -> io::Result<usize> {
            let frame = compress_to_vec(source, CompressionLevel::Fastest);
            begin(target).extend_from_slice(&frame);
            Ok(frame.len())
        }
    }

    /// Decompresses buffers.
    pub struct Decompressor<'a> {
        decoder: FrameDecoder,
        life: PhantomData<&'a ()>,
    }

    impl Decompressor<'_> {
        /// A decompressor.
        ///
        /// # Errors
        /// Never.
        pub fn new() -> io::Result<Self> {
            Ok(Self { decoder: FrameDecoder::new(), life: PhantomData })
        }

        /// Decompresses `source` into what the buffer has room for behind the cursor's position; says how many bytes it makes.
        ///
        /// # Errors
        /// If it is broken, or there is no room.
        pub fn decompress_to_buffer(&mut self, source: &[u8], target: &mut Cursor<&mut Vec<u8>>) -> io::Result<usize> {
            let target = begin(target);
            let (length, most) = (target.len(), target.capacity());
            self.decode(source, target, most)?;
            Ok(target.len() - length)
        }

        /// Decompresses `source`, which makes at most `capacity` bytes.
        ///
        /// # Errors
        /// If it is broken, or makes more.
        pub fn decompress(&mut self, source: &[u8], capacity: usize) -> io::Result<Vec<u8>> {
            let mut target = Vec::new();
            self.decode(source, &mut target, capacity)?;
            Ok(target)
        }

        /// Appends what `source` makes, until the target has `most` bytes. Memory is taken for what comes, not for what is announced.
        fn decode(&mut self, mut source: &[u8], target: &mut Vec<u8>, most: usize) -> io::Result<()> {
            while !source.is_empty() {
                match self.decoder.init(&mut source) {
                    Ok(()) => {}
                    Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                        source = source.get(length as usize..).ok_or(io::ErrorKind::UnexpectedEof)?;
                        continue;
                    }
                    Err(error) => return Err(io::Error::other(error)),
                }
                while !self.decoder.is_finished() {
                    let step = BlockDecodingStrategy::UptoBytes(STEP);
                    self.decoder.decode_blocks(&mut source, step).map_err(io::Error::other)?;
                    if target.len() + self.decoder.can_collect() > most {
                        return Err(io::Error::other("it unpacks to more than it says"));
                    }
                    self.decoder.collect_to_writer(&mut *target)?;
                }
            }
            Ok(())
        }
    }

    /// The vector, cut off at the cursor's position.
    fn begin<'v>(target: &'v mut Cursor<&mut Vec<u8>>) -> &'v mut Vec<u8> {
        let position = usize::try_from(target.position()).unwrap_or(usize::MAX);
        let vector = target.get_mut();
        vector.truncate(position);
        vector
    }
}

/// What the C library says of frames.
pub mod zstd_safe {
    use ruzstd::decoding::FrameDecoder;

    /// No frame of so many bytes is longer.
    pub fn compress_bound(length: usize) -> usize {
        length + length / 128 + 512
    }

    /// How many bytes the frame makes, where its header says so.
    ///
    /// # Errors
    /// If it is no frame.
    pub fn get_frame_content_size(frame: &[u8]) -> Result<Option<u64>, String> {
        let mut decoder = FrameDecoder::new();
        decoder.init(frame).map_err(|error| error.to_string())?;
        Ok(Some(decoder.content_size()).filter(|&size| size > 0))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn buffers_come_back() {
        let text = b"You plan projects and keep clients. ".repeat(100);
        let mut packed = b"before".to_vec();
        let mut cursor = Cursor::new(&mut packed);
        cursor.set_position(6);
        let length = bulk::Compressor::new(3).expect("memory").compress_to_buffer(&text, &mut cursor).expect("memory");
        assert!(packed.starts_with(b"before") && packed.len() == 6 + length && length < text.len());
        let mut decompressor = bulk::Decompressor::new().expect("memory");
        assert_eq!(decompressor.decompress(&packed[6..], text.len()).expect("good"), text);
        assert!(decompressor.decompress(&packed[6..], text.len() / 2).is_err(), "no room");
        assert!(decompressor.decompress(&packed[..9], 99).is_err(), "broken");
        let mut plain = Vec::with_capacity(text.len());
        let read = decompressor.decompress_to_buffer(&packed[6..], &mut Cursor::new(&mut plain)).expect("good");
        assert_eq!((read, plain), (text.len(), text));
    }
}
