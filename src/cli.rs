//! One file a command: parse, call, print.

mod adopt;
mod build;
mod check;
mod completions;
mod confirm;
mod exit;
mod files;
mod init;
mod ledger;
mod log;
mod preview;
mod run;
mod status;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ArgAction, Parser, Subcommand, ValueEnum};

use exit::Exit;

use crate::settings::{self, Loaded, Overrides, Surroundings};

/// Turns a folder of articles into a wire service: RSS, Atom and JSON Feed within milliseconds, signed webhooks within a second.
#[derive(Debug, Parser)]
#[command(name = "newswire", version, about, max_term_width = 100, propagate_version = true)]
struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, clap::Args)]
struct Common {
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help = "The config file [default: $NEWSWIRE_CONFIG, else ./config/newswire.toml, else none]"
    )]
    config: Option<PathBuf>,
    /// The folder of articles
    #[arg(long, global = true, value_name = "DIR")]
    articles: Option<PathBuf>,
    /// The folder that feeds are written to
    #[arg(long, global = true, value_name = "DIR")]
    feeds: Option<PathBuf>,
    /// The site's URL, under which links and ids are made
    #[arg(long, global = true, value_name = "URL")]
    site: Option<String>,
    /// Where the ledger lies
    #[arg(long, global = true, value_name = "FILE|URL")]
    ledger: Option<String>,
    /// Where to serve feeds and pages, or 'off'
    #[arg(long, global = true, value_name = "ADDR|off")]
    listen: Option<String>,
    /// How to log, on standard error
    #[arg(long, global = true, value_name = "FORM", default_value = "text")]
    log: LogForm,
    /// Log more; twice, everything
    #[arg(short, long, global = true, action = ArgAction::Count)]
    verbose: u8,
    /// Log warnings and errors only; twice, errors only
    #[arg(short, long, global = true, action = ArgAction::Count, conflicts_with = "verbose")]
    quiet: u8,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LogForm {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Watch the articles, write the feeds, tell the endpoints (the default)
    Run,
    /// Read the articles and write the feeds once, then exit
    Build,
    /// Check the config and the articles; exit 1 where a file cannot be used
    Check(check::Arguments),
    /// Show how one file is understood
    Preview(preview::Arguments),
    /// Show articles, feeds, endpoints and what is owed to them
    Status(status::Arguments),
    /// Make a config and a first article
    Init(init::Arguments),
    /// Check a received webhook's signature
    Verify(verify::Arguments),
    /// Confirm that vanished articles are meant to go, or that a clock set ahead is right
    Confirm(confirm::Arguments),
    /// Take over ids, dates and places from the old feeds of a site that moves here
    Adopt(adopt::Arguments),
    /// See to the ledger itself
    #[command(subcommand)]
    Ledger(ledger::Command),
    /// Print completions for a shell
    Completions(completions::Arguments),
}

impl Common {
    fn overrides(&self) -> Overrides {
        Overrides {
            config: self.config.clone(),
            articles: self.articles.clone(),
            feeds: self.feeds.clone(),
            site: self.site.clone(),
            ledger: self.ledger.clone(),
            listen: self.listen.clone(),
            without_secrets: false,
        }
    }

    /// The settings, for a command that sends nothing: a missing secret is no more than a warning to it.
    fn load_without_secrets(&self) -> Result<Loaded, Exit> {
        Self::load_by(&Overrides { without_secrets: true, ..self.overrides() })
    }

    fn load(&self) -> Result<Loaded, Exit> {
        Self::load_by(&self.overrides())
    }

    fn load_by(overrides: &Overrides) -> Result<Loaded, Exit> {
        let surroundings =
            Surroundings::of_process().map_err(|error| Exit::place(format!("the working directory cannot be read: {error}")))?;
        let loaded = settings::load(overrides, &surroundings).map_err(Exit::config)?;
        for warning in &loaded.warnings {
            tracing::warn!("{warning}");
        }
        Ok(loaded)
    }
}

/// Parses the command line, does what it says, and gives the exit code: 0 done; 1 the work found errors; 2 the command line or
/// the config is wrong; 3 the place is not usable.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let log = log::start(arguments.common.log, arguments.common.verbose, arguments.common.quiet);
    let common = arguments.common;
    let done = match arguments.command.unwrap_or(Command::Run) {
        Command::Run => run::run(&common),
        Command::Build => build::build(&common),
        Command::Check(arguments) => check::check(&common, &arguments),
        Command::Preview(arguments) => preview::preview(&common, &arguments),
        Command::Status(arguments) => status::status(&common, &arguments),
        Command::Init(arguments) => init::init(&arguments),
        Command::Verify(arguments) => verify::verify(&common, &arguments),
        Command::Confirm(arguments) => confirm::confirm(&common, &arguments),
        Command::Adopt(arguments) => adopt::adopt(&common, &arguments),
        Command::Ledger(command) => ledger::ledger(&common, &command),
        Command::Completions(arguments) => completions::completions(&arguments),
    };
    // Before what is said last.
    drop(log);
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(exit) => exit.code(),
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, Exit> {
    tokio::runtime::Runtime::new().map_err(|error| Exit::place(format!("no threads can be started: {error}")))
}
