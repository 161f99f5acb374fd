//! The first start over a folder: every article is read once, nothing is told.

use std::mem;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use indicatif::{ProgressBar, ProgressStyle};

use super::folders::Uncertain;
use super::latecomers::latecomers;
use super::line::{Intake, Line, Mode, Stopped};
use super::reading::{self, Files, FirstSight, Look};
use crate::config::Config;
use crate::desk::Known;
use crate::reader;
use crate::watch::scan::{Found, ReadOutcome, ScanReport};
use crate::watch::{ScanFault, Scanner, Under, Watcher};

/// How many understood files go to the desk in one message.
const BATCH: usize = 256;
/// How many messages are decided at once.
const PAGE: usize = 2;
/// How many messages may wait for the desk.
const WAITING: usize = 4;
/// How many threads read.
const READERS: usize = 2;

/// Reads the whole folder into the catalogue; gives how many files. `fresh` is an empty catalogue; else an earlier first scan was
/// broken off.
pub(super) async fn first_scan(line: &mut Line, watcher: &mut Watcher, fresh: bool) -> Result<Result<u64, ScanFault>, Stopped> {
    let (looks, scanning) = read_all(line.config.clone(), line.house.reads_keys(), line.folders.uncertain().clone(), watcher.scanner());
    let mut known = Known::first_scan();
    let progress = progress();
    let mut count = 0;
    let mut looks = Some(looks);
    while let Some(receiver) = looks.take() {
        // Waiting for readers blocks, so it must not hold up the runtime.
        let (intake, back) = tokio::task::spawn_blocking(move || next_page(receiver)).await.map_err(|_| Stopped)?;
        looks = back;
        count += intake.observations.len() as u64;
        progress.set_position(count);
        let mode = if fresh { Mode::FirstScan(&mut known) } else { Mode::Silent };
        line.take(intake, mode).await?;
        if line.shutdown.is_cancelled() {
            return Err(Stopped);
        }
    }
    line.flush().await?;
    progress.finish_and_clear();
    match scanning.await {
        Ok(Ok(report)) => {
            let findings = report.diagnostics;
            line.take(Intake { observations: Vec::new(), findings }, Mode::Silent).await?;
            // Files that were just being written belong to what was found: they are not told either.
            count += latecomers(line, watcher, report.unsettled, false).await?;
        }
        Ok(Err(fault)) => return Ok(Err(fault)),
        Err(_) => return Err(Stopped),
    }
    Ok(Ok(count))
}

type Scanning = tokio::task::JoinHandle<Result<ScanReport, ScanFault>>;

fn read_all(config: Arc<Config>, keys: bool, uncertain: Uncertain, scanner: Scanner) -> (Receiver<Vec<Look>>, Scanning) {
    let (sender, receiver) = sync_channel(WAITING);
    let scanning = tokio::task::spawn_blocking(move || {
        let filling = Mutex::new(Vec::with_capacity(BATCH));
        // The list is whole whatever became of a thread that held it: it only grows.
        let exchange = |look: Option<Look>| {
            let mut batch = filling.lock().unwrap_or_else(PoisonError::into_inner);
            let full = batch.len() + 1 >= BATCH || look.is_none();
            batch.extend(look);
            full.then(|| mem::replace(&mut *batch, Vec::with_capacity(BATCH)))
        };
        // A receiver that is gone means that the daemon stops.
        let put = |look: Option<Look>| exchange(look).is_none_or(|batch| sender.send(batch).is_ok());
        let each = |found: Found, outcome: ReadOutcome<'_>| {
            if !reader::reads(&found.path) {
                return;
            }
            let look = match outcome {
                Ok(bytes) => reading::understand(&config, found.path, found.stamp, bytes, None, FirstSight::Modified, Files::Leave)
                    .waiting(&uncertain)
                    .without_text(keys),
                Err(fault) => reading::refused(found.path, fault),
            };
            put(Some(look));
        };
        let report = scanner.scan_reading(&Under::Root, READERS, config.articles.max_size, &each);
        put(None);
        report
    });
    (receiver, scanning)
}

/// A page of what was read; the receiver comes back while there may be more.
fn next_page(receiver: Receiver<Vec<Look>>) -> (Intake, Option<Receiver<Vec<Look>>>) {
    let mut intake = Intake::default();
    for _ in 0..PAGE {
        let Ok(batch) = receiver.recv() else { return (intake, None) };
        for look in batch {
            intake.observations.extend(look.observations);
            if !look.findings.is_empty() {
                intake.findings.push((look.path, look.findings));
            }
        }
    }
    (intake, Some(receiver))
}

/// A bar for people; nothing where no terminal watches.
fn progress() -> ProgressBar {
    let bar = ProgressBar::no_length();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {human_pos} articles read, {per_sec}, {elapsed}") {
        bar.set_style(style);
    }
    bar
}
