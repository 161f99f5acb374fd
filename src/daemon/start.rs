//! Opens the parts in an order in which each fault is said before anything is changed, and stops them in the reverse.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use super::audience;
use super::certificate::Certificate;
use super::fault::Critical;
use super::first_scan::first_scan;
use super::folders::{Findings, Folders};
use super::health::Health;
use super::latecomers::latecomers;
use super::line::archiving::Archiving;
use super::line::{Intake, Line, Mode, Stopped};
use super::reading::{self, FirstSight};
use super::reconcile::reconcile;
use super::sitemaps::Sitemapper;
use super::{replace, running, sources, systemd, upkeep, waiting};
use crate::article::Sequence;
use crate::config::{Config, LedgerPlace};
use crate::dispatch::{self, Endpoints, indexnow};
use crate::instant::Instant;
use crate::ledger::sqlite::SqliteLedger;
use crate::ledger::{EndpointKind, Ledger};
use crate::publish::Folder;
use crate::reader;
use crate::server::{self, CertificateState, Events, Gate, Listener, Readiness, Serving, Shelf, Site, State};
use crate::watch::{Rules, Under, WatchFault, Watcher};

/// Loads the configuration again, for SIGHUP; the error is complete.
pub type Reload = Box<dyn Fn() -> Result<Config, String> + Send>;

/// What is running, to say so.
#[derive(Debug)]
pub struct Started<'a> {
    /// Its configuration.
    pub config: &'a Config,
    /// Where it listens, as URLs.
    pub listening: Vec<String>,
}

/// What a build found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Built {
    /// Public articles.
    pub articles: u64,
    /// Feeds.
    pub feeds: u64,
    /// Diagnostics of error weight that stand.
    pub errors: usize,
}

/// How long to wait before a first scan that failed begins again.
const RESCAN: Duration = Duration::from_secs(1);

struct Parts {
    ledger: Arc<dyn Ledger>,
    for_dispatch: Arc<dyn Ledger>,
    for_sitemaps: Arc<dyn Ledger>,
    line: Line,
    watcher: Watcher,
    shelf: Arc<Shelf>,
    site: watch::Receiver<Arc<Site>>,
    /// What there was to say of folders' files when they were first read.
    said_of_folders: Findings,
    floor: watch::Receiver<Sequence>,
    readiness: watch::Receiver<Readiness>,
    shutdown: CancellationToken,
}

