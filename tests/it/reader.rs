//! How whole files are understood, format by format.

mod files;
mod html;
mod items;
mod mail;
mod markdown;
mod text;
mod wire;
