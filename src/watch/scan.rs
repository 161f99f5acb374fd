//! What stands in the folder: once over, for commands that run once and for a start without a watch.
//! ([`super::Scanner`] does the same and sets the watches on its way.)

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::claims::Claims;
use super::look::{Sight, look};
use super::pass::{LOOKERS, Link, Pass};
use super::read::read_file;
use super::resting::{Awaits, Outcome, Resting};
pub use super::{ReadFault, ScanFault};
use super::{Rules, Under};
use crate::article::{FileStamp, SourcePath};
use crate::diagnostic::{Diagnostic, Severity};

/// A file that bears an article's name. Whether it can be read, reading tells: it may be a conflict copy, a FIFO, or too large.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The file.
    pub path: SourcePath,
    /// Its stamp; a followed link's is that of the file it leads to.
    pub stamp: FileStamp,
}

/// A found file's bytes, or why they are not to be had.
pub type ReadOutcome<'a> = Result<&'a [u8], ReadFault>;

/// What came of a scan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScanReport {
    /// How many files were handed out.
    pub files: u64,
    /// How many folders were listed.
    pub folders: u64,
    /// Files that are there but were not handed out, because they are being written.
    pub unsettled: Vec<SourcePath>,
    /// Parts that could not be listed: that a file under them was not found does not mean that it is gone.
    pub blind: Vec<Under>,
    /// What there is to say of folders (and, from a scan that runs once, of files that are not settled).
    pub diagnostics: Vec<(SourcePath, Vec<Diagnostic>)>,
}

/// How long a scan that runs once waits for files that are being written.
const PATIENCE: Duration = Duration::from_secs(3);

/// Finds every article's file. Those that changed just now are handed out once they have rested; what does not come to rest within
/// three seconds is named in the report.
pub fn scan(root: &Path, rules: &Rules, found: &mut (dyn FnMut(Found) + Send)) -> Result<ScanReport, ScanFault> {
    let found = Mutex::new(found);
    let hand_out = |one: Found| found.lock().unwrap_or_else(PoisonError::into_inner)(one);
    let (mut report, _) = once(root, rules, LOOKERS, &|pass| pass.look(&hand_out))?;
    await_rest(root, rules, &mut report, &hand_out);
    Ok(report)
}

/// Finds and reads every article's file on `workers` threads; `each` is called on any of them. Otherwise as [`scan`].
pub fn scan_reading(
    root: &Path,
    rules: &Rules,
    workers: usize,
    max_size: u64,
    each: &(dyn Fn(Found, ReadOutcome<'_>) + Sync),
) -> Result<ScanReport, ScanFault> {
    let (mut report, _) = once(root, rules, workers, &|pass| pass.read(max_size, each))?;
    await_rest(root, rules, &mut report, &|found: Found| match read_file(rules.root(root), &found.path, max_size) {
        Ok(read) => each(Found { path: found.path, stamp: read.stamp }, Ok(&read.bytes)),
        Err(ReadFault::Gone) => {}
        Err(fault) => each(found, Err(fault)),
    });
    Ok(report)
}

type Passed = Result<(ScanReport, Vec<Link>), ScanFault>;

/// Passes over the whole folder once, without a watch.
fn once(root: &Path, rules: &Rules, workers: usize, run: &dyn Fn(&Pass<'_>) -> Passed) -> Passed {
    let claims = Mutex::new(Claims::default());
    run(&Pass {
        root: rules.root(root),
        under: &Under::Root,
        rules,
        workers,
        before: &|_, _| true,
        ahead: &|_| {},
        claim: &|identity, path| claims.lock().unwrap_or_else(PoisonError::into_inner).claim(identity, path),
    })
}

/// Hands out what was being written, each once it rests; says so of what does not.
fn await_rest(root: &Path, rules: &Rules, report: &mut ScanReport, hand_out: &dyn Fn(Found)) {
    let began = Instant::now();
    let mut resting = Resting::new(rules.settle);
    for path in report.unsettled.drain(..) {
        resting.put(path, Awaits::Rest, None, began);
    }
    while let Some(due) = resting.next().filter(|due| due.duration_since(began) < PATIENCE + rules.settle) {
        // Rest is time without change: nothing tells of it but the clock.
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        let now = Instant::now();
        for path in resting.due(now) {
            let sight = look(rules.root(root), &path);
            match resting.seen(&path, &sight, now) {
                Outcome::Waits => {}
                Outcome::Settled(_) => match sight {
                    Sight::File { stamp, .. } | Sight::Unfit(stamp) => {
                        report.files += 1;
                        hand_out(Found { path, stamp });
                    }
                    Sight::Hidden => {
                        report.files += 1;
                        hand_out(Found { path, stamp: FileStamp::default() });
                    }
                    Sight::Gone | Sight::Folder => {}
                },
            }
        }
    }
    report.unsettled = resting.into_paths();
    for path in &report.unsettled {
        let message = "the file is still being written; it was left out";
        let finding = Diagnostic::new(Severity::Warning, "file-changing", path.to_string(), message).mend("run again once it is complete");
        report.diagnostics.push((path.clone(), vec![finding]));
    }
}
