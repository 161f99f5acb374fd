//! The sitemap's files: pages in chunks, an index over them, and the news of the last two days.
//!
//! The ledger knows which article stands in which chunk, and which chunks changed. Only these are made again, so that one article costs one
//! chunk and the index, however many there are. The files lie flat in the feeds folder: a sitemap may list only what lies below it, unless
//! robots.txt names it, and a server that has them at its root needs no exception.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use sha2::{Digest, Sha256};
use url::Url;

use crate::article::{Article, ArticleId, Entry, References};
use crate::desk::House;
use crate::feed::sitemap::{INDEX, LONGEST_URL, Listed, NEWS, NewsListed, SITE, chunk_file, news_sitemap, sitemap, sitemap_index};
use crate::feed::{Document, Kind};
use crate::instant::Instant;
use crate::ledger::{Fault, Ledger, ListPage, Listing, MadeChunk, SitemapChunk};
use crate::render::{self, Place, Policy};

/// Changes with what is written, so that files that an earlier version made are made again.
const VERSION: u8 = 1;
/// How long an article stands in the news sitemap after its publication.
const NEWS_STANDS: Duration = Duration::from_hours(48);
/// The most articles of a news sitemap.
const MOST_NEWS: usize = 1000;
/// How many chunks are made at once.
const AT_ONCE: usize = 8;
/// How many articles are put into chunks at once: the ledger's writer is held up no longer than by a small edition.
const FILLED_AT_ONCE: usize = 2_000;
/// How many articles are read at once in search of news.
const PAGE: usize = 200;

/// What the files say of the site.
#[derive(Clone, Debug)]
pub struct About {
    /// Its URL; only pages of the same origin are listed.
    pub site: Url,
    /// Where the feeds folder is public.
    pub folder: Url,
    /// The language where an article names none.
    pub language: String,
    /// The publication's name as Google News knows it; `None` where there is to be no news sitemap.
    pub publication: Option<String>,
    /// What may pass into a page, and so which pictures it shows.
    pub policy: Arc<Policy>,
    /// What every article is shown by.
    pub house: Arc<House>,
}

impl About {
    /// A hash of everything that chunks depend on beside their articles.
    fn form(&self) -> i64 {
        let mut hash = Sha256::new();
        hash.update([VERSION]);
        for part in [self.site.as_str(), self.folder.as_str()] {
            hash.update(part);
            hash.update([0]);
        }
        if let Some(form) = self.house.form() {
            hash.update(form);
        }
        let digest = hash.finalize();
        i64::from_be_bytes(std::array::from_fn(|at| digest[at]))
    }

    /// The link, where a sitemap of this site may list it.
    fn listed<'a>(&self, entry: &'a Entry) -> Option<&'a str> {
        let link = entry.link.as_str();
        let own = Url::parse(link).is_ok_and(|url| url.origin() == self.site.origin());
        (own && entry.state.is_public() && link.len() <= LONGEST_URL).then_some(link)
    }
}

/// What is known of the files from one making to the next.
#[derive(Debug, Default)]
pub struct Sitemaps {
    /// Chunks that were made although the sources of some articles are not kept yet, by when they changed.
    provisional: HashMap<u64, Instant>,
    /// Whether the folder was looked through for missing files.
    looked: bool,
}

/// Chunks that were made, in some of which no article is left to list.
#[derive(Debug, Default)]
pub struct MadeChunks {
    /// The files to write.
    pub documents: Vec<Document>,
    /// The files to take away.
    pub empty: Vec<String>,
    /// What the ledger is to take note of, once they are written.
    pub made: Vec<MadeChunk>,
    /// Whether there are more to make.
    pub more: bool,
}

/// What stands over the chunks.
#[derive(Debug, Default)]
pub struct Top {
    /// The files to write.
    pub documents: Vec<Document>,
    /// The index as it is served at the web root, where its sitemaps are at the root, too.
    pub root_index: Option<Document>,
    /// When the next article leaves the news by its age.
    pub until: Option<Instant>,
}

