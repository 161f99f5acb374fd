//! What is asked of an article beside what it cannot do without: for `newswire check`, which people run before they publish.
//!
//! Readers say what they could not understand, the desk what two articles claim at once; here is what an editor would want to know of
//! an article that is well understood. Local pictures are not looked at: whoever publishes them says which are not there.

mod article;
mod finding;
mod languages;
mod links;
mod profile;

pub use article::article;
pub use finding::Finding;
pub use languages::Languages;
pub use links::dead_links;

/// What an article's text shows, as its source writes it.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// Where its links lead.
    pub links: &'a [String],
    /// The names by which its places can be linked to.
    pub anchors: &'a std::collections::BTreeSet<String>,
    /// Whether there is an image in it.
    pub has_image: bool,
}
