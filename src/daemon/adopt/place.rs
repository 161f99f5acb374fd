//! Where an old feed stood, and whether an alias may stand there.

use url::Url;

use crate::config::Config;

/// The longest place of an alias, in bytes.
const LONGEST: usize = 1024;

/// The path, and query, of an old feed's URL, if that is of the site's host.
pub(super) fn of_url(url: &Url, config: &Config) -> Option<String> {
    let host = |url: &Url| url.host_str().map(|host| host.trim_start_matches("www.").to_ascii_lowercase());
    (host(url).is_some() && host(url) == host(&config.site.url)).then(|| written(url))
}

fn written(url: &Url) -> String {
    let mut place = url.path().to_owned();
    if let Some(query) = url.query().filter(|query| !query.is_empty()) {
        place.push('?');
        place.push_str(query);
    }
    place
}

/// The place that somebody wrote: a path with or without a query, or a whole URL. The message where it cannot be one.
pub(super) fn parse(text: &str, config: &Config) -> Result<String, String> {
    let text = text.trim();
    let whole = text.starts_with("http://") || text.starts_with("https://");
    if !whole && (!text.starts_with('/') || text.starts_with("//")) {
        return Err(format!("the alias '{text}' is no path: write it as /old/feed.xml, from the host's root"));
    }
    let url = config.site.url.join(text).map_err(|error| format!("the alias '{text}' is no path: {error}"))?;
    let place = written(&url);
    if place.len() > LONGEST {
        return Err(format!("the alias '{}…' is longer than {LONGEST} bytes", place.chars().take(60).collect::<String>()));
    }
    Ok(place)
}

/// Why nothing can stand for an old feed there, where nothing can.
pub(super) fn is_refused(place: &str, config: &Config) -> Option<String> {
    const OWN: [&str; 4] = ["/healthz", "/readyz", "/metrics", "/hub"];
    if place == "/" || place == config.site.url.path() || OWN.contains(&place) {
        return Some(format!("'{place}' is a page of newswire's own: it cannot stand for an old feed"));
    }
    None
}

/// Whether a feed of newswire's own stands there already.
pub(in crate::daemon) fn is_own_feed(place: &str, config: &Config) -> bool {
    let feeds = &config.feeds.url;
    let own = |base: &str| {
        let Some(file) = place.strip_prefix(base) else { return false };
        let of =
            |feed: &crate::config::Feed| config.feeds.formats.iter().any(|format| file == format!("{}.{}", feed.name, format.extension()));
        config.feed.iter().any(of)
    };
    own("/feeds/") || (feeds.origin() == config.site.url.origin() && own(feeds.path()))
}
