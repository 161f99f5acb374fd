//! Where histories are cut: rows of archives go with their edition, and places are found in the feed's order.

use std::collections::BTreeSet;

use newswire::article::{ArchiveName, Entry, Order, State};
use newswire::ledger::{ArchiveRow, Edition};

use super::engine::Engine;
use super::newsroom::{added, changed, edition, entry, feed, id, noon};

on_every_engine![rows_go_with_their_edition, only_the_version_that_was_placed_stands, places_are_counted_in_the_feed_s_order];

fn row(of: &str, number: u32, piece: u32) -> ArchiveRow {
    ArchiveRow {
        feed: feed(of),
        name: ArchiveName::new(number, piece),
        above: Order::new(noon(i64::from(number)), noon(-5), id("above")),
        count: 7,
        updated: noon(1),
        content: [1; 16],
        form: [2; 16],
        version: 0,
        stands: false,
    }
}

async fn rows_go_with_their_edition(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    assert_eq!(ledger.archives().await.unwrap(), []);
    let rows = [row("all", 2, 0), row("tag/europe", 1, 0), row("all", 1, 3), row("all", 1, 0)];
    ledger.commit(Edition { archives: rows.to_vec(), ..edition(noon(1)) }).await.unwrap();
    let [two, europe, piece, one] = rows;
    assert_eq!(ledger.archives().await.unwrap(), [one.clone(), piece.clone(), two.clone(), europe.clone()]);
    // One that fails leaves nothing.
    let other = ArchiveRow { count: 8, version: 1, stands: true, content: [3; 16], updated: noon(9), ..one.clone() };
    let stale = entry("nobody");
    let refused = Edition { entries: vec![changed(&stale, &stale)], archives: vec![other.clone()], ..edition(noon(2)) };
    assert!(ledger.commit(refused).await.is_err());
    assert_eq!(ledger.archives().await.unwrap()[0], one);
    ledger.commit(Edition { archives: vec![other.clone()], ..edition(noon(3)) }).await.unwrap();
    drop(ledger);
    assert_eq!(engine.open(noon(4)).unwrap().archives().await.unwrap(), [other, piece, two, europe]);
}

async fn only_the_version_that_was_placed_stands(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let rows = vec![row("all", 1, 0), ArchiveRow { version: 4, ..row("all", 2, 0) }];
    ledger.commit(Edition { archives: rows, ..edition(noon(1)) }).await.unwrap();
    let placed = [(1, 0), (2, 3), (3, 0)].map(|(number, version)| (feed("all"), ArchiveName::new(number, 0), version));
    ledger.archives_stand(placed.to_vec()).await.unwrap();
    let stand: Vec<bool> = ledger.archives().await.unwrap().into_iter().map(|row| row.stands).collect();
    assert_eq!(stand, [true, false]);
}

async fn places_are_counted_in_the_feed_s_order(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    // Some of an instant each, and a crowd of one.
    let at = |number: i64| if number % 3 == 0 { -1_000 } else { -number };
    let entries: Vec<Entry> = (0..200)
        .map(|number| Entry { released: noon(at(number)), published: noon(at(number)), ..entry(&format!("a{number}")) })
        .map(|entry| if entry.id == id("a7") { Entry { state: State::Expired, ..entry } } else { entry })
        .collect();
    ledger.commit(Edition { entries: entries.iter().map(added).collect(), ..edition(noon(1)) }).await.unwrap();
    let public = entries.iter().filter(|entry| entry.state.is_public());
    let order: Vec<Order> = public.map(Entry::order).collect::<BTreeSet<_>>().into_iter().collect();
    assert_eq!(order.len(), 199);
    for every in [1, 7, 199, 200] {
        let expected: Vec<Order> = order.iter().skip(every - 1).step_by(every).cloned().collect();
        assert_eq!(ledger.places(feed("all"), None, None, every).await.unwrap(), expected);
    }
    let (from, to) = (order[20].clone(), order[150].clone());
    let expected: Vec<Order> = order[21..=150].iter().skip(9).step_by(10).cloned().collect();
    assert_eq!(ledger.places(feed("all"), Some(from), Some(to), 10).await.unwrap(), expected);
    assert_eq!(ledger.places(feed("none"), None, None, 1).await.unwrap(), []);
}
