//! What was done under a lease is written down whole: outcomes, attempts, retries, what was sent.

use std::sync::Arc;
use std::time::Duration;

use newswire::article::{BulletinKind, Lane, Revision, Sequence};
use newswire::ledger::{
    Attempt, Claim, Delivery, Edition, EndpointKind, EndpointState, Fault, LeaseToken, Ledger, ListPage, Listing, Outcome, Settlement,
    Stretch,
};

use super::engine::Engine;
use super::newsroom::{accepted, attempt, bulletin, edition, everything, id, news, noon, outcome, settlement, webhooks};

on_every_engine![
    a_retry_is_claimed_when_due_and_ends_when_accepted,
    retries_go_by_lane_then_by_how_long_they_are_due,
    a_slow_delivery_keeps_its_lease_while_its_stretch_settles,
    a_slow_delivery_whose_holder_died_is_claimed_again,
    a_retry_given_back_undone_is_due_at_once,
    a_dead_delivery_is_kept_and_replayed,
    superseded_and_filtered_leave_no_row,
    what_was_sent_is_remembered_by_revision,
    attempts_are_listed_page_by_page,
    a_disabled_endpoint_is_owed_nothing_more,
    outcomes_for_others_are_passed_over,
    a_member_without_an_outcome_is_taken_as_filtered,
    settlements_made_at_once_are_answered_each_for_itself,
];

async fn out(ledger: &dyn Ledger, endpoints: usize) -> Vec<Stretch> {
    ledger.put_endpoints(EndpointKind::Webhook, webhooks(endpoints)).await.unwrap();
    ledger.commit(news("a", 1, Lane::Ordinary, noon(1))).await.unwrap();
    ledger.claim(everything(noon(2))).await.unwrap().stretches
}

fn failed(endpoint: &str, number: u32, due: i64) -> Delivery {
    let attempt = Attempt { status: Some(503), error: Some("503".into()), ..attempt(endpoint, 1, number) };
    Delivery { attempt: Some(attempt), ..outcome(endpoint, Outcome::Retry { due: noon(due) }) }
}

async fn a_retry_is_claimed_when_due_and_ends_when_accepted(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let stretch = out(&*ledger, 1).await.remove(0);
    ledger.settle(settlement(stretch.token, noon(3), vec![failed("webhook:0", 1, 5000)])).await.unwrap();
    assert_eq!(ledger.claim(everything(noon(4999))).await.unwrap().retries.len(), 0);
    let retry = ledger.claim(everything(noon(5000))).await.unwrap().retries.remove(0);
    assert_eq!((retry.attempts, retry.sent, retry.bulletin.sequence), (1, Some(Revision(1)), Sequence(1)));
    assert_eq!(ledger.claim(everything(noon(5001))).await.unwrap().retries.len(), 0);
    let taken = Delivery { attempt: Some(attempt("webhook:0", 1, 2)), ..outcome("webhook:0", Outcome::Accepted) };
    ledger.settle(settlement(retry.token, noon(5002), vec![taken.clone()])).await.unwrap();
    let summary = ledger.summary().await.unwrap();
    assert_eq!((summary.owed, summary.dead, summary.accepted), (0, 0, 1));
    assert_eq!(summary.endpoints[0].last.as_ref().map(|last| last.number), Some(2));
    assert!(matches!(ledger.settle(settlement(retry.token, noon(5003), vec![taken])).await, Err(Fault::LeaseLost)));
    assert_eq!(ledger.claim(everything(noon(i64::from(u32::MAX)))).await.unwrap().retries.len(), 0);
}

