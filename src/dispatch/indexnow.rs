//! Search engines are told by `IndexNow` (<https://www.indexnow.org/documentation>) which pages are new, changed or gone.
//!
//! What is to be told are the bulletins: the ledger keeps how far they were told, so that nothing is forgotten and nothing of a baseline is
//! told. One request names many pages, one is under way at a time, and between two there is a rest.
//!
//! - `settings`: what the operator decided; `pages`: which pages some bulletins are about
//! - `request`: one ping; `answer`: what its answer means
//! - `run`: when to ping

mod answer;
mod pages;
mod request;
mod run;
mod settings;

pub use run::run;
pub use settings::Settings;
