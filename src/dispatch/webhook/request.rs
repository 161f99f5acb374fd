//! What one attempt puts on the wire beside the address: header fields and body, signed for its moment.

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

use super::signature::{self, sign};
use crate::dispatch::endpoints::Endpoint;
use crate::instant::Instant;

/// Header fields and body of one attempt.
pub(in crate::dispatch) struct Request {
    pub(in crate::dispatch) headers: HeaderMap,
    pub(in crate::dispatch) body: Bytes,
}

/// The request that carries `body` under `id` to an endpoint, signed for `now`.
pub(in crate::dispatch) fn request(endpoint: &Endpoint, id: &str, body: Bytes, now: Instant) -> Request {
    let timestamp = now.as_millis().div_euclid(1000);
    let mut headers = HeaderMap::with_capacity(4);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(HeaderName::from_static(signature::TIMESTAMP), HeaderValue::from(timestamp));
    let signed = sign(endpoint.secrets(), id, timestamp, &body);
    for (name, value) in [(signature::ID, id), (signature::SIGNATURE, &signed)] {
        // Neither an id, a hash in hex, nor base64 holds what a header field may not.
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    Request { headers, body }
}
