//! Files that wait to be read: in the order in which they came, but what may be breaking news first.
//!
//! The files of one edition are read while the one before it is decided and committed.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use tokio::task::JoinHandle;

use super::line::{Intake, Line, Mode, Stopped};
use super::reading::{self, FirstSight, hold_back};
use crate::article::SourcePath;
use crate::config::Config;
use crate::desk::Observation;
use crate::media::{Around, Neighbours};
use crate::reader;
use crate::watch::read::{ReadFault, read_head};
use crate::watch::{Doorway, Scanner};

/// How many files an edition takes at most while few wait …
const PAGE: usize = 500;
/// … and while many do: fewer editions write each feed less often, and none keeps a breaking article waiting for long.
const LARGE_PAGE: usize = 800;
/// So few files are looked into at once, however many wait.
const FEW: usize = 32;
/// About how many bytes of them.
const PAGE_BYTES: u64 = 8_000_000;
/// How much of a file's beginning is searched for what makes an article breaking, in bytes.
const HEAD: usize = 2_048;

/// A file to look at.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) path: SourcePath,
    /// Where it was before, where the kernel told so: looked at in the same edition, before it.
    pub(super) renamed_from: Option<SourcePath>,
    /// When an article without a date counts as first seen.
    pub(super) sight: FirstSight,
}

impl Waiting {
    /// A file that was not renamed.
    pub(super) const fn of(path: SourcePath, sight: FirstSight) -> Self {
        Self { path, renamed_from: None, sight }
    }
}

/// The files that wait.
#[derive(Default)]
pub(super) struct Backlog {
    breaking: VecDeque<Waiting>,
    others: VecDeque<Waiting>,
    /// The files that wait without having been renamed, so that one that comes again is read once.
    plain: HashSet<SourcePath>,
    /// Files of which it is not known yet whether they may be breaking news.
    unsorted: Vec<Waiting>,
    /// Some of them, being sorted: those that may be, and the others.
    sorting: Option<JoinHandle<(Vec<Waiting>, Vec<Waiting>)>>,
    /// The next edition's files, being read. They are taken before whatever came later, so that no older reading follows a newer one.
    ahead: Option<JoinHandle<Page>>,
}

/// What the files of one edition gave.
struct Page {
    intake: Intake,
    /// Files that could not be read now; the watcher takes them back.
    refused: Vec<(SourcePath, ReadFault)>,
    /// Files that were too much for it.
    rest: Vec<Waiting>,
}

