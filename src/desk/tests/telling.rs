//! What is told, and in which lane.

use super::newsroom::*;
use crate::article::{Article, BulletinKind, Lane, Revision};

fn dated(day: &str) -> Article {
    Article { published: on(day), ..article("A") }
}

#[test]
fn news_is_told_and_history_is_not_but_said() {
    let mut room = Newsroom::new();
    let decision = room.drop("a.md", &dated("2026-11-23"));
    assert_eq!(kind(&decision), Some(BulletinKind::Published));
    assert_eq!(decision.after.revision, Revision(1));
    let observation = room.see("b.md", &dated("2026-11-01"));
    let decided = room.batch(&[observation]);
    assert_eq!(told(&decided), []);
    let (at, note) = &decided.notes[0];
    assert_eq!((at, note.rule.as_ref()), (&path("b.md"), "history"));
    assert!(note.to_string().contains("2026-11-01") && note.remedy.contains("announce: true"), "{note}");
}

#[test]
fn a_date_without_a_time_counts_until_that_day_s_end() {
    // Now is noon of the 24th; seven days ago it was noon of the 17th.
    for (date, news) in [
        ("2026-11-17T12:00:00Z", true),
        ("2026-11-17T11:59:59Z", false),
        ("2026-11-17", true),
        ("2026-11-16T23:59:59Z", false),
        ("2026-11-16", false),
    ] {
        let mut room = Newsroom::new();
        assert_eq!(kind(&room.drop("a.md", &dated(date))).is_some(), news, "{date}");
    }
    let mut room = Newsroom::with("[articles]\nannounce_within = \"1h\"");
    assert!(kind(&room.drop("a.md", &dated("2026-11-24"))).is_some(), "today counts until midnight");
}

#[test]
fn announce_overrides() {
    let mut room = Newsroom::new();
    let observation = room.see("a.md", &Article { announce: Some(true), ..dated("2001-01-01") });
    let decided = room.batch(&[observation]);
    assert_eq!(told(&decided), [("a.md".into(), BulletinKind::Published)]);
    assert_eq!(decided.decisions[0].after.released, room.now, "what is told stands on top");
    let observation = room.see("b.md", &Article { announce: Some(false), ..dated("2026-11-24") });
    let decided = room.batch(&[observation]);
    assert_eq!(told(&decided), []);
    assert_eq!(rules(&decided), Vec::<String>::new(), "as was asked for");
    assert_eq!(decided.decisions[0].after.released, decided.decisions[0].after.published);
    // It concerns the publication only.
    let edited = Article { announce: Some(false), headline: "B".into(), ..dated("2026-11-24") };
    assert_eq!(kind(&room.drop("b.md", &edited)), Some(BulletinKind::Updated));
}

#[test]
fn a_baseline_tells_nothing() {
    let mut room = Newsroom::new();
    room.baseline = true;
    for (at, article) in [
        ("a.md", dated("2026-11-24")),
        ("b.md", Article { announce: Some(true), ..dated("2026-11-24") }),
        ("c.md", dated("2001-01-01")),
        ("d.md", Article { withdrawn: Some("x".into()), ..dated("2001-01-01") }),
    ] {
        let observation = room.see(at, &article);
        let decided = room.batch(&[observation]);
        assert_eq!((told(&decided), rules(&decided)), (vec![], vec![]), "{at}");
    }
    // Nor does what changes while it goes on.
    assert_eq!(kind(&room.drop("a.md", &Article { headline: "B".into(), ..dated("2026-11-24") })), None);
    assert_eq!(kind(&room.drop("a.md", &Article { hold: Some("x".into()), ..dated("2026-11-24") })), None);
    assert_eq!(kind(&room.drop("a.md", &dated("2026-11-24"))), None);
    assert_eq!(room.at("a.md").revision, Revision(0));
    // Once it is complete, all is as ever.
    room.baseline = false;
    assert_eq!(kind(&room.drop("c.md", &Article { headline: "B".into(), ..dated("2001-01-01") })), Some(BulletinKind::Updated));
}

#[test]
fn updates_and_withdrawals_of_history_are_told() {
    let mut room = Newsroom::new();
    room.drop("a.md", &dated("2001-01-01"));
    let decision = room.drop("a.md", &Article { headline: "B".into(), ..dated("2001-01-01") });
    assert_eq!((kind(&decision), decision.after.revision), (Some(BulletinKind::Updated), Revision(1)));
    room.remove("a.md");
    room.later(4 * SECOND);
    let decision = room.tick().decisions.remove(0);
    assert_eq!((kind(&decision), decision.after.revision), (Some(BulletinKind::Withdrawn), Revision(2)));
}

#[test]
fn breaking_before_or_after_takes_the_breaking_lane() {
    let mut room = Newsroom::new();
    let breaking = |headline: &str| Article { breaking: true, ..article(headline) };
    assert_eq!(lane(&room.drop("a.md", &article("A"))), Some(Lane::Ordinary));
    assert_eq!(lane(&room.drop("a.md", &breaking("A"))), Some(Lane::Breaking), "after");
    assert_eq!(lane(&room.drop("a.md", &article("A"))), Some(Lane::Breaking), "before");
    assert_eq!(lane(&room.drop("a.md", &article("B"))), Some(Lane::Ordinary), "neither");
    let killed = Article { withdrawn: Some("x".into()), ..article("B") };
    assert_eq!(lane(&room.drop("a.md", &killed)), Some(Lane::Breaking), "a withdrawal rides the highest lane ever used");
}

#[test]
fn a_withdrawal_of_what_was_breaking_is_urgent_though_it_was_never_told() {
    let mut room = Newsroom::new();
    room.drop("a.md", &Article { breaking: true, ..dated("2001-01-01") });
    let killed = Article { withdrawn: Some("x".into()), ..dated("2001-01-01") };
    assert_eq!(lane(&room.drop("a.md", &killed)), Some(Lane::Breaking));
}

#[test]
fn feeds_follow_what_the_article_says() {
    let mut room = Newsroom::new();
    let names = |room: &Newsroom| room.at("a.md").feeds.iter().map(|name| name.as_str().to_owned()).collect::<Vec<_>>();
    room.drop("a.md", &article("A"));
    assert_eq!(names(&room), ["all"]);
    let decision = room.drop("a.md", &Article { breaking: true, ..article("A") });
    assert_eq!(names(&room), ["all", "breaking"]);
    assert!(decision.is_visible());
}

#[test]
fn one_revision_for_each_bulletin_and_none_without() {
    let mut room = Newsroom::new();
    let mut revisions = Vec::new();
    for article in [
        article("A"),
        article("A"),
        article("B"),
        Article { hold: Some("x".into()), ..article("B") },
        Article { hold: Some("y".into()), ..article("C") },
        article("C"),
        Article { minor: true, ..article("D") },
        Article { withdrawn: Some("x".into()), ..article("D") },
    ] {
        room.later(HOUR);
        revisions.push(room.drop("a.md", &article).after.revision.0);
    }
    assert_eq!(revisions, [1, 1, 2, 3, 3, 4, 4, 5]);
}
