//! The Content-Security-Policy of pages: what stands in them is let through by its hash, and nothing else runs.
//!
//! <https://www.w3.org/TR/CSP3/>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The style attributes that rendering writes: how a table's cells are aligned.
const STYLE_ATTRIBUTES: [&str; 3] = ["text-align: left", "text-align: center", "text-align: right"];

/// What of the policy a theme decides.
pub(super) struct Policy {
    style: String,
    script: String,
    /// Whether its styles bring letters of their own.
    fonts: bool,
}

/// A source expression for exactly this text.
fn hash_source(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

impl Policy {
    pub(super) fn new(style: &str, script: &str) -> Self {
        let attributes = STYLE_ATTRIBUTES.map(hash_source).join(" ");
        Self {
            style: format!("{} 'unsafe-hashes' {attributes}", hash_source(style)),
            script: hash_source(script),
            fonts: style.contains("@font-face"),
        }
    }

    /// No form, no base, no script but the theme's where `scripted`, no frame but those of these hosts.
    pub(super) fn of(&self, frames: &[String], scripted: bool) -> String {
        let hosts = frames.iter().filter(|host| is_host(host)).fold(String::new(), |hosts, host| hosts + " https://" + host);
        let frames = if hosts.is_empty() { String::new() } else { format!("frame-src{hosts}; ") };
        let script = if scripted { format!("script-src {}; ", self.script) } else { String::new() };
        let fonts = if self.fonts { "font-src https: data:; " } else { "" };
        format!(
            "default-src 'none'; style-src {}; {script}{fonts}img-src http: https: data:; media-src http: https:; {frames}\
             base-uri 'none'; form-action 'none'",
            self.style
        )
    }
}

/// Whether a text may stand in the policy as a host: names, ports and a leading wildcard, nothing that ends a directive.
fn is_host(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_cannot_end_a_directive() {
        assert!(is_host("www.youtube-nocookie.com") && is_host("*.example.org:8443"));
        assert!(!is_host("") && !is_host("a; script-src *") && !is_host("a b") && !is_host("'self'"));
    }

    #[test]
    fn a_script_runs_only_where_there_is_one_and_letters_load_only_where_a_style_brings_some() {
        let policy = Policy::new("a{}", "alert()");
        assert!(!policy.of(&[], false).contains("script-src") && !policy.of(&[], false).contains("font-src"));
        assert!(policy.of(&[], true).contains("; script-src 'sha256-"));
        assert!(Policy::new("@font-face{}", "").of(&[], false).contains("; font-src https: data:; "));
    }
}
