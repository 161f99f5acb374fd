//! How whole files are understood, format by format.

mod html;
mod markdown;
mod text;
