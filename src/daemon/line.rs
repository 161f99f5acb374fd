//! The line that every change takes: observations → decisions → one ledger commit → feeds in place → bulletins may go.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};

use super::bulletin::{self, FeedPlaces};
use super::health::{Alarm, Health};
use super::reading;
use crate::article::{Article, ArticleId, BulletinKind, Entry, EntryKey, FeedName, Sequence, SourcePath};
use crate::config::Config;
use crate::desk::{Decision, Decisions, Desk, Known, Missing, Observation};
use crate::diagnostic::{Diagnostic, Severity};
use crate::feed::Document;
use crate::instant::Instant;
use crate::ledger::{self, Committed, Edition, EditionId, EntryChange, Fault, Ledger};
use crate::publish::{Change, Composed, Folder, FolderFault, Prepared, Publisher};
use crate::render::{Policy, Rendered};
use crate::server::Shelf;

/// How long an unwritable feeds folder holds bulletins back.
const FEEDS_PATIENCE: Duration = Duration::from_secs(30);
/// How long to wait between tries at a ledger or a folder that fails.
const RETRY: Duration = Duration::from_secs(1);
/// How many articles an edition of a first scan takes: larger ones change each of the ledger's pages less often.
const GATHERED: usize = 6_000;
/// How often a decision may be made anew because entries were missing or the catalogue moved.
const MOST_ROUNDS: usize = 1_000;

/// What a batch brings.
#[derive(Default)]
pub(super) struct Intake {
    pub(super) observations: Vec<Observation>,
    /// What there is to say of each path that was looked at; an empty list clears what was said before.
    pub(super) findings: Vec<(SourcePath, Vec<Diagnostic>)>,
}

impl Intake {
    pub(super) fn is_empty(&self) -> bool {
        self.observations.is_empty() && self.findings.is_empty()
    }
}

/// What kind of edition a batch makes.
pub(super) enum Telling<'a> {
    /// News is told.
    Live,
    /// Nothing is told and no feed is made: the config changed, or a first scan goes on that was broken off.
    Silent,
    /// A first scan: nothing is told, feeds wait until its end, sources come later.
    FirstScan(&'a mut Known),
}

impl Telling<'_> {
    /// Live where news is told.
    pub(super) const fn live(told: bool) -> Self {
        if told { Self::Live } else { Self::Silent }
    }
}

/// The one writer: whatever changes the catalogue or a feed goes through here.
pub(super) struct Line {
    pub(super) config: Arc<Config>,
    pub(super) ledger: Arc<dyn Ledger>,
    pub(super) health: Health,
    pub(super) shutdown: CancellationToken,
    desk: Desk,
    publisher: Publisher,
    folder: Folder,
    shelf: Arc<Shelf>,
    floor: watch::Sender<Sequence>,
    latest: Instant,
    sequence: Sequence,
    unplaced: BTreeMap<String, Document>,
    unplaced_since: Option<Instant>,
    /// A first scan's next edition, as far as it is decided.
    gathered: Option<Edition>,
    /// A first scan's last edition, on its way into the ledger while the next is decided.
    underway: Option<JoinHandle<Result<Committed, Fault>>>,
    /// What ended the start, where something did.
    pub(super) failure: Option<String>,
}

/// The daemon is stopping; what was not committed is found again at the next start.
pub(super) struct Stopped;

impl Line {
    #[allow(clippy::too_many_arguments, reason = "the parts that the daemon has opened, each once")]
    pub(super) async fn new(
        config: Arc<Config>,
        ledger: Arc<dyn Ledger>,
        folder: Folder,
        shelf: Arc<Shelf>,
        health: Health,
        floor: watch::Sender<Sequence>,
        shutdown: CancellationToken,
    ) -> Result<Self, Fault> {
        let state = ledger.state().await?;
        let rows = ledger.feeds().await?;
        let desk = Desk::new(&config);
        let publisher = publisher(&config, rows);
        Ok(Self {
            config,
            ledger,
            health,
            shutdown,
            desk,
            publisher,
            folder,
            shelf,
            floor,
            latest: state.latest,
            sequence: state.sequence,
            unplaced: BTreeMap::new(),
            unplaced_since: None,
            gathered: None,
            underway: None,
            failure: None,
        })
    }

