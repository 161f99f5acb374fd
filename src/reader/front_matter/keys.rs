//! The names that generators, content systems and newsrooms give to the same field.

use super::value::Table;
use crate::reader::findings::Place;

/// What a key speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// A field that is given once; of several names for it the lowest rank counts.
    Field(Field, u8),
    /// Tags, which add up.
    Tags(Labels),
    /// A table of further keys: Zola's `[extra]` and `[taxonomies]`, Hugo's `params`.
    Within,
}

/// How tags that are written as one string come apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Labels {
    /// At commas, else at spaces, as Jekyll and Hugo do.
    Many,
    /// At commas only: keywords are phrases.
    Phrases,
    /// Not at all.
    One,
}

macro_rules! fields {
    ($($name:ident),+ $(,)?) => {
        /// A field that is given once.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Field { $($name),+ }

        impl Field {
            /// How many there are.
            pub(super) const COUNT: usize = [$(Self::$name),+].len();
        }
    };
}

fields!(
    Headline,
    Standfirst,
    Authors,
    Contributors,
    Dateline,
    Credits,
    Licence,
    Published,
    IsPublished,
    Updated,
    Section,
    Language,
    Draft,
    Breaking,
    Priority,
    Urgency,
    Minor,
    Announce,
    Embargo,
    Expires,
    AnnounceExpiry,
    Hold,
    Withdrawn,
    Correction,
    UpdateNote,
    Id,
    Link,
    Slug,
    Image,
    ImageAlt,
    ImageCaption,
    ImageCredit,
    Audio,
    Video,
    Enclosure,
    Resources,
    Duration,
    Episode,
    Season,
    EpisodeKind,
    Explicit,
    Transcripts,
    Chapters,
    Guests,
    Location,
    Latitude,
    Longitude,
    Origin,
    Canonical,
    Comments,
    CommentsPage,
    ExcerptSeparator,
);

/// The longest known key, its hyphens and underscores removed, in bytes.
const LONGEST: usize = 24;

/// What a key means, without regard to case, hyphens and underscores (`pubDate`, `pub_date`, `pub-date`).
pub(super) fn known(key: &str) -> Option<Key> {
    let mut buffer = [0_u8; LONGEST];
    let mut length = 0;
    for byte in key.bytes().filter(|byte| !matches!(byte, b'-' | b'_')) {
        *buffer.get_mut(length)? = byte.to_ascii_lowercase();
        length += 1;
    }
    let (field, rank) = match buffer.get(..length)? {
        b"headline" => (Field::Headline, 0),
        b"title" => (Field::Headline, 1),

        b"standfirst" => (Field::Standfirst, 0),
        b"summary" => (Field::Standfirst, 1),
        b"excerpt" => (Field::Standfirst, 2),
        b"description" => (Field::Standfirst, 3),
        b"dek" => (Field::Standfirst, 4),
        b"subtitle" => (Field::Standfirst, 5),

        b"authors" => (Field::Authors, 0),
        b"author" => (Field::Authors, 1),
        b"byline" => (Field::Authors, 2),
        b"contributors" => (Field::Contributors, 0),
        b"contributor" => (Field::Contributors, 1),
        b"dateline" => (Field::Dateline, 0),
        b"credits" => (Field::Credits, 0),
        b"credit" => (Field::Credits, 1),
        b"licence" => (Field::Licence, 0),
        b"license" => (Field::Licence, 1),
        b"rights" => (Field::Licence, 2),
        b"copyright" => (Field::Licence, 3),

        // Hugo's own feeds show publishDate where both are given.
        b"publishdate" => (Field::Published, 0),
        b"pubdate" => (Field::Published, 1),
        b"publishedat" => (Field::Published, 2),
        b"datepublished" => (Field::Published, 3),
        b"published" => (Field::Published, 4),
        b"date" => (Field::Published, 5),

        b"updated" => (Field::Updated, 0),
        b"lastmod" => (Field::Updated, 1),
        b"modified" => (Field::Updated, 2),
        b"lastmodifiedat" => (Field::Updated, 3),
        b"lastmodified" => (Field::Updated, 4),
        b"datemodified" => (Field::Updated, 5),
        b"updatedat" => (Field::Updated, 6),

        b"section" => (Field::Section, 0),
        b"language" => (Field::Language, 0),
        b"lang" => (Field::Language, 1),
        b"locale" => (Field::Language, 2),

        b"draft" => (Field::Draft, 0),
        b"breaking" => (Field::Breaking, 0),
        b"priority" => (Field::Priority, 0),
        b"urgency" => (Field::Urgency, 0),
        b"minor" => (Field::Minor, 0),
        b"announce" => (Field::Announce, 0),

        b"embargo" => (Field::Embargo, 0),
        b"embargoed" => (Field::Embargo, 1),
        b"publishat" => (Field::Embargo, 2),
        b"expires" => (Field::Expires, 0),
        b"expiry" => (Field::Expires, 1),
        b"expirydate" => (Field::Expires, 2),
        b"unpublishdate" => (Field::Expires, 3),
        b"announceexpiry" => (Field::AnnounceExpiry, 0),
        b"hold" => (Field::Hold, 0),
        b"withdrawn" => (Field::Withdrawn, 0),
        b"correction" => (Field::Correction, 0),
        // A note, or by its value a date, which then counts less than `updated`.
        b"update" => (Field::UpdateNote, 1),

        b"id" => (Field::Id, 0),
        b"guid" => (Field::Id, 1),
        b"link" => (Field::Link, 0),
        b"url" => (Field::Link, 1),
        b"permalink" => (Field::Link, 2),
        b"path" => (Field::Link, 3),
        b"slug" => (Field::Slug, 0),

        b"image" | b"images" => (Field::Image, 0),
        b"cover" | b"coverimage" => (Field::Image, 1),
        b"featuredimage" | b"featureimage" | b"featured" => (Field::Image, 2),
        b"hero" | b"heroimage" | b"banner" => (Field::Image, 3),
        b"thumbnail" => (Field::Image, 4),
        b"ogimage" | b"socialimage" | b"socialmediacard" => (Field::Image, 5),
        b"imagealt" | b"coveralt" => (Field::ImageAlt, 0),
        b"imagecaption" | b"covercaption" => (Field::ImageCaption, 0),
        b"imagecredit" | b"covercredit" => (Field::ImageCredit, 0),

        b"audio" => (Field::Audio, 0),
        b"audiofile" | b"audiourl" | b"mp3" | b"podcast" => (Field::Audio, 1),
        b"video" => (Field::Video, 0),
        b"videofile" | b"videourl" => (Field::Video, 1),
        b"enclosure" | b"enclosures" => (Field::Enclosure, 0),
        b"resources" => (Field::Resources, 0),

        b"excerptseparator" => (Field::ExcerptSeparator, 0),

        b"tags" | b"categories" | b"topics" => return Some(Key::Tags(Labels::Many)),
        b"tag" | b"category" | b"topic" => return Some(Key::Tags(Labels::One)),
        b"keywords" => return Some(Key::Tags(Labels::Phrases)),

        b"extra" | b"taxonomies" | b"params" => return Some(Key::Within),
        other => particular(other)?,
    };
    Some(Key::Field(field, rank))
}

