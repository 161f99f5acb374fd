//! An article's text in the form its source has it.

use serde::{Deserialize, Serialize};

/// The body as the source gives it; `render` makes HTML and plain text of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Body {
    /// CommonMark with tables, footnotes and strikethrough. `<!-- more -->` may mark the summary's end.
    Markdown(String),
    /// HTML, not yet sanitised, links not yet absolute.
    Html(String),
    /// Plain text, understood block by block.
    Blocks(Vec<Block>),
}

impl Default for Body {
    fn default() -> Self {
        Self::Blocks(Vec::new())
    }
}

/// A block of a plain-text article; all text unescaped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Block {
    /// A paragraph; a line break inside it is `\n`.
    Paragraph(String),
    /// A sub-heading.
    Heading(String),
    /// A photo's caption, with its credit (the picture itself is not in the file).
    Figure(Figure),
}

/// A caption and who is credited for the picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// The caption without its credit.
    pub caption: String,
    /// What stood in the brackets: photographer, agency.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub credit: Option<String>,
}
