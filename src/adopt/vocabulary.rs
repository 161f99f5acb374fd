//! Whose vocabulary an element is of, whatever its prefix.

use quick_xml::name::{Namespace, ResolveResult};

const ATOM: [&str; 2] = ["http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#"];
const DUBLIN_CORE: [&str; 2] = ["http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/"];
const FEEDBURNER: &str = "http://rssnamespace.org/feedburner/ext/1.0";
const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

/// Whose vocabulary an element is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Vocabulary {
    /// None, or one of the names that RSS was given over the years.
    Rss,
    Atom,
    DublinCore,
    FeedBurner,
    Rdf,
    Other,
}

pub(super) fn vocabulary(resolved: &ResolveResult<'_>) -> Vocabulary {
    match resolved {
        ResolveResult::Unbound => Vocabulary::Rss,
        ResolveResult::Bound(Namespace(name)) => match *name {
            name if ATOM.contains(&name) => Vocabulary::Atom,
            name if DUBLIN_CORE.contains(&name) => Vocabulary::DublinCore,
            FEEDBURNER => Vocabulary::FeedBurner,
            RDF => Vocabulary::Rdf,
            name => {
                let host = name.trim_start_matches("http://").trim_start_matches("https://");
                let rss = host.starts_with("purl.org/rss/")
                    || host.starts_with("purl.org/net/rss")
                    || host.starts_with("my.netscape.com/")
                    || host.starts_with("backend.userland.com/")
                    || host.starts_with("blogs.law.harvard.edu/tech/rss");
                if rss { Vocabulary::Rss } else { Vocabulary::Other }
            }
        },
        // A prefix that nobody declared, as in feeds that were cut out of others: those of old are known by their usual names.
        ResolveResult::Unknown(prefix) => match prefix.as_str() {
            "dc" | "dcterms" => Vocabulary::DublinCore,
            "atom" | "atom10" => Vocabulary::Atom,
            "feedburner" => Vocabulary::FeedBurner,
            "rdf" => Vocabulary::Rdf,
            _ => Vocabulary::Other,
        },
    }
}
