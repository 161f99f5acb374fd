//! One attempt at a time for each endpoint and article.
//!
//! Two texts of one article on their way to one receiver could arrive in the wrong order. So each waits for the one before; a
//! withdrawal waits a second, then cuts the older attempt short.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::article::{ArticleId, Bulletin, BulletinKind, Revision};

/// How long a withdrawal waits for an older attempt.
const KILL_WAITS: Duration = Duration::from_secs(1);

type Key = (String, ArticleId);

/// Who is under way where.
#[derive(Debug, Default)]
pub(super) struct Turns(Mutex<HashMap<Key, Holder>>);

#[derive(Clone, Debug)]
struct Holder {
    revision: Revision,
    cut: CancellationToken,
    over: CancellationToken,
}

/// The right to make an attempt; over when dropped.
#[derive(Debug)]
pub(super) struct Turn {
    turns: Arc<Turns>,
    key: Key,
    holder: Holder,
}

impl Turns {
    /// Whether an attempt for this article is under way at this endpoint.
    pub(super) fn under_way(&self, endpoint: &str, article: &ArticleId) -> bool {
        self.lock().contains_key(&(endpoint.to_owned(), article.clone()))
    }

    /// Waits until it is this bulletin's turn at this endpoint.
    pub(super) async fn take(self: &Arc<Self>, endpoint: &str, bulletin: &Bulletin) -> Turn {
        let key = (endpoint.to_owned(), bulletin.article.clone());
        loop {
            let before = {
                match self.lock().entry(key.clone()) {
                    Entry::Occupied(holder) => holder.get().clone(),
                    Entry::Vacant(place) => {
                        let (cut, over) = (CancellationToken::new(), CancellationToken::new());
                        let holder = place.insert(Holder { revision: bulletin.revision, cut, over }).clone();
                        return Turn { turns: Arc::clone(self), key, holder };
                    }
                }
            };
            let overtakes = bulletin.kind == BulletinKind::Withdrawn && before.revision < bulletin.revision;
            if overtakes && tokio::time::timeout(KILL_WAITS, before.over.cancelled()).await.is_err() {
                before.cut.cancel();
            }
            before.over.cancelled().await;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Holder>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn {
    /// Returns once a withdrawal wants this attempt cut short.
    pub(super) async fn cut(&self) {
        self.holder.cut.cancelled().await;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.turns.lock().remove(&self.key);
        self.holder.over.cancel();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dispatch::tests::bulletin;

    #[tokio::test(start_paused = true)]
    async fn an_update_waits_as_long_as_it_takes() {
        let turns = Arc::new(Turns::default());
        let first = turns.take("e", &bulletin(1, BulletinKind::Published)).await;
        let others = turns.take("f", &bulletin(1, BulletinKind::Published)).await;
        let update = bulletin(2, BulletinKind::Updated);
        let mut second = std::pin::pin!(turns.take("e", &update));
        assert!(tokio::time::timeout(Duration::from_mins(1), &mut second).await.is_err());
        assert!(tokio::time::timeout(Duration::from_mins(1), first.cut()).await.is_err());
        drop(first);
        second.await;
        drop(others);
        assert!(turns.lock().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_withdrawal_cuts_after_a_second() {
        let turns = Arc::new(Turns::default());
        let first = turns.take("e", &bulletin(1, BulletinKind::Published)).await;
        let began = tokio::time::Instant::now();
        let cut_short = async {
            first.cut().await;
            let at = began.elapsed();
            drop(first);
            at
        };
        let kill = bulletin(2, BulletinKind::Withdrawn);
        let (at, _turn) = tokio::join!(cut_short, turns.take("e", &kill));
        assert_eq!(at, KILL_WAITS);
    }

    #[tokio::test(start_paused = true)]
    async fn a_withdrawal_does_not_cut_what_is_newer() {
        let turns = Arc::new(Turns::default());
        let newer = turns.take("e", &bulletin(3, BulletinKind::Published)).await;
        let kill = bulletin(2, BulletinKind::Withdrawn);
        assert!(tokio::time::timeout(Duration::from_mins(1), turns.take("e", &kill)).await.is_err());
        drop(newer);
    }
}