/// Runs the daemon until SIGTERM or SIGINT. `started` is called once everything is open, before the folder is read.
pub async fn run(config: Config, reload: Reload, started: &(dyn Fn(Started<'_>) + Sync)) -> Result<(), Critical> {
    let config = Arc::new(config);
    let endpoints = Arc::new(Endpoints::new(&config.webhooks, &config.delivery).map_err(Critical::place)?);
    let gate = Gate::open(&config).map_err(Critical::place)?;
    let listeners = Listener::open(&config.server).map_err(Critical::place)?;
    let listening = listeners.iter().map(ToString::to_string).collect();
    let mut parts = open(config.clone(), Watcher::start_awaiting).await?;
    parts.ledger.put_endpoints(EndpointKind::Webhook, endpoints.ids()).await.map_err(Critical::place)?;
    let shutdown = parts.shutdown.clone();
    let (endpoints_set, endpoints_now) = watch::channel(endpoints);
    let pings = indexnow::Settings::of(&config).map_err(Critical::place)?.map(Arc::new);
    let (pings_set, pings_now) = watch::channel(pings);
    let (configs, mut reloaded) = mpsc::channel(1);
    started(Started { config: &config, listening });

    let mut tasks: Vec<JoinHandle<()>> = Vec::new();
    let audience = audience::resume(&*parts.ledger, Instant::now()).await;
    if !listeners.is_empty() {
        let events = Arc::new(Events::new(parts.ledger.clone(), parts.floor.clone(), shutdown.clone()));
        tasks.push(tokio::spawn(events.clone().run()));
        let state = State {
            shelf: parts.shelf.clone(),
            ledger: parts.ledger.clone(),
            site: parts.site.clone(),
            readiness: parts.readiness.clone(),
            folder: config.feeds.path.clone(),
            limits: config.server.limits,
            events,
            audience: audience.clone(),
        };
        let served = CancellationToken::new();
        tasks.push(tokio::spawn(audience::keep(audience, parts.ledger.clone(), served.clone())));
        let serving = server::serve(listeners, state, gate.clone(), shutdown.clone());
        tasks.push(tokio::spawn(async move {
            serving.await;
            served.cancel();
        }));
    }
    systemd::serving("the articles are being read");
    tasks.push(tokio::spawn(systemd::watchdog(shutdown.clone())));
    tasks.push(tokio::spawn(signals(shutdown.clone())));
    let hangups = tokio::spawn(hangups(Hangups {
        reload,
        first: config.clone(),
        gate: gate.clone(),
        ledger: parts.ledger.clone(),
        endpoints: endpoints_set,
        pings: pings_set,
        configs,
        shutdown: shutdown.clone(),
    }));

    let lived = live(&mut parts, &mut reloaded, endpoints_now, gate.certificate(), pings_now).await;
    systemd::stopping();
    // Whatever ended the loop, everything else stops with it.
    shutdown.cancel();
    hangups.abort();
    for task in tasks {
        let _ = task.await;
    }
    if let Some(failure) = parts.line.failure {
        return Err(Critical::Place(failure));
    }
    if let Err(Stopped) = lived {
        info!("stopped; what is owed is sent after the next start");
    }
    Ok(())
}

async fn live(
    parts: &mut Parts,
    reloaded: &mut mpsc::Receiver<Arc<Config>>,
    endpoints: watch::Receiver<Arc<Endpoints>>,
    certificate: Option<watch::Receiver<CertificateState>>,
    pings: watch::Receiver<Option<Arc<indexnow::Settings>>>,
) -> Result<(), Stopped> {
    // Stops with the others when the folder is still being read.
    let dispatching = {
        let (ledger, floor, shutdown) = (parts.for_dispatch.clone(), parts.floor.clone(), parts.shutdown.clone());
        // Signed and dated by the time that is believed: receivers would refuse one that jumped.
        let clock = parts.line.clock.clone();
        let time: dispatch::Clock = Arc::new(move || clock.now());
        tokio::spawn(indexnow::run(parts.ledger.clone(), pings, floor.clone(), shutdown.clone(), time.clone()));
        tokio::spawn(async move {
            if let Err(fault) = dispatch::run(ledger, endpoints, floor, shutdown.clone(), time).await {
                error!("deliveries have ended: {fault}");
                shutdown.cancel();
            }
        })
    };
    let pages = tokio::spawn(parts.line.pages.clone().run(parts.shutdown.clone()));
    let lived = async {
        catch_up(parts, false).await?;
        parts.line.look_for_unused_files();
        parts.line.health.started();
        info!("ready");
        systemd::status("ready");
        let mapper = sitemapper(parts);
        let keeper = sources::Keeper {
            ledger: parts.ledger.clone(),
            config: parts.line.config.clone(),
            left: parts.line.sources_left.clone(),
            all_kept: mapper.all_kept.clone(),
        };
        let filling = tokio::spawn(keeper.keep(parts.shutdown.child_token()));
        tokio::spawn(mapper.keep(parts.shutdown.child_token()));
        tokio::spawn(upkeep::upkeep(parts.ledger.clone(), parts.line.clock.clone(), parts.shutdown.child_token()));
        let ran = running::running(&mut parts.line, &mut parts.watcher, reloaded, Certificate::new(certificate)).await;
        filling.abort();
        ran
    }
    .await;
    parts.shutdown.cancel();
    let _ = dispatching.await;
    let _ = pages.await;
    lived
}

fn sitemapper(parts: &Parts) -> Sitemapper {
    Sitemapper {
        ledger: parts.for_sitemaps.clone(),
        site: parts.site.clone(),
        shelf: parts.shelf.clone(),
        folder: parts.line.config.feeds.path.clone(),
        clock: parts.line.clock.clone(),
        all_kept: CancellationToken::new(),
    }
}

/// Brings ledger, folder and feeds together: by a first scan, or by what changed since the last run. `whole` waits for files that
/// are being written, too; a first scan always does.
async fn catch_up(parts: &mut Parts, whole: bool) -> Result<(), Stopped> {
    let line = &mut parts.line;
    line.health.forget_earlier().await;
    line.look_at_clock().await;
    let state = loop {
        match line.ledger.state().await {
            Ok(state) => break state,
            Err(fault) => line.wait_out(&fault).await?,
        }
    };
    line.retire_feeds().await?;
    let findings = std::mem::take(&mut parts.said_of_folders);
    line.take(Intake { observations: Vec::new(), findings }, Mode::Silent).await?;
    if state.baseline_complete {
        let replaced = replace::replace(line).await?;
        line.publish_all(false).await?;
        running::await_root(line, &mut parts.watcher).await?;
        let scanner = parts.watcher.scanner();
        if replaced {
            waiting::read_anew(line, &scanner).await?;
        }
        let unsettled = reconcile(line, &scanner, &Under::Root, FirstSight::Modified, true).await?;
        if whole {
            latecomers(line, &mut parts.watcher, unsettled, true).await?;
        }
        return Ok(());
    }
    let mut fresh = loop {
        match line.ledger.catalogue(None, 1).await {
            Ok(rows) => break rows.is_empty(),
            Err(fault) => line.wait_out(&fault).await?,
        }
    };
    let count = loop {
        running::await_root(line, &mut parts.watcher).await?;
        match first_scan(line, &mut parts.watcher, fresh).await? {
            Ok(count) => break count,
            // Whoever takes what is not there for empty would tell of all of it when it comes.
            Err(fault) if whole => {
                line.failure = Some(fault.to_string());
                return Err(Stopped);
            }
            Err(fault) => {
                warn!("the first scan met a fault and begins again: {fault}");
                fresh = false;
                tokio::time::sleep(RESCAN).await;
            }
        }
    };
    line.publish_all(true).await?;
    if count > 0 {
        info!("first start: articles read: {count}; they are published and no one was told of them; what comes from now on is told");
    }
    Ok(())
}

/// Reads the folder, writes the feeds, and returns. What is owed is sent by the next [`run`].
pub async fn build(config: Config) -> Result<Built, Critical> {
    let mut parts = open(Arc::new(config), Watcher::start).await?;
    let built = async {
        catch_up(&mut parts, true).await?;
        parts.line.catch_up(true).await?;
        // An article whose file is gone leaves the feeds only after its grace.
        running::settle_removals(&mut parts.line).await?;
        Archiving::new().finish(&mut parts.line).await?;
        parts.line.look_for_unused_files();
        if let Err(fault) = parts.line.pages.write().await {
            parts.line.failure = Some(fault.to_string());
            return Err(Stopped);
        }
        parts.line.remove_files().await
    };
    let built = built.await;
    parts.line.finish_siblings();
    if built.is_err() {
        return Err(Critical::Place(parts.line.failure.unwrap_or_else(|| "the build was broken off".to_owned())));
    }
    sitemapper(&parts).once().await.map_err(Critical::place)?;
    let summary = parts.ledger.summary().await.map_err(Critical::place)?;
    let errors = summary.diagnostics.iter().filter(|found| found.severity == crate::diagnostic::Severity::Error).count();
    if let Some(alarm) = summary.alarms.values().next() {
        return Err(Critical::Place(alarm.clone()));
    }
    Ok(Built { articles: summary.live, feeds: summary.feeds, errors })
}

/// Reads the folder into the catalogue and leaves feeds and the baseline's marker for a [`build`] to come.
pub(super) async fn read_all(config: Config) -> Result<(), Critical> {
    let mut parts = open(Arc::new(config), Watcher::start).await?;
    let fresh = parts.ledger.catalogue(None, 1).await.map_err(Critical::place)?.is_empty();
    match first_scan(&mut parts.line, &mut parts.watcher, fresh).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(fault)) => Err(Critical::place(fault)),
        Err(Stopped) => Err(Critical::Place(parts.line.failure.unwrap_or_else(|| "reading was broken off".to_owned()))),
    }
}

