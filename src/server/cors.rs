//! Feeds may be read by scripts of every origin (the Fetch standard's CORS protocol, <https://fetch.spec.whatwg.org/#http-cors-protocol>):
//! they are public, and no answer depends on who asks.

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS,
    ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// Any origin.
pub(super) const ANYBODY: (HeaderName, HeaderValue) = (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));

/// What every answer for a feed says, 304 among them: a script that asks by itself with a tag is shown that answer.
pub(super) const FIELDS: [(HeaderName, HeaderValue); 2] =
    [ANYBODY, (ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("ETag, Last-Modified, Link"))];

/// Whether an OPTIONS request is a browser's question before it lets a script ask.
pub(super) fn is_preflight(headers: &HeaderMap) -> bool {
    headers.contains_key(ORIGIN) && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// The answer to such a question; good for a day.
pub(super) const PREFLIGHT: [(HeaderName, HeaderValue); 4] = [
    ANYBODY,
    (ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD")),
    (
        ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("A-IM, Cache-Control, If-Match, If-Modified-Since, If-None-Match, If-Unmodified-Since, Range"),
    ),
    (ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400")),
];
