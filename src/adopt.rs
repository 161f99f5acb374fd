//! Moving in: an old feed's items → the articles that they are, and what of them is taken over. Pure.
//!
//! ```text
//! bytes ─decode─▶ text ─xml, json─▶ OldFeed ─matching (link, title)─▶ Matched ─takeover─▶ rows as they shall be
//! ```
//!
//! - `old_feed`: what is looked at of an old feed; tells its format
//! - `decode`: bytes → text, whatever its encoding
//! - `xml`: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, whose elements `vocabulary` tells apart and `field` collects; `json`: JSON Feed
//! - `date`: dates as feeds write them
//! - `link`, `title`: when two links, and two titles, are the same
//! - `candidate`: an article that an item may be
//! - `matching`: which item is which article, and which is left alone; `why`
//! - `takeover`: an article's row with an item's id and dates

mod candidate;
mod date;
mod decode;
mod field;
mod json;
mod link;
mod matching;
mod old_feed;
mod takeover;
#[cfg(test)]
mod tests;
mod title;
mod vocabulary;
mod why;
mod xml;

pub use candidate::{Candidate, Standing};
pub use link::{ComparedLink, compared_link};
pub use matching::{By, Finding, Matched, Matching};
pub use old_feed::{IdFrom, MOST_ITEMS, OldFeed, OldFormat, OldItem, Unreadable, parse};
pub use takeover::taken_over;
pub use title::compared_title;
pub use why::Why;
