//! The embedded engine's files: who may open them, and what is said when they cannot be used.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use newswire::article::{Lane, Sequence};
use newswire::ledger::sqlite::SqliteLedger;
use newswire::ledger::{Claim, EndpointKind, Fault, Ledger};

use super::engine::{Engine, Sqlite};
use super::newsroom::{everything, news, noon, webhooks};

fn refusal(opened: Result<SqliteLedger, Fault>) -> Fault {
    match opened {
        Ok(_) => panic!("it opened"),
        Err(fault) => fault,
    }
}

#[tokio::test]
async fn a_second_instance_is_refused_and_status_is_not() {
    let engine = Sqlite::new();
    let running = SqliteLedger::open(&engine.path(), noon(0)).unwrap();
    running.commit(news("a", 1, Lane::Ordinary, noon(1))).await.unwrap();
    let fault = refusal(SqliteLedger::open(&engine.path(), noon(2)));
    assert!(matches!(&fault, Fault::Incompatible(says) if says.contains("in use by another instance")), "{fault}");
    let status = SqliteLedger::open_read_only(&engine.path()).unwrap();
    assert_eq!(status.state().await.unwrap().sequence, Sequence(1));
    // Neither disturbs the one that runs.
    running.commit(news("a", 2, Lane::Ordinary, noon(3))).await.unwrap();
    assert_eq!(status.state().await.unwrap().sequence, Sequence(2));
    drop(running);
    SqliteLedger::open(&engine.path(), noon(4)).unwrap();
}

#[tokio::test]
async fn a_handle_that_reads_refuses_to_write() {
    let engine = Sqlite::new();
    drop(engine.open(noon(0)).unwrap());
    // Nobody runs: it can be read all the same.
    let status = SqliteLedger::open_read_only(&engine.path()).unwrap();
    assert_eq!(status.summary().await.unwrap().live, 0);
    assert!(matches!(status.commit(news("a", 1, Lane::Ordinary, noon(1))).await, Err(Fault::Unavailable(_))));
    assert!(matches!(status.claim(everything(noon(1))).await, Err(Fault::Unavailable(_))));
    assert!(matches!(status.put_endpoints(EndpointKind::Webhook, webhooks(1)).await, Err(Fault::Unavailable(_))));
    status.changed().await;
}

#[test]
fn a_ledger_that_is_not_there_is_not_made_by_reading() {
    let engine = Sqlite::new();
    let fault = refusal(SqliteLedger::open_read_only(&engine.path()));
    assert!(matches!(&fault, Fault::Unavailable(says) if says.contains("newswire.db")), "{fault}");
    assert!(!engine.path().exists());
}

#[test]
fn the_file_and_its_companions_are_their_owners_only() {
    let engine = Sqlite::new();
    let _running = engine.open(noon(0)).unwrap();
    let folder = engine.path().parent().unwrap().to_owned();
    let mut seen = 0;
    for file in fs::read_dir(folder).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.file_name());
        seen += 1;
    }
    assert!(seen >= 4, "the ledger, its lock, its log and the log's index");
}

#[test]
fn a_newer_ledger_is_refused_with_the_reason() {
    let engine = Sqlite::new();
    drop(engine.open(noon(0)).unwrap());
    rusqlite::Connection::open(engine.path()).unwrap().pragma_update(None, "user_version", 999).unwrap();
    for fault in [refusal(SqliteLedger::open(&engine.path(), noon(1))), refusal(SqliteLedger::open_read_only(&engine.path()))] {
        assert!(matches!(&fault, Fault::Incompatible(says) if says.contains("newer version")), "{fault}");
    }
}

