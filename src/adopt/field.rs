//! One item while it is read: what each of its elements says.

use super::date;
use super::old_feed::{IdFrom, OldItem};

/// What an element of an item, or of the feed itself, is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    /// RSS `guid`, Atom `id`.
    Id,
    /// `guid` with `isPermaLink` true, as it is where nothing is said.
    PermanentId,
    /// RSS `link`; what Atom's `href` says comes by [`Fields::link`].
    Link,
    /// `feedburner:origLink`: where the item stood before its link was replaced by a counter.
    OriginalLink,
    /// `title`.
    Title,
    /// `pubDate`, `published`, Atom 0.3's `issued`.
    Published,
    /// `dc:date`, `dcterms:issued`, `dcterms:created`, which stand where there is no other.
    PublishedElse,
    /// `updated`, `modified`, `lastBuildDate`.
    Updated,
}

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Fields {
    id: Option<String>,
    permanent: Option<String>,
    links: Vec<String>,
    pub(super) title: Option<String>,
    published: Option<String>,
    published_else: Option<String>,
    updated: Option<String>,
}

impl Fields {
    /// Takes an element's text. The first of several counts, as it does for readers.
    pub(super) fn put(&mut self, field: Field, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let first = |place: &mut Option<String>| {
            place.get_or_insert_with(|| text.to_owned());
        };
        match field {
            Field::Id => first(&mut self.id),
            Field::PermanentId => {
                first(&mut self.id);
                first(&mut self.permanent);
            }
            Field::Link => self.link(text),
            Field::OriginalLink => self.links.insert(0, text.to_owned()),
            Field::Title => first(&mut self.title),
            Field::Published => first(&mut self.published),
            Field::PublishedElse => first(&mut self.published_else),
            Field::Updated => first(&mut self.updated),
        }
    }

    /// Takes an address that the item stood at.
    pub(super) fn link(&mut self, text: &str) {
        self.links.push(text.trim().to_owned());
    }

    /// The feed's own id and date.
    pub(super) fn into_head(self) -> (Option<String>, Option<String>, Option<crate::instant::Instant>) {
        let updated = self.updated.or(self.published).and_then(|text| date::parse(&text));
        (self.id, self.title, updated)
    }

    /// The item.
    pub(super) fn into_item(self) -> OldItem {
        let mut unreadable_date = None;
        let mut read = |text: Option<String>| {
            let text = text?;
            let read = date::parse(&text);
            if read.is_none() {
                unreadable_date.get_or_insert(text);
            }
            read
        };
        let published = read(self.published).or_else(|| read(self.published_else));
        let updated = read(self.updated);
        // Readers that find no id take the link for one, before anybody knew of a counter's origin.
        let (id, id_from) = match self.id {
            Some(id) => (id, IdFrom::Id),
            None => (self.links.last().cloned().unwrap_or_default(), IdFrom::Link),
        };
        let mut links = self.links;
        // Where nothing is said, a guid counts as an address, though many are none.
        links.extend(self.permanent.filter(|guid| guid.starts_with("http://") || guid.starts_with("https://")));
        OldItem { id, id_from, links, title: self.title, published, updated, unreadable_date }
    }
}
