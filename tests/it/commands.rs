//! The commands besides `run`.

use std::fs;
use std::process::Output;

use newswire::config::WebhookSecret;
use newswire::dispatch::webhook::signature;

use crate::newsroom::{Newsroom, SECRET, article, binary};

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn check_exits_1_on_an_error_only() {
    let newsroom = Newsroom::new();
    newsroom.drop_article("good.md", article("Good", "Text."));
    let output = newsroom.newswire(&["check"]);
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
    assert!(out(&output).contains("1 file, 0 errors"), "{}", out(&output));

    newsroom.drop_article("bad.md", "---\ntitle: Bad\ndate: 2026-13-01\n---\nText.\n");
    let output = newsroom.newswire(&["check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).contains("bad.md:3:"), "{}", out(&output));

    let output = newsroom.newswire(&["check", "--json", newsroom.path("articles/bad.md").to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let findings: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&findings[0]["path"], &findings[0]["line"], &findings[0]["severity"]), (&"bad.md".into(), &3.into(), &"error".into()));
    assert_eq!(newsroom.newswire(&["check", "no/such/file.md"]).status.code(), Some(2));
}

#[test]
fn check_finds_what_two_articles_claim_at_once() {
    let newsroom = Newsroom::new();
    for name in ["a.md", "b.md"] {
        newsroom.drop_article(name, "---\ntitle: Twin\nid: urn:x:1\n---\nText.\n");
    }
    let output = newsroom.newswire(&["check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).contains("b.md:") && out(&output).contains("urn:x:1"), "{}", out(&output));
}

#[test]
fn preview_shows_how_a_file_is_understood() {
    let newsroom = Newsroom::new();
    newsroom.drop_article("a.md", "---\ntitle: A headline\nauthor: Jo Field\ntags: [x, y]\nlayout: post\n---\n\nSome *text*.\n");
    let file = newsroom.path("articles/a.md");
    let preview = |form: &str| newsroom.newswire(&["preview", file.to_str().unwrap(), "--as", form]);
    let text = out(&preview("text"));
    for said in ["A headline", "Jo Field", "x, y", "https://example.org/articles/a", "layout", "Some text."] {
        assert!(text.contains(said), "{said} is missing:\n{text}");
    }
    assert!(out(&preview("html")).contains("<em>text</em>"));
    assert_eq!(serde_json::from_str::<serde_json::Value>(&out(&preview("json"))).unwrap()["headline"], "A headline");
    for form in ["rss", "atom"] {
        let feed = feed_rs::parser::parse(preview(form).stdout.as_slice()).unwrap();
        assert_eq!(feed.entries[0].title.as_ref().unwrap().content, "A headline");
    }
    newsroom.drop_article("b.md", "---\ntitle: [\n---\n");
    assert_eq!(newsroom.newswire(&["preview", newsroom.path("articles/b.md").to_str().unwrap()]).status.code(), Some(1));
}

#[test]
fn init_makes_a_place_that_builds_and_keeps_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("wire");
    let output = binary().args(["init", place.to_str().unwrap()]).output().unwrap();
    assert!(output.status.success());
    let build = binary().arg("build").current_dir(&place).output().unwrap();
    assert!(build.status.success(), "{}", String::from_utf8_lossy(&build.stderr));
    assert!(fs::read_to_string(place.join("feeds/all.rss")).unwrap().contains("It works"));
    fs::write(place.join("config/newswire.toml"), "# mine\n").unwrap();
    assert!(binary().args(["init", place.to_str().unwrap()]).output().unwrap().status.success());
    assert_eq!(fs::read_to_string(place.join("config/newswire.toml")).unwrap(), "# mine\n");
}

#[test]
fn build_writes_once_and_exits_1_where_a_file_could_not_be_used() {
    let newsroom = Newsroom::new();
    newsroom.drop_article("a.md", article("Built", "Text."));
    let output = newsroom.newswire(&["build"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    newsroom.all_formats("all", "Built", true);
    newsroom.drop_article("bad.md", "---\ntitle: [\n---\n");
    assert_eq!(newsroom.newswire(&["build"]).status.code(), Some(1));
    newsroom.drop_article("b.md", article("Second", "Text."));
    newsroom.remove_article("bad.md");
    newsroom.remove_article("a.md");
    assert!(newsroom.newswire(&["build"]).status.success());
    newsroom.all_formats("all", "Built", false);
    newsroom.all_formats("all", "Second", true);
}

#[test]
fn verify_tells_a_true_signature_from_a_false_one() {
    let folder = tempfile::tempdir().unwrap();
    let body = br#"{"type":"article.published"}"#;
    let seconds = newswire::instant::Instant::now().as_millis() / 1000;
    let signed = signature::sign(&[WebhookSecret::parse(SECRET).unwrap()], "msg_1", seconds, body);
    let headers = format!("Webhook-Id: msg_1\nwebhook-timestamp: {seconds}\nwebhook-signature: {signed}\n");
    fs::write(folder.path().join("headers"), headers).unwrap();
    let verify = |body: &[u8]| {
        fs::write(folder.path().join("body"), body).unwrap();
        binary()
            .args(["verify", "--headers", "headers", "--body", "body", "--secret-env", "THE_SECRET"])
            .env("THE_SECRET", SECRET)
            .current_dir(folder.path())
            .output()
            .unwrap()
    };
    assert_eq!(verify(body).status.code(), Some(0));
    let refused = verify(b"{}");
    assert_eq!(refused.status.code(), Some(1));
    assert!(out(&refused).starts_with("not valid"), "{}", out(&refused));
}

#[test]
fn status_without_a_ledger_says_what_to_do() {
    let newsroom = Newsroom::new();
    let output = newsroom.newswire(&["status"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("newswire run"));
}

#[test]
fn status_names_endpoints_and_findings() {
    let mut newsroom = Newsroom::new();
    newsroom.add_webhook("desk", "http://127.0.0.1:9/", "");
    newsroom.drop_article("a.md", article("Live", "Text."));
    newsroom.drop_article("b.md", "---\ntitle: Draft\ndraft: true\n---\nText.\n");
    newsroom.drop_article("c.md", "---\ntitle: [\n---\n");
    let daemon = newsroom.start();
    let status = newsroom.status();
    assert_eq!(status["articles"], serde_json::json!({"live": 1, "held": 1, "withdrawn": 0}));
    assert_eq!(status["feeds"], 2);
    assert_eq!(status["endpoints"][0]["id"], "webhook:desk");
    assert_eq!(status["diagnostics"][0]["path"], "c.md");
    let text = out(&newsroom.newswire(&["status"]));
    assert!(text.contains("1 live, 1 held") && text.contains("webhook:desk") && text.contains("c.md:"), "{text}");
    drop(daemon);
}

#[test]
fn commands_that_send_nothing_need_no_secret() {
    let mut newsroom = Newsroom::new();
    newsroom.add_config("[[webhook]]\nname = \"desk\"\nurl = \"https://hooks.example.org/\"\nsecret = { env = \"NO_SUCH_SECRET_HERE\" }\n");
    newsroom.drop_article("a.md", article("Live", "Text."));
    for arguments in [&["build"][..], &["status"], &["check"]] {
        let output = newsroom.newswire(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(newsroom.newswire(&["run"]).status.code(), Some(2), "the daemon does need it");
}

#[test]
fn completions_are_printed_for_each_shell() {
    for shell in ["bash", "zsh", "fish"] {
        let output = binary().args(["completions", shell]).output().unwrap();
        assert!(output.status.success() && out(&output).contains("newswire"), "{shell}");
    }
}
