//! The daemon's own loop: whatever comes next — a change, the time, a signal.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tracing::{debug, warn};

use super::audit::{Audit, Missed};
use super::backlog::{Backlog, Waiting};
use super::certificate::Certificate;
use super::clock::Timer;
use super::health::Alarm;
use super::line::archiving::Archiving;
use super::line::{Intake, Line, Mode, Stopped};
use super::reading::{Files, FirstSight, hold_back};
use super::reconcile::compare;
use super::removal;
use crate::article::{Entry, SourcePath, State};
use crate::config::Config;
use crate::desk::Observation;
use crate::instant::Instant;
use crate::media::{Around, Neighbours};
use crate::reader;
use crate::watch::{Batch, RootState, Scanner, Under, Watcher};

/// How many entries whose time has come are taken at once.
const DUE: usize = 1_000;
/// The longest sleep: a ledger that was moved away is noticed at least this soon.
const LONGEST: Duration = Duration::from_secs(30);
/// How long files of a folder that is back may take to be read, beyond their rest and the grace.
const RETURN: Duration = Duration::from_secs(4);
/// How often an alarm that can be confirmed is looked at again.
const CONFIRM: Duration = Duration::from_secs(1);

/// Runs until shutdown. `reload` brings new configurations.
pub(super) async fn running(
    line: &mut Line,
    watcher: &mut Watcher,
    reload: &mut mpsc::Receiver<Arc<Config>>,
    mut certificate: Certificate,
) -> Result<(), Stopped> {
    let scanner = watcher.scanner();
    let shutdown = line.shutdown.clone();
    let shelf = line.shelf();
    let mut backlog = Backlog::default();
    let mut timer = Timer::new(line.clock.clone());
    let mut archiving = Archiving::new();
    let mut audit = Audit::new(line.ledger.clone(), scanner.clone(), line.config.articles.audit_interval);
    loop {
        line.look_at_clock().await;
        let next = due(line).await?;
        line.take_down_tombstones().await?;
        line.mend_folder().await;
        line.mend_lost_feeds().await?;
        line.look_after_ledger().await;
        // Articles that show files which vanished and had their time to come back.
        let users = line.users_of_vanished().await?;
        backlog.add(users.into_iter().map(|user| Waiting::of(user, FirstSight::Now)).collect(), &line.config);
        line.remove_files().await?;
        if backlog.is_empty() {
            line.rest();
        }
        if line.is_folder_lost() {
            line.publish_all(false).await?;
        }
        let gone = line.folders.gone();
        let mended = line.refresh_folders(&scanner, gone).await?;
        backlog.add(compare_all(line, &scanner, mended).await?, &line.config);
        archiving.begin(line);
        let wake = next
            .into_iter()
            .chain(line.mend_at())
            .chain(line.tombstone_falls())
            .chain(archiving.next())
            .chain(line.folders.due().map(|at| line.clock.now().plus(at.saturating_duration_since(std::time::Instant::now()))))
            .min()
            .unwrap_or(Instant::MAX);
        let longest = if line.doubted { CONFIRM } else { LONGEST };
        archiving.set_busy(!backlog.is_empty());
        tokio::select! {
            biased;
            () = shutdown.cancelled() => return Err(Stopped),
            config = reload.recv() => match config {
                Some(config) => {
                    audit.every(config.articles.audit_interval);
                    line.reconfigure(config, &scanner).await?;
                }
                None => return Err(Stopped),
            },
            batch = watcher.next() => {
                let files = take_batch(line, &scanner, batch, FirstSight::Now, true).await?;
                backlog.add(files, &line.config);
            }
            state = certificate.changed() => Certificate::tell(state, &mut line.health).await,
            missed = audit.done(&line.config) => {
                let files = audited(line, missed).await?;
                backlog.add(files, &line.config);
            }
            done = archiving.done() => archiving.take(line, done).await?,
            // While files wait, nothing else is waited for.
            () = shelf.feeds_are_lost() => {}
            () = timer.wait(wake, longest), if backlog.is_empty() && !line.is_behind() => {}
            () = std::future::ready(()), if !backlog.is_empty() || line.is_behind() => {}
        }
        if backlog.is_empty() && line.is_behind() {
            line.catch_up_some().await?;
        }
        archiving.set_busy(true);
        let config = line.config.clone();
        if let Some(mut intake) = backlog.next(&config, &scanner).await? {
            hold_back(&mut intake.observations, line.folders.uncertain());
            line.take(intake, Mode::Live).await?;
        }
    }
}

