//! One HTTP request of one attempt.

use std::error::Error as _;
use std::time::Duration;

use reqwest::header::RETRY_AFTER;

use super::request::Request;
use crate::dispatch::endpoints::Endpoint;

/// How much of an answer's body is read: enough to use the connection again after an ordinary answer.
const MOST_BODY: usize = 16 * 1024;
/// How long an answer's body may take. The status has spoken; nothing in the body changes the outcome.
const BODY_TIME: Duration = Duration::from_millis(500);

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::dispatch) struct Answer {
    /// The HTTP status.
    pub(in crate::dispatch) status: u16,
    /// The `Retry-After` header, as it came.
    pub(in crate::dispatch) retry_after: Option<String>,
}

/// Sends a request to an endpoint. What went wrong comes in words without the URL's path.
pub(in crate::dispatch) async fn send(client: &reqwest::Client, endpoint: &Endpoint, request: Request) -> Result<Answer, String> {
    endpoint.policy().check_host(endpoint.url()).map_err(|refused| refused.to_string())?;
    let response = client.post(endpoint.url().clone()).headers(request.headers).body(request.body).send().await.map_err(describe)?;
    let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()).map(ToOwned::to_owned);
    let answer = Answer { status: response.status().as_u16(), retry_after };
    // Over either bound the connection is closed instead of drained.
    let _ = tokio::time::timeout(BODY_TIME, drain(response)).await;
    Ok(answer)
}

/// Reads an answer so far that its connection can be used again.
pub(in crate::dispatch) async fn drain(mut response: reqwest::Response) {
    let mut read = 0;
    while let Ok(Some(chunk)) = response.chunk().await {
        read += chunk.len();
        if read > MOST_BODY {
            return;
        }
    }
}

/// The error and its causes, each once, without the URL: its path may be a secret.
pub(in crate::dispatch) fn describe(error: reqwest::Error) -> String {
    let doing = if error.is_connect() { "could not connect" } else { "the connection failed before an answer came" };
    let error = error.without_url();
    let mut text = String::from(doing);
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        // "client error (Connect)" and its like are the HTTP library's own layers.
        if !words.is_empty() && !words.starts_with("client error (") && !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        cause = error.source();
    }
    text
}