async fn retries_go_by_lane_then_by_how_long_they_are_due(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    ledger.put_endpoints(EndpointKind::Webhook, webhooks(1)).await.unwrap();
    for (at, lane) in (1..).zip([Lane::Ordinary, Lane::Ordinary, Lane::Breaking]) {
        ledger.commit(news(&format!("a{at}"), 1, lane, noon(at))).await.unwrap();
    }
    for stretch in ledger.claim(everything(noon(4))).await.unwrap().stretches {
        let due = noon(1000 - 100 * i64::try_from(stretch.bulletin.sequence.0).unwrap());
        ledger.settle(settlement(stretch.token, noon(5), vec![outcome("webhook:0", Outcome::Retry { due })])).await.unwrap();
    }
    let order = |claim: Claim| async {
        ledger.claim(claim).await.unwrap().retries.iter().map(|retry| retry.bulletin.sequence.0).collect::<Vec<_>>()
    };
    assert_eq!(order(Claim { retries: 2, ..everything(noon(2000)) }).await, [3, 2]);
    assert_eq!(order(Claim { retries: 2, ..everything(noon(2000)) }).await, [1]);
}

async fn a_slow_delivery_keeps_its_lease_while_its_stretch_settles(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let stretch = out(&*ledger, 1).await.remove(0);
    let slow = LeaseToken([9; 16]);
    let outcomes = vec![outcome("webhook:0", Outcome::Slow { token: slow, until: noon(15_000) })];
    ledger.settle(settlement(stretch.token, noon(1000), outcomes)).await.unwrap();
    // Its fan-out is over, it is owed, and nobody else gets it.
    assert_eq!(ledger.summary().await.unwrap().owed, 1);
    let nothing = ledger.claim(everything(noon(14_999))).await.unwrap();
    assert_eq!((nothing.stretches.len(), nothing.retries.len(), nothing.next_due), (0, 0, Some(noon(15_000))));
    ledger.extend(slow, noon(20_000)).await.unwrap();
    assert_eq!(ledger.claim(everything(noon(15_000))).await.unwrap().retries.len(), 0);
    ledger.settle(settlement(slow, noon(16_000), vec![failed("webhook:0", 1, 30_000)])).await.unwrap();
    let retry = ledger.claim(everything(noon(30_000))).await.unwrap().retries.remove(0);
    assert_eq!(retry.attempts, 1);
}

async fn a_slow_delivery_whose_holder_died_is_claimed_again(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let stretch = out(&*ledger, 1).await.remove(0);
    let slow = LeaseToken([9; 16]);
    let outcomes = vec![outcome("webhook:0", Outcome::Slow { token: slow, until: noon(15_000) })];
    ledger.settle(settlement(stretch.token, noon(1000), outcomes)).await.unwrap();
    let retry = ledger.claim(everything(noon(15_000))).await.unwrap().retries.remove(0);
    // The receiver may have the text already, so a withdrawal must reach it.
    assert_eq!((retry.attempts, retry.sent), (0, Some(Revision(1))));
    assert!(matches!(ledger.settle(settlement(slow, noon(15_001), Vec::new())).await, Err(Fault::LeaseLost)));
}

async fn a_retry_given_back_undone_is_due_at_once(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let stretch = out(&*ledger, 1).await.remove(0);
    ledger.settle(settlement(stretch.token, noon(3), vec![failed("webhook:0", 1, 4)])).await.unwrap();
    let retry = ledger.claim(everything(noon(5))).await.unwrap().retries.remove(0);
    ledger.settle(settlement(retry.token, noon(6), Vec::new())).await.unwrap();
    let again = ledger.claim(everything(noon(6))).await.unwrap().retries.remove(0);
    assert_eq!(again.attempts, 1);
    assert_ne!(again.token, retry.token);
}