/// Takes what an audit found down the line, as if it had been told; gives the files that are to be read.
async fn audited(line: &mut Line, missed: Missed) -> Result<Vec<Waiting>, Stopped> {
    let Missed { dirty, gone, count } = missed;
    if count > 0 {
        warn!(
            "an audit of {} found {count} changes that no event had told of; where its file system keeps silent about changes, set \
             `watch = \"poll\"` under [articles]",
            line.config.articles.path.display()
        );
    }
    // A count that is lost is not worth waiting for.
    if let Err(fault) = line.ledger.audited(Instant::now(), count).await {
        debug!("the audit could not be noted: {fault}");
    }
    let observations = gone.into_iter().map(Observation::Gone).collect();
    line.take(Intake { observations, findings: Vec::new() }, Mode::Live).await?;
    Ok(dirty.into_iter().map(|path| Waiting::of(path, FirstSight::Modified)).collect())
}

/// Waits until the articles folder is there.
pub(super) async fn await_root(line: &mut Line, watcher: &mut Watcher) -> Result<(), Stopped> {
    let shutdown = line.shutdown.clone();
    loop {
        let state = watcher.root_state();
        tell_of_root(line, state).await;
        if state == RootState::Present {
            return Ok(());
        }
        // What the batch says of the folder's parts, the scan that follows will see.
        tokio::select! {
            () = shutdown.cancelled() => return Err(Stopped),
            _ = watcher.next() => {}
        }
    }
}

async fn tell_of_root(line: &mut Line, state: RootState) {
    match state {
        RootState::Missing => {
            let message = format!(
                "the articles folder {} is not there: the feeds stand and nothing is withdrawn; bring it back and it is read again",
                line.config.articles.path.display()
            );
            line.health.raise(Alarm::Root, message).await;
        }
        RootState::Present => {
            if line.health.stands(Alarm::Root) {
                // Files that were deleted with it come back with it, and must rest before they are read.
                line.removals_after = line.clock.now().plus(line.config.articles.removal_grace + line.config.articles.settle + RETURN);
            }
            line.health.clear(Alarm::Root, "the articles folder is back").await;
        }
    }
}

/// Takes what the watcher says down the line; gives the files that are to be read.
pub(super) async fn take_batch(
    line: &mut Line,
    scanner: &Scanner,
    batch: Batch,
    mut sight: FirstSight,
    told: bool,
) -> Result<Vec<Waiting>, Stopped> {
    if line.health.stands(Alarm::Root) {
        // What comes back with the folder is as old as it says, as at a start.
        sight = FirstSight::Modified;
    }
    tell_of_root(line, batch.root).await;
    match batch.limited {
        Some(message) => line.health.raise(Alarm::WatchLimited, message).await,
        None => line.health.clear(Alarm::WatchLimited, "the whole folder is watched again").await,
    }
    if !batch.diagnostics.is_empty() {
        line.take(Intake { observations: Vec::new(), findings: batch.diagnostics }, Mode::told(told)).await?;
    }
    let mut files: Vec<Waiting> = Vec::new();
    let (mut of_folders, mut shown) = (Vec::new(), Vec::new());
    for dirty in batch.dirty {
        let (from, other) =
            dirty.renamed_from.map_or((None, None), |from| if reader::reads(&from) { (Some(from), None) } else { (None, Some(from)) });
        if reader::reads(&dirty.path) {
            files.push(Waiting { path: dirty.path, renamed_from: from, sight });
            note_other(other, &mut of_folders, &mut shown);
        } else {
            files.extend(from.map(|from| Waiting::of(from, sight)));
            note_other([dirty.path].into_iter().chain(other), &mut of_folders, &mut shown);
        }
    }
    let users = line.users_of(shown).await?;
    if !users.is_empty() {
        let looked_at: HashSet<SourcePath> = files.iter().map(|file| file.path.clone()).collect();
        files.extend(users.into_iter().filter(|user| !looked_at.contains(user)).map(|user| Waiting::of(user, sight)));
    }
    // Articles of a new folder are read with what stands beside them, whichever was told first.
    of_folders.extend(line.folders.unknown(files.iter().map(|file| &file.path)));
    let mended = line.refresh_folders(scanner, of_folders).await?;
    if batch.root == RootState::Present {
        for part in batch.rescan {
            files.extend(compare(line, scanner, &part, sight, told).await?.changed);
        }
        files.extend(compare_all(line, scanner, mended).await?);
    }
    Ok(files)
}

/// Gives the files that waited for what their folder gives them, and have been there all the while.
async fn compare_all(line: &mut Line, scanner: &Scanner, mended: BTreeSet<Under>) -> Result<Vec<Waiting>, Stopped> {
    let mut files = Vec::new();
    for part in mended {
        files.extend(compare(line, scanner, &part, FirstSight::Modified, true).await?.changed);
    }
    Ok(files)
}

