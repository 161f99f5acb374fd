//! The line that every change takes: observations → decisions → one ledger commit → feeds in place → bulletins may go.

pub(super) mod archiving;
mod committing;
mod configuring;
mod editing;
mod families;
mod ledger;
pub(super) mod parts;
mod placing;
mod retiring;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error};

use super::clock::Clock;
use super::feed_pages::FeedPages;
use super::files::{ToPublish, Waiting};
use super::folders::Folders;
use super::health::{CLOCK_JUMPED, Health};
use crate::article::{Article, EntryKey, Sequence, SourcePath};
use crate::config::Config;
use crate::desk::{Decisions, Desk, House, Known, Missing, Now, Observation};
use crate::diagnostic::{Diagnostic, Severity};
use crate::feed::Document;
use crate::instant::Instant;
use crate::ledger::{Alias, Committed, Edition, Fault, Ledger};
use crate::publish::{Folder, Publisher};
use crate::server::{Shelf, Site};

/// How long to wait between tries at a ledger or a folder that fails.
const RETRY: Duration = Duration::from_secs(1);
/// How much longer each time before a decision is made anew that the catalogue's moving spoilt.
const STALE: Duration = Duration::from_millis(1);
/// How often a decision may be made anew because entries were missing or the catalogue moved.
const MOST_ROUNDS: u32 = 1_000;

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
pub(super) enum Mode<'a> {
    /// News is told.
    Live,
    /// Nothing is told and no feed is made: the config changed, or a first scan goes on that was broken off.
    Silent,
    /// A first scan: nothing is told, feeds wait until its end, sources come later.
    FirstScan(&'a mut Known),
}

impl Mode<'_> {
    /// Live where news is told.
    pub(super) const fn told(told: bool) -> Self {
        if told { Self::Live } else { Self::Silent }
    }
}

/// The one writer: whatever changes the catalogue or a feed goes through here.
pub(super) struct Line {
    pub(super) config: Arc<Config>,
    pub(super) ledger: Arc<dyn Ledger>,
    pub(super) health: Health,
    pub(super) shutdown: CancellationToken,
    /// The files that speak of their folders.
    pub(super) folders: Folders,
    /// What every article is shown by: the config's rules, folders' defaults.
    pub(super) house: Arc<House>,
    /// The same for pages.
    site: watch::Sender<Arc<Site>>,
    desk: Desk,
    publisher: Publisher,
    folder: Folder,
    shelf: Arc<Shelf>,
    /// Feeds' pages for static hosts, written behind the feeds.
    pub(super) pages: FeedPages,
    floor: watch::Sender<Sequence>,
    /// What time it is.
    pub(super) clock: Clock,
    /// Whether the clock jumped ahead, as this run or an earlier one noticed, and nobody has confirmed it.
    pub(super) doubted: bool,
    latest: Instant,
    /// Up to this instant the files of every edition are in place.
    placed: Instant,
    /// What there is to say of a family that is full.
    full: Option<String>,
    sequence: Sequence,
    /// Places where feeds stood before; they change only while no daemon runs.
    aliases: Vec<Alias>,
    unplaced: BTreeMap<String, Document>,
    unplaced_since: Option<Instant>,
    /// Local files of public articles that are not published, because the feeds folder cannot be written.
    unplaced_files: Vec<ToPublish>,
    /// Published files that may be shown no more, and local ones that vanished.
    pub(super) waiting: Waiting,
    /// The feeds folder was taken away meanwhile: every file in it is to be looked at.
    folder_lost: bool,
    /// Counts how often the archives were learnt anew: what was made of them before is of no use.
    archives_epoch: u64,
    /// The ledger's file as it was opened.
    ledger_file: Option<(u64, u64)>,
    /// A first scan's next edition, as far as it is decided.
    gathered: Option<Edition>,
    /// A first scan's last edition, on its way into the ledger while the next is decided.
    underway: Option<JoinHandle<Result<Committed, Fault>>>,
    /// Told once a burst is over that left sources out of its editions.
    pub(super) sources_left: Arc<Notify>,
    /// Whether the present one did.
    leaves_sources: bool,
    /// Until then no vanished file is withdrawn: the articles folder has come back a moment ago.
    pub(super) removals_after: Instant,
    /// What ended the start, where something did.
    pub(super) failure: Option<String>,
}

/// The daemon is stopping; what was not committed is found again at the next start.
#[derive(Debug)]
pub(super) struct Stopped;

impl Line {
    #[allow(clippy::too_many_arguments, reason = "the parts that the daemon has opened, each once")]
    pub(super) async fn new(
        config: Arc<Config>,
        folders: Folders,
        site: watch::Sender<Arc<Site>>,
        ledger: Arc<dyn Ledger>,
        folder: Folder,
        shelf: Arc<Shelf>,
        health: Health,
        floor: watch::Sender<Sequence>,
        shutdown: CancellationToken,
    ) -> Result<Self, Fault> {
        let state = ledger.state().await?;
        let known = (ledger.feeds().await?, ledger.families().await?);
        let aliases = configuring::aliases(&*ledger, &config).await?;
        shelf.put_aliases(aliases.clone());
        let house = Arc::new(House::new(&config, folders.defaults()));
        site.send_replace(Arc::new(Site::of(&config, house.clone())));
        let desk = Desk::of_house(&config, house.clone());
        let publisher = configuring::publisher(&config, &house, known, state.latest);
        let doubted = ledger.summary().await?.alarms.contains_key(CLOCK_JUMPED);
        let clock = Clock::of_system(state.latest, doubted);
        let ledger_file = ledger::ledger_file(&config);
        let pages = FeedPages::new(&folder, site.subscribe());
        let mut line = Self {
            config,
            ledger,
            health,
            shutdown,
            folders,
            house,
            site,
            desk,
            publisher,
            folder,
            shelf,
            pages,
            floor,
            clock,
            doubted,
            latest: state.latest,
            placed: state.placed,
            full: None,
            sequence: state.sequence,
            aliases,
            unplaced: BTreeMap::new(),
            unplaced_since: None,
            unplaced_files: Vec::new(),
            waiting: Waiting::default(),
            folder_lost: false,
            archives_epoch: 0,
            ledger_file,
            gathered: None,
            underway: None,
            sources_left: Arc::default(),
            leaves_sources: false,
            removals_after: Instant::MIN,
            failure: None,
        };
        line.look_at_families();
        Ok(line)
    }

