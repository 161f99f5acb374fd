//! What is taken over from old feeds, and what is left alone.

use std::collections::HashMap;

use url::Url;

use super::catalogue;
use super::fetch::OldSource;
use super::place;
use crate::adopt::{By, Finding, Matching, OldFormat, OldItem, Why, taken_over};
use crate::article::{ArticleId, Entry, EntryKey, FeedName, Link, SourcePath};
use crate::config::{Config, Format, Selection};
use crate::daemon::fault::Critical;
use crate::instant::Instant;
use crate::ledger::{Adoption, Adoptions, Alias, Fault, FeedRow, Known, Ledger};
use crate::publish;

/// What is asked for beside the items.
pub(in crate::daemon) struct Wanted {
    pub(in crate::daemon) feed: Option<FeedName>,
    pub(in crate::daemon) aliases: Vec<String>,
    pub(in crate::daemon) without: Vec<String>,
}

/// An article's row before and after.
#[derive(Clone, Debug)]
pub struct Change {
    /// As it is.
    pub before: Entry,
    /// As it shall be.
    pub after: Entry,
}

/// What becomes of an item.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Its article takes something over.
    Change(By, Box<Change>),
    /// Its article has its id and dates already.
    Same(By, SourcePath),
    /// It is left alone.
    Left(Why),
    /// It stood in the old feeds before.
    Again,
}

/// An item of the old feeds.
#[derive(Clone, Debug)]
pub struct Item {
    /// As it was given.
    pub old: OldItem,
    /// What becomes of it.
    pub outcome: Outcome,
}

/// A feed's own id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The feed.
    pub feed: FeedName,
    /// Its id as it is.
    pub before: ArticleId,
    /// As it shall be.
    pub after: ArticleId,
}

/// A place where an old feed stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OldPlace {
    /// What stands for it.
    pub alias: Alias,
    /// The file under the feeds folder that is written for static hosts, where one can stand there.
    pub file: Option<String>,
}

/// Everything that is, or would be, taken over.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The old feeds: their names, formats, titles, numbers of items.
    pub sources: Vec<(String, OldFormat, Option<String>, usize)>,
    /// Their items.
    pub items: Vec<Item>,
    /// How many articles there are here.
    pub articles: usize,
    /// How many of those no item is.
    pub without_item: usize,
    /// The feed's own id, where that changes.
    pub feed_id: Option<Taken>,
    /// Places that become aliases.
    pub aliases: Vec<OldPlace>,
    /// Places that are aliases no longer.
    pub without: Vec<String>,
    /// What else there is to say.
    pub notes: Vec<String>,
    rows: Vec<FeedRow>,
}

impl Plan {
    /// What the ledger is to take.
    pub(in crate::daemon) fn adoptions(&self) -> Adoptions {
        Adoptions {
            articles: adoptions(&self.items),
            feeds: self.rows.clone(),
            aliases: self.aliases.iter().map(|place| place.alias.clone()).collect(),
            without: self.without.clone(),
        }
    }
}

