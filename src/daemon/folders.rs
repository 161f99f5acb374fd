//! The files that speak of their folders, as they were last understood: found and read with the watcher's own means, so that no link
//! leads out of the articles folder and nothing too large is read.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tracing::{debug, warn};

use crate::article::{FileStamp, FolderDefault, SourcePath};
use crate::config::Config;
use crate::desk::FolderDefaults;
use crate::diagnostic::{Diagnostic, Severity};
use crate::reader::folder;
use crate::watch::read::{ReadFault, read_file};
use crate::watch::scan::{Found, scan};
use crate::watch::{Rules, Under};

/// The largest such file that is read, in bytes.
const LARGEST: u64 = 256 * 1024;
/// Most such files: far more than any site has, and few enough to keep.
const MOST_FILES: usize = 20_000;
/// Of how many folders it is remembered that they were looked into.
const MOST_FOLDERS: usize = 100_000;

/// How often a file that vanished with the whole articles folder is looked for.
const AWAY: Duration = Duration::from_secs(1);

/// What there is to say of each file.
pub(super) type Findings = Vec<(SourcePath, Vec<Diagnostic>)>;

/// A file and the last that it gave when it could be understood; `None` where it never could since the start.
struct File {
    stamp: FileStamp,
    defaults: Option<Vec<FolderDefault>>,
}

/// All of them.
#[derive(Default)]
pub(super) struct Folders {
    files: BTreeMap<SourcePath, File>,
    /// Where it is not known what is given to articles.
    uncertain: Uncertain,
    looked_into: HashSet<Vec<u8>>,
    /// Files that vanished, and when that counts: editors and version control delete and make anew, and a folder may be on its way to
    /// another place.
    vanished: BTreeMap<SourcePath, Instant>,
}

impl File {
    fn unknown() -> Self {
        Self { stamp: FileStamp::default(), defaults: None }
    }
}

/// The parts of the articles folder whose defaults cannot be understood and are not known from before. Their articles wait: what was
/// meant to stay a draft, once published, cannot be taken back.
#[derive(Clone, Default)]
pub(super) struct Uncertain(BTreeSet<Under>);

impl Uncertain {
    /// Whether an article waits.
    pub(super) fn holds(&self, path: &SourcePath) -> bool {
        !self.0.is_empty() && self.0.iter().any(|part| part.holds(path))
    }
}

/// What came of looking at some of them.
#[derive(Default)]
pub(super) struct Refreshed {
    /// The folders whose files give something else now.
    pub(super) changed: BTreeSet<Under>,
    /// The folders whose articles need wait no longer.
    pub(super) mended: BTreeSet<Under>,
    pub(super) findings: Findings,
    /// Files that could not be read, for the watcher to take back.
    pub(super) faults: Vec<(SourcePath, ReadFault)>,
}

impl Folders {
    /// Finds all of them in the articles folder.
    pub(super) fn survey(config: &Config) -> (Self, Findings) {
        let began = Instant::now();
        let rules = Rules { settle: Duration::ZERO, ..Rules::of(&config.articles, folder::speaks_of_folder) };
        let mut paths = Vec::new();
        let mut folders = Self::default();
        match scan(&config.articles.path, &rules, &mut |found: Found| paths.push(found.path)) {
            // A file that is being written comes from the watcher once it rests; until then nobody knows what it gives.
            Ok(report) => folders.files.extend(report.unsettled.into_iter().map(|path| (path, File::unknown()))),
            Err(fault) => warn!("folders' defaults could not be looked for: {fault}"),
        }
        let findings = folders.refresh(config, paths).findings;
        debug!("looked for folders' defaults in {:?}: {} files", began.elapsed(), folders.files.len());
        (folders, findings)
    }

