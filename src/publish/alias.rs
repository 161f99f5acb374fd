//! Old feeds' places as files, for static hosts: those that lie under the feeds' own URL are written beside the feeds.

use percent_encoding::percent_decode_str;
use url::Url;

use crate::article::FeedName;
use crate::feed::{ArchiveFile, Document, Kind};
use crate::ledger::Alias;

/// The file under the feeds folder that a static host would serve at an alias's place, where one can stand there.
pub fn alias_file(alias: &Alias, feeds: &Url) -> Option<String> {
    let path = alias.place.strip_prefix(feeds.path()).filter(|path| !path.contains('?'))?;
    let file = percent_decode_str(path).decode_utf8().ok()?;
    // The rules for feeds' names are those for safe paths.
    FeedName::parse(&file).ok().filter(|_| ArchiveFile::parse(&file).is_none()).map(|name| name.as_str().to_owned())
}

/// The documents that aliases stand for, once more under the old names. `feeds` is where the folder is public.
pub fn copies(documents: &[Document], aliases: &[Alias], feeds: &Url) -> Vec<Document> {
    let copy = |alias: &Alias| {
        let document = documents.iter().find(|one| *one.kind() == Kind::Feed(alias.feed.clone(), alias.format))?;
        let file = alias_file(alias, feeds)?;
        // What another feed writes there is that feed's.
        (!documents.iter().any(|one| one.file() == file)).then(|| document.standing_at(file, Kind::Copy(alias.feed.clone(), alias.format)))
    };
    aliases.iter().filter_map(copy).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Format;

    #[test]
    fn only_places_under_the_feeds_url_are_files() {
        let alias = |place: &str| Alias { place: place.into(), feed: FeedName::parse("all").unwrap(), format: Format::Rss };
        let file = |place: &str, feeds: &str| alias_file(&alias(place), &Url::parse(feeds).unwrap());
        assert_eq!(file("/index.xml", "https://example.org/").as_deref(), Some("index.xml"));
        assert_eq!(file("/feeds/old/caf%C3%A9.xml", "https://example.org/feeds/").as_deref(), Some("old/café.xml"));
        for (place, feeds) in [
            ("/feed.xml", "https://example.org/feeds/"),
            ("/feed/", "https://example.org/"),
            ("/x?feed=rss2", "https://example.org/"),
            ("/%2e%2e/x", "https://example.org/"),
            ("/.htaccess", "https://example.org/"),
            ("/", "https://example.org/"),
        ] {
            assert_eq!(file(place, feeds), None, "{place} under {feeds}");
        }
    }
}
