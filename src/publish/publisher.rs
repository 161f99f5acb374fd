//! What each feed shows, and what a batch makes of it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use sha2::{Digest, Sha256};
use url::Url;

use super::archive::chain::Archives;
use super::composed::{Change, Composed};
use super::composing::Below;
use super::fragments::{Fragments, Shown};
use super::graves::Graves;
use super::window::Window;
use crate::article::{Article, ArticleId, Entry, FeedName, References, Tombstone};
use crate::config::{self, Config, Content, Format};
use crate::desk::House;
use crate::feed::{Channel, Style};
use crate::instant::Instant;
use crate::ledger::{Fault, FeedRow, Ledger};
use crate::render::{self, Place, Policy, Rendered};

/// Finds the source of an article whose source the ledger does not keep yet: by reading its file.
pub type FromFile<'a> = &'a (dyn Fn(&Entry) -> Option<Arc<Article>> + Send + Sync);

/// How many tombstones are looked at for all feeds together, the latest ones.
pub(super) const MOST_TOMBSTONES: usize = 50_000;

#[derive(Debug)]
pub(super) struct Feed {
    pub(super) config: config::Feed,
    pub(super) channel: Channel,
    pub(super) row: FeedRow,
    window: Window,
    pub(super) graves: Graves,
    /// Hash of the entries of the format that has no date, as they were last written.
    pub(super) dateless: Option<[u8; 16]>,
    /// The ledger knows it by another selection or other links.
    pub(super) replaced: bool,
    /// The ledger does not know it.
    pub(super) is_new: bool,
}

/// Holds what every feed shows at present.
pub struct Publisher {
    pub(super) feeds: Vec<Feed>,
    pub(super) by_name: HashMap<FeedName, usize>,
    shown: Shown,
    /// Whose tombstones stand in any feed.
    pub(super) buried: HashSet<ArticleId>,
    pub(super) formats: Vec<Format>,
    pub(super) style: Style,
    pub(super) author: Option<String>,
    pub(super) policy: Arc<Policy>,
    pub(super) house: Arc<House>,
    /// Where the feeds folder is public, and with it articles' local files.
    pub(super) files: Url,
    /// What stands in archives.
    pub(super) archives: Archives,
}

impl Publisher {
    /// The feeds of this configuration and house with the rows that the ledger has of them; new ones get an id made by `new_id`.
    /// Nothing is shown until [`Publisher::load`].
    pub fn new(
        config: &Config,
        house: Arc<House>,
        policy: Arc<Policy>,
        rows: Vec<FeedRow>,
        new_id: impl Fn(&FeedName) -> ArticleId,
    ) -> Self {
        let mut rows: HashMap<FeedName, FeedRow> = rows.into_iter().map(|row| (row.name.clone(), row)).collect();
        let mut feeds = Vec::new();
        for feed in &config.feed {
            let kept = rows.remove(&feed.name);
            let selection = placing(config, &house, feed);
            let replaced = kept.as_ref().is_some_and(|row| row.selection != selection);
            let is_new = kept.is_none();
            let row = kept.unwrap_or_else(|| FeedRow {
                name: feed.name.clone(),
                id: new_id(&feed.name),
                updated: Instant::MIN,
                content: [0; 16],
                selection,
            });
            let row = FeedRow { selection, ..row };
            let channel = Channel::new(config, feed, row.id.clone());
            let window = Window::new(feed.limit);
            feeds.push(Feed { config: feed.clone(), channel, row, window, graves: Graves::default(), dateless: None, replaced, is_new });
        }
        let by_name = feeds.iter().enumerate().map(|(at, feed)| (feed.config.name.clone(), at)).collect();
        Self {
            feeds,
            by_name,
            shown: Shown::default(),
            buried: HashSet::new(),
            formats: config.feeds.formats.clone(),
            style: Style::new(config),
            author: config.site.author.clone(),
            policy,
            house,
            files: config.feeds.url.clone(),
            archives: Archives::default(),
        }
    }

    /// Whether articles that the ledger holds may belong to other feeds, or stand at other links, than it says.
    pub fn is_replaced(&self) -> bool {
        self.feeds.iter().any(|feed| feed.replaced || feed.is_new)
    }

    /// Whether some feed would show the article at its place, so that its text is needed.
    pub fn would_show(&self, entry: &Entry) -> bool {
        entry.state.is_public() && self.feeds_of(entry).any(|feed| feed.window.reaches(&entry.order()))
    }

    fn feeds_of<'a>(&'a self, entry: &'a Entry) -> impl Iterator<Item = &'a Feed> {
        entry.feeds.iter().filter_map(|name| Some(&self.feeds[*self.by_name.get(name)?]))
    }

    /// Renders an article's source as every feed and bulletin shows it: as the house leaves it.
    pub fn render(&self, source: &Arc<Article>, entry: &Entry, references: &References) -> Rendered {
        let article = self.house.edit(&entry.path, source).article;
        render::render(&article, Place::of(entry, references).with_files(&self.files), self.author.as_deref(), &self.policy)
    }

