//! URLs as an article's source writes them → absolute URLs that are safe to publish.

use std::cell::RefCell;

use url::Url;

use super::Place;
use super::allowed::LINK_SCHEMES;
use crate::article::{Asset, AssetFile, Published, References};
use crate::media_type::by_name;

/// The most candidates of a `srcset` that are kept.
const MAX_CANDIDATES: usize = 32;
/// The most addresses that are noted.
const MAX_ASKED: usize = 1000;

/// What relative URLs are relative to: the article's own link, and where other articles stand.
pub(super) struct Base<'a> {
    url: Option<Url>,
    references: &'a References,
    files: Files<'a>,
    /// Which addresses of media were asked for, where somebody wants to know.
    asked: Option<RefCell<Vec<String>>>,
}

/// The local files that the article shows, and where they are public.
#[derive(Clone, Copy, Default)]
pub(super) struct Files<'a> {
    /// The files.
    pub(super) assets: &'a [Asset],
    /// Where the feeds folder is public.
    pub(super) public: Option<&'a Url>,
}

impl<'a> Files<'a> {
    /// The file's URL; none where it was not found, or files are public nowhere.
    pub(super) fn url(self, asset: &'a Asset) -> Option<(Url, &'a AssetFile)> {
        let found = asset.found.as_ref()?;
        Some((self.public?.join(&found.published.path()).ok()?, found))
    }

    fn named(self, written: &str) -> Option<Url> {
        let asset = self.assets.iter().find(|asset| asset.written.iter().any(|known| known == written))?;
        let (mut url, _) = self.url(asset)?;
        // Where in a film to begin.
        url.set_fragment(written.split_once('#').map(|(_, fragment)| fragment));
        Some(url)
    }

    /// What is known of the file at this URL.
    pub(super) fn at(self, url: &str) -> Option<&'a AssetFile> {
        let place = url[..url.find('#').unwrap_or(url.len())].strip_prefix(self.public?.as_str())?;
        let place = place.strip_prefix(Published::FOLDER)?.strip_prefix('/')?;
        self.assets.iter().filter_map(|asset| asset.found.as_ref()).find(|found| found.published.as_str() == place)
    }
}

impl<'a> Base<'a> {
    pub(super) fn new(place: Place<'_>, references: &'a References, files: Files<'a>) -> Self {
        let mut url = Url::parse(place.link.as_str()).ok();
        if let Some(url) = &mut url
            && place.is_folder
            && !url.path().ends_with('/')
        {
            url.set_path(&format!("{}/", url.path()));
        }
        Self { url, references, files, asked: None }
    }

    /// The same, noting which addresses of media are asked for.
    pub(super) fn noting(self) -> Self {
        Self { asked: Some(RefCell::default()), ..self }
    }

    /// The addresses of media that were asked for, each once.
    pub(super) fn asked(self) -> Vec<String> {
        self.asked.map(RefCell::into_inner).unwrap_or_default()
    }

