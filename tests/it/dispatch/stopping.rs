//! Stopping in order: what is under way may end, the rest is given back, and nothing waits for a lease to run out.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use newswire::article::BulletinKind::Published;
use newswire::config::Delivery;

use super::memory_ledger::MemoryLedger;
use super::newsroom::{Newsroom, bulletin, delivery, newsroom_and_receiver, webhook};
use super::receiver::{Answer, Receiver, status};

#[tokio::test]
async fn an_idle_dispatcher_stops_at_once() {
    let (mut newsroom, _receiver) = newsroom_and_receiver(Arc::new(MemoryLedger::new())).await;
    let began = Instant::now();
    newsroom.stop().await;
    assert!(began.elapsed() < Duration::from_millis(500));
}

#[tokio::test]
async fn an_attempt_under_way_may_end() {
    let (mut newsroom, receiver) = newsroom_and_receiver(Arc::new(MemoryLedger::new())).await;
    receiver.answers("/wire", &[Answer::After(Duration::from_millis(300))]);
    newsroom.tell(&[bulletin("a", 1, Published)]).await;
    receiver.next().await;
    newsroom.stop().await;
    assert_eq!(newsroom.summary().await.owed, 0);
    assert_eq!(newsroom.attempts("a").await[0].status, Some(204));
}

#[tokio::test]
async fn one_that_hangs_is_cut_short_and_made_again_after_the_next_start() {
    let (mut newsroom, receiver) = newsroom_and_receiver(Arc::new(MemoryLedger::new())).await;
    receiver.answers("/wire", &[Answer::Hang, status(204)]);
    newsroom.reload(&[webhook("newsroom", &receiver.url("/wire"))], &Delivery { timeout: Duration::from_mins(1), ..delivery() }).await;
    newsroom.tell(&[bulletin("a", 1, Published)]).await;
    let first = receiver.next().await;
    let began = Instant::now();
    newsroom.stop().await;
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    newsroom.start();
    assert_eq!(receiver.next().await.id(), first.id());
    newsroom.settled().await;
}

#[tokio::test]
async fn what_has_not_begun_is_given_back_and_nobody_is_told_twice() {
    let receiver = Receiver::start().await;
    let webhooks: Vec<_> = (0..40).map(|index| webhook(&format!("e{index}"), &receiver.url(&format!("/{index}")))).collect();
    for index in 0..40 {
        receiver.answers(&format!("/{index}"), &[Answer::After(Duration::from_millis(200))]);
    }
    let slow = Delivery { concurrency: 2, ..delivery() };
    let mut newsroom = Newsroom::open(Arc::new(MemoryLedger::new()), &webhooks, &slow).await;
    newsroom.tell(&[bulletin("a", 1, Published)]).await;
    let first = receiver.next().await;
    newsroom.stop().await;
    let owed = newsroom.summary().await.owed;
    assert!(owed > 0 && owed < 40, "{owed}");
    newsroom.start();
    newsroom.settled().await;
    let mut told = HashMap::from([(first.path, 1)]);
    for received in receiver.rest().await {
        *told.entry(received.path).or_default() += 1;
    }
    assert_eq!(told.len(), 40);
    assert!(told.values().all(|times| *times == 1), "{told:?}");
}
