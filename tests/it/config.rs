//! The configuration as an operator meets it: file, environment and flags in, settings or a helpful error out.

mod harness;
mod references;
mod secrecy;
mod shown;
mod sources;
mod values;
