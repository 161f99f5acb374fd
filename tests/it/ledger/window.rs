//! A feed's window is its public articles in order, page by page, whatever edits came before.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use newswire::article::{ArticleId, Entry, FeedName, FileStamp, Holding, Order, State};
use newswire::ledger::{Edition, EntryChange, EntryKey, Ledger, ListPage, Listing};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::engine::{Engine, Sqlite};
use super::newsroom::{added, changed, edition, entry, feed, id, noon};

on_every_engine![crowds_and_loners_of_one_instant_stand_in_order, a_selection_that_changed_moves_articles, unknown_feeds_are_empty];

const FEEDS: [&str; 3] = ["all", "breaking", "tag/europe"];

/// What the ledger should hold: the simplest thing that could.
#[derive(Default)]
struct Model {
    entries: BTreeMap<ArticleId, Entry>,
}

impl Model {
    fn window(&self, feed: Option<&FeedName>) -> Vec<ArticleId> {
        let stands = |entry: &&Entry| entry.state.is_public() && feed.is_none_or(|feed| entry.feeds.contains(feed));
        let places: BTreeSet<Order> = self.entries.values().filter(stands).map(Entry::order).collect();
        places.into_iter().map(|place| place.id().clone()).collect()
    }
}

async fn walked(ledger: &dyn Ledger, feed: Option<&FeedName>, limit: usize) -> Vec<ArticleId> {
    let mut ids = Vec::new();
    let mut after = None;
    loop {
        let page: Vec<Entry> = match feed {
            Some(feed) => ledger.window(feed.clone(), after, limit).await.unwrap().members.into_iter().map(|member| member.entry).collect(),
            None => match ledger.list(Listing::Live { after }, limit).await.unwrap() {
                ListPage::Live(entries) => entries,
                ListPage::Attempts(_) => panic!("a page of another list"),
            },
        };
        assert!(page.len() <= limit);
        let Some(last) = page.last() else { return ids };
        after = Some(last.order());
        ids.extend(page.into_iter().map(|entry| entry.id));
    }
}

async fn agrees(ledger: &dyn Ledger, model: &Model, limit: usize) {
    let feeds = FEEDS.map(feed);
    for feed in feeds.iter().map(Some).chain([None]) {
        assert_eq!(walked(ledger, feed, limit).await, model.window(feed), "{feed:?} by {limit}");
    }
    let ids: Vec<EntryKey> = model.entries.keys().cloned().map(EntryKey::Id).collect();
    let found: BTreeMap<_, _> = ledger.entries(ids).await.unwrap().into_iter().map(|entry| (entry.id.clone(), entry)).collect();
    assert_eq!(found, model.entries);
    let live = u64::try_from(model.window(None).len()).unwrap();
    assert_eq!(ledger.summary().await.unwrap().live, live);
}

/// What happens to some article in one edition.
#[derive(Clone, Debug)]
enum Edit {
    /// It is written with these dates and feeds, new or not.
    Write { name: u8, released: i64, published: i64, feeds: [bool; 3], state: u8 },
    /// It is forgotten.
    Forget { name: u8 },
    /// Its selection changes.
    Select { name: u8, feeds: [bool; 3] },
    /// So many of the same instant, an archive copied in.
    Archive { from: u8, count: u8, at: i64 },
}

fn edit() -> impl Strategy<Value = Edit> {
    // Few instants, so that many share one.
    prop_oneof![
        8 => (any::<u8>(), 0..4_i64, -1..3_i64, any::<[bool; 3]>(), 0..8_u8)
            .prop_map(|(name, released, published, feeds, state)| Edit::Write { name, released, published, feeds, state }),
        1 => any::<u8>().prop_map(|name| Edit::Forget { name }),
        2 => (any::<u8>(), any::<[bool; 3]>()).prop_map(|(name, feeds)| Edit::Select { name, feeds }),
        1 => (any::<u8>(), 5..60_u8, 0..4_i64).prop_map(|(from, count, at)| Edit::Archive { from, count, at }),
    ]
}

fn chosen(feeds: [bool; 3]) -> Vec<FeedName> {
    FEEDS.iter().zip(feeds).filter(|(_, chosen)| *chosen).map(|(name, _)| feed(name)).collect()
}

fn written(name: u8, released: i64, published: i64, feeds: [bool; 3], state: u8) -> Entry {
    // Names sort unlike numbers, so that ids do not come in the order of rows.
    let mut entry = entry(&format!("{}-{name}", name.wrapping_mul(151)));
    entry.released = noon(released);
    entry.published = noon(released - published);
    entry.feeds = chosen(feeds);
    entry.state = match state {
        0 => State::Held { why: Holding::Draft },
        1 => State::RemovalPending { until: noon(9) },
        2 => State::Withdrawn { at: noon(1), reason: Some("gone".into()) },
        3 => State::Expired,
        _ => State::Live,
    };
    entry
}

