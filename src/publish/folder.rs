//! The feeds folder: files replaced whole, never seen half-written.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::siblings::Siblings;
use crate::article::Published;
use crate::content_coding::Coding;
use crate::feed::{Document, Kind};
use crate::instant::Instant;

/// The feeds folder cannot be written.
#[derive(Debug, Error)]
#[error("the feed {} cannot be written: {why}", file.display())]
pub struct FolderFault {
    /// Which file.
    pub file: PathBuf,
    /// Why, and how to mend it.
    pub why: String,
}

impl FolderFault {
    /// The task that wrote was ended before it was done.
    pub fn interrupted(root: &Path) -> Self {
        Self { file: root.to_owned(), why: "the writing task was ended".to_owned() }
    }

    pub(super) fn new(file: &Path, error: &io::Error) -> Self {
        let mend = match error.kind() {
            io::ErrorKind::PermissionDenied => ": give the user that runs newswire the right to write there",
            io::ErrorKind::ReadOnlyFilesystem => ": mount it writable, or set feeds.path to another folder",
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ": make room on that disk",
            _ => "",
        };
        Self { file: file.to_owned(), why: format!("{error}{mend}") }
    }
}

/// How many files are written and synced at once.
const SYNCS: usize = 16;
/// Of how many files it is remembered when they were replaced; beyond that, only of those of the present second.
const MOST_KNOWN: usize = 10_000;

/// Where feed files go.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    /// In which second each file was last replaced.
    replaced: HashMap<PathBuf, i64>,
    /// Files replaced twice within one second: their time stamps move once the next has begun.
    touch: Vec<(PathBuf, i64)>,
    siblings: Siblings,
}

impl Folder {
    /// The folder, made where it is missing and tried with one file; temporaries that a crash left are removed.
    pub fn open(root: PathBuf) -> Result<Self, FolderFault> {
        let fault = |error: io::Error| FolderFault::new(&root, &error);
        fs::create_dir_all(&root).map_err(fault)?;
        let trial = root.join(".newswire-trial.tmp");
        File::create(&trial).and_then(|_| fs::remove_file(&trial)).map_err(fault)?;
        remove_temporaries(&root);
        let siblings = Siblings::none(root.clone());
        Ok(Self { root, replaced: HashMap::new(), touch: Vec::new(), siblings })
    }

    /// Keeps siblings in these codings beside every file from now on, and no others.
    pub fn precompress(&mut self, codings: Vec<Coding>) {
        self.siblings.set(codings);
    }

    /// Makes the siblings that are missing beside these documents, which stand.
    pub fn complete(&self, documents: &[Document]) {
        self.siblings.complete(documents);
    }

    /// Waits until every sibling stands. Blocking; a feed takes up to half a second.
    pub fn finish(&self) {
        self.siblings.finish();
    }

    /// A second hand in a folder that is open, for files that the first does not write. Nothing is tried or removed.
    pub fn beside(root: PathBuf) -> Self {
        let siblings = Siblings::none(root.clone());
        Self { root, replaced: HashMap::new(), touch: Vec::new(), siblings }
    }

    /// The documents whose file under `root` has other bytes, or none. Blocking.
    pub fn differing(root: &Path, documents: Vec<Document>) -> Vec<Document> {
        documents
            .into_iter()
            .filter(|document| {
                let path = root.join(document.file());
                // The length first: an other length needs no reading.
                let same_length = fs::metadata(&path).is_ok_and(|found| found.len() == document.bytes().len() as u64);
                !(same_length && fs::read(&path).is_ok_and(|bytes| bytes == *document.bytes()))
            })
            .collect()
    }

