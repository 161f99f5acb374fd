//! Files of several articles: what became of those that a file does not hold any more.

use std::collections::{HashMap, HashSet};

use super::{Intake, Line};
use crate::article::SourcePath;
use crate::desk::Observation;
use crate::ledger::Fault;
use crate::reader;

/// How many catalogue rows are fetched at once.
const ROWS: usize = 1_000;

/// What was found where a file lies.
#[derive(Default)]
struct Found {
    gone: bool,
    unusable: bool,
    seen: HashSet<SourcePath>,
}

impl Line {
    /// Adds what is observed of articles that the catalogue knows in a file that was looked at, and that it did not name itself.
    pub(super) async fn add_missing_parts(&self, intake: &mut Intake) -> Result<(), Fault> {
        let mut files: HashMap<SourcePath, Found> = HashMap::new();
        for observation in &intake.observations {
            let (path, note): (_, fn(&mut Found, &SourcePath)) = match observation {
                Observation::Seen(seen) => (&seen.path, |found, path| {
                    found.seen.insert(path.clone());
                }),
                Observation::Gone(path) => (path, |found, _| found.gone = true),
                Observation::Unusable(path) => (path, |found, _| found.unusable = true),
                Observation::Due(..) | Observation::Again(..) => continue,
            };
            if reader::may_hold_several(path) {
                note(files.entry(path.file()).or_default(), path);
            }
        }
        for (file, found) in files {
            let missing = self.parts(&file).await?.into_iter().filter(|part| !found.seen.contains(part));
            if found.seen.is_empty() {
                intake.observations.extend(missing.map(if found.gone { Observation::Gone } else { Observation::Unusable }));
                continue;
            }
            intake.observations.extend(missing.map(Observation::Gone));
            // It may have been a file of one article.
            if !found.seen.contains(&file) && !found.gone && !found.unusable {
                intake.observations.push(Observation::Gone(file));
            }
        }
        Ok(())
    }

    /// The parts of a file that the catalogue knows.
    async fn parts(&self, file: &SourcePath) -> Result<Vec<SourcePath>, Fault> {
        let mut parts: Vec<SourcePath> = Vec::new();
        let mut after = file.clone();
        loop {
            let page = self.ledger.catalogue(Some(after), ROWS).await?;
            let Some(last) = page.last().map(|row| row.path.clone()) else { return Ok(parts) };
            let more = page.len() >= ROWS && last.file() == *file;
            parts.extend(page.into_iter().filter(|row| !row.withdrawn && row.path.file() == *file).map(|row| row.path));
            if !more {
                return Ok(parts);
            }
            after = last;
        }
    }
}