/// Files that are no articles: what speaks of its folder, and what articles may show.
fn note_other(paths: impl IntoIterator<Item = SourcePath>, of_folders: &mut Vec<SourcePath>, shown: &mut Vec<SourcePath>) {
    for path in paths {
        if reader::concerns(&path) { of_folders.push(path) } else { shown.push(path) }
    }
}

/// Takes whatever the time has brought; gives when it brings more.
async fn due(line: &mut Line) -> Result<Option<Instant>, Stopped> {
    strand_none(line).await?;
    loop {
        let (entries, next) = line.due(DUE).await?;
        if entries.is_empty() {
            // Vanished files may have come back: then there is nothing left to confirm.
            if line.health.stands(Alarm::MassRemoval) {
                removals_allowed(line).await?;
            }
            return Ok(next);
        }
        let full = entries.len() == DUE;
        let (removals, others): (Vec<Entry>, Vec<Entry>) =
            entries.into_iter().partition(|entry| matches!(entry.state, State::RemovalPending { .. }));
        let mut observations = Vec::new();
        if !others.is_empty() {
            let mut articles = line.articles(&others, Files::Look(Around::at_rest(&Neighbours::default()))).await?;
            observations.extend(others.into_iter().map(|entry| {
                // What its folder gives it is not known: it stays as it is.
                let article = articles.remove(&entry.id).filter(|_| !line.folders.uncertain().holds(&entry.path));
                Observation::Due(entry.id, article)
            }));
        }
        let held_back = !removals.is_empty() && !removals_allowed(line).await?;
        if !held_back {
            observations.extend(removals.into_iter().map(|entry| Observation::Due(entry.id, None)));
        }
        let none_taken = observations.is_empty();
        line.take(Intake { observations, findings: Vec::new() }, Mode::Live).await?;
        if held_back {
            let soon = line.clock.now().plus(CONFIRM);
            return Ok(Some(next.map_or(soon, |next| next.min(soon))));
        }
        if none_taken || !full {
            return Ok(next);
        }
    }
}

/// Where the clock was set back, graces that were to end by it would last as much longer: they end now.
async fn strand_none(line: &mut Line) -> Result<(), Stopped> {
    let back = line.clock.set_back();
    let grace = line.config.articles.removal_grace;
    if back <= grace {
        return Ok(());
    }
    let horizon = line.clock.now().plus(back).plus(grace);
    let entries = loop {
        match line.ledger.due(horizon, usize::MAX / 2).await {
            Ok((entries, _)) => break entries,
            Err(fault) => line.wait_out(&fault).await?,
        }
    };
    let removals = entries.into_iter().filter(|entry| matches!(entry.state, State::RemovalPending { .. }));
    let observations: Vec<Observation> = removals.map(|entry| Observation::Due(entry.id, None)).collect();
    if !observations.is_empty() && removals_allowed(line).await? {
        line.take(Intake { observations, findings: Vec::new() }, Mode::Live).await?;
    }
    Ok(())
}

async fn removals_allowed(line: &mut Line) -> Result<bool, Stopped> {
    loop {
        let grace = line.config.articles.removal_grace;
        let all = line.ledger.due(line.clock.now().plus(grace), usize::MAX / 2).await;
        let summary = line.ledger.summary().await;
        match (all, summary) {
            (Ok((entries, _)), Ok(summary)) => {
                let pending = entries.iter().filter(|entry| matches!(entry.state, State::RemovalPending { .. })).count();
                let public = usize::try_from(summary.live).unwrap_or(usize::MAX);
                return Ok(removal::is_allowed(line, pending, public).await);
            }
            (Err(fault), _) | (_, Err(fault)) => line.wait_out(&fault).await?,
        }
    }
}

/// Waits until no removal is pending any more, or an alarm holds them back: for a build, which ends then.
pub(super) async fn settle_removals(line: &mut Line) -> Result<(), Stopped> {
    loop {
        due(line).await?;
        if line.health.stands(Alarm::MassRemoval) {
            return Ok(());
        }
        let grace = line.config.articles.removal_grace;
        let pending = match line.ledger.due(line.clock.now().plus(grace), DUE).await {
            Ok((entries, _)) => entries,
            Err(fault) => {
                line.wait_out(&fault).await?;
                continue;
            }
        };
        let Some(last) =
            pending.iter().filter(|entry| matches!(entry.state, State::RemovalPending { .. })).filter_map(|entry| entry.due).max()
        else {
            return Ok(());
        };
        tokio::time::sleep(last.since(line.clock.now())).await;
    }
}
