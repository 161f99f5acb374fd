//! What was acknowledged survives kill -9, and what was not is there whole or not at all.
//!
//! The test runs itself again as a child that commits without end and prints each acknowledged sequence, kills it at a random point,
//! opens what it left, and lets the next child go on from there.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use newswire::article::{BulletinKind, Entry, Lane, Revision, Sequence};
use newswire::ledger::sqlite::SqliteLedger;
use newswire::ledger::{Claim, Edition, EndpointKind, EntryChange, EntryKey, Ledger};

use super::newsroom::{accepted, added, article, bulletin, edition, entry, everything, feed, id, noon, webhooks};

const LEDGER: &str = "NEWSWIRE_TEST_KILLED_LEDGER";
const ROUNDS: usize = 20;

/// Three articles an edition, each with its source and bulletin.
fn articles_of(first: u64) -> [String; 3] {
    [0, 1, 2].map(|offset| format!("article-{}", first + offset))
}

#[test]
fn every_acknowledged_commit_survives_kill_9() {
    if let Some(ledger) = std::env::var_os(LEDGER) {
        return commit_until_killed(Path::new(&ledger));
    }
    let folder = tempfile::tempdir().unwrap();
    let ledger = folder.path().join("newswire.db");
    let mut acknowledged = 0;
    for round in 0..ROUNDS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "ledger::kill::every_acknowledged_commit_survives_kill_9", "--nocapture"])
            .env(LEDGER, &ledger)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // Some commits into its life, and then at any point of the next.
        let mut left = rand::random_range(1..25);
        let delay = Duration::from_micros(rand::random_range(0..3000));
        for line in &mut lines {
            if let Some(sequence) = line.unwrap().split("acknowledged ").nth(1) {
                acknowledged = sequence.parse().unwrap();
                left -= 1;
                if left == 0 {
                    break;
                }
            }
        }
        assert_eq!(left, 0, "round {round}: the child ended by itself");
        let moment = Instant::now() + delay;
        while Instant::now() < moment {
            std::hint::spin_loop();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        for line in lines {
            if let Some(sequence) = line.unwrap_or_default().split("acknowledged ").nth(1) {
                acknowledged = sequence.parse().unwrap_or(acknowledged);
            }
        }
        check(&ledger, acknowledged);
    }
}

/// The child's life.
fn commit_until_killed(path: &Path) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let ledger = SqliteLedger::open(path, noon(0)).unwrap();
        ledger.put_endpoints(EndpointKind::Webhook, webhooks(3)).await.unwrap();
        let state = ledger.state().await.unwrap();
        let mut sequence = state.sequence.0;
        let mut at = state.latest.max(noon(0));
        loop {
            at = at.plus(Duration::from_millis(1));
            let names = articles_of(sequence + 1);
            let written =
                |name: &String| EntryChange { source: Some(article(name)), ..added(&Entry { revision: Revision(1), ..entry(name) }) };
            let told = |name: &String| bulletin(name, 1, BulletinKind::Published, Lane::Ordinary, at);
            let edition =
                Edition { entries: names.iter().map(written).collect(), bulletins: names.iter().map(told).collect(), ..edition(at) };
            sequence = ledger.commit(edition).await.unwrap().sequences[2].0;
            println!("\nacknowledged {sequence}");
            std::io::stdout().flush().unwrap();
            // Work under leases goes on beside it, so that kills land in settlements too.
            for stretch in ledger.claim(everything(at)).await.unwrap().stretches.iter().take(4) {
                ledger.settle(accepted(stretch, at)).await.unwrap();
            }
        }
    });
}

/// Everything acknowledged is there, and no edition by half.
fn check(path: &Path, acknowledged: u64) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let ledger = SqliteLedger::open(path, noon(0)).unwrap();
        let Sequence(last) = ledger.state().await.unwrap().sequence;
        assert!(last >= acknowledged, "{last} is before {acknowledged}");
        assert!(last.is_multiple_of(3), "half an edition: {last}");
        let names: Vec<String> = (1..=last).step_by(3).flat_map(articles_of).collect();
        let ids: Vec<_> = names.iter().map(|name| id(name)).collect();
        let entries = ledger.entries(ids.iter().cloned().map(EntryKey::Id).collect()).await.unwrap();
        assert_eq!(entries.len(), names.len());
        assert_eq!(ledger.sources(ids).await.unwrap().len(), names.len());
        assert_eq!(ledger.summary().await.unwrap().live, last);
        assert_eq!(ledger.window(feed("all"), None, names.len() + 1).await.unwrap().members.len(), names.len());
        for (name, sequence) in names.iter().zip(1..) {
            let told = ledger.newer(id(name), Revision(0)).await.unwrap();
            assert_eq!(told.iter().map(|bulletin| bulletin.sequence).collect::<Vec<_>>(), [Sequence(sequence)], "{name}");
        }
        // Each bulletin is owed to each endpoint, or settled: none is lost between the two.
        let all = Claim { stretches: BTreeMap::from([(Lane::Ordinary, usize::MAX)]), ..everything(noon(1)) };
        let claimed = ledger.claim(all).await.unwrap();
        let owed: usize = claimed.stretches.iter().map(|stretch| stretch.audience.len()).sum();
        assert_eq!(u64::try_from(owed).unwrap() + ledger.summary().await.unwrap().accepted, last * 3);
    });
    let integrity: String = rusqlite::Connection::open(path).unwrap().query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(integrity, "ok");
}
