//! What the operator decides: the one TOML file, typed. No I/O here; `settings` loads and merges.

mod beside;
mod check;
mod family;
pub mod file;
pub mod key;
mod look;
mod pattern;
mod podcast;
mod retired;
mod rule;
mod secret;
mod server;
mod webhook;

pub use beside::{IndexNow, Sitemap};
pub use check::{Check, Profile, Weight};
pub use family::{Family, FamilyKey, FamilyName, InvalidFamily};
pub use look::{Look, Rsl};
pub use pattern::{InvalidPattern, Pattern};
pub use podcast::Podcast;
pub use retired::{Onward, Retired, RetiredName, Successor};
pub use rule::{Replacement, Rule};
pub use secret::{InvalidSecret, SecretSource, WebhookSecret};
pub use server::{AccessLog, Forwarded, Limits, Listen, LogFormat, Proxies, Rate, Server, Tls};
pub use webhook::Webhook;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use jiff::tz::TimeZone;
use url::Url;

use crate::article::FeedName;
use crate::content_coding::Coding;

/// Everything, validated, with defaults filled in and paths made absolute.
#[derive(Clone, Debug)]
pub struct Config {
    /// `[site]`
    pub site: Site,
    /// `[articles]`
    pub articles: Articles,
    /// `[feeds]`
    pub feeds: Feeds,
    /// `[[feed]]`; `all` and `breaking` where none is given.
    pub feed: Vec<Feed>,
    /// `[[feed]]` with a family's name.
    pub families: Vec<Family>,
    /// `[[feed]]` with `retired`.
    pub retired: Vec<Retired>,
    /// `[[rule]]`, in their order.
    pub rules: Vec<Rule>,
    /// `[server]`, `[tls]`, `[access_log]` and `[limits]`.
    pub server: Server,
    /// `[sitemap]`
    pub sitemap: Sitemap,
    /// `[indexnow]`, where a key is given.
    pub indexnow: Option<IndexNow>,
    /// `[ledger]`
    pub ledger: LedgerPlace,
    /// `[delivery]`
    pub delivery: Delivery,
    /// `[[webhook]]`
    pub webhooks: Vec<Webhook>,
    /// `[text]`: the plain-text reader.
    pub text: Text,
    /// `[html]`: what sanitising lets through.
    pub html: Html,
    /// `[rsl]`: the terms for machines.
    pub rsl: Option<Rsl>,
    /// `[check]`: what `newswire check` asks.
    pub check: Check,
    /// `[theme]`: how pages look.
    pub theme: Theme,
}

/// `[site]`: whose articles these are.
#[derive(Clone, Debug)]
pub struct Site {
    /// The publication's name.
    pub title: String,
    /// One sentence about it; defaults to the title.
    pub description: String,
    /// Links and ids are made under it; ends with `/`.
    pub url: Url,
    /// Default language of articles, a BCP 47 tag.
    pub language: String,
    /// For dates without an offset.
    pub timezone: TimeZone,
    /// When an article names no author.
    pub author: Option<String>,
    /// Whose rights the articles are.
    pub rights: Option<String>,
    /// How readers show it.
    pub look: Look,
}

/// `[articles]`: where articles come from.
#[derive(Clone, Debug)]
pub struct Articles {
    /// The watched folder, absolute.
    pub path: PathBuf,
    /// Globs relative to it that are passed over.
    pub ignore: globset::GlobSet,
    /// The same as written.
    pub ignore_patterns: Vec<String>,
    /// Permalink pattern under the site's URL.
    pub link: String,
    /// Extra rest for writers that pause.
    pub settle: Duration,
    /// How old an article may be and still be news.
    pub announce_within: Duration,
    /// How long a vanished file may take to come back.
    pub removal_grace: Duration,
    /// Whether subscribers are told of articles that expire, where these do not say themselves.
    pub announce_expiry: bool,
    /// The largest file that is read, in bytes.
    pub max_size: u64,
    /// How changes are found.
    pub watch: Watch,
    /// How often folders are listed whose changes nobody tells of.
    pub poll_interval: Duration,
    /// How often the whole folder is compared with the catalogue, whatever was told; zero is never.
    pub audit_interval: Duration,
    /// Whether symbolic links may lead out of the folder.
    pub follow_links_outside: bool,
    /// The largest picture, sound or film that is published, in bytes.
    pub max_media_size: u64,
}

/// How changes in the articles folder are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watch {
    /// By the operating system's events; on file systems that others may change unheard (networks, FUSE), by listing as well.
    Auto,
    /// By events alone.
    Events,
    /// By listing alone.
    Poll,
}

/// A feed's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// RSS 2.0, `NAME.rss`.
    Rss,
    /// Atom 1.0 (RFC 4287), `NAME.atom`.
    Atom,
    /// JSON Feed 1.1, `NAME.json`.
    Json,
}

impl Format {
    /// Every format, in the order in which they are written.
    pub const ALL: [Self; 3] = [Self::Rss, Self::Atom, Self::Json];

