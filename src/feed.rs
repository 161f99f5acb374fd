//! Articles → bytes. One file a format; `extension` is the one place that writes what the format crates cannot.
//!
//! A feed is assembled from fragments: one entry's bytes in one format, rendered once for each version of an article and
//! shared by every feed that shows it.
//!
//! - `rss`, `atom`, `json_feed`: an entry and an empty document in each format; the XML by the crates of the same names
//! - `extension`: the XML that those crates cannot write; `splice` puts it where it belongs; `modules`: which namespaces that needs
//! - `media_rss`, `podcast`, `rsl`, `surroundings`: what is said by modules; `xhtml`: a text as Atom's XHTML
//! - `stylesheet`: how raw XML is made readable; `teaser`: what people see of a feed, for its page
//! - `tombstone`: what Atom says of an article that is gone
//! - `listing`: the list of all feeds, as OPML and as JSON
//! - `sitemap`: what search engines may find: pages, an index of sitemaps, news
//! - `history`: which part of a feed's history a document is (RFC 5005)
//! - `item`: what the formats say of an entry alike; `licence`: how they can say under which licence it may be used
//! - `style`: what the configuration says of every entry

mod atom;
mod document;
mod extension;
mod history;
mod item;
mod json_feed;
mod licence;
mod listing;
mod media_rss;
mod modules;
mod podcast;
mod rsl;
mod rss;
pub mod sitemap;
mod splice;
mod style;
mod stylesheet;
mod surroundings;
mod teaser;
mod tombstone;
mod xhtml;

pub use document::{Document, EntryAt, Kind};
pub use history::{ArchiveFile, COMPLETE, Part};
pub use listing::{Group, LIST_FILE, Listed, OPML_FILE, Site, json_list, opml};
pub use modules::Modules;
pub use style::Style;
pub use stylesheet::STYLESHEET;
pub use teaser::{Teaser, View};
pub use tombstone::tombstone;

use std::time::Duration;

use bytes::Bytes;
use sha2::{Digest, Sha256};
use url::Url;

use self::extension::Writer;
use crate::article::{ArticleId, Entry, FeedName};
use crate::config::{self, Config, Content, Format, Look, Podcast};
use crate::instant::Instant;
use crate::render::Rendered;

/// What feeds say made them. Without a version, so that a new one changes no feed.
const GENERATOR: &str = "newswire";

/// A feed's own facts.
#[derive(Clone, Debug)]
pub struct Channel {
    /// Its name.
    pub name: FeedName,
    /// Its own identifier.
    pub id: ArticleId,
    /// Its title.
    pub title: String,
    /// Its description.
    pub description: String,
    /// The page it belongs to: the site.
    pub site: Url,
    /// The folder where feeds are public; ends with `/`. A format's own URL is this, the name and the extension.
    pub base: Url,
    /// The formats it is written in, each linked from the others.
    pub formats: Vec<Format>,
    /// Its language.
    pub language: String,
    /// The author where entries name none.
    pub author: Option<String>,
    /// Whose rights the articles are.
    pub rights: Option<String>,
    /// How readers show it.
    pub look: Look,
    /// `WebSub` hubs that readers may subscribe at.
    pub hubs: Vec<Url>,
    /// How often readers are asked to look.
    pub update_interval: Option<Duration>,
    /// What it says of itself as a podcast, if it is one.
    pub podcast: Option<Podcast>,
    /// Which part of the feed this document is.
    pub part: Part,
}

impl Channel {
    /// The facts of a configured feed under its identifier.
    pub fn new(config: &Config, feed: &config::Feed, id: ArticleId) -> Self {
        Self {
            name: feed.name.clone(),
            id,
            title: feed.title.clone(),
            description: feed.description.clone(),
            site: config.site.url.clone(),
            base: config.feeds.url.clone(),
            formats: config.feeds.formats.clone(),
            language: config.site.language.clone(),
            author: config.site.author.clone(),
            rights: config.site.rights.clone(),
            look: config.site.look.clone(),
            hubs: config.feeds.hubs.clone(),
            update_interval: config.feeds.update_interval,
            podcast: feed.podcast.clone(),
            part: Part::default(),
        }
    }

    /// How Feedly and others show the feed, by the module that they made (<http://webfeeds.org/rss/1.0>).
    fn webfeeds(&self, writer: &mut Writer<'_>) {
        let look = &self.look;
        writer.optional("webfeeds:icon", look.icon.as_ref().map(Url::as_str));
        writer.optional("webfeeds:logo", look.logo.as_ref().map(Url::as_str));
        if let Some(cover) = &look.cover {
            writer.empty("webfeeds:cover", &[("image", Some(cover.as_str()))]);
        }
        writer.optional("webfeeds:accentColor", look.accent_color.as_deref());
    }

