//! What is not known is asked for, and changes nothing of what is decided.

use std::sync::Arc;

use proptest::prelude::*;

use super::newsroom::*;
use crate::article::{Article, Entry, EntryKey};
use crate::desk::{Decisions, Desk, Known, Missing, Observation};
use crate::instant::Instant;

/// What may happen to one of a few paths.
#[derive(Clone, Debug)]
enum Event {
    Write { path: usize, article: usize, from: Option<usize> },
    Remove { path: usize },
    Spoil { path: usize },
    Tick,
    Reload,
}

const PATHS: [&str; 6] = ["a.md", "b.md", "x/a.md", "x/index.md", "y/a.md", "y/x.md"];

fn articles() -> Vec<Article> {
    let plain = article("plain");
    let with = |change: fn(&mut Article)| {
        let mut article = plain.clone();
        change(&mut article);
        article
    };
    vec![
        plain.clone(),
        with(|a| a.headline = "another".into()),
        with(|a| a.id = Some(id("urn:x:1"))),
        with(|a| (a.id, a.headline) = (Some(id("urn:x:2")), "two".into())),
        with(|a| a.link = Some("/own".into())),
        with(|a| (a.link, a.headline) = (Some("/articles/a".into()), "sly".into())),
        with(|a| a.slug = Some("a".into())),
        with(|a| a.draft = true),
        with(|a| (a.draft, a.id) = (true, Some(id("urn:x:1")))),
        with(|a| a.embargo = on("2026-11-24T12:00:03Z")),
        with(|a| a.hold = Some("legal".into())),
        with(|a| a.expires = on("2026-11-24T12:00:05Z")),
        with(|a| a.withdrawn = Some("untrue".into())),
        with(|a| (a.withdrawn, a.id) = (Some("untrue".into()), Some(id("urn:x:2")))),
        with(|a| (a.published, a.breaking) = (on("2001-01-01"), true)),
        with(|a| (a.minor, a.standfirst) = (true, Some("s".into()))),
        with(|a| a.updated = on("2026-11-24T12:00:02Z")),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    let path = 0..PATHS.len();
    prop_oneof![
        6 => (path.clone(), 0..articles().len(), proptest::option::of(path.clone()))
            .prop_map(|(path, article, from)| Event::Write { path, article, from: from.filter(|from| *from != path) }),
        3 => path.clone().prop_map(|path| Event::Remove { path }),
        1 => path.prop_map(|path| Event::Spoil { path }),
        1 => Just(Event::Tick),
        1 => Just(Event::Reload),
    ]
}

fn observations(events: &[Event], room: &Newsroom) -> Vec<Observation> {
    let articles = articles();
    let due = |entry: &&Entry| entry.due.is_some_and(|due| due <= room.now);
    let mut out = Vec::new();
    for event in events {
        match event {
            Event::Write { path: at, article, from: Some(from) } => {
                out.push(Observation::Gone(path(PATHS[*from])));
                out.push(room.moved(PATHS[*from], PATHS[*at], &articles[*article]));
            }
            Event::Write { path, article, from: None } => out.push(room.see(PATHS[*path], &articles[*article])),
            Event::Remove { path: at } => out.push(Observation::Gone(path(PATHS[*at]))),
            Event::Spoil { path: at } => out.push(Observation::Unusable(path(PATHS[*at]))),
            Event::Tick => {
                let source = |entry: &Entry| Observation::Due(entry.id.clone(), room.catalogue.sources.get(&entry.id).cloned());
                out.extend(room.catalogue.entries.values().filter(due).map(source));
            }
            Event::Reload => out.extend(
                room.catalogue.sources.iter().map(|(id, source): (_, &Arc<Article>)| Observation::Again(id.clone(), source.clone())),
            ),
        }
    }
    out
}

/// Decides with nothing known but what is asked for, one key at a time; gives the keys too.
fn decide_haltingly(desk: &Desk, room: &Newsroom, observations: &[Observation]) -> (Decisions, Vec<EntryKey>) {
    let mut known = Known::new();
    let mut asked: Vec<EntryKey> = Vec::new();
    loop {
        match desk.decide(observations, &mut known, room.now, room.baseline) {
            Ok(decisions) => return (decisions, asked),
            Err(Missing(keys)) => {
                let key = keys.into_iter().find(|key| !asked.contains(key)).expect("what was answered is not asked again");
                known.add([key.clone()], room.catalogue.look_up(std::slice::from_ref(&key)));
                asked.push(key);
            }
        }
    }
}

/// Decides with everything known up front.
fn decide_at_once(desk: &Desk, room: &Newsroom, observations: &[Observation], keys: Vec<EntryKey>) -> Decisions {
    let mut known = Known::new();
    known.add(keys, room.catalogue.entries.values().cloned());
    desk.decide(observations, &mut known, room.now, room.baseline).expect("nothing is missing")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    /// Also checks, with every batch, what [`Catalogue::commit`] checks.
    #[test]
    fn looking_up_little_by_little_decides_the_same(batches in prop::collection::vec(prop::collection::vec(event(), 1..6), 1..12)) {
        let mut room = Newsroom::new();
        for events in batches {
            let observations = observations(&events, &room);
            let (haltingly, asked) = decide_haltingly(&room.desk, &room, &observations);
            let keys = room.desk.keys(&observations).into_iter().chain(asked).collect();
            let at_once = decide_at_once(&room.desk, &room, &observations, keys);
            prop_assert_eq!(&haltingly, &at_once);
            let decided = room.batch(&observations);
            prop_assert_eq!(&decided, &at_once);
            room.later(SECOND);
        }
    }

    /// Whatever happens, two articles whose files are there never lie at one path.
    #[test]
    fn one_path_one_article(batches in prop::collection::vec(prop::collection::vec(event(), 1..6), 1..12)) {
        let mut room = Newsroom::new();
        for events in batches {
            let observations = observations(&events, &room);
            room.batch(&observations);
            for at in PATHS {
                let here = |entry: &&Entry| entry.path == path(at) && !matches!(
                    entry.state,
                    crate::article::State::Withdrawn { .. } | crate::article::State::RemovalPending { .. }
                );
                let here: Vec<_> = room.catalogue.entries.values().filter(here).collect();
                prop_assert!(here.len() <= 1, "{:?}", here);
            }
            room.later(SECOND);
        }
    }

    #[test]
    fn a_first_scan_decides_as_any_other_baseline(
        files in prop::collection::btree_map(0..40_usize, 0..articles().len(), 1..40),
        page in 1..12_usize,
    ) {
        let articles = articles();
        let mut plain = Newsroom::new();
        let mut scan = Newsroom::new();
        (plain.baseline, scan.baseline) = (true, true);
        let mut known = Known::first_scan();
        // Many share a name, so that links are numbered across pages.
        let files: Vec<(String, Article)> =
            files.into_iter().map(|(n, a)| (format!("{n}/{}.md", ["a", "b", "index"][n % 3]), articles[a].clone())).collect();
        for page in files.chunks(page) {
            let observations: Vec<_> = page.iter().map(|(at, article)| plain.see(at, article)).collect();
            let decided = plain.batch(&observations);
            let scanned = loop {
                match scan.desk.decide(&observations, &mut known, scan.now, true) {
                    Ok(decisions) => break decisions,
                    Err(Missing(keys)) => {
                        let found = scan.catalogue.look_up(&keys);
                        known.add(keys, found);
                    }
                }
            };
            known.committed();
            scan.catalogue.commit(&scanned);
            prop_assert_eq!(decided, scanned);
        }
    }
}

#[test]
fn a_missing_answer_leaves_what_is_known_as_it_was() {
    let mut room = Newsroom::new();
    room.drop("a.md", &article("A"));
    let observations = [Observation::Gone(path("a.md")), room.see("b.md", &article("B")), room.see("c.md", &article("C"))];
    let mut known = Known::new();
    let keys: Vec<_> = ["a.md", "b.md", "c.md"].map(|at| EntryKey::Path(path(at))).into();
    known.add(keys.clone(), room.catalogue.look_up(&keys));
    let before = format!("{:?}", known.entry(&room.at("a.md").id));
    let Err(Missing(missing)) = room.desk.decide(&observations, &mut known, room.now, false) else { panic!("something is missing") };
    assert!(missing.len() >= 2, "all that is missing at once: {missing:?}");
    assert_eq!(format!("{:?}", known.entry(&room.at("a.md").id)), before, "a.md is live again");
}

#[test]
fn many_of_one_name_are_scanned_in_few_rounds() {
    let desk = Desk::new(&config(""));
    let mut known = Known::first_scan();
    let mut catalogue = Catalogue::default();
    let mut rounds = 0;
    let now = Instant::from_millis(NOON);
    for page in 0..10_usize {
        let see = |n: usize| Observation::Seen(Box::new(seen(&format!("{n:05}/x.md"), &article("A"), now)));
        let observations: Vec<_> = (page * 300..page * 300 + 300).map(see).collect();
        loop {
            rounds += 1;
            match desk.decide(&observations, &mut known, now, true) {
                Ok(decided) => {
                    known.committed();
                    catalogue.commit(&decided);
                    break;
                }
                Err(Missing(keys)) => {
                    let found = catalogue.look_up(&keys);
                    known.add(keys, found);
                }
            }
        }
    }
    assert!(rounds <= 20, "{rounds}");
    assert!(catalogue.entries.values().any(|entry| entry.link == link("https://example.org/articles/x-3000")));
}
