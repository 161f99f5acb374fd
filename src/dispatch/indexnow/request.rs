//! One ping.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use serde::Serialize;

use super::answer::Verdict;
use super::settings::Settings;
use crate::dispatch::webhook::send::{describe, drain};
use crate::instant::Instant;

/// How long an answer's body may take: the status has spoken.
const BODY_TIME: Duration = Duration::from_millis(500);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Ping<'a> {
    host: String,
    key: &'a str,
    key_location: String,
    url_list: &'a [String],
}

/// The body of a ping.
fn body(settings: &Settings, links: &[String]) -> Vec<u8> {
    let host = settings.site.host_str().unwrap_or_default();
    let host = settings.site.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let ping = Ping { host, key: &settings.key, key_location: settings.key_location(), url_list: links };
    // Plain data serialises always.
    serde_json::to_vec(&ping).unwrap_or_default()
}

/// Sends a ping for these pages.
pub(super) async fn ping(settings: &Settings, links: &[String], now: Instant) -> Verdict {
    let later = |why: String| Verdict::Later { why, asked: None };
    if let Err(refused) = settings.policy.check_host(&settings.endpoint) {
        return later(refused.to_string());
    }
    let Some(client) = settings.clients.of(settings.policy) else {
        return later("there is no HTTP client for it".to_owned());
    };
    let request = client
        .post(settings.endpoint.clone())
        .header(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"))
        .timeout(settings.timeout)
        .body(body(settings, links));
    match request.send().await {
        Ok(response) => {
            let after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()).map(ToOwned::to_owned);
            let verdict = Verdict::of_status(response.status().as_u16(), after.as_deref(), now, &settings.key_location());
            let _ = tokio::time::timeout(BODY_TIME, drain(response)).await;
            verdict
        }
        Err(error) => later(describe(error)),
    }
}
