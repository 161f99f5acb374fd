//! What an old feed hands on is taken whole, once, and under the new id everywhere.

use newswire::article::{ArticleId, Entry, Revision, State};
use newswire::config::Format;
use newswire::ledger::{Adoption, Adoptions, Alias, Edition, EntryChange, EntryKey, Fault, FeedRow, Ledger, ListPage, Listing};

use super::engine::Engine;
use super::newsroom::{added, article, changed, edition, entry, feed, id, known, link, noon, path};

on_every_engine![
    an_article_takes_id_and_dates_over_and_keeps_the_rest,
    what_was_taken_over_before_changes_nothing_more,
    an_id_that_another_holds_clashes_and_nothing_is_taken,
    what_has_changed_since_is_stale,
    many_of_one_instant_keep_their_order,
    a_later_edition_knows_it_by_its_new_id,
    feeds_ids_and_old_places_are_kept,
    a_place_may_be_given_to_another_feed_and_taken_back,
];

/// As Drupal makes them.
fn old_id(name: &str) -> ArticleId {
    ArticleId::taken_over(&format!("{name} at https://example.org")).unwrap()
}

fn adoption(before: &Entry, after: Entry) -> Adoption {
    Adoption { was: before.id.clone(), known: known(before), entry: after }
}

fn adopted(entry: &Entry, name: &str, at: i64) -> Entry {
    Entry { id: old_id(name), published: noon(at), updated: noon(at), released: noon(at), ..entry.clone() }
}

async fn with(ledger: &dyn Ledger, entries: &[Entry]) {
    ledger.commit(Edition { entries: entries.iter().map(added).collect(), ..edition(noon(1)) }).await.unwrap();
}

fn articles(articles: Vec<Adoption>) -> Adoptions {
    Adoptions { articles, ..Adoptions::default() }
}

async fn an_article_takes_id_and_dates_over_and_keeps_the_rest(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let (one, two) = (entry("one"), Entry { feeds: vec![feed("all"), feed("tag/europe")], ..entry("two") });
    let source = EntryChange { source: Some(article("two")), ..added(&two) };
    ledger.commit(Edition { entries: vec![added(&one), source], ..edition(noon(1)) }).await.unwrap();
    let after = adopted(&two, "2", -5000);
    ledger.adopt(articles(vec![adoption(&two, after.clone())])).await.unwrap();
    let ledger = {
        drop(ledger);
        engine.open(noon(2)).unwrap()
    };
    for key in [EntryKey::Id(old_id("2")), EntryKey::Path(path("two")), EntryKey::Link(link("two"))] {
        assert_eq!(ledger.entries(vec![key]).await.unwrap(), std::slice::from_ref(&after));
    }
    assert_eq!(ledger.entries(vec![EntryKey::Id(two.id.clone())]).await.unwrap(), []);
    assert_eq!(ledger.sources(vec![old_id("2")]).await.unwrap(), [(old_id("2"), article("two"))]);
    for (name, expected) in [("all", vec![one.id.clone(), old_id("2")]), ("tag/europe", vec![old_id("2")])] {
        let window = ledger.window(feed(name), None, 10).await.unwrap();
        assert_eq!(window.members.iter().map(|member| member.entry.id.clone()).collect::<Vec<_>>(), expected, "{name}");
    }
    // No bulletin came of it, and the ledger's clock stands where it stood.
    let state = ledger.state().await.unwrap();
    assert_eq!((state.sequence.0, state.latest), (0, noon(1)));
}

async fn what_was_taken_over_before_changes_nothing_more(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let one = entry("one");
    with(&*ledger, std::slice::from_ref(&one)).await;
    let step = articles(vec![adoption(&one, adopted(&one, "1", -5000))]);
    ledger.adopt(step.clone()).await.unwrap();
    ledger.adopt(step).await.unwrap();
    let ListPage::Live(live) = ledger.list(Listing::Live { after: None }, 10).await.unwrap() else { panic!("not live ones") };
    assert_eq!(live, [adopted(&one, "1", -5000)]);
}

async fn an_id_that_another_holds_clashes_and_nothing_is_taken(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let (one, two) = (entry("one"), entry("two"));
    with(&*ledger, &[one.clone(), two.clone()]).await;
    let onto = Entry { id: one.id.clone(), ..two.clone() };
    let step = Adoptions {
        articles: vec![adoption(&one, adopted(&one, "1", -1)), adoption(&two, Entry { id: old_id("1"), ..two.clone() })],
        aliases: vec![Alias { place: "/feed".into(), feed: feed("all"), format: Format::Rss }],
        ..Adoptions::default()
    };
    for step in [articles(vec![adoption(&two, onto)]), step] {
        let clash = ledger.adopt(step).await.unwrap_err();
        assert!(matches!(&clash, Fault::Clash { holder, .. } if holder == "one.md"), "{clash}");
    }
    assert_eq!(ledger.entries(vec![EntryKey::Id(one.id.clone()), EntryKey::Id(two.id.clone())]).await.unwrap(), [one, two]);
    assert_eq!(ledger.aliases().await.unwrap(), []);
}

