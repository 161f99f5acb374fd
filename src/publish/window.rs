//! The newest articles of one feed, in its order.

use std::sync::Arc;

use super::fragments::Fragments;
use crate::article::{ArticleId, Order};

/// One article in a window.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) order: Order,
    pub(super) fragments: Arc<Fragments>,
}

/// What a feed shows: at most `limit` articles, newest first.
#[derive(Clone, Debug)]
pub(super) struct Window {
    pub(super) slots: Vec<Slot>,
    limit: usize,
    /// Whether articles may stand below the last slot.
    more: bool,
}

/// How far down a window knows its feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Horizon {
    /// All of it.
    Everything,
    /// Down to this place.
    Until(Order),
    /// Not at all.
    Nothing,
}

impl Horizon {
    /// Whether an article at this place would be known.
    pub(super) fn holds(&self, order: &Order) -> bool {
        match self {
            Self::Everything => true,
            Self::Until(last) => order <= last,
            Self::Nothing => false,
        }
    }

    /// The place after which nothing is known; `None` where nothing is.
    pub(super) fn order(self) -> Option<Order> {
        match self {
            Self::Until(last) => Some(last),
            Self::Everything | Self::Nothing => None,
        }
    }
}

impl Window {
    /// An empty window of a feed of which nothing is known yet.
    pub(super) fn new(limit: usize) -> Self {
        Self { slots: Vec::new(), limit, more: true }
    }

    /// How far down the feed is known.
    pub(super) fn horizon(&self) -> Horizon {
        match self.slots.last() {
            _ if !self.more => Horizon::Everything,
            Some(last) => Horizon::Until(last.order.clone()),
            None => Horizon::Nothing,
        }
    }

    /// Whether an article at this place would be shown, as far as is known.
    pub(super) fn reaches(&self, order: &Order) -> bool {
        self.horizon().holds(order) && self.has_room_for(order)
    }

    /// Whether the limit leaves room for an article at this place.
    pub(super) fn has_room_for(&self, order: &Order) -> bool {
        !self.is_full() || self.slots.last().is_some_and(|last| *order <= last.order)
    }

    /// How many bytes its entries are.
    pub(super) fn weight(&self) -> usize {
        self.slots.iter().map(|slot| slot.fragments.weight()).sum()
    }

    /// Whether it shows the article.
    pub(super) fn shows(&self, id: &ArticleId) -> bool {
        self.slots.iter().any(|slot| slot.order.id() == id)
    }

    /// Takes an article out; says whether it was there.
    pub(super) fn remove(&mut self, id: &ArticleId) -> bool {
        let before = self.slots.len();
        self.slots.retain(|slot| slot.order.id() != id);
        self.slots.len() < before
    }

    /// Puts an article at its place; what falls off the end is still in the feed below.
    pub(super) fn insert(&mut self, slot: Slot) {
        let at = self.slots.partition_point(|other| other.order < slot.order);
        self.slots.insert(at, slot);
        if self.slots.len() > self.limit {
            self.slots.truncate(self.limit);
            self.more = true;
        }
    }

    /// Puts an article below all others, if the limit leaves room.
    pub(super) fn append(&mut self, slot: Slot) {
        if self.is_full() {
            self.more = true;
        } else {
            self.slots.push(slot);
        }
    }

    /// How many more articles it could show.
    pub(super) fn lack(&self) -> usize {
        self.limit.saturating_sub(self.slots.len())
    }

    pub(super) fn is_full(&self) -> bool {
        self.lack() == 0
    }

    /// Whether articles may stand below the last slot.
    pub(super) fn has_more(&self) -> bool {
        self.more
    }

    /// Says whether anything stands below the last slot.
    pub(super) fn set_more(&mut self, more: bool) {
        self.more = more;
    }

    /// Something stands below the last slot; says whether that is news.
    pub(super) fn note_more(&mut self) -> bool {
        !std::mem::replace(&mut self.more, true)
    }
}
