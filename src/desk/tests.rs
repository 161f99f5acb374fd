//! The desk's rules, each as a story told to a desk with a catalogue of its own.

mod clocks;
mod dates;
mod expiry;
mod held;
mod house;
mod identity;
mod links;
mod newsroom;
mod protocol;
mod removal;
mod renames;
mod telling;
mod transitions;
mod versions;
