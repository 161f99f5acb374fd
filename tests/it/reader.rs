//! Files as people write them, read.

mod markdown;
mod text;
