//! Under which licence an article may be used, as feeds can say it.
//!
//! - Atom: words as `atom:rights` (RFC 4287 section 4.2.10, text for people), a URL as `link rel="license"` (RFC 4946), which is where
//!   machines look.
//! - RSS: `dc:rights` of the item, words or URL; a licence of Creative Commons also as `creativeCommons:license`, whose value is its URL
//!   (<http://backend.userland.com/creativeCommonsRssModule>), any other URL as `dcterms:license`. RSS's own `copyright` is the channel's.
//! - JSON Feed has no member for it; an extension object, `_rights`, says both.

use std::borrow::Cow;

use url::Url;

/// A licence: at least one of the two is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Licence<'a> {
    /// Words for people.
    pub(super) words: Option<Cow<'a, str>>,
    /// Where the licence itself stands: an http or https URL.
    pub(super) url: Option<String>,
}

impl<'a> Licence<'a> {
    /// The licence that an article names: by URL, by one of Creative Commons' short names, or in words.
    pub(super) fn of(text: &'a str) -> Self {
        let text = text.trim();
        if let Ok(url) = Url::parse(text)
            && matches!(url.scheme(), "http" | "https")
            && url.has_host()
        {
            return Self { words: None, url: Some(url.into()) };
        }
        Self { words: Some(Cow::Borrowed(text)), url: creative_commons(text) }
    }

    /// Its URL, where it is a licence of Creative Commons.
    pub(super) fn creative_commons(&self) -> Option<&str> {
        let url = self.url.as_deref()?;
        let rest = url.split_once("://")?.1;
        let rest = rest.strip_prefix("www.").unwrap_or(rest);
        rest.starts_with("creativecommons.org/").then_some(url)
    }

    /// Words, else the URL.
    pub(super) fn text(&self) -> &str {
        self.words.as_deref().or(self.url.as_deref()).unwrap_or_default()
    }
}

/// The licences of Creative Commons.
const KINDS: [&str; 6] = ["by", "by-sa", "by-nc", "by-nd", "by-nc-sa", "by-nc-nd"];
const VERSIONS: [&str; 5] = ["4.0", "3.0", "2.5", "2.0", "1.0"];

/// The URL of a short name: `CC BY-SA 4.0`, or SPDX's `CC-BY-SA-4.0`.
fn creative_commons(text: &str) -> Option<String> {
    let name = text.to_ascii_lowercase().replace([' ', '_'], "-");
    if name == "cc0" || name == "cc0-1.0" {
        return Some("https://creativecommons.org/publicdomain/zero/1.0/".to_owned());
    }
    let rest = name.strip_prefix("cc-")?;
    let (kind, version) = VERSIONS.iter().find_map(|version| Some((rest.strip_suffix(version)?.strip_suffix('-')?, *version)))?;
    KINDS.contains(&kind).then(|| format!("https://creativecommons.org/licenses/{kind}/{version}/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_of_creative_commons_have_urls() {
        for (text, url) in [
            ("CC BY 4.0", Some("https://creativecommons.org/licenses/by/4.0/")),
            ("CC-BY-NC-SA-3.0", Some("https://creativecommons.org/licenses/by-nc-sa/3.0/")),
            ("cc0", Some("https://creativecommons.org/publicdomain/zero/1.0/")),
            ("CC BY", None),
            ("CC BY-XX 4.0", None),
            ("© 2026 Example Times", None),
            ("https://example.org/terms", Some("https://example.org/terms")),
            ("javascript:alert(1)", None),
        ] {
            assert_eq!(Licence::of(text).url.as_deref(), url, "{text}");
        }
    }

    #[test]
    fn only_creative_commons_own_are_theirs() {
        for (text, is) in [
            ("CC BY 4.0", true),
            ("https://www.creativecommons.org/licenses/by/4.0/", true),
            ("https://creativecommons.org.evil.example/", false),
        ] {
            assert_eq!(Licence::of(text).creative_commons().is_some(), is, "{text}");
        }
    }
}
