//! Articles that wait for an hour, read anew where the configuration may have another notion of that hour.

use super::backlog::{Waiting, take_all};
use super::line::{Line, Stopped};
use super::reading::FirstSight;
use crate::article::State;
use crate::instant::Instant;
use crate::watch::Scanner;

/// Reads the files of held articles whose hour is known: an hour that is written without a zone is one of the site's.
pub(super) async fn read_anew(line: &mut Line, scanner: &Scanner) -> Result<(), Stopped> {
    let entries = loop {
        match line.ledger.due(Instant::MAX, usize::MAX / 2).await {
            Ok((entries, _)) => break entries,
            Err(fault) => line.wait_out(&fault).await?,
        }
    };
    let held = entries.into_iter().filter(|entry| matches!(entry.state, State::Held { .. }));
    let files = held.map(|entry| Waiting::of(entry.path.file(), FirstSight::Modified)).collect();
    take_all(line, scanner, files, true).await
}
