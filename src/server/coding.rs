//! Content codings (RFC 9110 section 8.4): which one a client prefers, and making it.

use std::io::Write as _;

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_ENCODING;
use bytes::Bytes;
use tokio::sync::{Semaphore, SemaphorePermit};

/// How a representation's bytes travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    /// As they are.
    Identity,
    /// RFC 1952.
    Gzip,
    /// RFC 7932.
    Brotli,
}

impl Coding {
    /// What `Content-Encoding` says; nothing for identity.
    pub(super) const fn token(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Brotli => Some("br"),
        }
    }

    /// What tells this coding's entity tag from the others'. Not `-gzip`: that is what proxies add by themselves.
    pub(super) const fn suffix(self) -> &'static str {
        match self {
            Self::Identity => "",
            Self::Gzip => ".gz",
            Self::Brotli => ".br",
        }
    }

    /// The coding that this request's `Accept-Encoding` prefers, smallest first among equals; `None` where it refuses all
    /// (`identity;q=0` and nothing that we make).
    pub(super) fn preferred(headers: &HeaderMap) -> Option<Self> {
        let mut wishes = Wishes::default();
        for value in headers.get_all(ACCEPT_ENCODING) {
            // A value that is no text names no coding that we make.
            wishes.read(value.to_str().unwrap_or_default());
        }
        wishes.choice()
    }
}

/// Quality values in thousandths; `None` where a coding is not named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Wishes {
    identity: Option<u16>,
    gzip: Option<u16>,
    brotli: Option<u16>,
    any: Option<u16>,
}

impl Wishes {
    fn read(&mut self, list: &str) {
        for element in list.split(',') {
            let mut parts = element.split(';');
            let name = parts.next().unwrap_or_default().trim();
            let mut quality = Some(1000);
            for parameter in parts {
                if let Some((key, value)) = parameter.split_once('=')
                    && key.trim().eq_ignore_ascii_case("q")
                {
                    quality = thousandths(value.trim());
                }
            }
            // An element with a quality that is none is passed over, like a coding that we do not know.
            let Some(quality) = quality else { continue };
            let wish = if name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip") {
                &mut self.gzip
            } else if name.eq_ignore_ascii_case("br") {
                &mut self.brotli
            } else if name.eq_ignore_ascii_case("identity") {
                &mut self.identity
            } else if name == "*" {
                &mut self.any
            } else {
                continue;
            };
            *wish = Some(quality);
        }
    }

    fn choice(self) -> Option<Coding> {
        let mut best = None;
        for (coding, wish) in [(Coding::Brotli, self.brotli), (Coding::Gzip, self.gzip), (Coding::Identity, self.identity)] {
            let quality = wish.or(self.any).unwrap_or(0);
            if quality > best.map_or(0, |(_, quality)| quality) {
                best = Some((coding, quality));
            }
        }
        // Identity needs no mention to be acceptable, only not to be refused.
        let identity_refused = self.identity.or(self.any) == Some(0);
        best.map(|(coding, _)| coding).or((!identity_refused).then_some(Coding::Identity))
    }
}

/// `0`, `1`, `0.5`, `1.000`: RFC 9110 section 12.4.2.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !matches!(whole, "0" | "1") || fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let value = format!("{whole}{fraction:0<3}").parse().ok()?;
    (value <= 1000).then_some(value)
}

/// Quick levels: a feed changes often and is small, and its subscribers should not wait for it.
const GZIP_LEVEL: u32 = 5;
const BROTLI_LEVEL: i32 = 5;
/// The window that RFC 7932 decoders always accept, as a power of two.
const BROTLI_WINDOW: i32 = 22;

/// Codes off the runtime's threads, no more at once than there are cores.
pub(super) struct Coder {
    room: Semaphore,
}

impl Coder {
    pub(super) fn new() -> Self {
        Self { room: Semaphore::new(std::thread::available_parallelism().map_or(2, std::num::NonZero::get)) }
    }

    /// A place to do heavy work in, once one is free.
    pub(super) async fn place(&self) -> Option<Place<'_>> {
        Some(Place { _permit: self.room.acquire().await.ok()? })
    }

    /// The bytes in this coding; `None` where coding failed.
    pub(super) async fn code(&self, coding: Coding, bytes: Bytes) -> Option<Bytes> {
        self.place().await?.work(move || encode(coding, &bytes).ok()).await.flatten()
    }
}

/// The right to use one core for a while.
pub(super) struct Place<'a> {
    _permit: SemaphorePermit<'a>,
}

impl Place<'_> {
    /// Does heavy work off the runtime's threads; `None` where it could not be done.
    pub(super) async fn work<T: Send + 'static>(self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        match tokio::task::spawn_blocking(work).await {
            Ok(done) => Some(done),
            Err(error) => {
                tracing::error!(%error, "making a page or coding it failed");
                None
            }
        }
    }
}

