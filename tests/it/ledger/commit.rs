//! An edition is taken whole, once, or not at all.

use std::sync::Arc;

use newswire::article::{BulletinKind, FileStamp, Holding, Lane, Revision, Sequence, State};
use newswire::diagnostic::{Diagnostic, Severity};
use newswire::ledger::{Edition, EntryChange, EntryKey, Fault, FeedRow};

use super::engine::Engine;
use super::newsroom::{added, article, bulletin, changed, edition, entry, feed, id, link, news, noon, path};

on_every_engine![what_is_committed_is_read_back, a_repeated_edition_gives_the_first_answer, bulletins_get_the_next_sequences,];

async fn what_is_committed_is_read_back(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let mut one = entry("one");
    one.due = Some(noon(5000));
    one.lane = Some(Lane::Breaking);
    one.revision = Revision(3);
    one.held_here = true;
    one.feeds = vec![feed("all"), feed("tag/europe"), feed("section/été")];
    one.facts.authors = vec!["Ada \"A\" L".into()];
    let mut two = entry("two");
    two.state = State::Held { why: Holding::Embargo };
    let source = article("one");
    let row = FeedRow { name: feed("all"), id: id("feed"), updated: noon(10), content: [1; 16], selection: [2; 16] };
    ledger
        .commit(Edition {
            entries: vec![EntryChange { source: Some(Arc::clone(&source)), ..added(&one) }, added(&two)],
            feeds: vec![row.clone()],
            ..edition(noon(10))
        })
        .await
        .unwrap();

    let found = ledger.entries(vec![EntryKey::Id(id("one")), EntryKey::Path(path("one")), EntryKey::Link(link("two"))]).await.unwrap();
    assert_eq!(found, [one.clone(), two]);
    assert_eq!(ledger.sources(vec![id("two"), id("one")]).await.unwrap(), [(id("one"), source.clone())]);
    assert_eq!(ledger.feeds().await.unwrap(), [row]);
    let window = ledger.window(feed("section/été"), None, 50).await.unwrap();
    assert_eq!(window.members.len(), 1);
    assert_eq!((&window.members[0].entry, window.members[0].source.as_deref()), (&one, Some(&*source)));
}

async fn a_repeated_edition_gives_the_first_answer(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let mut first = news("one", 1, Lane::Ordinary, noon(1));
    first.entries = vec![added(&entry("one"))];
    let answer = ledger.commit(first.clone()).await.unwrap();
    ledger.commit(news("two", 1, Lane::Ordinary, noon(2))).await.unwrap();
    assert_eq!(ledger.commit(first).await.unwrap(), answer);
    assert_eq!(ledger.state().await.unwrap().sequence, Sequence(2));
    assert_eq!(ledger.state().await.unwrap().latest, noon(2));
}

async fn bulletins_get_the_next_sequences(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let three = ["a", "b", "c"].map(|name| bulletin(name, 1, BulletinKind::Published, Lane::Ordinary, noon(1)));
    let committed = ledger.commit(Edition { bulletins: three.to_vec(), ..edition(noon(1)) }).await.unwrap();
    assert_eq!(committed.sequences, [Sequence(1), Sequence(2), Sequence(3)]);
    let none = ledger.commit(edition(noon(2))).await.unwrap();
    assert_eq!(none.sequences, []);
    let next = ledger.commit(news("d", 1, Lane::Ordinary, noon(3))).await.unwrap();
    assert_eq!(next.sequences, [Sequence(4)]);
    let read = ledger.newer(id("b"), Revision(0)).await.unwrap();
    assert_eq!(read.len(), 1);
    assert_eq!(*read[0], newswire::article::Bulletin { sequence: Sequence(2), ..three[1].clone() });
}
