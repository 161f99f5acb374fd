//! `newswire confirm`

use std::path::Path;

use clap::ValueEnum;

use super::exit::Exit;
use super::{Common, runtime};
use crate::config::LedgerPlace;
use crate::daemon;
use crate::ledger::Ledger as _;
use crate::ledger::sqlite::SqliteLedger;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// What is confirmed; may be left out where only one alarm waits for it
    what: Option<What>,
}

/// An alarm that waits to be confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    /// Articles that vanished all at once are meant to go
    Removals,
    /// The clock, which jumped ahead, is right
    Clock,
}

impl What {
    const ALL: [Self; 2] = [Self::Removals, Self::Clock];

    const fn alarm(self) -> &'static str {
        match self {
            Self::Removals => daemon::MASS_REMOVAL,
            Self::Clock => daemon::CLOCK_JUMPED,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Removals => "removals",
            Self::Clock => "clock",
        }
    }

    /// Why there is nothing to confirm.
    const fn absent(self) -> &'static str {
        match self {
            Self::Removals => "no articles have vanished all at once",
            Self::Clock => "the clock has not jumped ahead",
        }
    }

    fn file(self, ledger: &Path) -> std::path::PathBuf {
        match self {
            Self::Removals => daemon::confirmation(ledger),
            Self::Clock => daemon::clock_confirmation(ledger),
        }
    }

    const fn follows(self) -> &'static str {
        match self {
            Self::Removals => "a running newswire withdraws the articles that vanished within a second, another at its next start",
            Self::Clock => "a running newswire releases what the clock has brought within a second, another at its next start",
        }
    }
}

pub(super) fn confirm(common: &Common, arguments: &Arguments) -> Result<(), Exit> {
    let loaded = common.load_without_secrets()?;
    let LedgerPlace::Path(ledger) = &loaded.config.ledger;
    if !ledger.exists() {
        return Err(Exit::place(format!("there is no ledger at {}: nothing waits to be confirmed", ledger.display())));
    }
    let alarms = runtime()?.block_on(async { SqliteLedger::open_read_only(ledger)?.summary().await }).map_err(Exit::place)?.alarms;
    let waiting: Vec<What> = What::ALL.into_iter().filter(|what| alarms.contains_key(what.alarm())).collect();
    let what = match (arguments.what, &waiting[..]) {
        (Some(what), waiting) if waiting.contains(&what) => what,
        (Some(what), _) => return Err(Exit::place(format!("{}: nothing waits to be confirmed", what.absent()))),
        (None, [only]) => *only,
        (None, []) => {
            let absent = What::ALL.map(What::absent).join(", and ");
            return Err(Exit::place(format!("{absent}: nothing waits to be confirmed")));
        }
        (None, several) => {
            let commands: Vec<String> = several.iter().map(|what| format!("'newswire confirm {}'", what.name())).collect();
            let why: Vec<&str> = several.iter().filter_map(|what| alarms.get(what.alarm())).map(String::as_str).collect();
            return Err(Exit::place(format!("say what is confirmed, {}; {}", commands.join(" or "), why.join("; "))));
        }
    };
    let file = what.file(ledger);
    std::fs::write(&file, []).map_err(|error| Exit::place(format!("{} cannot be written: {error}", file.display())))?;
    println!("confirmed: {}", what.follows());
    Ok(())
}
