//! What the ledger remembers of what is past: links that were left, and who is gone.

use newswire::article::{ArticleId, Entry, Link, State, Tombstone};
use newswire::instant::Instant;
use newswire::ledger::{Edition, EntryKey, Ledger, Prune};

use super::engine::Engine;
use super::newsroom::{added, changed, edition, entry, feed, id, link, noon};

on_every_engine![
    a_link_that_was_left_leads_to_who_left_it,
    who_is_public_at_a_link_ends_what_led_on_from_it,
    articles_that_exchange_links_leave_none,
    what_was_never_public_leaves_no_link,
    the_last_that_left_a_link_is_found_by_it,
    tombstones_come_latest_first,
    an_article_has_one_tombstone_and_none_while_it_is_public,
    old_tombstones_are_pruned,
];

async fn put(ledger: &dyn Ledger, at: i64, changes: &[(Option<&Entry>, &Entry)]) {
    let entries = changes.iter().map(|(from, to)| from.map_or_else(|| added(to), |from| changed(from, to))).collect();
    ledger.commit(Edition { entries, ..edition(noon(at)) }).await.unwrap();
}

async fn found(ledger: &dyn Ledger, name: &str) -> Vec<ArticleId> {
    let entries = ledger.entries(vec![EntryKey::Past(link(name))]).await.unwrap();
    entries.into_iter().map(|entry| entry.id).collect()
}

fn at(of: &Entry, name: &str) -> Entry {
    Entry { link: link(name), ..of.clone() }
}

async fn a_link_that_was_left_leads_to_who_left_it(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let one = entry("one");
    let (second, third) = (at(&one, "second"), at(&one, "third"));
    put(&*ledger, 1, &[(None, &one)]).await;
    assert_eq!(found(&*ledger, "one").await, []);
    put(&*ledger, 2, &[(Some(&one), &second)]).await;
    put(&*ledger, 3, &[(Some(&second), &third)]).await;
    // Both lead to where it is now, at once.
    for name in ["one", "second"] {
        let entries = ledger.entries(vec![EntryKey::Past(link(name)), EntryKey::Link(link(name))]).await.unwrap();
        assert_eq!(entries, std::slice::from_ref(&third), "{name}");
    }
    assert_eq!(found(&*ledger, "third").await, []);
    // Whatever becomes of it.
    let held = Entry { state: State::Withdrawn { at: noon(4), reason: None }, ..third.clone() };
    put(&*ledger, 4, &[(Some(&third), &held)]).await;
    assert_eq!(found(&*ledger, "one").await, [id("one")]);
    let beside = engine.beside().unwrap();
    assert_eq!(found(&*beside, "one").await, [id("one")]);
}

async fn who_is_public_at_a_link_ends_what_led_on_from_it(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let one = entry("one");
    let moved = at(&one, "elsewhere");
    put(&*ledger, 1, &[(None, &one)]).await;
    put(&*ledger, 2, &[(Some(&one), &moved)]).await;
    // One that only waits there has not taken it.
    let draft = Entry { was_public: false, state: State::Held { why: newswire::article::Holding::Draft }, ..at(&entry("two"), "one") };
    put(&*ledger, 3, &[(None, &draft)]).await;
    assert_eq!(found(&*ledger, "one").await, [id("one")]);
    let public = Entry { was_public: true, state: State::Live, ..draft.clone() };
    put(&*ledger, 4, &[(Some(&draft), &public)]).await;
    assert_eq!(found(&*ledger, "one").await, []);
    // Nor is it found again once that one is gone.
    let gone = Entry { state: State::Withdrawn { at: noon(5), reason: None }, ..public.clone() };
    put(&*ledger, 5, &[(Some(&public), &gone)]).await;
    assert_eq!(found(&*ledger, "one").await, []);
    // Its own link taken back is past no more.
    put(&*ledger, 6, &[(Some(&moved), &one)]).await;
    assert_eq!((found(&*ledger, "one").await, found(&*ledger, "elsewhere").await), (vec![], vec![id("one")]));
}

async fn articles_that_exchange_links_leave_none(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let (one, two) = (entry("one"), entry("two"));
    put(&*ledger, 1, &[(None, &one), (None, &two)]).await;
    put(&*ledger, 2, &[(Some(&one), &at(&one, "two")), (Some(&two), &at(&two, "one"))]).await;
    assert_eq!((found(&*ledger, "one").await, found(&*ledger, "two").await), (vec![], vec![]));
}