    /// Finds those that concern these articles only.
    pub(super) fn around<'a>(config: &Config, paths: impl IntoIterator<Item = &'a SourcePath>) -> Self {
        let mut folders = Self::default();
        let beside = folders.unknown(paths);
        folders.refresh(config, beside);
        folders
    }

    /// The files that may stand in folders which nobody looked into yet, for articles at these paths.
    pub(super) fn unknown<'a>(&mut self, paths: impl IntoIterator<Item = &'a SourcePath>) -> Vec<SourcePath> {
        let mut beside = Vec::new();
        for path in paths {
            let mut at = path.as_path().parent();
            while let Some(folder) = at {
                let key = folder.as_os_str().as_encoded_bytes();
                if self.looked_into.contains(key) || self.looked_into.len() >= MOST_FOLDERS {
                    break;
                }
                self.looked_into.insert(key.to_vec());
                let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
                beside.extend(folder::names_in(name.as_deref()).iter().filter_map(|name| SourcePath::new(&folder.join(name))));
                at = folder.parent();
            }
        }
        beside
    }

    /// The known ones in a part of the folder.
    pub(super) fn under(&self, part: &Under) -> Vec<SourcePath> {
        self.files.keys().filter(|path| part.holds(path)).cloned().collect()
    }

    /// Looks at files again. One that cannot be understood gives what it gave before.
    pub(super) fn refresh(&mut self, config: &Config, paths: impl IntoIterator<Item = SourcePath>) -> Refreshed {
        let mut refreshed = Refreshed::default();
        let now = Instant::now();
        for path in paths {
            if config.articles.ignore.is_match(path.as_path()) {
                continue;
            }
            let read = read_file(&config.articles.path, &path, LARGEST.min(config.articles.max_size));
            if !matches!(read, Err(ReadFault::Gone | ReadFault::Folder)) {
                self.vanished.remove(&path);
            }
            match read {
                Ok(read) if self.files.get(&path).is_some_and(|file| file.stamp == read.stamp) => {}
                Ok(_) if self.files.len() >= MOST_FILES && !self.files.contains_key(&path) => {}
                Ok(read) => {
                    let reading = folder::read_folder(&read.bytes, &path, &config.site.timezone);
                    if self.take(&path, read.stamp, reading.defaults) {
                        refreshed.changed.insert(part_of(&path));
                    }
                    refreshed.findings.push((path, reading.diagnostics));
                }
                Err(ReadFault::Gone | ReadFault::Folder) => {
                    if !self.files.contains_key(&path) {
                        continue;
                    }
                    let counts = self.vanished.entry(path.clone()).or_insert(now + config.articles.removal_grace);
                    // That the articles folder itself is away, as a disk may be, says nothing of what is in it.
                    if !config.articles.path.is_dir() {
                        *counts = now + config.articles.removal_grace.max(AWAY);
                    }
                    let counts = *counts;
                    if counts <= now && self.files.remove(&path).is_some() {
                        self.vanished.remove(&path);
                        refreshed.changed.insert(part_of(&path));
                        refreshed.findings.push((path, Vec::new()));
                    }
                }
                Err(fault) => {
                    if is_unknown(&fault) {
                        self.files.entry(path.clone()).or_insert_with(File::unknown);
                    }
                    refreshed.findings.push((path.clone(), fault.diagnostic(&path).into_iter().collect()));
                    refreshed.faults.push((path, fault));
                }
            }
        }
        let before = std::mem::take(&mut self.uncertain.0);
        self.uncertain.0 = self.files.iter().filter(|(_, file)| file.defaults.is_none()).map(|(path, _)| part_of(path)).collect();
        refreshed.mended = before.difference(&self.uncertain.0).cloned().collect();
        for (path, said) in &mut refreshed.findings {
            let unknown = self.files.get(path).is_some_and(|file| file.defaults.is_none());
            if let Some(said) = said.iter_mut().find(|said| unknown && said.severity == Severity::Error) {
                said.message.push_str("; until it is mended, the articles under it stay as they are");
            }
        }
        refreshed
    }

    fn take(&mut self, path: &SourcePath, stamp: FileStamp, defaults: Option<Vec<FolderDefault>>) -> bool {
        let file = self.files.entry(path.clone()).or_insert_with(File::unknown);
        file.stamp = stamp;
        // The last good ones stay.
        let Some(defaults) = defaults else { return false };
        let changed = !defaults.is_empty() || file.defaults.as_ref().is_some_and(|before| !before.is_empty());
        file.defaults = Some(defaults);
        changed
    }

    /// When the next file that vanished counts as gone.
    pub(super) fn due(&self) -> Option<Instant> {
        self.vanished.values().min().copied()
    }

    /// The files that have been gone for long enough.
    pub(super) fn gone(&self) -> Vec<SourcePath> {
        let now = Instant::now();
        self.vanished.iter().filter(|(_, counts)| **counts <= now).map(|(path, _)| path.clone()).collect()
    }

    /// Where it is not known what is given to articles.
    pub(super) fn uncertain(&self) -> &Uncertain {
        &self.uncertain
    }

    /// Forgets when files were read, so that all are read again: how dates are read changed.
    pub(super) fn mistrust(&mut self) {
        for file in self.files.values_mut() {
            file.stamp = FileStamp::default();
        }
    }

    /// What they give, as plain values.
    pub(super) fn defaults(&self) -> Arc<FolderDefaults> {
        let mut files: Vec<_> = self.files.iter().collect();
        files.sort_by_key(|(path, _)| (path.as_path().parent().map(Path::to_path_buf), folder::rank(path)));
        Arc::new(FolderDefaults::new(files.into_iter().map(|(path, file)| (path, file.defaults.as_deref().unwrap_or_default()))))
    }
}

/// Whether a file that cannot be read may well give something: it is there, and could be read another time.
const fn is_unknown(fault: &ReadFault) -> bool {
    match fault {
        ReadFault::Changing | ReadFault::TooLarge { .. } | ReadFault::Refused(_) | ReadFault::Failing(_) => true,
        ReadFault::Gone
        | ReadFault::Folder
        | ReadFault::Kind(_)
        | ReadFault::LinkOutside
        | ReadFault::LinkBroken
        | ReadFault::LinkLoop
        | ReadFault::LinkTwice(_)
        | ReadFault::ConflictCopy(_) => false,
    }
}

/// The part of the articles folder that a file speaks of.
fn part_of(path: &SourcePath) -> Under {
    path.as_path().parent().and_then(SourcePath::new).map_or(Under::Root, Under::Folder)
}