    /// Where this document is public in a format.
    pub fn url(&self, format: Format) -> String {
        match &self.part {
            Part::Subscription(_) | Part::Complete => self.current_url(format),
            Part::Archive { name, .. } => self.public(&history::path(&self.name, *name, format)),
        }
    }

    /// Where the feed's subscription document is public in a format.
    pub fn current_url(&self, format: Format) -> String {
        self.public(&format!("{}.{}", self.name, format.extension()))
    }

    /// Where a file of the feeds folder is public.
    fn public(&self, file: &str) -> String {
        // A feed's name is a relative path of plain parts, so it can always be joined.
        self.base.join(file).map_or_else(|_| format!("{}{file}", self.base), Into::into)
    }
}

/// One entry as every format sees it.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    /// Its catalogue row.
    pub entry: &'a Entry,
    /// Its text.
    pub rendered: &'a Rendered,
    /// What is said of every entry alike.
    pub style: &'a Style,
    /// Whole text or summary.
    pub content: Content,
}

/// One entry's bytes in one format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fragment {
    /// `<item>…</item>`, `<entry>…</entry>` or a JSON object.
    pub bytes: Bytes,
    /// First half of the SHA-256 of the bytes.
    pub digest: [u8; 16],
    /// The modules that it uses, for the document to declare.
    pub modules: Modules,
}

impl Fragment {
    /// The digest's first eight bytes.
    fn short_digest(&self) -> u64 {
        self.digest.iter().take(8).fold(0, |digest, byte| digest << 8 | u64::from(*byte))
    }
}

/// Renders one entry in one format.
pub fn fragment(format: Format, item: Item<'_>) -> Fragment {
    let (bytes, modules) = match format {
        Format::Rss => rss::item(item),
        Format::Atom => atom::entry(item),
        Format::Json => (json_feed::item(item), Modules::default()),
    };
    let hash = Sha256::digest(&bytes);
    let mut digest = [0; 16];
    digest.copy_from_slice(&hash[..16]);
    Fragment { bytes: bytes.into(), digest, modules }
}

/// A whole feed's bytes: the channel's head with `updated`, the fragments in order, the foot. Each entry begins a line.
pub fn assemble(format: Format, channel: &Channel, updated: Instant, fragments: &[Fragment]) -> Vec<u8> {
    assemble_placed(format, channel, updated, fragments).0
}

/// A whole feed's bytes, and where each fragment stands in them.
pub fn assemble_placed(format: Format, channel: &Channel, updated: Instant, fragments: &[Fragment]) -> (Vec<u8>, Vec<EntryAt>) {
    let used = fragments.iter().fold(Modules::default(), |used, fragment| used.and(fragment.modules));
    let (mut envelope, foot, first, between) = match format {
        Format::Rss => (rss::envelope(channel, updated, used), rss::FOOT, "\n", "\n"),
        Format::Atom => (atom::envelope(channel, updated, used), atom::FOOT, "\n", "\n"),
        Format::Json => (json_feed::envelope(channel), json_feed::FOOT, "\n", ",\n"),
    };
    match format {
        Format::Rss | Format::Atom => stylesheet::insert(&mut envelope, &channel.base),
        Format::Json => {}
    }
    let head = &envelope[..envelope.len().saturating_sub(foot.len())];
    let mark = match format {
        Format::Rss | Format::Atom => history::mark(&channel.part),
        Format::Json => "",
    };
    let size =
        head.len() + mark.len() + foot.len() + 1 + fragments.iter().map(|fragment| fragment.bytes.len() + between.len()).sum::<usize>();
    let mut out = Vec::with_capacity(size);
    let mut places = Vec::with_capacity(fragments.len());
    out.extend_from_slice(head);
    out.extend_from_slice(mark.as_bytes());
    for (index, fragment) in fragments.iter().enumerate() {
        out.extend_from_slice(if index == 0 { first } else { between }.as_bytes());
        let start = out.len();
        out.extend_from_slice(&fragment.bytes);
        places.push(EntryAt { digest: fragment.short_digest(), range: start..out.len() });
    }
    if !fragments.is_empty() {
        out.push(b'\n');
    }
    out.extend_from_slice(foot.as_bytes());
    (out, places)
}
