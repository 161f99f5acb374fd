//! The tombstones that one feed carries.

use crate::article::{ArticleId, Tombstone};
use crate::feed::{self, Channel, Fragment};
use crate::instant::Instant;

/// So many tombstones stand in a feed at most, the latest ones.
const MOST: usize = 500;

/// One tombstone as Atom writes it.
#[derive(Clone, Debug)]
pub(super) struct Stone {
    id: ArticleId,
    at: Instant,
    until: Instant,
    pub(super) fragment: Fragment,
}

impl Stone {
    fn of(channel: &Channel, tombstone: &Tombstone) -> Self {
        Self { id: tombstone.id.clone(), at: tombstone.at, until: tombstone.until(), fragment: feed::tombstone(channel, tombstone) }
    }
}

/// A feed's tombstones, the latest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Graves {
    stones: Vec<Stone>,
    /// Whether older ones were left out.
    more: bool,
}

impl Graves {
    /// The latest of these.
    pub(super) fn of<'a>(channel: &Channel, tombstones: impl IntoIterator<Item = &'a Tombstone>) -> Self {
        let mut wanted: Vec<&Tombstone> = tombstones.into_iter().collect();
        wanted.sort_unstable_by(|a, b| (b.at, &a.id).cmp(&(a.at, &b.id)));
        let more = wanted.len() > MOST;
        wanted.truncate(MOST);
        Self { stones: wanted.into_iter().map(|tombstone| Stone::of(channel, tombstone)).collect(), more }
    }

    pub(super) fn stones(&self) -> &[Stone] {
        &self.stones
    }

    /// Whose they are.
    pub(super) fn ids(&self) -> impl Iterator<Item = &ArticleId> {
        self.stones.iter().map(|stone| &stone.id)
    }

    /// When the oldest falls.
    pub(super) fn until(&self) -> Option<Instant> {
        self.stones.last().map(|stone| stone.until)
    }

    /// Takes away those whose time is over, and those of these articles. Says whether any was there, and whether older ones that
    /// were left out must be looked up in their place.
    pub(super) fn clear(&mut self, at: Instant, gone: impl Fn(&ArticleId) -> bool) -> (bool, bool) {
        let before = self.stones.len();
        self.stones.retain(|stone| !gone(&stone.id));
        let taken = before > self.stones.len();
        self.stones.retain(|stone| stone.until > at);
        (before > self.stones.len(), taken && self.more)
    }

    /// Puts a tombstone in its place.
    pub(super) fn put(&mut self, channel: &Channel, tombstone: &Tombstone) {
        let place = self.stones.partition_point(|stone| (tombstone.at, &stone.id) < (stone.at, &tombstone.id));
        self.stones.insert(place, Stone::of(channel, tombstone));
        if self.stones.len() > MOST {
            self.stones.truncate(MOST);
            self.more = true;
        }
    }
}
