//! What a batch makes of the feeds that it touches.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use super::composed::{Change, Composed, ComposedFeed};
use super::fragments::Fragments;
use super::graves::Graves;
use super::layout;
use super::publisher::{FromFile, MOST_TOMBSTONES, Publisher};
use super::window::{Slot, Window};
use crate::article::{Article, ArticleId, Entry, Order, Tombstone};
use crate::config::{Content, Format};
use crate::instant::Instant;
use crate::ledger::{self, Fault, FeedRow, Ledger, Member};
use crate::render::{self, Rendered};

/// So many bytes of families' feeds and their entries are in memory at once; a batch that touches more leaves the rest for later.
const AT_ONCE: usize = 32 * 1024 * 1024;

/// So many of families' feeds are made anew at once at most.
const MOST_AT_ONCE: usize = 256;

/// A batch's changes, and what was rendered of them so far.
pub(super) struct Batch<'a> {
    pub(super) changes: &'a [Change],
    pub(super) ids: HashMap<&'a ArticleId, usize>,
    rendered: HashMap<usize, Arc<Rendered>>,
    fragments: HashMap<(usize, Content), Arc<Fragments>>,
}

/// What is needed to fetch what stands below a window.
pub(super) struct Below<'a> {
    pub(super) ledger: &'a dyn Ledger,
    pub(super) from_file: FromFile<'a>,
    /// Sources that were read from files on the way.
    pub(super) read: &'a mut Vec<(Entry, Arc<Article>)>,
}

impl Publisher {
    /// Works out what a batch makes of the feeds.
    pub async fn compose(
        &mut self,
        ledger: &dyn Ledger,
        changes: &[Change],
        at: Instant,
        from_file: FromFile<'_>,
    ) -> Result<Composed, Fault> {
        let mut composed = Composed::default();
        let ids = changes.iter().enumerate().map(|(index, change)| (&change.after.id, index)).collect();
        let mut batch = Batch { changes, ids, rendered: HashMap::new(), fragments: HashMap::new() };
        let mut bytes = 0;
        for index in self.touched(changes, at) {
            let of_family = self.feeds[index].membership.is_some();
            if of_family && bytes > AT_ONCE {
                let graves = self.changed_graves(index, &batch, at, ledger).await?;
                composed.feeds.push(self.deferred(index, graves));
                continue;
            }
            self.warm(index, ledger).await?;
            let mut below = Below { ledger, from_file, read: &mut composed.read };
            let window = self.changed_window(index, &mut batch, &mut below).await?;
            let graves = self.changed_graves(index, &batch, at, ledger).await?;
            let moved = window.is_some() || graves.is_some();
            let window = window.unwrap_or_else(|| self.window(index).clone());
            self.know_chain(index);
            let graves_now = graves.as_ref().unwrap_or(&self.feeds[index].graves);
            let (part, archives) = self.changed_archives(index, &window, graves_now, &mut batch, at);
            composed.archives.extend(archives);
            if moved || part != self.feeds[index].channel.part {
                let version = self.version(index, window, graves, part, at, self.is_behind_with(index));
                if of_family {
                    bytes += version.window.weight() + version.documents.iter().map(|document| document.bytes().len()).sum::<usize>();
                }
                composed.feeds.push(version);
            }
        }
        composed.stale = changes.iter().map(|change| change.after.id.clone()).collect();
        Ok(composed)
    }

    /// The next feeds of families that are behind, made of the ledger; until there are none, as many as memory should hold.
    pub async fn catch_up(&mut self, ledger: &dyn Ledger, at: Instant, from_file: FromFile<'_>) -> Result<Composed, Fault> {
        let mut composed = Composed::default();
        let mut bytes = 0;
        for index in self.next_behind(MOST_AT_ONCE) {
            let mut window = Window::new(self.feeds[index].config.limit);
            let mut below = Below { ledger, from_file, read: &mut composed.read };
            self.fill_anew(index, &mut window, &mut below).await?;
            let part = self.part(index);
            let version = self.version(index, window, None, part, at, true);
            bytes += version.window.weight() + version.documents.iter().map(|document| document.bytes().len()).sum::<usize>();
            composed.feeds.push(version);
            if bytes > AT_ONCE {
                break;
            }
        }
        Ok(composed)
    }

    /// A feed that this batch changes and that is made after it; the ledger knows by its row that it is behind.
    fn deferred(&self, index: usize, graves: Option<Graves>) -> ComposedFeed {
        let feed = &self.feeds[index];
        ComposedFeed {
            at: index,
            window: Window::new(feed.config.limit),
            graves,
            row: FeedRow { selection: [0; 16], ..feed.row.clone() },
            changed: true,
            of_family: true,
            part: self.part(index),
            dateless: None,
            documents: Vec::new(),
            layout: None,
            view: None,
            deferred: true,
        }
    }