async fn open(config: Arc<Config>, watch: fn(PathBuf, Rules) -> Result<Watcher, WatchFault>) -> Result<Parts, Critical> {
    let LedgerPlace::Path(path) = &config.ledger;
    let engine = SqliteLedger::open(path, Instant::now()).map_err(Critical::place)?;
    // What a handle is woken for is its own, so dispatch has one to itself.
    let (ledger, for_dispatch): (Arc<dyn Ledger>, Arc<dyn Ledger>) = (Arc::new(engine.clone()), Arc::new(engine.clone()));
    let for_sitemaps = Arc::new(engine);
    let mut folder = Folder::open(config.feeds.path.clone()).map_err(Critical::place)?;
    folder.precompress(config.feeds.precompress.clone());
    let rules = reading::rules(&config, reader::concerns);
    let watcher = watch(config.articles.path.clone(), rules).map_err(Critical::place)?;
    let shutdown = CancellationToken::new();
    let (ready, readiness) = watch::channel(Readiness::default());
    let health = Health::new(ledger.clone(), ready);
    let shelf = Arc::new(Shelf::new());
    shelf.set_serving(Serving::of(&config));
    // Nothing is sent before the feeds are known to stand.
    let (floor, floor_now) = watch::channel(Sequence(0));
    let (folders, said_of_folders) = Folders::survey(&config);
    let (site, site_now) = watch::channel(Arc::new(Site::of(&config, Arc::default())));
    let line = Line::new(config, folders, site, ledger.clone(), folder, shelf.clone(), health, floor, shutdown.clone())
        .await
        .map_err(Critical::place)?;
    Ok(Parts {
        ledger,
        for_dispatch,
        for_sitemaps,
        line,
        watcher,
        shelf,
        site: site_now,
        said_of_folders,
        floor: floor_now,
        readiness,
        shutdown,
    })
}

