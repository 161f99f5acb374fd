//! What is committed in one step.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ArchiveRow;
use super::{FamilyFeed, Layout};
use crate::article::{Article, ArticleId, Bulletin, Entry, FeedName, FileStamp, Revision, Sequence, SourcePath, State, Tombstone};
use crate::diagnostic::Diagnostic;
use crate::instant::Instant;

/// Names an edition, so that a commit repeated after a lost acknowledgement is taken once. 16 random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EditionId(pub [u8; 16]);

/// The outcome of one batch of changes, committed whole or not at all.
#[derive(Clone, Debug)]
pub struct Edition {
    /// Names it.
    pub id: EditionId,
    /// The edition's instant: later than every instant in the ledger, and what bulletins and changed feeds are dated with.
    pub at: Instant,
    /// Catalogue rows to write.
    pub entries: Vec<EntryChange>,
    /// Catalogue rows to forget: files that were never public and are gone.
    pub forget: Vec<ArticleId>,
    /// Tombstones of the articles that this edition takes from the public, each in the place of an older one of its article.
    pub tombstones: Vec<Tombstone>,
    /// Bulletins, without their sequences; each gets the next ones in this order.
    pub bulletins: Vec<Bulletin>,
    /// Feeds whose bytes this edition changes.
    pub feeds: Vec<FeedRow>,
    /// All families as articles are placed in them now, each with the hash of what decides that; `None` leaves them as they are.
    pub families: Option<BTreeMap<String, [u8; 16]>>,
    /// Feeds of families that are new, or whose value is.
    pub family_feeds: Vec<FamilyFeed>,
    /// Where in its files each changed feed of a family has its entries, where that is known.
    pub layouts: Vec<(FeedName, Option<Layout>)>,
    /// The files of every edition up to this instant are in place, as far as whoever commits knows.
    pub placed: Option<Instant>,
    /// Archives that it cuts, or whose content it changes.
    pub archives: Vec<ArchiveRow>,
    /// For each path that was looked at, what there is to say of it now; an empty list clears what was said before.
    pub diagnostics: Vec<(SourcePath, Vec<Diagnostic>)>,
    /// Sets the durable marker: the first scan is complete, what comes after is told.
    pub baseline_complete: bool,
    /// Whether a power loss may take it back as long as no later edition is committed: a part of a first scan, of which nothing is shown
    /// before the edition that completes the baseline, and that is made again where it is lost. The process's end loses it never.
    pub provisional: bool,
}

impl Edition {
    /// One that changes nothing yet, under a name of its own.
    pub fn empty(at: Instant) -> Self {
        Self {
            id: EditionId(rand::random()),
            at,
            entries: Vec::new(),
            forget: Vec::new(),
            tombstones: Vec::new(),
            bulletins: Vec::new(),
            feeds: Vec::new(),
            families: None,
            family_feeds: Vec::new(),
            layouts: Vec::new(),
            placed: None,
            archives: Vec::new(),
            diagnostics: Vec::new(),
            baseline_complete: false,
            provisional: false,
        }
    }
}

/// One catalogue row to write, keyed by its article id.
#[derive(Clone, Debug)]
pub struct EntryChange {
    /// The row as it shall be.
    pub entry: Entry,
    /// The row as the desk knew it when it decided; `None` for a new article. Another row there now is [`Fault::Stale`].
    pub known: Option<Known>,
    /// The article to keep as its last good source; `None` leaves what is kept.
    pub source: Option<Arc<Article>>,
}

/// What tells one version of a catalogue row from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The revision the row had.
    pub revision: Revision,
    /// The stamp the row had.
    pub stamp: FileStamp,
    /// The state the row had.
    pub state: State,
}

/// What a commit gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The sequence of each bulletin, in the edition's order.
    pub sequences: Vec<Sequence>,
}

/// A feed's own row: what must not be lost for its bytes to be the same again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedRow {
    /// Its name.
    pub name: FeedName,
    /// Its own identifier, made once and kept.
    pub id: ArticleId,
    /// When its content last changed; never goes back.
    pub updated: Instant,
    /// Hash of everything its bytes depend on but `updated`: entries, config, version.
    pub content: [u8; 16],
    /// Hash of the selection, so that a changed one is known.
    pub selection: [u8; 16],
}