/// Lays old feeds and catalogue side by side.
pub(in crate::daemon) async fn plan(ledger: &dyn Ledger, config: &Config, old: Vec<OldSource>, wanted: Wanted) -> Result<Plan, Critical> {
    let feed = following(config, wanted.feed.as_ref())?;
    let mut notes = Vec::new();
    let aliases = aliases(config, &old, &wanted.aliases, &feed, &mut notes)?;
    for alias in &aliases {
        let link = config.site.url.join(&alias.place).ok().and_then(|url| Link::of_url(url).ok());
        let holder = ledger.entries(link.map(EntryKey::Link).into_iter().collect()).await.map_err(Critical::place)?;
        if let Some(holder) = holder.first() {
            return Err(Critical::Config(format!("'{}' is the link of {}: it cannot stand for an old feed", alias.place, holder.path)));
        }
    }
    let placed = |alias: Alias| OldPlace { file: publish::alias_file(&alias, &config.feeds.url), alias };
    let aliases = aliases.into_iter().map(placed).collect();
    let without = wanted.without.iter().map(|text| place::parse(text, config)).collect::<Result<Vec<_>, _>>().map_err(Critical::Config)?;
    let base = old.iter().find_map(|source| source.url.clone().or_else(|| Url::parse(source.feed.own_url.as_ref()?).ok()));
    let sources = old.iter().map(|one| (one.name.clone(), one.feed.format, one.feed.title.clone(), one.feed.items.len())).collect();
    for source in old.iter().filter(|source| source.feed.damaged) {
        notes.push(format!("{}: some bytes are not of its encoding; items whose ids hold any are left alone", source.name));
    }
    let own_id = old.iter().find_map(|source| source.feed.id.clone());
    let items: Vec<OldItem> = old.into_iter().flat_map(|source| source.feed.items).collect();
    for item in items.iter().filter(|item| item.unreadable_date.is_some()).take(10) {
        let date = item.unreadable_date.as_deref().unwrap_or_default();
        notes.push(format!("the date '{date}' of '{}' cannot be read; the article keeps its own", item.id));
    }

    let (items, articles) = outcomes(ledger, config, items, base.as_ref()).await.map_err(Critical::place)?;
    let matched = items.iter().filter(|item| matches!(item.outcome, Outcome::Change(..) | Outcome::Same(..))).count();
    let mut feed_rows = ledger.feeds().await.map_err(Critical::place)?;
    feed_rows.retain(|row| row.name == feed);
    let feed_id = feed_rows.first_mut().and_then(|row| take_id(row, own_id.as_deref(), &mut notes));
    if moves_links(config, &items) {
        // As after a change of the link pattern: what stands in feeds is placed anew at the next start.
        for row in &mut feed_rows {
            row.selection = [0; 16];
        }
    } else if feed_id.is_none() {
        feed_rows.clear();
    }
    Ok(Plan { sources, items, articles, without_item: articles.saturating_sub(matched), feed_id, aliases, without, notes, rows: feed_rows })
}

/// What becomes of each item, and how many articles there are here. Relative links of the old feed lie under `base`.
pub(in crate::daemon) async fn outcomes(
    ledger: &dyn Ledger,
    config: &Config,
    items: Vec<OldItem>,
    base: Option<&Url>,
) -> Result<(Vec<Item>, usize), Fault> {
    let candidates = catalogue::candidates(ledger).await?;
    let articles = candidates.len();
    let mut matching = Matching::new(&items, base.unwrap_or(&config.site.url).clone(), candidates);
    catalogue::learn(ledger, config, &mut matching).await?;
    let findings = matching.decide();
    let ids = findings.iter().filter_map(|finding| match finding {
        Finding::Matched(matched) => Some(matching.candidates()[matched.candidate].id.clone()),
        Finding::Left(_) | Finding::Again => None,
    });
    let mut rows = catalogue::rows(ledger, ids.collect()).await?;
    let now = Instant::now();
    let outcomes: Vec<Outcome> =
        findings.into_iter().zip(&items).map(|(finding, item)| outcome(finding, item, &matching, &mut rows, now)).collect();
    drop(matching);
    Ok((items.into_iter().zip(outcomes).map(|(old, outcome)| Item { old, outcome }).collect(), articles))
}

/// What the ledger is to take of these.
pub(in crate::daemon) fn adoptions(items: &[Item]) -> Vec<Adoption> {
    let changes = items.iter().filter_map(|item| match &item.outcome {
        Outcome::Change(_, change) => Some(&**change),
        Outcome::Same(..) | Outcome::Left(_) | Outcome::Again => None,
    });
    let one = |change: &Change| Adoption {
        was: change.before.id.clone(),
        known: Known { revision: change.before.revision, stamp: change.before.stamp, state: change.before.state.clone() },
        entry: change.after.clone(),
    };
    changes.map(one).collect()
}

