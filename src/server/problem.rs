//! What went wrong, for programs: problem details (RFC 9457).

use axum::body::Body;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, Method, Response, StatusCode};
use serde_json::json;

/// An answer that says why there is no other; `detail` is for whoever writes the program.
pub(super) fn problem(status: StatusCode, title: &str, detail: &str, method: &Method) -> Response<Body> {
    let text = json!({"title": title, "status": status.as_u16(), "detail": detail}).to_string();
    let length = text.len();
    let mut answer = Response::new(if method == Method::HEAD { Body::empty() } else { Body::from(text) });
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(CONTENT_LENGTH, length.into());
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    answer
}