impl Sitemaps {
    /// Makes some of the chunks that are to be made: those that changed, and those whose file is missing in the folder. `all_kept` says that
    /// the ledger keeps the source of every article there is.
    pub async fn chunks(&mut self, ledger: &dyn Ledger, about: &About, folder: &Path, all_kept: bool) -> Result<MadeChunks, Fault> {
        while ledger.sitemap_fill(about.form(), FILLED_AT_ONCE).await? > 0 {}
        let chunks = ledger.sitemap_chunks().await?;
        if all_kept {
            self.provisional.clear();
        }
        let lost = !folder.join(INDEX).exists();
        let look = lost || !std::mem::replace(&mut self.looked, true);
        if lost {
            self.provisional.clear();
        }
        let due = |chunk: &&SitemapChunk| {
            let provisional = self.provisional.get(&chunk.no) == Some(&chunk.changed);
            (!chunk.is_made && !provisional) || (look && chunk.listed > 0 && !folder.join(chunk_file(chunk.no)).exists())
        };
        let mut due: Vec<SitemapChunk> = chunks.iter().filter(due).cloned().collect();
        let mut made = MadeChunks { more: due.len() > AT_ONCE, ..MadeChunks::default() };
        // What is missing is found again in the next turn.
        self.looked &= !made.more;
        due.truncate(AT_ONCE);
        for chunk in due {
            self.chunk(ledger, about, &chunk, all_kept, &mut made).await?;
        }
        Ok(made)
    }

    async fn chunk(
        &mut self,
        ledger: &dyn Ledger,
        about: &About,
        chunk: &SitemapChunk,
        all_kept: bool,
        made: &mut MadeChunks,
    ) -> Result<(), Fault> {
        let entries = ledger.sitemap_members(chunk.no).await?;
        let ids: Vec<ArticleId> = entries.iter().map(|entry| entry.id.clone()).collect();
        let sources: HashMap<ArticleId, Arc<Article>> = ledger.sources(ids).await?.into_iter().collect();
        let whole = all_kept || entries.iter().all(|entry| sources.contains_key(&entry.id));
        let of_this = about.clone();
        let work = tokio::task::spawn_blocking(move || pages(&of_this, &entries, &sources));
        let Ok((bytes, listed)) = work.await else {
            return Err(Fault::Unavailable("the making of a sitemap was ended".to_owned()));
        };
        let document = Document::new(chunk_file(chunk.no), Kind::Sitemap, Bytes::from(bytes), chunk.changed);
        let digest = document.digest();
        if listed == 0 {
            made.empty.push(chunk_file(chunk.no));
        } else {
            made.documents.push(document);
        }
        if whole {
            self.provisional.remove(&chunk.no);
            made.made.push(MadeChunk { no: chunk.no, changed: chunk.changed, listed, digest });
        } else {
            self.provisional.insert(chunk.no, chunk.changed);
            // Noted as that of an earlier moment, so that the next run makes it whole.
            let before = Instant::from_millis(chunk.changed.as_millis() - 1);
            made.made.push(MadeChunk { no: chunk.no, changed: before, listed, digest });
        }
        Ok(())
    }