    /// The next edition's instant: the wall clock, but always later than every instant in the ledger.
    pub(super) fn next_instant(&self) -> Instant {
        Instant::now().max(Instant::from_millis(self.latest.as_millis() + 1))
    }

    /// Takes a batch through the whole line. Faults that time mends are waited out.
    pub(super) async fn take(&mut self, mut intake: Intake, mut telling: Telling<'_>) -> Result<(), Stopped> {
        for _ in 0..MOST_ROUNDS {
            if intake.is_empty() {
                return Ok(());
            }
            match self.round(&intake, &mut telling).await {
                Ok(()) => return Ok(()),
                // Decided on what is no longer so: again, from what is.
                Err(Fault::Stale) => debug!("the catalogue moved; deciding again"),
                Err(Fault::Clash { what, holder }) => refuse_clash(&mut intake, &what, &holder),
                Err(fault) => self.wait_out(&fault).await?,
            }
        }
        error!("a batch of {} changes could not be decided; it is taken up again at the next scan", intake.observations.len());
        Ok(())
    }

    async fn round(&mut self, intake: &Intake, telling: &mut Telling<'_>) -> Result<(), Fault> {
        let at = self.next_instant();
        let live = matches!(telling, Telling::Live);
        let first_scan = matches!(telling, Telling::FirstScan(_));
        let decided = match telling {
            Telling::Live | Telling::Silent => {
                let mut known = Known::new();
                let keys = self.desk.keys(&intake.observations);
                self.look_up(keys, &mut known).await?;
                self.decide(&intake.observations, &mut known, at, !live).await?
            }
            Telling::FirstScan(known) => {
                let decided = self.decide(&intake.observations, known, at, true).await?;
                known.committed();
                decided
            }
        };
        let (composed, edition) = self.edition(decided, intake, at, live).await?;
        if first_scan {
            self.gather(edition).await;
            return Ok(());
        }
        let told: Vec<_> = edition.bulletins.iter().map(|bulletin| (bulletin.kind, bulletin.article.clone(), bulletin.revision)).collect();
        self.commit_and_place(edition, composed).await?;
        for (kind, article, revision) in told {
            info!("told: {kind} of {article}, revision {}", revision.0);
        }
        Ok(())
    }

    async fn look_up(&mut self, keys: Vec<EntryKey>, known: &mut Known) -> Result<(), Fault> {
        // What a first scan asks for may not be in the ledger yet.
        if self.flush().await.is_err() {
            return Err(Fault::Unavailable("the first scan's last edition was not taken".to_owned()));
        }
        let entries = self.ledger.entries(keys.clone()).await?;
        known.add(keys, entries);
        Ok(())
    }

    async fn decide(&mut self, observations: &[Observation], known: &mut Known, at: Instant, baseline: bool) -> Result<Decisions, Fault> {
        for _ in 0..MOST_ROUNDS * 100 {
            match self.desk.decide(observations, known, at, baseline) {
                Ok(decisions) => return Ok(decisions),
                Err(Missing(keys)) => self.look_up(keys, known).await?,
            }
        }
        Err(Fault::Unavailable("the desk asked for entries without end".to_owned()))
    }

