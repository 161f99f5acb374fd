//! When to ping.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};

use super::answer::Verdict;
use super::pages::Pages;
use super::request::ping;
use super::settings::Settings;
use crate::article::Sequence;
use crate::dispatch::Clock;
use crate::ledger::{Fault, Ledger, Mark};

/// How long changes are gathered before the first of them is told.
const GATHER: Duration = Duration::from_secs(2);
/// The least rest between two pings that were taken: search engines answer 429 to who pings for each page by itself.
const REST: Duration = Duration::from_secs(10);
/// How many pages one ping names at most; the protocol allows ten thousand.
const MOST_PAGES: usize = 1_000;
/// How many bulletins are read at once: each carries its article's text.
const PAGE: usize = 32;
/// What is older is told no more: search engines have found it by the sitemap.
const STALE: Duration = Duration::from_hours(48);
/// How long to wait when the ledger fails.
const TROUBLE: Duration = Duration::from_secs(5);

/// What one round came to.
enum Round {
    /// Nothing is to be told.
    Idle,
    /// It was told, or given up.
    Done,
    /// Again after this long.
    Again(Duration),
}

/// Tells of bulletins up to `floor`, whose feeds stand, until `shutdown`. `settings` is swapped whole when the config is reloaded.
pub async fn run(
    ledger: Arc<dyn Ledger>,
    mut settings: watch::Receiver<Option<Arc<Settings>>>,
    mut floor: watch::Receiver<Sequence>,
    shutdown: CancellationToken,
    clock: Clock,
) {
    let mut failed = 0;
    loop {
        let now = settings.borrow_and_update().clone();
        let upto = *floor.borrow_and_update();
        let round = match &now {
            None => Ok(Round::Idle),
            Some(settings) => round(&*ledger, settings, upto, &clock, &mut failed).await,
        };
        let wait = match round {
            Ok(Round::Idle) => None,
            Ok(Round::Done) => Some(REST),
            Ok(Round::Again(wait)) => Some(wait),
            Err(fault) => {
                debug!("search engines are told once the ledger answers: {fault}");
                Some(TROUBLE)
            }
        };
        if let Some(wait) = wait {
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(wait) => {}
                // What was wrong may be mended by it.
                Ok(()) = settings.changed() => failed = 0,
            }
            continue;
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            Ok(()) = settings.changed() => {}
            Ok(()) = floor.changed() => {}
        }
        if now.is_some() {
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(GATHER) => {}
            }
        }
    }
}

/// One ping for what was not told yet.
async fn round(ledger: &dyn Ledger, settings: &Settings, upto: Sequence, clock: &Clock, failed: &mut u32) -> Result<Round, Fault> {
    let Some(told) = ledger.mark(Mark::IndexNow).await? else {
        // From now on: what was published before is for the sitemap to say.
        let sequence = ledger.state().await?.sequence;
        ledger.put_mark(Mark::IndexNow, number(sequence)).await?;
        return Ok(Round::Again(Duration::ZERO));
    };
    let mut at = Sequence(told.unsigned_abs());
    let fresh = (clock)().minus(STALE);
    let mut pages = Pages::default();
    while at < upto && pages.links().len() < MOST_PAGES {
        let mut bulletins = ledger.bulletins(at, upto, PAGE).await?;
        at = bulletins.last().filter(|_| bulletins.len() == PAGE).map_or(upto, |last| last.sequence);
        bulletins.retain(|bulletin| bulletin.at > fresh);
        pages.add(&settings.site, &bulletins);
    }
    if pages.links().is_empty() {
        if at > Sequence(told.unsigned_abs()) {
            ledger.put_mark(Mark::IndexNow, number(at)).await?;
        }
        return Ok(Round::Idle);
    }
    let (count, endpoint) = (pages.links().len(), settings.shown());
    match ping(settings, pages.links(), (clock)()).await {
        Verdict::Taken => info!("told search engines by {endpoint} of {count} pages"),
        Verdict::Later { why, asked } => {
            *failed += 1;
            if let Some(wait) = settings.schedule.wait(*failed, rand::random_range(0.0..=1.0), asked) {
                warn!("search engines were not told of {count} pages: {endpoint} {why}; next try in {wait:?}");
                return Ok(Round::Again(wait));
            }
            error!("search engines are not told of {count} pages: given up after {failed} attempts: {endpoint} {why}");
        }
        Verdict::Refused { why } => error!("search engines are not told of {count} pages: {endpoint} {why}"),
    }
    *failed = 0;
    ledger.put_mark(Mark::IndexNow, number(at)).await?;
    Ok(Round::Done)
}

fn number(sequence: Sequence) -> i64 {
    i64::try_from(sequence.0).unwrap_or(i64::MAX)
}
