//! How whole files are understood, format by format.

mod markdown;
mod text;
mod wire;
