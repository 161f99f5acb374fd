//! What decides: changes, the catalogue entries they concern and a clock → decisions. Pure.
//!
//! [`Desk::keys`] says which entries a batch of observations concerns; with those, [`Desk::decide`] says what becomes
//! of each article and what is told of it. Where a decision needs an entry that was not looked up (a link's `-2`, a
//! made id), it answers [`Missing`] with the keys to look up, and is asked again.
//!
//! Everything here sees an article as the [`House`] leaves it: its folder's defaults and the configuration's rules applied.
//!
//! ```text
//! Observation ─batch─▶ turn ─identity─▶ who ─link, placing─▶ where ─life_cycle, dates, telling─▶ Decision
//! ```

mod absence;
mod batch;
mod cut;
mod dates;
mod decide;
mod decision;
mod folders;
mod house;
mod identity;
mod key;
mod known;
mod life_cycle;
mod link;
mod maps;
mod now;
mod observation;
mod opening;
mod placing;
mod selection;
mod telling;
#[cfg(test)]
mod tests;
mod times;
mod turn;

pub use decide::Desk;
pub use decision::{Decision, Decisions, Telling};
pub use folders::FolderDefaults;
pub use house::{Applied, Edited, FeedsByRule, House};
pub use known::{Known, Missing};
pub use link::authority;
pub use now::Now;
pub use observation::{Observation, Seen};
