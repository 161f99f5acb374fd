//! An article's row with an item's id and dates.

use super::old_feed::OldItem;
use crate::article::{ArticleId, Entry};
use crate::instant::Instant;

/// The row as it shall be. It stands in its feeds where the old feed's date puts it, and nothing of it looks new.
///
/// The source's own date is not lost: as soon as that changes, it counts again (`desk::dates`).
pub fn taken_over(entry: &Entry, id: &ArticleId, item: &OldItem, now: Instant) -> Entry {
    // A date to come would hold the article, which stands in public already.
    let published = item.published.filter(|date| *date <= now).unwrap_or(entry.published);
    // As it became public here, `updated` was set to `published`; a later one is its source's, or that of a change.
    let own = (entry.updated > entry.published).then_some(entry.updated);
    // The first bulletin tells of its publication, each further one of a change here.
    let changed_here = entry.revision.0 > 1;
    let updated = match (item.updated.filter(|date| *date <= now), own) {
        (Some(old), Some(own)) if changed_here => old.max(own),
        (Some(old), _) => old,
        (None, Some(own)) => own,
        (None, None) => published,
    };
    Entry {
        id: id.clone(),
        published,
        updated: updated.max(published),
        released: if item.published.is_some() || entry.released == entry.published { published } else { entry.released },
        ..entry.clone()
    }
}
