//! The domain's values as rows, and back.

use std::sync::Arc;

use rusqlite::Row;
use rusqlite::types::Type;

use crate::article::{
    ArticleId, Bulletin, BulletinId, BulletinKind, Entry, FeedName, FileStamp, Fingerprint, Holding, Lane, Link, Revision,
};
use crate::article::{Sequence, SourcePath, State, Tombstone};
use crate::diagnostic::Severity;
use crate::instant::Instant;
use crate::ledger::{Attempt, CatalogueRow, EndpointKind, EndpointRow, EndpointState, FeedRow, Position};

macro_rules! entry_columns {
    () => {
        "a.id, a.path, a.device, a.inode, a.size, a.modified, a.changed, a.state, a.state_at, a.state_reason, a.revision, a.lane, \
         a.marks, a.published, a.updated, a.released, a.due, a.digest, a.link, a.fingerprint, a.facts, a.feeds"
    };
}

/// What of `article` makes an [`Entry`], in the order [`entry`] reads.
pub(super) const ENTRY: &str = entry_columns!();

/// The same, and after it the article's number and its source's version.
pub(super) const ENTRY_AND_VERSION: &str = concat!(entry_columns!(), ", m.article, s.version");

/// How many columns that is.
pub(super) const ENTRY_COLUMNS: usize = 22;

/// What of `bulletin` makes a [`Bulletin`], in the order [`bulletin`] reads.
pub(super) const BULLETIN: &str = "b.sequence, b.id, b.article, b.revision, b.kind, b.lane, b.at, b.feeds, b.breaking, b.data";

/// What of `endpoint` makes an [`EndpointRow`], in the order [`endpoint`] reads.
pub(super) const ENDPOINT: &str = "e.slot, e.id, e.kind, e.since, e.until, e.disabled, e.disabled_at";

type Read<T> = rusqlite::Result<T>;

fn damaged(column: usize, kind: Type, what: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, kind, what.into())
}

fn text<'a>(row: &'a Row<'_>, column: usize) -> Read<&'a str> {
    row.get_ref(column)?.as_str().map_err(|error| damaged(column, Type::Text, error))
}

fn instant(row: &Row<'_>, column: usize) -> Read<Instant> {
    Ok(Instant::from_millis(row.get(column)?))
}

/// A count or number that is never negative.
pub(super) fn whole(row: &Row<'_>, column: usize) -> Read<u64> {
    u64::try_from(row.get::<_, i64>(column)?).map_err(|error| damaged(column, Type::Integer, error))
}

/// An article's id.
pub(super) fn article_id(row: &Row<'_>, column: usize) -> Read<ArticleId> {
    ArticleId::taken_over(text(row, column)?).map_err(|error| damaged(column, Type::Text, error))
}

/// A feed's name.
pub(super) fn feed_name(row: &Row<'_>, column: usize) -> Read<FeedName> {
    FeedName::parse(text(row, column)?).map_err(|error| damaged(column, Type::Text, error))
}

/// A path.
pub(super) fn path(row: &Row<'_>, column: usize) -> Read<SourcePath> {
    SourcePath::from_bytes(row.get_ref(column)?.as_bytes()?).ok_or_else(|| damaged(column, Type::Blob, "no path under the articles folder"))
}

pub(super) fn stamp(row: &Row<'_>, first: usize) -> Read<FileStamp> {
    Ok(FileStamp {
        device: row.get::<_, i64>(first)?.cast_unsigned(),
        inode: row.get::<_, i64>(first + 1)?.cast_unsigned(),
        size: row.get::<_, i64>(first + 2)?.cast_unsigned(),
        modified: row.get(first + 3)?,
        changed: row.get(first + 4)?,
    })
}

/// A state as its code, its instant and its reason.
pub(super) fn state_columns(state: &State) -> (i64, Option<i64>, Option<&str>) {
    match state {
        State::Live => (0, None, None),
        State::RemovalPending { until } => (PENDING, Some(until.as_millis()), None),
        State::Held { why } => (
            match why {
                Holding::Draft => 2,
                Holding::Embargo => 3,
                Holding::Future => 4,
                Holding::Hold => 5,
            },
            None,
            None,
        ),
        State::Expired => (6, None, None),
        State::Withdrawn { at, reason } => (WITHDRAWN, Some(at.as_millis()), reason.as_deref()),
    }
}

/// The code of a removal that is pending; the schema's partial index names it.
pub(super) const PENDING: i64 = 1;
/// The code of a withdrawn article.
pub(super) const WITHDRAWN: i64 = 7;

