//! A feed's window → its bytes, if they are others than before.

use std::time::Duration;

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::composed::ComposedFeed;
use super::publisher::Publisher;
use super::window::{Slot, Window};
use crate::config::Format;
use crate::feed::{self, Document, Fragment};
use crate::instant::Instant;
use crate::ledger::FeedRow;

impl Publisher {
    /// A feed's new version. Where its content is as it was, only `whole` gives its bytes.
    pub(super) fn version(&self, index: usize, window: Window, at: Instant, whole: bool) -> ComposedFeed {
        let feed = &self.feeds[index];
        let heads: Vec<(Format, usize)> =
            self.formats.iter().map(|format| (*format, feed::assemble(*format, &feed.channel, at, &[]).len())).collect();
        let shown = fitting(&window.slots, &heads, feed.config.max_bytes);
        let by_format: Vec<(Format, Vec<Fragment>)> = self
            .formats
            .iter()
            .map(|format| (*format, shown.iter().filter_map(|slot| slot.fragments.in_format(*format).cloned()).collect()))
            .collect();
        let mut hash = Sha256::new();
        for (format, fragments) in &by_format {
            hash.update(feed::assemble(*format, &feed.channel, Instant::MIN, &[]));
            for fragment in fragments {
                hash.update(fragment.digest);
            }
        }
        let digest = hash.finalize();
        let mut content = [0; 16];
        content.copy_from_slice(&digest[..16]);
        let other = content != feed.row.content;
        let changed = other || feed.replaced || feed.is_new;
        if !changed && !whole {
            return ComposedFeed { at: index, window, row: feed.row.clone(), changed, documents: Vec::new() };
        }
        // It moves whenever the bytes do, whatever the clock says.
        let updated = if other { at.max(feed.row.updated.plus(Duration::from_millis(1))) } else { feed.row.updated };
        let documents = by_format
            .into_iter()
            .map(|(format, fragments)| {
                Document::new(
                    feed.config.name.clone(),
                    format,
                    Bytes::from(feed::assemble(format, &feed.channel, updated, &fragments)),
                    updated,
                )
            })
            .collect();
        ComposedFeed { at: index, window, row: FeedRow { updated, content, ..feed.row.clone() }, changed, documents }
    }
}

/// What parts two entries, at most.
const BETWEEN: usize = 2;

/// The newest articles whose bytes fit in `max_bytes` in every format, beside the feed's own (`heads`); one at least.
fn fitting<'a>(slots: &'a [Slot], heads: &[(Format, usize)], max_bytes: usize) -> &'a [Slot] {
    let mut fits = slots.len();
    for (format, head) in heads {
        let mut bytes = *head;
        for (count, slot) in slots.iter().enumerate().take(fits) {
            bytes += slot.fragments.in_format(*format).map_or(0, |fragment| fragment.bytes.len() + BETWEEN);
            if bytes > max_bytes && count > 0 {
                fits = count;
                break;
            }
        }
    }
    &slots[..fits]
}
