//! Where references from one article to another's file lead.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;

use super::{Fault, Ledger};
use crate::article::{EntryKey, References, SourcePath};

/// How many references of an article are followed.
const MOST: usize = 200;
/// What may be left out at the end of one.
const ENDINGS: [&str; 6] = ["", ".md", ".markdown", ".txt", "/index.md", "/index.txt"];

/// The links of the public articles that an article at `at` refers to by these paths.
pub async fn references(ledger: &dyn Ledger, at: &SourcePath, targets: Vec<String>) -> Result<References, Fault> {
    if targets.is_empty() {
        return Ok(References::default());
    }
    let wanted: Vec<(String, Vec<SourcePath>)> =
        targets.into_iter().take(MOST).map(|target| (candidates(&target, at), target)).map(|(paths, target)| (target, paths)).collect();
    let keys: BTreeSet<&SourcePath> = wanted.iter().flat_map(|(_, paths)| paths).collect();
    let entries = ledger.entries(keys.into_iter().cloned().map(EntryKey::Path).collect()).await?;
    let links: BTreeMap<&SourcePath, &str> =
        entries.iter().filter(|entry| entry.state.is_public()).map(|entry| (&entry.path, entry.link.as_str())).collect();
    let found = |paths: &[SourcePath]| paths.iter().find_map(|path| links.get(path)).map(|link| (*link).to_owned());
    Ok(wanted.into_iter().filter_map(|(target, paths)| Some((target, found(&paths)?))).collect())
}

/// Where the file may lie that an article at `at` refers to by `target`: under the folder of the article that links to it, or under one above.
pub fn candidates(target: &str, at: &SourcePath) -> Vec<SourcePath> {
    let plain = percent_decode_str(target).decode_utf8_lossy();
    let plain = plain.trim_start_matches('/').trim_start_matches("./");
    at.as_path()
        .ancestors()
        .skip(1)
        .flat_map(|folder| [folder.to_owned(), folder.join("_posts")])
        .flat_map(|folder| ENDINGS.map(|ending| plainly(&folder.join(format!("{plain}{ending}")))))
        .filter_map(|path| SourcePath::new(&path?))
        .collect()
}

/// The path with its `..` followed; none where it leaves the folder.
fn plainly(path: &Path) -> Option<PathBuf> {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                if !plain.pop() {
                    return None;
                }
            }
            std::path::Component::CurDir => {}
            other => plain.push(other),
        }
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_looked_for_beside_and_above() {
        let at = SourcePath::new(Path::new("blog/_posts/a.md")).unwrap();
        let found: Vec<String> = candidates("2020-01-01-name", &at).iter().map(ToString::to_string).collect();
        assert_eq!(found[1], "blog/_posts/2020-01-01-name.md");
        assert!(found.contains(&"blog/2020-01-01-name/index.md".to_owned()), "{found:?}");
        assert!(found.contains(&"_posts/2020-01-01-name.md".to_owned()), "{found:?}");
        assert!(candidates("../../../etc/passwd", &at).iter().all(|path| !path.to_string().contains("..")));
    }
}
