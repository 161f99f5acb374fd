//! What stands beside the catalogue: stretches of bulletins, the sitemap's chunks, tasks' marks, counts of readers.

use newswire::article::{BulletinKind, Entry, Holding, Lane, Sequence, State};
use newswire::ledger::{Edition, FeedAudience, Ledger, MadeChunk, Mark, ReportedReader, SitemapChunk};

use super::engine::Engine;
use super::newsroom::{added, bulletin, changed, edition, entry, feed, noon};

on_every_engine![
    bulletins_come_in_stretches,
    chunks_are_filled_once_and_followed_from_then_on,
    a_chunk_is_made_until_it_changes_again,
    another_form_makes_every_chunk_anew,
    full_chunks_take_nothing_new,
    marks_are_kept,
    counts_take_the_place_of_older_ones,
];

async fn bulletins_come_in_stretches(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    for no in 1..=5 {
        let bulletins = vec![bulletin("a", no, BulletinKind::Updated, Lane::Ordinary, noon(i64::from(no)))];
        ledger.commit(Edition { bulletins, ..edition(noon(i64::from(no))) }).await.unwrap();
    }
    let stretch = async |after, upto, limit| -> Vec<u64> {
        let found = ledger.bulletins(Sequence(after), Sequence(upto), limit).await.unwrap();
        found.iter().map(|bulletin| bulletin.sequence.0).collect()
    };
    assert_eq!(stretch(0, u64::MAX, 10).await, [1, 2, 3, 4, 5]);
    assert_eq!(stretch(1, 4, 10).await, [2, 3, 4]);
    assert_eq!(stretch(1, 4, 2).await, [2, 3]);
    assert_eq!(stretch(5, 5, 10).await, [] as [u64; 0]);
    let beside = engine.beside().unwrap();
    assert_eq!(beside.bulletins(Sequence(4), Sequence(9), 1).await.unwrap()[0].revision.0, 5);
}

async fn fill(ledger: &dyn Ledger, form: i64) -> u64 {
    let mut all = 0;
    loop {
        match ledger.sitemap_fill(form, 2).await.unwrap() {
            0 => return all,
            some => all += some,
        }
    }
}

async fn commit(ledger: &dyn Ledger, at: i64, changes: &[(Option<&Entry>, &Entry)]) {
    let entries = changes.iter().map(|(from, to)| from.map_or_else(|| added(to), |from| changed(from, to))).collect();
    ledger.commit(Edition { entries, ..edition(noon(at)) }).await.unwrap();
}

async fn chunks(ledger: &dyn Ledger) -> Vec<SitemapChunk> {
    ledger.sitemap_chunks().await.unwrap()
}

async fn members(ledger: &dyn Ledger, chunk: u64) -> Vec<String> {
    let found = ledger.sitemap_members(chunk).await.unwrap();
    found.iter().map(|entry| entry.path.to_string()).collect()
}

fn made(chunk: &SitemapChunk, digest: u8) -> MadeChunk {
    MadeChunk { no: chunk.no, changed: chunk.changed, listed: 1, digest: [digest; 16] }
}

fn held(of: &Entry) -> Entry {
    Entry { state: State::Held { why: Holding::Draft }, ..of.clone() }
}

async fn chunks_are_filled_once_and_followed_from_then_on(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let (one, two, apart) = (entry("one"), entry("two"), Entry { feeds: vec![feed("world")], ..entry("apart") });
    let (draft, later) = (held(&entry("draft")), entry("later"));
    commit(&*ledger, 1, &[(None, &one), (None, &two), (None, &apart), (None, &draft)]).await;
    assert_eq!(chunks(&*ledger).await, [], "nobody has asked for chunks");
    assert_eq!(fill(&*ledger, 7).await, 3, "public articles alone, whatever feeds they are in");
    assert_eq!(fill(&*ledger, 7).await, 0);
    assert_eq!(members(&*ledger, 1).await, ["one.md", "two.md", "apart.md"]);
    // A draft that is released, a new article, one that is put on hold.
    let released = Entry { state: State::Live, ..draft.clone() };
    commit(&*ledger, 2, &[(Some(&draft), &released), (None, &later), (Some(&two), &held(&two))]).await;
    assert_eq!(members(&*ledger, 1).await, ["one.md", "apart.md", "draft.md", "later.md"]);
    assert_eq!(fill(&*ledger, 7).await, 0);
    let pending = Entry { state: State::RemovalPending { until: noon(9) }, ..one.clone() };
    commit(&*ledger, 3, &[(Some(&one), &pending)]).await;
    assert!(members(&*ledger, 1).await.contains(&"one.md".to_owned()), "still public");
    let gone = Entry { state: State::Withdrawn { at: noon(4), reason: None }, ..one.clone() };
    commit(&*ledger, 4, &[(Some(&pending), &gone)]).await;
    commit(&*ledger, 5, &[(Some(&gone), &one)]).await;
    assert_eq!(members(&*engine.beside().unwrap(), 1).await, ["one.md", "apart.md", "draft.md", "later.md"], "and back again");
}

