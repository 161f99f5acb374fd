//! The articles that items may be: the whole catalogue, as little of each as matching needs.

use std::collections::HashMap;
use std::sync::Arc;

use crate::adopt::{Candidate, Matching};
use crate::article::{Article, ArticleId, Entry, EntryKey};
use crate::config::Config;
use crate::daemon::reading::{Files, Rereading};
use crate::ledger::{Fault, Ledger};

/// How many rows are fetched at once.
const PAGE: usize = 1000;

/// Every article.
pub(super) async fn candidates(ledger: &dyn Ledger) -> Result<Vec<Candidate>, Fault> {
    // One that was ever owed anything knows articles by their present ids.
    let endpoints = !ledger.summary().await?.endpoints.is_empty();
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let page = ledger.catalogue(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(all) };
        after = Some(last.path.clone());
        let keys = page.into_iter().map(|row| EntryKey::Id(row.id)).collect();
        all.extend(ledger.entries(keys).await?.iter().map(|entry| Candidate::of(entry, endpoints)));
    }
}

/// Tells matching what the sources of those in question say of id and date.
pub(super) async fn learn(ledger: &dyn Ledger, config: &Config, matching: &mut Matching<'_>) -> Result<(), Fault> {
    let questions: Vec<usize> = matching.in_question().into_iter().collect();
    for some in questions.chunks(PAGE) {
        let ids: Vec<ArticleId> = some.iter().map(|index| matching.candidates()[*index].id.clone()).collect();
        let mut sources = sources(ledger, config, ids).await?;
        for index in some {
            if let Some(article) = sources.remove(&matching.candidates()[*index].id) {
                matching.learn(*index, article.id.clone(), article.published.is_some());
            }
        }
    }
    Ok(())
}

/// Sources from the ledger, or from their files where it keeps none yet.
async fn sources(ledger: &dyn Ledger, config: &Config, ids: Vec<ArticleId>) -> Result<HashMap<ArticleId, Arc<Article>>, Fault> {
    let mut kept: HashMap<ArticleId, Arc<Article>> = ledger.sources(ids.clone()).await?.into_iter().collect();
    let missing: Vec<EntryKey> = ids.into_iter().filter(|id| !kept.contains_key(id)).map(EntryKey::Id).collect();
    if missing.is_empty() {
        return Ok(kept);
    }
    let rereading = Rereading::default();
    for entry in ledger.entries(missing).await? {
        let read = tokio::task::block_in_place(|| rereading.source(config, &entry, Files::Leave));
        kept.extend(read.map(|(article, _)| (entry.id, article)));
    }
    Ok(kept)
}

/// The rows of some articles, by id.
pub(super) async fn rows(ledger: &dyn Ledger, ids: Vec<ArticleId>) -> Result<HashMap<ArticleId, Entry>, Fault> {
    let mut rows = HashMap::with_capacity(ids.len());
    for some in ids.chunks(PAGE) {
        let entries = ledger.entries(some.iter().cloned().map(EntryKey::Id).collect()).await?;
        rows.extend(entries.into_iter().map(|entry| (entry.id.clone(), entry)));
    }
    Ok(rows)
}