    /// The file's ending, without its dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Rss => "rss",
            Self::Atom => "atom",
            Self::Json => "json",
        }
    }

    /// The media type it is served and linked with.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Rss => "application/rss+xml",
            Self::Atom => "application/atom+xml",
            Self::Json => "application/feed+json",
        }
    }
}

/// `[feeds]`: where feeds go.
#[derive(Clone, Debug)]
pub struct Feeds {
    /// The written folder, absolute.
    pub path: PathBuf,
    /// Where that folder is public; ends with `/`.
    pub url: Url,
    /// The formats each feed is written in.
    pub formats: Vec<Format>,
    /// How long a published picture that no article shows any more is kept.
    pub media_grace: Duration,
    /// `WebSub` hubs of others that readers may subscribe at.
    pub hubs: Vec<Url>,
    /// How often readers are asked to look.
    pub update_interval: Option<Duration>,
    /// How Atom carries a text.
    pub atom_content: AtomContent,
    /// The codings in which best-level siblings stand beside the files, for static hosts.
    pub precompress: Vec<Coding>,
    /// Whether what no longer stands in a feed stands in its archives.
    pub archives: bool,
}

/// How Atom carries a text (RFC 4287 section 4.1.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AtomContent {
    /// As text that holds HTML.
    #[default]
    Html,
    /// As elements of XHTML, where it can be written so.
    Xhtml,
}

/// `[[feed]]`: one named selection.
#[derive(Clone, Debug, PartialEq)]
pub struct Feed {
    /// Its name and file name.
    pub name: FeedName,
    /// Its title; made from the site's title and the name where not given.
    pub title: String,
    /// Its description; the site's where not given.
    pub description: String,
    /// Which articles are in it.
    pub select: Selection,
    /// How many articles at most.
    pub limit: usize,
    /// How many bytes a format's file may have at most; the oldest articles are left out beyond it.
    pub max_bytes: usize,
    /// Whether entries carry the whole text or the summary only.
    pub content: Content,
    /// What it says of itself as a podcast, if it is one.
    pub podcast: Option<Podcast>,
}

/// What an entry carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Content {
    /// The whole text.
    Full,
    /// The summary only.
    Summary,
}

/// Which articles a feed has, or a rule is for. Tags, sections and authors compare without regard to case.
#[derive(Clone, Debug, PartialEq)]
pub enum Selection {
    /// Every article.
    All,
    /// Those that are (or are not) breaking.
    Breaking(bool),
    /// Those of a section.
    Section(String),
    /// Those with a tag.
    Tag(String),
    /// Those by an author.
    Author(String),
    /// Those in a language; `en` also matches `en-GB`.
    Language(String),
    /// Those whose path matches.
    Path(globset::Glob),
    /// Those whose headline begins with these words.
    Headline(String),
    /// Those whose headline matches.
    HeadlineMatches(Pattern),
    /// Those whose front matter has this value, or a list with it, under this key. Only rules can ask for it.
    Key(String, String),
    /// Those that at least one of these selects.
    Any(Vec<Selection>),
    /// Those that each of these selects.
    Every(Vec<Selection>),
    /// Those that this does not select.
    Not(Box<Selection>),
}

/// `[theme]`: how pages look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    /// The folder with templates and styles of the house's own, absolute; `None` where all are newswire's.
    pub path: Option<PathBuf>,
    /// That folder's files by their names, as `settings` found them.
    pub files: BTreeMap<String, String>,
}

/// How long caches may keep a feed, in whole seconds (RFC 9111 section 5.2.2, RFC 5861).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caching {
    /// `max-age`: without asking.
    pub max_age: Duration,
    /// `stale-while-revalidate`: this much longer, while they ask; zero leaves it out.
    pub stale_while_revalidate: Duration,
    /// `stale-if-error`: this much longer, where asking fails; zero leaves it out.
    pub stale_if_error: Duration,
}

impl Default for Caching {
    /// Polite pollers come once a minute, which telling does not wait for; feeds are read on for a day where newswire is down.
    fn default() -> Self {
        Self { max_age: Duration::from_mins(1), stale_while_revalidate: Duration::ZERO, stale_if_error: Duration::from_hours(24) }
    }
}

/// `[ledger]`: where the durable record lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LedgerPlace {
    /// The embedded engine's file, absolute.
    Path(PathBuf),
}

/// `[delivery]`: for every endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Waits after a failed attempt, ±20 % jitter; exhausted, the delivery is dead.
    pub retry: Vec<Duration>,
    /// How long an attempt may take in all.
    pub timeout: Duration,
    /// How many attempts may be under way at once.
    pub concurrency: usize,
}

/// `[text]`: the plain-text reader.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// Further page furniture: a line that begins with one of these, without regard to case, is left out.
    pub furniture: Vec<String>,
}

/// `[html]`: additions to what sanitising lets through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Html {
    /// Further elements.
    pub elements: Vec<String>,
    /// Further attributes by element (`*` for all).
    pub attributes: BTreeMap<String, Vec<String>>,
    /// Hosts whose frames (`iframe`) are let through.
    pub frames: Vec<String>,
}
