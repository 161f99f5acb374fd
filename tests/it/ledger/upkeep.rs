//! What is old goes, in small batches, and nothing that is owed with it; news wakes whoever waits.

use std::sync::Arc;
use std::time::Duration;

use newswire::article::{BulletinKind, Lane, Revision, Sequence};
use newswire::instant::Instant;
use newswire::ledger::{AuditSummary, Edition, EndpointKind, Ledger, ListPage, Listing, Outcome, Prune};

use super::engine::Engine;
use super::newsroom::{accepted, bulletin, edition, everything, id, news, noon, outcome, settlement, webhooks};

on_every_engine![
    old_attempts_and_bulletins_go_in_small_batches,
    nothing_owed_is_pruned,
    dead_deliveries_go_with_their_bulletin,
    newer_bulletins_come_oldest_first,
    alarms_are_raised_and_cleared,
    audits_add_up,
    changes_between_two_waits_are_not_missed,
    a_waiter_is_woken_by_a_commit_and_by_a_settlement,
];

async fn prune_all(ledger: &dyn Ledger, before: Instant, limit: usize) -> u64 {
    let mut all = 0;
    loop {
        let gone = ledger.prune(Prune { before, limit }).await.unwrap();
        all += gone;
        assert!(gone <= u64::try_from(limit).unwrap());
        if gone == 0 {
            return all;
        }
    }
}

async fn attempts(ledger: &dyn Ledger, name: &str) -> usize {
    match ledger.list(Listing::Attempts { article: id(name), after: 0 }, 1000).await.unwrap() {
        ListPage::Attempts(attempts) => attempts.len(),
        ListPage::Live(_) => panic!("a page of another list"),
    }
}

async fn bulletins(ledger: &dyn Ledger, name: &str) -> Vec<u32> {
    ledger.newer(id(name), Revision(0)).await.unwrap().iter().map(|bulletin| bulletin.revision.0).collect()
}

async fn old_attempts_and_bulletins_go_in_small_batches(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    ledger.put_endpoints(EndpointKind::Webhook, webhooks(10)).await.unwrap();
    for revision in 1..=3 {
        let at = i64::from(revision) * 1000;
        ledger.commit(news("a", revision, Lane::Ordinary, noon(at))).await.unwrap();
        for stretch in ledger.claim(everything(noon(at + 1))).await.unwrap().stretches {
            ledger.settle(accepted(&stretch, noon(at + 2))).await.unwrap();
        }
    }
    // Attempts of the fixture all began at noon and two milliseconds; one batch of seven goes at a time.
    assert_eq!(ledger.prune(Prune { before: noon(2), limit: 7 }).await.unwrap(), 0);
    assert_eq!(ledger.prune(Prune { before: noon(2500), limit: 7 }).await.unwrap(), 7);
    assert_eq!((attempts(&*ledger, "a").await, bulletins(&*ledger, "a").await), (23, vec![1, 2, 3]));
    assert_eq!(prune_all(&*ledger, noon(2500), 7).await, 25);
    assert_eq!((attempts(&*ledger, "a").await, bulletins(&*ledger, "a").await), (0, vec![3]));
    assert_eq!(ledger.summary().await.unwrap().accepted, 10);
    // The sequence goes on from where it was.
    assert_eq!(prune_all(&*ledger, Instant::MAX, 100).await, 1);
    assert_eq!(ledger.commit(news("b", 1, Lane::Ordinary, noon(9000))).await.unwrap().sequences, [Sequence(4)]);
}

async fn nothing_owed_is_pruned(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    ledger.put_endpoints(EndpointKind::Webhook, webhooks(1)).await.unwrap();
    for (revision, at) in [(1, 10), (2, 20), (3, 30)] {
        ledger.commit(news("a", revision, Lane::Ordinary, noon(at))).await.unwrap();
    }
    ledger.commit(news("unclaimed", 1, Lane::Ordinary, noon(40))).await.unwrap();
    let out = ledger.claim(newswire::ledger::Claim { floor: Sequence(3), ..everything(noon(50)) }).await.unwrap().stretches;
    // The first is accepted, the second to be tried again, the third was taken meanwhile: it may still supersede the second.
    ledger.settle(accepted(&out[0], noon(51))).await.unwrap();
    ledger.settle(settlement(out[1].token, noon(52), vec![outcome("webhook:0", Outcome::Retry { due: noon(60) })])).await.unwrap();
    ledger.settle(accepted(&out[2], noon(53))).await.unwrap();
    prune_all(&*ledger, Instant::MAX, 100).await;
    assert_eq!((bulletins(&*ledger, "a").await, bulletins(&*ledger, "unclaimed").await), (vec![2, 3], vec![1]));
    let claimed = ledger.claim(everything(noon(70))).await.unwrap();
    assert_eq!((claimed.retries.len(), claimed.stretches.len()), (1, 1));
    ledger.settle(settlement(claimed.retries[0].token, noon(71), vec![outcome("webhook:0", Outcome::Superseded)])).await.unwrap();
    prune_all(&*ledger, Instant::MAX, 100).await;
    assert_eq!((bulletins(&*ledger, "a").await, bulletins(&*ledger, "unclaimed").await), (vec![], vec![1]));
}