    /// The local files that the article shows.
    pub(super) const fn files(&self) -> Files<'a> {
        self.files
    }

    fn note(&self, written: &str) {
        if let Some(asked) = &self.asked {
            let mut asked = asked.borrow_mut();
            if asked.len() < MAX_ASKED && !asked.iter().any(|known| known == written) {
                asked.push(written.to_owned());
            }
        }
    }

    /// Where a link leads; `None` where it has no scheme that a link may have (`javascript:`, `data:`, …).
    pub(super) fn link(&self, written: &str) -> Option<String> {
        if let Some(target) = References::target(written.trim()) {
            let fragment = written.trim().split_once('#').map(|(_, fragment)| format!("#{fragment}")).unwrap_or_default();
            if let Some(link) = self.references.get(target) {
                return Some(format!("{link}{fragment}"));
            }
        }
        let written = trimmed(written);
        if by_name(&written[..written.find(['#', '?']).unwrap_or(written.len())]).is_some() {
            // A link to a picture's larger version, or to a recording.
            self.note(written);
            if let Some(url) = self.files.named(written) {
                return Some(url.into());
            }
        }
        let url = self.resolve(written)?;
        LINK_SCHEMES.contains(&url.scheme()).then(|| url.into())
    }

    /// Where a picture, sound or film is; http and https only.
    pub(super) fn medium(&self, written: &str) -> Option<Url> {
        let written = trimmed(written);
        self.note(written);
        if let Some(url) = self.files.named(written) {
            return Some(url);
        }
        self.frame(written)
    }

    /// Where a frame's page is; http and https only.
    pub(super) fn frame(&self, written: &str) -> Option<Url> {
        let url = self.resolve(written)?;
        matches!(url.scheme(), "http" | "https").then_some(url)
    }

    /// A `srcset` with each URL absolute; `None` where none is left. Parsed as the HTML standard says (section 4.8.4.2.2): a URL
    /// may contain commas, but neither begin nor end with one.
    pub(super) fn srcset(&self, written: &str) -> Option<String> {
        let mut out = String::new();
        let mut rest = written;
        for _ in 0..MAX_CANDIDATES {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
            if rest.is_empty() {
                break;
            }
            let (address, after) = rest.split_at(rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len()));
            let (descriptor, after) = if address.ends_with(',') { ("", after) } else { after.split_once(',').unwrap_or((after, "")) };
            rest = after;
            let Some(url) = self.medium(address.trim_end_matches(',')) else { continue };
            if !out.is_empty() {
                out.push_str(", ");
            }
            let url = url.as_str();
            match url.strip_suffix(',') {
                Some(start) => out.extend([start, "%2C"]),
                None => out.push_str(url),
            }
            let descriptor = descriptor.trim();
            if !descriptor.is_empty() && descriptor.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b' ')) {
                out.extend([" ", descriptor]);
            }
        }
        (!out.is_empty()).then_some(out)
    }

    fn resolve(&self, written: &str) -> Option<Url> {
        let written = trimmed(written);
        if written.is_empty() {
            return None;
        }
        let slash = |at: usize| matches!(written.as_bytes().get(at), Some(b'/' | b'\\'));
        if slash(0) && slash(1) {
            // Without a scheme of its own it would take the site's; the host that it names is asked by https.
            return Url::parse(&format!("https://{}", &written[2..])).ok();
        }
        match &self.url {
            Some(base) => base.join(written).ok(),
            None => Url::parse(written).ok(),
        }
    }
}

fn trimmed(written: &str) -> &str {
    written.trim_matches(|c: char| c.is_ascii_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Base<'static> {
        static NONE: std::sync::LazyLock<References> = std::sync::LazyLock::new(References::default);
        let link = crate::article::Link::parse("http://example.org/news/storm").unwrap();
        Base::new(Place { link: &link, is_folder: false, references: &NONE, files: None }, &NONE, Files::default())
    }

    #[test]
    fn links_become_absolute() {
        for (written, expected) in [
            ("other", "http://example.org/news/other"),
            ("/a b?c=d&e", "http://example.org/a%20b?c=d&e"),
            ("#part", "http://example.org/news/storm#part"),
            ("?page=2", "http://example.org/news/storm?page=2"),
            ("//cdn.example.net/x", "https://cdn.example.net/x"),
            ("\\\\cdn.example.net/x", "https://cdn.example.net/x"),
            (" https://é.example/ ", "https://xn--9ca.example/"),
            ("mailto:desk@example.org", "mailto:desk@example.org"),
            ("tel:+331", "tel:+331"),
        ] {
            assert_eq!(base().link(written).as_deref(), Some(expected), "{written}");
        }
    }

    #[test]
    fn what_runs_or_carries_data_is_refused() {
        for bad in [
            "javascript:alert(1)",
            "JaVa\tScRiPt:alert(1)",
            "\u{1}javascript:1",
            " data:text/html,x",
            "vbscript:x",
            "file:///etc",
            "blob:x",
            "about:blank",
            "",
        ] {
            assert_eq!(base().link(bad), None, "{bad:?}");
            assert_eq!(base().medium(bad), None, "{bad:?}");
        }
        assert_eq!(base().medium("mailto:a@b.c"), None);
        assert_eq!(base().medium("data:image/gif;base64,R0"), None);
    }

    #[test]
    fn srcset_keeps_descriptors_and_commas_in_urls() {
        assert_eq!(
            base().srcset("a.jpg 1x, /w_400,h_3/b.jpg 2x,c.jpg").as_deref(),
            Some("http://example.org/news/a.jpg 1x, http://example.org/w_400,h_3/b.jpg 2x, http://example.org/news/c.jpg")
        );
        assert_eq!(base().srcset("data:image/gif;base64,R0 1x, b.jpg 480w").as_deref(), Some("http://example.org/news/b.jpg 480w"));
        assert_eq!(base().srcset(" , ,"), None);
        assert_eq!(base().srcset("javascript:x 1x"), None);
    }
}
