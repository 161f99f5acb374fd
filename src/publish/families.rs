//! Feeds of families: which there are, when one begins, and which of them are to be made anew.
//!
//! They are feeds like any other, but of thousands most are cold: neither what they show nor their documents are in memory until an
//! article comes that stands in them. Then the window is taken from their own files, as the ledger's layout says (`layout`).

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::publisher::{Feed, Publisher};
use super::window::Window;
use crate::article::{Entry, FeedName};
use crate::config::{Config, Family};
use crate::desk::House;
use crate::feed::Style;
use crate::ledger::{FamilyFeed, FeedRow};

/// So many bytes of entries may the windows of families' feeds hold together before the one unused for longest is let go.
const WARM: usize = 64 * 1024 * 1024;

/// A family as the publisher keeps it.
#[derive(Debug)]
pub(super) struct Kin {
    pub(super) family: Family,
    /// Hash of what decides which articles are in its feeds.
    selection: [u8; 16],
    /// The ledger's articles were placed in it by another selection, or never.
    replaced: bool,
    /// How many feeds it has.
    count: usize,
    /// Hash of all that its feeds' bytes depend on beside the ledger.
    form: [u8; 16],
}

/// What makes a feed one of a family.
#[derive(Debug)]
pub(super) struct Membership {
    /// Which family.
    pub(super) kin: usize,
    /// Its value as first typed; `None` where the ledger has only its name.
    pub(super) value: Option<String>,
    /// Whether its window is in memory.
    pub(super) warm: bool,
    /// When it was last used, by a count of uses.
    used: u64,
    /// The bytes that its window holds.
    weight: usize,
}

/// All families, and what is to be done for their feeds.
#[derive(Debug, Default)]
pub(super) struct Kinship {
    pub(super) kins: Vec<Kin>,
    /// Feeds that began in an edition that is not committed yet: the last ones.
    unkept: usize,
    /// Feeds whose value is new to the ledger.
    named: Vec<usize>,
    /// Feeds whose files may be missing or old: before anything is said to stand.
    pub(super) urgent: BTreeSet<usize>,
    /// Feeds whose files are whole, but were made by another configuration or version.
    pub(super) outdated: BTreeSet<usize>,
    /// Feeds with a window in memory, by when they were last used.
    recency: BTreeMap<u64, usize>,
    clock: u64,
    weight: usize,
}

/// A family that has as many feeds as it may, and what it therefore has no feed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overfull {
    /// The family's name.
    pub family: String,
    /// The feed that there would be.
    pub feed: FeedName,
    /// How many feeds it may have.
    pub most: usize,
}

impl Kin {
    pub(super) fn new(config: &Config, house: &House, family: &Family, known: Option<&[u8; 16]>) -> Self {
        let selection = selection(config, house, family);
        let form = form(config, family, &selection);
        Self { family: family.clone(), selection, replaced: known != Some(&selection), count: 0, form }
    }
}

/// Hash of what decides which articles are in a family's feeds.
fn selection(config: &Config, house: &House, family: &Family) -> [u8; 16] {
    let placing = super::publisher::placing(config, house, &family.common);
    half(Sha256::new_with_prefix(placing).chain_update(format!("{}\0{}\0{:?}", family.name, family.most, family.without)))
}

/// Hash of all that a family's feeds' bytes depend on beside the ledger: the other feeds are made anew at every start, these only where
/// it is another.
fn form(config: &Config, family: &Family, selection: &[u8; 16]) -> [u8; 16] {
    let hash = Sha256::new_with_prefix(selection).chain_update(env!("CARGO_PKG_VERSION"));
    let style = Style::new(config);
    half(hash.chain_update(format!("{:?}\0{:?}\0{:?}\0{:?}\0{style:?}", family.common, config.site, config.feeds, config.html)))
}

fn half(hash: Sha256) -> [u8; 16] {
    let digest = hash.finalize();
    std::array::from_fn(|at| digest[at])
}

impl Kinship {
    /// These families, without any feed yet.
    pub(super) fn of(kins: Vec<Kin>) -> Self {
        Self { kins, ..Self::default() }
    }

    /// The form of a feed's family.
    pub(super) fn form_of(&self, membership: Option<&Membership>) -> [u8; 16] {
        membership.map_or([0; 16], |membership| self.kins[membership.kin].form)
    }
}

impl Publisher {
    /// Whether a feed of this name is one of a family.
    pub fn is_of_family(&self, name: &FeedName) -> bool {
        self.by_name.get(name).is_some_and(|index| self.feeds[*index].membership.is_some())
    }

