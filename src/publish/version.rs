//! A feed's window → its bytes, if they are others than before.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::composed::ComposedFeed;
use super::graves::{Graves, Stone};
use super::layout;
use super::publisher::Publisher;
use super::window::{Slot, Window};
use crate::config::Format;
use crate::feed::{self, Channel, Document, Fragment, Modules, Part, View};
use crate::instant::Instant;
use crate::ledger::FeedRow;

impl Publisher {
    /// What a feed shows of its window and of its tombstones without becoming too large in any format; these go first.
    pub(super) fn fitting<'a>(&self, index: usize, window: &'a Window, graves: &'a Graves, at: Instant) -> (&'a [Slot], &'a [Stone]) {
        let feed = &self.feeds[index];
        let stones = fitting_stones(graves.stones(), feed.config.max_bytes / STONES_SHARE);
        let head = |format: &Format| {
            let stones = stones_in(*format, stones).iter().map(|stone| stone.fragment.bytes.len() + BETWEEN).sum::<usize>();
            (*format, feed::assemble(*format, &feed.channel, at, &[]).len() + declared(*format, window) + stones)
        };
        let heads: Vec<(Format, usize)> = self.formats.iter().map(head).collect();
        (fitting(&window.slots, &heads, feed.config.max_bytes), stones)
    }

    /// A feed's new version. Where its content is as it was, only `whole` gives its bytes.
    pub(super) fn version(
        &self,
        index: usize,
        window: Window,
        graves: Option<Graves>,
        part: Part,
        at: Instant,
        whole: bool,
    ) -> ComposedFeed {
        let feed = &self.feeds[index];
        let channel = Channel { part: part.clone(), ..feed.channel.clone() };
        let graves_now = graves.as_ref().unwrap_or(&feed.graves);
        let (shown, stones) = self.fitting(index, &window, graves_now, at);
        let of_family = feed.membership.is_some();
        let more = window.has_more() || shown.len() < window.slots.len();
        let by_format: Vec<(Format, Vec<Fragment>)> = self
            .formats
            .iter()
            .map(|format| {
                // Tombstones first: the grammar of RFC 4287 has elements of others before the entries, not among or after them.
                let stones = stones_in(*format, stones).iter().map(|stone| stone.fragment.clone());
                (*format, stones.chain(shown.iter().filter_map(|slot| slot.fragments.in_format(*format).cloned())).collect())
            })
            .collect();
        let mut hash = Sha256::new();
        let mut dateless = None;
        for (format, fragments) in &by_format {
            if *format == Format::Json {
                let of_head = Sha256::new_with_prefix(channel.next_url().unwrap_or_default());
                dateless = Some(digest(fragments.iter().fold(of_head, |hash, fragment| hash.chain_update(fragment.digest))));
            }
            hash.update(feed::assemble(*format, &channel, Instant::MIN, &[]));
            for fragment in fragments {
                hash.update(fragment.digest);
            }
        }
        let content = digest(hash);
        let other = content != feed.row.content;
        let changed = other || feed.replaced || feed.is_new;
        if !changed && !whole {
            let layout = of_family.then(|| {
                let written =
                    by_format.iter().map(|(format, fragments)| (*format, feed::assemble(*format, &channel, feed.row.updated, fragments)));
                let written: Vec<(Format, Vec<u8>)> = written.collect();
                let documents: Vec<(Format, &[u8])> = written.iter().map(|(format, bytes)| (*format, &bytes[..])).collect();
                layout::layout(&documents, shown, more)
            });
            let (row, documents, layout) = (feed.row.clone(), Vec::new(), layout.flatten());
            return ComposedFeed {
                at: index,
                window,
                graves,
                part,
                row,
                changed,
                of_family,
                dateless,
                documents,
                layout,
                deferred: false,
                view: None,
            };
        }
        // It moves whenever the bytes do, whatever the clock says.
        let updated = if other { at.max(feed.row.updated.plus(Duration::from_millis(1))) } else { feed.row.updated };
        // A file without a date in it may be as it was though the others change: tombstones stand in Atom alone.
        let same = |format: Format| !whole && !of_family && !feed.is_new && format == Format::Json && dateless == feed.dateless;
        let documents: Vec<Document> = by_format
            .into_iter()
            .filter(|(format, _)| !same(*format))
            .map(|(format, fragments)| {
                let (bytes, entries) = feed::assemble_placed(format, &channel, updated, &fragments);
                Document::of_feed(feed.config.name.clone(), format, Bytes::from(bytes), updated).with_entries(entries)
            })
            .collect();
        let layout = layout::in_formats(&documents, &self.formats).filter(|_| of_family);
        let layout = layout.and_then(|documents| layout::layout(&documents, shown, more));
        // Those of families have no pages: what people see of them does not stand in their files.
        let view = (!of_family).then(|| {
            let teasers = shown.iter().filter_map(|slot| slot.fragments.teaser.clone());
            Arc::new(View::new(&channel, updated, teasers))
        });
        let row = FeedRow { updated, content, ..feed.row.clone() };
        ComposedFeed { at: index, window, graves, part, row, changed, of_family, dateless, documents, layout, deferred: false, view }
    }
}

fn digest(hash: Sha256) -> [u8; 16] {
    let digest = hash.finalize();
    std::array::from_fn(|at| digest[at])
}

/// What parts two entries, at most.
const BETWEEN: usize = 2;

/// Tombstones take up at most this part of a feed's bytes.
const STONES_SHARE: usize = 4;

/// How many bytes the root takes at most to declare what its entries use.
fn declared(format: Format, window: &Window) -> usize {
    let fragments = window.slots.iter().filter_map(|slot| slot.fragments.in_format(format));
    fragments.fold(Modules::default(), |used, fragment| used.and(fragment.modules)).bytes()
}

/// Only Atom has a word for them.
fn stones_in(format: Format, stones: &[Stone]) -> &[Stone] {
    match format {
        Format::Atom => stones,
        Format::Rss | Format::Json => &[],
    }
}

/// The latest tombstones that fit in `max_bytes`.
fn fitting_stones(stones: &[Stone], max_bytes: usize) -> &[Stone] {
    let mut bytes = 0;
    let fits = stones.iter().take_while(|stone| {
        bytes += stone.fragment.bytes.len() + BETWEEN;
        bytes <= max_bytes
    });
    &stones[..fits.count()]
}

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
