//! What a publisher promises, told to a stand-in for the ledger that knows feeds and articles only.

mod families;
mod history;
mod promise;
mod stand_in;
mod stories;
mod tombstones;