/// The state in three columns from `first`.
pub(super) fn state(row: &Row<'_>, first: usize) -> Read<State> {
    let held = |why| Ok(State::Held { why });
    match row.get::<_, i64>(first)? {
        0 => Ok(State::Live),
        PENDING => Ok(State::RemovalPending { until: instant(row, first + 1)? }),
        2 => held(Holding::Draft),
        3 => held(Holding::Embargo),
        4 => held(Holding::Future),
        5 => held(Holding::Hold),
        6 => Ok(State::Expired),
        WITHDRAWN => Ok(State::Withdrawn { at: instant(row, first + 1)?, reason: row.get(first + 2)? }),
        code => Err(rusqlite::Error::IntegralValueOutOfRange(first, code)),
    }
}

/// What a count of states by code adds to: live, held, withdrawn, or none of these.
pub(super) enum Standing {
    /// Public.
    Live,
    /// Held.
    Held,
    /// Withdrawn.
    Withdrawn,
    /// Expired.
    Gone,
}

/// The standing that a state's code means.
pub(super) fn standing(code: i64) -> Read<Standing> {
    match code {
        0 | PENDING => Ok(Standing::Live),
        2..=5 => Ok(Standing::Held),
        6 => Ok(Standing::Gone),
        WITHDRAWN => Ok(Standing::Withdrawn),
        code => Err(rusqlite::Error::IntegralValueOutOfRange(0, code)),
    }
}

/// A lane's code; lower is higher.
pub(super) const fn lane_code(lane: Lane) -> i64 {
    match lane {
        Lane::Breaking => 0,
        Lane::Ordinary => 1,
        Lane::Retry => 2,
    }
}

fn lane_of(column: usize, code: i64) -> Read<Lane> {
    match code {
        0 => Ok(Lane::Breaking),
        1 => Ok(Lane::Ordinary),
        2 => Ok(Lane::Retry),
        code => Err(rusqlite::Error::IntegralValueOutOfRange(column, code)),
    }
}

/// A bulletin's kind as its code.
pub(super) const fn kind_code(kind: BulletinKind) -> i64 {
    match kind {
        BulletinKind::Published => 0,
        BulletinKind::Updated => 1,
        BulletinKind::Withdrawn => 2,
    }
}

fn bulletin_kind(row: &Row<'_>, column: usize) -> Read<BulletinKind> {
    match row.get::<_, i64>(column)? {
        0 => Ok(BulletinKind::Published),
        1 => Ok(BulletinKind::Updated),
        2 => Ok(BulletinKind::Withdrawn),
        code => Err(rusqlite::Error::IntegralValueOutOfRange(column, code)),
    }
}

/// An endpoint's kind as its code.
pub(super) const fn endpoint_code(kind: EndpointKind) -> i64 {
    match kind {
        EndpointKind::Webhook => 0,
    }
}

/// Feeds' names, one a line.
pub(super) fn feeds_text(feeds: &[FeedName], into: &mut String) {
    into.clear();
    for (index, feed) in feeds.iter().enumerate() {
        if index > 0 {
            into.push('\n');
        }
        into.push_str(feed.as_str());
    }
}

/// The same back.
pub(super) fn feeds(row: &Row<'_>, column: usize) -> Read<Vec<FeedName>> {
    let lines = text(row, column)?.split('\n').filter(|line| !line.is_empty());
    lines.map(|name| FeedName::parse(name).map_err(|error| damaged(column, Type::Text, error))).collect()
}

const HELD_HERE: i64 = 1;
const WAS_PUBLIC: i64 = 2;
const MINOR: i64 = 4;

/// An entry's yes-and-noes in one column.
pub(super) fn marks(entry: &Entry) -> i64 {
    [(entry.held_here, HELD_HERE), (entry.was_public, WAS_PUBLIC), (entry.minor, MINOR)]
        .iter()
        .filter(|(set, _)| *set)
        .map(|(_, bit)| bit)
        .sum()
}

/// Whether the marks in a column say that the article was public.
pub(super) fn was_public(row: &Row<'_>, column: usize) -> Read<bool> {
    Ok(row.get::<_, i64>(column)? & WAS_PUBLIC != 0)
}

/// The entry in the columns of [`ENTRY`], from the first.
pub(super) fn entry(row: &Row<'_>) -> Read<Entry> {
    let fingerprint = row.get_ref(19)?.as_blob().map_err(|error| damaged(19, Type::Blob, error))?;
    let lane = row.get::<_, Option<i64>>(11)?;
    let marks: i64 = row.get(12)?;
    Ok(Entry {
        id: article_id(row, 0)?,
        path: path(row, 1)?,
        stamp: stamp(row, 2)?,
        state: state(row, 7)?,
        revision: Revision(row.get(10)?),
        lane: lane.map(|code| lane_of(11, code)).transpose()?,
        held_here: marks & HELD_HERE != 0,
        was_public: marks & WAS_PUBLIC != 0,
        minor: marks & MINOR != 0,
        published: instant(row, 13)?,
        updated: instant(row, 14)?,
        released: instant(row, 15)?,
        due: row.get::<_, Option<i64>>(16)?.map(Instant::from_millis),
        digest: row.get(17)?,
        link: Link::parse(text(row, 18)?).map_err(|error| damaged(18, Type::Text, error))?,
        // Another version's fingerprint is unlike any, so that the article counts as read anew.
        fingerprint: Fingerprint::from_bytes(fingerprint).unwrap_or_default(),
        facts: serde_json::from_str(text(row, 20)?).map_err(|error| damaged(20, Type::Text, error))?,
        feeds: feeds(row, 21)?,
    })
}

