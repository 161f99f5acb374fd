//! Which content coding a client prefers (RFC 9110 section 12.5.3), and making it.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_ENCODING;
use bytes::Bytes;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::content_coding::{Coding, Effort};

/// How a representation's bytes travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As they are.
    Identity,
    /// Coded.
    Coded(Coding),
}

impl Form {
    /// What tells this form's entity tag from the others'. Not `-gzip`: that is what proxies add by themselves.
    pub(super) const fn suffix(self) -> &'static str {
        match self {
            Self::Identity => "",
            Self::Coded(Coding::Gzip) => ".gz",
            Self::Coded(Coding::Brotli) => ".br",
            Self::Coded(Coding::Zstd) => ".zst",
        }
    }

    /// The form that this request's `Accept-Encoding` prefers, smallest first among equals; `None` where it refuses all
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
    zstd: Option<u16>,
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
            } else if name.eq_ignore_ascii_case("zstd") {
                &mut self.zstd
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

    fn choice(self) -> Option<Form> {
        let named = Coding::ALL.map(|coding| {
            let wish = match coding {
                Coding::Brotli => self.brotli,
                Coding::Zstd => self.zstd,
                Coding::Gzip => self.gzip,
            };
            (Form::Coded(coding), wish)
        });
        let mut best = None;
        for (form, wish) in named.into_iter().chain([(Form::Identity, self.identity)]) {
            let quality = wish.or(self.any).unwrap_or(0);
            if quality > best.map_or(0, |(_, quality)| quality) {
                best = Some((form, quality));
            }
        }
        // Identity needs no mention to be acceptable, only not to be refused.
        let identity_refused = self.identity.or(self.any) == Some(0);
        best.map(|(form, _)| form).or((!identity_refused).then_some(Form::Identity))
    }
}

/// `0`, `1`, `0.5`, `1.000`: RFC 9110 section 12.4.2.
pub(super) fn thousandths(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !matches!(whole, "0" | "1") || fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let value = format!("{whole}{fraction:0<3}").parse().ok()?;
    (value <= 1000).then_some(value)
}

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

    /// The bytes in this coding, at a quick level: a feed changes often and is small, and its subscribers should not wait for it.
    /// `None` where coding failed.
    pub(super) async fn code(&self, coding: Coding, bytes: Bytes) -> Option<Bytes> {
        self.place().await?.work(move || coding.encode(&bytes, Effort::Quick).ok().map(Bytes::from)).await.flatten()
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

#[cfg(test)]
mod tests {
    const GZIP: Form = Form::Coded(Coding::Gzip);
    const BROTLI: Form = Form::Coded(Coding::Brotli);
    const ZSTD: Form = Form::Coded(Coding::Zstd);

    use super::*;
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    fn preferred(lines: &[&str]) -> Option<Form> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(ACCEPT_ENCODING, HeaderValue::from_str(line).unwrap());
        }
        Form::preferred(&headers)
    }

    #[test]
    fn what_clients_ask_for() {
        use Form::Identity;
        for (lines, expected) in [
            (&[][..], Some(Identity)),
            (&[""], Some(Identity)),
            (&["gzip"], Some(GZIP)),
            (&["GZIP"], Some(GZIP)),
            (&["x-gzip"], Some(GZIP)),
            (&["gzip, deflate, br, zstd"], Some(BROTLI)),
            (&["gzip", "br"], Some(BROTLI)),
            (&["zstd"], Some(ZSTD)),
            (&["gzip, deflate, zstd"], Some(ZSTD)),
            (&["br;q=0.9, zstd"], Some(ZSTD)),
            (&["*, br;q=0"], Some(ZSTD)),
            (&["br;q=0.5, gzip;q=0.8"], Some(GZIP)),
            (&["br;q=0.5, gzip ; q=0.5"], Some(BROTLI)),
            (&["gzip;q=0.5, identity"], Some(Identity)),
            (&["gzip;q=0"], Some(Identity)),
            (&["gzip;q=0.000, br;q=0.001"], Some(BROTLI)),
            (&["*"], Some(BROTLI)),
            (&["*;q=0.1, br;q=0, zstd;q=0"], Some(GZIP)),
            (&["*;q=0"], None),
            (&["identity;q=0"], None),
            (&["identity;q=0, deflate"], None),
            (&["*;q=0, gzip"], Some(GZIP)),
            (&["*;q=0, identity;q=0.1"], Some(Identity)),
            (&["identity;q=0, *"], Some(BROTLI)),
            (&["deflate, compress"], Some(Identity)),
            (&["gzip;q=2"], Some(Identity)),
            (&["gzip;q=0.5000"], Some(Identity)),
            (&["gzip;q=-1, br;q="], Some(Identity)),
            (&[";q=1,,;,gzip;;"], Some(GZIP)),
        ] {
            assert_eq!(preferred(lines), expected, "{lines:?}");
        }
    }

    proptest! {
        #[test]
        fn any_header_is_understood_or_passed_over(line in "[ -~\t]{0,80}") {
            // A header that does not name a coding never gets it.
            let chosen = preferred(&[&line]);
            let lower = line.to_ascii_lowercase();
            if !lower.contains("gzip") && !lower.contains('*') {
                prop_assert_ne!(chosen, Some(GZIP));
            }
            if !lower.contains("identity") && !lower.contains('*') {
                prop_assert!(chosen.is_some());
            }
        }

        #[test]
        fn wishes_are_ordered_by_their_quality(gzip in 0_u16..=1000, brotli in 0_u16..=1000) {
            let line = format!("gzip;q={}, br;q={}", f64::from(gzip) / 1000.0, f64::from(brotli) / 1000.0);
            let expected = match (gzip, brotli) {
                (0, 0) => Form::Identity,
                (gzip, brotli) if gzip > brotli => GZIP,
                _ => BROTLI,
            };
            prop_assert_eq!(preferred(&[&line]), Some(expected), "{}", line);
        }
    }
}
