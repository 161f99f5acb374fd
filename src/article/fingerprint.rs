//! What counts as a change: the source's own fields, each hashed.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3Default;

use super::{Article, Asset, Body};

/// A part of an article whose change is told by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    /// The headline.
    Headline,
    /// The standfirst or summary.
    Summary,
    /// Authors and what is said of them.
    Authors,
    /// Contributors, credit lines, licence and origin.
    Contributors,
    /// The body, its dateline and its place.
    Body,
    /// Pictures, audio, video, and what is said of an episode.
    Media,
    /// The published date.
    Published,
    /// The updated date.
    Updated,
    /// The tags.
    Tags,
    /// The section.
    Section,
    /// The language.
    Language,
    /// Whether it is breaking.
    Breaking,
    /// The correction's note.
    Correction,
}

impl Field {
    /// Every field, in the order of a fingerprint's parts.
    pub const ALL: [Self; 13] = [
        Self::Headline,
        Self::Summary,
        Self::Authors,
        Self::Contributors,
        Self::Body,
        Self::Media,
        Self::Published,
        Self::Updated,
        Self::Tags,
        Self::Section,
        Self::Language,
        Self::Breaking,
        Self::Correction,
    ];
}

/// XXH3 (64 bits) of each field of [`Field::ALL`]. It tells versions of one article apart; nothing rests on its being hard to forge.
///
/// The local files that it shows have a part of their own, which belongs to [`Field::Media`]: a first scan does not look at them, and
/// where nobody has looked ([`NOT_LOOKED`]) nothing is known to have changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint([u64; Field::ALL.len()], u64);

/// The part of the local files where nobody has looked at them.
const NOT_LOOKED: u64 = 0;
/// The part of an article that shows no local file.
const NO_FILES: u64 = 1;

impl Fingerprint {
    /// The fingerprint of an article as its reader understood it.
    pub fn of(article: &Article) -> Self {
        Self(
            Field::ALL.map(|field| match field {
                Field::Headline => hash(&article.headline),
                Field::Summary => hash(&article.standfirst),
                Field::Authors => hash(&(&article.authors, &article.author_note)),
                // A licence goes with the credits, and so does the origin; where there is neither, the hash is what it was before these
                // were known.
                Field::Contributors => match (&article.licence, &article.particulars.origin) {
                    (None, None) => hash(&(&article.contributors, &article.credits)),
                    (Some(licence), None) => hash(&(&article.contributors, &article.credits, licence)),
                    (licence, Some(origin)) => hash(&(&article.contributors, &article.credits, licence, origin)),
                },
                Field::Body => hash_body(article),
                Field::Media => match (&article.particulars.episode, article.particulars.explicit) {
                    (None, None) => hash(&article.media),
                    (episode, explicit) => hash(&(&article.media, episode, explicit)),
                },
                Field::Published => hash(&article.published),
                Field::Updated => hash(&article.updated),
                Field::Tags => hash(&article.tags),
                Field::Section => hash(&article.section),
                Field::Language => hash(&article.language),
                Field::Breaking => hash(&article.breaking),
                Field::Correction => hash(&article.correction),
            }),
            files(article.assets.as_deref()),
        )
    }

    /// The same, with what the article shows of local files.
    #[must_use]
    pub fn with_files_of(self, article: &Article) -> Self {
        Self(self.0, files(article.assets.as_deref()))
    }

    /// Whether the article shows local files, as far as anybody looked.
    pub const fn has_files(&self) -> bool {
        self.1 != NOT_LOOKED && self.1 != NO_FILES
    }

    /// Whether feeds and pages would show the same: fields alike, and local files alike. None, and none looked at, are.
    pub fn shows_the_same(&self, other: &Self) -> bool {
        self.0 == other.0 && self.1.max(NO_FILES) == other.1.max(NO_FILES)
    }

    /// Which fields differ, in the order of [`Field::ALL`].
    pub fn changed(&self, other: &Self) -> Vec<Field> {
        let files = self.1 != other.1 && self.1 != NOT_LOOKED && other.1 != NOT_LOOKED;
        let differs = |field: Field, a: u64, b: u64| a != b || (field == Field::Media && files);
        let pairs = Field::ALL.into_iter().zip(self.0.into_iter().zip(other.0));
        pairs.filter(|(field, (a, b))| differs(*field, *a, *b)).map(|(field, _)| field).collect()
    }

    /// The parts, big-endian, as the ledger keeps them.
    pub fn to_bytes(self) -> Vec<u8> {
        self.0.iter().chain([&self.1]).flat_map(|part| part.to_be_bytes()).collect()
    }

    /// The same from the ledger; a fingerprint of another version's length is unlike any.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (fields, files) = bytes.split_at_checked(Field::ALL.len() * 8)?;
        let mut parts = [0; Field::ALL.len()];
        for (part, chunk) in parts.iter_mut().zip(fields.chunks_exact(8)) {
            *part = u64::from_be_bytes(chunk.try_into().ok()?);
        }
        // A ledger from before local files were looked at has no part for them.
        let files = if files.is_empty() { NOT_LOOKED } else { u64::from_be_bytes(files.try_into().ok()?) };
        Some(Self(parts, files))
    }
}

