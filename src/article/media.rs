//! A picture, a sound or a film that goes with an article.

use serde::{Deserialize, Serialize};

/// One medium. What is not known is left out, never guessed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// As written in the source: absolute, or relative to the article's link.
    pub url: String,
    /// Media type, `image/jpeg` for instance.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none", default)]
    pub mime: Option<String>,
    /// Size in bytes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub length: Option<u64>,
    /// Width in pixels.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub width: Option<u32>,
    /// Height in pixels.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub height: Option<u32>,
    /// How long it plays, in seconds.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub duration: Option<u32>,
    /// What to say to those who do not see it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub alt: Option<String>,
    /// The caption.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub caption: Option<String>,
    /// Who is credited.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub credit: Option<String>,
}
