//! Rules and folders' defaults, as a newsroom means them.

use std::fs;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::newsroom::{Newsroom, Received, Receiver, article, get};

const URGENT: &str = "[[feed]]\nname = \"all\"\n[[feed]]\nname = \"breaking\"\nselect = { breaking = true }\n\
                      [[rule]]\nname = \"the breaking folder\"\nwhen = { path = \"breaking/**\" }\nset = { breaking = true }\n\
                      [[rule]]\nname = \"urgent\"\nwhen = { headline = \"URGENT:\" }\nstrip = [\"URGENT:\"]\nforce = { breaking = true }\n";

fn breaking(one: &Received) -> (&str, bool) {
    (one.headline(), one.json["data"]["breaking"].as_bool().unwrap())
}

#[test]
fn a_folder_and_a_prefix_mean_breaking_news() {
    let receiver = Receiver::start();
    let mut newsroom = Newsroom::new();
    newsroom.add_config(URGENT);
    newsroom.add_webhook("desk", &receiver.url(), "breaking_only = true");
    let daemon = newsroom.start();

    newsroom.drop_article("plain.md", article("Rates rise", "Text."));
    newsroom.drop_article("breaking/quake.md", article("Quake off the coast", "Text."));
    assert_eq!(breaking(&receiver.next()), ("Quake off the coast", true), "the ordinary one is not for this receiver");
    newsroom.drop_article("flood.txt", "URGENT: Flood in the valley\n\nThe river rose in the night, and the valley is under water.\n");
    let flood = receiver.next();
    assert_eq!(breaking(&flood), ("Flood in the valley", true));
    newsroom.all_formats("breaking", "Quake off the coast", true);
    newsroom.all_formats("breaking", "Flood in the valley", true);
    for file in ["all.atom", "breaking.rss", "breaking.json"] {
        assert!(!newsroom.feed(file).contains("URGENT"), "{file}: {}", newsroom.feed(file));
    }
    newsroom.all_formats("all", "Rates rise", true);
    assert!(!newsroom.feed("breaking.atom").contains("Rates rise"));
    let page = get(&daemon.url("/articles/flood"));
    assert!(page.body.contains("Flood in the valley") && !page.body.contains("URGENT"), "{}", page.body);

    // What an article says of itself stands over a rule's 'set', not over its 'force'.
    newsroom.drop_article("breaking/calm.md", "---\ntitle: All calm\nbreaking: false\n---\n\nText.\n");
    newsroom.all_formats("all", "All calm", true);
    assert!(!newsroom.feed("breaking.atom").contains("All calm"));
    newsroom.drop_article("breaking/calm.md", "---\ntitle: 'URGENT: All calm'\nbreaking: false\n---\n\nText.\n");
    newsroom.all_formats("breaking", "All calm", true);
}

#[test]
fn new_rules_rewrite_feeds_and_tell_no_one() {
    let receiver = Receiver::start();
    let mut newsroom = Newsroom::telling(&[("desk", &receiver)]);
    let mut daemon = newsroom.start();
    newsroom.drop_article("a.md", article("'URGENT: A story'", "Text."));
    newsroom.drop_article("b.md", article("Another story", "Text."));
    let told = receiver.until(|all| all.len() == 2);
    assert!(told.iter().all(|one| one.json["data"]["breaking"] == false));

    newsroom.add_config(URGENT);
    newsroom.add_config("[[rule]]\nadd_tags = [\"wire\"]\nset = { licence = \"CC BY 4.0\", section = \"World\" }\nnot_feeds = [\"all\"]\nwhen = { path = \"b.md\" }\n");
    daemon.signal(Signal::HUP);
    newsroom.all_formats("breaking", "A story", true);
    newsroom.all_formats("all", "URGENT", false);
    newsroom.all_formats("all", "Another story", false);
    // The source was kept as it is: without the rules all is as before.
    let calm = newsroom.config_text().split("[[feed]]").next().unwrap().to_owned();
    newsroom.configure(&calm);
    daemon.signal(Signal::HUP);
    newsroom.all_formats("all", "URGENT: A story", true);
    newsroom.all_formats("all", "Another story", true);
    newsroom.all_formats("breaking", "A story", false);

    // Nor does a change between two runs.
    newsroom.configure(newsroom.config_text());
    assert!(daemon.stop().success());
    daemon = newsroom.start();
    newsroom.all_formats("breaking", "A story", true);
    receiver.nothing_more("two reloads and a restart", Duration::from_millis(500));
    newsroom.drop_article("b.md", article("Another story", "Text, corrected."));
    let update = receiver.next();
    assert_eq!(update.json["data"]["changed"], serde_json::json!(["body"]), "what the rules add is no change");
    assert_eq!(update.json["data"]["licence"], "CC BY 4.0");
    assert_eq!((&update.json["data"]["section"], &update.json["data"]["tags"]), (&"World".into(), &serde_json::json!(["wire"])));
    drop(daemon);
}

