//! Whether the daemon lives and is ready, for those who run it.

use std::sync::Arc;

use axum::extract::State as Extract;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse, Response};

use super::pages::Pages;

/// Whether feeds stand, the watch is set and the baseline is durable; until then, and whenever something fails, why not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readiness {
    /// Whether it is ready.
    pub ready: bool,
    /// What is missing or failing, one sentence each, without secrets. May stand beside `ready`.
    pub reasons: Vec<String>,
}

/// `/healthz`: the process answers.
pub(super) async fn alive() -> Response {
    plain(StatusCode::OK, "ok\n".to_owned())
}

/// `/readyz`: 200 once ready, else 503; the reasons a line each.
pub(super) async fn ready(Extract(pages): Extract<Arc<Pages>>) -> Response {
    let mut readiness = pages.readiness();
    if pages.is_stopping() {
        readiness.ready = false;
        readiness.reasons.insert(0, "stopping: requests under way are answered, and no further ones soon".to_owned());
    }
    let status = if readiness.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let mut text = String::from(if readiness.ready { "ready\n" } else { "not ready\n" });
    for reason in &readiness.reasons {
        text.push_str(&reason.replace(['\r', '\n'], " "));
        text.push('\n');
    }
    plain(status, text)
}

fn plain(status: StatusCode, text: String) -> Response {
    let headers = [(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "no-store"), (X_CONTENT_TYPE_OPTIONS, "nosniff")];
    (status, headers, text).into_response()
}
