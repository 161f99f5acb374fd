//! The local files that articles show: looked at with the article, published before its feeds, removed once nobody shows them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use tracing::{info, warn};

use super::line::{Line, Stopped};
use crate::article::{Article, Asset, AssetFile, Published, SourcePath};
use crate::config::{Config, Html};
use crate::diagnostic::Diagnostic;
use crate::instant::Instant;
use crate::ledger::{Fault, Ledger};
use crate::media::{self, Around, Limits, Named};
use crate::media_type::{Kind, by_name};
use crate::publish::FolderFault;
use crate::publish::assets::{self, AssetFault};
use crate::render::{self, Policy};
use crate::watch::Under;

/// How many rows are asked for at once.
const ROWS: usize = 1_000;
/// How many files wait for the end of their grace; more are found at the next start.
const MOST_UNUSED: usize = 100_000;

/// Which elements show media does not depend on what the operator allows besides.
static POLICY: LazyLock<Policy> = LazyLock::new(|| Policy::new(&Html::default()));

/// Whether a file of this name may be shown by an article.
pub(super) fn may_be_shown(path: &SourcePath) -> bool {
    path.as_path().file_name().is_some_and(|name| by_name(&name.to_string_lossy()).is_some())
}

/// Looks at the local files that an article shows; gives what there is to say of them.
pub(super) fn look(config: &Config, path: &SourcePath, source: &[u8], article: &mut Article, around: Around<'_>) -> Vec<Diagnostic> {
    let kind = |mime: Option<&str>, url: &str| match mime.and_then(|mime| mime.split('/').next()) {
        Some("audio" | "video") => Kind::Audio,
        Some(_) => Kind::Image,
        None => by_name(url).map_or(Kind::Image, |media| media.kind),
    };
    let kinds: BTreeSet<Kind> = article.media.iter().map(|medium| kind(medium.mime.as_deref(), &medium.url)).collect();
    let named = Named {
        written: render::addresses_of_media(article, &POLICY),
        image: kinds.contains(&Kind::Image),
        recording: kinds.contains(&Kind::Audio) || kinds.contains(&Kind::Video),
    };
    let limits = Limits { max_size: config.articles.max_media_size };
    let survey = media::survey(&config.articles.path, path, source, &named, limits, around);
    article.assets = Some(survey.assets);
    survey.findings
}

/// Whether this speaks of local files.
pub(super) fn is_of_files(finding: &Diagnostic) -> bool {
    finding.rule.starts_with("media-")
}

/// A file to publish.
#[derive(Clone, Debug)]
pub(super) struct ToPublish {
    file: SourcePath,
    found: AssetFile,
}

impl ToPublish {
    /// Those that an article shows.
    pub(super) fn of(article: &Article) -> impl Iterator<Item = Self> {
        let found = |asset: &Asset| Some(Self { file: asset.file.clone(), found: asset.found.clone()? });
        article.assets.iter().flatten().filter_map(found)
    }
}

/// What a batch does to files.
#[derive(Default)]
pub(super) struct Files {
    /// To be published before its feeds stand.
    pub(super) publish: Vec<ToPublish>,
    /// What articles showed and show no more, and whether they are still public.
    pub(super) left: Vec<(Vec<Published>, bool)>,
}

/// Files that are not published because the feeds folder cannot be written.
pub(super) struct Unpublished {
    pub(super) left: Vec<ToPublish>,
    pub(super) fault: FolderFault,
}

/// Publishes files. Blocking.
pub(super) fn publish(articles: &Path, feeds: &Path, files: Vec<ToPublish>) -> Result<(), Unpublished> {
    let mut left = Vec::new();
    let mut fault = None;
    for one in files {
        match assets::publish(feeds, &one.found, || media::open(articles, &one.file)) {
            Ok(()) => {}
            Err(AssetFault::Source(why)) => warn!("{}: not published: {why}; it is looked at again once its change is told", one.file),
            Err(AssetFault::Folder(error)) => {
                left.push(one);
                fault = Some(error);
            }
        }
    }
    fault.map_or(Ok(()), |fault| Err(Unpublished { left, fault }))
}

/// What public articles show and the feeds folder lacks.
pub(super) async fn lacking(ledger: &dyn Ledger, feeds: &Path) -> Result<Vec<ToPublish>, Fault> {
    let mut lacking: BTreeMap<Published, ToPublish> = BTreeMap::new();
    let mut after = None;
    loop {
        let page = ledger.assets(after.take(), ROWS).await?;
        let full = page.len() >= ROWS;
        after = page.last().map(|row| row.file.clone());
        for row in page.into_iter().filter(|row| row.public) {
            if let (Some(stamp), Some(published)) = (row.stamp, row.published)
                && !assets::stands(feeds, &published, stamp.size)
            {
                let found = AssetFile { stamp, published: published.clone(), mime: String::new(), width: None, height: None };
                lacking.insert(published, ToPublish { file: row.file, found });
            }
        }
        if !full {
            return Ok(lacking.into_values().collect());
        }
    }
}

/// The articles that show local files which are others than when they were looked at, in a part of the folder.
pub(super) async fn outdated(ledger: &dyn Ledger, root: &Path, under: &Under) -> Result<Vec<SourcePath>, Fault> {
    let mut outdated = BTreeSet::new();
    let mut after = match under {
        Under::Root => None,
        Under::Folder(folder) => Some(folder.clone()),
    };
    loop {
        let page = ledger.assets(after.take(), ROWS).await?;
        let full = page.len() >= ROWS;
        let beyond = page.last().is_some_and(|row| !row.file.as_bytes().starts_with(under_bytes(under)));
        after = page.last().map(|row| row.file.clone());
        let changed = tokio::task::block_in_place(|| {
            page.into_iter().filter(|row| under.holds(&row.file) && media::stamp(root, &row.file) != row.stamp).collect::<Vec<_>>()
        });
        outdated.extend(changed.into_iter().map(|row| row.article.file()));
        if !full || beyond {
            return Ok(outdated.into_iter().collect());
        }
    }
}

