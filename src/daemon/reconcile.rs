//! Compares the folder with the catalogue: what is new, changed or gone since they last agreed.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use tracing::warn;

use super::files;
use super::line::{Intake, Line, Mode, Stopped};
use super::reading::{self, FirstSight};
use crate::article::{FileStamp, SourcePath};
use crate::desk::Observation;
use crate::ledger::{Fault, Ledger};
use crate::watch::scan::{Found, ScanReport};
use crate::watch::{ScanFault, Scanner, Under};

/// How many catalogue rows are fetched at once.
const ROWS: usize = 10_000;
/// How many changed files an edition takes at most …
const PAGE: usize = 500;
/// … and about how many bytes of them.
const PAGE_BYTES: u64 = 2_000_000;

/// What differs between folder and catalogue.
pub(super) struct Differences {
    changed: Vec<SourcePath>,
    gone: Vec<SourcePath>,
    /// Files of which something was said and that are gone.
    stale: Vec<SourcePath>,
    report: ScanReport,
}

/// Finds out what differs in a part of the folder, and takes it down the line.
/// Gives the files that were being written: they come from the watcher once they rest.
pub(super) async fn reconcile(
    line: &mut Line,
    scanner: &Scanner,
    under: &Under,
    sight: FirstSight,
    told: bool,
) -> Result<Vec<SourcePath>, Stopped> {
    let differences = loop {
        match differences(line.ledger.clone(), scanner.clone(), under.clone()).await {
            Ok(Ok(differences)) => break differences,
            Ok(Err(fault)) => {
                // The watcher sees to a folder that is not there.
                warn!("the articles folder could not be scanned: {fault}");
                return Ok(Vec::new());
            }
            Err(fault) => line.wait_out(&fault).await?,
        }
    };
    let Differences { mut changed, gone, stale, report } = differences;
    loop {
        let root = line.config.articles.path.clone();
        match files::outdated(&*line.ledger, &root, under).await {
            Ok(users) => {
                changed.extend(users.into_iter().filter(|path| gone.binary_search(path).is_err()));
                changed.sort_unstable();
                changed.dedup();
                break;
            }
            Err(fault) => line.wait_out(&fault).await?,
        }
    }
    let mut findings = report.diagnostics;
    findings.extend(stale.into_iter().map(|path| (path, Vec::new())));
    let observations = gone.into_iter().map(Observation::Gone).collect();
    line.take(Intake { observations, findings }, Mode::told(told)).await?;
    look_at(line, scanner, changed.into_iter().map(|path| (path, None)), sight, told).await?;
    Ok(report.unsettled)
}

/// Reads files and takes what they give down the line, some at a time: none waits long for those that came with it.
pub(super) async fn look_at(
    line: &mut Line,
    scanner: &Scanner,
    paths: impl IntoIterator<Item = (SourcePath, Option<SourcePath>)>,
    sight: FirstSight,
    told: bool,
) -> Result<(), Stopped> {
    let mut intake = Intake::default();
    let mut bytes = 0;
    for (path, renamed_from) in paths {
        // A renamed file stays in one edition with what lies at its old place, which comes before it.
        if renamed_from.is_none() && (intake.findings.len() >= PAGE || bytes >= PAGE_BYTES) {
            line.take(std::mem::take(&mut intake), Mode::told(told)).await?;
            bytes = 0;
        }
        if line.shutdown.is_cancelled() {
            return Err(Stopped);
        }
        let config = line.config.clone();
        let settling = |file: &SourcePath| scanner.is_being_written(file);
        let look = tokio::task::block_in_place(|| reading::look(&config, path, renamed_from, sight, &settling));
        if let Some(fault) = &look.fault {
            scanner.requeue(look.path.clone(), fault);
        }
        if let Some(Observation::Seen(seen)) = &look.observation {
            bytes += seen.stamp.size;
        }
        intake.observations.extend(look.observation);
        intake.findings.push((look.path, look.findings));
    }
    line.take(intake, Mode::told(told)).await
}

async fn differences(ledger: Arc<dyn Ledger>, scanner: Scanner, under: Under) -> Result<Result<Differences, ScanFault>, Fault> {
    let part = under.clone();
    let scanning = tokio::task::spawn_blocking(move || {
        let mut found: Vec<(SourcePath, FileStamp)> = Vec::new();
        scanner.scan(&part, &mut |one: Found| found.push((one.path, one.stamp))).map(|report| (found, report))
    });
    let mut catalogue: HashMap<SourcePath, FileStamp> = HashMap::new();
    let mut after = match &under {
        Under::Root => None,
        Under::Folder(folder) => Some(folder.clone()),
    };
    loop {
        let page = ledger.catalogue(after.clone(), ROWS).await?;
        let full = page.len() == ROWS;
        after = page.last().map(|row| row.path.clone());
        let beyond = page.last().is_some_and(|row| !begins_under(&under, &row.path));
        for row in page {
            if !row.withdrawn && under.holds(&row.path) {
                catalogue.insert(row.path, row.stamp);
            }
        }
        if !full || beyond {
            break;
        }
    }
    let (found, report) = match scanning.await {
        Ok(Ok(done)) => done,
        Ok(Err(fault)) => return Ok(Err(fault)),
        Err(_) => return Err(Fault::Unavailable("the scan was ended".to_owned())),
    };
    let mut said: BTreeSet<SourcePath> =
        ledger.summary().await?.diagnostics.into_iter().filter_map(|found| SourcePath::new(Path::new(&found.path))).collect();
    let mut changed = Vec::new();
    for (path, stamp) in found {
        said.remove(&path);
        if catalogue.remove(&path) != Some(stamp) {
            changed.push(path);
        }
    }
    for path in &report.unsettled {
        catalogue.remove(path);
    }
    let mut gone: Vec<SourcePath> = catalogue.into_keys().filter(|path| !report.blind.iter().any(|blind| blind.holds(path))).collect();
    let mut stale: Vec<SourcePath> = said.into_iter().collect();
    stale.retain(|path| under.holds(path) && !report.unsettled.contains(path) && !report.blind.iter().any(|blind| blind.holds(path)));
    gone.sort_unstable();
    changed.sort_unstable();
    Ok(Ok(Differences { changed, gone, stale, report }))
}

/// Whether a path in the catalogue's order is still at or before the end of the part.
fn begins_under(under: &Under, path: &SourcePath) -> bool {
    match under {
        Under::Root => true,
        Under::Folder(folder) => path.as_bytes().starts_with(folder.as_bytes()),
    }
}
