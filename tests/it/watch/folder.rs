//! An articles folder under watch.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use newswire::article::SourcePath;
use newswire::diagnostic::Diagnostic;
use newswire::watch::{Batch, RootState, Rules, Scanner, Under, Watcher};
use tempfile::TempDir;

/// What no event may take longer than on a busy machine.
const DEADLINE: Duration = Duration::from_secs(20);

/// A path under the articles folder.
pub(crate) fn path(text: &str) -> SourcePath {
    SourcePath::new(Path::new(text)).unwrap()
}

fn has(path: &SourcePath, endings: &[&str]) -> bool {
    path.extension().is_some_and(|ending| endings.contains(&ending.as_str()))
}

/// Rules for Markdown files, and pictures that they may show.
pub(crate) fn rules() -> Rules {
    Rules {
        ignore: globset::GlobSet::empty(),
        reads: |path| has(path, &["md", "txt"]),
        notices: |path| has(path, &["md", "txt", "jpg"]),
        settle: Duration::ZERO,
        watch: newswire::config::Watch::Auto,
        poll: Duration::from_millis(200),
        outside: false,
    }
}

/// The folder, and all that was told of it since the test last asked for something.
pub(crate) struct Folder {
    _around: TempDir,
    /// Where it is.
    pub(crate) root: PathBuf,
    /// A folder beside it on the same file system.
    pub(crate) outside: PathBuf,
    /// Its watcher.
    pub(crate) watcher: Watcher,
    /// Its watcher's scanner.
    pub(crate) scanner: Scanner,
    /// Dirty paths with where they came from, in the order in which they were first told.
    pub(crate) dirty: BTreeMap<String, Option<String>>,
    /// Parts to scan again.
    pub(crate) rescans: BTreeSet<Under>,
    /// What was said of folders last.
    pub(crate) said: BTreeMap<String, Vec<Diagnostic>>,
    /// Whether it is there.
    pub(crate) presence: RootState,
    /// Why it is polled.
    pub(crate) limited: Option<String>,
}

impl Folder {
    /// An empty folder.
    pub(crate) fn empty() -> Self {
        Self::prepared(rules(), |_| {})
    }

    /// A folder that was filled before the watch began.
    pub(crate) fn prepared(rules: Rules, fill: impl FnOnce(&Path)) -> Self {
        let around = tempfile::tempdir().unwrap();
        let (root, outside) = (around.path().join("articles"), around.path().join("outside"));
        fs::create_dir(&root).unwrap();
        fs::create_dir(&outside).unwrap();
        fill(&root);
        let watcher = Watcher::start(root.clone(), rules).unwrap();
        let scanner = watcher.scanner();
        scanner.scan(&Under::Root, &mut |_| {}).unwrap();
        Self {
            _around: around,
            root,
            outside,
            watcher,
            scanner,
            dirty: BTreeMap::new(),
            rescans: BTreeSet::new(),
            said: BTreeMap::new(),
            presence: RootState::Present,
            limited: None,
        }
    }

    /// The absolute path of something in it.
    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Writes a file in place.
    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.at(name), text).unwrap();
    }

    /// Takes in batches until something holds.
    pub(crate) async fn until(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        while !holds(self) {
            let Ok(batch) = tokio::time::timeout(DEADLINE, self.watcher.next()).await else {
                panic!("{what}: did not come about; dirty {:?}, rescans {:?}, said {:?}", self.dirty, self.rescans, self.said);
            };
            self.take_in(batch);
        }
    }

    /// Takes in batches until a file is dirty.
    pub(crate) async fn until_dirty(&mut self, name: &str) {
        self.until(&format!("{name} dirty"), |folder| folder.dirty.contains_key(name)).await;
    }

    /// Takes in all that was caused so far: what a file says that is written now comes after it.
    pub(crate) async fn fence(&mut self) {
        self.dirty.remove("fence.md");
        self.write("fence.md", "fence");
        self.until_dirty("fence.md").await;
        self.dirty.remove("fence.md");
    }

    /// The same for what takes a rest first: a file that itself appears by a link, and so must rest.
    pub(crate) async fn slow_fence(&mut self) {
        let beside = self.outside.join("slow-fence");
        fs::write(&beside, "fence").unwrap();
        let _ = fs::remove_file(self.at("slow-fence.md"));
        self.fence().await;
        self.dirty.remove("slow-fence.md");
        fs::hard_link(beside, self.at("slow-fence.md")).unwrap();
        self.until_dirty("slow-fence.md").await;
        self.dirty.remove("slow-fence.md");
    }

    fn take_in(&mut self, batch: Batch) {
        let Batch { dirty, rescan, diagnostics, root, limited } = batch;
        self.dirty.extend(dirty.into_iter().map(|dirty| (dirty.path.to_string(), dirty.renamed_from.map(|from| from.to_string()))));
        self.rescans.extend(rescan);
        self.said.extend(diagnostics.into_iter().map(|(path, findings)| (path.to_string(), findings)));
        self.presence = root;
        self.limited = limited;
    }

    /// The dirty paths.
    pub(crate) fn names(&self) -> Vec<&str> {
        self.dirty.keys().map(String::as_str).collect()
    }
}
