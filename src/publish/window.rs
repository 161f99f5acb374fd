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

impl Window {
    /// A window of these articles, already in order; `more` where the feed has others below.
    pub(super) fn new(slots: Vec<Slot>, limit: usize, more: bool) -> Self {
        Self { slots, limit, more }
    }

    /// Whether an article at this place would be shown.
    pub(super) fn reaches(&self, order: &Order) -> bool {
        self.slots.len() < self.limit || self.slots.last().is_none_or(|last| *order <= last.order)
    }

    /// Whether it shows the article.
    pub(super) fn shows(&self, id: &ArticleId) -> bool {
        self.slots.iter().any(|slot| slot.order.id() == id)
    }

    /// Takes an article out.
    pub(super) fn remove(&mut self, id: &ArticleId) {
        self.slots.retain(|slot| slot.order.id() != id);
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

    /// How many articles from below the last slot it could show, and the place after which they stand.
    pub(super) fn lacks(&self) -> Option<(usize, Option<Order>)> {
        (self.more && self.slots.len() < self.limit)
            .then(|| (self.limit - self.slots.len(), self.slots.last().map(|slot| slot.order.clone())))
    }

    /// Says whether anything stands below the last slot.
    pub(super) fn set_more(&mut self, more: bool) {
        self.more = more;
    }
}
