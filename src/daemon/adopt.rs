//! Moving in: takes over ids, dates and places from old feeds, as the catalogue stands while no daemon runs.
//!
//! - `fetch`: an old feed from a URL or a file, bounded
//! - `catalogue`: the articles that items may be
//! - `plan`: what is taken over, and what is left alone
//! - `place`: where the old feed stood, and what may stand for it

mod catalogue;
mod fetch;
mod place;
mod plan;

pub use fetch::{FetchFault, OldSource, fetch};
pub use plan::{Change, Item, OldPlace, Outcome, Plan, Taken};

pub(super) use place::is_own_feed;
pub(super) use plan::{Wanted, adoptions, outcomes, plan};

use crate::article::FeedName;
use crate::config::{Config, LedgerPlace};
use crate::instant::Instant;
use crate::ledger::sqlite::SqliteLedger;
use crate::ledger::{Fault, Ledger};

use super::fault::Critical;

/// What the operator asks for.
#[derive(Clone, Debug, Default)]
pub struct Moving {
    /// The feed that follows the old one; the one that has every article where not given.
    pub feed: Option<FeedName>,
    /// Places of the old feed; its own URL's where none is given.
    pub aliases: Vec<String>,
    /// Places that shall be aliases no longer.
    pub without: Vec<String>,
    /// Whether it is done, or only said what would be.
    pub apply: bool,
}

/// Finds out what old feeds hand over, and takes it over where `moving.apply` says so. Nothing is changed otherwise.
pub async fn adopt(config: &Config, old: Vec<OldSource>, moving: &Moving) -> Result<Plan, Critical> {
    let LedgerPlace::Path(path) = &config.ledger;
    if !path.exists() {
        let message = format!("there is no ledger at {}: run 'newswire build' first, which reads the articles", path.display());
        return Err(Critical::Place(message));
    }
    let ledger = if moving.apply { SqliteLedger::open(path, Instant::now()) } else { SqliteLedger::open_read_only(path) };
    let ledger = ledger.map_err(|fault| match fault {
        Fault::Incompatible(why) if moving.apply => Critical::Place(format!("nothing was changed: {why}")),
        fault => Critical::place(fault),
    })?;
    if !ledger.state().await.map_err(Critical::place)?.baseline_complete {
        return Err(Critical::place("the articles were not read to the end yet: run 'newswire build' first"));
    }
    let wanted = Wanted { feed: moving.feed.clone(), aliases: moving.aliases.clone(), without: moving.without.clone() };
    let plan = plan(&ledger, config, old, wanted).await?;
    if moving.apply {
        ledger.adopt(plan.adoptions()).await.map_err(Critical::place)?;
    }
    Ok(plan)
}
