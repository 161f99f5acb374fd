//! Rules and folders' defaults.

use std::sync::Arc;

use proptest::prelude::*;

use super::newsroom::{Newsroom, article, config, kind, lane, path};
use crate::article::{Article, Body, BulletinKind, FeedName, FolderDefault, Giving, Lane, Preset, Switch};
use crate::desk::{FolderDefaults, House};

const FEEDS: &str = "[[feed]]\nname = \"all\"\n[[feed]]\nname = \"breaking\"\nselect = { breaking = true }\n[[feed]]\nname = \"world\"\nselect = { section = \"world\" }\n";

fn house(rules: &str) -> House {
    House::new(&config(&format!("{FEEDS}{rules}")), Arc::default())
}

fn edited(rules: &str, at: &str, article: Article) -> Article {
    (*house(rules).edit(&path(at), &Arc::new(article)).article).clone()
}

fn feeds(room: &Newsroom, at: &str) -> String {
    room.at(at).feeds.iter().map(FeedName::as_str).collect::<Vec<_>>().join(" ")
}

#[test]
fn an_article_that_nothing_concerns_is_the_very_same() {
    let plain = Arc::new(article("A"));
    for rules in ["", "[[rule]]\nwhen = { section = \"x\" }\nset = { breaking = true }\n"] {
        assert!(Arc::ptr_eq(&house(rules).edit(&path("a.md"), &plain).article, &plain), "{rules}");
    }
    assert_eq!(house("").form(), None, "without rules and defaults nothing is hashed");
}

#[test]
fn set_fills_in_and_force_sets_in_any_case() {
    let rules = "[[rule]]\nset = { section = \"first\", author = \"A\" }\nforce = { language = \"fr\" }\n\
                 [[rule]]\nset = { section = \"second\", author = \"B\" }\nforce = { language = \"de\" }\n";
    let made = edited(rules, "a.md", Article { language: Some("en".into()), ..article("A") });
    assert_eq!((made.section.as_deref(), made.authors[0].name.as_str(), made.language.as_deref()), (Some("first"), "A", Some("de")));
    let mut own = Article { section: Some("own".into()), ..article("A") };
    own.decline(Switch::Breaking);
    let rules = "[[rule]]\nset = { section = \"x\", priority = \"urgent\" }\n";
    let made = edited(rules, "a.md", own);
    assert_eq!((made.section.as_deref(), made.breaking), (Some("own"), false));
    assert!(edited(rules, "a.md", article("A")).breaking);
}

#[test]
fn a_rule_sees_what_those_before_it_made() {
    let rules = "[[rule]]\nwhen = { headline = \"URGENT\" }\nstrip = [\"URGENT\"]\nadd_tags = [\"urgent\", \"Wire\"]\n\
                 [[rule]]\nwhen = { headline = \"URGENT\" }\nset = { section = \"never\" }\n\
                 [[rule]]\nwhen = { tag = \"urgent\" }\nreplace = [{ pattern = ' +\\((?:UPDATED|2nd lead)\\)$' }, { pattern = '^.*$', with = '' }]\n";
    let made = edited(rules, "a.md", Article { tags: vec!["wire".into()], ..article("Urgent – Quake (UPDATED)") });
    assert_eq!((made.headline.as_str(), made.section), ("Quake", None), "no headline is ever replaced by nothing");
    assert_eq!(made.tags, ["wire", "urgent"], "each tag once, without regard to case");
}

#[test]
fn feeds_by_rule_stand_over_their_selections() {
    let mut room = Newsroom::with(&format!(
        "{FEEDS}[[rule]]\nwhen = {{ path = \"in/**\" }}\nfeeds = [\"world\", \"breaking\"]\nnot_feeds = [\"all\"]\n\
         [[rule]]\nwhen = {{ path = \"in/out/**\" }}\nfeeds = [\"all\"]\nnot_feeds = [\"world\"]\n"
    ));
    for (at, expected) in [("a.md", "all"), ("in/a.md", "breaking world"), ("in/out/a.md", "all breaking")] {
        room.drop(at, &article(at));
        assert_eq!(feeds(&room, at), expected, "{at}");
    }
    assert!(!room.at("in/a.md").facts.breaking, "standing in that feed is not being breaking");
}

#[test]
fn breaking_by_rule_rides_the_breaking_lane_and_is_not_told_again() {
    let rule = format!("{FEEDS}[[rule]]\nwhen = {{ path = \"breaking/**\" }}\nset = {{ breaking = true }}\n");
    let mut room = Newsroom::with(&rule);
    assert_eq!(lane(&room.drop("breaking/a.md", &article("A"))), Some(Lane::Breaking));
    let mut room = Newsroom::with(FEEDS);
    room.drop("breaking/a.md", &article("A"));
    room.later(1000);
    let decided = room.reconfigure(&rule);
    assert!(decided.decisions.iter().all(|decision| decision.telling.is_none() && decision.is_visible()));
    assert_eq!(feeds(&room, "breaking/a.md"), "all breaking");
    // A touch, or the same text again, is no change either; a new text goes by the new lane.
    assert_eq!(kind(&room.later(1000).drop("breaking/a.md", &article("A"))), None);
    let update = room.later(1000).drop("breaking/a.md", &article("B"));
    assert_eq!((kind(&update), lane(&update)), (Some(BulletinKind::Updated), Some(Lane::Breaking)));
}

