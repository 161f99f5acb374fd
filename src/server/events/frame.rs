//! One bulletin as the stream carries it.

use bytes::Bytes;

use crate::article::{Bulletin, BulletinKind, FeedName, Sequence};

/// A bulletin ready to be sent, with what clients choose by.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) sequence: Sequence,
    pub(super) kind: BulletinKind,
    pub(super) breaking: bool,
    pub(super) feeds: Vec<FeedName>,
    pub(super) bytes: Bytes,
}

impl Frame {
    pub(super) fn of(bulletin: &Bulletin) -> Self {
        let Bulletin { sequence, kind, breaking, feeds, .. } = bulletin;
        // JSON has no line break outside of its escapes, so that the body is one line.
        let bytes = format!("id: {}\nevent: {kind}\ndata: {}\n\n", sequence.0, bulletin.body());
        Self { sequence: *sequence, kind: *kind, breaking: *breaking, feeds: feeds.clone(), bytes: bytes.into() }
    }
}