async fn what_has_changed_since_is_stale(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let one = entry("one");
    with(&*ledger, std::slice::from_ref(&one)).await;
    let gone = Entry { state: State::Withdrawn { at: noon(2), reason: None }, ..one.clone() };
    ledger.commit(Edition { entries: vec![changed(&one, &gone)], ..edition(noon(2)) }).await.unwrap();
    let stale = ledger.adopt(articles(vec![adoption(&one, adopted(&one, "1", -1))])).await;
    assert!(matches!(stale, Err(Fault::Stale)), "{stale:?}");
    let nobody = entry("nobody");
    let stale = ledger.adopt(articles(vec![adoption(&nobody, adopted(&nobody, "1", -1))])).await;
    assert!(matches!(stale, Err(Fault::Stale)), "{stale:?}");
    assert_eq!(ledger.entries(vec![EntryKey::Id(one.id)]).await.unwrap(), [gone]);
}

async fn many_of_one_instant_keep_their_order(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    // More than an instant holds before its places carry ids.
    let entries: Vec<Entry> = (0..200).map(|number| entry(&format!("{number:03}"))).collect();
    with(&*ledger, &entries).await;
    let taken = entries.iter().enumerate().map(|(number, entry)| adoption(entry, adopted(entry, &format!("{:03}", 999 - number), 0)));
    ledger.adopt(articles(taken.collect())).await.unwrap();
    let mut after = None;
    let mut seen = Vec::new();
    loop {
        let page = ledger.window(feed("all"), after, 7).await.unwrap().members;
        let Some(last) = page.last() else { break };
        after = Some(last.entry.order());
        seen.extend(page.into_iter().map(|member| member.entry.id));
    }
    let mut expected: Vec<ArticleId> = (800..1000).map(|number| old_id(&number.to_string())).collect();
    expected.sort();
    assert_eq!(seen, expected);
}

async fn a_later_edition_knows_it_by_its_new_id(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let one = entry("one");
    with(&*ledger, std::slice::from_ref(&one)).await;
    let after = adopted(&one, "1", -1);
    ledger.adopt(articles(vec![adoption(&one, after.clone())])).await.unwrap();
    let moved = Entry { link: link("elsewhere"), revision: Revision(1), released: noon(2), ..after.clone() };
    ledger.commit(Edition { entries: vec![changed(&after, &moved)], ..edition(noon(2)) }).await.unwrap();
    assert_eq!(ledger.window(feed("all"), None, 10).await.unwrap().members.len(), 1, "it left its old place");
    let withdrawn = Entry { state: State::Withdrawn { at: noon(3), reason: None }, ..moved.clone() };
    ledger.commit(Edition { entries: vec![changed(&moved, &withdrawn)], ..edition(noon(3)) }).await.unwrap();
    assert_eq!(ledger.window(feed("all"), None, 10).await.unwrap().members.len(), 0);
    // The id that it gave up is free.
    let again = Entry { path: path("other"), link: link("other"), ..one };
    ledger.commit(Edition { entries: vec![added(&again)], ..edition(noon(4)) }).await.unwrap();
}

async fn feeds_ids_and_old_places_are_kept(engine: &dyn Engine) {
    let row = |id: ArticleId, selection| FeedRow { name: feed("all"), id, updated: noon(10), content: [1; 16], selection };
    let alias = |place: &str, format| Alias { place: place.into(), feed: feed("tag/europe"), format };
    {
        let ledger = engine.open(noon(0)).unwrap();
        ledger.commit(Edition { feeds: vec![row(id("feed"), [2; 16])], ..edition(noon(10)) }).await.unwrap();
        let step = Adoptions {
            feeds: vec![row(old_id("feed"), [0; 16])],
            aliases: vec![alias("/rss.xml", Format::Rss), alias("/?feed=atom", Format::Atom)],
            ..Adoptions::default()
        };
        ledger.adopt(step).await.unwrap();
    }
    let ledger = engine.open(noon(11)).unwrap();
    assert_eq!(ledger.feeds().await.unwrap(), [row(old_id("feed"), [0; 16])]);
    assert_eq!(ledger.aliases().await.unwrap(), [alias("/?feed=atom", Format::Atom), alias("/rss.xml", Format::Rss)]);
    assert_eq!(engine.beside().unwrap().aliases().await.unwrap().len(), 2);
}

async fn a_place_may_be_given_to_another_feed_and_taken_back(engine: &dyn Engine) {
    let ledger = engine.open(noon(0)).unwrap();
    let alias = |name: &str| Alias { place: "/rss.xml".into(), feed: feed(name), format: Format::Rss };
    for name in ["all", "breaking"] {
        ledger.adopt(Adoptions { aliases: vec![alias(name)], ..Adoptions::default() }).await.unwrap();
        assert_eq!(ledger.aliases().await.unwrap(), [alias(name)]);
    }
    for _ in 0..2 {
        ledger.adopt(Adoptions { without: vec!["/rss.xml".into()], ..Adoptions::default() }).await.unwrap();
        assert_eq!(ledger.aliases().await.unwrap(), []);
    }
}
