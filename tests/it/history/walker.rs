//! A reader that follows a feed's links to all of its history, as RFC 5005 section 4.2 has it.

use std::collections::HashSet;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// What one document says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) url: String,
    pub(crate) ids: Vec<String>,
    pub(crate) titles: Vec<String>,
    pub(crate) own: Option<String>,
    pub(crate) current: Option<String>,
    pub(crate) older: Option<String>,
    pub(crate) newer: Option<String>,
    pub(crate) is_archive: bool,
    pub(crate) is_complete: bool,
}

/// Walks from a feed's URL to its oldest archive: every document, the newest first.
pub(crate) fn walk(start: &str, fetch: &dyn Fn(&str) -> String) -> Vec<Seen> {
    let (mut documents, mut met) = (Vec::new(), HashSet::new());
    let mut next = Some(start.to_owned());
    while let Some(url) = next.take() {
        assert!(met.insert(url.clone()), "{url} leads to itself");
        let document = read(&url, &fetch(&url));
        next.clone_from(&document.older);
        documents.push(document);
    }
    documents
}

/// The ids of all documents, each once, in the order in which they were met.
pub(crate) fn ids(documents: &[Seen]) -> Vec<String> {
    let mut met = HashSet::new();
    documents.iter().flat_map(|document| &document.ids).filter(|id| met.insert(*id)).cloned().collect()
}

/// The titles of all documents, each once.
pub(crate) fn titles(documents: &[Seen]) -> Vec<String> {
    let mut met = HashSet::new();
    let entries = documents.iter().flat_map(|document| document.ids.iter().zip(&document.titles));
    entries.filter(|(id, _)| met.insert(*id)).map(|(_, title)| title.clone()).collect()
}

/// Reads one document.
pub(crate) fn read(url: &str, text: &str) -> Seen {
    let seen = if text.starts_with('{') { json(text) } else { xml(text) };
    Seen { url: url.to_owned(), ..seen }
}

fn json(text: &str) -> Seen {
    let feed: serde_json::Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let of = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    let items = feed["items"].as_array().unwrap();
    Seen {
        ids: items.iter().filter_map(|item| of(&item["id"])).collect(),
        titles: items.iter().filter_map(|item| of(&item["title"])).collect(),
        own: of(&feed["feed_url"]),
        older: of(&feed["next_url"]),
        ..Seen::default()
    }
}

fn xml(text: &str) -> Seen {
    let mut reader = Reader::from_str(text);
    let (mut seen, mut path, mut words) = (Seen::default(), Vec::<String>::new(), String::new());
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error}: {text}")) {
            Event::Start(tag) => {
                feed_level(&mut seen, &path, &tag);
                path.push(tag.name().as_ref().to_owned());
                words.clear();
            }
            Event::Empty(tag) => feed_level(&mut seen, &path, &tag),
            Event::Text(more) => words.push_str(&more),
            Event::GeneralRef(name) => words.extend(["&", &*name, ";"]),
            Event::End(_) => {
                let within = path.iter().map(String::as_str).collect::<Vec<_>>();
                match within.as_slice() {
                    [.., "item", "guid"] | [.., "entry", "id"] => seen.ids.push(words.trim().to_owned()),
                    [.., "item" | "entry", "title"] => seen.titles.push(words.trim().to_owned()),
                    _ => {}
                }
                path.pop();
            }
            Event::Eof => return seen,
            _ => {}
        }
    }
}

fn feed_level(seen: &mut Seen, path: &[String], tag: &BytesStart<'_>) {
    if !matches!(path.last().map(String::as_str), Some("channel" | "feed")) {
        return;
    }
    let of = |name: &str| tag.try_get_attribute(name).unwrap().map(|found| found.value.into_owned());
    match tag.name().as_ref() {
        "fh:archive" | "fh:complete" => {
            assert_eq!(of("xmlns:fh").as_deref(), Some("http://purl.org/syndication/history/1.0"));
            seen.is_archive |= tag.name().as_ref() == "fh:archive";
            seen.is_complete |= tag.name().as_ref() == "fh:complete";
        }
        "link" | "atom:link" => {
            let place = match of("rel").as_deref() {
                Some("self") => &mut seen.own,
                Some("current") => &mut seen.current,
                Some("prev-archive") => &mut seen.older,
                Some("next-archive") => &mut seen.newer,
                _ => return,
            };
            assert!(place.is_none(), "one link of each relation");
            *place = of("href");
        }
        _ => {}
    }
}
