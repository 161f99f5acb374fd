//! The codings in which bytes travel or stand beside their file (RFC 9110 section 8.4): gzip (RFC 1952), Brotli (RFC 7932) and
//! Zstandard (RFC 8878, RFC 9659).

use std::io::{self, Write as _};

/// A content coding that newswire makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Coding {
    /// RFC 1952.
    Gzip,
    /// RFC 7932.
    Brotli,
    /// RFC 8878.
    Zstd,
}

/// How much work the bytes are worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// While a client waits: a few milliseconds for a feed.
    Quick,
    /// In the background, for files that are sent very often: up to half a second for a feed.
    Best,
}

/// The window that every Brotli decoder takes, as a power of two.
const BROTLI_WINDOW: i32 = 22;
/// The window beyond which a client need not decode Zstandard (RFC 9659 section 3), as a power of two.
const ZSTD_WINDOW: u32 = 23;

impl Coding {
    /// Every coding, the one whose quick form is smallest first.
    pub const ALL: [Self; 3] = [Self::Brotli, Self::Zstd, Self::Gzip];

    /// What `Content-Encoding` and `Accept-Encoding` call it.
    pub const fn token(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }

    /// The ending, after the file's own, by which static servers know a coded sibling.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Gzip => "gz",
            Self::Brotli => "br",
            Self::Zstd => "zst",
        }
    }

    /// The bytes in this coding: the same for the same bytes and effort, without names or dates.
    pub fn encode(self, bytes: &[u8], effort: Effort) -> io::Result<Vec<u8>> {
        match self {
            Self::Gzip => {
                let level = match effort {
                    Effort::Quick => 5,
                    Effort::Best => 9,
                };
                let mut encoder = flate2::write::GzEncoder::new(Vec::with_capacity(bytes.len() / 3), flate2::Compression::new(level));
                encoder.write_all(bytes)?;
                encoder.finish()
            }
            Self::Brotli => {
                let quality = match effort {
                    Effort::Quick => 5,
                    Effort::Best => 11,
                };
                let parameters = brotli::enc::BrotliEncoderParams {
                    quality,
                    lgwin: BROTLI_WINDOW,
                    size_hint: bytes.len(),
                    ..brotli::enc::BrotliEncoderParams::default()
                };
                let mut coded = Vec::with_capacity(bytes.len() / 3);
                brotli::BrotliCompress(&mut &*bytes, &mut coded, &parameters)?;
                Ok(coded)
            }
            Self::Zstd => {
                let level = match effort {
                    Effort::Quick => 3,
                    Effort::Best => 19,
                };
                let mut encoder = zstd::Encoder::new(Vec::with_capacity(bytes.len() / 3), level)?;
                encoder.window_log(ZSTD_WINDOW)?;
                encoder.set_pledged_src_size(Some(bytes.len() as u64))?;
                encoder.include_checksum(true)?;
                encoder.write_all(bytes)?;
                encoder.finish()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use proptest::prelude::*;

    use super::*;

    fn decoded(coding: Coding, coded: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        match coding {
            Coding::Gzip => flate2::read::GzDecoder::new(coded).read_to_end(&mut bytes).unwrap(),
            Coding::Brotli => brotli::Decompressor::new(coded, 4096).read_to_end(&mut bytes).unwrap(),
            Coding::Zstd => zstd::Decoder::new(coded).unwrap().read_to_end(&mut bytes).unwrap(),
        };
        bytes
    }

    #[test]
    fn more_work_makes_fewer_bytes() {
        let words = ["harbour", "été", "🗞", "<p>", "wire", "&amp;", " ", "reopens", "ferry", "\n"];
        let mut state = 1_usize;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            words[(state >> 33) % words.len()]
        };
        let text: String = (0..20_000).map(|_| next()).collect();
        for coding in Coding::ALL {
            let quick = coding.encode(text.as_bytes(), Effort::Quick).unwrap();
            let best = coding.encode(text.as_bytes(), Effort::Best).unwrap();
            assert!(best.len() <= quick.len() && quick.len() < text.len() / 2, "{coding:?} {} {}", best.len(), quick.len());
        }
    }

    #[test]
    fn zstandard_keeps_to_the_window_that_every_client_takes() {
        // Beyond the window's size, so that the frame states it: RFC 8878 section 3.1.1.1.2.
        let bytes = vec![b'x'; 20_000_000];
        let coded = Coding::Zstd.encode(&bytes, Effort::Best).unwrap();
        let descriptor = coded[4];
        assert_eq!(descriptor & 0b0010_0000, 0, "the window is stated");
        let (exponent, mantissa) = (u32::from(coded[5] >> 3), u64::from(coded[5] & 7));
        let base = 1_u64 << (10 + exponent);
        assert!(base + base / 8 * mantissa <= 8 << 20);
    }

    proptest! {
        #[test]
        fn whatever_is_coded_decodes_to_itself(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
            for coding in Coding::ALL {
                for effort in [Effort::Quick, Effort::Best] {
                    let coded = coding.encode(&bytes, effort).unwrap();
                    prop_assert_eq!(&decoded(coding, &coded), &bytes);
                }
            }
        }
    }
}