async fn play(ledger: &dyn Ledger, model: &mut Model, at: i64, edits: Vec<Edit>) {
    let mut writes: BTreeMap<ArticleId, Entry> = BTreeMap::new();
    let mut forget = Vec::new();
    let mut select = Vec::new();
    for edit in edits {
        match edit {
            Edit::Write { name, released, published, feeds, state } => {
                let entry = written(name, released, published, feeds, state);
                writes.insert(entry.id.clone(), entry);
            }
            Edit::Archive { from, count, at } => {
                for name in 0..count {
                    let entry = written(from.wrapping_add(name), at, 0, [true, false, name % 2 == 0], 4);
                    writes.insert(entry.id.clone(), entry);
                }
            }
            Edit::Forget { name } => forget.push(written(name, 0, 0, [false; 3], 0).id),
            Edit::Select { name, feeds } => select.push((written(name, 0, 0, [false; 3], 0).id, chosen(feeds))),
        }
    }
    forget.retain(|id| !writes.contains_key(id));
    let entries = writes
        .values()
        .map(|entry| {
            let mut entry = entry.clone();
            // What tells versions apart moves on with each.
            entry.stamp = FileStamp { size: u64::try_from(at).unwrap(), ..entry.stamp };
            let change = model.entries.get(&entry.id).map_or_else(|| added(&entry), |before| changed(before, &entry));
            model.entries.insert(entry.id.clone(), entry);
            change
        })
        .collect::<Vec<EntryChange>>();
    for id in &forget {
        model.entries.remove(id);
    }
    ledger.commit(Edition { entries, forget, ..edition(noon(at)) }).await.unwrap();
    for (id, feeds) in &select {
        if let Some(entry) = model.entries.get_mut(id) {
            entry.feeds.clone_from(feeds);
        }
    }
    ledger.put_memberships(select).await.unwrap();
}

/// Every engine's windows against the model; proptest runs it, so it has a runtime of its own.
fn random_edits(fresh: impl Fn() -> Box<dyn Engine>) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut runner = TestRunner::new(Config { cases: 24, ..Config::default() });
    let editions = prop::collection::vec(prop::collection::vec(edit(), 1..12), 1..12);
    runner
        .run(&(editions, 1..40_usize), |(editions, limit)| {
            runtime.block_on(async {
                let engine = fresh();
                let ledger = engine.open(noon(0)).unwrap();
                let mut model = Model::default();
                for (at, edits) in (1..).zip(editions) {
                    play(&*ledger, &mut model, at, edits).await;
                }
                agrees(&*ledger, &model, limit).await;
            });
            Ok(())
        })
        .unwrap();
}

#[test]
fn windows_page_in_order_under_random_edits_on_sqlite() {
    random_edits(|| Box::new(Sqlite::new()));
}

async fn crowds_and_loners_of_one_instant_stand_in_order(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let mut model = Model::default();
    // Loners before and after a crowd, all of one instant, ids interleaved.
    for (at, names) in (1..).zip([(0..3).collect::<Vec<u8>>(), (3..203).collect(), (203..206).collect(), (206..226).collect()]) {
        let edits =
            names.into_iter().map(|name| Edit::Write { name, released: 0, published: 0, feeds: [true, false, name % 3 == 0], state: 4 });
        play(&*ledger, &mut model, at, edits.collect()).await;
    }
    for limit in [1, 7, 50, 226] {
        agrees(&*ledger, &model, limit).await;
    }
    // They leave by their own key, whichever it is.
    let edits =
        (0..226).map(|name| Edit::Write { name, released: i64::from(name % 2), published: 0, feeds: [true, true, false], state: 4 });
    play(&*ledger, &mut model, 9, edits.collect()).await;
    agrees(&*ledger, &model, 50).await;
}

async fn a_selection_that_changed_moves_articles(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let mut held = entry("held");
    held.state = State::Held { why: Holding::Hold };
    ledger.commit(Edition { entries: vec![added(&entry("one")), added(&held)], ..edition(noon(1)) }).await.unwrap();
    let moved = vec![(id("one"), vec![feed("breaking")]), (id("held"), vec![feed("breaking")]), (id("unknown"), vec![feed("all")])];
    ledger.put_memberships(moved).await.unwrap();
    assert_eq!(walked(&*ledger, Some(&feed("all")), 5).await, []);
    assert_eq!(walked(&*ledger, Some(&feed("breaking")), 5).await, [id("one")]);
    // The held one is in it once it is public.
    let held = ledger.entries(vec![EntryKey::Id(id("held"))]).await.unwrap().remove(0);
    assert_eq!(held.feeds, [feed("breaking")]);
    let mut live = held.clone();
    live.state = State::Live;
    ledger.commit(Edition { entries: vec![changed(&held, &live)], ..edition(noon(2)) }).await.unwrap();
    assert_eq!(walked(&*ledger, Some(&feed("breaking")), 5).await.len(), 2);
}

async fn unknown_feeds_are_empty(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    assert_eq!(ledger.window(feed("nobody"), None, 50).await.unwrap().members, []);
}
