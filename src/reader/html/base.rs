//! What a page's relative addresses are relative to: its `<base>`, where it has one, else its own link, which is for rendering to
//! know.

use std::borrow::Cow;

use url::Url;

use super::page::Page;

/// A page's base.
pub(super) struct Base(Option<Url>);

/// Stands for the site, whose address no reader knows.
const SITE: &str = "https://site.invalid/";

impl Base {
    pub(super) fn of(page: &Page<'_>) -> Self {
        let href = page.named("base").filter_map(|at| page.elements.get(at)).find_map(|element| element.attribute("href"));
        let Some(href) = href.as_deref().map(str::trim).filter(|href| !href.is_empty()) else { return Self(None) };
        // A base that is itself relative to the page (`./`, `../`) is rendering's own but for the steps up.
        let is_rooted = href.starts_with('/') || href.contains("://");
        Self(Url::parse(SITE).ok().filter(|_| is_rooted).and_then(|site| site.join(href).ok()))
    }

    /// An address as it is to be carried on.
    pub(super) fn address<'t>(&self, written: &'t str) -> Cow<'t, str> {
        let trimmed = written.trim();
        let Some(base) = &self.0 else { return Cow::Borrowed(written) };
        // A place in the page itself stays one.
        if trimmed.is_empty() || trimmed.starts_with('#') || trimmed.starts_with("//") {
            return Cow::Borrowed(written);
        }
        match base.join(trimmed) {
            Ok(url) if url.as_str().starts_with(SITE) => Cow::Owned(url.as_str()[SITE.len() - 1..].to_owned()),
            Ok(url) => Cow::Owned(url.into()),
            Err(_) => Cow::Borrowed(written),
        }
    }

    /// A `srcset` with each of its addresses so.
    pub(super) fn srcset<'t>(&self, written: &'t str) -> Cow<'t, str> {
        if self.0.is_none() {
            return Cow::Borrowed(written);
        }
        let candidate = |candidate: &str| {
            let candidate = candidate.trim();
            let (address, descriptor) = candidate.split_once(char::is_whitespace).unwrap_or((candidate, ""));
            format!("{} {}", self.address(address), descriptor.trim()).trim_end().to_owned()
        };
        Cow::Owned(written.split(", ").take(64).map(candidate).collect::<Vec<_>>().join(", "))
    }

    /// Whether it changes anything.
    pub(super) const fn is_given(&self) -> bool {
        self.0.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(base: &str) -> Base {
        Base::of(&Page::parse(&format!("<base href=\"{base}\">"), false, 1))
    }

    #[test]
    fn addresses_follow_the_base() {
        let cdn = of("https://cdn.example.net/a/b.html");
        assert_eq!(cdn.address("c.jpg"), "https://cdn.example.net/a/c.jpg");
        assert_eq!(cdn.address("/c.jpg"), "https://cdn.example.net/c.jpg");
        assert_eq!(cdn.address("#note"), "#note");
        assert_eq!(cdn.address("mailto:a@b.example"), "mailto:a@b.example");
        assert_eq!(cdn.srcset("c.jpg 1x, d.jpg 2x"), "https://cdn.example.net/a/c.jpg 1x, https://cdn.example.net/a/d.jpg 2x");
        let rooted = of("/news/");
        assert_eq!(rooted.address("c.jpg"), "/news/c.jpg");
        assert_eq!(rooted.address("https://example.org/x"), "https://example.org/x");
        assert_eq!(of("./").address("c.jpg"), "c.jpg");
    }
}
