//! Feeds made from a pattern: one for each tag, section, author, language.

mod growing;
mod places;
mod retiring;

use crate::newsroom::Newsroom;

/// A newsroom with a feed for each tag.
fn newsroom(more: &str) -> Newsroom {
    let mut newsroom = Newsroom::new();
    newsroom.add_config(&format!("[[feed]]\nname = \"all\"\n[[feed]]\nname = \"tag/{{tag}}\"\n{more}\n"));
    newsroom
}

/// An article with these tags, as a list of YAML.
fn tagged(headline: &str, tags: &str) -> String {
    format!("---\ntitle: {headline}\ntags: [{tags}]\n---\n\nText of {headline}.\n")
}