    /// The documents with the dates of their files, where these have the same bytes already.
    pub fn dated(&self, documents: Vec<Document>) -> Vec<Document> {
        let dated = |document: Document| {
            let path = self.root.join(document.file());
            let stands = fs::read(&path).is_ok_and(|bytes| bytes == *document.bytes());
            let modified = fs::metadata(&path).and_then(|found| found.modified()).ok().filter(|_| stands).map(Instant::from_system);
            match modified.filter(|modified| *modified < document.updated()) {
                Some(modified) => Document::new(document.file(), document.kind().clone(), document.bytes().clone(), modified),
                None => document,
            }
        };
        documents.into_iter().map(dated).collect()
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Writes and syncs a temporary beside each file of the feeds folder `root`, several at once. Blocking.
    pub fn prepare(root: &Path, documents: &[Document]) -> Result<Prepared, FolderFault> {
        // A folder that was taken away has lost all of its files, not only these.
        let remade = !documents.is_empty() && !root.is_dir();
        let results: Vec<Result<Pending, FolderFault>> = std::thread::scope(|scope| {
            let share = move |share: &[Document]| share.iter().map(|document| prepare_one(root, document)).collect::<Vec<_>>();
            let mut shares = documents.chunks(documents.len().div_ceil(SYNCS).max(1));
            let own = shares.next();
            let threads: Vec<_> = shares.map(|others| scope.spawn(move || share(others))).collect();
            // This thread writes some of them itself.
            let mut results = own.map(share).unwrap_or_default();
            for thread in threads {
                results.extend(thread.join().unwrap_or_else(|_| vec![Err(FolderFault::interrupted(root))]));
            }
            results
        });
        let mut prepared = Prepared { pending: Vec::new(), remade };
        let mut fault = None;
        for result in results {
            match result {
                Ok(pending) => prepared.pending.push(pending),
                Err(error) => fault = Some(error),
            }
        }
        fault.map_or(Ok(prepared), Err)
    }

    /// Renames the temporaries into place and syncs their folders. Blocking. Gives back what freeing the old files' blocks
    /// waits for: drop it where nobody waits.
    pub fn place(&mut self, prepared: Prepared, now: Instant) -> Result<Replaced, FolderFault> {
        let second = now.as_millis().div_euclid(1000);
        let (mut old, mut placed) = (Vec::new(), Vec::new());
        // Archives stand, and for good, before what leads to them.
        let is_archive = |pending: &Pending| matches!(pending.document.kind(), Kind::Archive(..));
        let (archives, others): (Vec<Pending>, Vec<Pending>) = prepared.pending.into_iter().partition(is_archive);
        for group in [archives, others] {
            let mut folders: Vec<PathBuf> = Vec::new();
            for mut pending in group {
                self.rename(&mut pending, second, &mut old, &mut folders)?;
                if self.siblings.are_made() {
                    placed.push(pending.document.clone());
                }
            }
            for folder in folders {
                File::open(&folder).and_then(|folder| folder.sync_all()).map_err(|error| FolderFault::new(&folder, &error))?;
            }
        }
        self.siblings.make(placed);
        Ok(Replaced { _old: old, remade: prepared.remade })
    }

    fn rename(&mut self, pending: &mut Pending, second: i64, old: &mut Vec<File>, folders: &mut Vec<PathBuf>) -> Result<(), FolderFault> {
        let path = pending.path.clone();
        old.extend(File::open(&path));
        self.siblings.before(&pending.document, &path, || fs::rename(&pending.temporary, &path))?;
        pending.placed = true;
        let folder = path.parent().unwrap_or(&self.root).to_owned();
        if !folders.contains(&folder) {
            folders.push(folder);
        }
        if self.replaced.len() >= MOST_KNOWN {
            self.replaced.retain(|_, of| *of == second);
        }
        if self.replaced.insert(path.clone(), second) == Some(second) && !self.touch.iter().any(|(touched, _)| *touched == path) {
            self.touch.push((path, second));
        }
        Ok(())
    }

    /// When [`Folder::touch`] has something to do.
    pub fn touch_at(&self) -> Option<Instant> {
        self.touch.iter().map(|(_, second)| Instant::from_millis((second + 1) * 1000)).min()
    }

    /// Moves the time stamps of files that were replaced twice within a second that is over: static servers make their
    /// validators of them.
    pub fn touch(&mut self, now: Instant) {
        let second = now.as_millis().div_euclid(1000);
        self.touch.retain(|(path, of)| {
            let due = second > *of;
            if due && let Ok(file) = File::options().append(true).open(path) {
                // A file that cannot be touched keeps the stamp it has: nothing is lost but a static server's 200.
                let _ = file.set_modified(now.to_system());
                self.siblings.touch(path, now);
            }
            !due
        });
    }
}

/// Old versions of replaced files, still open.
#[derive(Debug)]
pub struct Replaced {
    _old: Vec<File>,
    /// Whether the folder itself had to be made anew: what else belongs there is missing.
    pub remade: bool,
}

/// Synced temporaries that wait for their rename; removed when dropped before it.
#[derive(Debug, Default)]
pub struct Prepared {
    pending: Vec<Pending>,
    remade: bool,
}

#[derive(Debug)]
struct Pending {
    temporary: PathBuf,
    path: PathBuf,
    document: Document,
    placed: bool,
}

impl Drop for Pending {
    fn drop(&mut self) {
        if !self.placed {
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

fn prepare_one(root: &Path, document: &Document) -> Result<Pending, FolderFault> {
    let path = root.join(document.file());
    let folder = path.parent().unwrap_or(root).to_owned();
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let temporary = folder.join(format!(".{name}.tmp"));
    let pending = Pending { temporary, path, document: document.clone(), placed: false };
    let write = || -> io::Result<()> {
        let mut file = match File::create(&pending.temporary) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(&folder)?;
                // A new folder is as good as its name in the one above.
                for above in folder.ancestors().skip(1).take_while(|above| above.starts_with(root)) {
                    File::open(above)?.sync_all()?;
                }
                File::create(&pending.temporary)?
            }
            other => other?,
        };
        file.write_all(document.bytes())?;
        file.sync_data()
    };
    write().map_err(|error| FolderFault::new(&pending.path, &error))?;
    Ok(pending)
}

/// Removes `.NAME.tmp` files that a crash left.
fn remove_temporaries(root: &Path) {
    files_below(root, |path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') && name.ends_with(".tmp") {
            let _ = fs::remove_file(path);
        }
    });
}

