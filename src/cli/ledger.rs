//! `newswire ledger`

use std::io::Write as _;

use serde_json::json;

use super::adopt::{counts, name};
use super::exit::Exit;
use super::{Common, runtime};
use crate::daemon::adopt::Outcome;
use crate::daemon::rebuild::{self, Rebuilt};

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Make a lost ledger anew: read the articles, and bring ids and dates back from the feeds as they were last written
    Rebuild {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

pub(super) fn ledger(common: &Common, command: &Command) -> Result<(), Exit> {
    match command {
        Command::Rebuild { json } => rebuild(common, *json),
    }
}

fn rebuild(common: &Common, as_json: bool) -> Result<(), Exit> {
    let loaded = common.load_without_secrets()?;
    let rebuilt = runtime()?.block_on(rebuild::rebuild(loaded.config))?;
    let lost = lost(&rebuilt);
    let counts = counts(&rebuilt.items);
    let mut out = std::io::stdout().lock();
    if as_json {
        let report = json!({
            "files": rebuilt.files,
            "articles": rebuilt.articles,
            "brought_back": counts.changed + counts.same,
            "left_alone": left(&rebuilt),
            "feeds": rebuilt.feeds,
            "feeds_anew": rebuilt.feeds_anew,
            "unreadable": rebuilt.unreadable,
            "not_brought_back": lost,
        });
        serde_json::to_writer_pretty(&mut out, &report).map_err(std::io::Error::from)?;
        writeln!(out)?;
        return Ok(());
    }
    writeln!(out, "read         {} feed files, {} articles", rebuilt.files, rebuilt.articles)?;
    writeln!(out, "brought back ids and dates of {} articles, ids of {} feeds", counts.changed + counts.same, rebuilt.feeds.len())?;
    for line in rebuilt.unreadable.iter().map(|why| format!("unreadable   {why}")) {
        writeln!(out, "{line}")?;
    }
    for line in left(&rebuilt) {
        writeln!(out, "left alone   {line}")?;
    }
    for line in lost {
        writeln!(out, "not brought back: {line}")?;
    }
    Ok(())
}

fn left(rebuilt: &Rebuilt) -> Vec<String> {
    let one = |item: &crate::daemon::adopt::Item| match &item.outcome {
        Outcome::Left(why) => Some(format!("{}: {why}", name(&item.old))),
        Outcome::Change(..) | Outcome::Same(..) | Outcome::Again => None,
    };
    rebuilt.items.iter().filter_map(one).collect()
}

/// What no feed tells.
fn lost(rebuilt: &Rebuilt) -> Vec<String> {
    let counts = counts(&rebuilt.items);
    let elsewhere = rebuilt.articles.saturating_sub(counts.changed + counts.same);
    let mut lost = Vec::new();
    if elsewhere > 0 {
        lost.push(format!(
            "{elsewhere} articles that stand in no feed: their ids and dates are made from their files, and may be others than before; what they took over from \
             old feeds comes back by another 'newswire adopt'"
        ));
    }
    if !rebuilt.feeds_anew.is_empty() {
        let names: Vec<&str> = rebuilt.feeds_anew.iter().map(crate::article::FeedName::as_str).collect();
        lost.push(format!("the own ids of the feeds {}, which only their Atom files tell", names.join(", ")));
    }
    lost.extend(
        [
            "revisions: they begin at 1 again, so receivers of webhooks that keep revisions must forget theirs",
            "bulletins, deliveries that were owed, attempts; endpoints count from now on",
            "withdrawn articles: their pages answer 404, not 410",
            "the order of news that was released later than it is dated: it stands by its date",
            "old feeds' places: name them again with 'newswire adopt OLD_FEED --alias PATH --apply'",
        ]
        .map(str::to_owned),
    );
    lost
}
