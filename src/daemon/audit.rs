//! The audit: now and then the whole folder is compared with the catalogue, whatever was told, because some mounts look like any other
//! and say nothing.
//!
//! What differs is looked at again after a while: by then its writer has closed it and an event has told of it, or none will. It goes
//! on beside everything else, a little at a time.

use std::collections::HashMap;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::{Instant as Moment, sleep_until};
use tracing::debug;

use super::line::parts::parts;
use super::reading::{self, FirstSight};
use super::reconcile::catalogue;
use crate::article::{Entry, EntryKey, FileStamp, SourcePath, State};
use crate::config::Config;
use crate::desk::Observation;
use crate::ledger::{Fault, Ledger};
use crate::media::{Around, Neighbours};
use crate::reader;
use crate::watch::scan::Found;
use crate::watch::{Doorway, RootState, Scanner, Under};

/// How long what differs is left to its event; with short intervals, half of one.
const DOUBT: Duration = Duration::from_secs(30);
/// How many files are looked at between two breaths …
const STRIDE: u32 = 256;
/// … which last as many times as long as that took, up to the longest.
const BREATHS: u32 = 4;
const LONGEST_BREATH: Duration = Duration::from_millis(100);
/// How many files that differ one audit goes into; the next goes on.
const MOST: usize = 10_000;

/// What an audit found that no event told of.
#[derive(Debug, Default)]
pub(super) struct Missed {
    /// Files to be read again: new, changed, or only touched.
    pub(super) dirty: Vec<SourcePath>,
    /// Files that are gone.
    pub(super) gone: Vec<SourcePath>,
    /// How many of all these, and of folders, are changes in what is published; a touched file is none.
    pub(super) count: u64,
}

/// A file that differs from what the catalogue knows: its stamp, or none where it is gone.
type Suspect = (SourcePath, Option<FileStamp>);

#[derive(Default)]
struct Suspects {
    files: Vec<Suspect>,
    folders: Vec<SourcePath>,
}

enum Stage {
    Resting(Moment),
    Comparing(JoinHandle<Suspects>),
    Doubting(Moment, Suspects),
    Confirming(JoinHandle<Missed>),
}

/// The audit's present stage.
pub(super) struct Audit {
    ledger: Arc<dyn Ledger>,
    scanner: Scanner,
    interval: Duration,
    stage: Stage,
}

impl Audit {
    pub(super) fn new(ledger: Arc<dyn Ledger>, scanner: Scanner, interval: Duration) -> Self {
        Self { ledger, scanner, interval, stage: Stage::Resting(next(interval)) }
    }

    /// Takes on another interval.
    pub(super) fn every(&mut self, interval: Duration) {
        if mem::replace(&mut self.interval, interval) != interval {
            self.stage = Stage::Resting(next(interval));
        }
    }

    /// Waits until an audit is done. May be dropped while it waits: the next call goes on.
    pub(super) async fn done(&mut self, config: &Arc<Config>) -> Missed {
        loop {
            self.stage = match &mut self.stage {
                Stage::Resting(_) if self.interval.is_zero() => std::future::pending().await,
                Stage::Resting(until) => {
                    sleep_until(*until).await;
                    Stage::Comparing(tokio::spawn(compare(self.ledger.clone(), self.scanner.clone())))
                }
                Stage::Comparing(comparing) => {
                    let suspects = comparing.await.unwrap_or_default();
                    Stage::Doubting(Moment::now() + DOUBT.min(self.interval / 2), suspects)
                }
                Stage::Doubting(until, suspects) => {
                    sleep_until(*until).await;
                    let suspects = mem::take(suspects);
                    let (ledger, scanner) = (self.ledger.clone(), self.scanner.clone());
                    Stage::Confirming(tokio::spawn(confirm(ledger, scanner, config.clone(), suspects)))
                }
                Stage::Confirming(confirming) => {
                    let missed = confirming.await.unwrap_or_default();
                    self.stage = Stage::Resting(next(self.interval));
                    return missed;
                }
            };
        }
    }
}

impl Drop for Audit {
    fn drop(&mut self) {
        match &self.stage {
            Stage::Comparing(task) => task.abort(),
            Stage::Confirming(task) => task.abort(),
            Stage::Resting(_) | Stage::Doubting(..) => {}
        }
    }
}

/// An interval from now, give or take a tenth, so that many instances over one file server do not come at once.
fn next(interval: Duration) -> Moment {
    Moment::now() + interval.mul_f64(0.9 + 0.2 * rand::random::<f64>())
}

