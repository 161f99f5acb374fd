//! Work is handed out once, oldest first within its lane, and again only when its lease has run out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use newswire::article::{Lane, Sequence};
use newswire::ledger::{Claim, Claimed, EndpointKind, Fault, LeaseToken, Ledger, Outcome, Stretch};

use super::engine::Engine;
use super::newsroom::{accepted, everything, news, noon, outcome, settlement, webhooks};

on_every_engine![
    a_bulletin_reaches_each_of_a_thousand_endpoints_once,
    stretches_stay_within_a_slot_and_in_order,
    racing_claimers_never_get_the_same_stretch,
    higher_lanes_and_older_bulletins_come_first,
    nothing_above_the_floor_is_handed_out,
    only_so_many_stretches_as_asked_for,
    a_lease_that_ran_out_is_claimed_again_whole,
    a_stale_token_settles_nothing,
    a_lease_that_ran_out_but_was_not_taken_still_settles,
    an_extended_lease_holds,
    only_stretches_in_flight_are_repeated_after_a_crash,
    what_else_was_in_flight_at_a_crash_is_due_at_once,
    without_endpoints_nothing_is_owed,
    next_due_names_the_next_lease_to_run_out,
];

/// The ids of a claim's audience with the sequence they are owed.
fn reached(stretches: &[Stretch]) -> Vec<(Sequence, String)> {
    let of = |stretch: &Stretch| {
        let sequence = stretch.bulletin.sequence;
        stretch.audience.iter().map(move |member| (sequence, member.endpoint.position.id.clone())).collect::<Vec<_>>()
    };
    stretches.iter().flat_map(of).collect()
}

async fn a_bulletin_reaches_each_of_a_thousand_endpoints_once(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let ids = webhooks(1000);
    ledger.put_endpoints(EndpointKind::Webhook, ids.clone()).await.unwrap();
    ledger.commit(news("a", 1, Lane::Ordinary, noon(1))).await.unwrap();
    assert_eq!(ledger.summary().await.unwrap().owed, 1000);
    let mut all = Vec::new();
    loop {
        // Three at a time, so that the cursor stops everywhere.
        let claim = Claim { stretches: BTreeMap::from([(Lane::Ordinary, 3)]), stretch_len: 7, ..everything(noon(2)) };
        let claimed = ledger.claim(claim).await.unwrap();
        if claimed.stretches.is_empty() {
            break;
        }
        all.extend(reached(&claimed.stretches).into_iter().map(|(_, id)| id));
        for stretch in &claimed.stretches {
            ledger.settle(accepted(stretch, noon(3))).await.unwrap();
        }
    }
    let distinct: BTreeSet<_> = all.iter().cloned().collect();
    assert_eq!(all.len(), 1000);
    assert_eq!(distinct, ids.into_iter().collect());
    let summary = ledger.summary().await.unwrap();
    assert_eq!((summary.owed, summary.dead, summary.accepted), (0, 0, 1000));
}

async fn stretches_stay_within_a_slot_and_in_order(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    ledger.put_endpoints(EndpointKind::Webhook, webhooks(300)).await.unwrap();
    ledger.commit(news("a", 1, Lane::Ordinary, noon(1))).await.unwrap();
    let claimed = ledger.claim(Claim { stretch_len: 3, ..everything(noon(2)) }).await.unwrap();
    for stretch in &claimed.stretches {
        let slots: BTreeSet<u8> = stretch.audience.iter().map(|member| member.endpoint.position.slot).collect();
        assert!(slots.len() == 1 && stretch.audience.len() <= 3, "{slots:?}");
    }
    let places: Vec<_> = claimed.stretches.iter().flat_map(|stretch| &stretch.audience).map(|member| &member.endpoint.position).collect();
    assert_eq!(places.len(), 300);
    assert!(places.is_sorted());
    assert!(places.iter().all(|place| place.slot < 64));
}

async fn racing_claimers_never_get_the_same_stretch(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    ledger.put_endpoints(EndpointKind::Webhook, webhooks(200)).await.unwrap();
    for revision in 1..=5 {
        ledger.commit(news("a", revision, Lane::Ordinary, noon(i64::from(revision)))).await.unwrap();
    }
    let racer = |ledger: Arc<dyn Ledger>| async move {
        let mut mine: Vec<(Sequence, String)> = Vec::new();
        loop {
            let claim = Claim { stretches: BTreeMap::from([(Lane::Ordinary, 2)]), stretch_len: 5, ..everything(noon(10)) };
            let Claimed { stretches, .. } = ledger.claim(claim).await.unwrap();
            if stretches.is_empty() {
                return mine;
            }
            mine.extend(reached(&stretches));
        }
    };
    let racers: Vec<_> = (0..4).map(|_| tokio::spawn(racer(Arc::clone(&ledger)))).collect();
    let mut all = Vec::new();
    for racer in racers {
        all.extend(racer.await.unwrap());
    }
    let distinct: BTreeSet<_> = all.iter().collect();
    assert_eq!((all.len(), distinct.len()), (1000, 1000));
}

