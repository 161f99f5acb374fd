//! Logging: text for people, JSON for machines, on standard error.

use std::io::IsTerminal as _;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;

use super::LogForm;

/// Starts logging; `verbose` and `quiet` count the flags.
pub(super) fn start(form: LogForm, verbose: u8, quiet: u8) {
    let own = match (verbose, quiet) {
        (0, 0) => LevelFilter::INFO,
        (0, 1) => LevelFilter::WARN,
        (0, _) => LevelFilter::ERROR,
        (1, _) => LevelFilter::DEBUG,
        (_, _) => LevelFilter::TRACE,
    };
    // Libraries speak only when something is wrong, and never of addresses that carry tokens.
    let libraries = if quiet > 1 { "error" } else { "warn" };
    let filter = EnvFilter::new(format!("{libraries},newswire={own},hyper=error,reqwest=error"));
    let logging = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match form {
        LogForm::Json => logging.json().flatten_event(true).init(),
        LogForm::Text => logging.with_ansi(std::io::stderr().is_terminal()).with_target(false).compact().init(),
    }
}