/// Stops in order on the first signal; a second one ends the process at once.
async fn signals(shutdown: CancellationToken) {
    let (Ok(mut term), Ok(mut int)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) else {
        warn!("signals cannot be caught: the process ends without an orderly stop, and loses nothing by it");
        return;
    };
    tokio::select! {
        () = shutdown.cancelled() => return,
        _ = term.recv() => info!("SIGTERM: stopping"),
        _ = int.recv() => info!("SIGINT: stopping (once more ends it at once)"),
    }
    shutdown.cancel();
    tokio::spawn(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
        }
        std::process::exit(130);
    });
}

/// What a hangup needs.
struct Hangups {
    pings: watch::Sender<Option<Arc<indexnow::Settings>>>,
    reload: Reload,
    first: Arc<Config>,
    gate: Gate,
    ledger: Arc<dyn Ledger>,
    endpoints: watch::Sender<Arc<Endpoints>>,
    configs: mpsc::Sender<Arc<Config>>,
    shutdown: CancellationToken,
}

/// On SIGHUP, reads the certificate again, opens the access log anew, and takes on a new configuration; a bad one is refused and the old
/// one goes on.
async fn hangups(mut hangups: Hangups) {
    let Ok(mut hangup) = signal(SignalKind::hangup()) else { return };
    loop {
        tokio::select! {
            () = hangups.shutdown.cancelled() => return,
            _ = hangup.recv() => {}
        }
        systemd::reloading();
        hangups.gate.reload();
        match hangups.take_on().await {
            Ok(true) => info!("the configuration was read again"),
            Ok(false) => return,
            Err(why) => error!("the new configuration is refused, the old one goes on: {why}"),
        }
        systemd::serving("ready");
    }
}

impl Hangups {
    /// Whether there is still somebody to take it.
    async fn take_on(&mut self) -> Result<bool, String> {
        let fresh = (self.reload)().and_then(|config| fits(&self.first, config)).map(Arc::new)?;
        let taken = Endpoints::new(&fresh.webhooks, &fresh.delivery).map(Arc::new).map_err(|why| why.to_string())?;
        let pinged = indexnow::Settings::of(&fresh).map_err(|why| why.to_string())?.map(Arc::new);
        self.ledger.put_endpoints(EndpointKind::Webhook, taken.ids()).await.map_err(|fault| fault.to_string())?;
        self.pings.send_replace(pinged);
        self.endpoints.send_replace(taken);
        Ok(self.configs.send(fresh).await.is_ok())
    }
}

/// A running daemon keeps its folders, its ledger, and its server's addresses and limits.
fn fits(old: &Config, new: Config) -> Result<Config, String> {
    let moved = [
        ("articles.path", old.articles.path != new.articles.path),
        ("articles.ignore", old.articles.ignore_patterns != new.articles.ignore_patterns),
        ("articles.settle", old.articles.settle != new.articles.settle),
        ("articles.watch", old.articles.watch != new.articles.watch),
        ("articles.poll_interval", old.articles.poll_interval != new.articles.poll_interval),
        ("articles.follow_links_outside", old.articles.follow_links_outside != new.articles.follow_links_outside),
        ("feeds.path", old.feeds.path != new.feeds.path),
        ("ledger.path", old.ledger != new.ledger),
        ("server.listen", old.server.listen != new.server.listen),
        ("[tls]", old.server.tls != new.server.tls),
        ("[access_log]", old.server.access_log != new.server.access_log),
        ("[limits]", old.server.limits != new.server.limits),
        ("[server]", !old.server.opens_as(&new.server)),
    ];
    match moved.iter().find(|(_, moved)| *moved) {
        Some((key, _)) => Err(format!("{key} cannot change while newswire runs: restart it to move there")),
        None => Ok(new),
    }
}
