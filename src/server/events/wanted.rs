//! What a client asks for, in its query and its `Last-Event-ID`.

use axum::http::HeaderMap;
use url::form_urlencoded;

use super::frame::Frame;
use crate::article::{BulletinKind, FeedName, Sequence};

/// The most feeds that one client may name.
const MOST_FEEDS: usize = 20;

/// Which bulletins a client wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Only articles that one of these feeds selects; all where none is named.
    pub(super) feeds: Vec<FeedName>,
    /// Only breaking articles.
    pub(super) breaking_only: bool,
    /// Only these kinds; all where none is named.
    pub(super) kinds: Vec<BulletinKind>,
    /// The last bulletin that it has.
    pub(super) after: Option<Sequence>,
}

impl Wanted {
    /// Reads a request. The error says what cannot be understood.
    pub(super) fn of(query: Option<&str>, headers: &HeaderMap) -> Result<Self, String> {
        let mut wanted = Self::default();
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            let value = value.as_ref();
            match name.as_ref() {
                "feed" => {
                    let feed = FeedName::parse(value).map_err(|why| format!("feed: {why}"))?;
                    if wanted.feeds.len() == MOST_FEEDS {
                        return Err(format!("feed: more than {MOST_FEEDS} feeds; name none for all of them"));
                    }
                    wanted.feeds.push(feed);
                }
                "breaking_only" => {
                    wanted.breaking_only = match value {
                        "" | "1" | "true" => true,
                        "0" | "false" => false,
                        _ => return Err("breaking_only: write true or false".to_owned()),
                    };
                }
                "events" => {
                    for word in value.split(',').map(str::trim).filter(|word| !word.is_empty()) {
                        let kind = BulletinKind::ALL.into_iter().find(|kind| kind.as_str() == word);
                        let known = "write article.published, article.updated or article.withdrawn, parted by commas";
                        wanted.kinds.push(kind.ok_or_else(|| format!("events: {known}"))?);
                    }
                }
                // For clients that cannot set the header, the first time for instance.
                "last_event_id" => wanted.after = Some(sequence(value)?),
                // Whatever else is there belongs to proxies and to those who make links.
                _ => {}
            }
        }
        // What the browser remembers is later than what the page's address says.
        if let Some(id) = headers.get("last-event-id").filter(|id| !id.is_empty()) {
            let text = id.to_str().map_err(|_| NO_SEQUENCE.to_owned())?;
            wanted.after = Some(sequence(text)?);
        }
        Ok(wanted)
    }

    /// Whether a bulletin is for it. A withdrawal passes whatever feed or priority was asked for: nobody knows any more what was sent to this
    /// client before, and whoever has an article must learn that it is gone.
    pub(super) fn has(&self, frame: &Frame) -> bool {
        let kind = self.kinds.is_empty() || self.kinds.contains(&frame.kind);
        let withdrawn = frame.kind == BulletinKind::Withdrawn;
        let breaking = !self.breaking_only || frame.breaking;
        let feed = self.feeds.is_empty() || self.feeds.iter().any(|feed| frame.feeds.contains(feed));
        kind && (withdrawn || (breaking && feed))
    }
}

const NO_SEQUENCE: &str = "Last-Event-ID: it is no sequence of a bulletin; send the last id that came, or none";

fn sequence(text: &str) -> Result<Sequence, String> {
    text.trim().parse().map(Sequence).map_err(|_| NO_SEQUENCE.to_owned())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use bytes::Bytes;
    use proptest::prelude::*;

    use super::*;

    fn of(query: &str) -> Result<Wanted, String> {
        Wanted::of(Some(query), &HeaderMap::new())
    }

    fn frame(kind: BulletinKind, breaking: bool, feeds: &[&str]) -> Frame {
        let feeds = feeds.iter().map(|name| FeedName::parse(name).unwrap()).collect();
        Frame { sequence: Sequence(1), kind, breaking, feeds, bytes: Bytes::new() }
    }

    #[test]
    fn a_query_names_feeds_kinds_and_priority() {
        let wanted = of("feed=tag%2Feurope&feed=all&breaking_only=true&events=article.published,article.withdrawn&utm_source=x").unwrap();
        assert_eq!(wanted.feeds.iter().map(FeedName::as_str).collect::<Vec<_>>(), ["tag/europe", "all"]);
        assert!(wanted.breaking_only);
        assert_eq!(wanted.kinds, [BulletinKind::Published, BulletinKind::Withdrawn]);
        assert_eq!(of("").unwrap(), Wanted::default());
    }

    #[test]
    fn what_cannot_be_understood_is_said() {
        for (query, named) in [
            ("feed=..", "feed"),
            ("breaking_only=maybe", "breaking_only"),
            ("events=article.gone", "events"),
            ("last_event_id=x", "Last-Event-ID"),
        ] {
            assert!(of(query).unwrap_err().starts_with(named), "{query}");
        }
        assert!(of(&"feed=all&".repeat(MOST_FEEDS + 1)).is_err());
    }

    #[test]
    fn the_header_stands_over_the_address() {
        let mut headers = HeaderMap::new();
        headers.insert("last-event-id", HeaderValue::from_static("9"));
        assert_eq!(Wanted::of(Some("last_event_id=3"), &headers).unwrap().after, Some(Sequence(9)));
        assert_eq!(of("last_event_id=3").unwrap().after, Some(Sequence(3)));
        headers.insert("last-event-id", HeaderValue::from_static(""));
        assert_eq!(Wanted::of(None, &headers).unwrap().after, None);
    }

    #[test]
    fn withdrawals_pass_feeds_and_priority_but_not_kinds() {
        use BulletinKind::{Published, Updated, Withdrawn};
        let wanted = of("feed=world&breaking_only=1").unwrap();
        assert!(wanted.has(&frame(Published, true, &["all", "world"])));
        assert!(!wanted.has(&frame(Published, false, &["world"])) && !wanted.has(&frame(Updated, true, &["all"])));
        assert!(wanted.has(&frame(Withdrawn, false, &[])));
        assert!(!of("events=article.published").unwrap().has(&frame(Withdrawn, true, &["all"])));
    }

    proptest! {
        #[test]
        fn no_query_panics(query in ".{0,80}", id in "[ -~]{0,20}") {
            let mut headers = HeaderMap::new();
            headers.insert("last-event-id", HeaderValue::from_str(&id).unwrap());
            let _ = Wanted::of(Some(&query), &headers);
        }
    }
}