async fn a_chunk_is_made_until_it_changes_again(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let one = entry("one");
    commit(&*ledger, 1, &[(None, &one)]).await;
    fill(&*ledger, 7).await;
    let chunk = chunks(&*ledger).await.remove(0);
    assert!(!chunk.is_made && chunk.listed == 0);
    ledger.sitemap_made(vec![made(&chunk, 1)]).await.unwrap();
    let first = chunks(&*ledger).await.remove(0);
    assert!(first.is_made && first.listed == 1);
    assert_eq!(first.updated, chunk.changed);
    // A change while its file is being made is not lost.
    commit(&*ledger, 2, &[(Some(&one), &Entry { updated: noon(2), ..one.clone() })]).await;
    let changed = chunks(&*ledger).await.remove(0);
    assert!(!changed.is_made && changed.changed == noon(2));
    ledger.sitemap_made(vec![made(&chunk, 1)]).await.unwrap();
    assert!(!chunks(&*ledger).await[0].is_made);
    // Where the file is as it was, so is the time of its last change.
    ledger.sitemap_made(vec![made(&changed, 1)]).await.unwrap();
    assert_eq!((chunks(&*ledger).await[0].is_made, chunks(&*ledger).await[0].updated), (true, chunk.changed));
    commit(&*ledger, 3, &[(Some(&Entry { updated: noon(2), ..one.clone() }), &one)]).await;
    let again = chunks(&*ledger).await.remove(0);
    ledger.sitemap_made(vec![made(&again, 2)]).await.unwrap();
    assert_eq!(chunks(&*ledger).await[0].updated, noon(3));
    // An edition that changes no article changes no chunk.
    ledger.commit(edition(noon(4))).await.unwrap();
    assert!(chunks(&*ledger).await[0].is_made);
}

async fn another_form_makes_every_chunk_anew(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    commit(&*ledger, 1, &[(None, &entry("one"))]).await;
    fill(&*ledger, 7).await;
    ledger.sitemap_made(vec![made(&chunks(&*ledger).await[0], 1)]).await.unwrap();
    fill(&*ledger, 7).await;
    assert!(chunks(&*ledger).await[0].is_made);
    fill(&*ledger, 8).await;
    assert!(!chunks(&*ledger).await[0].is_made);
    assert_eq!(members(&*ledger, 1).await, ["one.md"]);
}

async fn full_chunks_take_nothing_new(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let all: Vec<Entry> = (0..500).map(|no| Entry { released: noon(-no), ..entry(&format!("a{no:03}")) }).collect();
    let changes: Vec<_> = all.iter().map(|entry| (None, entry)).collect();
    commit(&*ledger, 1, &changes).await;
    while ledger.sitemap_fill(7, 200).await.unwrap() > 0 {}
    assert_eq!(chunks(&*ledger).await.len(), 1);
    // One leaves the full chunk: its place stays empty.
    commit(&*ledger, 2, &[(None, &entry("new")), (Some(&all[3]), &held(&all[3]))]).await;
    commit(&*ledger, 3, &[(None, &entry("newer"))]).await;
    let numbers: Vec<u64> = chunks(&*ledger).await.iter().map(|chunk| chunk.no).collect();
    assert_eq!(numbers, [1, 2]);
    assert_eq!(members(&*ledger, 2).await, ["new.md", "newer.md"]);
    assert_eq!(members(&*ledger, 1).await.len(), 499);
    assert_eq!(chunks(&*ledger).await[0].changed, noon(2));
}

async fn marks_are_kept(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    assert_eq!(ledger.mark(Mark::IndexNow).await.unwrap(), None);
    for value in [i64::MIN, 0, 42] {
        ledger.put_mark(Mark::IndexNow, value).await.unwrap();
        assert_eq!(engine.beside().unwrap().mark(Mark::IndexNow).await.unwrap(), Some(value));
    }
    assert_eq!(ledger.mark(Mark::SitemapForm).await.unwrap(), None);
}

async fn counts_take_the_place_of_older_ones(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let counted = |name: &str, day, requests| FeedAudience {
        feed: feed(name),
        day,
        pollers: 3,
        requests,
        not_modified: 1,
        bytes: u64::MAX,
        bytes_ignoring_304: 0,
        readers: vec![ReportedReader { name: "Feedly".into(), feed_id: Some("1".into()), format: "rss".into(), subscribers: 16 }],
    };
    ledger.put_audience(vec![counted("world", 10, 1), counted("all", 10, 2), counted("all", 11, 3)], 0).await.unwrap();
    ledger.put_audience(vec![counted("all", 11, 4)], 0).await.unwrap();
    let beside = engine.beside().unwrap();
    assert_eq!(beside.audience(10).await.unwrap(), [counted("all", 10, 2), counted("world", 10, 1), counted("all", 11, 4)]);
    assert_eq!(beside.audience(11).await.unwrap(), [counted("all", 11, 4)]);
    // What is old goes.
    ledger.put_audience(vec![counted("all", 12, 5)], 11).await.unwrap();
    assert_eq!(ledger.audience(i64::MIN).await.unwrap(), [counted("all", 11, 4), counted("all", 12, 5)]);
}
