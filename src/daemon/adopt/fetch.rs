//! An old feed from a URL or a file, bounded in size and time.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use reqwest::redirect;
use url::Url;

use crate::adopt::{self, MOST_ITEMS, OldFeed};
use crate::dispatch::network_policy::{GuardedResolver, NetworkPolicy};

/// The largest feed that is read, in bytes.
const LARGEST: u64 = 64 * 1024 * 1024;
/// How long fetching may take in all.
const TIMEOUT: Duration = Duration::from_mins(1);
/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(10);
/// How many pages of one feed are followed.
const MOST_PAGES: usize = 500;
/// How many redirects are followed.
const MOST_REDIRECTS: usize = 5;

/// An old feed and where it came from.
#[derive(Clone, Debug)]
pub struct OldSource {
    /// The file or URL as it was named.
    pub name: String,
    /// The URL, where it is one.
    pub url: Option<Url>,
    /// What it says, with the items of its older pages.
    pub feed: OldFeed,
    /// How many pages it was read from.
    pub pages: usize,
}

/// What came of fetching.
#[derive(Debug)]
pub enum FetchFault {
    /// It is not to be had.
    Place(String),
    /// It is no feed.
    Content(String),
}

/// Gets and reads an old feed; of one from a URL also its older pages (RFC 5005), where it names them and they are of the same host.
pub async fn fetch(name: &str) -> Result<OldSource, FetchFault> {
    let mut source = page(name).await?;
    let (mut seen, mut here) = (vec![name.to_owned()], source.url.clone());
    // A file may name the old site's other pages; only what is fetched from there is followed there.
    while let (Some(at), Some(next)) = (&here, source.feed.next.take()) {
        let Some(next) = at.join(&next).ok().filter(|next| next.host_str() == at.host_str()).map(String::from) else { break };
        if seen.contains(&next) || seen.len() >= MOST_PAGES {
            break;
        }
        let older = page(&next).await?;
        if source.feed.items.len() + older.feed.items.len() > MOST_ITEMS {
            return Err(FetchFault::Content(format!(
                "{name}: its pages have more than {MOST_ITEMS} items; name some of them by themselves"
            )));
        }
        source.feed.items.extend(older.feed.items);
        source.feed.damaged |= older.feed.damaged;
        source.feed.next = older.feed.next;
        here = older.url;
        seen.push(next);
    }
    source.pages = seen.len();
    Ok(source)
}

async fn page(name: &str) -> Result<OldSource, FetchFault> {
    let is_url = name.starts_with("http://") || name.starts_with("https://");
    let (bytes, charset, url) = if is_url {
        let url = Url::parse(name).map_err(|error| FetchFault::Place(format!("'{name}' is not a URL: {error}")))?;
        let (bytes, charset) = get(&url).await.map_err(|why| FetchFault::Place(format!("{name} cannot be fetched: {why}")))?;
        (bytes, charset, Some(url))
    } else {
        (read(Path::new(name)).map_err(|why| FetchFault::Place(format!("{name} cannot be read: {why}")))?, None, None)
    };
    let feed = adopt::parse(&bytes, charset.as_deref()).map_err(|why| {
        let colon = if matches!(why, adopt::Unreadable::Broken { .. }) { ":" } else { ": " };
        FetchFault::Content(format!("{name}{colon}{why}"))
    })?;
    Ok(OldSource { name: name.to_owned(), url, feed, pages: 1 })
}

fn too_large() -> String {
    format!("it is larger than {} MB", LARGEST / 1024 / 1024)
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > LARGEST { Err(too_large()) } else { Ok(bytes) }
}

async fn get(url: &Url) -> Result<(Vec<u8>, Option<String>), String> {
    // Who runs this command may reach what this machine reaches; what never serves feeds stays refused, redirects included.
    let policy = NetworkPolicy::AllowPrivate;
    policy.check_host(url).map_err(|refused| refused.to_string())?;
    // The error says that it is said already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let follow = redirect::Policy::custom(move |attempt| match policy.check_host(attempt.url()) {
        Err(refused) => attempt.error(refused),
        Ok(()) if attempt.previous().len() > MOST_REDIRECTS => attempt.error("it redirects more than five times"),
        Ok(()) => attempt.follow(),
    });
    let client = reqwest::Client::builder()
        .user_agent(concat!("newswire/", env!("CARGO_PKG_VERSION")))
        .redirect(follow)
        .no_proxy()
        .referer(false)
        .dns_resolver(GuardedResolver(policy))
        .connect_timeout(CONNECT)
        .timeout(TIMEOUT)
        .build()
        .map_err(|error| described(&error))?;
    let accept = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5";
    let mut answer = client.get(url.clone()).header("accept", accept).send().await.map_err(|error| described(&error))?;
    if !answer.status().is_success() {
        return Err(format!("the server answered {}", answer.status()));
    }
    let charset = answer.headers().get("content-type").and_then(|value| charset(value.to_str().ok()?));
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| described(&error))? {
        if (bytes.len() + chunk.len()) as u64 > LARGEST {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok((bytes, charset))
}

/// An error with what lies behind it: reqwest's own words leave that out.
fn described(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text = cause.to_string();
        source = cause.source();
    }
    text
}

fn charset(content_type: &str) -> Option<String> {
    let parameter = content_type
        .split(';')
        .skip(1)
        .map(str::trim)
        .find(|parameter| parameter.get(..8).is_some_and(|name| name.eq_ignore_ascii_case("charset=")))?;
    Some(parameter[8..].trim_matches('"').to_owned())
}
