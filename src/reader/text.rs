//! Plain text
