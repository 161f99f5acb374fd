//! `newswire check` as editors and CI use it.

use std::process::Output;

use serde_json::Value;

use crate::newsroom::{Newsroom, binary};

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Runs it in the newsroom's own folder, as in a repository.
fn check(newsroom: &Newsroom, arguments: &[&str]) -> Output {
    let mut command = binary();
    command.current_dir(newsroom.path("").canonicalize().unwrap()).args(["check", "--config", "config/newswire.toml"]);
    command.args(arguments).output().unwrap()
}

/// The findings, each as `file:line:column severity rule`.
fn found(newsroom: &Newsroom, arguments: &[&str]) -> Vec<String> {
    let output = check(newsroom, &[arguments, &["--json"]].concat());
    let findings: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
    let row = |finding: &Value| {
        let text = |key: &str| finding[key].as_str().unwrap_or("-").to_owned();
        format!("{}:{}:{} {} {}", text("file"), finding["line"], finding["column"], text("severity"), text("rule"))
    };
    findings.iter().map(row).filter(|row| !row.ends_with(" history")).collect()
}

const FAULTY: &str = "---\ntitle: \"Storm, warning: 100 % sure\"\ndate: 2026-01-02T03:04:05Z\ntags: [wether]\n---\n\n\
                      Ünder [it](gone.md) and [that](notes.pdf), [there](#nowhere), [here](#a-part), [far](https://x.example/x.pdf).\n\n## A part\n";

fn newsroom() -> Newsroom {
    let mut newsroom = Newsroom::new();
    newsroom.add_config("[check]\ntags = [\"Weather\", \"politics\"]\n");
    newsroom.drop_article("a b,ü.md", FAULTY);
    newsroom
}

#[test]
fn an_article_s_faults_are_found_where_they_stand() {
    let newsroom = newsroom();
    let expected = [
        "articles/a b,ü.md:4:8 warning unknown-tag",
        "articles/a b,ü.md:7:12 warning link-to-nothing",
        "articles/a b,ü.md:7:32 warning dead-link",
        "articles/a b,ü.md:7:52 note dead-anchor",
    ];
    assert_eq!(found(&newsroom, &[]), expected);
    let said = out(&check(&newsroom, &[]));
    assert!(said.contains("did you mean 'Weather'?"), "{said}");
    newsroom.drop_article("gone.md", "---\ntitle: It\ndate: 2026-01-02\n---\nText.\n");
    newsroom.drop_article("notes.pdf", "%PDF");
    assert_eq!(found(&newsroom, &[]), [expected[0], expected[3]]);
    // As it was given.
    assert_eq!(found(&newsroom, &["./articles/a b,ü.md"])[0], "./articles/a b,ü.md:4:8 warning unknown-tag");
}

#[test]
fn dates_headlines_sections_and_languages() {
    let mut newsroom = Newsroom::new();
    newsroom.add_config("[check]\nheadline_limit = 20\nsections = [\"World\"]\n");
    newsroom.drop_article("a.md", "---\ntitle: No date\nsection: Wold\n---\nText.\n");
    newsroom.drop_article("b.md", "---\ntitle: To come\ndate: 2999-01-01T00:00:00Z\nsection: world\n---\nText.\n");
    newsroom.drop_article("c.md", "---\ntitle: Held on purpose\ndate: 2999-01-01T00:00:00Z\nembargo: 2999-01-01T00:00:00Z\n---\nText.\n");
    newsroom.drop_article("d.md", "---\ntitle: Longer than it may be here\ndate: 2026-01-01\nlanguage: de\n---\nText.\n");
    newsroom.drop_article("e.md", b"---\ntitle: Caf\xe9\ndate: 2026-01-01\n---\nText.\n");
    let found = found(&newsroom, &[]);
    for expected in [
        "articles/a.md:1:1 note no-date",
        "articles/a.md:3:10 warning unknown-section",
        "articles/b.md:3:1 note future-date",
        "articles/d.md:1:1 note several-languages",
        "articles/d.md:2:8 warning long-headline",
    ] {
        assert!(found.iter().any(|row| row == expected), "{expected} is missing: {found:#?}");
    }
    assert!(found.iter().any(|row| row.starts_with("articles/e.md") && row.ends_with("windows-1252")), "{found:#?}");
    assert!(!found.iter().any(|row| row.starts_with("articles/c.md")), "{found:#?}");
}

