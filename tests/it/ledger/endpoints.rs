//! An endpoint counts from the sequence after it came up to the one at which it left, exactly.

use std::collections::BTreeSet;

use newswire::article::{Lane, Sequence};
use newswire::ledger::{EndpointKind, EndpointState, Fault, Ledger, Outcome, Settlement};

use super::engine::Engine;
use super::newsroom::{accepted, everything, news, noon, outcome, settlement};

on_every_engine![
    endpoints_count_exactly_for_their_sequences,
    a_retired_endpoint_is_owed_nothing_more,
    one_that_comes_back_counts_from_then_on_and_is_active,
    a_disabled_one_stays_so_while_it_is_configured,
    a_stretch_whose_members_all_returned_anew_is_over,
];

async fn put(ledger: &dyn Ledger, names: &[&str]) -> Vec<(String, Sequence)> {
    let ids = names.iter().map(|name| format!("webhook:{name}")).collect();
    let rows = ledger.put_endpoints(EndpointKind::Webhook, ids).await.unwrap();
    let mut since: Vec<_> = rows.into_iter().map(|row| (row.position.id, row.since)).collect();
    since.sort();
    since
}

async fn owed(ledger: &dyn Ledger, at: i64) -> BTreeSet<(u64, String)> {
    let mut owed = BTreeSet::new();
    for stretch in ledger.claim(everything(noon(at))).await.unwrap().stretches {
        for member in &stretch.audience {
            let name = member.endpoint.position.id.trim_start_matches("webhook:").to_owned();
            assert!(owed.insert((stretch.bulletin.sequence.0, name)), "owed twice");
        }
    }
    owed
}

async fn endpoints_count_exactly_for_their_sequences(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    ledger.commit(news("x", 1, Lane::Ordinary, noon(1))).await.unwrap();
    assert_eq!(put(&*ledger, &["a", "b"]).await, [("webhook:a".into(), Sequence(1)), ("webhook:b".into(), Sequence(1))]);
    ledger.commit(news("x", 2, Lane::Ordinary, noon(2))).await.unwrap();
    put(&*ledger, &["a", "c"]).await;
    ledger.commit(news("x", 3, Lane::Ordinary, noon(3))).await.unwrap();
    put(&*ledger, &["c", "b", "c"]).await;
    ledger.commit(news("x", 4, Lane::Ordinary, noon(4))).await.unwrap();
    put(&*ledger, &[]).await;
    ledger.commit(news("x", 5, Lane::Ordinary, noon(5))).await.unwrap();
    // b left after 2 and came back after 3: what it was owed before is not owed any more.
    let expected = [(2, "a"), (3, "a"), (3, "c"), (4, "b"), (4, "c")];
    assert_eq!(owed(&*ledger, 6).await, expected.into_iter().map(|(sequence, name)| (sequence, name.to_owned())).collect());
}

async fn a_retired_endpoint_is_owed_nothing_more(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    put(&*ledger, &["a"]).await;
    for at in 1..=2 {
        ledger.commit(news("x", u32::try_from(at).unwrap(), Lane::Ordinary, noon(at))).await.unwrap();
    }
    let stretches = ledger.claim(everything(noon(3))).await.unwrap().stretches;
    let retry = || vec![outcome("webhook:a", Outcome::Retry { due: noon(5) })];
    ledger.settle(settlement(stretches[0].token, noon(4), retry())).await.unwrap();
    put(&*ledger, &[]).await;
    assert_eq!(ledger.claim(everything(noon(99))).await.unwrap().retries.len(), 0);
    // What was out when it left does not come back as a retry.
    ledger.settle(settlement(stretches[1].token, noon(6), retry())).await.unwrap();
    let summary = ledger.summary().await.unwrap();
    assert_eq!((summary.owed, summary.dead), (0, 2));
    assert_eq!(ledger.replay("webhook:a", Sequence(0)).await.unwrap(), 0);
}

async fn one_that_comes_back_counts_from_then_on_and_is_active(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    put(&*ledger, &["a"]).await;
    ledger.commit(news("x", 1, Lane::Ordinary, noon(1))).await.unwrap();
    let stretch = ledger.claim(everything(noon(2))).await.unwrap().stretches.remove(0);
    let gone = Settlement { disable: vec![("webhook:a".into(), "410 Gone".into())], ..accepted(&stretch, noon(3)) };
    ledger.settle(gone).await.unwrap();
    put(&*ledger, &[]).await;
    assert_eq!(put(&*ledger, &["a"]).await, [("webhook:a".into(), Sequence(1))]);
    let summary = ledger.summary().await.unwrap();
    assert_eq!(summary.endpoints[0].endpoint.state, EndpointState::Active);
    ledger.commit(news("x", 2, Lane::Ordinary, noon(4))).await.unwrap();
    assert_eq!(owed(&*ledger, 5).await, BTreeSet::from([(2, "a".to_owned())]));
}

async fn a_disabled_one_stays_so_while_it_is_configured(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    put(&*ledger, &["a", "b"]).await;
    ledger.commit(news("x", 1, Lane::Ordinary, noon(1))).await.unwrap();
    for stretch in ledger.claim(everything(noon(2))).await.unwrap().stretches {
        let disable = vec![("webhook:a".into(), "410 Gone".into())];
        ledger.settle(Settlement { disable, ..accepted(&stretch, noon(3)) }).await.unwrap();
    }
    drop(ledger);
    let ledger = engine.open(noon(9)).unwrap();
    let rows = ledger.put_endpoints(EndpointKind::Webhook, vec!["webhook:b".into(), "webhook:a".into()]).await.unwrap();
    let disabled: Vec<_> = rows.iter().filter(|row| row.state != EndpointState::Active).collect();
    assert_eq!(disabled.len(), 1);
    assert_eq!(disabled[0].state, EndpointState::Disabled { reason: "410 Gone".into(), at: noon(3) });
    assert_eq!((disabled[0].since, disabled[0].until), (Sequence(0), None));
}

async fn a_stretch_whose_members_all_returned_anew_is_over(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    put(&*ledger, &["a"]).await;
    ledger.commit(news("x", 1, Lane::Ordinary, noon(1))).await.unwrap();
    let stretch = ledger.claim(everything(noon(2))).await.unwrap().stretches.remove(0);
    put(&*ledger, &[]).await;
    put(&*ledger, &["a"]).await;
    let claimed = ledger.claim(everything(noon(99_000))).await.unwrap();
    assert_eq!((claimed.stretches.len(), claimed.next_due), (0, None));
    assert!(matches!(ledger.settle(accepted(&stretch, noon(99_001))).await, Err(Fault::LeaseLost)));
    assert_eq!(ledger.summary().await.unwrap().owed, 0);
}
