//! An edition is taken whole, once, or not at all.

use std::sync::Arc;

use newswire::article::{BulletinKind, FileStamp, Holding, Lane, Revision, Sequence, State};
use newswire::diagnostic::{Diagnostic, Severity};
use newswire::ledger::{Edition, EntryChange, EntryKey, Fault, FeedRow};

use super::engine::{Engine, LostAcknowledgements};
use super::newsroom::{added, article, bulletin, changed, edition, entry, feed, id, link, news, noon, path};

on_every_engine![
    what_is_committed_is_read_back,
    a_repeated_edition_gives_the_first_answer,
    bulletins_get_the_next_sequences,
    an_acknowledgement_lost_after_the_commit_is_taken_once,
    a_thousand_editions_are_remembered,
    an_edition_that_is_not_later_is_stale,
    what_the_desk_did_not_know_is_stale,
    an_id_of_another_path_clashes,
    a_link_clashes_unless_its_holder_is_withdrawn,
    articles_of_one_edition_may_exchange_links,
    diagnostics_are_replaced_path_by_path,
    a_feeds_row_is_kept_and_its_update_never_goes_back,
    the_baselines_marker_stays,
    what_is_forgotten_is_gone,
];

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

async fn an_acknowledgement_lost_after_the_commit_is_taken_once(engine: &dyn Engine) {
    let store = engine.open(noon(0)).unwrap();
    let ledger = LostAcknowledgements::of(Arc::clone(&store), 3);
    let mut one = news("one", 1, Lane::Ordinary, noon(1));
    one.entries = vec![added(&entry("one"))];
    let committed = loop {
        // As the seam says: after Unknown, the same call again.
        match ledger.commit(one.clone()).await {
            Ok(committed) => break committed,
            Err(Fault::Unknown(_)) => {}
            Err(fault) => panic!("{fault}"),
        }
    };
    assert_eq!(committed.sequences, [Sequence(1)]);
    assert_eq!(store.state().await.unwrap().sequence, Sequence(1));
    assert_eq!(store.newer(id("one"), Revision(0)).await.unwrap().len(), 1);
}

async fn a_thousand_editions_are_remembered(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let first = news("one", 1, Lane::Ordinary, noon(1));
    ledger.commit(first.clone()).await.unwrap();
    for at in 2..=1000 {
        ledger.commit(edition(noon(at))).await.unwrap();
    }
    assert_eq!(ledger.commit(first.clone()).await.unwrap().sequences, [Sequence(1)]);
    ledger.commit(edition(noon(1001))).await.unwrap();
    // Forgotten, it is an edition of the past.
    assert!(matches!(ledger.commit(first).await, Err(Fault::Stale)));
}

async fn an_edition_that_is_not_later_is_stale(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    ledger.commit(edition(noon(5))).await.unwrap();
    assert!(matches!(ledger.commit(edition(noon(5))).await, Err(Fault::Stale)));
    assert!(matches!(ledger.commit(edition(noon(4))).await, Err(Fault::Stale)));
    ledger.commit(edition(noon(6))).await.unwrap();
}

async fn what_the_desk_did_not_know_is_stale(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let before = entry("one");
    ledger.commit(Edition { entries: vec![added(&before)], ..edition(noon(1)) }).await.unwrap();
    let mut touched = before.clone();
    touched.stamp = FileStamp { inode: 99, ..before.stamp };
    let mut told = before.clone();
    told.revision = Revision(1);
    let mut pending = before.clone();
    pending.state = State::RemovalPending { until: noon(9) };
    for wrong in [&touched, &told, &pending] {
        let decided = Edition { entries: vec![changed(wrong, &told)], ..news("one", 1, Lane::Ordinary, noon(2)) };
        assert!(matches!(ledger.commit(decided).await, Err(Fault::Stale)));
    }
    let unknown = entry("two");
    let decided = Edition { entries: vec![changed(&unknown, &unknown)], ..edition(noon(2)) };
    assert!(matches!(ledger.commit(decided).await, Err(Fault::Stale)));
    // The same file's article, added meanwhile.
    assert!(matches!(ledger.commit(Edition { entries: vec![added(&before)], ..edition(noon(2)) }).await, Err(Fault::Stale)));
    // Nothing of what was refused stayed.
    assert_eq!(ledger.state().await.unwrap().sequence, Sequence(0));
    assert_eq!(ledger.entries(vec![EntryKey::Id(id("one"))]).await.unwrap(), std::slice::from_ref(&before));
    ledger.commit(Edition { entries: vec![changed(&before, &told)], ..edition(noon(2)) }).await.unwrap();
    assert_eq!(ledger.entries(vec![EntryKey::Id(id("one"))]).await.unwrap(), [told]);
}

