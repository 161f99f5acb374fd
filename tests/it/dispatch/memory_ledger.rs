//! A ledger in memory with the verbs that dispatch uses, written from the seam's words.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use newswire::article::{
    ArchiveName, Article, ArticleId, Bulletin, Entry, FeedName, FileStamp, Order, Published, Revision, Sequence, SourcePath, Tombstone,
};
use newswire::instant::Instant;
use newswire::ledger::{
    Adoptions, Alias, ArchiveRow, AssetRow, Attempt, Audience, CatalogueRow, Claim, Claimed, Committed, Edition, EndpointKind, EndpointRow,
    EndpointState, EndpointSummary, EntryKey, Families, Fault, FeedAudience, FeedRow, Layout, LeaseToken, Ledger, LedgerState, ListPage,
    Listing, MadeChunk, Mark, Outcome, Position, Prune, Retry, Settlement, SitemapChunk, Stretch, Summary, WindowPage,
};
use tokio::sync::watch;

/// What the next settlement meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Nothing is done.
    Unavailable,
    /// It is done, and nobody learns of it.
    AnswerLost,
    /// The lease is another's by now.
    LeaseLost,
}

#[derive(Default)]
struct Store {
    bulletins: Vec<Arc<Bulletin>>,
    endpoints: BTreeMap<Position, EndpointRow>,
    /// For each bulletin and slot the last endpoint that a stretch has reached.
    cursors: BTreeMap<(Sequence, u8), String>,
    stretches: Vec<LeasedStretch>,
    rows: BTreeMap<(String, Sequence), Row>,
    attempts: Vec<Attempt>,
    sent: BTreeMap<(String, ArticleId), Revision>,
    dead: Vec<(String, Sequence, String)>,
    trouble: VecDeque<Trouble>,
}

struct LeasedStretch {
    token: LeaseToken,
    until: Instant,
    sequence: Sequence,
    members: Vec<Position>,
}

#[derive(Clone)]
struct Row {
    attempts: u32,
    due: Instant,
    lease: Option<(LeaseToken, Instant)>,
}

pub(crate) struct MemoryLedger {
    store: Mutex<Store>,
    changes: watch::Sender<()>,
    seen: Mutex<watch::Receiver<()>>,
}

impl MemoryLedger {
    pub(crate) fn new() -> Self {
        let (changes, seen) = watch::channel(());
        Self { store: Mutex::default(), changes, seen: Mutex::new(seen) }
    }

    /// Lets the next settlements meet trouble.
    pub(crate) fn trouble(&self, trouble: &[Trouble]) {
        self.store().trouble.extend(trouble);
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap()
    }
}

impl Store {
    fn bulletin(&self, sequence: Sequence) -> Arc<Bulletin> {
        Arc::clone(&self.bulletins[usize::try_from(sequence.0).unwrap() - 1])
    }

    fn sent(&self, endpoint: &str, article: &ArticleId) -> Option<Revision> {
        self.sent.get(&(endpoint.to_owned(), article.clone())).copied()
    }

    fn record(&mut self, attempt: &Attempt) {
        let bulletin = self.bulletin(attempt.sequence);
        let sent = self.sent.entry((attempt.endpoint.clone(), bulletin.article.clone())).or_default();
        *sent = bulletin.revision.max(*sent);
        self.attempts.push(attempt.clone());
    }

    /// Those of a slot after an id that count for a sequence, in order.
    fn counted(&self, sequence: Sequence, slot: u8, after: Option<&str>) -> impl Iterator<Item = &Position> {
        let counts = move |row: &&EndpointRow| row.since < sequence && row.until.is_none_or(|until| sequence <= until);
        let from = match after {
            Some(after) => Bound::Excluded(Position { slot, id: after.to_owned() }),
            None => Bound::Included(Position { slot, id: String::new() }),
        };
        let rows = self.endpoints.range((from, Bound::Unbounded)).map(|(_, row)| row).take_while(move |row| row.position.slot == slot);
        rows.filter(counts).map(|row| &row.position)
    }

