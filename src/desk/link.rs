//! Where an article stands on the web.

use jiff::tz::TimeZone;
use url::Url;

use crate::article::{Article, Link, SourcePath};
use crate::instant::Instant;
use crate::slug;

/// How links are made.
#[derive(Clone, Debug)]
pub(super) struct Permalinks {
    /// The site's URL; ends with `/`.
    pub(super) site: Url,
    /// The pattern under it.
    pub(super) pattern: String,
    /// For `{year}`, `{month}`, `{day}`.
    pub(super) zone: TimeZone,
}

/// A link as the source or the pattern gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Front matter's own: taken already, it is a diagnostic.
    Explicit(Link),
    /// The pattern's: taken already, it gets a number.
    Pattern(Link),
}

impl Permalinks {
    /// The link that an article wants; the message where its own is no usable URL.
    pub(super) fn wanted(&self, article: &Article, path: &SourcePath, published: Instant) -> Result<Wanted, String> {
        if let Some(own) = &article.link {
            let absolute = self.site.join(own.trim()).map_err(|error| format!("the link '{own}' is not a URL: {error}"))?;
            if absolute.origin() == self.site.origin() && is_reserved(absolute.path()) {
                return Err(format!("the link '{own}' is a place of newswire's own"));
            }
            return Link::of_url(absolute).map(Wanted::Explicit).map_err(|invalid| format!("the link {invalid}"));
        }
        self.by_pattern(article, path, published).map(Wanted::Pattern)
    }

    /// Whether a link is what the pattern gives but for the slug, where the headline made that: such a link stays when the headline
    /// changes. So it is in files of several articles, whose name is no single one's.
    pub(super) fn differs_by_headline(&self, link: &Link, article: &Article, path: &SourcePath, published: Instant) -> bool {
        const STAND_IN: &str = "stands-for-the-slug";
        if path.part().is_none() || article.slug.is_some() || article.link.is_some() {
            return false;
        }
        let stand_in = Article { slug: Some(STAND_IN.to_owned()), section: article.section.clone(), ..Article::default() };
        let Ok(pattern) = self.by_pattern(&stand_in, path, published) else { return false };
        let Some((before, after)) = pattern.as_str().split_once(STAND_IN) else { return false };
        let slug = link.as_str().strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
        slug.is_some_and(|slug| !slug.is_empty() && !slug.contains(['/', '?', '#']))
    }

    fn by_pattern(&self, article: &Article, path: &SourcePath, published: Instant) -> Result<Link, String> {
        let own = article.slug.as_deref().and_then(slug::slugify);
        let slug = own
            // The file's name is that of all its articles.
            .or_else(|| if path.part().is_some() { None } else { slug::of_file(&path.stem(), path.folder_name().as_deref()) })
            .or_else(|| slug::slugify(&article.headline))
            .unwrap_or_else(|| "article".to_owned());
        let mut expanded = self.pattern.clone();
        if ["{year}", "{month}", "{day}"].iter().any(|part| expanded.contains(part)) {
            let date = published.in_zone(&self.zone);
            expanded = expanded
                .replace("{year}", &format!("{:04}", date.year()))
                .replace("{month}", &format!("{:02}", date.month()))
                .replace("{day}", &format!("{:02}", date.day()));
        }
        if expanded.contains("{section}") {
            expanded = expanded.replace("{section}", &article.section.as_deref().and_then(slug::slugify).unwrap_or_default());
        }
        if expanded.contains("{path}") {
            expanded = expanded.replace("{path}", &slugged_path(path));
        }
        let expanded = expanded.replace("{slug}", &slug);
        // A part that came out empty (an article without a section) leaves no `//` behind.
        let parts: Vec<&str> = expanded.split('/').filter(|part| !part.is_empty()).collect();
        let mut relative = parts.join("/");
        if expanded.ends_with('/') {
            relative.push('/');
        }
        let absolute = self.site.join(&format!("./{relative}")).map_err(|error| format!("its link cannot be made: {error}"))?;
        Link::of_url(absolute).map_err(|invalid| format!("its link {invalid}"))
    }
}

/// Whether the built-in server has, or may come to have, something else at this path.
fn is_reserved(path: &str) -> bool {
    const PLACES: [&str; 5] = ["/", "/healthz", "/readyz", "/metrics", "/hub"];
    const FOLDERS: [&str; 4] = ["/feeds/", "/api/", "/dashboard", "/.well-known/"];
    PLACES.contains(&path) || FOLDERS.iter().any(|folder| path.starts_with(folder))
}

fn slugged_path(path: &SourcePath) -> String {
    let plain = path.without_extension();
    let plain = plain.strip_suffix("/index").unwrap_or(&plain);
    plain.split('/').filter_map(slug::slugify).collect::<Vec<_>>().join("/")
}

/// `link` with `-n` after its last part, before an extension or a closing slash.
pub(super) fn numbered(link: &Link, n: u32) -> Option<Link> {
    let mut url = Url::parse(link.as_str()).ok()?;
    let path = url.path().to_owned();
    let (body, slash) = path.strip_suffix('/').map_or((path.as_str(), ""), |body| (body, "/"));
    let last = body.rfind('/').map_or(0, |at| at + 1);
    let dot =
        [".html", ".htm"].iter().find_map(|ending| body[last..].strip_suffix(ending).map(|stem| last + stem.len())).unwrap_or(body.len());
    url.set_path(&format!("{}-{n}{}{slash}", &body[..dot], &body[dot..]));
    Link::parse(url.as_str()).ok()
}

