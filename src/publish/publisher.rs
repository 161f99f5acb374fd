//! What each feed shows, and what a batch makes of it.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::fragments::{Fragments, Shown};
use super::window::{Slot, Window};
use crate::article::{Article, ArticleId, Entry, FeedName};
use crate::config::{self, Config, Format};
use crate::feed::{self, Channel, Document, Fragment};
use crate::instant::Instant;
use crate::ledger::{Fault, FeedRow, Ledger, Member};
use crate::render::{self, Policy, Rendered};

/// What a batch does to one article, as far as feeds see it.
#[derive(Clone, Debug)]
pub struct Change {
    /// Its row before, where it had one.
    pub before: Option<Entry>,
    /// Its row after.
    pub after: Entry,
    /// Its text, needed where [`Publisher::would_show`] says so.
    pub rendered: Option<Arc<Rendered>>,
}

/// Finds the source of an article whose source the ledger does not keep yet: by reading its file.
pub type FromFile<'a> = &'a (dyn Fn(&Entry) -> Option<Arc<Article>> + Send + Sync);

/// The feeds that a batch changes. Nothing is touched until it is adopted.
#[derive(Debug, Default)]
pub struct Composed {
    feeds: Vec<ComposedFeed>,
    stale: Vec<ArticleId>,
    /// Sources that were read from files on the way.
    pub read: Vec<(Entry, Arc<Article>)>,
}

#[derive(Debug)]
struct ComposedFeed {
    at: usize,
    window: Window,
    row: FeedRow,
    changed: bool,
    documents: Vec<Document>,
}

impl Composed {
    /// The rows of the feeds whose content changes, for the edition.
    pub fn rows(&self) -> Vec<FeedRow> {
        self.feeds.iter().filter(|feed| feed.changed).map(|feed| feed.row.clone()).collect()
    }

    /// The files to write.
    pub fn documents(&self) -> Vec<Document> {
        self.feeds.iter().flat_map(|feed| feed.documents.iter().cloned()).collect()
    }
}

#[derive(Debug)]
struct Feed {
    config: config::Feed,
    channel: Channel,
    row: FeedRow,
    window: Window,
    /// The ledger knows it by another selection or other links.
    replaced: bool,
    /// The ledger does not know it.
    is_new: bool,
}

/// Holds what every feed shows at present.
pub struct Publisher {
    feeds: Vec<Feed>,
    by_name: HashMap<FeedName, usize>,
    shown: Shown,
    formats: Vec<Format>,
    language: String,
    author: Option<String>,
    policy: Arc<Policy>,
}