async fn what_was_never_public_leaves_no_link(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let draft = Entry { was_public: false, state: State::Held { why: newswire::article::Holding::Draft }, ..entry("one") };
    put(&*ledger, 1, &[(None, &draft)]).await;
    put(&*ledger, 2, &[(Some(&draft), &at(&draft, "two"))]).await;
    assert_eq!(found(&*ledger, "one").await, []);
}

async fn the_last_that_left_a_link_is_found_by_it(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let (one, two) = (entry("one"), entry("two"));
    let (there, also_there) = (at(&one, "there"), at(&two, "there"));
    put(&*ledger, 1, &[(None, &there), (None, &two)]).await;
    put(&*ledger, 2, &[(Some(&there), &one)]).await;
    put(&*ledger, 3, &[(Some(&two), &also_there)]).await;
    put(&*ledger, 4, &[(Some(&also_there), &two)]).await;
    assert_eq!(found(&*ledger, "there").await, [id("two")]);
    let odd = Link::parse("https://example.org/there").unwrap();
    assert_eq!(ledger.entries(vec![EntryKey::Past(odd)]).await.unwrap(), []);
}

fn stone(name: &str, at: i64) -> Tombstone {
    let reason = (at % 2 == 0).then(|| format!("Reason of {name}"));
    Tombstone { id: id(name), at: noon(at), reason, feeds: vec![feed("all"), feed("tag/europe")] }
}

fn gone(of: &Entry, at: i64) -> Entry {
    Entry { state: State::Withdrawn { at: noon(at), reason: None }, ..of.clone() }
}

async fn standing(ledger: &dyn Ledger, since: i64) -> Vec<Tombstone> {
    ledger.tombstones(noon(since), 100).await.unwrap()
}

async fn tombstones_come_latest_first(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let all = ["a", "b", "c"].map(entry);
    put(&*ledger, 1, &all.iter().map(|entry| (None, entry)).collect::<Vec<_>>()).await;
    for (of, (name, when)) in all.iter().zip([("a", 12), ("b", 13), ("c", 14)]) {
        let entries = vec![changed(of, &gone(of, when))];
        ledger.commit(Edition { entries, tombstones: vec![stone(name, when)], ..edition(noon(when)) }).await.unwrap();
    }
    let expected = [stone("c", 14), stone("b", 13), stone("a", 12)];
    assert_eq!(standing(&*ledger, 0).await, expected);
    assert_eq!(standing(&*ledger, 12).await, expected[..2], "since is left out");
    assert_eq!(ledger.tombstones(noon(0), 1).await.unwrap(), expected[..1]);
    assert_eq!(standing(&*engine.beside().unwrap(), 0).await, expected);
}

async fn an_article_has_one_tombstone_and_none_while_it_is_public(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let one = entry("one");
    put(&*ledger, 1, &[(None, &one)]).await;
    let bury = |from: &Entry, to: &Entry, at| Edition {
        entries: vec![changed(from, to)],
        tombstones: vec![stone("one", at)],
        ..edition(noon(at))
    };
    ledger.commit(bury(&one, &gone(&one, 2), 2)).await.unwrap();
    ledger.commit(bury(&gone(&one, 2), &gone(&one, 3), 3)).await.unwrap();
    assert_eq!(standing(&*ledger, 0).await, [stone("one", 3)]);
    put(&*ledger, 4, &[(Some(&gone(&one, 3)), &one)]).await;
    assert_eq!(standing(&*ledger, 0).await, []);
    // One that comes too late, or for nobody, is not put up.
    let late = Edition { tombstones: vec![stone("one", 5), stone("nobody", 5)], ..edition(noon(5)) };
    ledger.commit(late).await.unwrap();
    assert_eq!(standing(&*ledger, 0).await, []);
}

async fn old_tombstones_are_pruned(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let all = ["a", "b", "c"].map(entry);
    put(&*ledger, 1, &all.iter().map(|entry| (None, entry)).collect::<Vec<_>>()).await;
    let entries = all.iter().map(|of| changed(of, &gone(of, 2))).collect();
    let tombstones = vec![stone("a", 2), stone("b", 3), stone("c", 4)];
    ledger.commit(Edition { entries, tombstones, ..edition(noon(9)) }).await.unwrap();
    let prune = |before: Instant, limit| Prune { before, limit };
    assert_eq!(ledger.prune(prune(noon(4), 1)).await.unwrap(), 1);
    assert_eq!(ledger.prune(prune(noon(4), 10)).await.unwrap(), 1);
    assert_eq!(standing(&*ledger, 0).await, [stone("c", 4)]);
    assert_eq!(ledger.prune(prune(noon(4), 10)).await.unwrap(), 0);
}