    fn audience(&self, members: &[Position], article: &ArticleId) -> Vec<Audience> {
        let member = |position: &Position| Audience { endpoint: self.endpoints[position].clone(), sent: self.sent(&position.id, article) };
        members.iter().map(member).collect()
    }

    fn claim(&mut self, claim: &Claim) -> Claimed {
        let mut claimed = Claimed::default();
        let until = claim.now.plus(claim.lease);
        for (lane, many) in &claim.stretches {
            let mut room = *many;
            // Those whose lease has run out first: nobody works on them any more.
            for index in 0..self.stretches.len() {
                let stretch = &self.stretches[index];
                let bulletin = self.bulletin(stretch.sequence);
                if room == 0 || bulletin.lane != *lane || stretch.until > claim.now {
                    continue;
                }
                let audience = self.audience(&stretch.members, &bulletin.article);
                let token = LeaseToken(rand::random());
                (self.stretches[index].token, self.stretches[index].until) = (token, until);
                claimed.stretches.push(Stretch { token, bulletin, audience });
                room -= 1;
            }
            for bulletin in self.bulletins.clone().into_iter().filter(|bulletin| bulletin.lane == *lane && bulletin.sequence <= claim.floor)
            {
                for slot in 0..64 {
                    let key = (bulletin.sequence, slot);
                    while room > 0 {
                        let after = self.cursors.get(&key).map(String::as_str);
                        let members: Vec<_> = self.counted(bulletin.sequence, slot, after).take(claim.stretch_len).cloned().collect();
                        let Some(last) = members.last() else { break };
                        self.cursors.insert(key, last.id.clone());
                        let token = LeaseToken(rand::random());
                        let audience = self.audience(&members, &bulletin.article);
                        self.stretches.push(LeasedStretch { token, until, sequence: bulletin.sequence, members });
                        claimed.stretches.push(Stretch { token, bulletin: Arc::clone(&bulletin), audience });
                        room -= 1;
                    }
                }
            }
        }
        let mut due: Vec<_> =
            self.rows.iter().filter(|(_, row)| row.due <= claim.now && free(row, claim.now)).map(|(key, _)| key.clone()).collect();
        due.sort_by_key(|key| (self.bulletin(key.1).lane, self.rows[key].due));
        due.truncate(claim.retries);
        for key in due {
            let token = LeaseToken(rand::random());
            let row = self.rows.get_mut(&key).unwrap();
            row.lease = Some((token, until));
            let attempts = row.attempts;
            let bulletin = self.bulletin(key.1);
            let endpoint = self.endpoints.values().find(|row| row.position.id == key.0).unwrap().clone();
            let sent = self.sent(&key.0, &bulletin.article);
            claimed.retries.push(Retry { token, bulletin, endpoint, attempts, sent });
        }
        let rows = self.rows.values().map(|row| row.lease.map_or(row.due, |(_, until)| until));
        claimed.next_due = rows.chain(self.stretches.iter().map(|stretch| stretch.until)).min();
        claimed
    }

