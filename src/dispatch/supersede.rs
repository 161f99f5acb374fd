//! A kill overtakes: whether a delivery has become pointless, asked before each attempt.
//!
//! The ledger knows; asking it for each of a hundred thousand endpoints would cost more than sending. So its answer is kept for
//! as long as nothing was committed or settled since: the first attempt after a change asks, all others share the answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use super::audience::{Filter, counted};
use crate::article::{ArticleId, Bulletin, BulletinKind, Revision};
use crate::ledger::{EndpointRow, Fault, Ledger};

/// How many articles' answers are kept at most.
const MOST_KEPT: usize = 4096;

type Answer = Arc<OnceCell<Arc<[Arc<Bulletin>]>>>;

/// What the ledger said of newer revisions since it last changed.
#[derive(Debug, Default)]
pub(super) struct Newer(Mutex<HashMap<(ArticleId, Revision), Answer>>);

impl Newer {
    /// The ledger has changed: what was said no longer counts.
    pub(super) fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The bulletins of the same article above this one, oldest first.
    pub(super) async fn than(&self, bulletin: &Bulletin, ledger: &dyn Ledger) -> Result<Arc<[Arc<Bulletin>]>, Fault> {
        let answer = {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let key = (bulletin.article.clone(), bulletin.revision);
            if kept.len() >= MOST_KEPT && !kept.contains_key(&key) {
                kept.clear();
            }
            Arc::clone(kept.entry(key).or_default())
        };
        let ask = || async { ledger.newer(bulletin.article.clone(), bulletin.revision).await.map(Arc::from) };
        answer.get_or_try_init(ask).await.cloned()
    }
}

/// The newer bulletin that makes a delivery to this endpoint pointless: a withdrawal, whoever it is owed to, or one that is owed
/// to this endpoint too.
pub(super) fn superseding<'a>(newer: &'a [Arc<Bulletin>], row: &EndpointRow, filter: &Filter) -> Option<&'a Bulletin> {
    let owed = |bulletin: &Bulletin| counted(row, bulletin.sequence) && filter.wants(bulletin, false);
    newer.iter().map(|bulletin| &**bulletin).find(|bulletin| bulletin.kind == BulletinKind::Withdrawn || owed(bulletin))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Sequence;
    use crate::dispatch::tests::{bulletin, row};

    fn filter(events: &[BulletinKind]) -> Filter {
        Filter { events: events.to_vec(), breaking_only: false, feed: None }
    }

    #[test]
    fn by_what_is_owed_here_too_or_by_any_withdrawal() {
        let all = filter(&BulletinKind::ALL);
        let update = [Arc::new(bulletin(2, BulletinKind::Updated))];
        let kill = [Arc::new(bulletin(2, BulletinKind::Withdrawn))];
        assert!(superseding(&[], &row("webhook:e"), &all).is_none());
        assert!(superseding(&update, &row("webhook:e"), &all).is_some());
        let published_only = filter(&[BulletinKind::Published]);
        assert!(superseding(&update, &row("webhook:e"), &published_only).is_none());
        assert!(superseding(&kill, &row("webhook:e"), &published_only).is_some());
        let retired = EndpointRow { until: Some(Sequence(1)), ..row("webhook:e") };
        assert!(superseding(&update, &retired, &all).is_none());
        assert!(superseding(&kill, &retired, &all).is_some());
    }
}