    /// Takes a cold feed's window from its files, where these are as the ledger says; else it is made of the ledger.
    async fn warm(&mut self, index: usize, ledger: &dyn Ledger) -> Result<(), Fault> {
        let feed = &self.feeds[index];
        if feed.membership.as_ref().is_none_or(|membership| membership.warm) || self.is_behind_with(index) {
            return Ok(());
        }
        let Some(laid_out) = ledger.layout(feed.config.name.clone()).await? else { return Ok(()) };
        let file = |format: Format| format!("{}.{}", feed.config.name, format.extension());
        if let Some(window) = layout::window(&self.root, file, &self.formats, &laid_out, feed.config.limit) {
            self.feeds[index].window = window;
            self.used(index);
        }
        Ok(())
    }

    /// The window of a feed after a batch; `None` where it is as it was.
    async fn changed_window(&mut self, index: usize, batch: &mut Batch<'_>, below: &mut Below<'_>) -> Result<Option<Window>, Fault> {
        let mut window = self.window(index).clone();
        // What stands below this place is not known here, whatever leaves the window.
        let horizon = window.horizon();
        let mut moved = false;
        for change in batch.changes {
            moved |= window.remove(&change.after.id);
        }
        let name = self.name(index);
        let public = |change: &&Change| change.after.state.is_public() && change.after.feeds.contains(name);
        let mut members: Vec<(Order, usize)> =
            batch.changes.iter().enumerate().filter(|(_, change)| public(change)).map(|(at, change)| (change.after.order(), at)).collect();
        members.sort_unstable();
        let reach = members.partition_point(|(order, _)| horizon.holds(order));
        let beyond = members.split_off(reach);
        for (order, change) in members {
            if !window.has_room_for(&order) {
                // Whatever follows is below the last slot, too.
                moved |= window.note_more();
                break;
            }
            if let Some(fragments) = self.changed(index, change, batch) {
                window.insert(Slot { order, fragments });
                moved = true;
            }
        }
        if window.is_full() {
            moved |= !beyond.is_empty() && window.note_more();
        } else if window.has_more() || !beyond.is_empty() {
            self.fill(index, &mut window, horizon.order(), batch, beyond, below).await?;
            moved = true;
        }
        Ok(moved.then_some(window))
    }

    /// The tombstones of a feed after a batch; `None` where they are as they were.
    async fn changed_graves(&self, index: usize, batch: &Batch<'_>, at: Instant, ledger: &dyn Ledger) -> Result<Option<Graves>, Fault> {
        let feed = &self.feeds[index];
        let new =
            batch.changes.iter().filter_map(|change| change.tombstone.as_ref()).filter(|stone| stone.feeds.contains(self.name(index)));
        let new: Vec<&Tombstone> = new.collect();
        let risen = |id: &ArticleId| {
            batch.ids.get(id).is_some_and(|change| {
                let change = &batch.changes[*change];
                change.after.state.is_public() || change.tombstone.is_some()
            })
        };
        let falls = feed.graves.until().is_some_and(|until| until <= at);
        if new.is_empty() && !falls && !batch.ids.keys().any(|id| self.graveyard.holds(id)) {
            return Ok(None);
        }
        let mut graves = feed.graves.clone();
        let (cleared, refill) = graves.clear(at, risen);
        if refill {
            let kept = ledger.tombstones(at.minus(Tombstone::STANDS), MOST_TOMBSTONES).await?;
            let of_feed = kept.iter().filter(|stone| stone.feeds.contains(self.name(index)) && !risen(&stone.id));
            return Ok(Some(Graves::of(&feed.channel, of_feed.chain(new))));
        }
        for tombstone in &new {
            graves.put(&feed.channel, tombstone);
        }
        Ok((cleared || !new.is_empty()).then_some(graves))
    }