impl Backlog {
    /// Whether nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.ahead.is_none() && self.breaking.is_empty() && self.others.is_empty() && !self.sorts()
    }

    fn sorts(&self) -> bool {
        self.sorting.is_some() || !self.unsorted.is_empty()
    }

    /// Adds files. Where more wait than one edition takes, those that may be breaking news are put first.
    pub(super) fn add(&mut self, mut files: Vec<Waiting>, config: &Arc<Config>) {
        files.retain(|file| file.renamed_from.is_some() || self.plain.insert(file.path.clone()));
        // Those of the next edition are read at once, whatever is in them.
        let at_once = PAGE.saturating_sub(self.others.len()).min(files.len());
        let rest = files.split_off(if self.sorts() { 0 } else { at_once });
        self.others.extend(files);
        if rest.len() <= FEW {
            let (breaking, others) = tokio::task::block_in_place(|| sorted(config, rest));
            self.breaking.extend(breaking);
            self.others.extend(others);
        } else {
            self.unsorted.extend(rest);
            self.sort(config);
        }
    }

    /// Begins to sort what waits for it; looking into very many files takes its time.
    fn sort(&mut self, config: &Arc<Config>) {
        if self.sorting.is_none() && !self.unsorted.is_empty() {
            let (config, files) = (config.clone(), std::mem::take(&mut self.unsorted));
            self.sorting = Some(tokio::task::spawn_blocking(move || sorted(&config, files)));
        }
    }

    /// Takes what is sorted by now; where nothing else is left, waits for it.
    async fn take_sorted(&mut self, config: &Arc<Config>) -> Result<(), Stopped> {
        let waits = || self.ahead.is_none() && self.breaking.is_empty() && self.others.is_empty();
        if let Some(sorting) = self.sorting.take_if(|sorting| sorting.is_finished() || waits()) {
            let (breaking, others) = sorting.await.map_err(|_| Stopped)?;
            self.breaking.extend(breaking);
            self.others.extend(others);
            self.sort(config);
        }
        Ok(())
    }

    /// The next edition's files, read; nothing where none waits. Begins to read those after them.
    pub(super) async fn next(&mut self, config: &Arc<Config>, scanner: &Scanner) -> Result<Option<Intake>, Stopped> {
        self.take_sorted(config).await?;
        let Some(reading) = self.ahead.take().or_else(|| self.read(config, scanner)) else { return Ok(None) };
        let Page { intake, refused, rest } = reading.await.map_err(|_| Stopped)?;
        for (path, fault) in refused {
            scanner.requeue(path, &fault);
        }
        for file in rest.into_iter().rev() {
            if file.renamed_from.is_some() || self.plain.insert(file.path.clone()) {
                self.others.push_front(file);
            }
        }
        self.ahead = self.read(config, scanner);
        Ok(Some(intake))
    }

    /// Begins to read the next edition's files.
    fn read(&mut self, config: &Arc<Config>, scanner: &Scanner) -> Option<JoinHandle<Page>> {
        let many = self.others.len() > PAGE;
        let mut files = Vec::new();
        while files.is_empty() {
            // What is breaking does not wait for what is not.
            let (queue, most) = match (self.breaking.is_empty(), many) {
                (false, _) => (&mut self.breaking, PAGE),
                (true, true) => (&mut self.others, LARGE_PAGE),
                (true, false) => (&mut self.others, PAGE),
            };
            if queue.is_empty() {
                return None;
            }
            while files.len() < most
                && let Some(file) = queue.pop_front()
            {
                if file.renamed_from.is_some() || self.plain.remove(&file.path) {
                    files.push(file);
                }
            }
        }
        let (config, scanner) = (config.clone(), scanner.clone());
        Some(tokio::task::spawn_blocking(move || read(&config, &scanner, files)))
    }
}

/// Reads files until they are enough for one edition.
fn read(config: &Config, scanner: &Scanner, files: Vec<Waiting>) -> Page {
    let mut page = Page { intake: Intake::default(), refused: Vec::new(), rest: Vec::new() };
    let mut bytes = 0;
    let (is_being_written, neighbours) = (|file: &SourcePath| scanner.is_being_written(file), Neighbours::default());
    let doorway = Doorway::of(reading::root(config));
    let around = Around { is_being_written: &is_being_written, neighbours: &neighbours };
    for file in files {
        if bytes >= PAGE_BYTES {
            page.rest.push(file);
            continue;
        }
        // What lay there before is looked at in the same edition: gone, it is free to be renamed.
        let before = file.renamed_from.clone().map(|from| (from, None));
        for (path, renamed_from) in before.into_iter().chain([(file.path, file.renamed_from)]) {
            let look = reading::look(config, &doorway, path, renamed_from.as_ref(), file.sight, around);
            if let Some(Observation::Seen(seen)) = look.observations.first() {
                bytes += seen.stamp.size;
            }
            if let Some(fault) = look.fault {
                page.refused.push((look.path.clone(), fault));
            }
            page.intake.observations.extend(look.observations);
            page.intake.findings.push((look.path, look.findings));
        }
    }
    page
}

/// Files apart: those that may be breaking news, and the others. Blocking.
fn sorted(config: &Config, files: Vec<Waiting>) -> (Vec<Waiting>, Vec<Waiting>) {
    let doorway = Doorway::of(reading::root(config));
    files.into_iter().partition(|file| may_be_breaking(&doorway, file))
}

fn may_be_breaking(doorway: &Doorway<'_>, file: &Waiting) -> bool {
    let by_name = reader::may_be_breaking(file.path.as_bytes());
    by_name || read_head(doorway, &file.path, HEAD).is_some_and(|head| reader::may_be_breaking(&head))
}