    /// Decisions → the edition to commit and the feeds that it changes.
    async fn edition(&mut self, decided: Decisions, intake: &Intake, at: Instant, live: bool) -> Result<(Composed, Edition), Fault> {
        let mut changes = Vec::new();
        let mut bulletins = Vec::new();
        let mut entries = Vec::with_capacity(decided.decisions.len());
        for decision in decided.decisions {
            if live {
                let rendered = self.rendered(&decision);
                if let Some(told) = &decision.telling {
                    let places = FeedPlaces { base: &self.config.feeds.url, formats: &self.config.feeds.formats };
                    let shown = decision.article.as_deref().zip(rendered.as_deref());
                    bulletins.push(bulletin::bulletin(&decision, told, shown, &places, at));
                }
                log(&decision);
                if decision.is_visible() {
                    changes.push(Change { before: decision.before.clone(), after: decision.after.clone(), rendered });
                }
            }
            entries.push(EntryChange {
                known: decision.before.as_ref().map(|before| ledger::Known {
                    revision: before.revision,
                    stamp: before.stamp,
                    state: before.state.clone(),
                }),
                source: if live { decision.article } else { None },
                entry: decision.after,
            });
        }
        let composed = if live {
            let config = self.config.clone();
            let from_file = move |entry: &Entry| reading::source(&config.articles.path, &config, &entry.path, entry.digest);
            self.publisher.compose(&*self.ledger, &changes, at, &from_file).await?
        } else {
            Composed::default()
        };
        let mut findings: BTreeMap<SourcePath, Vec<Diagnostic>> = BTreeMap::new();
        for (path, said) in intake.findings.iter().cloned().chain(decided.notes.into_iter().map(|(path, note)| (path, vec![note]))) {
            findings.entry(path).or_default().extend(said);
        }
        for diagnostic in findings.values().flatten() {
            say(diagnostic);
        }
        let edition = Edition {
            id: EditionId(rand::random()),
            at,
            entries,
            forget: decided.forget,
            bulletins,
            feeds: composed.rows(),
            diagnostics: findings.into_iter().collect(),
            baseline_complete: false,
        };
        Ok((composed, edition))
    }

    /// The article's text, where a feed shows it or a bulletin carries it.
    fn rendered(&self, decision: &Decision) -> Option<Arc<Rendered>> {
        let carried = decision.telling.as_ref().is_some_and(|told| told.kind != BulletinKind::Withdrawn);
        let shown = decision.is_visible() && self.publisher.would_show(&decision.after);
        let article = decision.article.as_ref().filter(|_| carried || shown);
        article.map(|article| Arc::new(self.publisher.render(article, &decision.after)))
    }

    /// Commits beside the writing of the temporaries; the renames wait for the commit.
    async fn commit_and_place(&mut self, edition: Edition, composed: Composed) -> Result<(), Fault> {
        let documents = composed.documents();
        let root = self.folder.root().to_owned();
        let to_write = documents.clone();
        // Asked second, so that the commit is under way while this thread writes.
        let writing = async {
            if to_write.is_empty() {
                return Ok(Prepared::default());
            }
            tokio::task::block_in_place(|| Folder::prepare(&root, &to_write))
        };
        let at = edition.at;
        let (committed, prepared) = tokio::join!(biased; self.commit(edition), writing);
        let committed = committed?;
        self.latest = at;
        if let Some(last) = committed.sequences.last() {
            self.sequence = *last;
        }
        self.publisher.adopt(composed);
        self.place(documents, prepared).await;
        Ok(())
    }

    async fn commit(&self, edition: Edition) -> Result<Committed, Fault> {
        commit(&*self.ledger, edition).await
    }

    /// Takes what a first scan decided towards its next edition. The catalogue was empty and nothing else writes, so that what
    /// fails here is the ledger itself: the start ends, and the next one goes on from what is kept.
    async fn gather(&mut self, mut edition: Edition) {
        self.latest = edition.at;
        // What changes a row follows the edition that made it.
        if !edition.forget.is_empty() || edition.entries.iter().any(|change| change.known.is_some()) {
            self.commit_gathered().await;
        }
        match &mut self.gathered {
            None => {
                // Grown step by step it would lie there twice each time.
                edition.entries.reserve_exact(GATHERED);
                self.gathered = Some(edition);
            }
            Some(gathered) => {
                gathered.at = edition.at;
                gathered.entries.extend(edition.entries);
                gathered.diagnostics.extend(edition.diagnostics);
            }
        }
        if self.gathered.as_ref().is_some_and(|gathered| gathered.entries.len() + gathered.diagnostics.len() >= GATHERED) {
            self.commit_gathered().await;
        }
    }

