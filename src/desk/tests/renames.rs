//! Renames: by the kernel's word, by id, by equal bytes.

use super::newsroom::*;
use crate::article::{Article, ArticleId, BulletinKind, State};
use crate::desk::Observation;

fn gone(at: &str) -> Observation {
    Observation::Gone(path(at))
}

/// A room with `a.md` published.
fn room() -> (Newsroom, ArticleId) {
    let mut room = Newsroom::new();
    let id = room.drop("a.md", &article("A")).after.id;
    room.later(SECOND);
    (room, id)
}

#[test]
fn by_the_kernel_s_word_even_where_the_text_changed_too() {
    let (mut room, id) = room();
    let moved = room.moved("a.md", "b.md", &article("A"));
    let decided = room.batch(&[moved, gone("a.md")]);
    assert_eq!(told(&decided), []);
    assert_eq!(decided.decisions.len(), 1);
    assert!(decided.decisions[0].is_visible(), "its link is another");
    assert_eq!(room.at("b.md").id, id);
    assert_eq!(room.link("b.md"), "articles/b");
    let moved = room.moved("b.md", "c.md", &article("edited"));
    let decided = room.batch(&[gone("b.md"), moved]);
    assert_eq!(told(&decided), [("c.md".into(), BulletinKind::Updated)]);
    assert_eq!(room.at("c.md").id, id);
}

#[test]
fn by_front_matter_s_id() {
    let mut room = Newsroom::new();
    let own = Article { id: Some(id("urn:x:1")), ..article("A") };
    room.drop("a.md", &own);
    let elsewhere = room.see("z/b.md", &own);
    let decided = room.batch(&[gone("a.md"), elsewhere]);
    assert_eq!(told(&decided), []);
    assert_eq!(room.entry("urn:x:1").path, path("z/b.md"));
    assert_eq!(room.entry("urn:x:1").state, State::Live);
    assert_eq!(room.catalogue.entries.len(), 1);
}

#[test]
fn by_equal_bytes_within_the_grace() {
    let (mut room, id) = room();
    room.remove("a.md");
    room.later(2 * SECOND);
    let decision = room.drop("b.md", &article("A"));
    assert_eq!(decision.after.id, id);
    assert_eq!(decision.after.state, State::Live);
    assert_eq!(kind(&decision), None);
}

#[test]
fn not_by_equal_bytes_after_the_grace() {
    let (mut room, id) = room();
    room.remove("a.md");
    room.later(4 * SECOND).tick();
    let decision = room.drop("b.md", &article("A"));
    assert_ne!(decision.after.id, id);
    assert_eq!(kind(&decision), Some(BulletinKind::Published));
}

#[test]
fn not_by_other_bytes() {
    let (mut room, id) = room();
    room.remove("a.md");
    assert_ne!(room.drop("b.md", &article("else")).after.id, id);
}

#[test]
fn several_candidates_are_no_rename() {
    let (mut room, _) = room();
    room.drop("b.md", &article("A"));
    let third = room.see("c.md", &article("A"));
    let decided = room.batch(&[gone("a.md"), gone("b.md"), third]);
    assert_eq!(told(&decided), [("c.md".into(), BulletinKind::Published)]);
    assert!(matches!(room.at("a.md").state, State::RemovalPending { .. }));
    assert!(matches!(room.at("b.md").state, State::RemovalPending { .. }));
}

#[test]
fn a_copy_is_no_rename() {
    let (mut room, id) = room();
    let decision = room.drop("b.md", &article("A"));
    assert_ne!(decision.after.id, id);
    assert_eq!(kind(&decision), Some(BulletinKind::Published));
}

#[test]
fn a_file_that_is_back_is_not_taken_for_its_copy() {
    let mut room = Newsroom::new();
    let id = room.drop("z.md", &article("A")).after.id;
    room.remove("z.md");
    let both = [room.see("a.md", &article("A")), room.see("z.md", &article("A"))];
    room.batch(&both);
    assert_eq!(room.at("z.md").id, id);
    assert_ne!(room.at("a.md").id, id);
}

#[test]
fn moving_over_a_live_article_updates_it_and_withdraws_the_other() {
    let (mut room, a) = room();
    let b = room.drop("b.md", &article("B")).after.id;
    let over = room.moved("b.md", "a.md", &article("B"));
    let decided = room.batch(&[gone("b.md"), over]);
    assert_eq!(told(&decided), [("a.md".into(), BulletinKind::Updated)]);
    assert_eq!(room.at("a.md").id, a);
    room.later(4 * SECOND);
    let decided = room.tick();
    assert_eq!(told(&decided), [("b.md".into(), BulletinKind::Withdrawn)]);
    assert_eq!(decided.decisions[0].after.id, b);
}