    fn settle(&mut self, settlement: &Settlement) -> Result<(), Fault> {
        let token = settlement.token;
        let alone = self.rows.iter().find(|(_, row)| row.lease.is_some_and(|(held, _)| held == token)).map(|(key, _)| key.clone());
        let sequence = if let Some(key) = alone {
            assert_eq!(settlement.deliveries.len(), 1);
            key.1
        } else {
            let Some(index) = self.stretches.iter().position(|stretch| stretch.token == token) else { return Err(Fault::LeaseLost) };
            let stretch = self.stretches.remove(index);
            for delivery in &settlement.deliveries {
                assert!(
                    stretch.members.iter().any(|member| member.id == delivery.endpoint),
                    "{} is not of this stretch",
                    delivery.endpoint
                );
            }
            stretch.sequence
        };
        for delivery in &settlement.deliveries {
            let key = (delivery.endpoint.clone(), sequence);
            let before = self.rows.remove(&key);
            let number = delivery.attempt.as_ref().map(|attempt| attempt.number);
            let attempts = number.or(before.map(|row| row.attempts)).unwrap_or_default();
            delivery.attempt.iter().for_each(|attempt| self.record(attempt));
            match &delivery.outcome {
                Outcome::Accepted | Outcome::Superseded | Outcome::Filtered => {}
                Outcome::Retry { due } => {
                    self.rows.insert(key, Row { attempts, due: *due, lease: None });
                }
                Outcome::Slow { token, until } => {
                    self.rows.insert(key, Row { attempts, due: settlement.now, lease: Some((*token, *until)) });
                }
                Outcome::Dead { reason } => self.dead.push((key.0, key.1, reason.clone())),
            }
        }
        for (id, reason) in &settlement.disable {
            let row = self.endpoints.values_mut().find(|row| row.position.id == *id).unwrap();
            row.state = EndpointState::Disabled { reason: reason.clone(), at: settlement.now };
            for key in self.rows.keys().filter(|key| key.0 == *id).cloned().collect::<Vec<_>>() {
                self.rows.remove(&key);
                self.dead.push((key.0, key.1, reason.clone()));
            }
        }
        Ok(())
    }

    fn owed(&self) -> u64 {
        let leased: usize = self.stretches.iter().map(|stretch| stretch.members.len()).sum();
        let unreached = |bulletin: &Arc<Bulletin>| -> usize {
            let after = |slot| self.cursors.get(&(bulletin.sequence, slot)).map(String::as_str);
            (0..64).map(|slot| self.counted(bulletin.sequence, slot, after(slot)).count()).sum()
        };
        let unreached: usize = self.bulletins.iter().map(unreached).sum();
        u64::try_from(self.rows.len() + leased + unreached).unwrap()
    }
}

fn free(row: &Row, now: Instant) -> bool {
    row.lease.is_none_or(|(_, until)| until <= now)
}

#[async_trait]
impl Ledger for MemoryLedger {
    async fn commit(&self, edition: Edition) -> Result<Committed, Fault> {
        let mut store = self.store();
        let mut sequences = Vec::new();
        for mut bulletin in edition.bulletins {
            let sequence = Sequence(store.bulletins.len() as u64 + 1);
            bulletin.sequence = sequence;
            store.bulletins.push(Arc::new(bulletin));
            sequences.push(sequence);
        }
        drop(store);
        self.changes.send_replace(());
        Ok(Committed { sequences })
    }

