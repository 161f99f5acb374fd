//! `newswire confirm`

use super::Common;
use super::exit::Exit;
use crate::config::LedgerPlace;
use crate::daemon;

pub(super) fn confirm(common: &Common) -> Result<(), Exit> {
    let loaded = common.load()?;
    let LedgerPlace::Path(ledger) = &loaded.config.ledger;
    if !ledger.exists() {
        return Err(Exit::place(format!("there is no ledger at {}: nothing waits to be confirmed", ledger.display())));
    }
    let file = daemon::confirmation(ledger);
    std::fs::write(&file, []).map_err(|error| Exit::place(format!("{} cannot be written: {error}", file.display())))?;
    println!("confirmed: a running newswire withdraws the articles that vanished within a second, another at its next start");
    Ok(())
}
