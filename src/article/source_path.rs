//! Where an article lies under the articles folder: its file, and in a file of several articles which of them it is.

use std::ffi::OsStr;
use std::fmt;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

/// A relative path of ordinary components, any bytes allowed; shown lossily. Behind a NUL, which no path has, stands the part of a
/// file of several articles, so that in every order the parts follow their file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourcePath(Arc<[u8]>);

/// What one article of a file of several is known by inside it: its identifier there, else its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Part(String);

impl Part {
    /// Longest name kept whole, in bytes.
    const MAX: usize = 256;

    /// The part of this name; `None` where nothing of it can be seen. Control characters are left out.
    pub fn new(name: &str) -> Option<Self> {
        let mut name: String = name.chars().filter(|c| !c.is_control()).collect();
        if name.len() > Self::MAX {
            let hash = xxh3_64(name.as_bytes());
            let end = (0..=Self::MAX).rev().find(|end| name.is_char_boundary(*end)).unwrap_or(0);
            name = format!("{}-{hash:016x}", &name[..end]);
        }
        let name = name.trim();
        (!name.is_empty()).then(|| Self(name.to_owned()))
    }

    /// The `place`th article of its file, from 1.
    pub fn at(place: usize) -> Self {
        Self(place.to_string())
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl SourcePath {
    /// The path, if it is relative, not empty, and made of ordinary components only (no `..`, no root).
    pub fn new(path: &Path) -> Option<Self> {
        let bytes = path.as_os_str().as_bytes();
        let ordinary = path.components().all(|part| matches!(part, Component::Normal(_)));
        (ordinary && !bytes.is_empty() && !bytes.contains(&0)).then(|| Self(bytes.into()))
    }

    /// The same from the bytes that [`SourcePath::as_bytes`] gave.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let file = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
        Self::new(Path::new(OsStr::from_bytes(file)))?;
        Some(Self(bytes.into()))
    }

    /// The bytes of the path and, behind a NUL, of the part.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As a path for the file system, relative to the articles folder: the file.
    pub fn as_path(&self) -> &Path {
        Path::new(OsStr::from_bytes(self.split().0))
    }

    fn split(&self) -> (&[u8], Option<&[u8]>) {
        match self.0.iter().position(|byte| *byte == 0) {
            Some(nul) => (&self.0[..nul], Some(&self.0[nul + 1..])),
            None => (&self.0, None),
        }
    }

    /// Which of its file's articles it is, where the file holds several.
    pub fn part(&self) -> Option<std::borrow::Cow<'_, str>> {
        self.split().1.map(String::from_utf8_lossy)
    }

    /// The file alone.
    #[must_use]
    pub fn file(&self) -> Self {
        match self.split() {
            (_, None) => self.clone(),
            (file, Some(_)) => Self(file.into()),
        }
    }

    /// One article of this file.
    #[must_use]
    pub fn with_part(&self, part: &Part) -> Self {
        Self([self.split().0, b"\0", part.0.as_bytes()].concat().into())
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

    /// The path without its extension, lossy where it is not UTF-8; a part follows as if its file were a folder.
    pub fn without_extension(&self) -> String {
        let mut path = self.as_path().with_extension("").to_string_lossy().into_owned();
        if let Some(part) = self.part() {
            path.push('/');
            path.push_str(&part);
        }
        path
    }

    /// The folder's own name, where the file lies in one.
    pub fn folder_name(&self) -> Option<String> {
        Some(self.as_path().parent()?.file_name()?.to_string_lossy().into_owned())
    }
}

impl fmt::Display for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.as_path().display().to_string();
        // A name may hold anything: one that moves the cursor or begins a line could forge what stands around it.
        for part in shown.split_inclusive(char::is_control) {
            let mut characters = part.chars();
            match characters.next_back() {
                Some(last) if last.is_control() => write!(f, "{}{}", characters.as_str(), last.escape_default())?,
                _ => f.write_str(part)?,
            }
        }
        self.part().map_or(Ok(()), |part| write!(f, "#{part}"))
    }
}

impl fmt::Debug for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_forges_nothing_around_it() {
        let path = SourcePath::new(Path::new("a/q\n2026 ERROR \u{1b}[31m\u{9b}.md")).unwrap();
        assert_eq!(path.to_string(), "a/q\\n2026 ERROR \\u{1b}[31m\\u{9b}.md");
        assert_eq!(SourcePath::new(Path::new("été/a b.md")).unwrap().to_string(), "été/a b.md");
    }

    #[test]
    fn only_ordinary_relative_paths_pass() {
        assert!(SourcePath::new(Path::new("a/b.md")).is_some());
        for refused in ["", "/a.md", "../a.md", "a/../../b.md"] {
            assert!(SourcePath::new(Path::new(refused)).is_none(), "{refused}");
        }
    }

    #[test]
    fn a_part_stands_behind_its_file() {
        let file = SourcePath::new(Path::new("wire/feed.json")).unwrap();
        let one = file.with_part(&Part::new("https://example.org/../1").unwrap());
        assert_eq!(one.as_path(), file.as_path());
        assert_eq!(one.file(), file);
        assert_eq!(one.to_string(), "wire/feed.json#https://example.org/../1");
        assert_eq!(SourcePath::from_bytes(one.as_bytes()), Some(one.clone()));
        let other = SourcePath::new(Path::new("wire/feed.json.txt")).unwrap();
        assert!(file < one && one < other);
        assert!(SourcePath::from_bytes(b"../a\0b").is_none() && SourcePath::new(Path::new("a\0b")).is_none());
        let long = |end: &str| Part::new(&("é".repeat(400) + end)).unwrap();
        assert!(long("a") != long("b") && long("a").as_str().len() < 300);
        assert_eq!(Part::new(" \u{7}\n"), None);
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