#[tokio::test]
async fn a_ledger_of_the_first_format_is_brought_up_to_date() {
    let engine = Sqlite::new();
    fs::create_dir_all(engine.path().parent().unwrap()).unwrap();
    let first = rusqlite::Connection::open(engine.path()).unwrap();
    first.execute_batch(include_str!("../../../src/ledger/sqlite/schema/1.sql")).unwrap();
    first
        .execute("INSERT INTO ledger (one, sequence, latest, baseline_complete, created, salt) VALUES (1, 41, 7, 1, 3, zeroblob(16))", [])
        .unwrap();
    first.pragma_update(None, "application_id", 0x4e57_4952).unwrap();
    first.pragma_update(None, "user_version", 1).unwrap();
    drop(first);
    let fault = refusal(SqliteLedger::open_read_only(&engine.path()));
    assert!(matches!(&fault, Fault::Incompatible(says) if says.contains("brings it up to date")), "{fault}");
    let ledger = engine.open(noon(0)).unwrap();
    let state = ledger.state().await.unwrap();
    assert_eq!((state.sequence, state.baseline_complete), (Sequence(41), true));
    assert_eq!(ledger.aliases().await.unwrap(), []);
    assert!(SqliteLedger::open_read_only(&engine.path()).is_ok());
}

#[test]
fn what_is_no_ledger_is_refused_untouched() {
    let engine = Sqlite::new();
    fs::create_dir_all(engine.path().parent().unwrap()).unwrap();
    let letter = "Dear editor, this is not a database. ".repeat(200);
    fs::write(engine.path(), &letter).unwrap();
    let fault = refusal(SqliteLedger::open(&engine.path(), noon(1)));
    assert!(matches!(&fault, Fault::Incompatible(says) if says.contains("not a ledger")), "{fault}");
    assert_eq!(fs::read_to_string(engine.path()).unwrap(), letter);

    fs::remove_file(engine.path()).unwrap();
    let foreign = rusqlite::Connection::open(engine.path()).unwrap();
    foreign.execute_batch("CREATE TABLE recipe (name TEXT); INSERT INTO recipe VALUES ('bread');").unwrap();
    let fault = refusal(SqliteLedger::open(&engine.path(), noon(1)));
    assert!(matches!(&fault, Fault::Incompatible(says) if says.contains("not a ledger")), "{fault}");
    let tables: Vec<String> = foreign
        .prepare("SELECT name FROM sqlite_schema")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(tables, ["recipe"]);
}

#[tokio::test]
async fn damage_is_called_damage() {
    let engine = Sqlite::new();
    {
        let ledger = engine.open(noon(0)).unwrap();
        ledger.put_endpoints(EndpointKind::Webhook, webhooks(2000)).await.unwrap();
    }
    // Everything but the first page, which says that it is a ledger.
    let mut bytes = fs::read(engine.path()).unwrap();
    bytes[4096..].fill(0xa5);
    fs::write(engine.path(), bytes).unwrap();
    let fault = match SqliteLedger::open(&engine.path(), noon(1)) {
        Err(fault) => fault,
        Ok(ledger) => ledger.claim(Claim { ..everything(noon(2)) }).await.unwrap_err(),
    };
    assert!(matches!(fault, Fault::Corrupt(_)), "{fault:?}");
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let engine = Sqlite::new();
    fs::write(engine.path().parent().unwrap(), "a file where the folder should be").unwrap();
    let fault = refusal(SqliteLedger::open(&engine.path(), noon(1)));
    assert!(matches!(&fault, Fault::Unavailable(says) if says.contains("state")), "{fault}");
}

#[tokio::test]
async fn closed_in_order_the_ledger_is_one_file_and_its_lock() {
    let engine = Sqlite::new();
    let ledger = engine.open(noon(0)).unwrap();
    ledger.commit(news("a", 1, Lane::Ordinary, noon(1))).await.unwrap();
    ledger.summary().await.unwrap();
    drop(ledger);
    let folder = fs::read_dir(engine.path().parent().unwrap()).unwrap();
    let mut names: Vec<_> = folder.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["newswire.db", "newswire.db.lock"]);
}
