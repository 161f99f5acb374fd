//! What newcomers read says what is so: links lead somewhere, lists are whole, examples are the files they claim to be.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use newswire::article::SourcePath;
use newswire::config::Text;
use newswire::diagnostic::RULES;
use newswire::reader::{self, Context};

use crate::newsroom::binary;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The documents at the top and under docs/.
fn documents() -> Vec<PathBuf> {
    let in_folder = |folder: &str| fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    let mut found = [in_folder("."), in_folder("docs")].concat();
    found.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    assert!(found.len() >= 7, "{found:?}");
    found
}

/// Lines outside of code blocks.
fn prose(markdown: &str) -> impl Iterator<Item = &str> {
    let mut in_code = false;
    markdown.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        in_code ^= fence;
        !fence && !in_code
    })
}

/// The anchors of headings, as hosts of Markdown make them.
fn anchors(markdown: &str) -> BTreeSet<String> {
    let heading = |line: &str| line.starts_with('#').then(|| line.trim_start_matches('#').trim().to_lowercase());
    let kept = |title: String| title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_')).collect::<String>();
    prose(markdown).filter_map(heading).map(|title| kept(title).replace(' ', "-")).collect()
}

/// The targets of `[text](target)`.
fn links(markdown: &str) -> Vec<String> {
    let targets = |line: &str| line.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(to, _)| to.to_owned()).collect();
    prose(markdown).flat_map::<Vec<String>, _>(targets).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut checked = 0;
    for document in documents() {
        let markdown = fs::read_to_string(&document).unwrap();
        for link in links(&markdown).iter().filter(|link| !link.contains("://")) {
            let (path, anchor) = link.split_once('#').map_or((link.as_str(), None), |(path, anchor)| (path, Some(anchor)));
            let target = if path.is_empty() { document.clone() } else { document.parent().unwrap().join(path) };
            assert!(target.exists(), "{} links to {link}, which is not there", document.display());
            if let Some(anchor) = anchor {
                let known = anchors(&fs::read_to_string(&target).unwrap());
                assert!(known.contains(anchor), "{} links to {link}; the headings there are {known:?}", document.display());
            }
            checked += 1;
        }
    }
    assert!(checked > 50, "{checked} links were found");
}

#[test]
fn the_receivers_shown_are_the_files() {
    let readme = text("README.md");
    for file in ["docs/receivers/receiver.py", "docs/receivers/receiver.mjs"] {
        assert!(readme.contains(text(file).trim_end()), "README.md does not show {file} as it is");
    }
}

#[test]
fn every_command_is_listed() {
    let help = binary().arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let commands: Vec<&str> = commands.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").collect();
    assert!(commands.contains(&"run"), "{commands:?}");
    let readme = text("README.md");
    for command in commands {
        assert!(readme.contains(&format!("| `newswire {command}")), "README.md does not list 'newswire {command}'");
    }
}

#[test]
fn every_room_is_on_the_map() {
    let map = text("src/lib.rs");
    let architecture = text("ARCHITECTURE.md");
    let rooms = map.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    for room in rooms {
        assert!(map.contains(&format!("[`{room}`]")), "src/lib.rs does not say what {room} is for");
        assert!(architecture.contains(&format!("[`{room}`](src/{room}.rs)")), "ARCHITECTURE.md does not say what {room} is for");
    }
}

/// What one key of front matter was taken for: `false` where it was kept without use, whatever its value.
fn is_known(key: &str) -> bool {
    ["true", "4", "https://example.org/a.json", "\"48.85, 2.35\"", "bonus"].into_iter().any(|value| {
        let source = format!("---\ntitle: A\nenclosure: https://example.org/a.mp3\n{key}: {value}\n---\nText.\n");
        let path = SourcePath::new(Path::new("a.md")).unwrap();
        let context = Context { path: &path, zone: &TimeZone::UTC, text: &Text::default() };
        // A value that the key cannot have is an error, which only a known key gives.
        reader::read(source.as_bytes(), context).into_article().is_none_or(|article| !article.metadata.contains_key(key))
    })
}

#[test]
fn every_key_of_front_matter_that_is_shown_is_known() {
    assert!(!is_known("layout"));
    let readme = text("README.md");
    let rows =
        readme.lines().skip_while(|line| *line != "| key | meaning | other names |").skip(2).take_while(|line| line.starts_with('|'));
    let mut checked = 0;
    for row in rows {
        let cells: Vec<&str> = row.split('|').collect();
        for code in [cells[1], cells[3]].iter().flat_map(|cell| cell.split('`').skip(1).step_by(2)) {
            let key = code.split(':').next().unwrap();
            // `title` is in the file already.
            if key != "title" && !key.starts_with('[') {
                assert!(is_known(key), "README.md shows the key '{key}', which is not known");
                checked += 1;
            }
        }
    }
    assert!(checked > 40, "{checked} keys were found");
}

#[test]
fn the_sample_articles_are_without_fault() {
    let checked = binary().current_dir(root()).args(["check", "--config", "config/newswire.toml"]).output().unwrap();
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(checked.status.success() && said.contains(" 0 errors, 0 warnings"), "{said}");
}

/// The rules that source files name: after a severity, as a field, and in the calls that make findings.
fn rules_in_code() -> BTreeSet<String> {
    let calls = r#"(?s)(?:Severity::\w+,\s*|\brule: |refused\(|\.(?:warn|note|fail)\([^";]{0,60},\s*)"([a-z0-9]+(?:-[a-z0-9]+)*)","#;
    let calls = regex::Regex::new(calls).unwrap();
    let mut folders = vec![root().join("src")];
    let mut found = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() && name != "tests" {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") && name != "tests.rs" {
                let source = fs::read_to_string(&path).unwrap();
                let code = source.split("#[cfg(test)]\nmod tests {").next().unwrap();
                found.extend(calls.captures_iter(code).map(|found| found[1].to_owned()));
            }
        }
    }
    found
}

#[test]
fn every_rule_stands_in_the_table() {
    let table = text("docs/check.md");
    let rows: Vec<&str> = table.lines().skip_while(|line| *line != "| rule | severity | what it finds |").skip(2).collect();
    let expected: Vec<String> = RULES.iter().map(|rule| format!("| `{}` | {} | {} |", rule.name, rule.severity, rule.finds)).collect();
    assert_eq!(rows, expected);
    let known: BTreeSet<&str> = RULES.iter().map(|rule| rule.name).collect();
    let in_code = rules_in_code();
    assert!(in_code.len() > 90, "{in_code:?}");
    let missing: Vec<&String> = in_code.iter().filter(|rule| !known.contains(rule.as_str())).collect();
    assert!(missing.is_empty(), "src/diagnostic/rules.rs does not have {missing:?}");
}

#[test]
fn every_rule_of_the_table_is_used() {
    let mut sources = String::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("diagnostic/rules.rs") {
                sources.push_str(&fs::read_to_string(&path).unwrap());
            }
        }
    }
    let idle: Vec<&str> = RULES.iter().map(|rule| rule.name).filter(|name| !sources.contains(&format!("\"{name}\""))).collect();
    assert!(idle.is_empty(), "nothing finds {idle:?}");
}
