//! Every state of an article × whatever may happen to it: the table of ARCHITECTURE.md, cell by cell.

use std::collections::BTreeMap;

use super::newsroom::*;
use crate::article::{Advisory, Article, BulletinKind, State};
use crate::desk::{Decisions, Observation};

const ARCHITECTURE: &str = include_str!("../../../ARCHITECTURE.md");

const AT: &str = "a.md";

fn plain() -> Article {
    article("Before")
}

/// The same article with another headline, so that a change would be told.
fn after() -> Article {
    article("After")
}

type Making = fn(&mut Newsroom);

/// Ways to bring an article to each state, by the table's rows.
fn rows() -> BTreeMap<&'static str, Vec<Making>> {
    let live: Making = |room| drop(room.drop(AT, &plain()));
    let draft: Making = |room| drop(room.drop(AT, &Article { draft: true, ..plain() }));
    let embargoed: Making = |room| drop(room.drop(AT, &Article { embargo: on("2026-11-24T13:00:00Z"), ..plain() }));
    let on_hold: Making = |room| {
        room.drop(AT, &plain());
        room.later(1).drop(AT, &Article { hold: Some("Legal".into()), ..plain() });
    };
    let embargoed_again: Making = |room| {
        room.drop(AT, &plain());
        room.later(1).drop(AT, &Article { embargo: on("2026-11-24T13:00:00Z"), ..plain() });
    };
    let pending: Making = |room| {
        room.drop(AT, &plain());
        room.later(1).remove(AT);
    };
    let expiring: Making = |room| drop(room.drop(AT, &Article { expires: on("2026-11-24T12:30:00Z"), ..plain() }));
    let expired: Making = |room| {
        room.drop(AT, &plain());
        room.later(1).drop(AT, &Article { expires: on("2026-11-01"), ..plain() });
    };
    let never_seen: Making = |room| drop(room.drop(AT, &Article { expires: on("2026-11-01"), ..plain() }));
    let killed: Making = |room| {
        room.drop(AT, &plain());
        room.later(1).drop(AT, &Article { withdrawn: Some("Wrong".into()), ..plain() });
    };
    let deleted: Making = |room| {
        room.drop(AT, &plain());
        room.later(1).remove(AT);
        room.later(HOUR).tick();
    };
    let expired_and_told: Making = |room| {
        room.drop(AT, &plain());
        room.later(1).drop(AT, &Article { expires: on("2026-11-01"), announce_expiry: Some(true), ..plain() });
    };
    let killed_unseen: Making = |room| drop(room.drop(AT, &Article { withdrawn: Some("Wrong".into()), ..plain() }));
    let nothing: Making = |_| {};
    BTreeMap::from([
        ("new here", vec![nothing]),
        ("held, never public", vec![draft]),
        ("held till an hour, never public", vec![embargoed]),
        ("held, public before", vec![on_hold]),
        ("held till an hour, public before", vec![embargoed_again]),
        ("live", vec![live]),
        ("live till an hour", vec![expiring]),
        ("removal pending", vec![pending]),
        ("expired", vec![expired]),
        ("expired, never public", vec![never_seen]),
        ("withdrawn", vec![killed, deleted, expired_and_told]),
        ("withdrawn, never public", vec![killed_unseen]),
    ])
}

type Happening = fn(&mut Newsroom) -> Decisions;

fn see(room: &mut Newsroom, article: &Article) -> Decisions {
    let seen = room.see(AT, article);
    room.batch(&[seen])
}

