//! Where an article's file lies under the articles folder.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

/// A relative path of ordinary components, any bytes allowed; shown lossily.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourcePath(Vec<u8>);

impl SourcePath {
    /// The path, if it is relative, not empty, and made of ordinary components only (no `..`, no root).
    pub fn new(path: &Path) -> Option<Self> {
        let ordinary = path.components().all(|part| matches!(part, Component::Normal(_)));
        (ordinary && !path.as_os_str().is_empty()).then(|| Self(path.as_os_str().as_bytes().to_vec()))
    }

    /// The same from the bytes that the ledger keeps.
    pub fn from_bytes(bytes: Vec<u8>) -> Option<Self> {
        Self::new(Path::new(&OsString::from_vec(bytes)))
    }

    /// The path's bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As a path for the file system, relative to the articles folder.
    pub fn as_path(&self) -> &Path {
        Path::new(OsStr::from_bytes(&self.0))
    }

    /// The absolute path under `root`.
    pub fn under(&self, root: &Path) -> PathBuf {
        root.join(self.as_path())
    }

    /// The file name's stem, lossy where it is not UTF-8.
    pub fn stem(&self) -> String {
        self.as_path().file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Whether it is the `index` file of a folder.
    pub fn is_index(&self) -> bool {
        self.as_path().parent().is_some_and(|folder| !folder.as_os_str().is_empty())
            && self.as_path().file_stem().is_some_and(|stem| stem.eq_ignore_ascii_case("index"))
    }

    /// The extension in lower case, where there is one.
    pub fn extension(&self) -> Option<String> {
        Some(self.as_path().extension()?.to_str()?.to_ascii_lowercase())
    }

    /// The path without its extension, lossy where it is not UTF-8.
    pub fn without_extension(&self) -> String {
        self.as_path().with_extension("").to_string_lossy().into_owned()
    }

    /// The folder's own name, where the file lies in one.
    pub fn folder_name(&self) -> Option<String> {
        Some(self.as_path().parent()?.file_name()?.to_string_lossy().into_owned())
    }
}

impl fmt::Display for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_path().display().fmt(f)
    }
}

impl fmt::Debug for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_path())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ordinary_relative_paths_pass() {
        assert!(SourcePath::new(Path::new("a/b.md")).is_some());
        for refused in ["", "/a.md", "../a.md", "a/../../b.md"] {
            assert!(SourcePath::new(Path::new(refused)).is_none(), "{refused}");
        }
    }

    #[test]
    fn parts_of_a_path() {
        let path = SourcePath::new(Path::new("world/paris/index.MD")).unwrap();
        assert_eq!(path.stem(), "index");
        assert_eq!(path.extension().as_deref(), Some("md"));
        assert_eq!(path.folder_name().as_deref(), Some("paris"));
        assert_eq!(path.without_extension(), "world/paris/index");
    }
}