#[test]
fn a_folders_defaults_are_filled_in_and_a_change_takes_effect_at_once() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    newsroom.drop_article("world/_defaults.toml", "section = \"World\"\nauthor = \"Foreign desk\"\n");
    newsroom.drop_article("world/europe/_defaults.toml", "author = \"Paris bureau\"\n");
    newsroom.drop_article("world/europe/found.md", article("Found at the start", "Text."));
    let mut daemon = newsroom.start();
    newsroom.all_formats("all", "Paris bureau", true);

    newsroom.drop_article("world/rome.md", "---\ntitle: Rome\nsection: Italy\n---\n\nText.\n");
    let rome = receiver.next();
    assert_eq!((&rome.json["data"]["section"], &rome.json["data"]["authors"][0]["name"]), (&"Italy".into(), &"Foreign desk".into()));
    newsroom.drop_article("world/europe/paris.md", article("Paris", "Text."));
    let paris = receiver.next();
    assert_eq!((&paris.json["data"]["section"], &paris.json["data"]["authors"][0]["name"]), (&"World".into(), &"Paris bureau".into()));

    let changed = Instant::now();
    newsroom.drop_article("world/europe/_defaults.toml", "author = \"Lyon bureau\"\n");
    newsroom.feed_that("all.json", "has the new default", |feed| feed.contains("Lyon bureau") && !feed.contains("Paris bureau"));
    assert!(changed.elapsed() < Duration::from_secs(1), "{:?}", changed.elapsed());
    assert!(newsroom.feed("all.json").contains("Foreign desk"), "the other folder's stay");

    // A broken file is one diagnostic with its place, and what it gave before stays.
    newsroom.drop_article("world/europe/_defaults.toml", "author = \"Nice bureau\"\ndraft = maybe\n");
    daemon.await_log("world/europe/_defaults.toml:2:");
    newsroom.status_that("one diagnostic", |status| {
        let found = status["diagnostics"].as_array().unwrap();
        found.iter().filter(|one| one["path"] == "world/europe/_defaults.toml").count() == 1
    });
    newsroom.drop_article("world/europe/nice.md", article("Nice", "Text."));
    assert_eq!(receiver.next().json["data"]["authors"][0]["name"], "Lyon bureau");
    newsroom.remove_article("world/europe/_defaults.toml");
    newsroom.all_formats("all", "Lyon bureau", false);
    newsroom.status_that("no diagnostic", |status| status["diagnostics"].as_array().unwrap().is_empty());

    // A draft by default is none of the public's business; lifted, it stands in the feeds.
    newsroom.drop_article("later/_defaults.toml", "draft = true\n");
    newsroom.drop_article("later/plan.md", article("A plan", "Text."));
    newsroom.status_that("held", |status| status["articles"]["held"] == 1);
    newsroom.remove_article("later/_defaults.toml");
    newsroom.all_formats("all", "A plan", true);
    receiver.nothing_more("changes of defaults", Duration::from_millis(300));
    assert!(daemon.stop().success());
}