/// What may happen, by the table's columns.
fn columns() -> BTreeMap<&'static str, Vec<Happening>> {
    BTreeMap::from([
        ("live", vec![(|room| see(room, &after())) as Happening]),
        (
            "held",
            vec![
                |room| see(room, &Article { draft: true, ..after() }),
                |room| see(room, &Article { hold: Some("Legal".into()), ..after() }),
                |room| see(room, &Article { embargo: on("2027-01-01"), ..after() }),
                |room| see(room, &Article { published: on("2027-01-01"), ..after() }),
            ],
        ),
        ("expired", vec![|room| see(room, &Article { expires: on("2026-11-24T12:00:00Z"), ..after() })]),
        ("expired, told", vec![|room| see(room, &Article { expires: on("2026-11-24T12:00:00Z"), announce_expiry: Some(true), ..after() })]),
        ("withdrawn", vec![|room| see(room, &Article { withdrawn: Some("Wrong".into()), ..after() })]),
        ("its file is gone", vec![|room| room.remove(AT)]),
        ("its file is unusable", vec![|room| room.batch(&[Observation::Unusable(path(AT))])]),
        ("its hour comes", vec![|room| room.later(2 * HOUR).tick()]),
    ])
}

/// What became of it, as the table says it: its state, and what is told.
fn outcome(decided: &Decisions) -> String {
    if !decided.forget.is_empty() {
        assert!(decided.decisions.is_empty(), "{decided:?}");
        return "forgotten".into();
    }
    let Some(decision) = decided.decisions.first() else { return "–".into() };
    assert_eq!(decided.decisions.len(), 1, "{decided:?}");
    let state = match decision.after.state {
        State::Held { .. } => "held",
        State::Live => "live",
        State::RemovalPending { .. } => "removal pending",
        State::Expired => "expired",
        State::Withdrawn { .. } => "withdrawn",
    };
    let Some(telling) = &decision.telling else { return state.into() };
    let told = match (telling.kind, telling.advisory) {
        (BulletinKind::Published, None) => "published",
        (BulletinKind::Updated, None) => "updated",
        (BulletinKind::Withdrawn, Some(Advisory::Kill)) => "kill",
        (BulletinKind::Withdrawn, Some(Advisory::Hold)) => "hold",
        (BulletinKind::Withdrawn, Some(Advisory::Deleted)) => "deleted",
        (BulletinKind::Withdrawn, Some(Advisory::Expired)) => "expired",
        (BulletinKind::Published | BulletinKind::Updated, Some(_)) | (BulletinKind::Withdrawn, None) => {
            panic!("an advisory goes with a withdrawal and nothing else: {telling:?}")
        }
    };
    format!("{state}: **{told}**")
}

/// The table of the document: by row and column.
fn table() -> BTreeMap<(String, String), String> {
    let cells = |line: &str| line.trim().trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let mut lines = ARCHITECTURE.lines().skip_while(|line| !line.starts_with("| it was "));
    let columns = cells(lines.next().expect("ARCHITECTURE.md has the table of transitions"));
    let rows = lines.skip(1).take_while(|line| line.starts_with('|')).map(cells);
    let cell = |row: Vec<String>| {
        assert_eq!(row.len(), columns.len(), "{row:?}");
        let columns = columns.clone();
        let of = row[0].clone();
        row.into_iter().zip(columns).skip(1).map(move |(cell, column)| ((of.clone(), column), cell)).collect::<Vec<_>>()
    };
    rows.flat_map(cell).collect()
}

#[test]
fn every_transition_is_as_the_document_says() {
    let mut found = BTreeMap::new();
    let mut wrong = Vec::new();
    let documented = table();
    for (row, ways) in rows() {
        for (column, happenings) in columns() {
            let said = documented.get(&(row.to_owned(), column.to_owned()));
            for (way, making) in ways.iter().enumerate() {
                for happening in &happenings {
                    let mut room = Newsroom::new();
                    making(&mut room);
                    room.later(1);
                    let became = outcome(&happening(&mut room));
                    if said != Some(&became) {
                        wrong.push(format!("{row} ({way}) × {column}: {became}, but the document says {said:?}"));
                    }
                    found.insert((row.to_owned(), column.to_owned()), became);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let unknown: Vec<_> = documented.keys().filter(|key| !found.contains_key(key)).collect();
    assert!(unknown.is_empty(), "the document has cells that nothing tests: {unknown:?}");
}