async fn higher_lanes_and_older_bulletins_come_first(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    ledger.put_endpoints(EndpointKind::Webhook, webhooks(1)).await.unwrap();
    let lanes = [Lane::Ordinary, Lane::Breaking, Lane::Ordinary, Lane::Breaking];
    for (at, lane) in (1..).zip(lanes) {
        ledger.commit(news(&format!("a{at}"), 1, lane, noon(at))).await.unwrap();
    }
    let claimed = ledger.claim(everything(noon(9))).await.unwrap();
    let order: Vec<u64> = claimed.stretches.iter().map(|stretch| stretch.bulletin.sequence.0).collect();
    assert_eq!(order, [2, 4, 1, 3]);
}

async fn nothing_above_the_floor_is_handed_out(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    ledger.put_endpoints(EndpointKind::Webhook, webhooks(1)).await.unwrap();
    ledger.commit(news("a", 1, Lane::Ordinary, noon(1))).await.unwrap();
    ledger.commit(news("b", 1, Lane::Ordinary, noon(2))).await.unwrap();
    let below = |floor| Claim { floor: Sequence(floor), ..everything(noon(3)) };
    assert_eq!(ledger.claim(below(0)).await.unwrap().stretches.len(), 0);
    let first = ledger.claim(below(1)).await.unwrap().stretches;
    assert_eq!(reached(&first), [(Sequence(1), "webhook:0".to_owned())]);
    // A retry, too, waits for its feeds: after a restart the floor begins at nothing.
    ledger.settle(settlement(first[0].token, noon(3), vec![outcome("webhook:0", Outcome::Retry { due: noon(4) })])).await.unwrap();
    let none = ledger.claim(Claim { floor: Sequence(0), ..everything(noon(5)) }).await.unwrap();
    assert_eq!((none.retries.len(), none.next_due), (0, None));
    assert_eq!(ledger.claim(below(1)).await.unwrap().retries.len(), 0);
    assert_eq!(ledger.claim(Claim { now: noon(5), ..below(1) }).await.unwrap().retries.len(), 1);
}

async fn only_so_many_stretches_as_asked_for(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    ledger.put_endpoints(EndpointKind::Webhook, webhooks(50)).await.unwrap();
    ledger.commit(news("a", 1, Lane::Breaking, noon(1))).await.unwrap();
    ledger.commit(news("b", 1, Lane::Ordinary, noon(2))).await.unwrap();
    let claim = Claim { stretches: BTreeMap::from([(Lane::Breaking, 4), (Lane::Ordinary, 2)]), stretch_len: 1, ..everything(noon(3)) };
    let claimed = ledger.claim(claim).await.unwrap();
    let lanes: Vec<Lane> = claimed.stretches.iter().map(|stretch| stretch.bulletin.lane).collect();
    assert_eq!(lanes, [Lane::Breaking, Lane::Breaking, Lane::Breaking, Lane::Breaking, Lane::Ordinary, Lane::Ordinary]);
    let none = ledger.claim(Claim { stretches: BTreeMap::new(), ..everything(noon(3)) }).await.unwrap();
    assert_eq!(none.stretches.len(), 0);
}

/// A ledger in which one stretch of one endpoint is out until a minute after noon.
async fn one_stretch_out(engine: &dyn Engine) -> (Arc<dyn Ledger>, Stretch) {
    let ledger = engine.open(noon(0)).unwrap();
    ledger.put_endpoints(EndpointKind::Webhook, webhooks(1)).await.unwrap();
    ledger.commit(news("a", 1, Lane::Ordinary, noon(1))).await.unwrap();
    let stretch = ledger.claim(everything(noon(0))).await.unwrap().stretches.remove(0);
    (ledger, stretch)
}

async fn a_lease_that_ran_out_is_claimed_again_whole(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    ledger.put_endpoints(EndpointKind::Webhook, webhooks(200)).await.unwrap();
    ledger.commit(news("a", 1, Lane::Ordinary, noon(1))).await.unwrap();
    let first = ledger.claim(Claim { stretch_len: 2, ..everything(noon(0)) }).await.unwrap().stretches;
    assert_eq!(ledger.claim(everything(noon(59_999))).await.unwrap().stretches.len(), 0);
    // Another length asked for changes nothing about stretches that were made before.
    let again = ledger.claim(Claim { stretch_len: 50, ..everything(noon(60_000)) }).await.unwrap().stretches;
    assert_eq!(reached(&again), reached(&first));
    let tokens: BTreeSet<[u8; 16]> = first.iter().chain(&again).map(|stretch| stretch.token.0).collect();
    assert_eq!(tokens.len(), first.len() * 2);
}

async fn a_stale_token_settles_nothing(engine: &dyn Engine) {
    let (ledger, first) = one_stretch_out(engine).await;
    let again = ledger.claim(everything(noon(60_000))).await.unwrap().stretches.remove(0);
    assert!(matches!(ledger.settle(accepted(&first, noon(60_001))).await, Err(Fault::LeaseLost)));
    assert!(matches!(ledger.extend(first.token, noon(90_000)).await, Err(Fault::LeaseLost)));
    assert_eq!(ledger.summary().await.unwrap().owed, 1);
    ledger.settle(accepted(&again, noon(60_002))).await.unwrap();
    assert_eq!(ledger.summary().await.unwrap().owed, 0);
    assert!(matches!(ledger.settle(accepted(&again, noon(60_003))).await, Err(Fault::LeaseLost)));
    assert!(matches!(ledger.extend(LeaseToken([0; 16]), noon(90_000)).await, Err(Fault::LeaseLost)));
}

