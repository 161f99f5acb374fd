//! Whether articles that vanished are really to go. A whole folder's disappearance is an accident until somebody confirms it.

use std::path::{Path, PathBuf};

use super::health::Alarm;
use super::line::Line;

/// More than this many at once …
const MANY: usize = 10;
/// … and more than this share in a hundred of those known is an alarm.
const SHARE: usize = 20;

/// Whether so many of so many may go without being confirmed.
const fn is_plausible(gone: usize, known: usize) -> bool {
    let all = gone >= known && known > 1;
    let many = gone > MANY && gone * 100 > known * SHARE;
    !all && !many
}

/// Whether the articles whose grace is over may be withdrawn. `pending` counts all whose files are gone, `public` all that the
/// public sees, those among them. Where it is an alarm, they stay as they are until they are back or somebody confirms.
pub(super) async fn is_allowed(line: &mut Line, pending: usize, public: usize) -> bool {
    if line.health.stands(Alarm::Root) || line.clock.now() < line.removals_after {
        return false;
    }
    // Files come back one by one: once there is an alarm, those still missing do not become few enough meanwhile.
    let settled = pending == 0 || !line.health.stands(Alarm::MassRemoval);
    if (settled && is_plausible(pending, public)) || take_confirmation(line) {
        line.health.clear(Alarm::MassRemoval, "the articles that had vanished are accounted for").await;
        return true;
    }
    let message = format!(
        "{pending} of {public} articles have vanished from {}: none is withdrawn and the feeds stand; put the files back, or run 'newswire confirm' if they are meant to go",
        line.config.articles.path.display()
    );
    line.health.raise(Alarm::MassRemoval, message).await;
    false
}

/// The file whose presence beside the ledger confirms that articles are meant to go.
pub fn confirmation(ledger: &Path) -> PathBuf {
    let mut name = ledger.file_name().unwrap_or_default().to_owned();
    name.push(".confirm");
    ledger.with_file_name(name)
}

fn take_confirmation(line: &Line) -> bool {
    let crate::config::LedgerPlace::Path(path) = &line.config.ledger;
    std::fs::remove_file(confirmation(path)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_plausible;

    #[test]
    fn many_at_once_or_all_are_not_plausible() {
        for (gone, known, plausible) in
            [(1, 1, true), (2, 2, false), (1, 2, true), (10, 11, true), (11, 12, false), (11, 100, true), (21, 100, false), (20, 100, true)]
        {
            assert_eq!(is_plausible(gone, known), plausible, "{gone} of {known}");
        }
    }
}
