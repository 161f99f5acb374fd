//! The grammars of the formats: RELAX NG for Atom, XML Schemas for sitemaps, a JSON Schema for JSON Feed.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::newsroom::Rich;
use super::programs::{self, of_tests};

/// What `xmllint` has to say of a file, held against a grammar of tests/schemas/.
fn xmllint(kind: &str, schema: &str, file: &Path) -> Result<(), String> {
    let mut command = Command::new("xmllint");
    command.args(["--noout", "--nonet", kind]).arg(of_tests("schemas").join(schema)).arg(file);
    let output = command.output().expect("xmllint: run tests/all, which installs it");
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

/// The root element of an XML document.
fn root(text: &str) -> String {
    let mut reader = quick_xml::Reader::from_str(text);
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Start(tag) | quick_xml::events::Event::Empty(tag) => return tag.local_name().as_ref().to_owned(),
            quick_xml::events::Event::Eof => panic!("no element: {text}"),
            _ => {}
        }
    }
}

#[test]
fn every_atom_feed_is_by_the_grammar_of_rfc_4287() {
    let rich = Rich::start();
    let files = rich.files(&["atom"]);
    assert!(files.iter().any(|file| fs::read_to_string(file).unwrap().contains("<at:deleted-entry")), "one has tombstones");
    for file in files {
        xmllint("--relaxng", "atom.rng", &file).unwrap_or_else(|error| panic!("{error}\n{}", fs::read_to_string(&file).unwrap()));
    }
}

#[test]
fn the_grammar_refuses_what_is_wrong() {
    let rich = Rich::start();
    let good = rich.newsroom.feed("all.atom");
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("broken.atom");
    for (is, becomes) in [
        ("<id>", "<ident>"),
        ("<entry", "<entry><entry/></entry><entry"),
        ("<updated>2", "<updated>yesterday 2"),
        ("<link href=\"", "<link hreff=\""),
    ] {
        let broken = good.replacen(is, becomes, 1).replacen("</id>", if is == "<id>" { "</ident>" } else { "</id>" }, 1);
        assert_ne!(broken, good);
        fs::write(&file, broken).unwrap();
        assert!(xmllint("--relaxng", "atom.rng", &file).is_err(), "{becomes} passes");
    }
}

/// What XML documents there may be beside the feeds, by their root elements, and the schema of each in tests/sitemap/schemas/.
const SCHEMAS: [(&str, &str); 2] = [("urlset", "urlset.xsd"), ("sitemapindex", "siteindex.xsd")];

#[test]
fn every_file_of_the_feeds_folder_has_its_judge() {
    let rich = Rich::start();
    let (mut media, mut lists) = (0, 0);
    for (file, bytes) in crate::newsroom::files_under(&rich.newsroom.path("feeds")) {
        match file.extension().and_then(|ending| ending.to_str()) {
            // The other tests judge these.
            Some("rss" | "atom" | "json") => {}
            Some("xml") => {
                let root = root(std::str::from_utf8(&bytes).unwrap());
                let (_, schema) =
                    SCHEMAS.iter().find(|(of, _)| *of == root).unwrap_or_else(|| panic!("{}: no schema for <{root}>", file.display()));
                // One without a page is no sitemap by the schema; docs/search.md argues it.
                if std::str::from_utf8(&bytes).unwrap().contains("<url>") || root != "urlset" {
                    let schema = format!("../sitemap/schemas/{schema}");
                    xmllint("--schema", &schema, &file).unwrap_or_else(|error| panic!("{error}"));
                }
            }
            Some("opml") => xmllint("--relaxng", "opml.rng", &file).unwrap_or_else(|error| panic!("{error}")),
            None if file.ends_with(".well-known/feeds") => {
                let said = programs::output(programs::script("check_json.py").arg(of_tests("schemas/feeds-list.json")).arg(&file));
                assert_eq!(String::from_utf8_lossy(&said.stdout), "");
                lists += 1;
            }
            Some("png" | "mp3") => media += 1,
            // What is shown to people is judged in a browser.
            Some("html" | "css") => {}
            // It is being written.
            Some("tmp") => {}
            _ => panic!("{}: nothing that others wrote judges such a file", file.display()),
        }
    }
    assert_eq!((media, lists), (2, 1));
}

#[test]
fn every_json_feed_is_by_the_specification() {
    let rich = Rich::start();
    let files = rich.files(&["json"]);
    let schema = of_tests("schemas/json-feed-1.1.json");
    let said = programs::output(programs::script("check_json.py").arg(&schema).args(&files));
    assert_eq!(String::from_utf8_lossy(&said.stdout), "");

    let broken = rich.newsroom.path("broken.json");
    for (is, becomes) in [
        ("\"id\":\"tag:", "\"id\":1,\"_x\":\""),
        ("\"mime_type\"", "\"type\""),
        ("2024-03-05T10", "2024-03-05 10"),
        ("\"items\"", "\"entries\""),
    ] {
        fs::write(&broken, rich.newsroom.feed("all.json").replacen(is, becomes, 1)).unwrap();
        let said = programs::output(programs::script("check_json.py").arg(&schema).arg(&broken));
        assert_ne!(String::from_utf8_lossy(&said.stdout), "", "{becomes} passes");
    }
}
