//! `newswire adopt`

use std::io::Write as _;

use serde_json::{Value, json};

use super::exit::Exit;
use super::{Common, runtime};
use crate::adopt::{By, OldItem};
use crate::article::{Entry, FeedName};
use crate::daemon::adopt::{self, FetchFault, Item, Moving, OldPlace, Outcome, Plan};
use crate::instant::Instant;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The old feed's URL, or a file that holds it: RSS, Atom or JSON Feed; several where the old site had several
    #[arg(value_name = "OLD_FEED_OR_FILE", required_unless_present = "no_alias")]
    old: Vec<String>,
    /// Do it; without, nothing is changed
    #[arg(long)]
    apply: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[arg(long, value_name = "NAME", help = "The feed that follows the old one [default: the one that has every article]")]
    feed: Option<String>,
    #[arg(
        long,
        value_name = "PATH",
        help = "A path of the old feed, which the server sends on to the new one [default: that of its URL, where that is the site's]"
    )]
    alias: Vec<String>,
    /// A path that shall be sent on no longer
    #[arg(long, value_name = "PATH")]
    no_alias: Vec<String>,
}

pub(super) fn adopt(common: &Common, arguments: &Arguments) -> Result<(), Exit> {
    let loaded = common.load_without_secrets()?;
    let feed = arguments.feed.as_deref().map(FeedName::parse).transpose().map_err(|error| Exit::config(format!("--feed: {error}")))?;
    let moving = Moving { feed, aliases: arguments.alias.clone(), without: arguments.no_alias.clone(), apply: arguments.apply };
    let plan = runtime()?.block_on(async {
        let mut old = Vec::with_capacity(arguments.old.len());
        for name in &arguments.old {
            old.push(adopt::fetch(name).await?);
        }
        Ok::<_, Exit>(adopt::adopt(&loaded.config, old, &moving).await?)
    })?;
    let mut out = std::io::stdout().lock();
    if arguments.json {
        serde_json::to_writer_pretty(&mut out, &as_json(&plan, arguments.apply)).map_err(std::io::Error::from)?;
        writeln!(out)?;
    } else {
        out.write_all(as_text(&plan, arguments.apply).as_bytes())?;
    }
    Ok(())
}

impl From<FetchFault> for Exit {
    fn from(fault: FetchFault) -> Self {
        match fault {
            FetchFault::Place(message) => Self::Place(message),
            FetchFault::Content(message) => {
                eprintln!("newswire: {message}");
                Self::Found
            }
        }
    }
}

/// How much of a title or id a line shows, in characters.
const SHOWN: usize = 60;

pub(super) fn brief(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().count() <= SHOWN { text } else { text.chars().take(SHOWN - 1).chain(['…']).collect() }
}

/// How an item is called: by its title, else by its link, else by its id.
pub(super) fn name(item: &OldItem) -> String {
    let title = item.title.as_deref().or(item.links.first().map(String::as_str)).unwrap_or(&item.id);
    if title.is_empty() { "an item without title, link and id".to_owned() } else { brief(title) }
}

const fn by(by: By) -> &'static str {
    match by {
        By::Id => "id",
        By::Link => "link",
        By::Title => "title",
    }
}

/// How many items came to each end.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) changed: usize,
    pub(super) same: usize,
    pub(super) left: usize,
    pub(super) again: usize,
}

pub(super) fn counts(items: &[Item]) -> Counts {
    items.iter().fold(Counts::default(), |mut counts, item| {
        match &item.outcome {
            Outcome::Change(..) => counts.changed += 1,
            Outcome::Same(..) => counts.same += 1,
            Outcome::Left(_) => counts.left += 1,
            Outcome::Again => counts.again += 1,
        }
        counts
    })
}

