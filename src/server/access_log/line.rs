//! One request as a line: combined, as Apache and nginx write it, or JSON. Nothing that a client sends begins a line of its own.

use std::fmt::Write as _;
use std::net::IpAddr;
use std::time::Instant as Moment;

use axum::http::header::{HOST, REFERER, USER_AGENT};
use axum::http::{HeaderMap, HeaderName, Request, Version};
use serde_json::json;

use super::masked::{cut, masked};
use crate::config::LogFormat;
use crate::instant::Instant;
use crate::server::client::Client;

/// The longest target, referrer and user agent that are written, in bytes.
const LONGEST_TARGET: usize = 1000;
const LONGEST_FIELD: usize = 400;

/// A request on its way to being answered.
pub(in crate::server) struct Entry {
    at: Instant,
    begun: Moment,
    client: Option<IpAddr>,
    https: bool,
    method: String,
    host: Option<String>,
    target: String,
    version: Version,
    referrer: Option<String>,
    agent: Option<String>,
    status: u16,
    bytes: u64,
}

impl Entry {
    pub(in crate::server) fn new<B>(request: &Request<B>, client: Client) -> Self {
        let headers = request.headers();
        let uri = request.uri();
        let target = uri.path_and_query().map_or("*", |target| target.as_str());
        let host = uri.authority().map(|authority| authority.as_str().to_owned()).or_else(|| field(headers, HOST));
        Self {
            at: Instant::now(),
            begun: Moment::now(),
            client: client.address,
            https: client.https,
            method: cut(request.method().as_str(), 20),
            host: host.map(|host| cut(host.rsplit('@').next().unwrap_or_default(), LONGEST_FIELD)),
            target: masked(target, LONGEST_TARGET),
            version: request.version(),
            referrer: field(headers, REFERER).map(|referrer| masked(&referrer, LONGEST_FIELD)),
            agent: field(headers, USER_AGENT).map(|agent| cut(&agent, LONGEST_FIELD)),
            status: 0,
            bytes: 0,
        }
    }

    pub(in crate::server) const fn answered(&mut self, status: u16) {
        self.status = status;
    }

    /// Counts bytes of the answer's content.
    pub(in crate::server) fn sent(&mut self, bytes: usize) {
        self.bytes += u64::try_from(bytes).unwrap_or(0);
    }

    pub(super) fn line(&self, format: LogFormat) -> String {
        match format {
            LogFormat::Combined => self.combined(),
            LogFormat::Json => self.json(),
        }
    }

    fn combined(&self) -> String {
        let client = self.client.map_or_else(|| "-".to_owned(), |client| client.to_string());
        let quoted = |text: &Option<String>| text.as_deref().map_or_else(|| "-".to_owned(), escaped);
        format!(
            "{client} - - [{}] \"{} {} {:?}\" {} {} \"{}\" \"{}\"\n",
            self.at.common_log(),
            escaped(&self.method),
            escaped(&self.target),
            self.version,
            self.status,
            self.bytes,
            quoted(&self.referrer),
            quoted(&self.agent),
        )
    }

    fn json(&self) -> String {
        let line = json!({
            "time": self.at.rfc3339(),
            "client": self.client,
            "scheme": if self.https { "https" } else { "http" },
            "host": self.host,
            "method": self.method,
            "target": self.target,
            "protocol": format!("{:?}", self.version),
            "status": self.status,
            "bytes": self.bytes,
            "microseconds": u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(u64::MAX),
            "referrer": self.referrer,
            "user_agent": self.agent,
        });
        format!("{line}\n")
    }
}

fn field(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// As nginx escapes: what could end the field, the line, or an operator's terminal, as `\xHH`.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' | 0..=31 | 127..=255 => {
                let _ = write!(out, "\\x{byte:02X}");
            }
            plain => out.push(char::from(plain)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    fn entry(target: &str, agent: &[u8]) -> Entry {
        let mut request = Request::builder().uri(target).header("host", "courier.example").body(()).unwrap();
        request.headers_mut().insert(USER_AGENT, HeaderValue::from_bytes(agent).unwrap());
        let mut entry = Entry::new(&request, Client { address: "2001:db8::7".parse().ok(), https: true });
        entry.at = Instant::from_millis(1_764_000_000_000);
        entry.answered(200);
        entry.sent(5120);
        entry
    }

    #[test]
    fn a_request_in_both_forms() {
        let entry = entry("/feeds/all.rss?token=hunter2", "Reader/1 \"16 subscribers\"\té".as_bytes());
        assert_eq!(
            entry.line(LogFormat::Combined),
            "2001:db8::7 - - [24/Nov/2025:16:00:00 +0000] \"GET /feeds/all.rss?token=*** HTTP/1.1\" 200 5120 \"-\" \
             \"Reader/1 \\x2216 subscribers\\x22\\x09\\xC3\\xA9\"\n"
        );
        let json: serde_json::Value = serde_json::from_str(&entry.line(LogFormat::Json)).unwrap();
        assert_eq!(json["client"], "2001:db8::7");
        assert_eq!(json["user_agent"], "Reader/1 \"16 subscribers\"\té");
        assert_eq!((json["scheme"].as_str(), json["host"].as_str()), (Some("https"), Some("courier.example")));
        assert_eq!(json["referrer"], serde_json::Value::Null);
    }

    proptest! {
        #[test]
        fn one_request_is_one_line(agent in proptest::collection::vec(prop_oneof![Just(9_u8), 32..=126_u8, 128..=255_u8], 0..900)) {
            let entry = entry("/a", &agent);
            let combined = entry.line(LogFormat::Combined);
            prop_assert!(combined.ends_with("\"\n") && combined.bytes().all(|byte| byte == b'\n' || (32..127).contains(&byte)));
            // Six quotes begin and end the three texts.
            prop_assert_eq!((combined.matches('\n').count(), combined.matches('"').count()), (1, 6));
            let json = entry.line(LogFormat::Json);
            prop_assert_eq!(json.matches('\n').count(), 1);
            prop_assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok());
            prop_assert!(combined.len() < 4000 && json.len() < 4000);
        }
    }
}
