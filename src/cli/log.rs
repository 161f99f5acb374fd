//! Logging: text for people, JSON for machines, on standard error.

use std::io::{BufWriter, IsTerminal as _};

use tracing::level_filters::LevelFilter;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;

use super::LogForm;

/// How many lines may wait to be written; whoever logs more waits for the terminal or the pipe.
const WAITING: usize = 8_192;

/// Starts logging; `verbose` and `quiet` count the flags. Lines are written by a thread of their own, many with one call where many
/// come: ten thousand articles at once would else wait for as many calls. What comes back writes the last of them when it is dropped.
pub(super) fn start(form: LogForm, verbose: u8, quiet: u8) -> WorkerGuard {
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
    let builder = NonBlockingBuilder::default().lossy(false).buffered_lines_limit(WAITING).thread_name("log");
    let (writer, rest) = builder.finish(BufWriter::new(std::io::stderr()));
    let logging = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    match form {
        LogForm::Json => logging.json().flatten_event(true).init(),
        LogForm::Text => logging.with_ansi(std::io::stderr().is_terminal()).with_target(false).compact().init(),
    }
    rest
}
