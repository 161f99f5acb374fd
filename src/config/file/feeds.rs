//! `[feeds]` and `[[feed]]`: where feeds go and what is in them.

use std::collections::HashMap;
use std::ops::Range;
use std::time::Duration;

use toml::Spanned;
use url::Url;

use super::articles::bounded;
use super::findings::Report;
use super::look::address;
use super::mask::shown;
use super::nearest::nearest;
use super::paths::Bases;
use super::podcast::podcast;
use super::retired;
use super::selection::{Purpose, selection};
use super::site::public_url;
use super::written::{self, Text, Texts};
use crate::article::{ArchiveName, FeedName};
use crate::config::{AtomContent, Content, Family, FamilyKey, FamilyName, Feed, Feeds, Format, Retired, RetiredName, Selection, Site};
use crate::content_coding::Coding;

/// What the files of the feeds folder end in.
const ENDINGS: [&str; 5] = [".rss", ".atom", ".json", ".html", ".css"];
/// Most feeds of one file.
const MOST_FEEDS: usize = 1000;
const DAY: Duration = Duration::from_hours(24);
/// How many feeds a family may have, where it says nothing else.
const DEFAULT_MAX_FEEDS: u64 = 10_000;
const DEFAULT_LIMIT: u64 = 50;
const DEFAULT_MAX_BYTES: u64 = 2_000_000;
const FORMATS: [(&str, Format); 3] = [("rss", Format::Rss), ("atom", Format::Atom), ("json", Format::Json)];
const ATOM_CONTENTS: [(&str, AtomContent); 2] = [("html", AtomContent::Html), ("xhtml", AtomContent::Xhtml)];
/// The most hubs that a feed names.
const MOST_HUBS: usize = 10;
const CODINGS: [(&str, Coding); 3] = [("gzip", Coding::Gzip), ("br", Coding::Brotli), ("zstd", Coding::Zstd)];
const CONTENTS: [(&str, Content); 2] = [("full", Content::Full), ("summary", Content::Summary)];

pub(super) fn feeds(written: written::Feeds, site: &Url, bases: Bases<'_>, report: &mut Report<'_>) -> Feeds {
    let url = written.url.and_then(|written| public_url("feeds.url", &written, report));
    Feeds {
        path: bases.resolve(report, "feeds.path", written.path.as_ref(), "feeds"),
        url: url.or_else(|| site.join("feeds/").ok()).unwrap_or_else(|| site.clone()),
        media_grace: report.duration("feeds.media_grace", written.media_grace, DAY, &(Duration::ZERO..=365 * DAY)),
        hubs: written.hubs.map(|list| hubs(list, site, report)).unwrap_or_default(),
        update_interval: written.update_interval.map(|written| {
            let bounds = Duration::from_mins(1)..=30 * DAY;
            report.duration("feeds.update_interval", Some(written), Duration::from_hours(1), &bounds)
        }),
        atom_content: written.atom_content.and_then(|written| report.choice("atom_content", &written, &ATOM_CONTENTS)).unwrap_or_default(),
        precompress: written.precompress.map_or_else(Vec::new, |list| codings(&list, report)),
        archives: written.archives.unwrap_or(true),
        formats: written.formats.map_or_else(|| Format::ALL.to_vec(), |list| formats(&list, report)),
    }
}

fn hubs(list: Texts, site: &Url, report: &mut Report<'_>) -> Vec<Url> {
    if list.get_ref().len() > MOST_HUBS {
        report.refuse(list.span(), format!("feeds.hubs has more than {MOST_HUBS} entries"), "leave some out");
    }
    let mut hubs: Vec<Url> = Vec::new();
    for written in bounded("feeds.hubs", list, report) {
        if let Some(hub) = address("feeds.hubs", &written, site, report)
            && !hubs.contains(&hub)
        {
            hubs.push(hub);
        }
    }
    hubs
}

fn codings(list: &Texts, report: &mut Report<'_>) -> Vec<Coding> {
    let named: Vec<Coding> = list.get_ref().iter().filter_map(|name| report.choice("coding", name, &CODINGS)).collect();
    Coding::ALL.into_iter().filter(|coding| named.contains(coding)).collect()
}

fn formats(list: &Texts, report: &mut Report<'_>) -> Vec<Format> {
    if list.get_ref().is_empty() {
        report.refuse(list.span(), "feeds.formats is an empty list", "name at least one of rss, atom, json, or leave the key out");
    }
    let named: Vec<Format> = list.get_ref().iter().filter_map(|name| report.choice("format", name, &FORMATS)).collect();
    // Written in one order, each once, however they were listed.
    Format::ALL.into_iter().filter(|format| named.contains(format)).collect()
}

