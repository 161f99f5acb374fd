//! Which pages some bulletins are about.

use std::collections::HashSet;
use std::sync::Arc;

use serde::Deserialize;
use url::Url;

use crate::article::Bulletin;

/// Of a bulletin's data, all that a ping carries.
#[derive(Deserialize)]
struct Linked {
    link: String,
}

/// The pages of one ping, each once.
#[derive(Default)]
pub(super) struct Pages {
    seen: HashSet<String>,
    links: Vec<String>,
}

impl Pages {
    /// Adds the pages of bulletins that are under the site's origin: a key speaks for no other.
    pub(super) fn add(&mut self, site: &Url, bulletins: &[Arc<Bulletin>]) {
        for bulletin in bulletins {
            let Ok(Linked { link }) = serde_json::from_str(&bulletin.data) else { continue };
            let own = Url::parse(&link).is_ok_and(|url| url.origin() == site.origin());
            if own && self.seen.insert(link.clone()) {
                self.links.push(link);
            }
        }
    }

    pub(super) fn links(&self) -> &[String] {
        &self.links
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::BulletinKind;
    use crate::dispatch::tests::bulletin;

    #[test]
    fn each_page_of_the_site_once() {
        let told = |link: &str| {
            let data = serde_json::json!({"id": "x", "revision": 1, "link": link, "html": "<p>…</p>"}).to_string();
            Arc::new(Bulletin { data: data.into(), ..bulletin(1, BulletinKind::Published) })
        };
        let mut pages = Pages::default();
        let site = Url::parse("https://example.org/blog/").unwrap();
        pages.add(&site, &[told("https://example.org/blog/a"), told("https://other.example/b"), told("https://example.org/blog/a")]);
        pages.add(&site, &[told("https://example.org/c"), told("not a link"), told("http://example.org/blog/a")]);
        assert_eq!(pages.links(), ["https://example.org/blog/a", "https://example.org/c"]);
    }
}
