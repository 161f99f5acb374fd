//! Which feeds' files stand in the feeds folder, and those that have no business there any more.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::article::{ArchiveName, FeedName};
use crate::config::Format;
use crate::feed::ArchiveFile;

/// What other programs may have put beside a feed's file, or newswire itself: its codings.
const CODINGS: [&str; 3] = [".gz", ".br", ".zst"];

/// What stands beside a feed's files under its name.
const BESIDE: [&str; 1] = [".html"];

/// The names in the folders of feeds, each folder read once. Blocking.
#[derive(Debug)]
pub struct Standing<'a> {
    root: &'a Path,
    folders: HashMap<PathBuf, HashSet<OsString>>,
}

impl<'a> Standing<'a> {
    /// Looks into the folders that these feeds' files lie in.
    pub fn of<'n>(root: &'a Path, names: impl IntoIterator<Item = &'n FeedName>) -> Self {
        let folders: HashSet<PathBuf> = names.into_iter().map(parent).collect();
        let found = |folder: PathBuf| {
            let found = fs::read_dir(root.join(&folder)).into_iter().flatten().flatten().map(|entry| entry.file_name()).collect();
            (folder, found)
        };
        Self { root, folders: folders.into_iter().map(found).collect() }
    }

    /// Whether a feed's file stands in each of these formats.
    pub fn has(&self, name: &FeedName, formats: &[Format]) -> bool {
        formats.iter().all(|format| self.holds(name, &format!(".{}", format.extension())))
    }

    fn holds(&self, name: &FeedName, ending: &str) -> bool {
        let Some(found) = self.folders.get(&parent(name)) else { return false };
        found.contains(&OsString::from(format!("{}{ending}", last(name))))
    }

    /// Removes a feed's files in all formats but these, with what stands beside them. Gives the first fault; what could not be removed
    /// stays.
    pub fn remove(&self, name: &FeedName, except: &[Format]) -> io::Result<usize> {
        let mut endings: Vec<String> = Vec::new();
        for format in Format::ALL.into_iter().filter(|format| !except.contains(format)) {
            endings.push(format!(".{}", format.extension()));
        }
        if except.is_empty() {
            endings.extend(BESIDE.map(str::to_owned));
        }
        let (mut removed, mut fault) = (0, None);
        for ending in &endings {
            for coding in std::iter::once("").chain(CODINGS) {
                let whole = format!("{ending}{coding}");
                if !self.holds(name, &whole) {
                    continue;
                }
                match fs::remove_file(self.root.join(format!("{name}{whole}"))) {
                    Ok(()) => removed += 1,
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => fault = fault.or(Some(error)),
                }
            }
        }
        if except.is_empty() {
            removed += self.remove_archives(name, &mut fault);
        }
        // A folder goes with the last file in it.
        let folder = parent(name);
        if removed > 0 && !folder.as_os_str().is_empty() {
            let _ = fs::remove_dir(self.root.join(folder));
        }
        fault.map_or(Ok(removed), Err)
    }

    /// Removes a feed's archives, and their folders where nothing else stands in them.
    fn remove_archives(&self, name: &FeedName, fault: &mut Option<io::Error>) -> usize {
        let of_feed = self.root.join(name.as_str());
        let folder = of_feed.join(ArchiveName::FOLDER);
        let files = fs::read_dir(&folder).into_iter().flatten().flatten();
        let mut removed = 0;
        for file in files.filter(|file| file.file_name().to_str().is_some_and(|file| is_of_archive(name, file))) {
            match fs::remove_file(file.path()) {
                Ok(()) => removed += 1,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => *fault = fault.take().or(Some(error)),
            }
        }
        if fs::remove_dir(&folder).is_ok() {
            let _ = fs::remove_dir(of_feed);
        }
        removed
    }
}

fn is_of_archive(name: &FeedName, file: &str) -> bool {
    let plain = CODINGS.iter().find_map(|coding| file.strip_suffix(coding)).unwrap_or(file);
    ArchiveFile::parse(&format!("{name}/{}/{plain}", ArchiveName::FOLDER)).is_some()
}

fn parent(name: &FeedName) -> PathBuf {
    name.as_str().rsplit_once('/').map_or_else(PathBuf::new, |(folder, _)| PathBuf::from(folder))
}

fn last(name: &FeedName) -> &str {
    name.as_str().rsplit('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_goes_with_all_of_its_files_and_nobody_else_s() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("tag/x/archive")).unwrap();
        for file in ["tag/x/archive/1.rss", "tag/x/archive/1-2.json.br"] {
            fs::write(root.path().join(file), "").unwrap();
        }
        for file in ["tag/x.rss", "tag/x.rss.gz", "tag/x.json", "tag/x.html", "tag/x.y.rss", "x.rss", "tag/notes.txt"] {
            fs::write(root.path().join(file), "").unwrap();
        }
        let names = ["tag/x", "tag/x.y", "x"].map(|name| FeedName::parse(name).unwrap());
        let standing = Standing::of(root.path(), &names);
        assert!(standing.has(&names[0], &[Format::Rss, Format::Json]) && !standing.has(&names[0], &[Format::Atom]));
        assert_eq!(standing.remove(&names[0], &[Format::Rss]).unwrap(), 1, "the one format that it is not written in");
        assert_eq!(standing.remove(&names[0], &[]).unwrap(), 5, "its archives, too");
        let left = |folder: &str| {
            let mut left: Vec<OsString> =
                fs::read_dir(root.path().join(folder)).unwrap().flatten().map(|entry| entry.file_name()).collect();
            left.sort();
            left
        };
        assert_eq!(left("tag"), ["notes.txt", "x.y.rss"]);
        assert_eq!(left(""), ["tag", "x.rss"]);
    }
}
