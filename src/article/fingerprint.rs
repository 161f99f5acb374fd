//! What counts as a change: the source's own fields, each hashed.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3Default;

use super::{Article, Body};

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
    /// Contributors, credit lines and licence.
    Contributors,
    /// The body and its dateline.
    Body,
    /// Pictures, audio, video.
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint([u64; Field::ALL.len()]);

impl Fingerprint {
    /// The fingerprint of an article as its reader understood it.
    pub fn of(article: &Article) -> Self {
        Self(Field::ALL.map(|field| match field {
            Field::Headline => hash(&article.headline),
            Field::Summary => hash(&article.standfirst),
            Field::Authors => hash(&(&article.authors, &article.author_note)),
            // A licence goes with the credits; where there is none, the hash is what it was before licences were known.
            Field::Contributors => match &article.licence {
                None => hash(&(&article.contributors, &article.credits)),
                Some(licence) => hash(&(&article.contributors, &article.credits, licence)),
            },
            Field::Body => hash_body(article),
            Field::Media => hash(&article.media),
            Field::Published => hash(&article.published),
            Field::Updated => hash(&article.updated),
            Field::Tags => hash(&article.tags),
            Field::Section => hash(&article.section),
            Field::Language => hash(&article.language),
            Field::Breaking => hash(&article.breaking),
            Field::Correction => hash(&article.correction),
        }))
    }

    /// Which fields differ, in the order of [`Field::ALL`].
    pub fn changed(&self, other: &Self) -> Vec<Field> {
        Field::ALL.into_iter().zip(self.0.iter().zip(other.0)).filter(|(_, (a, b))| **a != *b).map(|(field, _)| field).collect()
    }

    /// The parts, big-endian, as the ledger keeps them.
    pub fn to_bytes(self) -> Vec<u8> {
        self.0.iter().flat_map(|part| part.to_be_bytes()).collect()
    }

    /// The same from the ledger; a fingerprint of another version's length is unlike any.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.len() != Field::ALL.len() * 8 {
            return None;
        }
        let mut parts = [0; Field::ALL.len()];
        for (part, chunk) in parts.iter_mut().zip(bytes.chunks_exact(8)) {
            *part = u64::from_be_bytes(chunk.try_into().ok()?);
        }
        Some(Self(parts))
    }
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
    use crate::article::Body;

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
    fn survives_the_ledger() {
        let print = Fingerprint::of(&Article { headline: "A".into(), ..Article::default() });
        assert_eq!(Fingerprint::from_bytes(&print.to_bytes()), Some(print));
        assert_eq!(Fingerprint::from_bytes(&[1, 2, 3]), None);
    }
}
