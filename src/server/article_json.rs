//! An article as JSON, at its permalink with `.json`: an item of JSON Feed 1.1, as the feeds have it. docs/articles.md shows it.

use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, LINK, LOCATION, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use sha2::{Digest, Sha256};
use url::Url;

use super::article_page::{CACHE_CONTROL, article_of, entry_at};
use super::notice::Notice;
use super::pages::Pages;
use super::problem::problem;
use super::representation::{Made, Representation, Shared};
use super::site::Site;
use crate::article::{Article, Entry, Link, References};
use crate::config::{Content, Format};
use crate::feed::{self, Item, Style};
use crate::instant::Instant;
use crate::render::{self, Place};

const ENDING: &str = ".json";

/// Where an article is as JSON; nowhere where its link has a query, or is the site itself.
pub(super) fn address(link: &Link) -> Option<String> {
    let link = link.as_str();
    if link.contains(['?', '#']) {
        return None;
    }
    let link = link.trim_end_matches('/');
    // What stands after the host.
    let path = link.splitn(4, '/').nth(3)?;
    (!path.is_empty()).then(|| format!("{link}{ENDING}"))
}

/// The paths of the pages that a path may be the JSON of.
pub(super) fn pages_of(path: &str) -> Option<[String; 2]> {
    let page = path.strip_suffix(ENDING).filter(|page| page.len() > 1 && !page.ends_with('/'))?;
    Some([page.to_owned(), format!("{page}/")])
}

/// Answers with the article of the first of these pages that there is.
pub(super) async fn answer(pages: &Pages, site: &Arc<Site>, of: &[String; 2], method: &Method, headers: &HeaderMap) -> Response<Body> {
    let mut found = Err(Notice::Missing);
    for page in of {
        if matches!(found, Err(Notice::Missing)) {
            found = find(pages, site, page).await;
        }
    }
    match found {
        Ok(shared) => shared.answer(method, headers, Instant::now(), &pages.coder).await.map(Body::new),
        Err(notice) => refused(site, &notice, method),
    }
}

async fn find(pages: &Pages, site: &Arc<Site>, path: &str) -> Result<Shared, Notice> {
    let entry = entry_at(pages, site, path, None).await?;
    if address(&entry.link).is_none() {
        return Err(Notice::Missing);
    }
    if let Some(kept) = pages.json.get(site, &entry) {
        return Ok(kept);
    }
    let place = pages.coder.place().await.ok_or(Notice::Broken)?;
    if let Some(kept) = pages.json.get(site, &entry) {
        return Ok(kept);
    }
    let (article, references) = article_of(pages, site, &entry).await?;
    let (made_for, row) = (Arc::clone(site), entry.clone());
    let made = place.work(move || make(&made_for, &row, &article, &references)).await.ok_or(Notice::Broken)?;
    pages.json.put(site, entry, Arc::clone(&made));
    Ok(made)
}

fn make(site: &Site, entry: &Entry, article: &Article, references: &References) -> Shared {
    let place = Place::of(entry, references).with_files(&site.feeds_url);
    let rendered = render::render(article, place, site.author.as_deref(), &site.policy);
    // An item by itself has no feed that says in which language it is.
    let mut entry = entry.clone();
    entry.facts.language.get_or_insert_with(|| site.language.clone());
    let style = Style::plain(&site.url, "");
    let item = Item { entry: &entry, rendered: &rendered, style: &style, content: Content::Full };
    let bytes = feed::fragment(Format::Json, item).bytes;
    let hash = Sha256::digest(&bytes);
    let page = format!("<{}>; rel=\"canonical\"", entry.link);
    let mut further = vec![(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"))];
    further.extend(HeaderValue::try_from(page).ok().map(|page| (LINK, page)));
    Arc::new(Representation::new(Made {
        lasting: Vec::new(),
        delta: None,
        bytes,
        tag: hash[..16].iter().fold(String::with_capacity(32), |tag, byte| tag + &format!("{byte:02x}")),
        content_type: HeaderValue::from_static("application/json"),
        cache_control: CACHE_CONTROL,
        modified: None,
        further,
    }))
}

/// What a page says to people, said to programs.
fn refused(site: &Site, notice: &Notice, method: &Method) -> Response<Body> {
    let (title, text) = notice.words();
    let mut answer = match notice {
        Notice::Withdrawn { reason: Some(reason), .. } => problem(notice.status(), title, &format!("{text} {reason}"), method),
        Notice::Withdrawn { .. }
        | Notice::Missing
        | Notice::Moved { .. }
        | Notice::Retired
        | Notice::NotYet
        | Notice::Unavailable
        | Notice::Broken => problem(notice.status(), title, text, method),
    };
    if let Notice::Moved { to } = notice {
        // What has no JSON is shown as it is.
        let to = address(to).unwrap_or_else(|| to.to_string());
        let to = Url::parse(&to).map_or(to, |url| site.href(&url));
        if let Ok(to) = HeaderValue::try_from(to) {
            answer.headers_mut().insert(LOCATION, to);
        }
    }
    if notice.status() == StatusCode::SERVICE_UNAVAILABLE {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_has_one_place_as_json() {
        let of = |link: &str| address(&Link::parse(link).unwrap());
        assert_eq!(of("https://example.org/articles/storm").as_deref(), Some("https://example.org/articles/storm.json"));
        assert_eq!(of("https://example.org/2026/storm/").as_deref(), Some("https://example.org/2026/storm.json"));
        assert_eq!(of("https://example.org/a.html").as_deref(), Some("https://example.org/a.html.json"));
        for link in ["https://example.org/", "https://example.org/?p=12", "https://example.org/a?b=c"] {
            assert_eq!(of(link), None, "{link}");
        }
    }

    #[test]
    fn the_paths_of_its_page() {
        assert_eq!(pages_of("/articles/storm.json"), Some(["/articles/storm".to_owned(), "/articles/storm/".to_owned()]));
        for path in ["/articles/storm", "/.json", "/articles/.json", ".json", "/"] {
            assert_eq!(pages_of(path), None, "{path}");
        }
    }
}
