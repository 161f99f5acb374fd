//! `newswire confirm`

use super::exit::Exit;
use super::{Common, runtime};
use crate::config::LedgerPlace;
use crate::daemon;
use crate::ledger::Ledger as _;
use crate::ledger::sqlite::SqliteLedger;

pub(super) fn confirm(common: &Common) -> Result<(), Exit> {
    let loaded = common.load_without_secrets()?;
    let LedgerPlace::Path(ledger) = &loaded.config.ledger;
    if !ledger.exists() {
        return Err(Exit::place(format!("there is no ledger at {}: nothing waits to be confirmed", ledger.display())));
    }
    let alarms = runtime()?.block_on(async { SqliteLedger::open_read_only(ledger)?.summary().await }).map_err(Exit::place)?.alarms;
    if !alarms.contains_key(daemon::MASS_REMOVAL) {
        return Err(Exit::place("no articles have vanished all at once: nothing waits to be confirmed"));
    }
    let file = daemon::confirmation(ledger);
    std::fs::write(&file, []).map_err(|error| Exit::place(format!("{} cannot be written: {error}", file.display())))?;
    println!("confirmed: a running newswire withdraws the articles that vanished within a second, another at its next start");
    Ok(())
}
