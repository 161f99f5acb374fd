//! What each feed shows, and what a batch makes of it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use url::Url;

use super::archive::chain::Archives;
use super::composed::{Change, Composed};
use super::composing::Below;
use super::families::{Kin, Kinship, Membership};
use super::fragments::{Fragments, Shown};
use super::graves::Graves;
use super::graveyard::Graveyard;
use super::window::Window;
use crate::article::{Article, ArticleId, Entry, FeedName, References, Tombstone};
use crate::config::{self, Config, Content, Format};
use crate::desk::House;
use crate::feed::{Channel, Style};
use crate::instant::Instant;
use crate::ledger::{Families, FamilyFeed, Fault, FeedRow, Ledger};
use crate::render::{self, Place, Policy, Rendered};

/// Finds the source of an article whose source the ledger does not keep yet: by reading its file.
pub type FromFile<'a> = &'a (dyn Fn(&Entry) -> Option<Arc<Article>> + Send + Sync);

/// Makes a feed's id.
pub type NewId = Box<dyn Fn(&FeedName) -> ArticleId + Send + Sync>;

/// How many tombstones are looked at for all feeds together, the latest ones.
pub(super) const MOST_TOMBSTONES: usize = 50_000;

#[derive(Debug)]
pub(super) struct Feed {
    pub(super) config: config::Feed,
    pub(super) channel: Channel,
    pub(super) row: FeedRow,
    pub(super) window: Window,
    pub(super) graves: Graves,
    /// Hash of the entries of the format that has no date, as they were last written.
    pub(super) dateless: Option<[u8; 16]>,
    /// The ledger knows it by another selection or other links.
    pub(super) replaced: bool,
    /// The ledger does not know it.
    pub(super) is_new: bool,
    /// What makes it one of a family.
    pub(super) membership: Option<Membership>,
}

impl Feed {
    /// Whether what it shows is not known here.
    fn is_cold(&self) -> bool {
        self.membership.as_ref().is_some_and(|membership| !membership.warm)
    }
}

/// Holds what every feed shows at present.
pub struct Publisher {
    pub(super) feeds: Vec<Feed>,
    pub(super) by_name: HashMap<FeedName, usize>,
    shown: Shown,
    /// Where tombstones stand.
    pub(super) graveyard: Graveyard,
    pub(super) kinship: Kinship,
    /// The ledger has families that are no more.
    pub(super) families_gone: bool,
    /// Rows of feeds that were and may be again.
    pub(super) spare: HashMap<FeedName, FeedRow>,
    new_id: NewId,
    pub(super) config: Config,
    /// The feeds folder.
    pub(super) root: PathBuf,
    /// The latest instant that the ledger had when this began.
    latest: Instant,
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
    /// The feeds of this configuration and house with what the ledger has of them and of families; new ones get an id made by `new_id`.
    /// Nothing is shown until [`Publisher::load`].
    pub fn new(config: &Config, house: Arc<House>, policy: Arc<Policy>, rows: Vec<FeedRow>, families: Families, new_id: NewId) -> Self {
        let spare: HashMap<FeedName, FeedRow> = rows.into_iter().map(|row| (row.name.clone(), row)).collect();
        let Families { selections, feeds: of_families } = families;
        let kins = config.families.iter();
        let kins: Vec<Kin> = kins.map(|family| Kin::new(config, &house, family, selections.get(&family.name.to_string()))).collect();
        let families_gone = selections.keys().any(|name| !config.families.iter().any(|family| family.name.to_string() == *name));
        let mut publisher = Self {
            feeds: Vec::new(),
            by_name: HashMap::new(),
            shown: Shown::default(),
            graveyard: Graveyard::default(),
            kinship: Kinship::of(kins),
            families_gone,
            spare,
            new_id,
            config: config.clone(),
            root: config.feeds.path.clone(),
            latest: Instant::MIN,
            formats: config.feeds.formats.clone(),
            style: Style::new(config),
            author: config.site.author.clone(),
            policy,
            house,
            files: config.feeds.url.clone(),
            archives: Archives::default(),
        };
        for feed in &config.feed {
            let selection = placing(config, &publisher.house, feed);
            publisher.add(feed.clone(), selection, None);
        }
        publisher.add_families(of_families);
        publisher
    }

    /// Every feed that families have: those that the ledger says, and those of which it has the name alone.
    fn add_families(&mut self, known: Vec<FamilyFeed>) {
        let kin_of = |publisher: &Self, name: &FeedName| publisher.kinship.kins.iter().position(|kin| kin.family.has(name));
        let mut named: Vec<(FeedName, Option<String>)> =
            known.into_iter().map(|feed| (feed.name, Some(feed.value).filter(|value| !value.is_empty()))).collect();
        let mut nameless: Vec<FeedName> = self.spare.keys().filter(|name| kin_of(self, name).is_some()).cloned().collect();
        nameless.sort_unstable();
        named.extend(nameless.into_iter().map(|name| (name, None)));
        for (name, value) in named {
            let Some(kin) = kin_of(self, &name).filter(|_| !self.by_name.contains_key(&name)) else { continue };
            self.count_in(kin);
            self.add_of_family(kin, &name, value);
        }
    }

    pub(super) fn channel(&self, feed: &config::Feed, id: ArticleId) -> Channel {
        Channel::new(&self.config, feed, id)
    }

