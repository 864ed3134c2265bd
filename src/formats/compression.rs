//! Compression of what is written, told by the ending of its name. What is compressed piece by piece is read as one: each piece is a
//! member (gzip), a frame (Zstandard) or a stream (xz) of its own, and every tool for these formats reads one after the other.

use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use lzma_rust2::{XzOptions, XzWriter};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

/// How hard xz tries: beyond this, it takes longer than the judging.
const XZ_PRESET: u32 = 2;

/// A way to compress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// `.gz`
    Gzip,
    /// `.zst`
    Zstandard,
    /// `.xz`
    Xz,
}

impl Compression {
    /// The one that the name of `file` asks for, and the name without that ending.
    pub fn of(file: &Path) -> (Option<Self>, PathBuf) {
        let ending = file.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
        let found = match ending.as_deref() {
            Some("gz") => Self::Gzip,
            Some("zst") => Self::Zstandard,
            Some("xz") => Self::Xz,
            _ => return (None, file.to_owned()),
        };
        (Some(found), file.with_extension(""))
    }

    /// A member of so many bytes, before compression, is about as small as it gets; what xz finds again lies farther apart.
    pub fn member_size(self) -> usize {
        match self {
            Self::Gzip | Self::Zstandard => 1024 * 1024,
            Self::Xz => 4 * 1024 * 1024,
        }
    }

    /// `bytes`, compressed: the same bytes give the same.
    ///
    /// # Errors
    /// If the encoder refuses them.
    pub fn member(self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Self::Gzip => {
                let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
                encoder.write_all(bytes)?;
                encoder.finish()
            }
            Self::Zstandard => Ok(compress_to_vec(bytes, CompressionLevel::Fastest)),
            Self::Xz => {
                let mut encoder = XzWriter::new(Vec::new(), XzOptions::with_preset(XZ_PRESET))?;
                encoder.write_all(bytes)?;
                encoder.finish()
            }
        }
    }
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gzip => "gzip",
            Self::Zstandard => "Zstandard",
            Self::Xz => "xz",
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use proptest::prelude::*;

    use super::super::source::Source;
    use super::*;

    const ALL: [Compression; 3] = [Compression::Gzip, Compression::Zstandard, Compression::Xz];

    #[test]
    fn endings_ask_for_it() {
        for (name, found, inner) in [
            ("a/jobs.csv.gz", Some(Compression::Gzip), "a/jobs.csv"),
            ("jobs.JSONL.ZST", Some(Compression::Zstandard), "jobs.JSONL"),
            ("jobs.xz", Some(Compression::Xz), "jobs"),
            ("jobs.csv", None, "jobs.csv"),
            (".gz", None, ".gz"),
        ] {
            assert_eq!(Compression::of(name.as_ref()), (found, inner.into()), "{name}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn members_read_back_as_one(
            pieces in prop::collection::vec((prop::collection::vec(any::<u8>(), 0..300), 1..400_usize), 1..4),
        ) {
            let pieces: Vec<Vec<u8>> = pieces.into_iter().map(|(bytes, times)| bytes.repeat(times)).collect();
            for compression in ALL {
                let mut packed = Vec::new();
                for piece in &pieces {
                    packed.extend(compression.member(piece).expect("memory"));
                }
                let mut read = Vec::new();
                let source = Source::of_bytes(packed, "x".as_ref());
                // What happens to be UTF-16 is decoded, which is another matter.
                prop_assume!(source.utf16.is_none());
                source.stream(0).expect("readable").read_to_end(&mut read).expect("good members");
                prop_assert!(read == pieces.concat(), "{}", compression);
            }
        }
    }
}