    /// The names of all families' feeds.
    pub fn family_feeds(&self) -> impl Iterator<Item = &FeedName> {
        self.feeds.iter().filter(|feed| feed.membership.is_some()).map(|feed| &feed.config.name)
    }

    /// Their rows.
    pub fn family_rows(&self) -> impl Iterator<Item = &FeedRow> {
        self.feeds.iter().filter(|feed| feed.membership.is_some()).map(|feed| &feed.row)
    }

    /// The names of all feeds.
    pub fn names(&self) -> impl Iterator<Item = &FeedName> {
        self.feeds.iter().map(|feed| &feed.config.name)
    }

    /// The rows of feeds that the ledger knows and that are no more.
    pub fn gone(&self) -> impl Iterator<Item = &FeedRow> {
        self.spare.values()
    }

    /// Whether a feed of this name is no more.
    pub fn is_gone(&self, name: &FeedName) -> bool {
        self.spare.contains_key(name)
    }

    /// Whether articles must be placed anew for a family.
    pub(super) fn is_family_replaced(&self) -> bool {
        self.kinship.kins.iter().any(|kin| kin.replaced)
    }

    /// All families with the hash of what decides about their articles, where the ledger has others.
    pub fn families(&self) -> Option<BTreeMap<String, [u8; 16]>> {
        let stale = self.is_family_replaced() || self.families_gone;
        stale.then(|| self.kinship.kins.iter().map(|kin| (kin.family.name.to_string(), kin.selection)).collect())
    }

    /// The ledger has the families as they are now.
    pub fn families_kept(&mut self) {
        self.kinship.kins.iter_mut().for_each(|kin| kin.replaced = false);
        self.families_gone = false;
    }

    /// Begins the feeds that a public article is the first to stand in. Where a family is full, the article is taken out of what would be
    /// a feed too many, and that is given back.
    pub fn begin(&mut self, entry: &mut Entry) -> Vec<Overfull> {
        let mut overfull = Vec::new();
        if self.kinship.kins.is_empty() || !entry.state.is_public() {
            return overfull;
        }
        let Entry { feeds, facts, .. } = entry;
        feeds.retain(|name| {
            if let Some(&index) = self.by_name.get(name) {
                self.note_value(index, facts);
                return true;
            }
            let Some(kin) = self.kinship.kins.iter().position(|kin| kin.family.has(name)) else { return true };
            let Kin { family, count, .. } = &mut self.kinship.kins[kin];
            if *count >= family.most {
                overfull.push(Overfull { family: family.name.to_string(), feed: name.clone(), most: family.most });
                return false;
            }
            *count += 1;
            let value = family.feeds_of(facts).find(|(own, _)| own == name).map(|(_, value)| value.to_owned());
            self.add_of_family(kin, name, value);
            self.kinship.unkept += 1;
            self.kinship.named.push(self.feeds.len() - 1);
            true
        });
        overfull
    }

    /// A feed of which the ledger has only the name gets its title from the first article that comes.
    fn note_value(&mut self, index: usize, facts: &crate::article::Facts) {
        let feed = &self.feeds[index];
        let Some(Membership { kin, value: None, .. }) = feed.membership else { return };
        let family = &self.kinship.kins[kin].family;
        let Some((_, value)) = family.feeds_of(facts).find(|(own, _)| *own == feed.config.name) else { return };
        let value = value.to_owned();
        let config = family.feed(feed.config.name.clone(), &value);
        let channel = self.channel(&config, feed.row.id.clone());
        let feed = &mut self.feeds[index];
        (feed.config, feed.channel) = (config, channel);
        if let Some(membership) = &mut feed.membership {
            membership.value = Some(value);
        }
        self.kinship.named.push(index);
    }

    /// Adds a feed of a family, cold.
    pub(super) fn add_of_family(&mut self, kin: usize, name: &FeedName, value: Option<String>) {
        let Kin { family, form, .. } = &self.kinship.kins[kin];
        let shown = value.clone().unwrap_or_else(|| family.value_of(name));
        let config = family.feed(name.clone(), &shown);
        let membership = Membership { kin, value, warm: false, used: 0, weight: 0 };
        let form = *form;
        self.add(config, form, Some(membership));
        let index = self.feeds.len() - 1;
        let feed = &self.feeds[index];
        if feed.is_new {
            self.kinship.urgent.insert(index);
        } else if feed.replaced {
            self.kinship.outdated.insert(index);
        }
    }