#[test]
fn what_is_kept_is_the_source() {
    let mut room = Newsroom::with(&format!("{FEEDS}[[rule]]\nstrip = [\"URGENT:\"]\nforce = {{ section = \"World\" }}\n"));
    let source = article("URGENT: Quake");
    let decision = room.drop("a.md", &source);
    assert_eq!(decision.article.as_deref(), Some(&source));
    assert_eq!((decision.after.facts.headline.as_str(), feeds(&room, "a.md").as_str()), ("Quake", "all world"));
}

#[test]
fn a_rule_can_silence_and_announce() {
    let rules = "[[rule]]\nwhen = { path = \"quiet/**\" }\nset = { announce = false, minor = true }\n[[rule]]\nwhen = { path = \"loud/**\" }\nset = { announce = true }\n";
    let mut room = Newsroom::with(rules);
    assert_eq!(kind(&room.drop("quiet/a.md", &article("A"))), None);
    assert_eq!(kind(&room.later(1000).drop("quiet/a.md", &article("B"))), None);
    let old = Article { published: super::newsroom::on("2001-01-01"), ..article("A") };
    assert_eq!(kind(&room.drop("loud/a.md", &old)), Some(BulletinKind::Published));
}

fn folders(files: &[(&str, FolderDefault)]) -> Arc<FolderDefaults> {
    let files: Vec<_> = files.iter().map(|(at, default)| (path(at), vec![default.clone()])).collect();
    Arc::new(FolderDefaults::new(files.iter().map(|(at, defaults)| (at, defaults.as_slice()))))
}

fn section(name: &str) -> FolderDefault {
    FolderDefault::of(Preset { section: Some(name.into()), ..Preset::default() })
}

#[test]
fn the_nearest_folder_counts_key_by_key_before_the_rules() {
    let top = FolderDefault::of(Preset { section: Some("Top".into()), language: Some("fr".into()), ..Preset::default() });
    let folders =
        folders(&[("_defaults.toml", top), ("world/_defaults.toml", section("World")), ("world/asia/_defaults.toml", section("Asia"))]);
    let config = config(&format!("{FEEDS}[[rule]]\nset = {{ section = \"Rule\", licence = \"CC0\" }}\n"));
    let house = House::new(&config, folders);
    for (at, expected) in [("a.md", "Top"), ("world/a.md", "World"), ("world/asia/japan/a.md", "Asia"), ("worlds/a.md", "Top")] {
        let made = house.edit(&path(at), &Arc::new(article("A"))).article;
        assert_eq!(
            (made.section.as_deref(), made.language.as_deref(), made.licence.as_deref()),
            (Some(expected), Some("fr"), Some("CC0")),
            "{at}"
        );
    }
    let applied: Vec<String> = house
        .explain(&path("world/a.md"), &Arc::new(article("A")))
        .into_iter()
        .map(|one| format!("{}: {}", one.by, one.changed.join(" ")))
        .collect();
    assert_eq!(applied, ["world/_defaults.toml: section", "_defaults.toml: language", "rule 1: licence"]);
}

#[test]
fn eleventys_tags_are_added() {
    let default =
        FolderDefault { adds_tags: true, ..FolderDefault::of(Preset { tags: vec!["posts".into(), "Own".into()], ..Preset::default() }) };
    let house = House::new(&config(FEEDS), folders(&[("posts/posts.json", default)]));
    let made = house.edit(&path("posts/a.md"), &Arc::new(Article { tags: vec!["own".into()], ..article("A") })).article;
    assert_eq!(made.tags, ["own", "posts"]);
}

#[test]
fn another_house_is_another_form() {
    let rule = "[[rule]]\nname = \"a\"\nset = { section = \"x\" }\n";
    assert_ne!(house(rule).form(), None);
    assert_eq!(house(rule).form(), house(&rule.replace("\"a\"", "\"b\"")).form(), "what a rule is called changes nothing");
    assert_ne!(house(rule).form(), house(&rule.replace("\"x\"", "\"y\"")).form());
    assert_ne!(house(rule).form(), House::new(&config(rule), folders(&[("_defaults.toml", section("x"))])).form());
}

proptest! {
    #[test]
    fn no_headline_is_lost_or_blown_up_and_a_second_time_changes_nothing_forced(
        headline in "[A-Za-zÀ-ÿ:$ –()]{0,60}[A-Z]",
        words in "[A-Z:]{1,8}",
        with in "[$0-9a-z{} ]{0,40}",
    ) {
        let rules = format!("[[rule]]\nstrip = ['{words}']\nreplace = [{{ pattern = '.', with = '{with}' }}]\ncut = ['{words}']\nforce = {{ section = 'S' }}\n");
        let source = Article { body: Body::Markdown(format!("{words} one\n\n{headline}\n")), ..article(&headline) };
        let made = edited(&rules, "a.md", source.clone());
        prop_assert!(!made.headline.trim().is_empty());
        prop_assert!(made.headline.chars().count() <= 1000.max(headline.chars().count()));
        let mut again = made.clone();
        let forced = Preset { section: Some("S".into()), ..Preset::default() };
        prop_assert!(forced.give(&mut again, Giving::InAnyCase).is_empty());
    }
}