fn plural(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

fn as_text(plan: &Plan, applied: bool) -> String {
    let mut lines = Vec::new();
    for (name, format, title, items) in &plan.sources {
        let title = title.as_deref().map_or_else(String::new, |title| format!(", \"{}\"", brief(title)));
        lines.push(format!("{name}: {format}{title}, {}", plural(*items, "item")));
    }
    lines.push(String::new());
    for item in &plan.items {
        match &item.outcome {
            Outcome::Change(found, change) => {
                lines.push(format!("takes over  {} (by {})", change.before.path, by(*found)));
                lines.extend(differences(&change.before, &change.after).into_iter().map(|line| format!("            {line}")));
            }
            Outcome::Same(found, path) => lines.push(format!("as it is    {path} (by {})", by(*found))),
            Outcome::Left(why) => {
                lines.push(format!("left alone  {}", name(&item.old)));
                lines.push(format!("            {why}"));
            }
            Outcome::Again => {}
        }
    }
    let counts = counts(&plan.items);
    lines.push(String::new());
    if let Some(taken) = &plan.feed_id {
        lines.push(format!("feed id     '{}' takes over {} (was {})", taken.feed, taken.after, taken.before));
    }
    lines.extend(plan.aliases.iter().map(|OldPlace { alias, file }| {
        let file = match file {
            Some(file) => format!("and, for static hosts, is the file {file} among the feeds"),
            None => "on the built-in server; another has to be told so".to_owned(),
        };
        format!("old place   {} leads to the feed {}.{} {file}", alias.place, alias.feed, alias.format.extension())
    }));
    lines.extend(
        plan.without
            .iter()
            .map(|place| format!("no place    {place} is sent on no longer; a file that was written there stays until you remove it")),
    );
    lines.extend(plan.notes.iter().map(|note| format!("note        {note}")));
    let repeated = if counts.again == 0 { String::new() } else { format!(", {} repeated", counts.again) };
    lines.push(format!("items       {} to take over, {} as they are, {} left alone{repeated}", counts.changed, counts.same, counts.left));
    lines.push(format!("articles    {}, {} without an item", plan.articles, plan.without_item));
    lines.push(if applied {
        "done: the feeds show it as soon as newswire runs".to_owned()
    } else {
        "nothing was changed: stop newswire and give --apply to do this".to_owned()
    });
    lines.join("\n") + "\n"
}

fn differences(before: &Entry, after: &Entry) -> Vec<String> {
    let mut lines = Vec::new();
    if before.id != after.id {
        lines.push(format!("id         {} (was {})", after.id, before.id));
    }
    let mut date = |name: &str, before: Instant, after: Instant| {
        if before != after {
            lines.push(format!("{name} {} (was {})", after.rfc3339(), before.rfc3339()));
        }
    };
    date("published ", before.published, after.published);
    date("updated   ", before.updated, after.updated);
    lines
}

fn as_json(plan: &Plan, applied: bool) -> Value {
    let counts = counts(&plan.items);
    json!({
        "applied": applied,
        "sources": plan.sources.iter().map(|(name, format, title, items)| {
            json!({"name": name, "format": format, "title": title, "items": items})
        }).collect::<Vec<_>>(),
        "counts": {
            "take_over": counts.changed,
            "as_they_are": counts.same,
            "left_alone": counts.left,
            "repeated": counts.again,
            "articles": plan.articles,
            "articles_without_item": plan.without_item,
        },
        "items": plan.items.iter().map(item_json).collect::<Vec<_>>(),
        "feed_id": plan.feed_id.as_ref().map(|taken| json!({"feed": taken.feed, "before": taken.before, "after": taken.after})),
        "aliases": plan.aliases.iter().map(|OldPlace { alias, file }| {
            json!({"place": alias.place, "feed": alias.feed, "format": alias.format, "file": file})
        }).collect::<Vec<_>>(),
        "without": plan.without,
        "notes": plan.notes,
    })
}

fn item_json(item: &Item) -> Value {
    let old = &item.old;
    let row = |entry: &Entry| json!({"id": entry.id, "published": entry.published.rfc3339(), "updated": entry.updated.rfc3339()});
    let outcome = match &item.outcome {
        Outcome::Change(found, change) => json!({
            "outcome": "take-over", "by": found, "article": change.before.path.to_string(),
            "before": row(&change.before), "after": row(&change.after),
        }),
        Outcome::Same(found, path) => json!({"outcome": "as-it-is", "by": found, "article": path.to_string()}),
        Outcome::Left(why) => json!({"outcome": "left-alone", "reason": why.name(), "why": why.to_string()}),
        Outcome::Again => json!({"outcome": "repeated"}),
    };
    let mut all = json!({
        "id": old.id,
        "link": old.links.first(),
        "title": old.title,
        "published": old.published.map(Instant::rfc3339),
        "updated": old.updated.map(Instant::rfc3339),
    });
    if let (Value::Object(all), Value::Object(outcome)) = (&mut all, outcome) {
        all.extend(outcome);
    }
    all
}
