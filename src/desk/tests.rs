//! The desk's rules, each as a story told to a desk with a catalogue of its own.

mod dates;
mod held;
mod house;
mod identity;
mod links;
mod newsroom;
mod protocol;
mod removal;
mod renames;
mod telling;
