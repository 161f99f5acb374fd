//! The block of keys at a file's head: YAML between `---`, TOML between `+++`, or a JSON object, as Hugo, Zola, Jekyll and Eleventy
//! write them.
//!
//! `fence` finds the block; `plain_yaml` reads the everyday kind line by line and `yaml` the rest, `toml` and `json` the other two;
//! all yield the same [`value::Table`]. `keys` knows the names that generators give to the same thing, and `fields` makes an
//! article's fields of them.

mod addresses;
mod dates;
mod fence;
mod fields;
mod json;
mod keys;
mod labels;
mod particulars;
mod people;
mod pictures;
mod plain_yaml;
mod recordings;
mod switches;
mod toml;
mod value;
mod yaml;

pub(super) use fence::{Block, Format, Split, looks_like_keys, split};
pub(super) use fields::{Extras, fill};
pub(super) use json::node as of_json;
pub(super) use keys::{is_key, own_of_articles};
pub(super) use labels::add_one as add_tag;
pub(super) use particulars::duration;
pub(super) use value::{Node, Table, Value, lookup};

use super::findings::{Fault, Place};

/// A larger block is refused, in bytes: nobody writes it by hand, and parsing it costs.
pub(super) const LARGEST: usize = 256 * 1024;

/// Reads a block in whichever format it is.
pub(super) fn parse<'a>(block: &Block<'a>) -> Result<Table<'a>, Fault> {
    if block.source.len() > LARGEST {
        return Err(Fault {
            place: Place::new(block.line.saturating_sub(1), 1),
            rule: "front-matter-too-large",
            message: format!("the front matter is {} kB long; at most {} kB are read", block.source.len() / 1024, LARGEST / 1024),
            remedy: "move the text below the front matter's closing line".to_owned(),
        });
    }
    match block.format {
        Format::Yaml => match plain_yaml::parse(block.source, block.line) {
            Some(table) => Ok(table),
            None => yaml::parse(block.source, block.line),
        },
        Format::Toml => toml::parse(block.source, block.line),
        Format::Json => json::parse(block.source, block.line),
    }
}