    /// What the server serves.
    pub(super) fn shelf(&self) -> Arc<Shelf> {
        Arc::clone(&self.shelf)
    }

    /// The next edition's instant: what the clock says, but always later than every instant in the ledger.
    pub(super) fn next_instant(&self) -> Instant {
        self.now().edition
    }

    /// What time it is, and what the next edition is dated.
    fn now(&self) -> Now {
        let clock = self.clock.now();
        Now { clock, edition: clock.max(Instant::from_millis(self.latest.as_millis() + 1)) }
    }

    /// Takes a batch through the whole line. Faults that time mends are waited out.
    pub(super) async fn take(&mut self, mut intake: Intake, mut mode: Mode<'_>) -> Result<(), Stopped> {
        // A fresh catalogue knows no part of any file.
        if !matches!(mode, Mode::FirstScan(_)) {
            while let Err(fault) = self.add_missing_parts(&mut intake).await {
                self.wait_out(&fault).await?;
            }
        }
        for attempt in 0..MOST_ROUNDS {
            if intake.is_empty() {
                return Ok(());
            }
            match self.round(&intake, &mut mode).await {
                Ok(()) => {
                    // A batch that touched more feeds than memory should hold left some for now.
                    return if matches!(mode, Mode::Live) { self.catch_up(false).await } else { Ok(()) };
                }
                // Decided on what is no longer so: again, from what is, a little later each time.
                Err(Fault::Stale) => {
                    debug!("the catalogue moved; deciding again");
                    tokio::time::sleep(STALE * attempt).await;
                }
                Err(Fault::Clash { what, holder }) => refuse_clash(&mut intake, &what, &holder),
                Err(fault) => self.wait_out(&fault).await?,
            }
        }
        error!("a batch of {} changes could not be decided; it is taken up again at the next scan", intake.observations.len());
        Ok(())
    }

    /// Whatever waited is decided: what was left for later may be done.
    pub(super) fn rest(&mut self) {
        if std::mem::take(&mut self.leaves_sources) {
            self.sources_left.notify_one();
        }
    }

    async fn round(&mut self, intake: &Intake, mode: &mut Mode<'_>) -> Result<(), Fault> {
        let now = self.now();
        let at = now.edition;
        let live = matches!(mode, Mode::Live);
        let first_scan = matches!(mode, Mode::FirstScan(_));
        let decided = match mode {
            Mode::Live | Mode::Silent => {
                let mut known = Known::new();
                let keys = self.desk.keys(&intake.observations);
                self.look_up(keys, &mut known).await?;
                self.decide(&intake.observations, &mut known, now, !live).await?
            }
            Mode::FirstScan(known) => {
                let decided = self.decide(&intake.observations, known, now, true).await?;
                known.committed();
                decided
            }
        };
        let (composed, edition, files) = self.edition(decided, intake, at, live).await?;
        if first_scan {
            self.gather(edition).await;
            self.publisher.begun();
            self.tell_of_full().await;
            return Ok(());
        }
        let told: Vec<_> = edition.bulletins.iter().map(|bulletin| (bulletin.kind, bulletin.article.clone(), bulletin.revision)).collect();
        self.commit_and_place(edition, composed, files).await?;
        self.tell_of_full().await;
        for (kind, article, revision) in told {
            debug!("bulletin: {kind} of {article}, revision {}", revision.0);
        }
        Ok(())
    }

    async fn look_up(&mut self, keys: Vec<EntryKey>, known: &mut Known) -> Result<(), Fault> {
        // What a first scan asks for may be in the edition that is on its way into the ledger.
        if self.flush().await.is_err() {
            return Err(Fault::Unavailable("the first scan's last edition was not taken".to_owned()));
        }
        let entries = self.ledger.entries(keys.clone()).await?;
        known.add(keys, entries);
        Ok(())
    }

    async fn decide(&mut self, observations: &[Observation], known: &mut Known, now: Now, baseline: bool) -> Result<Decisions, Fault> {
        for _ in 0..MOST_ROUNDS * 100 {
            match self.desk.decide(observations, known, now, baseline) {
                Ok(decisions) => return Ok(decisions),
                Err(Missing(keys)) => self.look_up(keys, known).await?,
            }
        }
        Err(Fault::Unavailable("the desk asked for entries without end".to_owned()))
    }
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
        let file = seen.path.file();
        let clash = Diagnostic::new(Severity::Error, "duplicate", file.to_string(), message).mend("give this article its own");
        intake.findings.push((file, vec![clash]));
    }
}