/// All that `[[feed]]` says.
#[derive(Default)]
pub(super) struct Named {
    pub(super) feeds: Vec<Feed>,
    pub(super) families: Vec<Family>,
    pub(super) retired: Vec<Retired>,
}

impl Named {
    /// The feed of this name, or that of a family; this may also be named with its value as typed, `tag/C++`.
    pub(super) fn find(&self, text: &str) -> Option<FeedName> {
        let own = self.feeds.iter().find(|feed| feed.name.as_str() == text).map(|feed| feed.name.clone());
        own.or_else(|| {
            let named = |family: &Family| family.name.named(text).filter(|name| !self.retired.iter().any(|retired| retired.is_of(name)));
            self.families.iter().find_map(named)
        })
    }

    /// What to write in place of a name that no feed has.
    pub(super) fn nearest(&self, text: &str) -> String {
        let names: Vec<String> =
            self.feeds.iter().map(|feed| feed.name.to_string()).chain(self.families.iter().map(|family| family.name.to_string())).collect();
        match nearest(text, names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean '{near}'?"),
            None => format!("known feeds: {}", names.iter().take(20).map(String::as_str).collect::<Vec<_>>().join(", ")),
        }
    }
}

/// What one `[[feed]]` is.
enum One {
    Feed(Feed),
    Family(Family),
    Retired(Retired, Range<usize>),
}

/// The feeds, families and retired ones; `all` and `breaking` where none is given.
pub(super) fn feed(written: Option<Vec<Spanned<written::Feed>>>, site: &Site, report: &mut Report<'_>) -> Named {
    let written = written.unwrap_or_default();
    if written.is_empty() {
        return Named { feeds: standard(site), ..Named::default() };
    }
    if let Some(first) = written.get(MOST_FEEDS) {
        report.refuse(first.span(), format!("there are more than {MOST_FEEDS} feeds"), "leave some out");
    }
    let mut places: HashMap<String, Range<usize>> = HashMap::new();
    let (mut named, mut successors) = (Named::default(), Vec::new());
    for feed in written.into_iter().take(MOST_FEEDS) {
        match one(feed, site, &mut places, report) {
            Some(One::Feed(feed)) => named.feeds.push(feed),
            Some(One::Family(family)) => named.families.push(family),
            Some(One::Retired(retired, place)) => {
                successors.push(place);
                named.retired.push(retired);
            }
            None => {}
        }
    }
    // What has a `[[feed]]` of its own is none of a family's.
    let own = named.feeds.iter().map(|feed| feed.name.clone());
    let retired = named.retired.iter().filter_map(|retired| match &retired.name {
        RetiredName::Feed(name) => Some(name.clone()),
        RetiredName::Family(_) => None,
    });
    let own: Vec<FeedName> = own.chain(retired).collect();
    for family in &mut named.families {
        family.without = own.iter().filter(|name| family.name.label_in(name.as_str()).is_some()).cloned().collect();
    }
    for (at, place) in successors.into_iter().enumerate() {
        retired::judge(at, place, &named, report);
    }
    named
}

fn standard(site: &Site) -> Vec<Feed> {
    let standard = [("all", Selection::All), ("breaking", Selection::Breaking(true))];
    let feed = |(name, select): (&str, Selection)| {
        Some(Feed {
            name: FeedName::parse(name).ok()?,
            title: title(site, name, &select),
            description: site.description.clone(),
            select,
            limit: usize_of(DEFAULT_LIMIT),
            max_bytes: usize_of(DEFAULT_MAX_BYTES),
            content: Content::Full,
            podcast: None,
        })
    };
    standard.into_iter().filter_map(feed).collect()
}