async fn a_dead_delivery_is_kept_and_replayed(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let stretch = out(&*ledger, 1).await.remove(0);
    let dead = Delivery {
        attempt: Some(attempt("webhook:0", 1, 8)),
        ..outcome("webhook:0", Outcome::Dead { reason: "the schedule is exhausted".into() })
    };
    ledger.settle(settlement(stretch.token, noon(3), vec![dead])).await.unwrap();
    let summary = ledger.summary().await.unwrap();
    assert_eq!((summary.owed, summary.dead, summary.endpoints[0].dead), (0, 1, 1));
    assert_eq!(ledger.replay("webhook:0", Sequence(1)).await.unwrap(), 0);
    assert_eq!(ledger.replay("webhook:nobody", Sequence(0)).await.unwrap(), 0);
    assert_eq!(ledger.replay("webhook:0", Sequence(0)).await.unwrap(), 1);
    assert_eq!(ledger.replay("webhook:0", Sequence(0)).await.unwrap(), 0);
    let retry = ledger.claim(everything(noon(4))).await.unwrap().retries.remove(0);
    assert_eq!((retry.attempts, retry.bulletin.sequence), (0, Sequence(1)));
}

async fn superseded_and_filtered_leave_no_row(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    for stretch in out(&*ledger, 2).await {
        let outcomes = stretch.audience.iter().map(|member| {
            let id = member.endpoint.position.id.as_str();
            outcome(id, if id == "webhook:0" { Outcome::Superseded } else { Outcome::Filtered })
        });
        ledger.settle(settlement(stretch.token, noon(3), outcomes.collect())).await.unwrap();
    }
    let summary = ledger.summary().await.unwrap();
    assert_eq!((summary.owed, summary.dead, summary.superseded, summary.accepted), (0, 0, 1, 0));
}

async fn what_was_sent_is_remembered_by_revision(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let first = out(&*ledger, 1).await.remove(0);
    assert_eq!(first.audience[0].sent, None);
    ledger.settle(accepted(&first, noon(3))).await.unwrap();
    ledger.commit(news("a", 4, Lane::Ordinary, noon(4))).await.unwrap();
    ledger.commit(news("other", 9, Lane::Ordinary, noon(5))).await.unwrap();
    let next = ledger.claim(everything(noon(6))).await.unwrap().stretches;
    let sent: Vec<_> = next.iter().map(|stretch| (stretch.bulletin.revision, stretch.audience[0].sent)).collect();
    assert_eq!(sent, [(Revision(4), Some(Revision(1))), (Revision(9), None)]);
    // Filtered: nothing was tried, nothing was sent.
    ledger.settle(settlement(next[0].token, noon(7), vec![outcome("webhook:0", Outcome::Filtered)])).await.unwrap();
    ledger
        .commit(Edition { bulletins: vec![bulletin("a", 5, BulletinKind::Withdrawn, Lane::Ordinary, noon(8))], ..edition(noon(8)) })
        .await
        .unwrap();
    let last = ledger.claim(everything(noon(9))).await.unwrap().stretches.remove(0);
    assert_eq!((last.bulletin.kind, last.audience[0].sent), (BulletinKind::Withdrawn, Some(Revision(1))));
}