fn encode(coding: Coding, bytes: &Bytes) -> std::io::Result<Bytes> {
    match coding {
        Coding::Identity => Ok(bytes.clone()),
        Coding::Gzip => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::with_capacity(bytes.len() / 3), flate2::Compression::new(GZIP_LEVEL));
            encoder.write_all(bytes)?;
            Ok(encoder.finish()?.into())
        }
        Coding::Brotli => {
            let parameters = brotli::enc::BrotliEncoderParams {
                quality: BROTLI_LEVEL,
                lgwin: BROTLI_WINDOW,
                size_hint: bytes.len(),
                ..Default::default()
            };
            let mut coded = Vec::with_capacity(bytes.len() / 3);
            brotli::BrotliCompress(&mut bytes.as_ref(), &mut coded, &parameters)?;
            Ok(coded.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    fn preferred(lines: &[&str]) -> Option<Coding> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(ACCEPT_ENCODING, HeaderValue::from_str(line).unwrap());
        }
        Coding::preferred(&headers)
    }

    #[test]
    fn what_clients_ask_for() {
        use Coding::{Brotli, Gzip, Identity};
        for (lines, expected) in [
            (&[][..], Some(Identity)),
            (&[""], Some(Identity)),
            (&["gzip"], Some(Gzip)),
            (&["GZIP"], Some(Gzip)),
            (&["x-gzip"], Some(Gzip)),
            (&["gzip, deflate, br, zstd"], Some(Brotli)),
            (&["gzip", "br"], Some(Brotli)),
            (&["br;q=0.5, gzip;q=0.8"], Some(Gzip)),
            (&["br;q=0.5, gzip ; q=0.5"], Some(Brotli)),
            (&["gzip;q=0.5, identity"], Some(Identity)),
            (&["gzip;q=0"], Some(Identity)),
            (&["gzip;q=0.000, br;q=0.001"], Some(Brotli)),
            (&["*"], Some(Brotli)),
            (&["*;q=0.1, br;q=0"], Some(Gzip)),
            (&["*;q=0"], None),
            (&["identity;q=0"], None),
            (&["identity;q=0, deflate"], None),
            (&["*;q=0, gzip"], Some(Gzip)),
            (&["*;q=0, identity;q=0.1"], Some(Identity)),
            (&["identity;q=0, *"], Some(Brotli)),
            (&["deflate, compress"], Some(Identity)),
            (&["gzip;q=2"], Some(Identity)),
            (&["gzip;q=0.5000"], Some(Identity)),
            (&["gzip;q=-1, br;q="], Some(Identity)),
            (&[";q=1,,;,gzip;;"], Some(Gzip)),
        ] {
            assert_eq!(preferred(lines), expected, "{lines:?}");
        }
    }

    #[test]
    fn codings_decode_to_the_same_bytes() {
        use std::io::Read as _;
        let bytes = Bytes::from("<feed>été, 🗞 ".repeat(500));
        let mut back = Vec::new();
        let gzip = encode(Coding::Gzip, &bytes).unwrap();
        flate2::read::GzDecoder::new(gzip.as_ref()).read_to_end(&mut back).unwrap();
        assert_eq!(back, bytes);
        back.clear();
        let brotli = encode(Coding::Brotli, &bytes).unwrap();
        brotli::Decompressor::new(brotli.as_ref(), 4096).read_to_end(&mut back).unwrap();
        assert_eq!(back, bytes);
        assert!(gzip.len() < bytes.len() && brotli.len() < bytes.len());
    }

    proptest! {
        #[test]
        fn any_header_is_understood_or_passed_over(line in "[ -~\t]{0,80}") {
            // A header that does not name a coding never gets it.
            let chosen = preferred(&[&line]);
            let lower = line.to_ascii_lowercase();
            if !lower.contains("gzip") && !lower.contains('*') {
                prop_assert_ne!(chosen, Some(Coding::Gzip));
            }
            if !lower.contains("identity") && !lower.contains('*') {
                prop_assert!(chosen.is_some());
            }
        }

        #[test]
        fn wishes_are_ordered_by_their_quality(gzip in 0_u16..=1000, brotli in 0_u16..=1000) {
            let line = format!("gzip;q={}, br;q={}", f64::from(gzip) / 1000.0, f64::from(brotli) / 1000.0);
            let expected = match (gzip, brotli) {
                (0, 0) => Coding::Identity,
                (gzip, brotli) if gzip > brotli => Coding::Gzip,
                _ => Coding::Brotli,
            };
            prop_assert_eq!(preferred(&[&line]), Some(expected), "{}", line);
        }
    }
}
