//! What this room's unit tests share.

use crate::article::{ArticleId, Bulletin, BulletinId, BulletinKind, FeedName, Lane, Revision, Sequence};
use crate::instant::Instant;
use crate::ledger::{EndpointKind, EndpointRow, EndpointState, Position};

/// A bulletin of the one article of these tests; its sequence is its revision.
pub(super) fn bulletin(revision: u32, kind: BulletinKind) -> Bulletin {
    let article = ArticleId::parse("tag:example.org,2026:a").unwrap();
    Bulletin {
        sequence: Sequence(revision.into()),
        id: BulletinId::of(&article, Revision(revision), kind),
        article,
        revision: Revision(revision),
        kind,
        lane: Lane::Ordinary,
        at: Instant::from_millis(1_764_000_000_070),
        feeds: vec![FeedName::parse("all").unwrap()],
        breaking: false,
        data: r#"{"id":"tag:example.org,2026:a","headline":"A \"quoted\" headline"}"#.into(),
    }
}

/// An endpoint that counts from the first sequence on.
pub(super) fn row(id: &str) -> EndpointRow {
    EndpointRow {
        position: Position { slot: 0, id: id.to_owned() },
        kind: EndpointKind::Webhook,
        since: Sequence(0),
        until: None,
        state: EndpointState::Active,
    }
}