/// Takes files down the line until none waits.
pub(super) async fn take_all(line: &mut Line, scanner: &Scanner, files: Vec<Waiting>, told: bool) -> Result<(), Stopped> {
    let mut backlog = Backlog::default();
    let config = line.config.clone();
    backlog.add(files, &config);
    while let Some(mut intake) = backlog.next(&config, scanner).await? {
        hold_back(&mut intake.observations, line.folders.uncertain());
        if line.shutdown.is_cancelled() {
            return Err(Stopped);
        }
        line.take(intake, Mode::told(told)).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::config::file::{Bases, Document};
    use crate::watch::{Rules, Watcher};

    fn config() -> Config {
        let document = Document::parse("newswire.toml", "[site]\nurl = \"https://example.org/\"\n").unwrap();
        let here = Path::new("/nowhere");
        document.understand(Bases { file: here, working: here }, &|_| Err("no secrets here".into())).unwrap().config
    }

    fn waiting(name: &str) -> Waiting {
        Waiting::of(SourcePath::new(Path::new(name)).unwrap(), FirstSight::Now)
    }

    fn paths(intake: &Intake) -> Vec<String> {
        intake.findings.iter().map(|(path, _)| path.to_string()).collect()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_may_be_breaking_is_read_before_what_came_earlier() {
        const REST: usize = 2 * FEW;
        let root = tempfile::tempdir().unwrap();
        let mut config = config();
        config.articles.path = root.path().to_owned();
        let config = Arc::new(config);
        let rules = Rules::of(&config.articles, reader::reads);
        let scanner = Watcher::start(root.path().to_owned(), rules).unwrap().scanner();
        for no in 0..PAGE + REST {
            fs::write(root.path().join(format!("{no:04}.md")), format!("# Number {no}\n\nText.\n")).unwrap();
        }
        fs::write(root.path().join("z.md"), "---\ntitle: Dam breaks\nBreaking: true\n---\nText.\n").unwrap();
        let mut backlog = Backlog::default();
        let names = |range: std::ops::Range<usize>| range.map(|no| format!("{no:04}.md")).collect::<Vec<_>>();
        backlog.add(names(0..PAGE + REST).iter().map(|name| waiting(name)).collect(), &config);
        backlog.add(vec![waiting("0001.md"), waiting("z.md")], &config);
        for expected in [vec!["z.md".to_owned()], names(0..PAGE), names(PAGE..PAGE + REST)] {
            let intake = backlog.next(&config, &scanner).await.unwrap().unwrap();
            assert_eq!(paths(&intake), expected);
        }
        assert!(backlog.is_empty() && backlog.next(&config, &scanner).await.unwrap().is_none());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn of_very_many_those_that_may_be_breaking_are_read_before_those_that_are_not() {
        const MANY: usize = 3 * PAGE;
        let root = tempfile::tempdir().unwrap();
        let mut config = config();
        config.articles.path = root.path().to_owned();
        let config = Arc::new(config);
        let scanner = Watcher::start(root.path().to_owned(), Rules::of(&config.articles, reader::reads)).unwrap().scanner();
        let mut names: Vec<String> = (0..MANY).map(|no| format!("{no:04}.md")).collect();
        for name in &names {
            fs::write(root.path().join(name), "Text.\n").unwrap();
        }
        names.push("z-breaking.md".to_owned());
        fs::write(root.path().join("z-breaking.md"), "Text.\n").unwrap();
        let mut backlog = Backlog::default();
        backlog.add(names.iter().map(|name| waiting(name)).collect(), &config);
        let mut read = Vec::new();
        while let Some(intake) = backlog.next(&config, &scanner).await.unwrap() {
            read.extend(paths(&intake));
        }
        let place = read.iter().position(|name| name == "z-breaking.md").unwrap();
        assert!(place <= PAGE, "it was read after {place} others");
        read.sort_unstable();
        assert_eq!(read, names);
    }
}
