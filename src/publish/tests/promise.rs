//! A feed's bytes are a function of ledger, config and version alone, however they came about.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::stand_in::{StandIn, article, config};
use crate::article::{Entry, References, State, Tombstone};
use crate::feed::{Document, Kind};
use crate::instant::Instant;
use crate::publish::Change;

/// What happens to one of a few articles: where it stands, what it says, whether it is public.
#[derive(Clone, Debug)]
struct Event {
    name: usize,
    headline: u8,
    released: i64,
    feeds: u8,
    state: u8,
}

fn event() -> impl Strategy<Value = Event> {
    (0..10_usize, 0..3_u8, 0..8_i64, 0..8_u8, 0..4_u8).prop_map(|(name, headline, released, feeds, state)| Event {
        name,
        headline,
        released,
        feeds,
        state,
    })
}

const CONFIG: &str = "
[[feed]]
name = \"all\"
limit = 3
[[feed]]
name = \"breaking\"
limit = 2
content = \"summary\"
[[feed]]
name = \"capped\"
limit = 5
max_bytes = \"1500B\"
";

fn change(event: &Event, ledger: &StandIn, now: Instant) -> Change {
    let feeds: Vec<&str> = ["all", "breaking", "capped"]
        .into_iter()
        .enumerate()
        .filter(|(at, _)| event.feeds & (1 << at) != 0)
        .map(|(_, name)| name)
        .collect();
    let (entry, source) = article(&format!("n{}", event.name), &format!("Headline {}", event.headline), event.released, &feeds);
    let state = match event.state {
        0 => State::Withdrawn { at: Instant::from_millis(0), reason: None },
        1 => State::RemovalPending { until: Instant::from_millis(0) },
        _ => State::Live,
    };
    let after = Entry { state, ..entry };
    let before = ledger.articles.get(&after.id).map(|(before, _)| before.clone());
    let left = before.as_ref().filter(|before| before.state.is_public() && !after.state.is_public());
    let tombstone = left.map(|before| Tombstone { id: before.id.clone(), at: now, reason: None, feeds: before.feeds.clone() });
    Change { before, after, article: Some(source), references: References::default(), rendered: None, tombstone }
}

async fn play(batches: Vec<(Vec<Event>, bool)>, without_sources: bool) -> Result<(), TestCaseError> {
    let config = config(CONFIG);
    let mut ledger = StandIn { without_sources, ..StandIn::default() };
    let mut publisher = ledger.publisher(&config);
    let mut now = 1_000;
    let loaded = publisher.load(&ledger, Instant::from_millis(now), &ledger.files()).await.unwrap();
    ledger.commit(&[], &loaded);
    let mut files: BTreeMap<String, Document> =
        loaded.documents().into_iter().map(|document| (document.file().to_owned(), document)).collect();
    publisher.adopt(loaded);
    for (events, fails_first) in batches {
        now += 1_000;
        let at = Instant::from_millis(now);
        let mut once = BTreeSet::new();
        let changes: Vec<Change> = events.iter().filter(|event| once.insert(event.name)).map(|event| change(event, &ledger, at)).collect();
        // As the daemon does with what bulletins carry: it is rendered beforehand.
        let rendered = |change: Change| {
            let shown = publisher.would_show(&change.after);
            let rendered = change
                .article
                .as_ref()
                .filter(|_| shown)
                .map(|article| publisher.render(article, &change.after, &change.references).into());
            Change { rendered, ..change }
        };
        let changes: Vec<Change> = changes.into_iter().map(rendered).collect();
        let from_file = ledger.files();
        if fails_first {
            // A commit that failed is composed anew.
            drop(publisher.compose(&ledger, &changes, at, &from_file).await.unwrap());
        }
        let composed = publisher.compose(&ledger, &changes, at, &from_file).await.unwrap();
        ledger.commit(&changes, &composed);
        let named: BTreeSet<_> = composed.rows().into_iter().map(|row| row.name).collect();
        for document in composed.documents() {
            prop_assert!(matches!(document.kind(), Kind::Feed(name, _) if named.contains(name)), "a document goes with its row");
            prop_assert_eq!(document.updated(), at);
            let file = document.file().to_owned();
            let before = files.insert(file.clone(), document.clone());
            let same_but_for_the_date = before.is_some_and(|before| before.bytes() == document.bytes());
            prop_assert!(!same_but_for_the_date, "{} was written anew for nothing", file);
        }
        publisher.adopt(composed);

        let fresh_at = Instant::from_millis(now + 500);
        let fresh = ledger.publisher(&config).load(&ledger, fresh_at, &ledger.files()).await.unwrap();
        prop_assert!(fresh.rows().is_empty(), "the ledger's rows say what a fresh start finds: {:?}", fresh.rows());
        for document in fresh.documents() {
            let kept = &files[document.file()];
            prop_assert_eq!(
                String::from_utf8_lossy(kept.bytes()),
                String::from_utf8_lossy(document.bytes()),
                "{} is not what a fresh start makes",
                document.file()
            );
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(150) })]

    #[test]
    fn bytes_do_not_depend_on_how_they_came_about(
        batches in prop::collection::vec((prop::collection::vec(event(), 0..6), any::<bool>()), 1..14),
        without_sources: bool,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(play(batches, without_sources))?;
    }
}
