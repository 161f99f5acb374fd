//! A signing secret that never shows itself.

use std::fmt;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;
use zeroize::Zeroizing;

/// Where a secret comes from, as the config file says.
#[derive(Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// Written literally.
    Literal(String),
    /// From an environment variable.
    Env(String),
    /// From a file, its trailing line break left out.
    File(PathBuf),
}

impl fmt::Debug for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(_) => f.write_str("Literal(…)"),
            Self::Env(name) => write!(f, "Env({name})"),
            Self::File(path) => write!(f, "File({})", path.display()),
        }
    }
}

/// Why a text is no webhook secret; never holds the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InvalidSecret {
    /// The prefix is missing.
    #[error("a webhook secret begins with 'whsec_'")]
    Prefix,
    /// What follows is no base64.
    #[error("what follows 'whsec_' is not base64")]
    Base64,
    /// Standard Webhooks asks for 24 to 64 bytes.
    #[error("a webhook secret holds 24 to 64 bytes, this one holds {0}")]
    Length(usize),
}

/// A symmetric secret of Standard Webhooks (`whsec_` and base64), wiped from memory when dropped.
#[derive(Clone)]
pub struct WebhookSecret(Zeroizing<Vec<u8>>);

impl WebhookSecret {
    /// Reads `whsec_…`.
    pub fn parse(text: &str) -> Result<Self, InvalidSecret> {
        let encoded = text.trim().strip_prefix("whsec_").ok_or(InvalidSecret::Prefix)?;
        let key = Zeroizing::new(STANDARD.decode(encoded).map_err(|_| InvalidSecret::Base64)?);
        if (24..=64).contains(&key.len()) { Ok(Self(key)) } else { Err(InvalidSecret::Length(key.len())) }
    }

    /// The key's bytes, for signing only.
    pub fn key(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("whsec_…")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_shows_itself() {
        let secret = WebhookSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        assert_eq!(format!("{secret:?}"), "whsec_…");
        assert_eq!(secret.key().len(), 24);
        let literal = SecretSource::Literal("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".into());
        assert!(!format!("{literal:?}").contains("MfKQ"));
    }

    #[test]
    fn what_is_wrong_is_said_without_the_text() {
        assert_eq!(WebhookSecret::parse("hunter2").unwrap_err(), InvalidSecret::Prefix);
        assert_eq!(WebhookSecret::parse("whsec_***").unwrap_err(), InvalidSecret::Base64);
        assert_eq!(WebhookSecret::parse("whsec_c2hvcnQ=").unwrap_err(), InvalidSecret::Length(5));
    }
}
