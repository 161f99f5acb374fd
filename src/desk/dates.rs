//! When an article was published, updated and released.

use std::time::Duration;

use super::observation::Seen;
use crate::article::{Article, Entry, Field};
use crate::instant::{Dated, Instant};

/// An article's dates as its entry keeps them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Published {
    /// The date shown; never later than now once public.
    pub(super) at: Instant,
    /// Until when it counts as that date: the day's end where no time was given.
    pub(super) until: Instant,
}

/// The published date: what a public article was published with, until its source gives another date than before; else the source's
/// own, else `first_sight`. What was taken over from an old feed so stands over the source's own, by which its readers do not know it.
pub(super) fn published(seen: &Seen, before: Option<&Entry>, now: Instant) -> Published {
    let Seen { article, first_sight, .. } = seen;
    let kept = before.filter(|before| before.was_public);
    let is_of_version = |at| article.version.is_some_and(|version| version.created == Some(at));
    let exactly = |at| Published { at, until: at };
    match (article.published, kept) {
        (None, Some(kept)) => exactly(kept.published),
        // Of many items only the version is dated: a later one's date is not that of publication.
        (Some(own), Some(kept)) if kept.published < own.at && is_of_version(own.at) => exactly(kept.published),
        // A date to come holds even what was public.
        (Some(own), Some(kept)) if own.at <= now && !kept.fingerprint.changed(&seen.fingerprint).contains(&Field::Published) => {
            exactly(kept.published)
        }
        (Some(Dated { at, until }), _) => Published { at, until },
        (None, None) => exactly(match article.embargo {
            Some(embargo) => embargo.at.max(*first_sight).min(now),
            // Before it is released, however quick we are: history is what was released when it was published.
            None => (*first_sight).min(now.minus(Duration::from_millis(1))),
        }),
    }
}

/// The updated date of an article that has just become known or public: its own where it lies between, else `published`.
pub(super) fn first_updated(article: &Article, published: Instant, now: Instant) -> Instant {
    article.updated.map_or(published, |updated| updated.at).min(now).max(published)
}

/// The updated date after a change that counts: the source's own where that has moved on too, else now.
pub(super) fn updated_by_change(article: &Article, before: &Entry, now: Instant) -> Instant {
    match article.updated {
        Some(own) if own.at > before.updated && own.at <= now => own.at,
        Some(_) | None => now.max(before.updated),
    }
}

/// The updated date of an article that comes back: later than when it went, which only now surely is.
pub(super) fn updated_by_return(before: &Entry, now: Instant) -> Instant {
    now.max(before.updated)
}

/// Whether an article published then is news now.
pub(super) fn is_news(published: Published, announce_within: Duration, now: Instant) -> bool {
    published.until.plus(announce_within) >= now
}