async fn attempts_are_listed_page_by_page(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let stretch = out(&*ledger, 1).await.remove(0);
    ledger.settle(settlement(stretch.token, noon(3), vec![failed("webhook:0", 1, 10)])).await.unwrap();
    for number in 2..=5 {
        let retry = ledger.claim(everything(noon(i64::from(number) * 10))).await.unwrap().retries.remove(0);
        let due = i64::from(number) * 10 + 10;
        ledger.settle(settlement(retry.token, noon(due - 1), vec![failed("webhook:0", number, due)])).await.unwrap();
    }
    let page = |after| async move {
        match engine.beside().unwrap().list(Listing::Attempts { article: id("a"), after }, 3).await.unwrap() {
            ListPage::Attempts(attempts) => attempts,
            ListPage::Live(_) => panic!("a page of another list"),
        }
    };
    let first = page(0).await;
    assert_eq!(first.iter().map(|attempt| attempt.number).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(first[0], Attempt { status: Some(503), error: Some("503".into()), ..attempt("webhook:0", 1, 1) });
    assert_eq!(page(3).await.iter().map(|attempt| attempt.number).collect::<Vec<_>>(), [4, 5]);
    assert_eq!(page(5).await, []);
}

async fn a_disabled_endpoint_is_owed_nothing_more(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let first = out(&*ledger, 1).await.remove(0);
    ledger.settle(settlement(first.token, noon(3), vec![failed("webhook:0", 1, 10_000)])).await.unwrap();
    for revision in [2, 3] {
        ledger.commit(news("a", revision, Lane::Ordinary, noon(i64::from(revision) * 10))).await.unwrap();
    }
    let both = ledger.claim(everything(noon(40))).await.unwrap().stretches;
    // 410 on the second: the first is dead too, and so is the third, which is still out and comes back as a retry.
    let gone = Settlement {
        disable: vec![("webhook:0".into(), "410 Gone".into())],
        ..settlement(both[0].token, noon(41), vec![outcome("webhook:0", Outcome::Dead { reason: "410 Gone".into() })])
    };
    ledger.settle(gone).await.unwrap();
    ledger.settle(settlement(both[1].token, noon(42), vec![failed("webhook:0", 1, 50)])).await.unwrap();
    let summary = ledger.summary().await.unwrap();
    assert_eq!((summary.owed, summary.dead), (0, 3));
    assert_eq!(summary.endpoints[0].endpoint.state, EndpointState::Disabled { reason: "410 Gone".into(), at: noon(41) });
    assert_eq!(ledger.claim(everything(noon(99_999))).await.unwrap().retries.len(), 0);
    assert_eq!(ledger.replay("webhook:0", Sequence(0)).await.unwrap(), 0);
    // It stays in the audience, so that the dispatcher can say why it is not sent to.
    ledger.commit(news("b", 1, Lane::Ordinary, noon(100_000))).await.unwrap();
    let next = ledger.claim(everything(noon(100_001))).await.unwrap().stretches.remove(0);
    assert!(matches!(next.audience[0].endpoint.state, EndpointState::Disabled { .. }));
}

async fn outcomes_for_others_are_passed_over(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let stretches = out(&*ledger, 2).await;
    let (mine, other) = (&stretches[0], stretches[1].audience[0].endpoint.position.id.as_str());
    let outcomes = vec![outcome(other, Outcome::Dead { reason: "not mine to say".into() }), outcome("webhook:unknown", Outcome::Accepted)];
    ledger.settle(settlement(mine.token, noon(3), outcomes)).await.unwrap();
    let summary = ledger.summary().await.unwrap();
    assert_eq!((summary.owed, summary.dead, summary.accepted), (1, 0, 0));
}

async fn a_member_without_an_outcome_is_taken_as_filtered(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let stretch = out(&*ledger, 1).await.remove(0);
    ledger.settle(settlement(stretch.token, noon(3), Vec::new())).await.unwrap();
    assert_eq!(ledger.summary().await.unwrap().owed, 0);
    let nothing = ledger.claim(Claim { lease: Duration::ZERO, ..everything(noon(99_999)) }).await.unwrap();
    assert_eq!((nothing.stretches.len(), nothing.retries.len()), (0, 0));
}

async fn settlements_made_at_once_are_answered_each_for_itself(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let stretches = out(&*ledger, 60).await;
    let lost = |number: usize| number % 3 == 1;
    let settling: Vec<_> = stretches
        .iter()
        .enumerate()
        .map(|(number, stretch)| {
            let token = if lost(number) { LeaseToken(rand::random()) } else { stretch.token };
            let (ledger, settlement) = (Arc::clone(&ledger), Settlement { token, ..accepted(stretch, noon(3)) });
            tokio::spawn(async move { ledger.settle(settlement).await })
        })
        .collect();
    let mut taken = 0;
    for (number, settling) in settling.into_iter().enumerate() {
        match settling.await.unwrap() {
            Ok(()) if !lost(number) => taken += stretches[number].audience.len(),
            Err(Fault::LeaseLost) if lost(number) => {}
            other => panic!("{number}: {other:?}"),
        }
    }
    let summary = ledger.summary().await.unwrap();
    assert_eq!((summary.accepted, summary.owed), (u64::try_from(taken).unwrap(), 60 - u64::try_from(taken).unwrap()));
}