#[test]
fn what_was_meant_to_stay_a_draft_waits_while_nobody_knows() {
    let newsroom = Newsroom::new();
    newsroom.drop_article("later/_defaults.toml", "draft = true\n");
    newsroom.drop_article("later/plan.md", article("A plan", "Text."));
    newsroom.drop_article("b.md", article("A story", "Text."));
    let daemon = newsroom.start();
    newsroom.status_that("held", |status| status["articles"]["held"] == 1);
    assert!(daemon.stop().success());
    // Broken while nobody watched: what it gave before is not known any more.
    newsroom.drop_article("later/_defaults.toml", "draft = tru\n");
    let mut daemon = newsroom.start();
    let line = daemon.await_log("later/_defaults.toml:1:");
    assert!(line.contains("the articles under it stay as they are"), "{line}");
    newsroom.drop_article("later/plan.md", article("A plan", "Text, edited."));
    newsroom.drop_article("later/second.md", article("Another plan", "Text."));
    newsroom.drop_article("c.md", article("A fence", "Text."));
    newsroom.all_formats("all", "A fence", true);
    assert_eq!((newsroom.status()["articles"]["live"].as_u64(), newsroom.status()["articles"]["held"].as_u64()), (Some(2), Some(1)));
    newsroom.drop_article("later/_defaults.toml", "draft = true\n");
    newsroom.status_that("both held", |status| status["articles"]["held"] == 2);
    newsroom.drop_article("later/_defaults.toml", "section = \"Later\"\n");
    newsroom.all_formats("all", "Another plan", true);
    newsroom.all_formats("all", "Text, edited.", true);
    newsroom.status_that("mended", |status| status["diagnostics"].as_array().unwrap().is_empty());
}

#[test]
fn a_folder_of_drafts_that_moves_or_goes_betrays_nothing() {
    let receiver = Receiver::start();
    let mut newsroom = Newsroom::telling(&[("desk", &receiver)]);
    newsroom.set("removal_grace", "\"1s\"");
    newsroom.drop_article("later/_defaults.toml", "draft = true\n");
    for number in 0..20 {
        newsroom.drop_article(&format!("later/{number}.md"), article(&format!("Plan {number}"), "Text."));
    }
    let mut daemon = newsroom.start();
    newsroom.status_that("held", |status| status["articles"]["held"] == 20);
    let here = |name: &str| newsroom.path("articles").join(name);
    fs::rename(here("later"), here("soon")).unwrap();
    newsroom.drop_article("a.md", article("A fence", "Text."));
    assert_eq!(receiver.next().headline(), "A fence");
    // As version control and some editors do.
    fs::remove_file(here("soon/_defaults.toml")).unwrap();
    newsroom.drop_article("b.md", article("Another fence", "Text."));
    assert_eq!(receiver.next().headline(), "Another fence");
    newsroom.drop_article("soon/_defaults.toml", "draft = true\nsection = \"Plans\"\n");
    daemon.await_log("the defaults of soon changed");
    fs::remove_dir_all(here("soon")).unwrap();
    newsroom.status_that("forgotten", |status| status["articles"]["held"] == 0);
    // The defaults are gone for good a second later, and so is what they spoke of.
    daemon.await_log("the defaults of soon changed");
    assert!(!daemon.log().contains("published: soon") && !daemon.log().contains("published: later"), "{}", daemon.log());
    receiver.nothing_more("the folder went", Duration::from_millis(300));
    let articles = newsroom.status()["articles"].clone();
    assert_eq!((&articles["live"], &articles["withdrawn"]), (&2.into(), &0.into()), "what was never public was not withdrawn");
}