    /// Adds a feed with what the ledger has of it.
    pub(super) fn add(&mut self, config: config::Feed, selection: [u8; 16], membership: Option<Membership>) {
        let kept = self.spare.remove(&config.name);
        let replaced = kept.as_ref().is_some_and(|row| row.selection != selection);
        let is_new = kept.is_none();
        let row = kept.unwrap_or_else(|| FeedRow {
            name: config.name.clone(),
            id: (self.new_id)(&config.name),
            updated: Instant::MIN,
            content: [0; 16],
            selection,
        });
        let row = FeedRow { selection, ..row };
        let channel = self.channel(&config, row.id.clone());
        let window = Window::new(config.limit);
        self.by_name.insert(config.name.clone(), self.feeds.len());
        self.feeds.push(Feed { config, channel, row, window, graves: Graves::default(), dateless: None, replaced, is_new, membership });
    }

    /// Nothing that a feed of a family showed before this instant can have fallen unseen after it.
    pub fn begins_after(&mut self, latest: Instant) {
        self.latest = latest;
    }

    /// Whether articles that the ledger holds may belong to other feeds, or stand at other links, than it says.
    pub fn is_replaced(&self) -> bool {
        self.is_family_replaced() || self.feeds.iter().any(|feed| feed.membership.is_none() && (feed.replaced || feed.is_new))
    }

    /// Whether some feed would show the article at its place, so that its text is needed.
    pub fn would_show(&self, entry: &Entry) -> bool {
        entry.state.is_public() && self.feeds_of(entry).any(|feed| feed.is_cold() || feed.window.reaches(&entry.order()))
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
        // Those that have fallen since the last edition still stand in the files of feeds that are not made anew here.
        let since = at.min(self.latest).minus(Tombstone::STANDS);
        let tombstones = ledger.tombstones(since, MOST_TOMBSTONES).await?;
        let mut of_feed: HashMap<&FeedName, Vec<&Tombstone>> = HashMap::new();
        for stone in &tombstones {
            stone.feeds.iter().for_each(|name| of_feed.entry(name).or_default().push(stone));
        }
        for index in 0..self.feeds.len() {
            let feed = &self.feeds[index];
            let stones = of_feed.get(&feed.config.name).map_or(&[][..], Vec::as_slice);
            let graves = Graves::of(&feed.channel, stones.iter().copied().filter(|stone| stone.until() > at));
            if feed.membership.is_some() {
                if stones.iter().any(|stone| stone.until() <= at) {
                    self.kinship.outdated.insert(index);
                }
                self.bury(index, graves);
                continue;
            }
            let mut window = Window::new(feed.config.limit);
            let mut below = Below { ledger, from_file, read: &mut composed.read };
            self.fill_anew(index, &mut window, &mut below).await?;
            self.look_below(index, &mut window, ledger).await?;
            let part = self.cover(index, &window, &graves, at);
            let feed = self.version(index, window, Some(graves), part, at, true);
            composed.feeds.push(feed);
        }
        Ok(composed)
    }

    fn bury(&mut self, index: usize, graves: Graves) {
        self.graveyard.replace(index, &self.feeds[index].graves, &graves);
        self.feeds[index].graves = graves;
    }

    /// The feeds that a batch may change at this instant, in the config's order: by the names that its articles give, so that it takes no
    /// longer for more feeds.
    pub(super) fn touched(&self, changes: &[Change], at: Instant) -> Vec<usize> {
        let names = changes.iter().flat_map(|change| {
            let stood = change.before.iter().flat_map(|entry| &entry.feeds);
            stood.chain(&change.after.feeds).chain(change.tombstone.iter().flat_map(|stone| &stone.feeds))
        });
        let mut touched: Vec<usize> = names.filter_map(|name| self.by_name.get(name).copied()).collect();
        let risen = changes.iter().filter(|change| change.after.state.is_public()).map(|change| &change.after.id);
        touched.extend(risen.flat_map(|id| self.graveyard.feeds_of(id)));
        touched.extend(self.graveyard.falling(at));
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
        self.adopt_archives(composed.archives);
        self.archives.relink.clear();
        for feed in composed.feeds {
            let index = feed.at;
            if let Some(graves) = feed.graves {
                self.bury(index, graves);
            }
            let present = &mut self.feeds[index];
            present.row = feed.row;
            present.replaced = feed.deferred;
            present.is_new &= feed.deferred;
            if feed.deferred {
                // What it shows is as it was before; it is made of the ledger.
                present.row.selection = self.kinship.form_of(present.membership.as_ref());
                present.window = feed.window;
                self.chilled(index);
                self.kinship.urgent.insert(index);
                continue;
            }
            for slot in &feed.window.slots {
                self.shown.put(slot.order.id().clone(), present.config.content, &slot.fragments);
            }
            present.window = feed.window;
            present.channel.part = feed.part;
            present.dateless = feed.dateless;
            self.kinship.urgent.remove(&index);
            self.kinship.outdated.remove(&index);
            self.used(index);
        }
        self.cool_down();
    }

    /// Whether a feed waits to be made anew.
    pub(super) fn is_behind_with(&self, index: usize) -> bool {
        self.kinship.urgent.contains(&index) || self.kinship.outdated.contains(&index)
    }

    /// The feeds in which an article's tombstone stands.
    pub fn graves_of(&self, id: &ArticleId) -> Vec<FeedName> {
        self.graveyard.feeds_of(id).map(|index| self.feeds[index].config.name.clone()).collect()
    }

    /// When the next tombstone's time is over: a batch composed from then on, be it empty, takes it away.
    pub fn tombstone_falls(&self) -> Option<Instant> {
        self.graveyard.next()
    }
}

/// Hash of what decides which articles a feed has and where they stand: its selection, the site's URL and zone, the link pattern, the
/// house's rules and defaults.
pub(super) fn placing(config: &Config, house: &House, feed: &config::Feed) -> [u8; 16] {
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