async fn an_id_of_another_path_clashes(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    ledger.commit(Edition { entries: vec![added(&entry("one"))], ..edition(noon(1)) }).await.unwrap();
    let mut second = entry("two");
    second.id = id("one");
    match ledger.commit(Edition { entries: vec![added(&entry("three")), added(&second)], ..edition(noon(2)) }).await {
        Err(Fault::Clash { what, holder }) => assert_eq!((what.as_str(), holder.as_str()), (id("one").as_str(), "one.md")),
        other => panic!("{other:?}"),
    }
    assert_eq!(ledger.entries(vec![EntryKey::Id(id("three"))]).await.unwrap(), []);
    // Within one edition, too.
    let mut twin = entry("five");
    twin.id = id("four");
    let both = Edition { entries: vec![added(&entry("four")), added(&twin)], ..edition(noon(3)) };
    assert!(matches!(ledger.commit(both).await, Err(Fault::Clash { holder, .. }) if holder == "four.md"));
}

async fn a_link_clashes_unless_its_holder_is_withdrawn(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let mut holder = entry("one");
    ledger.commit(Edition { entries: vec![added(&holder)], ..edition(noon(1)) }).await.unwrap();
    let mut second = entry("two");
    second.link = link("one");
    let states = [
        State::RemovalPending { until: noon(9) },
        State::Held { why: Holding::Draft },
        State::Expired,
        State::Withdrawn { at: noon(5), reason: None },
    ];
    for (at, state) in (2..).zip(states) {
        let mut next = holder.clone();
        next.state = state;
        ledger.commit(Edition { entries: vec![changed(&holder, &next)], ..edition(noon(at * 10)) }).await.unwrap();
        holder = next;
        let by_link = ledger.entries(vec![EntryKey::Link(link("one"))]).await.unwrap();
        let taken = ledger.commit(Edition { entries: vec![added(&second)], ..edition(noon(at * 10 + 1)) }).await;
        if matches!(holder.state, State::Withdrawn { .. }) {
            taken.unwrap();
            assert_eq!(by_link, []);
        } else {
            assert!(matches!(taken, Err(Fault::Clash { ref holder, .. }) if holder == "one.md"), "{taken:?}");
            assert_eq!(by_link, [holder.clone()]);
        }
    }
    // Restored, it would have to find another link.
    let mut back = holder.clone();
    back.state = State::Live;
    let restored = ledger.commit(Edition { entries: vec![changed(&holder, &back)], ..edition(noon(900)) }).await;
    assert!(matches!(restored, Err(Fault::Clash { holder, .. }) if holder == "two.md"));
}

async fn articles_of_one_edition_may_exchange_links(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let (one, two) = (entry("one"), entry("two"));
    ledger.commit(Edition { entries: vec![added(&one), added(&two)], ..edition(noon(1)) }).await.unwrap();
    let (mut to_two, mut to_one) = (one.clone(), two.clone());
    to_two.link = link("two");
    to_one.link = link("one");
    let exchange = vec![changed(&one, &to_two), changed(&two, &to_one)];
    ledger.commit(Edition { entries: exchange, ..edition(noon(2)) }).await.unwrap();
    assert_eq!(ledger.entries(vec![EntryKey::Link(link("one"))]).await.unwrap(), [to_one.clone()]);
    // And a new one may take what another leaves.
    let mut moved = to_one.clone();
    moved.link = link("elsewhere");
    let mut new = entry("three");
    new.link = link("one");
    ledger.commit(Edition { entries: vec![added(&new), changed(&to_one, &moved)], ..edition(noon(3)) }).await.unwrap();
    assert_eq!(ledger.entries(vec![EntryKey::Link(link("one"))]).await.unwrap(), [new]);
}