#[test]
fn what_a_rule_weighs_is_the_house_s_to_say() {
    let mut newsroom = newsroom();
    assert_eq!(check(&newsroom, &[]).status.code(), Some(0));
    newsroom.add_config("rules = { unknown-tag = \"error\", dead-link = \"off\", link-to-nothing = \"note\" }\n");
    assert_eq!(check(&newsroom, &[]).status.code(), Some(1));
    let found = found(&newsroom, &[]);
    assert!(found[0].ends_with("error unknown-tag") && found[1].ends_with("note link-to-nothing"), "{found:?}");
    assert!(!found.iter().any(|row| row.ends_with("dead-link")), "{found:?}");
}

#[test]
fn unknown_rules_severities_and_profiles_are_refused() {
    for (written, said) in [
        ("rules = { no-hedline = \"off\" }", "did you mean 'no-headline'?"),
        ("rules = { no-date = \"eror\" }", "did you mean 'error'?"),
        ("profiles = [\"google-new\"]", "did you mean 'google-news'?"),
        ("headline_limit = 3", "headline_limit"),
    ] {
        let mut newsroom = Newsroom::new();
        newsroom.add_config(&format!("[check]\n{written}\n"));
        let output = check(&newsroom, &[]);
        assert_eq!(output.status.code(), Some(2), "{written}");
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(error.contains(said), "{written}: {error}");
    }
}

#[test]
fn aggregators_ask_for_more() {
    let mut newsroom = Newsroom::new();
    newsroom.set("author", "\" \"");
    newsroom.configure(&newsroom.config_text().replace("author = \" \"\n", ""));
    newsroom.drop_article("bare.md", "---\ntitle: Short\n---\n");
    newsroom.drop_article(
        "old.md",
        "---\ntitle: A headline that is long enough\nauthor: Jo\ndate: 2020-01-01\n---\n![A](https://x.example/a.png)\n",
    );
    let rules = |profiles: &str, file: &str| {
        let rows = found(&newsroom, &["--profile", profiles]);
        let of_file = rows.into_iter().filter(|row| row.starts_with(file));
        let rules = of_file.filter_map(|row| row.rsplit(' ').next().map(str::to_owned));
        rules.filter(|rule| profiles.split(',').any(|profile| rule.starts_with(profile))).collect::<Vec<_>>()
    };
    assert_eq!(rules("google-news", "articles/bare.md"), ["google-news-author", "google-news-date"]);
    assert_eq!(rules("msn,flipboard", "articles/old.md"), ["msn-date"]);
    let mut bare = rules("apple-news,msn,flipboard", "articles/bare.md");
    bare.sort();
    let expected = ["apple-news-author", "apple-news-date", "apple-news-text", "flipboard-image", "msn-date", "msn-headline", "msn-text"];
    assert_eq!(bare, expected);
    assert!(rules("google-news", "articles/old.md").is_empty());
    assert_eq!(check(&newsroom, &["--profile", "bing"]).status.code(), Some(2));
}

#[test]
fn the_four_forms() {
    let newsroom = newsroom();
    for form in ["text", "json", "github"] {
        insta::assert_snapshot!(form, out(&check(&newsroom, &["--format", form])));
    }
    let mut sarif: Value = serde_json::from_slice(&check(&newsroom, &["--format", "sarif"]).stdout).unwrap();
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].take();
    let results = sarif["runs"][0]["results"].as_array().unwrap().clone();
    assert!(results.len() >= 4);
    for result in results {
        let at = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[at]["id"], result["ruleId"]);
        assert!(["note", "warning", "error"].contains(&result["level"].as_str().unwrap()));
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
        assert_eq!(uri, "articles/a%20b%2C%C3%BC.md");
    }
    insta::assert_snapshot!("sarif", serde_json::to_string_pretty(&sarif).unwrap());
}