    /// Brings a window to its limit with what stands below `after`: what the ledger has, but for what this batch changes, and what
    /// this batch puts there (`beyond`, in order).
    async fn fill(
        &mut self,
        index: usize,
        window: &mut Window,
        mut after: Option<Order>,
        batch: &mut Batch<'_>,
        beyond: Vec<(Order, usize)>,
        below: &mut Below<'_>,
    ) -> Result<(), Fault> {
        let mut beyond = beyond.into_iter().peekable();
        loop {
            let lack = window.lack();
            if lack == 0 {
                return Ok(());
            }
            let page =
                if window.has_more() { below.ledger.window(self.name(index).clone(), after, lack).await?.members } else { Vec::new() };
            let exhausted = page.len() < lack;
            if exhausted {
                window.set_more(false);
            }
            after = page.last().map(|member| member.entry.order());
            for member in page {
                let order = member.entry.order();
                while let Some((order, change)) = beyond.next_if(|(own, _)| own.cmp(&order) == Ordering::Less) {
                    self.append(index, window, order, change, batch);
                }
                if batch.ids.contains_key(&member.entry.id) || window.shows(&member.entry.id) {
                    continue;
                }
                if let Some(fragments) = self.kept(&member, index, below).await? {
                    window.append(Slot { order, fragments });
                }
            }
            if exhausted {
                for (order, change) in beyond {
                    self.append(index, window, order, change, batch);
                }
                return Ok(());
            }
        }
    }

    fn append(&mut self, index: usize, window: &mut Window, order: Order, change: usize, batch: &mut Batch<'_>) {
        if window.is_full() {
            window.note_more();
        } else if let Some(fragments) = self.changed(index, change, batch) {
            window.append(Slot { order, fragments });
        }
    }

    /// Fills an empty window from the ledger.
    pub(super) async fn fill_anew(&mut self, index: usize, window: &mut Window, below: &mut Below<'_>) -> Result<(), Fault> {
        let mut none = Batch { changes: &[], ids: HashMap::new(), rendered: HashMap::new(), fragments: HashMap::new() };
        self.fill(index, window, None, &mut none, Vec::new(), below).await
    }

    /// Whether anything stands below a full window: the end of a feed that has just as many is its whole history.
    pub(super) async fn look_below(&self, index: usize, window: &mut Window, ledger: &dyn Ledger) -> Result<(), Fault> {
        if self.archives.base.is_some() && window.is_full() && window.has_more() {
            let last = window.slots.last().map(|slot| slot.order.clone());
            let more = !ledger.window(self.name(index).clone(), last, 1).await?.members.is_empty();
            window.set_more(more);
        }
        Ok(())
    }

    /// A changed article's fragments, rendered once for all feeds.
    pub(super) fn changed(&self, index: usize, at: usize, batch: &mut Batch<'_>) -> Option<Arc<Fragments>> {
        let content = self.content(index);
        if let Some(fragments) = batch.fragments.get(&(at, content)) {
            return Some(fragments.clone());
        }
        let change = &batch.changes[at];
        let rendered = match (batch.rendered.get(&at).or(change.rendered.as_ref()), &change.article) {
            (Some(rendered), _) => rendered.clone(),
            (None, Some(article)) => Arc::new(self.render(article, &change.after, &change.references)),
            (None, None) => return None,
        };
        let fragments = Arc::new(self.fragments(&change.after, &rendered, content));
        batch.rendered.insert(at, rendered);
        batch.fragments.insert((at, content), fragments.clone());
        Some(fragments)
    }

    /// The fragments of an article that the ledger holds.
    async fn kept(&mut self, member: &Member, index: usize, below: &mut Below<'_>) -> Result<Option<Arc<Fragments>>, Fault> {
        let content = self.content(index);
        let of_family = self.feeds[index].membership.is_some();
        // What was taken from files does not say what people see of it, which a feed with a page needs.
        let whole = |fragments: &Arc<Fragments>| of_family || fragments.teaser.is_some();
        if let Some(fragments) = self.shown(&member.entry.id, content).filter(whole) {
            return Ok(Some(fragments));
        }
        let Some(source) = source_of(member, below.from_file, below.read) else { return Ok(None) };
        let references = ledger::references(below.ledger, &member.entry.path, render::references(&source)).await?;
        let rendered = self.render(&source, &member.entry, &references);
        let fragments = Arc::new(self.fragments(&member.entry, &rendered, content));
        self.show(&member.entry.id, content, &fragments);
        Ok(Some(fragments))
    }
}

/// The source of an article that the ledger holds; what was read for it from its file is put to `read`.
pub(super) fn source_of(member: &Member, from_file: FromFile<'_>, read: &mut Vec<(Entry, Arc<Article>)>) -> Option<Arc<Article>> {
    // What came to be kept without its local files being looked at is read again, now that a feed shows it.
    if let Some(looked) = member.source.as_ref().filter(|source| source.assets.is_some()) {
        return Some(looked.clone());
    }
    if let Some(source) = from_file(&member.entry) {
        read.push((member.entry.clone(), source.clone()));
        return Some(source);
    }
    member.source.clone()
}
