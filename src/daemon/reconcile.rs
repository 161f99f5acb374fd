//! Compares the folder with the catalogue: what is new, changed or gone since they last agreed.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use tracing::warn;

use super::backlog::{Waiting, take_all};
use super::files;
use super::line::{Intake, Line, Mode, Stopped};
use super::reading::FirstSight;
use crate::article::{FileStamp, SourcePath};
use crate::desk::Observation;
use crate::ledger::{Fault, Ledger};
use crate::reader;
use crate::watch::scan::{Found, ScanReport};
use crate::watch::{ScanFault, Scanner, Under};

/// How many catalogue rows are fetched at once.
const ROWS: usize = 10_000;

/// What differs between folder and catalogue.
pub(super) struct Differences {
    changed: Vec<SourcePath>,
    gone: Vec<SourcePath>,
    /// Files of which something was said and that are gone.
    stale: Vec<SourcePath>,
    report: ScanReport,
}

/// What a comparison leaves to be done.
pub(super) struct Compared {
    /// Files that are new or changed: to be read.
    pub(super) changed: Vec<Waiting>,
    /// Files that were being written: they come from the watcher once they rest.
    pub(super) unsettled: Vec<SourcePath>,
}

/// Finds out what differs in a part of the folder, and takes what is gone down the line.
pub(super) async fn compare(line: &mut Line, scanner: &Scanner, under: &Under, sight: FirstSight, told: bool) -> Result<Compared, Stopped> {
    let differences = loop {
        match differences(line.ledger.clone(), scanner.clone(), under.clone()).await {
            Ok(Ok(differences)) => break differences,
            Ok(Err(fault)) => {
                // The watcher sees to a folder that is not there.
                warn!("the articles folder could not be scanned: {fault}");
                return Ok(Compared { changed: Vec::new(), unsettled: Vec::new() });
            }
            Err(fault) => line.wait_out(&fault).await?,
        }
    };
    let Differences { changed, gone, stale, report } = differences;
    let (changed, mut of_folders): (Vec<_>, Vec<_>) = changed.into_iter().partition(reader::reads);
    of_folders.extend(
        line.folders
            .under(under)
            .into_iter()
            .filter(|path| !report.unsettled.contains(path) && !report.blind.iter().any(|blind| blind.holds(path))),
    );
    // What waited for a folder's file that is mended is among what changed.
    line.refresh_folders(scanner, of_folders).await?;
    let mut findings = report.diagnostics;
    findings.extend(stale.into_iter().map(|path| (path, Vec::new())));
    let outdated = loop {
        let root = line.config.articles.path.clone();
        match files::outdated(&*line.ledger, &root, under).await {
            Ok(users) => break users,
            Err(fault) => line.wait_out(&fault).await?,
        }
    };
    let mut changed = changed;
    changed.extend(outdated.into_iter().filter(|path| gone.binary_search(path).is_err()));
    changed.sort_unstable();
    changed.dedup();
    let observations = gone.into_iter().map(Observation::Gone).collect();
    line.take(Intake { observations, findings }, Mode::told(told)).await?;
    let changed = changed.into_iter().map(|path| Waiting::of(path, sight)).collect();
    Ok(Compared { changed, unsettled: report.unsettled })
}

/// Finds out what differs in a part of the folder, and takes all of it down the line. Gives the files that were being written.
pub(super) async fn reconcile(
    line: &mut Line,
    scanner: &Scanner,
    under: &Under,
    sight: FirstSight,
    told: bool,
) -> Result<Vec<SourcePath>, Stopped> {
    let Compared { changed, unsettled } = compare(line, scanner, under, sight, told).await?;
    take_all(line, scanner, changed, told).await?;
    Ok(unsettled)
}

async fn differences(ledger: Arc<dyn Ledger>, scanner: Scanner, under: Under) -> Result<Result<Differences, ScanFault>, Fault> {
    let part = under.clone();
    let scanning = tokio::task::spawn_blocking(move || {
        let mut found: Vec<(SourcePath, FileStamp)> = Vec::new();
        scanner.scan(&part, &mut |one: Found| found.push((one.path, one.stamp))).map(|report| (found, report))
    });
    let mut catalogue = catalogue(&*ledger, &under).await?;
    let (found, report) = match scanning.await {
        Ok(Ok(done)) => done,
        Ok(Err(fault)) => return Ok(Err(fault)),
        Err(_) => return Err(Fault::Unavailable("the scan was ended".to_owned())),
    };
    let mut said = said(&*ledger, &under).await?;
    let mut changed = Vec::new();
    for (path, stamp) in found {
        said.remove(&path);
        if catalogue.remove(&path) != Some(Some(stamp)) {
            changed.push(path);
        }
    }
    for path in &report.unsettled {
        catalogue.remove(path);
    }
    let mut gone: Vec<SourcePath> = catalogue.into_keys().filter(|path| !report.blind.iter().any(|blind| blind.holds(path))).collect();
    let mut stale: Vec<SourcePath> = said.into_iter().collect();
    stale.retain(|path| !report.unsettled.contains(path) && !report.blind.iter().any(|blind| blind.holds(path)));
    gone.sort_unstable();
    changed.sort_unstable();
    Ok(Ok(Differences { changed, gone, stale, report }))
}

/// The files in a part of the folder of which something is said.
async fn said(ledger: &dyn Ledger, under: &Under) -> Result<BTreeSet<SourcePath>, Fault> {
    let mut said = BTreeSet::new();
    let mut after = match under {
        Under::Root => None,
        Under::Folder(folder) => Some(folder.clone()),
    };
    loop {
        let page = ledger.findings(after, ROWS).await?;
        let more = page.len() >= ROWS && page.last().is_some_and(|path| begins_under(under, path));
        after = page.last().cloned();
        said.extend(page.into_iter().filter(|path| under.holds(path)));
        if !more {
            return Ok(said);
        }
    }
}

/// What the catalogue knows of files in a part of the folder, but for those whose articles are withdrawn; no stamp where the articles
/// of one file were not read at once.
pub(super) async fn catalogue(ledger: &dyn Ledger, under: &Under) -> Result<HashMap<SourcePath, Option<FileStamp>>, Fault> {
    let mut catalogue: HashMap<SourcePath, Option<FileStamp>> = HashMap::new();
    let mut after = match under {
        Under::Root => None,
        Under::Folder(folder) => Some(folder.clone()),
    };
    loop {
        let page = ledger.catalogue(after.clone(), ROWS).await?;
        // Rows that share a path are never parted, so that a page may be longer.
        let full = page.len() >= ROWS;
        after = page.last().map(|row| row.path.clone());
        let beyond = page.last().is_some_and(|row| !begins_under(under, &row.path));
        for row in page {
            if !row.withdrawn && under.holds(&row.path) {
                let stamp = Some(row.stamp);
                catalogue.entry(row.path.file()).and_modify(|known| *known = known.filter(|known| Some(*known) == stamp)).or_insert(stamp);
            }
        }
        if !full || beyond {
            return Ok(catalogue);
        }
    }
}

/// Whether a path in the catalogue's order is still at or before the end of the part.
pub(super) fn begins_under(under: &Under, path: &SourcePath) -> bool {
    match under {
        Under::Root => true,
        Under::Folder(folder) => path.as_bytes().starts_with(folder.as_bytes()),
    }
}