    /// Fills every window from the ledger and gives every feed's bytes; rows whose content differs from what the ledger has
    /// are dated `at`.
    pub async fn load(&mut self, ledger: &dyn Ledger, at: Instant, from_file: FromFile<'_>) -> Result<Composed, Fault> {
        let mut composed = Composed::default();
        // Nothing that was rendered before is known to be what the ledger holds now.
        self.shown = Shown::default();
        let tombstones = ledger.tombstones(at.minus(Tombstone::STANDS), MOST_TOMBSTONES).await?;
        for index in 0..self.feeds.len() {
            let mut window = Window::new(self.feeds[index].config.limit);
            let mut below = Below { ledger, from_file, read: &mut composed.read };
            self.fill_anew(index, &mut window, &mut below).await?;
            self.look_below(index, &mut window, ledger).await?;
            let name = &self.feeds[index].config.name;
            let graves = Graves::of(&self.feeds[index].channel, tombstones.iter().filter(|stone| stone.feeds.contains(name)));
            let part = self.cover(index, &window, &graves, at);
            let feed = self.version(index, window, Some(graves), part, at, true);
            composed.feeds.push(feed);
        }
        Ok(composed)
    }

    /// The feeds that a batch may change at this instant, in the config's order.
    pub(super) fn touched(&self, changes: &[Change], at: Instant) -> Vec<usize> {
        let names = changes.iter().flat_map(|change| {
            let stood = change.before.iter().flat_map(|entry| &entry.feeds);
            stood.chain(&change.after.feeds).chain(change.tombstone.iter().flat_map(|stone| &stone.feeds))
        });
        let mut touched: Vec<usize> = names.filter_map(|name| self.by_name.get(name).copied()).collect();
        let risen = changes.iter().filter(|change| change.after.state.is_public()).map(|change| &change.after.id);
        let risen: Vec<&ArticleId> = risen.filter(|id| self.buried.contains(*id)).collect();
        let grave = |feed: &Feed| {
            feed.graves.until().is_some_and(|until| until <= at) || (!risen.is_empty() && feed.graves.ids().any(|id| risen.contains(&id)))
        };
        touched.extend(self.feeds.iter().enumerate().filter(|(_, feed)| grave(feed)).map(|(index, _)| index));
        touched.extend(self.archives.relink.iter().filter_map(|name| self.by_name.get(name).copied()));
        touched.sort_unstable();
        touched.dedup();
        touched
    }

    pub(super) fn window(&self, index: usize) -> &Window {
        &self.feeds[index].window
    }

    pub(super) fn window_mut(&mut self, index: usize) -> &mut Window {
        &mut self.feeds[index].window
    }

    pub(super) fn name(&self, index: usize) -> &FeedName {
        &self.feeds[index].config.name
    }

    pub(super) fn content(&self, index: usize) -> Content {
        self.feeds[index].config.content
    }

    pub(super) fn fragments(&self, entry: &Entry, rendered: &Rendered, content: Content) -> Fragments {
        Fragments::render(&self.formats, entry, rendered, &self.style, content)
    }

    pub(super) fn shown(&self, id: &ArticleId, content: Content) -> Option<Arc<Fragments>> {
        self.shown.get(id, content)
    }

    pub(super) fn show(&mut self, id: &ArticleId, content: Content, fragments: &Arc<Fragments>) {
        self.shown.put(id.clone(), content, fragments);
    }

    /// Makes what was composed the present; call it once the ledger has committed.
    pub fn adopt(&mut self, composed: Composed) {
        for id in &composed.stale {
            self.shown.forget(id);
        }
        let mut reburied = false;
        self.adopt_archives(composed.archives);
        self.archives.relink.clear();
        for feed in composed.feeds {
            let present = &mut self.feeds[feed.at];
            for slot in &feed.window.slots {
                self.shown.put(slot.order.id().clone(), present.config.content, &slot.fragments);
            }
            present.window = feed.window;
            present.channel.part = feed.part;
            present.dateless = feed.dateless;
            if let Some(graves) = feed.graves {
                present.graves = graves;
                reburied = true;
            }
            present.row = feed.row;
            (present.replaced, present.is_new) = (false, false);
        }
        if reburied {
            self.buried = self.feeds.iter().flat_map(|feed| feed.graves.ids()).cloned().collect();
        }
    }

    /// The feeds in which an article's tombstone stands.
    pub fn graves_of(&self, id: &ArticleId) -> Vec<FeedName> {
        if !self.buried.contains(id) {
            return Vec::new();
        }
        let graves = self.feeds.iter().filter(|feed| feed.graves.ids().any(|buried| buried == id));
        graves.map(|feed| feed.config.name.clone()).collect()
    }

    /// When the next tombstone's time is over: a batch composed from then on, be it empty, takes it away.
    pub fn tombstone_falls(&self) -> Option<Instant> {
        self.feeds.iter().filter_map(|feed| feed.graves.until()).min()
    }
}

/// Hash of what decides which articles a feed has and where they stand: its selection, the site's URL and zone, the link pattern, the
/// house's rules and defaults.
fn placing(config: &Config, house: &House, feed: &config::Feed) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update(format!("{:?}", feed.select));
    hash.update([0]);
    hash.update(config.site.url.as_str());
    hash.update([0]);
    hash.update(&config.articles.link);
    // Dates in links go by the zone, and so do dates to come that are written without one.
    let zone = config.site.timezone.iana_name().unwrap_or_default();
    if zone != "UTC" {
        hash.update([0]);
        hash.update(zone);
    }
    if let Some(form) = house.form() {
        hash.update([0]);
        hash.update(form);
    }
    let digest = hash.finalize();
    std::array::from_fn(|at| digest[at])
}
