//! Removing siblings that do not belong beside what stands: those of another version, which a crash may leave, those without a file,
//! and those in codings that are no longer made.

use std::fs;
use std::path::Path;

use super::super::folder::files_below;
use crate::content_coding::Coding;

/// What newswire codes: anything else of such a name is somebody else's.
const CODED: [&str; 7] = ["rss", "atom", "json", "xml", "opml", "html", "txt"];

/// Looks through the feeds folder.
pub(super) fn sweep(root: &Path, codings: &[Coding]) {
    files_below(root, |path| {
        let Some(coding) = Coding::ALL.into_iter().find(|coding| path.extension().is_some_and(|found| found == coding.extension())) else {
            return;
        };
        let file = path.with_extension("");
        let is_ours = file.extension().is_some_and(|extension| CODED.iter().any(|known| extension == *known));
        if is_ours && !(codings.contains(&coding) && is_of(path, &file)) {
            // What cannot be removed now stops the file's next version, which says so.
            let _ = fs::remove_file(path);
        }
    });
}

/// Whether both carry the same time stamp.
fn is_of(sibling: &Path, file: &Path) -> bool {
    let stamp = |path: &Path| fs::symlink_metadata(path).and_then(|found| found.modified()).ok();
    stamp(sibling).is_some_and(|own| stamp(file) == Some(own))
}
