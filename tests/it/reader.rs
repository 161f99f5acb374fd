//! How whole files are understood, format by format.

mod html;
mod files;
mod items;
mod mail;
mod markdown;
mod text;