fn outcome(finding: Finding, item: &OldItem, matching: &Matching<'_>, rows: &mut HashMap<ArticleId, Entry>, now: Instant) -> Outcome {
    let matched = match finding {
        Finding::Left(why) => return Outcome::Left(why),
        Finding::Again => return Outcome::Again,
        Finding::Matched(matched) => matched,
    };
    let candidate = &matching.candidates()[matched.candidate];
    let Some(before) = rows.remove(&candidate.id) else { return Outcome::Left(Why::NoArticle) };
    let after = taken_over(&before, &matched.id, item, now);
    if after == before { Outcome::Same(matched.by, before.path) } else { Outcome::Change(matched.by, Box::new(Change { before, after })) }
}

/// The feed that follows the old one.
fn following(config: &Config, named: Option<&FeedName>) -> Result<FeedName, Critical> {
    let known = || config.feed.iter().map(|feed| format!("'{}'", feed.name)).collect::<Vec<_>>().join(", ");
    let found = match named {
        Some(name) => config.feed.iter().find(|feed| feed.name == *name),
        None => config.feed.iter().find(|feed| feed.select == Selection::All).or(config.feed.first()),
    };
    found.map(|feed| feed.name.clone()).ok_or_else(|| {
        let name = named.map_or_else(String::new, |name| format!(" named '{name}'"));
        Critical::Config(format!("there is no feed{name}; there are {}", known()))
    })
}

/// The feed's own id after the old one's, where it has one and that is another.
fn take_id(row: &mut FeedRow, own: Option<&str>, notes: &mut Vec<String>) -> Option<Taken> {
    let own = own?;
    match ArticleId::taken_over(own) {
        Ok(id) if id == row.id => None,
        Ok(id) => {
            let before = std::mem::replace(&mut row.id, id.clone());
            Some(Taken { feed: row.name.clone(), before, after: id })
        }
        Err(invalid) => {
            notes.push(format!("the old feed's own id '{}' {} and is not taken over", invalid.name, invalid.why));
            None
        }
    }
}

/// Whether links are made of dates, and some date changes.
fn moves_links(config: &Config, items: &[Item]) -> bool {
    let dated = ["{year}", "{month}", "{day}"].iter().any(|part| config.articles.link.contains(part));
    dated
        && items.iter().any(|item| match &item.outcome {
            Outcome::Change(_, change) => change.before.published != change.after.published,
            Outcome::Same(..) | Outcome::Left(_) | Outcome::Again => false,
        })
}

/// The places that stand for the old feeds: those that are named, else those of their own URLs.
fn aliases(config: &Config, old: &[OldSource], named: &[String], feed: &FeedName, notes: &mut Vec<String>) -> Result<Vec<Alias>, Critical> {
    let format = |old: OldFormat| {
        let same = match old {
            OldFormat::Rss => Format::Rss,
            OldFormat::Atom => Format::Atom,
            OldFormat::Json => Format::Json,
        };
        if config.feeds.formats.contains(&same) { same } else { config.feeds.formats.first().copied().unwrap_or(Format::Rss) }
    };
    let mut aliases: Vec<Alias> = Vec::new();
    let mut put = |place: String, format: Format| {
        if !aliases.iter().any(|alias| alias.place == place) {
            aliases.push(Alias { place, feed: feed.clone(), format });
        }
    };
    if !named.is_empty() {
        let of = old.first().map_or(Format::Rss, |source| format(source.feed.format));
        for text in named {
            let place = place::parse(text, config).map_err(Critical::Config)?;
            if let Some(why) = place::is_refused(&place, config) {
                return Err(Critical::Config(why));
            }
            if place::is_own_feed(&place, config) {
                return Err(Critical::Config(format!("'{place}' is a feed of newswire's own: it needs no alias")));
            }
            put(place, of);
        }
        return Ok(aliases);
    }
    for source in old {
        let stated = source.feed.own_url.as_ref().and_then(|url| Url::parse(url).ok());
        let Some(place) = source.url.as_ref().or(stated.as_ref()).and_then(|url| place::of_url(url, config)) else {
            notes.push(format!(
                "{}: it is not known to have stood at {}; name its path with --alias to have the server answer there",
                source.name, config.site.url
            ));
            continue;
        };
        if let Some(why) = place::is_refused(&place, config) {
            notes.push(why);
        } else if !place::is_own_feed(&place, config) {
            put(place, format(source.feed.format));
        }
    }
    Ok(aliases)
}