/// The same for what few articles say.
fn particular(key: &[u8]) -> Option<(Field, u8)> {
    Some(match key {
        b"duration" => (Field::Duration, 0),
        b"itunesduration" | b"audioduration" => (Field::Duration, 1),
        b"episode" => (Field::Episode, 0),
        b"episodenumber" | b"itunesepisode" => (Field::Episode, 1),
        b"season" => (Field::Season, 0),
        b"seasonnumber" | b"itunesseason" => (Field::Season, 1),
        b"episodetype" => (Field::EpisodeKind, 0),
        b"itunesepisodetype" => (Field::EpisodeKind, 1),
        b"explicit" => (Field::Explicit, 0),
        b"itunesexplicit" => (Field::Explicit, 1),
        b"transcript" | b"transcripts" => (Field::Transcripts, 0),
        b"chapters" => (Field::Chapters, 0),
        b"chaptersurl" => (Field::Chapters, 1),
        b"guests" => (Field::Guests, 0),
        b"guest" => (Field::Guests, 1),

        b"location" => (Field::Location, 0),
        b"coordinates" => (Field::Location, 1),
        b"geo" | b"geolocation" | b"latlng" => (Field::Location, 2),
        b"latitude" => (Field::Latitude, 0),
        b"lat" => (Field::Latitude, 1),
        b"longitude" => (Field::Longitude, 0),
        b"lon" | b"long" | b"lng" => (Field::Longitude, 1),

        b"syndicatedfrom" => (Field::Origin, 0),
        b"source" => (Field::Origin, 1),
        b"sourceurl" => (Field::Origin, 2),
        b"canonicalurl" => (Field::Canonical, 0),
        b"canonical" => (Field::Canonical, 1),
        b"comments" => (Field::Comments, 0),
        b"commentscount" | b"commentcount" => (Field::Comments, 1),
        b"commentsurl" => (Field::CommentsPage, 0),
        _ => return None,
    })
}

/// Whether a key of this name speaks of an article.
pub(in crate::reader) fn is_key(name: &str) -> bool {
    matches!(known(name), Some(Key::Field(..) | Key::Tags(_)))
}

/// The keys of a table that speak of one article alone, so that no folder can give them to all of its articles.
pub(in crate::reader) fn own_of_articles<'t>(table: &'t Table<'_>) -> Vec<(&'t str, Place)> {
    let own = |key: &str| match known(key) {
        Some(Key::Field(field, _)) => matches!(
            field,
            Field::Headline
                | Field::Standfirst
                | Field::Dateline
                | Field::Published
                | Field::Updated
                | Field::Hold
                | Field::Withdrawn
                | Field::Correction
                | Field::Id
                | Field::Link
                | Field::Slug
                | Field::Duration
                | Field::Episode
                | Field::Transcripts
                | Field::Chapters
                | Field::Canonical
                | Field::Comments
                | Field::CommentsPage
        ),
        Some(Key::Tags(_) | Key::Within) | None => false,
    };
    table.iter().filter(|(key, _)| own(key)).map(|(key, node)| (key.as_ref(), node.place)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_does_not_matter() {
        for key in ["publishDate", "publish_date", "Publish-Date", "PUBLISHDATE"] {
            assert_eq!(known(key), Some(Key::Field(Field::Published, 0)), "{key}");
        }
        assert_eq!(known("layout"), None);
        assert_eq!(known(&"x".repeat(100)), None);
        assert_eq!(known(""), None);
    }
}
