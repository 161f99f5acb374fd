//! An endpoint of the config file.

use std::fmt;

use url::Url;

use super::WebhookSecret;
use crate::article::{BulletinKind, FeedName};

/// `[[webhook]]`
#[derive(Clone)]
pub struct Webhook {
    /// Its name, unique.
    pub name: String,
    /// Where to. May carry a token in its path or query, so it is shown by origin only.
    pub url: Url,
    /// Signs every attempt; several while rotating, the first is the newest.
    pub secrets: Vec<WebhookSecret>,
    /// The kinds it wants.
    pub events: Vec<BulletinKind>,
    /// Only breaking articles.
    pub breaking_only: bool,
    /// Only articles that this feed selects.
    pub feed: Option<FeedName>,
    /// Whether its address may be private or loopback.
    pub allow_private: bool,
}

impl Webhook {
    /// One that wants everything, with all else as it is where the config file says nothing.
    pub fn new(name: impl Into<String>, url: Url, secrets: Vec<WebhookSecret>) -> Self {
        Self { name: name.into(), url, secrets, events: BulletinKind::ALL.to_vec(), breaking_only: false, feed: None, allow_private: false }
    }

    /// Its URL as logs and errors may show it: the origin only, since path, query and user name may be tokens.
    pub fn shown_url(&self) -> String {
        self.url.origin().ascii_serialization()
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, url: _, secrets, events, breaking_only, feed, allow_private } = self;
        f.debug_struct("Webhook")
            .field("name", name)
            .field("url", &self.shown_url())
            .field("secrets", secrets)
            .field("events", events)
            .field("breaking_only", breaking_only)
            .field("feed", feed)
            .field("allow_private", allow_private)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_origin_shows() {
        let url = Url::parse("https://user:pass@hooks.example.net:8443/T0/B1?token=x").unwrap();
        let secrets = vec![WebhookSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap()];
        let webhook = Webhook::new("newsroom", url, secrets);
        assert_eq!(webhook.shown_url(), "https://hooks.example.net:8443");
        let debug = format!("{webhook:?}");
        for secret in ["user", "pass", "T0", "B1", "token", "MfKQ"] {
            assert!(!debug.contains(secret), "{debug}");
        }
        assert!(debug.contains("newsroom") && debug.contains("hooks.example.net"));
    }
}
