//! Ledgers that earlier versions made.

use std::path::Path;

use newswire::article::{BulletinKind, Entry, FeedName, Lane, Revision, State, Tombstone};
use newswire::ledger::sqlite::SqliteLedger;
use newswire::ledger::{Edition, EntryChange, EntryKey, Fault, FeedRow, Ledger};
use rusqlite::Connection;

use super::newsroom::{added, article, bulletin, changed, edition, entry, feed, id, link, noon};

const FIRST: &str = include_str!("../../../src/ledger/sqlite/schema/1.sql");

/// Makes a ledger of version 1 at `old` that holds what the present one at `new` does, as far as version 1 knew of it.
fn as_version_1(new: &Path, old: &Path) {
    let file = Connection::open(old).unwrap();
    file.execute_batch(FIRST).unwrap();
    let tables: Vec<String> = {
        let mut select = file.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
        select.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    };
    file.execute("ATTACH ?1 AS new", [new.to_str().unwrap()]).unwrap();
    for table in tables {
        file.execute_batch(&format!("INSERT OR REPLACE INTO main.{table} SELECT * FROM new.{table}")).unwrap();
    }
    file.execute_batch(
        "PRAGMA main.application_id = 0x4e574952; PRAGMA main.user_version = 1; PRAGMA main.journal_mode = WAL; DETACH new;",
    )
    .unwrap();
}

fn version(path: &Path) -> i64 {
    Connection::open(path).unwrap().query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ledger_of_version_1_is_taken_on_with_all_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let (new, old) = (folder.path().join("new.db"), folder.path().join("old.db"));
    let killed = Entry { revision: Revision(2), state: State::Withdrawn { at: noon(2), reason: Some("Libel".into()) }, ..entry("killed") };
    let unseen = Entry { was_public: false, revision: Revision(0), ..gone("unseen") };
    {
        let ledger = SqliteLedger::open(&new, noon(0)).unwrap();
        let kept = EntryChange { source: Some(article("one")), ..added(&entry("one")) };
        let before = Edition {
            entries: vec![kept, added(&entry("killed")), added(&unseen)],
            bulletins: vec![bulletin("one", 1, BulletinKind::Published, Lane::Ordinary, noon(1))],
            feeds: vec![FeedRow { name: feed("all"), id: id("feeds/all"), updated: noon(1), content: [1; 16], selection: [2; 16] }],
            baseline_complete: true,
            ..edition(noon(1))
        };
        ledger.commit(before).await.unwrap();
        ledger.commit(Edition { entries: vec![changed(&entry("killed"), &killed)], ..edition(noon(2)) }).await.unwrap();
    }
    as_version_1(&new, &old);
    assert_eq!(version(&old), 1);
    match SqliteLedger::open_read_only(&old).err() {
        Some(Fault::Incompatible(why)) => assert!(why.contains("newswire run"), "{why}"),
        other => panic!("{other:?}"),
    }

    let ledger = SqliteLedger::open(&old, noon(10)).unwrap();
    let state = ledger.state().await.unwrap();
    assert_eq!((state.latest, state.sequence.0, state.baseline_complete), (noon(2), 1, true));
    assert_eq!(ledger.entries(vec![EntryKey::Id(id("one")), EntryKey::Id(id("killed"))]).await.unwrap(), [entry("one"), killed]);
    assert_eq!(ledger.sources(vec![id("one")]).await.unwrap(), [(id("one"), article("one"))]);
    assert_eq!(ledger.feeds().await.unwrap().len(), 1);
    assert_eq!(ledger.window(FeedName::parse("all").unwrap(), None, 10).await.unwrap().members.len(), 1);
    // Who is gone stands in a tombstone from now on; what nobody ever saw does not.
    let stone = Tombstone { id: id("killed"), at: noon(2), reason: Some("Libel".into()), feeds: vec![feed("all")] };
    assert_eq!(ledger.tombstones(noon(0), 10).await.unwrap(), [stone]);
    // And what is new is kept as in a new one.
    let moved = Entry { link: link("moved"), ..entry("one") };
    ledger.commit(Edition { entries: vec![changed(&entry("one"), &moved)], ..edition(noon(11)) }).await.unwrap();
    assert_eq!(ledger.entries(vec![EntryKey::Past(link("one"))]).await.unwrap(), [moved]);
    drop(ledger);
    assert_eq!(version(&old), version(&new));
    drop(SqliteLedger::open(&old, noon(12)).unwrap());
}

fn gone(name: &str) -> Entry {
    Entry { state: State::Withdrawn { at: noon(1), reason: None }, ..entry(name) }
}
