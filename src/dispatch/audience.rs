//! Who of those that counted wants a bulletin.

use crate::article::{Bulletin, BulletinKind, FeedName, Sequence};
use crate::ledger::EndpointRow;

/// What an endpoint asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// The kinds it wants.
    pub events: Vec<BulletinKind>,
    /// Only breaking articles.
    pub breaking_only: bool,
    /// Only articles that this feed selects, before or after the change.
    pub feed: Option<FeedName>,
}

impl Filter {
    /// Whether the bulletin is for this endpoint. `sent`: an earlier revision went (or is going) there.
    ///
    /// `events` decides the kinds, always. The other filters lift for the withdrawal of what was sent: whoever has the text
    /// must learn that it is withdrawn, whatever the article has become since.
    pub fn wants(&self, bulletin: &Bulletin, sent: bool) -> bool {
        if !self.events.contains(&bulletin.kind) {
            return false;
        }
        let lifted = sent && bulletin.kind == BulletinKind::Withdrawn;
        lifted || self.selects(bulletin)
    }

    fn selects(&self, bulletin: &Bulletin) -> bool {
        (!self.breaking_only || bulletin.breaking) && self.feed.as_ref().is_none_or(|feed| bulletin.feeds.contains(feed))
    }
}

/// Whether an endpoint counted when the bulletin of this sequence was committed.
pub(super) fn counted(row: &EndpointRow, sequence: Sequence) -> bool {
    row.since < sequence && row.until.is_none_or(|until| sequence <= until)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dispatch::tests::bulletin;

    fn filter() -> Filter {
        Filter { events: BulletinKind::ALL.to_vec(), breaking_only: false, feed: None }
    }

    #[test]
    fn kinds_breaking_and_feed_each_narrow() {
        let ordinary = bulletin(1, BulletinKind::Published);
        assert!(filter().wants(&ordinary, false));
        assert!(!Filter { events: vec![BulletinKind::Updated], ..filter() }.wants(&ordinary, false));
        assert!(!Filter { breaking_only: true, ..filter() }.wants(&ordinary, false));
        assert!(Filter { breaking_only: true, ..filter() }.wants(&Bulletin { breaking: true, ..ordinary.clone() }, false));
        assert!(Filter { feed: FeedName::parse("all").ok(), ..filter() }.wants(&ordinary, false));
        assert!(!Filter { feed: FeedName::parse("world").ok(), ..filter() }.wants(&ordinary, false));
    }

    #[test]
    fn filters_lift_for_the_withdrawal_of_what_was_sent_and_for_nothing_else() {
        let narrow = Filter { breaking_only: true, feed: FeedName::parse("world").ok(), ..filter() };
        assert!(narrow.wants(&bulletin(2, BulletinKind::Withdrawn), true));
        assert!(!narrow.wants(&bulletin(2, BulletinKind::Withdrawn), false));
        assert!(!narrow.wants(&bulletin(2, BulletinKind::Updated), true));
        let no_kills = Filter { events: vec![BulletinKind::Published], ..narrow };
        assert!(!no_kills.wants(&bulletin(2, BulletinKind::Withdrawn), true));
    }
}