impl Publisher {
    /// The feeds of this configuration with the rows that the ledger has of them; new ones get an id made by `new_id`.
    /// Nothing is shown until [`Publisher::load`].
    pub fn new(config: &Config, policy: Arc<Policy>, rows: Vec<FeedRow>, new_id: impl Fn(&FeedName) -> ArticleId) -> Self {
        let mut rows: HashMap<FeedName, FeedRow> = rows.into_iter().map(|row| (row.name.clone(), row)).collect();
        let mut feeds = Vec::new();
        for feed in &config.feed {
            let kept = rows.remove(&feed.name);
            let selection = placing(config, feed);
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
            let window = Window::new(Vec::new(), feed.limit, true);
            feeds.push(Feed { config: feed.clone(), channel, row, window, replaced, is_new });
        }
        let by_name = feeds.iter().enumerate().map(|(at, feed)| (feed.config.name.clone(), at)).collect();
        Self {
            feeds,
            by_name,
            shown: Shown::default(),
            formats: config.feeds.formats.clone(),
            language: config.site.language.clone(),
            author: config.site.author.clone(),
            policy,
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

    /// Renders an article as every feed and bulletin shows it.
    pub fn render(&self, article: &Article, entry: &Entry) -> Rendered {
        render::render(article, &entry.link, self.author.as_deref(), &self.policy)
    }

    /// Fills every window from the ledger and gives every feed's bytes; rows whose content differs from what the ledger has
    /// are dated `at`.
    pub async fn load(&mut self, ledger: &dyn Ledger, at: Instant, from_file: FromFile<'_>) -> Result<Composed, Fault> {
        let mut composed = Composed::default();
        for index in 0..self.feeds.len() {
            let limit = self.feeds[index].config.limit;
            let mut window = Window::new(Vec::new(), limit, true);
            self.fill(ledger, index, &mut window, &HashMap::new(), &mut composed.read, from_file).await?;
            let feed = self.version(index, window, at, true);
            composed.feeds.push(feed);
        }
        Ok(composed)
    }

    /// Works out what a batch makes of the feeds.
    pub async fn compose(
        &mut self,
        ledger: &dyn Ledger,
        changes: &[Change],
        at: Instant,
        from_file: FromFile<'_>,
    ) -> Result<Composed, Fault> {
        let mut composed = Composed::default();
        let batch: HashMap<&ArticleId, &Change> = changes.iter().map(|change| (&change.after.id, change)).collect();
        let mut touched: Vec<usize> = changes
            .iter()
            .flat_map(|change| change.before.iter().flat_map(|entry| &entry.feeds).chain(&change.after.feeds))
            .filter_map(|name| self.by_name.get(name).copied())
            .collect();
        touched.sort_unstable();
        touched.dedup();
        let mut fresh: HashMap<(ArticleId, config::Content), Arc<Fragments>> = HashMap::new();
        for index in touched {
            let feed = &self.feeds[index];
            let mut window = feed.window.clone();
            let mut moved = false;
            for change in changes {
                if window.shows(&change.after.id) {
                    window.remove(&change.after.id);
                    moved = true;
                }
            }
            let mut below = false;
            for change in changes {
                if !change.after.state.is_public() || !change.after.feeds.contains(&feed.config.name) {
                    continue;
                }
                if !window.reaches(&change.after.order()) {
                    below = true;
                    continue;
                }
                let Some(rendered) = &change.rendered else { continue };
                let fragments = fresh.entry((change.after.id.clone(), feed.config.content)).or_insert_with(|| {
                    Arc::new(Fragments::render(&self.formats, &change.after, rendered, &self.language, feed.config.content))
                });
                window.insert(Slot { order: change.after.order(), fragments: fragments.clone() });
                moved = true;
            }
            if below {
                window.set_more(true);
            }
            if !moved {
                continue;
            }
            self.fill(ledger, index, &mut window, &batch, &mut composed.read, from_file).await?;
            let version = self.version(index, window, at, false);
            composed.feeds.push(version);
        }
        composed.stale = changes.iter().map(|change| change.after.id.clone()).collect();
        Ok(composed)
    }

    /// Makes what was composed the present; call it once the ledger has committed.
    pub fn adopt(&mut self, composed: Composed) {
        for id in &composed.stale {
            self.shown.forget(id);
        }
        for feed in composed.feeds {
            let present = &mut self.feeds[feed.at];
            for slot in &feed.window.slots {
                self.shown.put(slot.order.id().clone(), present.config.content, &slot.fragments);
            }
            present.window = feed.window;
            present.row = feed.row;
            (present.replaced, present.is_new) = (false, false);
        }
    }

    /// Brings a window to its limit with what stands below its last slot in the ledger, passing over what this batch changes.
    async fn fill(
        &mut self,
        ledger: &dyn Ledger,
        index: usize,
        window: &mut Window,
        changed: &HashMap<&ArticleId, &Change>,
        read: &mut Vec<(Entry, Arc<Article>)>,
        from_file: FromFile<'_>,
    ) -> Result<(), Fault> {
        let mut after = None;
        while let Some((lack, last)) = window.lacks() {
            let from = after.take().or(last);
            let page = ledger.window(self.feeds[index].config.name.clone(), from, lack).await?;
            window.set_more(page.members.len() == lack);
            for member in page.members {
                after = Some(member.entry.order());
                if changed.contains_key(&member.entry.id) || window.shows(&member.entry.id) {
                    continue;
                }
                if let Some(fragments) = self.kept(&member, index, read, from_file) {
                    window.insert(Slot { order: member.entry.order(), fragments });
                }
            }
        }
        Ok(())
    }

    fn kept(
        &mut self,
        member: &Member,
        index: usize,
        read: &mut Vec<(Entry, Arc<Article>)>,
        from_file: FromFile<'_>,
    ) -> Option<Arc<Fragments>> {
        let content = self.feeds[index].config.content;
        if let Some(fragments) = self.shown.get(&member.entry.id, content) {
            return Some(fragments);
        }
        let source = if let Some(source) = &member.source {
            source.clone()
        } else {
            let source = from_file(&member.entry)?;
            read.push((member.entry.clone(), source.clone()));
            source
        };
        let rendered = self.render(&source, &member.entry);
        let fragments = Arc::new(Fragments::render(&self.formats, &member.entry, &rendered, &self.language, content));
        self.shown.put(member.entry.id.clone(), content, &fragments);
        Some(fragments)
    }

    /// A feed's new version. Where its content is as it was, only `whole` gives its bytes.
    fn version(&self, index: usize, window: Window, at: Instant, whole: bool) -> ComposedFeed {
        let feed = &self.feeds[index];
        let shown = fitting(&window.slots, &self.formats, feed.config.max_bytes);
        let by_format: Vec<(Format, Vec<Fragment>)> = self
            .formats
            .iter()
            .map(|format| (*format, shown.iter().filter_map(|slot| slot.fragments.in_format(*format).cloned()).collect()))
            .collect();
        let mut hash = Sha256::new();
        for (format, fragments) in &by_format {
            hash.update(feed::assemble(*format, &feed.channel, Instant::MIN, &[]));
            for fragment in fragments {
                hash.update(fragment.digest);
            }
        }
        let digest = hash.finalize();
        let mut content = [0; 16];
        content.copy_from_slice(&digest[..16]);
        let other = content != feed.row.content;
        let changed = other || feed.replaced || feed.is_new;
        if !changed && !whole {
            return ComposedFeed { at: index, window, row: feed.row.clone(), changed, documents: Vec::new() };
        }
        let updated = if other { at.max(feed.row.updated) } else { feed.row.updated };
        let documents = by_format
            .into_iter()
            .map(|(format, fragments)| {
                Document::new(
                    feed.config.name.clone(),
                    format,
                    Bytes::from(feed::assemble(format, &feed.channel, updated, &fragments)),
                    updated,
                )
            })
            .collect();
        ComposedFeed { at: index, window, row: FeedRow { updated, content, ..feed.row.clone() }, changed, documents }
    }
}

/// Hash of what decides which articles a feed has and where they stand: its selection, the site's URL, the link pattern.
fn placing(config: &Config, feed: &config::Feed) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update(format!("{:?}", feed.select));
    hash.update([0]);
    hash.update(config.site.url.as_str());
    hash.update([0]);
    hash.update(&config.articles.link);
    let digest = hash.finalize();
    std::array::from_fn(|at| digest[at])
}

/// The newest articles whose bytes fit in `max_bytes` in every format; one at least.
fn fitting<'a>(slots: &'a [Slot], formats: &[Format], max_bytes: usize) -> &'a [Slot] {
    let mut fits = slots.len();
    for format in formats {
        let mut bytes = 0;
        for (count, slot) in slots.iter().enumerate().take(fits) {
            bytes += slot.fragments.in_format(*format).map_or(0, |fragment| fragment.bytes.len());
            if bytes > max_bytes && count > 0 {
                fits = count;
                break;
            }
        }
    }
    &slots[..fits]
}