    /// Makes what stands over the chunks, once these are written.
    pub async fn top(&self, ledger: &dyn Ledger, about: &About, now: Instant) -> Result<Top, Fault> {
        let chunks = ledger.sitemap_chunks().await?;
        let index = |base: &Url| {
            let place = |file: &str| base.join(file).map_or_else(|_| format!("{base}{file}"), String::from);
            let listed = chunks.iter().filter(|chunk| chunk.listed > 0);
            let mut sitemaps = vec![(place(SITE), None)];
            sitemaps.extend(listed.map(|chunk| (place(&chunk_file(chunk.no)), Some(chunk.updated))));
            Bytes::from(sitemap_index(&sitemaps))
        };
        let updated = chunks.iter().map(|chunk| chunk.updated).max().unwrap_or(now);
        let of = |name: &str, bytes: Bytes, at: Instant| Document::new(name, Kind::Sitemap, bytes, at);
        let file = |name: &str, bytes: Bytes| of(name, bytes, updated.min(now));
        let front = sitemap(&[Listed { link: about.site.as_str(), updated: None, images: Vec::new() }]);
        let mut top = Top {
            documents: vec![file(INDEX, index(&about.folder)), file(SITE, front.into())],
            root_index: Some(file(INDEX, index(&about.site))),
            until: None,
        };
        if let Some(publication) = &about.publication {
            let (news, until) = news(ledger, about, publication, now).await?;
            // It changes by the passing of time, too.
            top.documents.push(of(NEWS, news.into(), now));
            top.until = until;
        }
        Ok(top)
    }
}

/// The news sitemap, and when the next article leaves it.
async fn news(ledger: &dyn Ledger, about: &About, publication: &str, now: Instant) -> Result<(Vec<u8>, Option<Instant>), Fault> {
    let since = now.minus(NEWS_STANDS);
    let mut fresh: Vec<Entry> = Vec::new();
    let mut after = None;
    // Nothing is released before it is published.
    'pages: loop {
        let page = match ledger.list(Listing::Live { after: after.take() }, PAGE).await? {
            ListPage::Live(page) => page,
            ListPage::Attempts(_) => Vec::new(),
        };
        let full = page.len() == PAGE;
        after = page.last().map(Entry::order);
        for entry in page {
            if entry.released <= since || fresh.len() == MOST_NEWS {
                break 'pages;
            }
            let titled = !entry.facts.headline.trim().is_empty();
            if entry.published > since && entry.published <= now && titled && about.listed(&entry).is_some() {
                fresh.push(entry);
            }
        }
        if !full {
            break;
        }
    }
    let articles: Vec<NewsListed<'_>> = fresh
        .iter()
        .map(|entry| NewsListed {
            link: entry.link.as_str(),
            title: &entry.facts.headline,
            published: entry.published,
            language: entry.facts.language.as_deref().unwrap_or(&about.language),
        })
        .collect();
    let until = fresh.iter().map(|entry| entry.published.plus(NEWS_STANDS)).min();
    Ok((news_sitemap(publication, &articles), until))
}

/// A chunk's bytes, and how many articles it lists.
fn pages(about: &About, entries: &[Entry], sources: &HashMap<ArticleId, Arc<Article>>) -> (Vec<u8>, u64) {
    let none = References::default();
    let listed: Vec<Listed<'_>> = entries
        .iter()
        .filter_map(|entry| {
            let images = sources.get(&entry.id).map(|source| images(about, entry, source, &none)).unwrap_or_default();
            Some(Listed { link: about.listed(entry)?, updated: Some(entry.updated.max(entry.published)), images })
        })
        .collect();
    let count = listed.len() as u64;
    (sitemap(&listed), count)
}

/// The pictures that an article's page shows.
fn images(about: &About, entry: &Entry, source: &Arc<Article>, none: &References) -> Vec<String> {
    let article = about.house.edit(&entry.path, source).article;
    let place = Place::of(entry, none).with_files(&about.folder);
    // Where nobody has looked for an article's own files yet, what lies here may not be published.
    let unsure = article.assets.is_none();
    let mut seen = HashSet::new();
    render::media_of(&article, place, &about.policy)
        .into_iter()
        .filter(|medium| medium.mime.as_deref().is_none_or(|mime| mime.starts_with("image/")))
        .filter(|medium| medium.url.len() <= LONGEST_URL)
        .filter(|medium| {
            let url = Url::parse(&medium.url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
            url.is_some_and(|url| !unsure || url.origin() != about.site.origin())
        })
        .map(|medium| medium.url)
        .filter(|url| seen.insert(url.clone()))
        .collect()
}