    /// Commits what a first scan gathered while it goes on.
    async fn commit_gathered(&mut self) {
        let Some(edition) = self.gathered.take() else { return };
        // What failed before stops the scan by the shutdown that it began.
        let _ = self.landed().await;
        let ledger = self.ledger.clone();
        self.underway = Some(tokio::spawn(async move { ledger.commit(edition).await }));
    }

    /// Waits until the ledger holds all that a first scan decided so far.
    pub(super) async fn flush(&mut self) -> Result<(), Stopped> {
        self.commit_gathered().await;
        self.landed().await
    }

    /// Waits for the edition that is on its way into the ledger.
    async fn landed(&mut self) -> Result<(), Stopped> {
        let Some(underway) = self.underway.take() else { return Ok(()) };
        match underway.await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(fault)) => {
                self.failure = Some(format!("the first scan could not be kept: {fault}; mend that and start again, it goes on from there"));
                self.shutdown.cancel();
                Err(Stopped)
            }
            Err(_) => Err(Stopped),
        }
    }

    async fn place(&mut self, documents: Vec<Document>, prepared: Result<Prepared, FolderFault>) {
        let now = Instant::now();
        let folder = &mut self.folder;
        let placed = prepared.and_then(|prepared| tokio::task::block_in_place(|| folder.place(prepared, now)));
        match placed {
            Ok(replaced) => {
                // Freeing the old files' blocks is nobody's wait.
                tokio::task::spawn_blocking(move || drop(replaced));
                for document in &documents {
                    self.unplaced.remove(&document.file());
                }
            }
            Err(fault) => {
                for document in &documents {
                    self.unplaced.insert(document.file(), document.clone());
                }
                self.unplaced_since.get_or_insert(now);
                self.health.raise(Alarm::Feeds, format!("{fault}; it is tried again every second")).await;
            }
        }
        // The server shows what the ledger holds even while the folder cannot be written.
        self.shelf.put(documents.into_iter().map(Arc::new).collect());
        self.raise_floor(now).await;
    }

    /// Bulletins may go up to the last commit once its feeds stand, or once the folder has been unwritable for too long.
    async fn raise_floor(&mut self, now: Instant) {
        let stands = self.unplaced.is_empty();
        if stands {
            self.unplaced_since = None;
            if self.health.stands(Alarm::Feeds) {
                self.health.clear(Alarm::Feeds, "the feeds folder is written again").await;
            }
        }
        let waited_enough = self.unplaced_since.is_some_and(|since| now.since(since) >= FEEDS_PATIENCE);
        if stands || waited_enough {
            self.floor.send_if_modified(|floor| std::mem::replace(floor, self.sequence) != self.sequence);
        }
    }

    /// Fills the feeds from the ledger and puts in place what the folder has not; the baseline's marker goes with it.
    pub(super) async fn publish_all(&mut self, baseline_complete: bool) -> Result<(), Stopped> {
        loop {
            match self.try_publish_all(baseline_complete).await {
                Ok(()) => return Ok(()),
                Err(fault) => self.wait_out(&fault).await?,
            }
        }
    }

    async fn try_publish_all(&mut self, baseline_complete: bool) -> Result<(), Fault> {
        let at = self.next_instant();
        let config = self.config.clone();
        let from_file = move |entry: &Entry| reading::source(&config.articles.path, &config, &entry.path, entry.digest);
        let mut composed = self.publisher.load(&*self.ledger, at, &from_file).await?;
        let read = std::mem::take(&mut composed.read);
        self.ledger.keep_sources(read.into_iter().map(|(entry, source)| (entry.id, entry.stamp, source)).collect()).await?;
        let rows = composed.rows();
        if baseline_complete || !rows.is_empty() {
            let edition = Edition {
                id: EditionId(rand::random()),
                at,
                entries: Vec::new(),
                forget: Vec::new(),
                bulletins: Vec::new(),
                feeds: rows,
                diagnostics: Vec::new(),
                baseline_complete,
            };
            self.commit(edition).await?;
            self.latest = at;
        }
        let documents = composed.documents();
        self.publisher.adopt(composed);
        self.shelf.put(documents.iter().cloned().map(Arc::new).collect());
        let differing = tokio::task::block_in_place(|| self.folder.differing(documents));
        let root = self.folder.root().to_owned();
        let to_write = differing.clone();
        let prepared = tokio::task::spawn_blocking(move || Folder::prepare(&root, &to_write)).await;
        let prepared = prepared.unwrap_or_else(|_| Err(FolderFault::interrupted(self.folder.root())));
        self.place(differing, prepared).await;
        Ok(())
    }

    /// Tries again to place what could not be placed, and moves the stamps that are due.
    pub(super) async fn mend_folder(&mut self) {
        let now = Instant::now();
        if self.folder.touch_at().is_some_and(|due| due <= now) {
            let folder = &mut self.folder;
            tokio::task::block_in_place(|| folder.touch(now));
        }
        if !self.unplaced.is_empty() {
            let documents: Vec<Document> = self.unplaced.values().cloned().collect();
            let root = self.folder.root().to_owned();
            let to_write = documents.clone();
            let prepared = tokio::task::spawn_blocking(move || Folder::prepare(&root, &to_write)).await;
            let prepared = prepared.unwrap_or_else(|_| Err(FolderFault::interrupted(self.folder.root())));
            self.place(documents, prepared).await;
        }
    }

    /// When [`Line::mend_folder`] has something to do.
    pub(super) fn mend_at(&self) -> Option<Instant> {
        let retry = (!self.unplaced.is_empty()).then(|| Instant::now().plus(RETRY));
        self.folder.touch_at().into_iter().chain(retry).min()
    }

    /// What the time brings: embargoes that lift, graces that are over.
    pub(super) async fn due(&mut self, limit: usize) -> Result<(Vec<Entry>, Option<Instant>), Stopped> {
        loop {
            match self.ledger.due(self.next_instant(), limit).await {
                Ok(due) => return Ok(due),
                Err(fault) => self.wait_out(&fault).await?,
            }
        }
    }

    /// The articles of entries whose time has come, from the ledger or from their files.
    pub(super) async fn articles(&mut self, entries: &[Entry]) -> Result<BTreeMap<ArticleId, Arc<Article>>, Stopped> {
        let ids: Vec<ArticleId> = entries.iter().map(|entry| entry.id.clone()).collect();
        let kept = loop {
            match self.ledger.sources(ids.clone()).await {
                Ok(kept) => break kept,
                Err(fault) => self.wait_out(&fault).await?,
            }
        };
        let mut articles: BTreeMap<ArticleId, Arc<Article>> = kept.into_iter().collect();
        for entry in entries.iter().filter(|entry| !articles.contains_key(&entry.id)).collect::<Vec<_>>() {
            if let Some(article) = reading::source(&self.config.articles.path, &self.config, &entry.path, entry.digest) {
                articles.insert(entry.id.clone(), article);
            }
        }
        Ok(articles)
    }

    /// Says what is wrong with the ledger and waits a moment.
    pub(super) async fn wait_out(&mut self, fault: &Fault) -> Result<(), Stopped> {
        self.health.raise(Alarm::Ledger, format!("the ledger fails: {fault}; nothing is lost, it is tried again every second")).await;
        tokio::select! {
            () = self.shutdown.cancelled() => return Err(Stopped),
            () = tokio::time::sleep(RETRY) => {}
        }
        if self.ledger.state().await.is_ok() {
            self.health.clear(Alarm::Ledger, "the ledger answers again").await;
        }
        Ok(())
    }

    /// Takes on a new configuration: feeds and links that it changes are made anew, and no one is told.
    pub(super) async fn reconfigure(&mut self, config: Arc<Config>) -> Result<(), Stopped> {
        let rows = loop {
            match self.ledger.feeds().await {
                Ok(rows) => break rows,
                Err(fault) => self.wait_out(&fault).await?,
            }
        };
        self.desk = Desk::new(&config);
        self.publisher = publisher(&config, rows);
        self.config = config;
        super::replace::replace(self).await?;
        self.publish_all(false).await
    }

    /// Whether the ledger's articles must be placed anew before feeds are made.
    pub(super) fn is_replaced(&self) -> bool {
        self.publisher.is_replaced()
    }
}

