//! Articles' pictures, sounds and films, as they stand published under the feeds folder's `media`.
//!
//! What a request names is parsed into a hash and a plain name before any file is opened, so that it can name nothing else. A URL means
//! the same bytes for ever: its entity tag is the hash, and caches may keep it. What is opened by itself runs nothing: an SVG in a
//! sandbox without scripts is a picture only.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use axum::body::Body;
use axum::http::header::{
    ACCEPT_RANGES, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_RANGE, RANGE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use bytes::Bytes;
use rustix::fs::{CWD, Mode, OFlags, openat};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
use tokio_util::io::ReaderStream;

use super::conditional::{Validators, Verdict, evaluate};
use super::range::{self, Wanted};
use super::representation::brief;
use crate::article::Published;
use crate::instant::Instant;
use crate::media_type::by_name;

/// For ever to browsers, whose URL another picture never has. Caches that many share ask after an hour whether it still stands: a picture
/// may be withdrawn.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, s-maxage=3600, immutable");
/// Nothing is loaded and nothing runs; styles may stand in an SVG itself.
const PICTURE_ONLY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'none'");
/// Pictures are shown by readers of other origins.
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
/// A smaller answer is read whole, so that a slow client holds no file open, in bytes.
const SMALL: u64 = 128 * 1024;
/// How much is read at once of a larger one, in bytes.
const CHUNK: usize = 64 * 1024;

/// The answer to a GET or HEAD of a published file.
pub(super) async fn answer(feeds: &Path, published: Published, method: &Method, headers: &HeaderMap) -> Response<Body> {
    let (root, place) = (feeds.to_owned(), published.clone());
    let opened = tokio::task::spawn_blocking(move || open(&root, &place)).await;
    let Ok(Some((file, length))) = opened else { return missing() };
    let tag = published.hash();
    // The tag is hexadecimal, which every header value may be.
    let quoted = HeaderValue::try_from(format!("\"{tag}\"")).unwrap_or(HeaderValue::from_static("\"\""));
    match evaluate(headers, Validators { tag, modified: None }, Instant::now()) {
        Verdict::Send => {}
        Verdict::Unchanged => {
            let mut answer = Response::new(Body::empty());
            *answer.status_mut() = StatusCode::NOT_MODIFIED;
            answer.headers_mut().insert(ETAG, quoted);
            answer.headers_mut().insert(CACHE_CONTROL, FOR_EVER);
            return answer;
        }
        Verdict::Failed => {
            return brief(StatusCode::PRECONDITION_FAILED, "This is not the version that the request insists on.\n").map(Body::new);
        }
    }
    let wanted = match headers.get(RANGE) {
        // RFC 9110 section 14.2: only GET has ranges; section 13.1.5: of another version, all is sent.
        Some(range) if method == Method::GET && headers.get(IF_RANGE).is_none_or(|given| *given == quoted) => range::wanted(range, length),
        Some(_) | None => Wanted::All,
    };
    let mime = by_name(published.name()).map_or("application/octet-stream", |media| media.mime);
    let mut answer = Response::new(Body::empty());
    let out = answer.headers_mut();
    out.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    out.insert(CONTENT_TYPE, HeaderValue::from_static(mime));
    out.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    out.insert(CONTENT_SECURITY_POLICY, PICTURE_ONLY);
    out.insert(RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
    out.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    out.insert(ETAG, quoted);
    out.insert(CACHE_CONTROL, FOR_EVER);
    let (first, count) = match wanted {
        Wanted::All => (0, length),
        Wanted::Part { first, last } => {
            out.extend(content_range(&format!("bytes {first}-{last}/{length}")));
            (first, last - first + 1)
        }
        Wanted::Nothing => {
            let mut answer = brief(StatusCode::RANGE_NOT_SATISFIABLE, "The file ends before the part that is asked for.\n");
            answer.headers_mut().extend(content_range(&format!("bytes */{length}")));
            return answer.map(Body::new);
        }
    };
    out.insert(CONTENT_LENGTH, count.into());
    if matches!(wanted, Wanted::Part { .. }) {
        *answer.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    if method != Method::HEAD {
        match content(file, first, count).await {
            Some(body) => *answer.body_mut() = body,
            None => return missing(),
        }
    }
    answer
}

fn content_range(text: &str) -> Option<(HeaderName, HeaderValue)> {
    Some((CONTENT_RANGE, HeaderValue::try_from(text).ok()?))
}

/// A regular file with its length. Published files are never links.
fn open(feeds: &Path, published: &Published) -> Option<(File, u64)> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    let file = File::from(openat(CWD, feeds.join(published.path()), flags, Mode::empty()).ok()?);
    let found = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
    Some((file, found.len()))
}

async fn content(file: File, first: u64, count: u64) -> Option<Body> {
    if count <= SMALL {
        let read = tokio::task::spawn_blocking(move || {
            use std::io::{Seek as _, SeekFrom};
            let mut file = file;
            file.seek(SeekFrom::Start(first)).ok()?;
            let mut bytes = Vec::new();
            file.take(count).read_to_end(&mut bytes).ok()?;
            (bytes.len() as u64 == count).then_some(bytes)
        });
        return read.await.ok().flatten().map(|bytes| Body::from(Bytes::from(bytes)));
    }
    let mut file = tokio::fs::File::from_std(file);
    file.seek(std::io::SeekFrom::Start(first)).await.ok()?;
    Some(Body::from_stream(ReaderStream::with_capacity(file.take(count), CHUNK)))
}

fn missing() -> Response<Body> {
    brief(StatusCode::NOT_FOUND, "No article shows a file of this name.\n").map(Body::new)
}
