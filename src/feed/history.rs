//! A feed's history as RFC 5005 has it: which part of a feed a document is, and what it says of the others.
//!
//! - Section 4, archived feeds: the subscription document and each archive lead to what is older by `prev-archive`, so that whoever follows
//!   these links has all of the feed. An archive is marked by `fh:archive` and names the subscription document as `current`.
//! - Section 2, complete feeds: a subscription document that holds everything there is says so by `fh:complete`.
//! - JSON Feed leads on by `next_url`; it has no word for the rest.

use super::Channel;
use crate::article::{ArchiveName, FeedName};
use crate::config::Format;

/// Which part of its feed a document is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The document that subscribers ask for, and the archive that holds what is older.
    Subscription(Option<ArchiveName>),
    /// The same, and nothing is older.
    Complete,
    /// An archive.
    Archive {
        /// Its own name.
        name: ArchiveName,
        /// The one with what is older.
        older: Option<ArchiveName>,
        /// The one with what is newer, or that will have it: it is named before it stands, so that this one need not change then.
        newer: ArchiveName,
    },
}

impl Default for Part {
    fn default() -> Self {
        Self::Subscription(None)
    }
}

/// Where an archive stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveFile {
    /// Whose it is.
    pub feed: FeedName,
    /// Which one.
    pub name: ArchiveName,
    /// In which format.
    pub format: Format,
}

impl ArchiveFile {
    /// Its path under the feeds folder: `all/archive/12.atom`.
    pub fn path(&self) -> String {
        path(&self.feed, self.name, self.format)
    }

    /// The archive that a path under the feeds folder names.
    pub fn parse(path: &str) -> Option<Self> {
        let (rest, extension) = path.rsplit_once('.')?;
        let format = Format::ALL.into_iter().find(|format| format.extension() == extension)?;
        let (rest, name) = rest.rsplit_once('/')?;
        let feed = rest.strip_suffix(ArchiveName::FOLDER)?.strip_suffix('/')?;
        Some(Self { feed: FeedName::parse(feed).ok()?, name: ArchiveName::parse(name)?, format })
    }
}

/// An archive's path under the feeds folder.
pub(super) fn path(feed: &FeedName, name: ArchiveName, format: Format) -> String {
    format!("{feed}/{}/{name}.{}", ArchiveName::FOLDER, format.extension())
}

impl Channel {
    /// What this document says of the feed's other parts in XML: relations and where they lead.
    pub(super) fn relations(&self, format: Format) -> Vec<(&'static str, String)> {
        let archive = |name| self.public(&path(&self.name, name, format));
        match &self.part {
            Part::Subscription(older) => older.iter().map(|older| ("prev-archive", archive(*older))).collect(),
            Part::Complete => Vec::new(),
            Part::Archive { older, newer, .. } => {
                let current = ("current", self.current_url(format));
                let older = older.map(|older| ("prev-archive", archive(older)));
                [current].into_iter().chain(older).chain([("next-archive", archive(*newer))]).collect()
            }
        }
    }

    /// Where JSON Feed's next, that is older, items are.
    pub fn next_url(&self) -> Option<String> {
        match &self.part {
            Part::Subscription(older) | Part::Archive { older, .. } => {
                older.map(|older| self.public(&path(&self.name, older, Format::Json)))
            }
            Part::Complete => None,
        }
    }
}

/// What a document says that holds all that there is (RFC 5005 section 2). A part of such a document is not one.
pub const COMPLETE: &str = "<fh:complete xmlns:fh=\"http://purl.org/syndication/history/1.0\"/>";

/// What marks a document of XML as the part that it is, for a place among the feed's own elements.
pub(super) fn mark(part: &Part) -> &'static str {
    // The namespace is declared where it is used, so that other documents do not speak of it.
    match part {
        Part::Subscription(_) => "",
        Part::Complete => COMPLETE,
        Part::Archive { .. } => "<fh:archive xmlns:fh=\"http://purl.org/syndication/history/1.0\"/>",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_s_place_is_found_by_its_path_alone() {
        let file = ArchiveFile { feed: FeedName::parse("tag/été").unwrap(), name: ArchiveName::new(12, 3), format: Format::Json };
        assert_eq!(file.path(), "tag/été/archive/12-3.json");
        assert_eq!(ArchiveFile::parse(&file.path()), Some(file));
        for path in [
            "all.atom",
            "archive/1.atom",
            "/archive/1.atom",
            "all/archive/1",
            "all/archive/1.html",
            "all/archive/01.atom",
            "all/archive/../1.atom",
            "../archive/1.atom",
            "all/xarchive/1.atom",
            "all/archive/.1.atom.tmp",
            "",
        ] {
            assert_eq!(ArchiveFile::parse(path), None, "{path}");
        }
    }
}
