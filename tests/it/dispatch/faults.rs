//! What happens when the ledger cannot write, cannot say, or has given the work to another.

use std::sync::Arc;
use std::time::Duration;

use newswire::article::BulletinKind::Published;

use super::memory_ledger::{MemoryLedger, Trouble};
use super::newsroom::{Newsroom, bulletin, newsroom_and_receiver};
use super::receiver::Receiver;

async fn newsroom_with(trouble: &[Trouble]) -> (Newsroom, Receiver) {
    let ledger = Arc::new(MemoryLedger::new());
    ledger.trouble(trouble);
    newsroom_and_receiver(ledger).await
}

#[tokio::test]
async fn a_settlement_is_repeated_until_it_stands() {
    for trouble in [[Trouble::Unavailable, Trouble::Unavailable], [Trouble::Unavailable, Trouble::AnswerLost]] {
        let (newsroom, receiver) = newsroom_with(&trouble).await;
        newsroom.tell(&[bulletin("a", 1, Published)]).await;
        receiver.next().await;
        newsroom.settled().await;
        assert_eq!(newsroom.attempts("a").await.len(), 1);
        assert!(receiver.rest().await.is_empty());
    }
}

#[tokio::test]
async fn work_whose_lease_is_lost_is_dropped_and_begun_anew_by_whoever_claims_it() {
    let (newsroom, receiver) = newsroom_with(&[Trouble::LeaseLost]).await;
    newsroom.tell(&[bulletin("a", 1, Published)]).await;
    let first = receiver.next().await;
    // The settlement is refused, which news of another bulletin cannot change …
    newsroom.tell(&[bulletin("b", 1, Published)]).await;
    let other = receiver.next().await;
    assert_ne!(first.id(), other.id());
    newsroom.owed(1).await;
    // … until the lease has run out.
    newsroom.advance(Duration::from_secs(31));
    newsroom.tell(&[bulletin("c", 1, Published)]).await;
    let ids = [receiver.next().await.id().to_owned(), receiver.next().await.id().to_owned()];
    assert!(ids.contains(&first.id().to_owned()));
    newsroom.settled().await;
}