#[test]
fn moving_over_a_draft_that_nobody_saw_keeps_the_public_one() {
    let (mut room, a) = room();
    room.drop("b.md", &Article { draft: true, ..article("B") });
    let over = room.moved("a.md", "b.md", &article("A"));
    let decided = room.batch(&[gone("a.md"), over]);
    assert_eq!(told(&decided), []);
    assert_eq!(room.at("b.md").id, a);
    assert_eq!(room.catalogue.entries.len(), 1, "the draft is forgotten");
}

#[test]
fn a_new_file_at_the_old_place_is_a_new_article() {
    let (mut room, id) = room();
    let both = [room.moved("a.md", "b.md", &article("A")), room.see("a.md", &article("new"))];
    let decided = room.batch(&both);
    assert_eq!(told(&decided), [("a.md".into(), BulletinKind::Published)]);
    assert_eq!(room.at("b.md").id, id);
    assert_ne!(room.at("a.md").id, id);
}

#[test]
fn files_that_move_past_each_other() {
    let (mut room, a) = room();
    let b = room.drop("b.md", &article("B")).after.id;
    // A chain …
    let chain = [room.moved("a.md", "b.md", &article("A")), room.moved("b.md", "c.md", &article("B")), gone("a.md")];
    assert_eq!(told(&room.batch(&chain)), []);
    assert_eq!((&room.at("b.md").id, &room.at("c.md").id), (&a, &b));
    // … and a swap.
    let swap = [room.moved("b.md", "c.md", &article("A")), room.moved("c.md", "b.md", &article("B"))];
    assert_eq!(told(&room.batch(&swap)), []);
    assert_eq!((&room.at("c.md").id, &room.at("b.md").id), (&a, &b));
}

#[test]
fn a_draft_moves_with_the_id_that_it_gives_itself() {
    let mut room = Newsroom::new();
    let draft = Article { draft: true, id: Some(id("urn:x:1")), ..article("A") };
    room.drop("a.md", &draft);
    let elsewhere = room.see("b.md", &draft);
    let decided = room.batch(&[gone("a.md"), elsewhere]);
    assert_eq!(decided.forget, []);
    assert_eq!(room.at("b.md").id, id("urn:x:1"));
    // Drafts that change places, too.
    let other = Article { id: Some(id("urn:x:2")), headline: "B".into(), ..draft.clone() };
    room.drop("c.md", &other);
    let swap = [room.see("c.md", &draft), room.see("b.md", &other)];
    room.batch(&swap);
    assert_eq!((&room.at("c.md").id, &room.at("b.md").id), (&id("urn:x:1"), &id("urn:x:2")));
}

#[test]
fn an_article_on_hold_moves_and_comes_back_as_itself() {
    for by_cookie in [true, false] {
        let (mut room, a) = room();
        let held = Article { hold: Some("legal".into()), ..article("A") };
        room.drop("a.md", &held);
        let there = if by_cookie { room.moved("a.md", "b.md", &held) } else { room.see("b.md", &held) };
        room.batch(&[gone("a.md"), there]);
        assert_eq!(room.at("b.md").id, a, "by cookie: {by_cookie}");
        room.later(SECOND);
        let decision = room.drop("b.md", &article("A"));
        assert_eq!((decision.after.id.clone(), kind(&decision)), (a, Some(BulletinKind::Published)));
    }
}

#[test]
fn a_killed_article_s_file_moves_with_it() {
    let (mut room, a) = room();
    let killed = Article { withdrawn: Some("wrong".into()), ..article("A") };
    room.drop("a.md", &killed);
    let moved = room.moved("a.md", "b.md", &killed);
    assert_eq!(told(&room.batch(&[gone("a.md"), moved])), []);
    assert_eq!(room.at("b.md").id, a);
    // But a new file that passes by the place of a deleted one is new.
    let mut room = Newsroom::new();
    let old = room.drop("a.md", &article("A")).after.id;
    room.remove("a.md");
    room.later(4 * SECOND).tick();
    let passing = room.moved("a.md", "b.md", &article("new"));
    room.batch(&[gone("a.md"), passing]);
    assert_ne!(room.at("b.md").id, old);
}

#[test]
fn of_two_observations_of_one_path_the_last_counts() {
    let (mut room, _) = room();
    let seen = room.see("a.md", &article("edited"));
    let decided = room.batch(&[seen.clone(), gone("a.md")]);
    assert_eq!(told(&decided), []);
    assert!(matches!(room.at("a.md").state, State::RemovalPending { .. }));
    let again = room.see("a.md", &article("edited again"));
    let decided = room.batch(&[gone("a.md"), seen, again]);
    assert_eq!(told(&decided), [("a.md".into(), BulletinKind::Updated)]);
    assert_eq!(room.at("a.md").facts.headline, "edited again");
}
