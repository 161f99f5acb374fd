//! The local files that an article shows, as they were found beside it.

use serde::{Deserialize, Serialize};

use super::{FileStamp, SourcePath};

/// A file of the articles folder that an article shows: one that it names by a relative path, or one that is its own by convention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asset {
    /// The file.
    pub file: SourcePath,
    /// How the source writes it, each way once; none where it stands beside the article without being named.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub written: Vec<String>,
    /// What was found; `None` where the file is not there or not fit to be published.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub found: Option<AssetFile>,
}

/// What is known of such a file from the file itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetFile {
    /// The file as it was read; its size is the medium's length.
    pub stamp: FileStamp,
    /// Where it is published: `HASH/NAME`, the hash of its bytes and a plain name that ends as its type does.
    pub published: Published,
    /// Its media type, by its content first and its ending second.
    #[serde(rename = "type")]
    pub mime: String,
    /// Width in pixels, of an image.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub width: Option<u32>,
    /// Height in pixels.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub height: Option<u32>,
}

/// Where a local file stands under the feeds folder's `media`: `HASH/NAME`. Other bytes are another hash, and so another URL.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Published(String);

/// A text that is no `HASH/NAME`.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is not a published file's place")]
pub struct NotPublished(String);

impl Published {
    /// The folder under the feeds folder in which published files stand.
    pub const FOLDER: &str = "media";
    /// How long a hash is, in hexadecimal digits.
    const HASH: usize = 32;
    /// The longest name, in bytes.
    pub const LONGEST_NAME: usize = 100;

    /// The place of a file with this hash, under a name made of this stem and ending.
    pub fn new(digest: [u8; 16], stem: &str, ending: &str) -> Self {
        let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' };
        let stem: String = stem.chars().map(plain).take(Self::LONGEST_NAME - 16).collect();
        let stem = stem.trim_matches(['.', '-']);
        let stem = if stem.is_empty() { "file" } else { stem };
        let hash = digest.iter().fold(String::with_capacity(Self::HASH), |text, byte| text + &format!("{byte:02x}"));
        Self(format!("{hash}/{stem}.{ending}"))
    }

    /// The same from a text: only 32 lower-case hexadecimal digits, a slash, and a plain name pass, so that it can name nothing but
    /// a file in a folder of `media`.
    pub fn parse(text: &str) -> Result<Self, NotPublished> {
        let fits = text.split_once('/').is_some_and(|(hash, name)| {
            hash.len() == Self::HASH
                && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
                && !name.is_empty()
                && name.len() <= Self::LONGEST_NAME
                && !name.starts_with('.')
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        });
        if fits { Ok(Self(text.to_owned())) } else { Err(NotPublished(text.chars().take(80).collect())) }
    }

    /// `HASH/NAME`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The hash of the bytes, in hexadecimal.
    pub fn hash(&self) -> &str {
        self.0.split_once('/').map_or("", |(hash, _)| hash)
    }

    /// The file's name.
    pub fn name(&self) -> &str {
        self.0.split_once('/').map_or("", |(_, name)| name)
    }

    /// Its path under the feeds folder.
    pub fn path(&self) -> String {
        format!("{}/{}", Self::FOLDER, self.0)
    }
}

impl From<Published> for String {
    fn from(published: Published) -> Self {
        published.0
    }
}

impl TryFrom<String> for Published {
    type Error = NotPublished;

    fn try_from(text: String) -> Result<Self, NotPublished> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_plain() {
        let place = |stem: &str| Published::new([0xab; 16], stem, "jpg").name().to_owned();
        assert_eq!(place("cover"), "cover.jpg");
        assert_eq!(place("../../etc/passwd"), "etc-passwd.jpg");
        assert_eq!(place("été 2026"), "t--2026.jpg");
        assert_eq!(place("图"), "file.jpg");
        assert_eq!(Published::new([0xab; 16], "a", "png").path(), format!("media/{}/a.png", "ab".repeat(16)));
    }

    #[test]
    fn nothing_else_is_a_place() {
        let hash = "ab".repeat(16);
        assert!(Published::parse(&format!("{hash}/a.jpg")).is_ok());
        for text in [
            "a.jpg".to_owned(),
            format!("{hash}/"),
            format!("{hash}/.a.jpg.tmp"),
            format!("{hash}/../a"),
            format!("{hash}/a/b"),
            format!("{}/a", "AB".repeat(16)),
            format!("{hash}/a\0b"),
        ] {
            assert!(Published::parse(&text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_place_that_is_made_can_be_read_again(digest: [u8; 16], stem in ".{0,200}") {
            let made = Published::new(digest, &stem, "webp");
            prop_assert_eq!(Published::parse(made.as_str()).unwrap(), made);
        }
    }
}