fn one(written: Spanned<written::Feed>, site: &Site, places: &mut HashMap<String, Range<usize>>, report: &mut Report<'_>) -> Option<One> {
    let span = written.span();
    let written = written.into_inner();
    let select = written.select.map_or(Some(Selection::All), |written| selection(written, Purpose::Feed, report));
    let limit = report.number("feed.limit", written.limit, DEFAULT_LIMIT, &(1..=10_000));
    let max_bytes = report.size("feed.max_bytes", written.max_bytes, DEFAULT_MAX_BYTES, &(1000..=100_000_000));
    let content = written.content.and_then(|written| report.choice("content", &written, &CONTENTS)).unwrap_or(Content::Full);
    let podcast = written.podcast.map(|written| podcast(written, &site.url, report));
    let own_title = report.text("feed.title", written.title);
    let description = report.text("feed.description", written.description).unwrap_or_else(|| site.description.clone());
    let bounded = written.max_feeds.as_ref().map(Spanned::span);
    let most = report.number("feed.max_feeds", written.max_feeds, DEFAULT_MAX_FEEDS, &(1..=100_000));
    let Some(name) = written.name else {
        report.refuse(
            span,
            "this feed has no name",
            "add, for example, name = \"world\": its files are then world.rss, world.atom, world.json",
        );
        return None;
    };
    let place = name.span();
    let family = if FamilyName::is_meant(name.get_ref()) { Some(family_name(&name, report)?) } else { None };
    // What a family's feeds have in common has no name of its own.
    let name = family.as_ref().map_or_else(|| self::name(&name, report), |family| FeedName::parse(family.key().as_str()).ok())?;
    let called = family.as_ref().map_or_else(|| name.to_string(), ToString::to_string);
    // Names that differ in case only are one file on some systems.
    if let Some(first) = places.get(&called.to_lowercase()) {
        let first = report.mention(first.clone());
        report.refuse(place, format!("a feed named '{called}' stands already on {first}"), "give one of them another name");
        return None;
    }
    places.insert(called.to_lowercase(), place.clone());
    if let Some(retirement) = written.retired.filter(|retired| retired.get_ref().0 != "false") {
        let name = family.map_or(RetiredName::Feed(name), RetiredName::Family);
        let span = retirement.span();
        return Some(One::Retired(Retired { name, to: retired::successor(retirement, report)? }, span));
    }
    let select = select?;
    let title = match &family {
        Some(family) => own_title.unwrap_or_else(|| format!("{}: {{{}}}", site.title, family.key().as_str())),
        None => own_title.unwrap_or_else(|| title(site, name.as_str(), &select)),
    };
    let feed = Feed { title, name, description, select, limit: usize_of(limit), max_bytes: usize_of(max_bytes), content, podcast };
    let Some(family) = family else {
        if let Some(bounded) = bounded {
            report.refuse(bounded, "max_feeds bounds a family of feeds, and this is one feed", "leave it out");
        }
        return Some(One::Feed(feed));
    };
    if feed.podcast.as_ref().is_some_and(|podcast| podcast.guid.is_some()) {
        let message = format!("podcast.guid is one show's, and '{family}' has many feeds");
        report.refuse(place.clone(), message, "leave it out: each feed is then known by its own URL");
        return None;
    }
    is_filled(&family, &feed, &place, report)
        .then(|| One::Family(Family { name: family, common: feed, most: usize_of(most), without: Vec::new() }))
}

/// Whether title and description of a family hold no other key than its own.
fn is_filled(family: &FamilyName, feed: &Feed, place: &Range<usize>, report: &mut Report<'_>) -> bool {
    let own = format!("{{{}}}", family.key().as_str());
    for (what, text) in [("title", &feed.title), ("description", &feed.description)] {
        let rest = text.replace(&own, "");
        let other = FamilyKey::ALL.into_iter().map(|key| format!("{{{}}}", key.as_str())).find(|key| rest.contains(key.as_str()));
        if let Some(other) = other {
            let message = format!("the {what} of '{family}' holds {other}, which says nothing here");
            report.refuse(place.clone(), message, format!("write {own} where its value is to stand"));
            return false;
        }
    }
    true
}

fn family_name(written: &Text, report: &mut Report<'_>) -> Option<FamilyName> {
    let text = written.get_ref();
    FamilyName::parse(text)
        .map_err(|error| {
            let message = format!("'{}' would be a family of feeds, but its name {error}", shown(text));
            report.refuse(written.span(), message, "name a family as in \"tag/{tag}\", which has a feed for each tag");
        })
        .ok()
}

fn name(written: &Text, report: &mut Report<'_>) -> Option<FeedName> {
    let text = written.get_ref();
    if let Some(folder) = text.split('/').rev().skip(1).find(|part| ENDINGS.iter().any(|ending| part.ends_with(ending))) {
        let message = format!("the folder '{}' in this feed's name could be another feed's file", shown(folder));
        report.refuse(written.span(), message, "let no folder end in .rss, .atom, .json, .html or .css");
        return None;
    }
    let parsed = FeedName::parse(text);
    if parsed.as_ref().is_ok_and(ArchiveName::is_place) {
        let message = format!("a feed named '{text}' would stand among the archives of another feed");
        report.refuse(written.span(), message, "let its name end in something else than archive/ and a number");
        return None;
    }
    parsed
        .map_err(|error| {
            let remedy = "name it like a file, such as \"world\" or \"section/world\"";
            report.refuse(written.span(), format!("the feed's name '{}' {}", shown(text), error.why), remedy);
        })
        .ok()
}

/// The title of a feed that gives itself none.
fn title(site: &Site, name: &str, select: &Selection) -> String {
    if *select == Selection::All && name == "all" { site.title.clone() } else { format!("{}: {name}", site.title) }
}

fn usize_of(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
