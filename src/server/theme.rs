//! How pages look: templates and one style sheet, carried in the binary. No script.

use std::fmt;

use axum::http::HeaderValue;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Output, Value};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::site::Site;

const TEMPLATES: [(&str, &str); 4] = [
    ("base.html", include_str!("theme/base.html")),
    ("article.html", include_str!("theme/article.html")),
    ("front.html", include_str!("theme/front.html")),
    ("notice.html", include_str!("theme/notice.html")),
];
const STYLE: &str = include_str!("theme/style.css");
/// The icon of browsers' tabs.
pub(super) const ICON: &str = include_str!("theme/icon.svg");

/// Templates ready to be filled. The style sheet stands in every page (a page is one request, and one that a cache kept from
/// before an upgrade keeps its own), let through by its hash.
pub(super) struct Theme {
    environment: Environment<'static>,
    style_source: String,
}

/// The style attributes that rendering writes: how a table's cells are aligned.
const STYLE_ATTRIBUTES: [&str; 3] = ["text-align: left", "text-align: center", "text-align: right"];

/// A source expression of a Content-Security-Policy for exactly this style.
fn hash_source(style: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(style)))
}

impl Theme {
    pub(super) fn embedded() -> Self {
        let mut environment = Environment::new();
        // Whatever the template is called: everything is escaped unless marked safe.
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        environment.set_formatter(|out, _, value| write(out, value).map_err(Into::into));
        for (name, source) in TEMPLATES {
            if let Err(error) = environment.add_template(name, source) {
                tracing::error!(%error, name, "a page's template is broken");
            }
        }
        environment.add_global("style", STYLE);
        let attributes = STYLE_ATTRIBUTES.map(hash_source).join(" ");
        Self { environment, style_source: format!("{} 'unsafe-hashes' {attributes}", hash_source(STYLE)) }
    }

    /// Fills a template; `None` (and a line in the log) where that fails.
    pub(super) fn fill(&self, template: &str, view: &impl Serialize) -> Option<String> {
        let filled = self.environment.get_template(template).and_then(|template| template.render(Serde(view)));
        filled.inspect_err(|error| tracing::error!(%error, template, "a page cannot be made")).ok()
    }

    /// The Content-Security-Policy of every page: no script, no form, no frame but those that the operator lets through.
    pub(super) fn content_security_policy(&self, site: &Site) -> HeaderValue {
        let hosts = site.frames.iter().filter(|host| is_host(host)).fold(String::new(), |hosts, host| hosts + " https://" + host);
        let frames = if hosts.is_empty() { String::new() } else { format!("frame-src{hosts}; ") };
        let policy = format!(
            "default-src 'none'; style-src {}; img-src http: https: data:; media-src http: https:; {frames}\
             base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            self.style_source
        );
        HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
    }
}

/// Writes a value into a page. minijinja's own way escapes `/` too, which programs that look for links by eye stumble over.
fn write(out: &mut Output<'_>, value: &Value) -> fmt::Result {
    if value.is_undefined() || value.is_none() {
        return Ok(());
    }
    let made = if value.as_str().is_some() { String::new() } else { value.to_string() };
    let mut rest = value.as_str().unwrap_or(&made);
    if value.is_safe() {
        return out.write_str(rest);
    }
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        out.write_str(&rest[..at])?;
        out.write_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        })?;
        rest = &rest[at + 1..];
    }
    out.write_str(rest)
}

/// Whether a text may stand in the policy as a host: names, ports and a leading wildcard, nothing that ends a directive.
fn is_host(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'*'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_template_compiles() {
        let theme = Theme::embedded();
        for (name, _) in TEMPLATES {
            assert!(theme.environment.get_template(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn the_style_sheet_cannot_end_its_element() {
        // It stands raw in the page, and its hash is of exactly these bytes.
        assert!(!STYLE.contains('<'));
        assert!(!STYLE.contains('\r'));
    }

    #[test]
    fn hosts_cannot_end_a_directive() {
        assert!(is_host("www.youtube-nocookie.com") && is_host("*.example.org:8443"));
        assert!(!is_host("") && !is_host("a; script-src *") && !is_host("a b") && !is_host("'self'"));
    }

    #[test]
    fn what_is_not_there_leaves_nothing_and_what_is_safe_stays() {
        let environment = Theme::embedded().environment;
        let filled = environment.render_str("{{ gone }}{{ none }}{{ 3 }}{{ '<p>'|safe }}{{ ['<'] }}", ()).unwrap();
        assert_eq!(filled, "3<p>[&#39;&lt;&#39;]");
    }

    proptest! {
        #[test]
        fn text_stays_text(text in any::<String>()) {
            let context = std::collections::BTreeMap::from([("text", text.clone())]);
            let filled = Theme::embedded().environment.render_str("{{ text }}", Serde(&context)).unwrap();
            prop_assert!(!filled.contains(['<', '>', '"', '\'']));
            let back = filled.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&");
            prop_assert_eq!(back, text);
        }
    }
}