/// The local files by their bytes and their place: when they were looked at is no part of it.
fn files(assets: Option<&[Asset]>) -> u64 {
    let Some(assets) = assets else { return NOT_LOOKED };
    if assets.is_empty() {
        return NO_FILES;
    }
    let known: Vec<_> = assets.iter().map(|asset| (&asset.file, asset.found.as_ref().map(|found| found.published.hash()))).collect();
    hash(&known).max(NO_FILES + 1)
}

struct HashWriter(Xxh3Default);

impl std::io::Write for HashWriter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn hash(value: &impl Serialize) -> u64 {
    let mut writer = HashWriter(Xxh3Default::new());
    // Plain data into a hash cannot fail to serialise.
    let _ = serde_json::to_writer(&mut writer, value);
    writer.0.digest()
}

/// The body is by far the longest: its text goes into the hash as it is.
fn hash_body(article: &Article) -> u64 {
    let mut hash = Xxh3Default::new();
    hash.update(article.dateline.as_deref().unwrap_or_default().as_bytes());
    if let Some(location) = &article.particulars.location {
        let mut writer = HashWriter(hash);
        let _ = serde_json::to_writer(&mut writer, location);
        hash = writer.0;
    }
    match &article.body {
        Body::Markdown(text) => {
            hash.update(b"\0markdown\0");
            hash.update(text.as_bytes());
        }
        Body::Html(text) => {
            hash.update(b"\0html\0");
            hash.update(text.as_bytes());
        }
        Body::Blocks(blocks) => {
            let mut writer = HashWriter(hash);
            let _ = serde_json::to_writer(&mut writer, blocks);
            hash = writer.0;
        }
    }
    hash.digest()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{AssetFile, Body, FileStamp, Published, SourcePath};

    #[test]
    fn a_change_is_known_by_its_field() {
        let before = Article { headline: "A".into(), body: Body::Markdown("text".into()), ..Article::default() };
        let after = Article { headline: "B".into(), tags: vec!["x".into()], ..before.clone() };
        let changed = Fingerprint::of(&before).changed(&Fingerprint::of(&after));
        assert_eq!(changed, [Field::Headline, Field::Tags]);
    }

    #[test]
    fn what_is_not_shown_is_no_change() {
        let before = Article { headline: "A".into(), ..Article::default() };
        let after = Article { minor: true, slug: Some("b".into()), draft: true, ..before.clone() };
        assert_eq!(Fingerprint::of(&before), Fingerprint::of(&after));
    }

    #[test]
    fn particulars_belong_to_the_fields_they_go_with() {
        use crate::article::{Discussion, Episode, Location, Origin, Particulars};
        let before = Article { headline: "A".into(), ..Article::default() };
        let changed =
            |particulars: Particulars| Fingerprint::of(&before).changed(&Fingerprint::of(&Article { particulars, ..before.clone() }));
        let none = Particulars::default();
        assert_eq!(changed(Particulars { episode: Some(Episode::default()), ..none.clone() }), [Field::Media]);
        assert_eq!(changed(Particulars { explicit: Some(false), ..none.clone() }), [Field::Media]);
        assert_eq!(changed(Particulars { location: Location::new(1.0, 2.0, None), ..none.clone() }), [Field::Body]);
        assert_eq!(changed(Particulars { origin: Some(Origin::default()), ..none.clone() }), [Field::Contributors]);
        // One more comment is no news.
        assert_eq!(changed(Particulars { discussion: Some(Discussion::default()), ..none }), []);
    }

    #[test]
    fn a_replaced_picture_is_a_change_of_the_media() {
        let showing = |digest: u8| {
            let found = AssetFile {
                stamp: FileStamp::default(),
                published: Published::new([digest; 16], "cover", "jpg"),
                mime: "image/jpeg".into(),
                width: None,
                height: None,
            };
            let file = SourcePath::new(std::path::Path::new("post/cover.jpg")).unwrap();
            let assets = Some(vec![Asset { file, written: vec!["cover.jpg".into()], found: Some(found) }]);
            Fingerprint::of(&Article { headline: "A".into(), assets, ..Article::default() })
        };
        let none = Fingerprint::of(&Article { headline: "A".into(), assets: Some(Vec::new()), ..Article::default() });
        let not_looked = Fingerprint::of(&Article { headline: "A".into(), ..Article::default() });
        assert_eq!(showing(1).changed(&showing(2)), [Field::Media]);
        assert_eq!(showing(1).changed(&none), [Field::Media]);
        assert!(not_looked.changed(&showing(1)).is_empty(), "what nobody looked at is not known to have changed");
        assert!(not_looked.shows_the_same(&none) && !not_looked.shows_the_same(&showing(1)));
        assert!(showing(1).has_files() && !none.has_files() && !not_looked.has_files());
        assert_eq!(Fingerprint::from_bytes(&showing(1).to_bytes()), Some(showing(1)));
        assert_eq!(Fingerprint::from_bytes(&not_looked.to_bytes()[..Field::ALL.len() * 8]), Some(not_looked));
    }

    #[test]
    fn survives_the_ledger() {
        let print = Fingerprint::of(&Article { headline: "A".into(), ..Article::default() });
        assert_eq!(Fingerprint::from_bytes(&print.to_bytes()), Some(print));
        assert_eq!(Fingerprint::from_bytes(&[1, 2, 3]), None);
    }
}
