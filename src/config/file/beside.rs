//! `[sitemap]`, `[indexnow]` and `server.robots`: what search engines are told.

use url::Url;

use super::findings::Report;
use super::webhooks;
use super::written::{self, Texts};
use crate::config::{IndexNow, Site, Sitemap};

/// The endpoint that hands on to every search engine that takes part.
const INDEXNOW: &str = "https://api.indexnow.org/indexnow";
/// How many lines a robots.txt has at most; crawlers read no more than 500 KiB of it (RFC 9309 section 2.5).
const MOST_LINES: usize = 500;

pub(super) fn sitemap(written: written::Sitemap, site: &Site, report: &mut Report<'_>) -> Sitemap {
    Sitemap {
        enabled: written.enabled.unwrap_or(true),
        news: written.news.unwrap_or(true),
        news_name: report.text("sitemap.news_name", written.news_name).unwrap_or_else(|| site.title.clone()),
    }
}

pub(super) fn indexnow(written: &written::IndexNow, report: &mut Report<'_>) -> Option<IndexNow> {
    let allow_private = written.allow_private.unwrap_or(false);
    let endpoint = match &written.endpoint {
        Some(text) => webhooks::url("indexnow.endpoint", text, allow_private, report),
        None => Url::parse(INDEXNOW).ok(),
    };
    let Some(key) = &written.key else {
        if let Some(endpoint) = &written.endpoint {
            let remedy = "add a key of 8 to 128 letters, digits and '-'; make one with: openssl rand -hex 16";
            report.refuse(endpoint.span(), "indexnow.endpoint is given, but no indexnow.key", remedy);
        }
        return None;
    };
    let text = key.get_ref().trim();
    let fits = (8..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !fits {
        let message = "indexnow.key is not 8 to 128 letters, digits and '-'";
        report.refuse(key.span(), message, "make one with: openssl rand -hex 16");
        return None;
    }
    Some(IndexNow { key: text.to_owned(), endpoint: endpoint?, allow_private })
}

pub(super) fn robots(lines: Texts, report: &mut Report<'_>) -> Vec<String> {
    if lines.get_ref().len() > MOST_LINES {
        report.refuse(lines.span(), format!("server.robots has more than {MOST_LINES} lines"), "leave some out");
        return Vec::new();
    }
    let mut kept = Vec::new();
    for line in lines.into_inner() {
        let text = line.get_ref().trim();
        if text.chars().any(char::is_control) || text.chars().count() > 1000 {
            let remedy = "write each line of robots.txt as a text of its own: [\"User-agent: *\", \"Disallow: /drafts/\"]";
            report.refuse(line.span(), "a line of server.robots holds a line break or is longer than 1000 characters", remedy);
        } else {
            kept.push(text.to_owned());
        }
    }
    kept
}
