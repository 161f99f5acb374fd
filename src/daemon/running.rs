//! The daemon's own loop: whatever comes next — a change, the time, a signal.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use super::health::Alarm;
use super::line::{Intake, Line, Mode, Stopped};
use super::reading::{Files, FirstSight};
use super::reconcile::{look_at, reconcile};
use super::removal;
use crate::article::{Entry, SourcePath, State};
use crate::config::Config;
use crate::desk::Observation;
use crate::instant::Instant;
use crate::reader;
use crate::watch::{Batch, Dirty, RootState, Scanner, Watcher};

/// How many entries whose time has come are taken at once.
const DUE: usize = 1_000;
/// The longest sleep: a step of the wall clock is noticed at least this soon.
const LONGEST: Duration = Duration::from_secs(30);
/// How often an alarm of mass removal is looked at again.
const CONFIRM: Duration = Duration::from_secs(1);

/// Runs until shutdown. `reload` brings new configurations.
pub(super) async fn running(line: &mut Line, watcher: &mut Watcher, reload: &mut mpsc::Receiver<Arc<Config>>) -> Result<(), Stopped> {
    let scanner = watcher.scanner();
    let shutdown = line.shutdown.clone();
    loop {
        let next = due(line).await?;
        line.mend_folder().await;
        line.look_after_ledger().await;
        take_vanished(line, &scanner).await?;
        line.remove_files().await?;
        if line.is_folder_lost() {
            line.publish_all(false).await?;
        }
        let wake = next.into_iter().chain(line.mend_at()).min().map_or(LONGEST, |at| at.since(Instant::now())).min(LONGEST);
        tokio::select! {
            biased;
            () = shutdown.cancelled() => return Err(Stopped),
            config = reload.recv() => match config {
                Some(config) => line.reconfigure(config).await?,
                None => return Err(Stopped),
            },
            batch = watcher.next() => take_batch(line, &scanner, batch, FirstSight::Now, true).await?,
            () = tokio::time::sleep(wake) => {}
        }
    }
}

/// Takes what the watcher brings down the line.
pub(super) async fn take_batch(line: &mut Line, scanner: &Scanner, batch: Batch, sight: FirstSight, told: bool) -> Result<(), Stopped> {
    match batch.root {
        RootState::Missing => {
            let message = format!(
                "the articles folder {} is not there: the feeds stand and nothing is withdrawn; bring it back and it is read again",
                line.config.articles.path.display()
            );
            line.health.raise(Alarm::Root, message).await;
        }
        RootState::Present => line.health.clear(Alarm::Root, "the articles folder is back").await,
    }
    match batch.limited {
        Some(message) => line.health.raise(Alarm::WatchLimited, message).await,
        None => line.health.clear(Alarm::WatchLimited, "the whole folder is watched again").await,
    }
    if !batch.diagnostics.is_empty() {
        line.take(Intake { observations: Vec::new(), findings: batch.diagnostics }, Mode::told(told)).await?;
    }
    let mut paths: Vec<(SourcePath, Option<SourcePath>)> = Vec::new();
    let (articles, shown): (Vec<Dirty>, Vec<Dirty>) = batch.dirty.into_iter().partition(|dirty| reader::reads(&dirty.path));
    let mut changed = Vec::new();
    for dirty in shown {
        changed.extend(dirty.renamed_from);
        changed.push(dirty.path);
    }
    for dirty in articles {
        // What lay there before is looked at in the same edition: gone, it is free to be renamed.
        paths.extend(dirty.renamed_from.clone().map(|from| (from, None)));
        paths.push((dirty.path, dirty.renamed_from));
    }
    let users = line.users_of(changed).await?;
    if !users.is_empty() {
        let looked_at: HashSet<SourcePath> = paths.iter().map(|(path, _)| path.clone()).collect();
        paths.extend(users.into_iter().filter(|user| !looked_at.contains(user)).map(|user| (user, None)));
    }
    look_at(line, scanner, paths, sight, told).await?;
    if batch.root == RootState::Present {
        for part in batch.rescan {
            reconcile(line, scanner, &part, sight, told).await?;
        }
    }
    Ok(())
}

/// Looks again at articles that show files which vanished and had their time to come back.
async fn take_vanished(line: &mut Line, scanner: &Scanner) -> Result<(), Stopped> {
    let users = line.users_of_vanished().await?;
    if users.is_empty() {
        return Ok(());
    }
    look_at(line, scanner, users.into_iter().map(|path| (path, None)), FirstSight::Now, true).await
}

/// Takes whatever the time has brought; gives when it brings more.
async fn due(line: &mut Line) -> Result<Option<Instant>, Stopped> {
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
            let mut articles = line.articles(&others, Files::Look(&|_| false)).await?;
            observations.extend(others.into_iter().map(|entry| {
                let article = articles.remove(&entry.id);
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
            let soon = Instant::now().plus(CONFIRM);
            return Ok(Some(next.map_or(soon, |next| next.min(soon))));
        }
        if none_taken || !full {
            return Ok(next);
        }
    }
}

async fn removals_allowed(line: &mut Line) -> Result<bool, Stopped> {
    loop {
        let grace = line.config.articles.removal_grace;
        let all = line.ledger.due(Instant::now().plus(grace), usize::MAX / 2).await;
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
        let pending = match line.ledger.due(Instant::now().plus(grace), DUE).await {
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
        tokio::time::sleep(last.since(Instant::now())).await;
    }
}
