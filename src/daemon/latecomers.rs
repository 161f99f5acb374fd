//! Files that a scan found while they were being written: awaited, so that what follows the scan can count on them.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::backlog::take_all;
use super::line::{Line, Stopped};
use super::reading::FirstSight;
use super::running::take_batch;
use crate::article::SourcePath;
use crate::watch::Watcher;

/// How long they are awaited beyond the configured rest. One that is still being written then comes as a change.
const PATIENCE: Duration = Duration::from_secs(4);

/// Takes what the watcher brings until every unsettled file was among it; gives how many were. `told` says whether news is told.
pub(super) async fn latecomers(line: &mut Line, watcher: &mut Watcher, unsettled: Vec<SourcePath>, told: bool) -> Result<u64, Stopped> {
    let mut awaited: BTreeSet<SourcePath> = unsettled.into_iter().collect();
    let all = awaited.len();
    let deadline = Instant::now() + PATIENCE + line.config.articles.settle;
    let scanner = watcher.scanner();
    let shutdown = line.shutdown.clone();
    while !awaited.is_empty() {
        let batch = tokio::select! {
            () = shutdown.cancelled() => return Err(Stopped),
            batch = timeout_at(deadline, watcher.next()) => batch,
        };
        let Ok(batch) = batch else { break };
        for dirty in &batch.dirty {
            awaited.remove(&dirty.path);
        }
        let files = take_batch(line, &scanner, batch, FirstSight::Modified, told).await?;
        take_all(line, &scanner, files, told).await?;
    }
    Ok((all - awaited.len()) as u64)
}
