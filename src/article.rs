//! The domain: an article as understood, its place in the catalogue, and the bulletins that tell of it.

mod archive;
mod asset;
mod body;
mod bulletin;
mod entry;
mod fingerprint;
mod identity;
mod label;
mod media;
mod particulars;
mod person;
mod preset;
mod references;
mod source_path;
mod tombstone;
mod version;

pub use archive::ArchiveName;
pub use asset::{Asset, AssetFile, NotPublished, Published};
pub use body::{Block, Body, Figure};
pub use bulletin::{Advisory, Bulletin, BulletinId, BulletinKind, Lane};
pub use entry::{Entry, EntryKey, Facts, FileStamp, Holding, Order, State};
pub use fingerprint::{Field, Fingerprint};
pub use identity::{ArticleId, FeedName, InvalidName, Link, Revision, Sequence};
pub use label::{is_label, label};
pub use media::Media;
pub use particulars::{Discussion, Episode, EpisodeKind, Location, Origin, Particulars, Transcript};
pub use person::Person;
pub use preset::{FolderDefault, Giving, Preset, Switch};
pub use references::References;
pub use source_path::{Part, SourcePath};
pub use tombstone::Tombstone;
pub use version::Version;

use serde::{Deserialize, Serialize};

use crate::instant::Dated;

/// One article as its reader understood it: the source's own fields, before config and rendering.
///
/// All text but the body is plain text, as typed, never HTML. This is also what the ledger keeps as the last good source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Article {
    /// The headline; never empty.
    pub headline: String,
    /// The standfirst or summary that the source gives itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standfirst: Option<String>,
    /// Who wrote it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<Person>,
    /// Who contributed: agencies, other reporters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contributors: Vec<Person>,
    /// What the page says of its author ("NAME is PAPER's military correspondent.").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author_note: Option<String>,
    /// Where it was filed and by whom ("PARIS (AP)").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dateline: Option<String>,
    /// Credit lines ("The Associated Press contributed to this report.").
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub credits: Vec<String>,
    /// Under which licence it may be used: a URL, or words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// The text itself.
    pub body: Body,
    /// Pictures, audio and video that the source names outside its body; the first image leads.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub media: Vec<Media>,
    /// The local files that it shows, where they were looked at; `None` where nobody has looked yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assets: Option<Vec<Asset>>,
    /// When it says that it was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<Dated>,
    /// When it says that it was last updated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated: Option<Dated>,
    /// Tags as typed, each once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The section, as typed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// A BCP 47 language tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Not for the public yet.
    #[serde(skip_serializing_if = "is_false")]
    pub draft: bool,
    /// Breaking news, by front matter or priority.
    #[serde(skip_serializing_if = "is_false")]
    pub breaking: bool,
    /// A change that updates the feed, moves no date and tells no one.
    #[serde(skip_serializing_if = "is_false")]
    pub minor: bool,
    /// Switches that its source sets to false, so that nothing from outside sets them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub declined: Vec<Switch>,
    /// Overrides whether its publication is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub announce: Option<bool>,
    /// Held until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub embargo: Option<Dated>,
    /// Leaves the feeds then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<Dated>,
    /// Whether subscribers are told when it expires; the configuration says where it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub announce_expiry: Option<bool>,
    /// On hold, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold: Option<String>,
    /// Withdrawn by its source, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<String>,
    /// A note on what was corrected or brought up to date, for readers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correction: Option<String>,
    /// Which of the two that note is.
    #[serde(skip_serializing_if = "NoteKind::is_correction")]
    pub note: NoteKind,
    /// An identifier of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<ArticleId>,
    /// Which version of the item it is, where an agency sends a file a version under one identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
    /// Where it stands on the web: absolute, or a path under the site's URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The last part of its link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// What few articles say of themselves.
    #[serde(skip_serializing_if = "Particulars::is_empty")]
    pub particulars: Particulars,
    /// Front matter that newswire has no use for, kept as it was.
    #[serde(skip_serializing_if = "serde_json::Map::is_empty")]
    pub metadata: serde_json::Map<String, serde_json::Value>,
}

/// What kind of note an article's change comes with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NoteKind {
    /// Something was wrong.
    #[default]
    Correction,
    /// Something is new.
    Update,
}

impl NoteKind {
    /// What stands before the note.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Correction => "Correction",
            Self::Update => "Update",
        }
    }

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if hands a reference")]
    fn is_correction(&self) -> bool {
        *self == Self::Correction
    }
}

impl Article {
    /// Notes that its source sets a switch to false.
    pub fn decline(&mut self, switch: Switch) {
        if !self.declined.contains(&switch) {
            self.declined.push(switch);
        }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if hands a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}