/// Whether `link` is `base` or `base` with a number.
pub(super) fn is_numbered(link: &Link, base: &Link) -> bool {
    if link == base {
        return true;
    }
    let number = |end: &str| end.parse::<u32>().ok().filter(|n| *n > 1);
    link.as_str()
        .trim_end_matches('/')
        .trim_end_matches(".html")
        .trim_end_matches(".htm")
        .rsplit_once('-')
        .and_then(|(_, end)| number(end))
        .is_some_and(|n| numbered(base, n).as_ref() == Some(link))
}

/// The authority that ids are made under (RFC 4151 section 2.1): the site's host, without a port.
pub fn authority(site: &Url) -> String {
    site.host_str().unwrap_or("localhost").trim_matches(['[', ']']).replace(':', "-")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn link(pattern: &str, path: &str, article: &Article) -> String {
        let permalinks =
            Permalinks { site: Url::parse("https://example.org/news/").unwrap(), pattern: pattern.into(), zone: TimeZone::UTC };
        let path = SourcePath::new(Path::new(path)).unwrap();
        match permalinks.wanted(article, &path, Instant::from_millis(1_764_000_000_000)).unwrap() {
            Wanted::Explicit(link) | Wanted::Pattern(link) => link.as_str().to_owned(),
        }
    }

    #[test]
    fn patterns_fill_in() {
        let article = Article { section: Some("World News".into()), ..Article::default() };
        let plain = Article::default();
        for (pattern, path, article, expected) in [
            ("articles/{slug}", "2025-11-24-Hello World.md", &plain, "https://example.org/news/articles/hello-world"),
            ("{year}/{month}/{day}/{slug}/", "a/index.md", &plain, "https://example.org/news/2025/11/24/a/"),
            ("{path}.html", "World/Paris Talks.md", &plain, "https://example.org/news/world/paris-talks.html"),
            ("{section}/{slug}", "a.md", &article, "https://example.org/news/world-news/a"),
            ("{section}/{slug}", "a.md", &plain, "https://example.org/news/a"),
        ] {
            assert_eq!(link(pattern, path, article), expected);
        }
    }

    #[test]
    fn front_matter_stands_over_the_pattern() {
        let with = |own: &str| Article { link: Some(own.into()), ..Article::default() };
        assert_eq!(link("articles/{slug}", "a.md", &with("/2020/x.html")), "https://example.org/2020/x.html");
        assert_eq!(link("articles/{slug}", "a.md", &with("https://other.example/x")), "https://other.example/x");
        let slug = Article { slug: Some("My Slug".into()), ..Article::default() };
        assert_eq!(link("articles/{slug}", "a.md", &slug), "https://example.org/news/articles/my-slug");
    }

    #[test]
    fn in_a_file_of_several_a_new_headline_does_not_move_the_link() {
        let permalinks =
            Permalinks { site: Url::parse("https://example.org/").unwrap(), pattern: "{section}/{slug}.html".into(), zone: TimeZone::UTC };
        let file = SourcePath::new(Path::new("feed.json")).unwrap();
        let part = file.with_part(&crate::article::Part::at(1));
        let article = Article { headline: "After".into(), section: Some("World".into()), ..Article::default() };
        let stays = |link: &str, path: &SourcePath, article: &Article| {
            permalinks.differs_by_headline(&Link::parse(link).unwrap(), article, path, Instant::from_millis(0))
        };
        assert!(stays("https://example.org/world/before.html", &part, &article));
        assert!(stays("https://example.org/world/before-2.html", &part, &article));
        assert!(!stays("https://example.org/sport/before.html", &part, &article), "the section is another");
        assert!(!stays("https://example.org/world/before", &part, &article), "the pattern is another");
        assert!(!stays("https://example.org/world/before.html", &file, &article), "the file's name makes the link");
        assert!(!stays("https://example.org/world/before.html", &part, &Article { slug: Some("own".into()), ..article }));
    }

    #[test]
    fn newswire_s_own_places_are_not_given_away() {
        let permalinks = Permalinks { site: Url::parse("https://example.org/").unwrap(), pattern: "{slug}".into(), zone: TimeZone::UTC };
        let path = SourcePath::new(Path::new("a.md")).unwrap();
        for own in ["/", "/readyz", "/feeds/all.rss", "https://example.org/metrics", "/.well-known/x"] {
            let article = Article { link: Some(own.into()), ..Article::default() };
            assert!(permalinks.wanted(&article, &path, Instant::from_millis(0)).is_err(), "{own}");
        }
        let elsewhere = Article { link: Some("https://other.example/feeds/".into()), ..Article::default() };
        assert!(permalinks.wanted(&elsewhere, &path, Instant::from_millis(0)).is_ok());
    }

    #[test]
    fn numbers_go_before_the_ending() {
        for (base, expected) in [
            ("https://example.org/a", "https://example.org/a-2"),
            ("https://example.org/a/", "https://example.org/a-2/"),
            ("https://example.org/a.html", "https://example.org/a-2.html"),
            ("https://example.org/v1.2", "https://example.org/v1.2-2"),
        ] {
            let base = Link::parse(base).unwrap();
            let numbered = numbered(&base, 2).unwrap();
            assert_eq!(numbered.as_str(), expected);
            assert!(is_numbered(&numbered, &base));
            assert!(is_numbered(&base, &base));
        }
        let base = Link::parse("https://example.org/a").unwrap();
        assert!(!is_numbered(&Link::parse("https://example.org/a-b").unwrap(), &base));
        assert!(!is_numbered(&Link::parse("https://example.org/c-2").unwrap(), &base));
    }

    #[test]
    fn hostile_names_stay_under_the_site() {
        for path in ["..hidden/..md", "%2e%2e/a.md", "a?b#c.md", "http:/x.md"] {
            let made = link("articles/{path}", path, &Article::default());
            assert!(made.starts_with("https://example.org/news/articles/"), "{made}");
        }
    }
}