/// One commit, repeated under the same id where its outcome is unknown.
async fn commit(ledger: &dyn Ledger, edition: Edition) -> Result<Committed, Fault> {
    loop {
        match ledger.commit(edition.clone()).await {
            Err(Fault::Unknown(why)) => {
                warn!("the ledger did not answer a commit ({why}); repeating it");
                tokio::time::sleep(RETRY).await;
            }
            other => return other,
        }
    }
}

fn publisher(config: &Config, rows: Vec<ledger::FeedRow>) -> Publisher {
    let policy = Arc::new(Policy::new(&config.html));
    let authority = crate::desk::authority(&config.site.url);
    let day = Instant::now().in_zone(&config.site.timezone).strftime("%Y-%m-%d").to_string();
    Publisher::new(config, policy, rows, |name| feed_id(&authority, &day, name))
}

/// A feed's own id, made once: `tag:` (RFC 4151), the authority, the day, its name percent-encoded.
fn feed_id(authority: &str, day: &str, name: &FeedName) -> ArticleId {
    let specific = name.as_str().bytes().fold(String::new(), |text, byte| {
        if byte.is_ascii_alphanumeric() || b"-._/".contains(&byte) {
            text + char::from(byte).to_string().as_str()
        } else {
            text + &format!("%{byte:02X}")
        }
    });
    let text = format!("tag:{authority},{day}:feeds/{specific}");
    ArticleId::parse(&text).unwrap_or_else(|_| unreachable!("an authority and a feed's name hold no white space"))
}