#[test]
fn generators_data_files_are_defaults_and_no_articles() {
    let newsroom = Newsroom::new();
    newsroom.drop_article(
        "posts/_index.md",
        "---\ntitle: All posts\ncascade:\n  section: From Hugo\n  _target: {path: /posts/**}\n---\n\nNot an article.\n",
    );
    newsroom.drop_article("notes/notes.json", "{\"layout\": \"note\", \"permalink\": false, \"tags\": [\"from-eleventy\"]}");
    newsroom.drop_article("_config.yml", "title: A site\ndefaults:\n- scope: {path: essays}\n  values: {author: From Jekyll}\n");
    newsroom.drop_article("posts/a.md", article("A post", "Text."));
    newsroom.drop_article("notes/b.md", "---\ntitle: A note\ntags: [own]\n---\n\nText.\n");
    newsroom.drop_article("essays/c.md", article("An essay", "Text."));
    let _daemon = newsroom.start();
    for said in ["From Hugo", "from-eleventy", "own", "From Jekyll", "An essay"] {
        newsroom.all_formats("all", said, true);
    }
    assert_eq!(newsroom.status()["articles"]["live"], 3);
    assert!(newsroom.status()["diagnostics"].as_array().unwrap().is_empty());
    fs::remove_file(newsroom.path("articles/notes/notes.json")).unwrap();
    newsroom.all_formats("all", "from-eleventy", false);
}

#[test]
fn a_folder_that_is_copied_in_whole_has_its_defaults() {
    let newsroom = Newsroom::new();
    let _daemon = newsroom.start();
    let elsewhere = newsroom.path("elsewhere/sport");
    fs::create_dir_all(&elsewhere).unwrap();
    fs::write(elsewhere.join("match.md"), article("A match", "Text.")).unwrap();
    fs::write(elsewhere.join("_defaults.toml"), "section = \"Sport\"\n").unwrap();
    fs::rename(&elsewhere, newsroom.path("articles/sport")).unwrap();
    newsroom.all_formats("all", "Sport", true);
    // Defaults that lead out of the folder are not followed.
    fs::write(newsroom.path("secret.toml"), "author = \"Nobody\"\n").unwrap();
    fs::create_dir(newsroom.path("articles/out")).unwrap();
    std::os::unix::fs::symlink(newsroom.path("secret.toml"), newsroom.path("articles/out/_defaults.toml")).unwrap();
    newsroom.drop_article("out/a.md", article("Outside", "Text."));
    newsroom.all_formats("all", "Outside", true);
    newsroom.status_that("the link is said", |status| status["diagnostics"].to_string().contains("out/_defaults.toml"));
    assert!(!newsroom.feed("all.json").contains("Nobody"));
}

#[test]
fn preview_shows_what_applied_and_check_names_what_never_does() {
    let mut newsroom = Newsroom::new();
    newsroom.add_config(URGENT);
    newsroom
        .add_config("[[rule]]\nname = \"in vain\"\nwhen = { all = [{ section = \"a\" }, { section = \"b\" }] }\nset = { minor = true }\n");
    newsroom.add_config("[[rule]]\nname = \"misspelt folder\"\nwhen = { path = \"wrold/**\" }\nset = { section = \"World\" }\n");
    newsroom.drop_article("world/_defaults.toml", "section = \"World\"\nslug = \"x\"\n");
    newsroom.drop_article("world/a.md", article("'URGENT: A story'", "Text."));
    let output = newsroom.newswire(&["preview", newsroom.path("articles/world/a.md").to_str().unwrap()]);
    let shown = String::from_utf8(output.stdout).unwrap();
    for line in ["applied  world/_defaults.toml: section", "applied  urgent: headline, breaking", "headline  A story", "section  World"] {
        assert!(shown.lines().any(|shown| shown.trim() == line), "{line}: {shown}");
    }
    assert!(!shown.contains("breaking folder"), "{shown}");

    let output = newsroom.newswire(&["check"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("'in vain' can never match"), "{said}");
    assert!(said.contains("'misspelt folder' matches none of the articles"), "{said}");
    assert!(said.contains("world/_defaults.toml:2:8: 'slug' is each article's own"), "{said}");
    assert!(!said.contains("'urgent'"), "{said}");

    newsroom.add_config("[[rule]]\nname = \"wrong\"\nfeeds = [\"breakin\"]\n");
    let output = newsroom.newswire(&["check"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("there is no feed 'breakin'") && said.contains("did you mean 'breaking'?"), "{said}");
}