async fn compare(ledger: Arc<dyn Ledger>, scanner: Scanner) -> Suspects {
    let scanning = tokio::task::spawn_blocking(move || {
        let mut found: Vec<(SourcePath, FileStamp)> = Vec::new();
        let (mut since, mut left) = (std::time::Instant::now(), STRIDE);
        let outcome = scanner.audit(&mut |one: Found| {
            if reader::reads(&one.path) {
                found.push((one.path, one.stamp));
            }
            left -= 1;
            if left == 0 {
                std::thread::sleep((since.elapsed() * BREATHS).min(LONGEST_BREATH));
                (since, left) = (std::time::Instant::now(), STRIDE);
            }
        });
        outcome.map(|(report, folders)| (found, report, folders))
    });
    let (found, report, folders) = match scanning.await {
        Ok(Ok(all)) => all,
        Ok(Err(fault)) => {
            debug!("the audit could not look at the articles folder: {fault}");
            return Suspects::default();
        }
        Err(_) => return Suspects::default(),
    };
    // Read after the scan: what an event brings meanwhile is known here, and differs only where it is in doubt.
    let mut known = match catalogue(&*ledger, &Under::Root).await {
        Ok(known) => known,
        Err(fault) => {
            debug!("the audit could not ask the ledger: {fault}");
            return Suspects::default();
        }
    };
    let mut files: Vec<Suspect> = found
        .into_iter()
        .filter(|(path, stamp)| known.remove(path) != Some(Some(*stamp)))
        .map(|(path, stamp)| (path, Some(stamp)))
        .collect();
    for path in &report.unsettled {
        known.remove(path);
    }
    files.extend(known.into_keys().filter(|path| !report.blind.iter().any(|blind| blind.holds(path))).map(|path| (path, None)));
    files.truncate(MOST);
    Suspects { files, folders }
}

async fn confirm(ledger: Arc<dyn Ledger>, scanner: Scanner, config: Arc<Config>, suspects: Suspects) -> Missed {
    if scanner.root_state() == RootState::Missing {
        return Missed::default();
    }
    let entries = match entries(&*ledger, &suspects.files).await {
        Ok(entries) => entries,
        Err(fault) => {
            debug!("the audit could not ask the ledger: {fault}");
            return Missed::default();
        }
    };
    let confirming = tokio::task::spawn_blocking(move || {
        let mut known: HashMap<SourcePath, Vec<Entry>> = HashMap::new();
        for entry in entries.into_iter().filter(|entry| !matches!(entry.state, State::Withdrawn { .. })) {
            known.entry(entry.path.file()).or_default().push(entry);
        }
        let (mut missed, neighbours) = (Missed::default(), Neighbours::default());
        let doorway = Doorway::of(reading::root(&config));
        for (path, seen) in suspects.files {
            let entries = known.get(&path).map_or(&[][..], Vec::as_slice);
            if scanner.stamp(&path) != seen {
                // Somebody is at it; its event comes, or the next audit.
                continue;
            }
            match seen {
                Some(stamp) if !entries.is_empty() && entries.iter().all(|entry| entry.stamp == stamp) => {}
                Some(_) => {
                    let look = reading::look(&config, &doorway, path.clone(), None, FirstSight::Modified, Around::at_rest(&neighbours));
                    missed.count += u64::from(look.observations.iter().any(|observation| is_news(observation, entries)));
                    missed.dirty.push(path);
                }
                None if entries.iter().any(|entry| !matches!(entry.state, State::RemovalPending { .. })) => {
                    missed.count += 1;
                    missed.gone.push(path);
                }
                None => {}
            }
        }
        missed.count += suspects.folders.into_iter().filter(|folder| scanner.point_out(folder.clone())).count() as u64;
        missed
    });
    confirming.await.unwrap_or_default()
}

/// What the catalogue knows of files.
async fn entries(ledger: &dyn Ledger, files: &[Suspect]) -> Result<Vec<Entry>, Fault> {
    let mut keys = Vec::with_capacity(files.len());
    for (path, _) in files {
        keys.push(EntryKey::Path(path.clone()));
        if reader::may_hold_several(path) {
            keys.extend(parts(ledger, path).await?.into_iter().map(EntryKey::Path));
        }
    }
    ledger.entries(keys).await
}

/// Whether an article has other bytes than the catalogue knows.
fn is_news(observation: &Observation, entries: &[Entry]) -> bool {
    match observation {
        Observation::Seen(now) => entries.iter().find(|entry| entry.path == now.path).is_none_or(|entry| entry.digest != now.digest),
        Observation::Unusable(_) | Observation::Gone(_) | Observation::Due(..) | Observation::Again(..) => false,
    }
}