    async fn put_endpoints(&self, kind: EndpointKind, ids: Vec<String>) -> Result<Vec<EndpointRow>, Fault> {
        let mut store = self.store();
        let now = Sequence(store.bulletins.len() as u64);
        for row in store.endpoints.values_mut().filter(|row| row.until.is_none() && !ids.contains(&row.position.id)) {
            row.until = Some(now);
        }
        for id in ids {
            let slot = id.bytes().fold(0u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte)) % 64;
            let position = Position { slot, id };
            let row = EndpointRow { position: position.clone(), kind, since: now, until: None, state: EndpointState::Active };
            store.endpoints.entry(position).or_insert(row);
        }
        Ok(store.endpoints.values().cloned().collect())
    }

    async fn claim(&self, claim: Claim) -> Result<Claimed, Fault> {
        Ok(self.store().claim(&claim))
    }

    async fn extend(&self, token: LeaseToken, until: Instant) -> Result<(), Fault> {
        let mut store = self.store();
        if let Some(stretch) = store.stretches.iter_mut().find(|stretch| stretch.token == token) {
            stretch.until = until;
            return Ok(());
        }
        let row = store.rows.values_mut().find(|row| row.lease.is_some_and(|(held, _)| held == token)).ok_or(Fault::LeaseLost)?;
        row.lease = Some((token, until));
        Ok(())
    }

    async fn settle(&self, settlement: Settlement) -> Result<(), Fault> {
        let trouble = self.store().trouble.pop_front();
        let result = match trouble {
            None => self.store().settle(&settlement),
            Some(Trouble::Unavailable) => Err(Fault::Unavailable("the test says so".to_owned())),
            Some(Trouble::LeaseLost) => Err(Fault::LeaseLost),
            Some(Trouble::AnswerLost) => self.store().settle(&settlement).and(Err(Fault::Unknown("the test says so".to_owned()))),
        };
        self.changes.send_replace(());
        result
    }

    async fn newer(&self, article: ArticleId, than: Revision) -> Result<Vec<Arc<Bulletin>>, Fault> {
        let store = self.store();
        Ok(store.bulletins.iter().filter(|bulletin| bulletin.article == article && bulletin.revision > than).cloned().collect())
    }

    async fn changed(&self) {
        let mut seen = self.seen.lock().unwrap().clone();
        // The sender lives as long as this.
        let _ = seen.changed().await;
        *self.seen.lock().unwrap() = seen;
    }

    async fn summary(&self) -> Result<Summary, Fault> {
        let store = self.store();
        let endpoint = |row: &EndpointRow| EndpointSummary {
            endpoint: row.clone(),
            owed: store.rows.keys().filter(|key| key.0 == row.position.id).count() as u64,
            dead: store.dead.iter().filter(|dead| dead.0 == row.position.id).count() as u64,
            last: store.attempts.iter().rfind(|attempt| attempt.endpoint == row.position.id).cloned(),
        };
        Ok(Summary {
            owed: store.owed(),
            dead: store.dead.len() as u64,
            endpoints: store.endpoints.values().map(endpoint).collect(),
            ..Summary::default()
        })
    }

    async fn list(&self, listing: Listing, limit: usize) -> Result<ListPage, Fault> {
        let store = self.store();
        match listing {
            Listing::Live { .. } => unimplemented!("dispatch lists no articles"),
            Listing::Attempts { article, after } => {
                let of = store.attempts.iter().filter(|attempt| store.bulletin(attempt.sequence).article == article);
                Ok(ListPage::Attempts(of.skip(usize::try_from(after).unwrap()).take(limit).cloned().collect()))
            }
        }
    }

    async fn state(&self) -> Result<LedgerState, Fault> {
        unimplemented!("dispatch does not ask")
    }
    async fn catalogue(&self, _: Option<SourcePath>, _: usize) -> Result<Vec<CatalogueRow>, Fault> {
        unimplemented!("dispatch does not ask")
    }
    async fn entries(&self, _: Vec<EntryKey>) -> Result<Vec<Entry>, Fault> {
        unimplemented!("dispatch does not ask")
    }
    async fn due(&self, _: Instant, _: usize) -> Result<(Vec<Entry>, Option<Instant>), Fault> {
        unimplemented!("dispatch does not ask")
    }
    async fn sources(&self, _: Vec<ArticleId>) -> Result<Vec<(ArticleId, Arc<Article>)>, Fault> {
        unimplemented!("dispatch does not ask")
    }
    async fn keep_sources(&self, _: Vec<(ArticleId, FileStamp, Arc<Article>)>) -> Result<(), Fault> {
        unimplemented!("dispatch does not ask")
    }
    async fn window(&self, _: FeedName, _: Option<Order>, _: usize) -> Result<WindowPage, Fault> {
        unimplemented!("dispatch does not ask")
    }
    async fn families(&self) -> Result<Families, Fault> {
        unimplemented!("dispatch does not ask")
    }

    async fn layout(&self, _: FeedName) -> Result<Option<Layout>, Fault> {
        unimplemented!("dispatch does not ask")
    }

    async fn feeds(&self) -> Result<Vec<FeedRow>, Fault> {
        unimplemented!("dispatch does not ask")
    }
    async fn asset_users(&self, _: Vec<SourcePath>) -> Result<Vec<SourcePath>, Fault> {
        unimplemented!("dispatch does not ask")
    }
    async fn assets_shown(&self, _: Vec<Published>) -> Result<Vec<Published>, Fault> {
        unimplemented!("dispatch does not ask")
    }
    async fn assets(&self, _: Option<SourcePath>, _: usize) -> Result<Vec<AssetRow>, Fault> {
        unimplemented!("dispatch does not ask")
    }
    async fn archives(&self) -> Result<Vec<ArchiveRow>, Fault> {
        unimplemented!("dispatch does not ask")
    }
    async fn archives_stand(&self, _: Vec<(FeedName, ArchiveName, u64)>) -> Result<(), Fault> {
        unimplemented!("dispatch does not ask")
    }
    async fn places(&self, _: FeedName, _: Option<Order>, _: Option<Order>, _: usize) -> Result<Vec<Order>, Fault> {
        unimplemented!("dispatch does not ask")
    }
    async fn put_memberships(&self, _: Vec<(ArticleId, Vec<FeedName>)>) -> Result<(), Fault> {
        unimplemented!("dispatch does not ask")
    }
    async fn tombstones(&self, _: Instant, _: usize) -> Result<Vec<Tombstone>, Fault> {
        unimplemented!("dispatch does not ask")
    }
    async fn alarm(&self, _: &str, _: Option<String>) -> Result<(), Fault> {
        unimplemented!("dispatch does not ask")
    }
    async fn audited(&self, _: Instant, _: u64) -> Result<(), Fault> {
        unimplemented!("dispatch does not ask")
    }
    async fn replay(&self, _: &str, _: Sequence) -> Result<u64, Fault> {
        unimplemented!("dispatch does not ask")
    }
    async fn adopt(&self, _: Adoptions) -> Result<(), Fault> {
        unimplemented!("dispatch does not ask")
    }
    async fn aliases(&self) -> Result<Vec<Alias>, Fault> {
        unimplemented!("dispatch does not ask")
    }
    async fn findings(&self, _: Option<SourcePath>, _: usize) -> Result<Vec<SourcePath>, Fault> {
        unimplemented!("dispatch does not ask")
    }
    async fn bulletins(&self, after: Sequence, upto: Sequence, limit: usize) -> Result<Vec<Arc<Bulletin>>, Fault> {
        let store = self.store();
        let within = store.bulletins.iter().filter(|bulletin| bulletin.sequence > after && bulletin.sequence <= upto);
        Ok(within.take(limit).cloned().collect())
    }
    async fn sitemap_fill(&self, _: i64, _: usize) -> Result<u64, Fault> {
        unimplemented!("dispatch does not ask")
    }
    async fn sitemap_chunks(&self) -> Result<Vec<SitemapChunk>, Fault> {
        unimplemented!("dispatch does not ask")
    }
    async fn sitemap_members(&self, _: u64) -> Result<Vec<Entry>, Fault> {
        unimplemented!("dispatch does not ask")
    }
    async fn sitemap_made(&self, _: Vec<MadeChunk>) -> Result<(), Fault> {
        unimplemented!("dispatch does not ask")
    }
    async fn mark(&self, _: Mark) -> Result<Option<i64>, Fault> {
        unimplemented!("dispatch does not ask")
    }
    async fn put_mark(&self, _: Mark, _: i64) -> Result<(), Fault> {
        unimplemented!("dispatch does not ask")
    }
    async fn put_audience(&self, _: Vec<FeedAudience>, _: i64) -> Result<(), Fault> {
        unimplemented!("dispatch does not ask")
    }
    async fn audience(&self, _: i64) -> Result<Vec<FeedAudience>, Fault> {
        unimplemented!("dispatch does not ask")
    }
    async fn prune(&self, _: Prune) -> Result<u64, Fault> {
        unimplemented!("dispatch does not ask")
    }
}