/// How deep files lie in the feeds folder, at most: `section/europe/archive/1.rss`, and one for a name with a part more.
const DEEPEST: usize = 4;

/// Every file of the feeds folder but articles' local ones, which are looked after where they are looked through.
pub(super) fn files_below(root: &Path, mut visit: impl FnMut(&Path)) {
    let mut folders = vec![(root.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let Ok(kind) = entry.file_type() else { continue };
            let is_asset = Published::parse(&format!("{}/x", entry.file_name().to_string_lossy())).is_ok();
            if kind.is_dir() && depth < DEEPEST && !is_asset {
                folders.push((entry.path(), depth + 1));
            } else if kind.is_file() {
                visit(&entry.path());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::article::FeedName;
    use crate::config::Format;

    fn document(name: &str, bytes: &'static str) -> Document {
        Document::of_feed(FeedName::parse(name).unwrap(), Format::Rss, Bytes::from(bytes), Instant::from_millis(0))
    }

    #[test]
    fn a_file_is_replaced_whole_and_leaves_no_temporary() {
        let root = tempfile::tempdir().unwrap();
        let mut folder = Folder::open(root.path().to_owned()).unwrap();
        let prepared = Folder::prepare(folder.root(), &[document("all", "one"), document("tag/x", "two")]).unwrap();
        assert!(!root.path().join("all.rss").exists(), "nothing is in place before the commit");
        folder.place(prepared, Instant::from_millis(0)).unwrap();
        assert_eq!(fs::read_to_string(root.path().join("all.rss")).unwrap(), "one");
        assert_eq!(fs::read_to_string(root.path().join("tag/x.rss")).unwrap(), "two");
        let left: Vec<_> =
            fs::read_dir(root.path()).unwrap().flatten().filter(|e| e.file_name().to_string_lossy().starts_with('.')).collect();
        assert!(left.is_empty(), "{left:?}");
    }

    #[test]
    fn what_was_prepared_and_dropped_is_gone() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::open(root.path().to_owned()).unwrap();
        drop(Folder::prepare(folder.root(), &[document("all", "one")]).unwrap());
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_crash_s_temporaries_go_at_the_next_start() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("tag")).unwrap();
        fs::write(root.path().join("tag/.x.rss.tmp"), "half").unwrap();
        fs::write(root.path().join("kept.rss"), "whole").unwrap();
        Folder::open(root.path().to_owned()).unwrap();
        assert!(!root.path().join("tag/.x.rss.tmp").exists());
        assert!(root.path().join("kept.rss").exists());
    }

    #[test]
    fn only_other_bytes_differ() {
        let root = tempfile::tempdir().unwrap();
        let mut folder = Folder::open(root.path().to_owned()).unwrap();
        let prepared = Folder::prepare(folder.root(), &[document("all", "one")]).unwrap();
        folder.place(prepared, Instant::from_millis(0)).unwrap();
        assert!(Folder::differing(root.path(), vec![document("all", "one")]).is_empty());
        assert_eq!(Folder::differing(root.path(), vec![document("all", "two"), document("new", "x")]).len(), 2);
    }

    #[test]
    fn twice_in_one_second_moves_the_stamp_once_the_next_begins() {
        let root = tempfile::tempdir().unwrap();
        let mut folder = Folder::open(root.path().to_owned()).unwrap();
        for (bytes, millis) in [("one", 10_100), ("two", 10_900)] {
            let prepared = Folder::prepare(folder.root(), &[document("all", bytes)]).unwrap();
            folder.place(prepared, Instant::from_millis(millis)).unwrap();
        }
        assert_eq!(folder.touch_at(), Some(Instant::from_millis(11_000)));
        folder.touch(Instant::from_millis(11_005));
        assert_eq!(folder.touch_at(), None);
        let stamp = fs::metadata(root.path().join("all.rss")).unwrap().modified().unwrap();
        assert_eq!(Instant::from_system(stamp), Instant::from_millis(11_005));
    }

    #[test]
    fn an_unwritable_folder_says_what_to_do() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("file");
        fs::write(&file, "").unwrap();
        let fault = Folder::open(file.join("feeds")).unwrap_err();
        assert!(fault.to_string().contains("file/feeds cannot be written"), "{fault}");
    }
}