async fn diagnostics_are_replaced_path_by_path(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let finding = |severity, name: &str, rule| Diagnostic::new(severity, rule, format!("{name}.md"), "found").at(3, 7).mend("mend it");
    let note = finding(Severity::Note, "a", "first");
    let error = finding(Severity::Error, "b", "second");
    let warning = finding(Severity::Warning, "a", "third");
    let said = vec![(path("a"), vec![note.clone(), warning.clone()]), (path("b"), vec![error.clone()])];
    ledger.commit(Edition { diagnostics: said, ..edition(noon(1)) }).await.unwrap();
    assert_eq!(ledger.summary().await.unwrap().diagnostics, [error, warning.clone(), note]);
    // By file, each once.
    assert_eq!(ledger.findings(None, 9).await.unwrap(), [path("a"), path("b")]);
    assert_eq!(ledger.findings(None, 1).await.unwrap(), [path("a")]);
    assert_eq!(ledger.findings(Some(path("a")), 9).await.unwrap(), [path("b")]);
    let mended = vec![(path("b"), Vec::new()), (path("a"), vec![warning.clone()]), (path("c"), Vec::new())];
    ledger.commit(Edition { diagnostics: mended, ..edition(noon(2)) }).await.unwrap();
    assert_eq!(ledger.summary().await.unwrap().diagnostics, [warning]);
    assert_eq!(ledger.findings(None, 9).await.unwrap(), [path("a")]);
}

async fn a_feeds_row_is_kept_and_its_update_never_goes_back(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let row = |updated, content| FeedRow {
        name: feed("all"),
        id: id("feed"),
        updated: noon(updated),
        content: [content; 16],
        selection: [3; 16],
    };
    ledger.commit(Edition { feeds: vec![row(10, 1)], ..edition(noon(1)) }).await.unwrap();
    ledger.commit(Edition { feeds: vec![row(20, 2)], ..edition(noon(2)) }).await.unwrap();
    assert_eq!(ledger.feeds().await.unwrap(), [row(20, 2)]);
    ledger.commit(Edition { feeds: vec![row(15, 3)], ..edition(noon(3)) }).await.unwrap();
    assert_eq!(ledger.feeds().await.unwrap(), [row(20, 3)]);
}

async fn the_baselines_marker_stays(engine: &dyn Engine) {
    let ledger = engine.open(noon(7)).unwrap();
    let state = ledger.state().await.unwrap();
    assert_eq!((state.baseline_complete, state.created, state.sequence), (false, noon(7), Sequence(0)));
    ledger.commit(Edition { baseline_complete: true, ..edition(noon(8)) }).await.unwrap();
    ledger.commit(edition(noon(9))).await.unwrap();
    drop(ledger);
    let state = engine.open(noon(99)).unwrap().state().await.unwrap();
    assert_eq!((state.baseline_complete, state.created, state.latest), (true, noon(7), noon(9)));
}

async fn what_is_forgotten_is_gone(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let mut held = entry("held");
    held.state = State::Held { why: Holding::Draft };
    let added = EntryChange { source: Some(article("held")), ..added(&held) };
    ledger.commit(Edition { entries: vec![added.clone()], ..edition(noon(1)) }).await.unwrap();
    ledger.commit(Edition { forget: vec![id("held"), id("never-known")], ..edition(noon(2)) }).await.unwrap();
    assert_eq!(ledger.entries(vec![EntryKey::Id(id("held")), EntryKey::Path(path("held"))]).await.unwrap(), []);
    assert_eq!(ledger.sources(vec![id("held")]).await.unwrap(), []);
    // Its id, path and link are free, even within one edition.
    ledger.commit(Edition { entries: vec![added.clone()], ..edition(noon(3)) }).await.unwrap();
    ledger.commit(Edition { forget: vec![id("held")], entries: vec![added], ..edition(noon(4)) }).await.unwrap();
    assert_eq!(ledger.summary().await.unwrap().held, 1);
}