async fn dead_deliveries_go_with_their_bulletin(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    ledger.put_endpoints(EndpointKind::Webhook, webhooks(20)).await.unwrap();
    let gone = Edition { bulletins: vec![bulletin("a", 2, BulletinKind::Withdrawn, Lane::Ordinary, noon(1))], ..edition(noon(1)) };
    ledger.commit(gone).await.unwrap();
    for stretch in ledger.claim(everything(noon(2))).await.unwrap().stretches {
        let dead =
            |member: &newswire::ledger::Audience| outcome(&member.endpoint.position.id, Outcome::Dead { reason: "exhausted".into() });
        ledger.settle(settlement(stretch.token, noon(3), stretch.audience.iter().map(dead).collect())).await.unwrap();
    }
    assert_eq!(ledger.summary().await.unwrap().dead, 20);
    assert_eq!(prune_all(&*ledger, noon(2), 6).await, 21);
    assert_eq!(ledger.summary().await.unwrap().dead, 0);
    assert_eq!(ledger.replay("webhook:1", Sequence(0)).await.unwrap(), 0);
}

async fn newer_bulletins_come_oldest_first(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    for (at, name, revision) in [(1, "a", 1), (2, "b", 7), (3, "a", 2), (4, "a", 3)] {
        ledger.commit(news(name, revision, Lane::Ordinary, noon(at))).await.unwrap();
    }
    let newer = ledger.newer(id("a"), Revision(1)).await.unwrap();
    assert_eq!(newer.iter().map(|bulletin| bulletin.sequence.0).collect::<Vec<_>>(), [3, 4]);
    assert_eq!(ledger.newer(id("a"), Revision(3)).await.unwrap(), []);
    assert_eq!(ledger.newer(id("c"), Revision(0)).await.unwrap(), []);
}

async fn audits_add_up(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    assert_eq!(ledger.summary().await.unwrap().audit, None);
    for (at, missed, total) in [(1_000, 2, 2), (2_000, 0, 2), (3_000, 5, 7)] {
        ledger.audited(Instant::from_millis(at), missed).await.unwrap();
        assert_eq!(ledger.summary().await.unwrap().audit, Some(AuditSummary { at: Instant::from_millis(at), missed: total }));
    }
}

async fn alarms_are_raised_and_cleared(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    ledger.alarm("root-missing", Some("the folder is gone".into())).await.unwrap();
    ledger.alarm("root-missing", Some("the folder is still gone".into())).await.unwrap();
    ledger.alarm("feeds-unwritable", Some("no room".into())).await.unwrap();
    ledger.alarm("never-raised", None).await.unwrap();
    let alarms = |ledger: Arc<dyn Ledger>| async move { ledger.summary().await.unwrap().alarms.into_iter().collect::<Vec<_>>() };
    let both = [("feeds-unwritable".to_owned(), "no room".to_owned()), ("root-missing".to_owned(), "the folder is still gone".to_owned())];
    assert_eq!(alarms(Arc::clone(&ledger)).await, both);
    ledger.alarm("feeds-unwritable", None).await.unwrap();
    assert_eq!(alarms(ledger).await, both[1..]);
}

async fn changes_between_two_waits_are_not_missed(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    // A wait may return for nothing, but must return for this.
    ledger.changed().await;
    for at in 1..20 {
        ledger.commit(edition(noon(at))).await.unwrap();
        tokio::time::timeout(Duration::from_secs(30), ledger.changed()).await.unwrap();
    }
}

async fn a_waiter_is_woken_by_a_commit_and_by_a_settlement(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    ledger.put_endpoints(EndpointKind::Webhook, webhooks(1)).await.unwrap();
    let (woken, mut wakes) = tokio::sync::mpsc::unbounded_channel();
    let waiter = Arc::clone(&ledger);
    let waiting = tokio::spawn(async move {
        loop {
            waiter.changed().await;
            // What was committed before the wait returned can be read by now.
            if woken.send(waiter.state().await.unwrap().sequence).is_err() {
                return;
            }
        }
    });
    let mut seen = Sequence(0);
    for (at, revision) in (1..).zip(1..=10) {
        ledger.commit(news("a", revision, Lane::Ordinary, noon(at))).await.unwrap();
        while seen < Sequence(u64::from(revision)) {
            seen = tokio::time::timeout(Duration::from_secs(30), wakes.recv()).await.unwrap().unwrap();
        }
    }
    while wakes.try_recv().is_ok() {}
    let stretch = ledger.claim(everything(noon(50))).await.unwrap().stretches.remove(0);
    ledger.settle(accepted(&stretch, noon(51))).await.unwrap();
    assert!(tokio::time::timeout(Duration::from_secs(30), wakes.recv()).await.unwrap().is_some());
    waiting.abort();
}
