//! Files of several articles: what became of those that a file does not hold any more.

use std::collections::{HashMap, HashSet};

use super::{Intake, Line};
use crate::article::SourcePath;
use crate::desk::Observation;
use crate::ledger::{Fault, Ledger};
use crate::reader;

/// How many catalogue rows are fetched at first: most files hold one article.
const FEW: usize = 4;
/// How many are fetched at once after that.
const ROWS: usize = 1_000;

/// What was found where a file lies.
#[derive(Default)]
struct Found {
    gone: bool,
    /// It was read, and these of its articles were found in it, usable or not.
    named: HashSet<SourcePath>,
    /// It was read as the one article that it is.
    whole: bool,
}

impl Line {
    /// Adds what is observed of articles that the catalogue knows in a file that was looked at, and that it did not name itself.
    pub(super) async fn add_missing_parts(&self, intake: &mut Intake) -> Result<(), Fault> {
        let mut files: HashMap<SourcePath, Found> = HashMap::new();
        for observation in &intake.observations {
            let (path, gone) = match observation {
                Observation::Seen(seen) => (&seen.path, false),
                Observation::Unusable(path) => (path, false),
                Observation::Gone(path) => (path, true),
                Observation::Due(..) | Observation::Again(..) => continue,
            };
            if !reader::may_hold_several(path) {
                continue;
            }
            let found = files.entry(path.file()).or_default();
            found.gone |= gone;
            if path.part().is_some() {
                found.named.insert(path.clone());
            }
            found.whole |= path.part().is_none() && matches!(observation, Observation::Seen(_));
        }
        for (file, found) in files {
            let missing = parts(&*self.ledger, &file).await?.into_iter().filter(|part| !found.named.contains(part));
            let was_read = found.whole || !found.named.is_empty();
            intake.observations.extend(missing.map(if found.gone || was_read { Observation::Gone } else { Observation::Unusable }));
            // It may have been a file of one article.
            if !found.named.is_empty() && !found.whole && !found.gone {
                intake.observations.push(Observation::Gone(file));
            }
        }
        Ok(())
    }
}

/// The parts of a file that the catalogue knows.
pub(in crate::daemon) async fn parts(ledger: &dyn Ledger, file: &SourcePath) -> Result<Vec<SourcePath>, Fault> {
    let mut parts: Vec<SourcePath> = Vec::new();
    let mut after = file.clone();
    let mut rows = FEW;
    loop {
        let page = ledger.catalogue(Some(after), rows).await?;
        let Some(last) = page.last().map(|row| row.path.clone()) else { return Ok(parts) };
        let more = page.len() >= rows && last.file() == *file;
        parts.extend(page.into_iter().filter(|row| !row.withdrawn && row.path.file() == *file).map(|row| row.path));
        if !more {
            return Ok(parts);
        }
        after = last;
        rows = ROWS;
    }
}
