//! The local files that articles show: who shows a file, and which published files are shown by a public article.

use rusqlite::{Connection, Transaction, params};

use super::rows;
use crate::article::{Article, FileStamp, Published, SourcePath};
use crate::ledger::{AssetRow, Fault};

/// Codes of the states in which an article is public: live, and removal pending (`rows.rs`).
const PUBLIC: &str = "(0, 1)";
/// The most articles that are named for one file.
const MOST_USERS: i64 = 10_000;

/// Writes what an article shows, in the place of what it showed.
pub(super) fn put(step: &Transaction<'_>, article: i64, source: &Article) -> Result<(), Fault> {
    let Some(assets) = &source.assets else { return Ok(()) };
    step.prepare_cached("DELETE FROM asset WHERE article = ?1")?.execute(params![article])?;
    if assets.is_empty() {
        return Ok(());
    }
    let mut put = step.prepare_cached(
        "INSERT OR REPLACE INTO asset (article, file, device, inode, size, modified, changed, published) VALUES (?1, ?2, ?3, ?4, ?5, ?6, \
         ?7, ?8)",
    )?;
    for asset in assets {
        let FileStamp { device, inode, size, modified, changed } = asset.found.as_ref().map(|found| found.stamp).unwrap_or_default();
        let published = asset.found.as_ref().map(|found| found.published.as_str());
        let (device, inode, size) = (device.cast_signed(), inode.cast_signed(), size.cast_signed());
        put.execute(params![article, asset.file.as_bytes(), device, inode, size, modified, changed, published])?;
    }
    Ok(())
}

/// Forgets what an article showed.
pub(super) fn forget(step: &Transaction<'_>, article: i64) -> Result<(), Fault> {
    step.prepare_cached("DELETE FROM asset WHERE article = ?1")?.execute(params![article])?;
    Ok(())
}

/// The files of articles that show any of these files, or whose own they would be by their names: those of the same name but for its
/// ending, and the index of its folder. In order, each once.
pub(super) fn users(reader: &Connection, files: &[SourcePath]) -> Result<Vec<SourcePath>, Fault> {
    let mut showing = reader.prepare_cached(
        "SELECT a.path FROM asset s CROSS JOIN article a ON a.no = s.article WHERE s.file = ?1 AND a.state <> 7 LIMIT ?2",
    )?;
    // '/' is the byte after '.', so that what lies between is the name with any ending.
    let mut named = reader.prepare_cached("SELECT path FROM article WHERE path > ?1 AND path < ?2 AND state <> 7 LIMIT ?3")?;
    let mut found = Vec::new();
    for file in files {
        let mut rows = showing.query(params![file.as_bytes(), MOST_USERS])?;
        while let Some(row) = rows.next()? {
            found.push(rows::path(row, 0)?);
        }
        let path = file.as_path();
        for name in [path.with_extension(""), path.with_file_name("index")] {
            let bytes = std::os::unix::ffi::OsStrExt::as_bytes(name.as_os_str());
            let mut rows = named.query(params![[bytes, b"."].concat(), [bytes, b"/"].concat(), MOST_USERS])?;
            while let Some(row) = rows.next()? {
                found.push(rows::path(row, 0)?);
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Those of these published files that a public article shows.
pub(super) fn shown(reader: &Connection, published: &[Published]) -> Result<Vec<Published>, Fault> {
    let mut any = reader.prepare_cached(&format!(
        "SELECT 1 FROM asset s CROSS JOIN article a ON a.no = s.article WHERE s.published = ?1 AND a.state IN {PUBLIC} LIMIT 1"
    ))?;
    let mut shown = Vec::new();
    for one in published {
        if any.exists(params![one.as_str()])? {
            shown.push(one.clone());
        }
    }
    Ok(shown)
}

/// A page of the files that articles show, in their order; those that several show are never parted.
pub(super) fn page(reader: &Connection, after: Option<&SourcePath>, limit: usize) -> Result<Vec<AssetRow>, Fault> {
    let mut select = reader.prepare_cached(
        "SELECT s.file, s.device, s.inode, s.size, s.modified, s.changed, s.published, a.path, a.state FROM asset s INDEXED BY asset_file \
         CROSS JOIN article a ON a.no = s.article WHERE s.file > ?1 AND a.state <> 7 ORDER BY s.file",
    )?;
    let mut rows = select.query(params![after.map_or(&[][..], SourcePath::as_bytes)])?;
    let mut page: Vec<AssetRow> = Vec::new();
    while let Some(row) = rows.next()? {
        let published: Option<String> = row.get(6)?;
        let state: i64 = row.get(8)?;
        let next = AssetRow {
            file: rows::path(row, 0)?,
            stamp: published.is_some().then(|| rows::stamp(row, 1)).transpose()?,
            published: published.and_then(|text| Published::parse(&text).ok()),
            article: rows::path(row, 7)?,
            public: matches!(state, 0 | 1),
        };
        if page.len() >= limit && page.last().is_none_or(|last| last.file != next.file) {
            break;
        }
        page.push(next);
    }
    Ok(page)
}