async fn a_lease_that_ran_out_but_was_not_taken_still_settles(engine: &dyn Engine) {
    let (ledger, stretch) = one_stretch_out(engine).await;
    ledger.settle(accepted(&stretch, noon(999_000))).await.unwrap();
    assert_eq!(ledger.claim(everything(noon(999_001))).await.unwrap().stretches.len(), 0);
}

async fn an_extended_lease_holds(engine: &dyn Engine) {
    let (ledger, stretch) = one_stretch_out(engine).await;
    ledger.extend(stretch.token, noon(100_000)).await.unwrap();
    assert_eq!(ledger.claim(everything(noon(99_999))).await.unwrap().stretches.len(), 0);
    assert_eq!(ledger.claim(everything(noon(100_000))).await.unwrap().stretches.len(), 1);
}

async fn only_stretches_in_flight_are_repeated_after_a_crash(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    ledger.put_endpoints(EndpointKind::Webhook, webhooks(100)).await.unwrap();
    ledger.commit(news("a", 1, Lane::Ordinary, noon(1))).await.unwrap();
    let claim = Claim { stretches: BTreeMap::from([(Lane::Ordinary, 6)]), stretch_len: 5, ..everything(noon(2)) };
    let out = ledger.claim(claim).await.unwrap().stretches;
    let (settled, in_flight) = out.split_at(3);
    for stretch in settled {
        ledger.settle(accepted(stretch, noon(3))).await.unwrap();
    }
    drop(ledger);
    // The clock does not matter: whoever held a lease is gone with the instance.
    let ledger = engine.open(noon(4)).unwrap();
    let again = reached(&ledger.claim(everything(noon(4))).await.unwrap().stretches);
    let once = reached(settled);
    assert_eq!(again.len(), 100 - once.len());
    assert!(again.iter().all(|owed| !once.contains(owed)));
    assert!(reached(in_flight).iter().all(|owed| again.contains(owed)));
}

async fn what_else_was_in_flight_at_a_crash_is_due_at_once(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    ledger.put_endpoints(EndpointKind::Webhook, webhooks(3)).await.unwrap();
    ledger.commit(news("a", 1, Lane::Ordinary, noon(1))).await.unwrap();
    for stretch in ledger.claim(everything(noon(2))).await.unwrap().stretches {
        let outcome_of = |id: &str| match id {
            "webhook:0" => Outcome::Slow { token: LeaseToken([1; 16]), until: noon(60_000) },
            "webhook:1" => Outcome::Retry { due: noon(4) },
            _ => Outcome::Retry { due: noon(50_000) },
        };
        let outcomes = stretch.audience.iter().map(|member| &*member.endpoint.position.id).map(|id| outcome(id, outcome_of(id)));
        ledger.settle(settlement(stretch.token, noon(3), outcomes.collect())).await.unwrap();
    }
    assert_eq!(ledger.claim(everything(noon(4))).await.unwrap().retries.len(), 1);
    drop(ledger);
    let ledger = engine.open(noon(5)).unwrap();
    let mut again: Vec<String> =
        ledger.claim(everything(noon(5))).await.unwrap().retries.into_iter().map(|retry| retry.endpoint.position.id).collect();
    again.sort();
    // The slow one and the one being tried again; who waits goes on waiting.
    assert_eq!(again, ["webhook:0", "webhook:1"]);
}

async fn without_endpoints_nothing_is_owed(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    ledger.commit(news("a", 1, Lane::Ordinary, noon(1))).await.unwrap();
    ledger.put_endpoints(EndpointKind::Webhook, webhooks(3)).await.unwrap();
    let claimed = ledger.claim(everything(noon(2))).await.unwrap();
    assert_eq!((claimed.stretches.len(), claimed.next_due), (0, None));
    assert_eq!(ledger.summary().await.unwrap().owed, 0);
}

async fn next_due_names_the_next_lease_to_run_out(engine: &dyn Engine) {
    let (ledger, stretch) = one_stretch_out(engine).await;
    let nothing = ledger.claim(everything(noon(1))).await.unwrap();
    assert_eq!(nothing.next_due, Some(noon(60_000)));
    let retry = vec![outcome("webhook:0", Outcome::Retry { due: noon(5000) })];
    ledger.settle(settlement(stretch.token, noon(2), retry)).await.unwrap();
    assert_eq!(ledger.claim(everything(noon(3))).await.unwrap().next_due, Some(noon(5000)));
    let claimed = ledger.claim(Claim { lease: Duration::from_secs(7), ..everything(noon(5000)) }).await.unwrap();
    assert_eq!((claimed.retries.len(), claimed.next_due), (1, Some(noon(12_000))));
}
