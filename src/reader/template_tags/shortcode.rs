//! Hugo's and Zola's shortcodes: what they stand for without their templates.

use super::arguments::Arguments;
use super::destination;
use super::embed::{self, Figure};
use super::liquid::Outcome;
use crate::reader::front_matter::{Table, lookup};

/// What a shortcode without content stands for in running text; `block` is the indentation where it has the line to itself.
pub(super) fn plain(name: &str, text: &str, block: Option<&str>, keys: &Table<'_>) -> Outcome {
    let arguments = Arguments::parse(text);
    if let Some(figure) = Figure::of(name, &arguments) {
        return Outcome::Text(match block {
            Some(indent) => figure.block(indent) + "\n",
            None => figure.inline(),
        });
    }
    if let Some(link) = embed::link(name, &arguments) {
        return Outcome::Text(link);
    }
    let text = match name {
        "ref" | "relref" => arguments.either(&["path"], 0).map(destination::article),
        "param" => arguments.positional(0).and_then(|key| lookup(keys, key)).and_then(|node| node.value.scalar()).map(str::to_owned),
        // Hugo's own comments print nothing.
        "comment" => return Outcome::Nothing,
        _ => None,
    };
    text.map_or(Outcome::Unknown, Outcome::Text)
}

/// What becomes of the text between a shortcode's two tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wrapping {
    /// Code in a language.
    Code(String),
    /// A quotation, and whom it is by.
    Quote(Option<String>),
    /// Prints nothing.
    Silent,
    /// It stays; the tags around it go unseen.
    Kept,
    /// It stays; what the tags around it were for is not known.
    Unknown,
}

/// The same for a shortcode of this name.
pub(super) fn wrapping(name: &str, text: &str) -> Wrapping {
    let arguments = Arguments::parse(text);
    match name {
        "highlight" | "code" => Wrapping::Code(arguments.either(&["lang", "language"], 0).unwrap_or_default().to_owned()),
        "quote" | "blockquote" => {
            Wrapping::Quote(arguments.named(&["author", "by", "cite", "source"]).or_else(|| arguments.positional(0)).map(str::to_owned))
        }
        "comment" => Wrapping::Silent,
        "rawhtml" | "raw" | "unsafe" | "center" | "lead" | "details" => Wrapping::Kept,
        _ => Wrapping::Unknown,
    }
}
