//! Files as people write them, read.

mod text;