fn under_bytes(under: &Under) -> &[u8] {
    match under {
        Under::Root => b"",
        Under::Folder(folder) => folder.as_bytes(),
    }
}

/// Where the files that an article shows are published.
pub(super) fn places(article: &Article) -> BTreeSet<Published> {
    ToPublish::of(article).map(|one| one.found.published).collect()
}

/// What waits for its time.
#[derive(Default)]
pub(super) struct Waiting {
    /// Published files that may be shown by nobody, and from when on they are removed.
    unused: BTreeMap<Published, Instant>,
    /// Local files that vanished and that articles show: looked at again once they had time to come back.
    vanished: BTreeMap<SourcePath, Instant>,
}

impl Waiting {
    /// When there is something to do.
    pub(super) fn next(&self) -> Option<Instant> {
        self.unused.values().chain(self.vanished.values()).min().copied()
    }

    fn leave(&mut self, published: Published, due: Instant) {
        if self.unused.len() < MOST_UNUSED {
            self.unused.entry(published).and_modify(|known| *known = due.min(*known)).or_insert(due);
        }
    }

    /// A local file vanished: it may come back until then.
    pub(super) fn vanish(&mut self, file: SourcePath, until: Instant) {
        if self.vanished.len() < MOST_UNUSED {
            self.vanished.entry(file).or_insert(until);
        }
    }

    /// Local files that had their time to come back.
    pub(super) fn returned_or_gone(&mut self, now: Instant) -> Vec<SourcePath> {
        let due: Vec<SourcePath> = self.vanished.iter().filter(|(_, until)| **until <= now).map(|(file, _)| file.clone()).collect();
        for file in &due {
            self.vanished.remove(file);
        }
        due
    }

    fn due(&mut self, now: Instant) -> Vec<Published> {
        let due: Vec<Published> = self.unused.iter().filter(|(_, from)| **from <= now).map(|(published, _)| published.clone()).collect();
        for published in &due {
            self.unused.remove(published);
        }
        due
    }
}

impl Line {
    /// Notes published files that an article shows no more: they go now where it is not public any more, else after the grace.
    pub(super) fn leave_files(&mut self, left: impl IntoIterator<Item = Published>, still_public: bool) {
        let now = Instant::now();
        let due = if still_public { now.plus(self.config.feeds.media_grace) } else { now };
        for published in left {
            assets::mark_unused(&self.config.feeds.path, &published, now.to_system());
            self.waiting.leave(published, due);
        }
    }

    /// Removes published files whose time has come and that no public article shows.
    pub(super) async fn remove_files(&mut self) -> Result<(), Stopped> {
        // While a feed could not be replaced, the one that stands may still show them.
        if !self.is_placed() {
            return Ok(());
        }
        let due = self.waiting.due(Instant::now());
        for some in due.chunks(ROWS) {
            let shown: BTreeSet<Published> = loop {
                match self.ledger.assets_shown(some.to_vec()).await {
                    Ok(shown) => break shown.into_iter().collect(),
                    Err(fault) => self.wait_out(&fault).await?,
                }
            };
            for published in some.iter().filter(|published| !shown.contains(*published)) {
                match tokio::task::block_in_place(|| assets::remove(&self.config.feeds.path, published)) {
                    Ok(()) => info!("no longer published: {}", published.path()),
                    Err(error) => {
                        warn!("{} is shown by no article and cannot be removed: {error}; it is tried again", published.path());
                        self.waiting.leave(published.clone(), Instant::now().plus(std::time::Duration::from_mins(1)));
                    }
                }
            }
        }
        Ok(())
    }

    /// Notes what stands published and may be shown by nobody: a run that was broken off leaves such files.
    pub(super) fn look_for_unused_files(&mut self) {
        let now = Instant::now();
        let standing = tokio::task::block_in_place(|| assets::published(&self.config.feeds.path, now.to_system()));
        for (published, age) in standing {
            self.waiting.leave(published, now.plus(self.config.feeds.media_grace.saturating_sub(age)));
        }
    }

    /// The articles that changed local files concern. One that vanished may come back, as articles may.
    pub(super) async fn users_of(&mut self, changed: Vec<SourcePath>) -> Result<Vec<SourcePath>, Stopped> {
        let until = Instant::now().plus(self.config.articles.removal_grace);
        let (there, gone): (Vec<_>, Vec<_>) = changed.into_iter().partition(|file| media::exists(&self.config.articles.path, file));
        for file in gone {
            self.waiting.vanish(file, until);
        }
        self.users(there).await
    }

    /// The articles that show local files which vanished and had their time to come back.
    pub(super) async fn users_of_vanished(&mut self) -> Result<Vec<SourcePath>, Stopped> {
        let files = self.waiting.returned_or_gone(Instant::now());
        self.users(files).await
    }

    async fn users(&mut self, files: Vec<SourcePath>) -> Result<Vec<SourcePath>, Stopped> {
        if files.is_empty() {
            return Ok(Vec::new());
        }
        loop {
            match self.ledger.asset_users(files.clone()).await {
                Ok(users) => return Ok(users.into_iter().map(|user| user.file()).collect::<BTreeSet<_>>().into_iter().collect()),
                Err(fault) => self.wait_out(&fault).await?,
            }
        }
    }
}