    /// Counts a feed that the ledger has.
    pub(super) fn count_in(&mut self, kin: usize) {
        self.kinship.kins[kin].count += 1;
    }

    /// The rows of feeds that are new, or whose value is, for the edition.
    pub fn named(&self) -> Vec<FamilyFeed> {
        let row = |index: &usize| {
            let feed = &self.feeds[*index];
            let membership = feed.membership.as_ref()?;
            Some(FamilyFeed {
                name: feed.config.name.clone(),
                family: self.kinship.kins[membership.kin].family.name.to_string(),
                value: membership.value.clone().unwrap_or_default(),
            })
        };
        self.kinship.named.iter().filter_map(row).collect()
    }

    /// Whether the list of feeds is another than before the edition that is being made.
    pub fn is_list_changed(&self) -> bool {
        !self.kinship.named.is_empty()
    }

    /// What began is committed.
    pub fn begun(&mut self) {
        self.kinship.unkept = 0;
        self.kinship.named.clear();
    }

    /// What began in an edition that came to nothing never was.
    pub fn not_begun(&mut self) {
        for _ in 0..std::mem::take(&mut self.kinship.unkept) {
            let Some(Feed { config, membership, .. }) = self.feeds.pop() else { break };
            let index = self.feeds.len();
            self.by_name.remove(&config.name);
            self.kinship.urgent.remove(&index);
            if let Some(membership) = membership {
                self.kinship.kins[membership.kin].count -= 1;
            }
        }
        // A value that was noted on a feed that stays is noted once more with the next edition.
        let stay = self.feeds.len();
        self.kinship.named.retain(|index| *index < stay);
    }

    /// Notes which families' feeds have files that may not be as the ledger has them: those that changed after every file was known to
    /// stand, and those that `stands` says lack one.
    pub fn mistrust(&mut self, placed: crate::instant::Instant, stands: impl Fn(&FeedName) -> bool) {
        for (index, feed) in self.feeds.iter().enumerate().filter(|(_, feed)| feed.membership.is_some()) {
            if feed.row.updated > placed || !stands(&feed.config.name) {
                self.kinship.urgent.insert(index);
            }
        }
    }

    /// The files of these feeds are missing, or others than they were.
    pub fn lost(&mut self, names: &[FeedName]) {
        let lost = names.iter().filter_map(|name| self.by_name.get(name).copied());
        self.kinship.urgent.extend(lost.filter(|index| self.feeds[*index].membership.is_some()));
    }

    /// Whether feeds of families wait to be made anew; those whose files are whole only where `all` is asked for.
    pub fn is_behind(&self, all: bool) -> bool {
        !self.kinship.urgent.is_empty() || (all && !self.kinship.outdated.is_empty())
    }

    /// The next feeds to make anew, at most so many.
    pub(super) fn next_behind(&self, many: usize) -> Vec<usize> {
        self.kinship.urgent.iter().chain(&self.kinship.outdated).take(many).copied().collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// A feed was used, and its window weighs so much now.
    pub(super) fn used(&mut self, index: usize) {
        let weight = self.feeds[index].window.weight();
        let Some(membership) = &mut self.feeds[index].membership else { return };
        let kinship = &mut self.kinship;
        kinship.recency.remove(&membership.used);
        kinship.clock += 1;
        kinship.weight = kinship.weight + weight - membership.weight;
        (membership.used, membership.weight, membership.warm) = (kinship.clock, weight, true);
        kinship.recency.insert(kinship.clock, index);
    }

    /// Lets go of the windows unused for longest, where all hold more than they may.
    pub(super) fn cool(&mut self, most: usize) {
        while self.kinship.weight > most {
            let Some((_, index)) = self.kinship.recency.pop_first() else { return };
            let feed = &mut self.feeds[index];
            feed.window = Window::new(feed.config.limit);
            self.chilled(index);
        }
    }

    /// A feed's window is in memory no more.
    pub(super) fn chilled(&mut self, index: usize) {
        if let Some(membership) = &mut self.feeds[index].membership {
            self.kinship.recency.remove(&membership.used);
            self.kinship.weight -= std::mem::take(&mut membership.weight);
            membership.warm = false;
        }
    }

    /// Lets go of windows, as far as all of them hold more than they may.
    pub(super) fn cool_down(&mut self) {
        self.cool(WARM);
    }
}