/// A catalogue row: path, id, stamp, `has_source`, state's code.
pub(super) fn catalogue(row: &Row<'_>) -> Read<CatalogueRow> {
    Ok(CatalogueRow {
        path: path(row, 0)?,
        id: article_id(row, 1)?,
        stamp: stamp(row, 2)?,
        has_source: row.get(7)?,
        withdrawn: row.get::<_, i64>(8)? == WITHDRAWN,
    })
}

/// The bulletin in the columns of [`BULLETIN`], from the first.
pub(super) fn bulletin(row: &Row<'_>) -> Read<Arc<Bulletin>> {
    Ok(Arc::new(Bulletin {
        sequence: Sequence(whole(row, 0)?),
        id: BulletinId::from_ledger(row.get(1)?),
        article: article_id(row, 2)?,
        revision: Revision(row.get(3)?),
        kind: bulletin_kind(row, 4)?,
        lane: lane_of(5, row.get(5)?)?,
        at: instant(row, 6)?,
        feeds: feeds(row, 7)?,
        breaking: row.get(8)?,
        data: text(row, 9)?.into(),
    }))
}

/// The endpoint in the columns of [`ENDPOINT`], from `first`.
pub(super) fn endpoint(row: &Row<'_>, first: usize) -> Read<EndpointRow> {
    let disabled: Option<String> = row.get(first + 5)?;
    Ok(EndpointRow {
        position: Position { slot: row.get(first)?, id: row.get(first + 1)? },
        kind: match row.get::<_, i64>(first + 2)? {
            0 => EndpointKind::Webhook,
            code => return Err(rusqlite::Error::IntegralValueOutOfRange(first + 2, code)),
        },
        since: Sequence(whole(row, first + 3)?),
        until: row.get::<_, Option<i64>>(first + 4)?.map(|_| whole(row, first + 4)).transpose()?.map(Sequence),
        state: match disabled {
            None => EndpointState::Active,
            Some(reason) => EndpointState::Disabled { reason, at: instant(row, first + 6)? },
        },
    })
}

/// A tombstone: the article's id, at, reason, feeds.
pub(super) fn tombstone(row: &Row<'_>) -> Read<Tombstone> {
    Ok(Tombstone { id: article_id(row, 0)?, at: instant(row, 1)?, reason: row.get(2)?, feeds: feeds(row, 3)? })
}

/// A feed's row: name, id, updated, content, selection.
pub(super) fn feed(row: &Row<'_>) -> Read<FeedRow> {
    Ok(FeedRow {
        name: feed_name(row, 0)?,
        id: article_id(row, 1)?,
        updated: instant(row, 2)?,
        content: row.get(3)?,
        selection: row.get(4)?,
    })
}

/// An attempt: endpoint's id, sequence, at, took, status, error, number.
pub(super) fn attempt(row: &Row<'_>, first: usize) -> Read<Attempt> {
    Ok(Attempt {
        endpoint: row.get(first)?,
        sequence: Sequence(whole(row, first + 1)?),
        at: instant(row, first + 2)?,
        took: std::time::Duration::from_micros(whole(row, first + 3)?),
        status: row.get(first + 4)?,
        error: row.get(first + 5)?,
        number: row.get(first + 6)?,
    })
}

/// A diagnostic's severity as its code; higher is heavier.
pub(super) const fn severity_code(severity: Severity) -> i64 {
    match severity {
        Severity::Note => 0,
        Severity::Warning => 1,
        Severity::Error => 2,
    }
}

/// A sequence as SQLite keeps it; one beyond its range stands above all.
pub(super) fn sequence_column(sequence: Sequence) -> i64 {
    i64::try_from(sequence.0).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_survives() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        let at = Instant::from_millis(1_764_000_000_123);
        let held = [Holding::Draft, Holding::Embargo, Holding::Future, Holding::Hold].map(|why| State::Held { why });
        let others = [
            State::Live,
            State::RemovalPending { until: at },
            State::Expired,
            State::Withdrawn { at, reason: None },
            State::Withdrawn { at, reason: Some("retracted".into()) },
        ];
        for before in held.into_iter().chain(others) {
            let (code, moment, reason) = state_columns(&before);
            let after = connection.query_row("SELECT ?1, ?2, ?3", rusqlite::params![code, moment, reason], |row| state(row, 0)).unwrap();
            assert_eq!(after, before);
            let public = matches!(standing(code).unwrap(), Standing::Live);
            assert_eq!(public, before.is_public(), "{before:?}");
        }
    }
}
