//! Feeds of all kinds, broken ones too; and which item is which article.

mod formats;
mod matching;
mod property;
mod takeover;
