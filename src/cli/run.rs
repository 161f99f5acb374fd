//! `newswire run`

use std::path::Path;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::exit::Exit;
use super::{Common, runtime};
use crate::config::Config;
use crate::daemon::{self, Started};
use crate::settings::{self, Surroundings};

pub(super) fn run(common: &Common) -> Result<(), Exit> {
    let loaded = common.load()?;
    let overrides = common.overrides();
    let reload = Box::new(move || {
        let surroundings = Surroundings::of_process().map_err(|error| error.to_string())?;
        settings::load(&overrides, &surroundings).map(|loaded| loaded.config).map_err(|error| error.to_string())
    });
    let file = loaded.file.clone();
    allow_many_connections();
    runtime()?.block_on(daemon::run(loaded.config, reload, &|started| announce(&started, file.as_deref())))?;
    Ok(())
}

/// Every reader and every delivery takes a file descriptor; the usual soft limit of 1,024 is soon reached.
fn allow_many_connections() {
    let limit = getrlimit(Resource::Nofile);
    if limit.current < limit.maximum {
        // Where it is refused, the usual limit has to do.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
    }
}

/// Says in a few lines what is watched, written, served and told.
fn announce(started: &Started<'_>, file: Option<&Path>) {
    let config = started.config;
    let mut lines = vec![format!("newswire {} for {}", env!("CARGO_PKG_VERSION"), config.site.title)];
    lines.push(format!("  config   {}", file.map_or_else(|| "none, defaults only".to_owned(), shown)));
    lines.push(format!("  watches  {}", shown(&config.articles.path)));
    lines.push(format!("  writes   {} in {} ({})", feeds(config), shown(&config.feeds.path), formats(config)));
    if started.listening.is_empty() {
        lines.push("  serves   nothing (server.listen is \"off\")".to_owned());
    }
    lines.extend(started.listening.iter().map(|place| format!("  serves   {place}")));
    lines.push(match config.webhooks.as_slice() {
        [] => "  tells    no one yet: add a [[webhook]] to the config".to_owned(),
        hooks => {
            let named: Vec<String> = hooks.iter().map(|hook| format!("{} ({})", hook.name, hook.shown_url())).collect();
            format!("  tells    {}", named.join(", "))
        }
    });
    // Nothing depends on these lines being read.
    let _ = std::io::Write::write_all(&mut std::io::stdout(), (lines.join("\n") + "\n").as_bytes());
}

fn feeds(config: &Config) -> String {
    match config.feed.as_slice() {
        [one] => format!("the feed '{}'", one.name),
        several if several.len() <= 4 => {
            format!("the feeds {}", several.iter().map(|feed| format!("'{}'", feed.name)).collect::<Vec<_>>().join(", "))
        }
        many => format!("{} feeds", many.len()),
    }
}

fn formats(config: &Config) -> String {
    config.feeds.formats.iter().map(|format| format.extension()).collect::<Vec<_>>().join(", ")
}

/// A path as one would type it from here.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    match here.as_deref().and_then(|here| path.strip_prefix(here).ok()).filter(|rest| !rest.as_os_str().is_empty()) {
        Some(rest) => format!("./{}", rest.display()),
        None => path.display().to_string(),
    }
}
