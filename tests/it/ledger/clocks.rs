//! Clocks jump; what is owed is neither lost nor held back for as long as a clock was wrong.

use std::sync::Arc;

use newswire::article::Lane;
use newswire::ledger::{EndpointKind, Ledger, Outcome};

use super::engine::Engine;
use super::newsroom::{accepted, everything, news, noon, outcome, settlement, webhooks};

on_every_engine![
    a_clock_set_back_does_not_stretch_a_wait,
    a_clock_set_back_does_not_stretch_a_lease,
    a_clock_set_back_between_two_runs_is_noticed,
    a_clock_that_leaps_ahead_makes_everything_due_once,
    callers_that_overtake_each_other_are_no_jump,
];

const HOUR: i64 = 3_600_000;

/// A ledger whose clock is a day ahead, with one stretch out.
async fn a_day_ahead(engine: &dyn Engine) -> (Arc<dyn Ledger>, newswire::ledger::Stretch) {
    let ledger = engine.open(noon(24 * HOUR)).unwrap();
    ledger.put_endpoints(EndpointKind::Webhook, webhooks(1)).await.unwrap();
    ledger.commit(news("a", 1, Lane::Ordinary, noon(24 * HOUR))).await.unwrap();
    let stretch = ledger.claim(everything(noon(24 * HOUR))).await.unwrap().stretches.remove(0);
    (ledger, stretch)
}

async fn a_clock_set_back_does_not_stretch_a_wait(engine: &dyn Engine) {
    let (ledger, stretch) = a_day_ahead(engine).await;
    let due = noon(24 * HOUR + 300_000);
    ledger.settle(settlement(stretch.token, noon(24 * HOUR), vec![outcome("webhook:0", Outcome::Retry { due })])).await.unwrap();
    // A five minutes' wait stays five minutes from when the clock was set right.
    let nothing = ledger.claim(everything(noon(0))).await.unwrap();
    assert_eq!((nothing.retries.len(), nothing.next_due), (0, Some(noon(300_000))));
    assert_eq!(ledger.claim(everything(noon(299_999))).await.unwrap().retries.len(), 0);
    assert_eq!(ledger.claim(everything(noon(300_000))).await.unwrap().retries.len(), 1);
}

async fn a_clock_set_back_does_not_stretch_a_lease(engine: &dyn Engine) {
    let (ledger, stretch) = a_day_ahead(engine).await;
    let nothing = ledger.claim(everything(noon(0))).await.unwrap();
    assert_eq!((nothing.stretches.len(), nothing.next_due), (0, Some(noon(60_000))));
    let again = ledger.claim(everything(noon(60_000))).await.unwrap().stretches;
    assert_eq!(again.len(), 1);
    assert_ne!(again[0].token, stretch.token);
}

async fn a_clock_set_back_between_two_runs_is_noticed(engine: &dyn Engine) {
    let (ledger, stretch) = a_day_ahead(engine).await;
    let due = noon(25 * HOUR);
    ledger.settle(settlement(stretch.token, noon(24 * HOUR), vec![outcome("webhook:0", Outcome::Retry { due })])).await.unwrap();
    drop(ledger);
    let ledger = engine.open(noon(0)).unwrap();
    assert_eq!(ledger.claim(everything(noon(1))).await.unwrap().next_due, Some(noon(HOUR)));
}

async fn a_clock_that_leaps_ahead_makes_everything_due_once(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    ledger.put_endpoints(EndpointKind::Webhook, webhooks(1)).await.unwrap();
    ledger.commit(news("a", 1, Lane::Ordinary, noon(1))).await.unwrap();
    ledger.commit(news("b", 1, Lane::Ordinary, noon(2))).await.unwrap();
    let stretches = ledger.claim(everything(noon(3))).await.unwrap().stretches;
    ledger.settle(settlement(stretches[0].token, noon(4), vec![outcome("webhook:0", Outcome::Retry { due: noon(HOUR) })])).await.unwrap();
    let leapt = ledger.claim(everything(noon(24 * HOUR))).await.unwrap();
    assert_eq!((leapt.stretches.len(), leapt.retries.len()), (1, 1));
    // And back: the new leases hold for their minute.
    let back = ledger.claim(everything(noon(10))).await.unwrap();
    assert_eq!((back.stretches.len(), back.retries.len(), back.next_due), (0, 0, Some(noon(60_010))));
    ledger.settle(accepted(&leapt.stretches[0], noon(11))).await.unwrap();
    ledger.settle(settlement(leapt.retries[0].token, noon(11), vec![outcome("webhook:0", Outcome::Accepted)])).await.unwrap();
    assert_eq!(ledger.summary().await.unwrap().owed, 0);
}

async fn callers_that_overtake_each_other_are_no_jump(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    ledger.put_endpoints(EndpointKind::Webhook, webhooks(1)).await.unwrap();
    ledger.commit(news("a", 1, Lane::Ordinary, noon(1))).await.unwrap();
    ledger.claim(everything(noon(3000))).await.unwrap();
    // Made three seconds later than this caller's clock says; its lease still ends when it was said to.
    assert_eq!(ledger.claim(everything(noon(0))).await.unwrap().next_due, Some(noon(63_000)));
}
