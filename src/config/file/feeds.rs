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
use super::paths::Bases;
use super::podcast::podcast;
use super::selection::{Purpose, selection};
use super::site::public_url;
use super::written::{self, Text, Texts};
use crate::article::{ArchiveName, FeedName};
use crate::config::{AtomContent, Content, Feed, Feeds, Format, Selection, Site};
use crate::content_coding::Coding;

/// What the files of the feeds folder end in.
const ENDINGS: [&str; 5] = [".rss", ".atom", ".json", ".html", ".css"];
/// Most feeds of one file.
const MOST_FEEDS: usize = 1000;
const DAY: Duration = Duration::from_hours(24);
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

/// The feeds; `all` and `breaking` where none is given.
pub(super) fn feed(written: Option<Vec<Spanned<written::Feed>>>, site: &Site, report: &mut Report<'_>) -> Vec<Feed> {
    let written = written.unwrap_or_default();
    if written.is_empty() {
        let standard = [("all", Selection::All), ("breaking", Selection::Breaking(true))];
        return standard
            .into_iter()
            .filter_map(|(name, select)| {
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
            })
            .collect();
    }
    if let Some(first) = written.get(MOST_FEEDS) {
        report.refuse(first.span(), format!("there are more than {MOST_FEEDS} feeds"), "leave some out");
    }
    let mut places: HashMap<String, Range<usize>> = HashMap::new();
    written.into_iter().take(MOST_FEEDS).filter_map(|feed| one(feed, site, &mut places, report)).collect()
}

fn one(written: Spanned<written::Feed>, site: &Site, places: &mut HashMap<String, Range<usize>>, report: &mut Report<'_>) -> Option<Feed> {
    let span = written.span();
    let written = written.into_inner();
    let select = written.select.map_or(Some(Selection::All), |written| selection(written, Purpose::Feed, report));
    let limit = report.number("feed.limit", written.limit, DEFAULT_LIMIT, &(1..=10_000));
    let max_bytes = report.size("feed.max_bytes", written.max_bytes, DEFAULT_MAX_BYTES, &(1000..=100_000_000));
    let content = written.content.and_then(|written| report.choice("content", &written, &CONTENTS)).unwrap_or(Content::Full);
    let podcast = written.podcast.map(|written| podcast(written, &site.url, report));
    let own_title = report.text("feed.title", written.title);
    let description = report.text("feed.description", written.description).unwrap_or_else(|| site.description.clone());
    let Some(name) = written.name else {
        report.refuse(
            span,
            "this feed has no name",
            "add, for example, name = \"world\": its files are then world.rss, world.atom, world.json",
        );
        return None;
    };
    let (place, name) = (name.span(), self::name(&name, report)?);
    // Names that differ in case only are one file on some systems.
    if let Some(first) = places.get(&name.as_str().to_lowercase()) {
        let first = report.mention(first.clone());
        report.refuse(place, format!("a feed named '{name}' stands already on {first}"), "give one of them another name");
        return None;
    }
    places.insert(name.as_str().to_lowercase(), place);
    let select = select?;
    Some(Feed {
        title: own_title.unwrap_or_else(|| title(site, name.as_str(), &select)),
        name,
        description,
        select,
        limit: usize_of(limit),
        max_bytes: usize_of(max_bytes),
        content,
        podcast,
    })
}

fn name(written: &Text, report: &mut Report<'_>) -> Option<FeedName> {
    let text = written.get_ref();
    if text.contains(['{', '}']) {
        let message = format!("'{}' would be a family of feeds, which this version does not have yet", shown(text));
        report.refuse(
            written.span(),
            message,
            "write one [[feed]] for each, such as name = \"tag/europe\" with select = { tag = \"europe\" }",
        );
        return None;
    }
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