/// An id or link that another article took meanwhile: the second is left out with a diagnostic, the rest goes on.
fn refuse_clash(intake: &mut Intake, what: &str, holder: &str) {
    let claims = |article: &Article| article.id.as_ref().is_some_and(|id| id.as_str() == what) || article.link.as_deref() == Some(what);
    let claimant =
        intake.observations.iter().position(|observation| matches!(observation, Observation::Seen(seen) if claims(&seen.article)));
    let Some(at) = claimant else {
        debug!("{what} was taken by {holder} meanwhile; deciding again");
        return;
    };
    if let Observation::Seen(seen) = intake.observations.swap_remove(at) {
        let message = format!("'{what}' is already that of {holder}");
        let clash = Diagnostic::new(Severity::Error, "duplicate", seen.path.to_string(), message).mend("give this article its own");
        intake.findings.push((seen.path, vec![clash]));
    }
}

fn log(decision: &Decision) {
    let entry = &decision.after;
    let before = decision.before.as_ref();
    let was_public = before.is_some_and(|before| before.state.is_public());
    match (was_public, entry.state.is_public()) {
        (false, true) => info!("published: {} ({})", entry.path, entry.link),
        (true, false) => info!("no longer public: {} ({})", entry.path, entry.link),
        (true, true) if decision.is_visible() => info!("changed: {} ({})", entry.path, entry.link),
        (true, true) => debug!("unchanged: {}", entry.path),
        (false, false) if before.is_none_or(|before| before.state != entry.state) => info!("held or withdrawn, not public: {}", entry.path),
        (false, false) => debug!("not public: {}", entry.path),
    }
}

fn say(diagnostic: &Diagnostic) {
    match diagnostic.severity {
        Severity::Error => error!("{diagnostic}"),
        Severity::Warning => warn!("{diagnostic}"),
        // That nobody is told of an article is for the operator to know; other notes are for `check` and `status`.
        Severity::Note if diagnostic.rule == "history" => info!("{diagnostic}"),
        Severity::Note => debug!("{diagnostic}"),
    }
}
