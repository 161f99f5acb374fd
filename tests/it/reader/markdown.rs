//! Markdown articles as the generators write them, and as people break them; each snapshot was read.

use std::path::Path;

use jiff::tz::TimeZone;
use newswire::article::{Article, Body, NoteKind, SourcePath};
use newswire::config::Text;
use newswire::diagnostic::Severity;
use newswire::reader::{Context, Piece, Reading, read, reads};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Reads bytes as a file of that name in a site that keeps Paris time.
fn read_as(name: &str, bytes: &[u8]) -> Reading {
    let path = SourcePath::new(Path::new(name)).unwrap();
    let zone = TimeZone::get("Europe/Paris").unwrap();
    read(bytes, Context { path: &path, zone: &zone, text: &Text::default() })
}

fn fixture(name: &str) -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/markdown").join(name);
    let reading = read_as(name, &std::fs::read(file).unwrap());
    let said: Vec<String> = reading.diagnostics.iter().map(|finding| format!("{} {}: {finding}", finding.severity, finding.rule)).collect();
    json!({ "article": reading.articles.first().map(|piece| &piece.article), "diagnostics": said })
}

fn article(name: &str, text: &str) -> Article {
    let reading = read_as(name, text.as_bytes());
    reading.clone().into_article().unwrap_or_else(|| panic!("{:?}", reading.diagnostics))
}

fn body(article: &Article) -> &str {
    match &article.body {
        Body::Markdown(body) => body,
        other => panic!("{other:?}"),
    }
}

macro_rules! fixtures {
    ($($test:ident: $file:literal,)*) => {
        $(
            #[test]
            fn $test() {
                insta::assert_json_snapshot!(fixture($file));
            }
        )*
    };
}

fixtures! {
    hugo_with_yaml: "hugo-yaml.md",
    hugo_with_toml: "hugo-toml.md",
    hugo_with_json: "hugo-json.md",
    zola: "zola.md",
    jekyll: "2026-11-15-snow-in-the-hills.md",
    eleventy: "eleventy.md",
    a_newsroom_with_every_key: "newsroom.md",
    a_headline_in_the_body: "headline-in-body.md",
    a_headline_given_twice: "headline-twice.md",
    a_headline_from_the_file_name: "night-bus_timetable.md",
    broken_yaml: "broken-yaml.md",
    broken_toml: "broken-toml.md",
    broken_json: "broken-json.md",
    front_matter_without_end: "unclosed.md",
    what_cannot_be: "impossible.md",
    what_is_doubtful: "doubtful.md",
    a_plain_text_with_keys: "keys.txt",
    a_plain_text_that_begins_with_a_rule: "rule.txt",
}

#[test]
fn only_article_files_are_read() {
    for name in
        ["a.md", "a/b.Markdown", "a.mdown", "a.mkd", "a.txt", "a.TEXT", "index.md", "_draft.md", "a.html", "a.json", "a.eml", "a.rst"]
    {
        assert!(reads(&SourcePath::new(Path::new(name)).unwrap()), "{name}");
    }
    for name in ["_index.md", "a/_index.de.md", "_defaults.md", "a.jpg", "a.css", "a", "md", ".md", "a.md~", "a.yaml"] {
        assert!(!reads(&SourcePath::new(Path::new(name)).unwrap()), "{name}");
    }
}

#[test]
fn a_blank_file_is_not_yet_an_article() {
    for text in ["", "\n \n\t\r\n", "\u{feff}"] {
        let reading = read_as("a.md", text.as_bytes());
        assert!(reading.articles.is_empty() && reading.diagnostics.is_empty(), "{text:?}: {reading:?}");
    }
}

#[test]
fn front_matter_alone_is_an_article_only_with_a_headline() {
    assert_eq!(article("a.md", "---\ntitle: Flash\n---\n").headline, "Flash");
    let reading = read_as("a.md", b"+++\ntemplate = \"x.html\"\n+++\n");
    assert!(reading.articles.is_empty());
    assert_eq!(reading.diagnostics.iter().map(|finding| finding.severity).collect::<Vec<_>>(), [Severity::Warning]);
}

#[test]
fn line_ends_and_byte_order_marks_do_not_matter() {
    let plain = "---\ntitle: A\ndate: 2026-11-24\n---\n\nOne\ntwo\n\n    code\n";
    let expected = article("a.md", plain);
    assert_eq!(article("a.md", &plain.replace('\n', "\r\n")), expected);
    assert_eq!(article("a.md", &format!("\u{feff}{plain}")), expected);
    assert_eq!(body(&expected), "One\ntwo\n\n    code");
}

#[test]
fn a_date_without_time_lasts_its_day_in_the_sites_zone() {
    let from_name = article("2026-11-24-a.md", "Text").published.unwrap();
    let from_keys = article("b.md", "---\ntitle: B\ndate: 2026-11-24\n---\n").published.unwrap();
    let from_link = article("b.md", "---\ntitle: B\nlink: /2026/11/24/b/\n---\n").published.unwrap();
    assert_eq!(from_name, from_keys);
    assert_eq!(from_name, from_link);
    assert_eq!(from_name.at.rfc3339(), "2026-11-23T23:00:00Z");
    assert!(from_name.until > from_name.at);
    assert_eq!(article("2026-11-24-a/index.md", "Text").published, Some(from_name));
}

#[test]
fn drafts_are_known_by_either_key() {
    for keys in ["draft: true", "draft: \"yes\"", "published: false", "published: no", "date: 2026-11-24\npublished: false"] {
        assert!(article("a.md", &format!("---\ntitle: A\n{keys}\n---\n")).draft, "{keys}");
    }
    for keys in ["draft: false", "published: true", "draft:", "published: 2026-11-24"] {
        assert!(!article("a.md", &format!("---\ntitle: A\n{keys}\n---\n")).draft, "{keys}");
    }
}

#[test]
fn hold_and_withdrawn_may_do_without_a_reason() {
    let of = |value: &str| article("a.md", &format!("---\ntitle: A\nwithdrawn: {value}\nhold: {value}\n---\n"));
    assert_eq!(of("true").withdrawn.as_deref(), Some(""));
    assert_eq!(of("legal advice").hold.as_deref(), Some("legal advice"));
    for none in ["false", "no", "", "~", "\"\""] {
        assert_eq!((of(none).withdrawn, of(none).hold), (None, None), "{none}");
    }
}

#[test]
fn urgency_and_priority_make_it_breaking() {
    for keys in ["breaking: true", "priority: breaking", "priority: URGENT", "urgency: 1", "priority: 2", "urgency: \"2\""] {
        assert!(article("a.md", &format!("---\ntitle: A\n{keys}\n---\n")).breaking, "{keys}");
    }
    for keys in ["urgency: 3", "priority: 0.9", "priority: normal", "breaking: false", "urgency: 5"] {
        let reading = read_as("a.md", format!("---\ntitle: A\n{keys}\n---\n").as_bytes());
        assert!(reading.diagnostics.is_empty(), "{keys}");
        assert!(!reading.into_article().unwrap().breaking, "{keys}");
    }
}

#[test]
fn places_count_from_the_files_first_line() {
    let reading = read_as("a.md", "\n\n---\n\n# é\ntitle: A\ndate: soon\n---\n\nText\n\née {{ site.x }}\n".as_bytes());
    let places: Vec<_> = reading.diagnostics.iter().map(|finding| (finding.line, finding.column)).collect();
    assert_eq!(places, [(7, 7), (12, 4)]);
}

#[test]
fn a_plain_text_keeps_its_first_line_where_front_matter_has_the_headline() {
    let text = |title: &str| article("a.txt", &format!("---\ntitle: \"{title}\"\n---\n\nThe first line.\n\nThe second line.\n"));
    for title in ["Another headline", "Date: a short history", "The first line."] {
        let article = text(title);
        let Body::Blocks(blocks) = &article.body else { panic!("{article:?}") };
        assert_eq!((article.headline.as_str(), blocks.len()), (title, if title == "The first line." { 1 } else { 2 }), "{blocks:?}");
    }
}

#[test]
fn front_matter_has_its_bounds() {
    let long = format!("---\ntitle: A\nx: {}\n---\n", "y".repeat(300_000));
    let reading = read_as("a.md", long.as_bytes());
    assert!(reading.articles.is_empty());
    assert_eq!(reading.diagnostics[0].rule, "front-matter-too-large");
    let long = format!("{{\"a\": \"{}\"}}\n", "y".repeat(300_000));
    assert_eq!(read_as("a.md", long.as_bytes()).diagnostics[0].rule, "front-matter-too-large");
}

#[test]
fn a_body_full_of_tags_takes_no_time_to_speak_of() {
    for (open, close) in [
        ("{%", ""),
        ("{{", "}}"),
        ("{% if a %}", "{% endif %}"),
        ("{% raw %}", ""),
        ("`{% raw %}", "`"),
        ("```\n{% raw %}", ""),
        ("{{< a >}}", "{{< /a >}}"),
        ("{{< quote >}}", "{{< /quote >}}"),
        ("{% a() %}", "{% end %}"),
        ("{% quote() %}", "{% end %}"),
        ("`", ""),
        ("[a]({{ b", ""),
        ("x {{ b }}", ""),
        ("[a]({{ b }}", ""),
        ("     {{ title }}", ""),
        ("{{{{ }}", ""),
        ("{: ", ""),
        ("> - ```\n", ""),
        ("{# ", "#}"),
        ("@/ <", ""),
    ] {
        let times = 60_000 / (open.len() + close.len());
        let text = format!("---\ntitle: {}\n---\n{}{}", "long ".repeat(1000), open.repeat(times), close.repeat(times));
        let begun = std::time::Instant::now();
        let reading = read_as("a.md", text.as_bytes());
        // Linear work takes a hundredth of this even unoptimised; quadratic work takes minutes.
        assert!(begun.elapsed().as_secs() < 30, "{open}");
        let Body::Markdown(body) = reading.into_article().unwrap().body else { panic!("no Markdown") };
        assert!(body.len() < 3_000_000, "{open} makes {} bytes of {}", body.len(), text.len());
    }
}

/// Text made of what the reader looks for.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("---\n"),
        Just("+++\n"),
        Just("---json\n"),
        Just("{\n"),
        Just("}\n"),
        Just("\n"),
        Just("\n\n"),
        Just("title: "),
        Just("date = "),
        Just("\"a\": "),
        Just("[a, "),
        Just("]"),
        Just("- "),
        Just("\""),
        Just("'"),
        Just("# "),
        Just("===\n"),
        Just("{{ "),
        Just(" }}"),
        Just("{% raw %}"),
        Just("{% endraw %}"),
        Just("{% highlight x %}"),
        Just("{% endhighlight %}"),
        Just("{% for a in b %}"),
        Just("{% endfor %}"),
        Just("{{< figure src=\"a\" >}}"),
        Just("{{< /figure >}}"),
        Just("{{% b %}}"),
        Just("{% quote() %}"),
        Just("{% end %}"),
        Just("{{ image(src=\"x\") }}"),
        Just("`"),
        Just("```\n"),
        Just("    "),
        Just("> "),
        Just("]("),
        Just(")"),
        Just("@/a"),
        Just("\\"),
        Just("{:"),
        Just("{# "),
        Just("#}"),
        Just("é"),
        Just("\u{202e}"),
        Just("&x *x"),
        Just("2026-11-24"),
        Just("\t"),
    ];
    prop::collection::vec(prop_oneof![piece.prop_map(str::to_owned), "[ -~]{0,6}"], 0..40).prop_map(|pieces| pieces.concat())
}

fn is_consistent(reading: &Reading, text: &str) -> Result<(), TestCaseError> {
    let lines = text.lines().count() + 1;
    for finding in &reading.diagnostics {
        prop_assert!(finding.line >= 1 && finding.line as usize <= lines && finding.column >= 1, "{finding}");
        prop_assert!(!finding.message.is_empty() && (!finding.remedy.is_empty() || finding.severity == Severity::Note), "{finding}");
    }
    let failed = reading.diagnostics.iter().any(|finding| finding.severity == Severity::Error);
    prop_assert!(!failed || reading.articles.is_empty());
    if let Some(Piece { article, .. }) = reading.articles.first() {
        prop_assert!(!article.headline.trim().is_empty());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read_as("a.md", &bytes);
        read_as("a.txt", &bytes);
    }

    #[test]
    fn any_soup_is_survived_and_placed(text in soup()) {
        is_consistent(&read_as("a.md", text.as_bytes()), &text)?;
        is_consistent(&read_as("2026-11-24-a/index.txt", text.as_bytes()), &text)?;
    }

    #[test]
    fn a_body_without_tags_stays_as_typed(text in "[a-zé ,.&<>\"'*_\\[\\]()!|~:\n-]{0,200}") {
        let reading = read_as("a.md", format!("---\ntitle: A headline of its own\n---\n{text}").as_bytes());
        let Body::Markdown(body) = reading.into_article().unwrap().body else { panic!("no Markdown") };
        let expected = text.trim_end();
        prop_assert!(expected.ends_with(&body) && expected[..expected.len() - body.len()].trim().is_empty(), "{body:?}");
    }
}

#[test]
fn a_format_that_is_not_read_is_named() {
    for (name, format) in [("a.rst", "reStructuredText"), ("a.org", "Org"), ("a.adoc", "AsciiDoc")] {
        let reading = read_as(name, b"Title\n=====\n\nText.\n");
        assert!(reading.articles.is_empty());
        let said = reading.diagnostics[0].to_string();
        assert!(said.starts_with(&format!("{name}:1:1:")) && said.contains(format), "{said}");
    }
}

#[test]
fn a_note_is_a_correction_or_an_update_and_a_date_is_a_date() {
    let read = |keys: &str| {
        let reading = read_as("a.md", format!("---\ntitle: A\n{keys}\n---\n\nText.\n").as_bytes());
        assert_eq!(reading.diagnostics, [], "{keys}");
        reading.into_article().unwrap()
    };
    let note = |keys: &str| {
        let article = read(keys);
        (article.correction.unwrap_or_default(), article.note, article.updated.map(|date| date.at.rfc3339()))
    };
    let (correction, update) = (NoteKind::Correction, NoteKind::Update);
    assert_eq!(note("correction: It was Tuesday."), ("It was Tuesday.".into(), correction, None));
    assert_eq!(note("update: Adds the minister's answer."), ("Adds the minister's answer.".into(), update, None));
    let date = Some("2026-11-24T10:00:00Z".to_owned());
    for keys in ["update: 2026-11-24T10:00:00Z", "updated: 2026-11-24T10:00:00Z", "update: \"2026-11-24 11:00\""] {
        assert_eq!(note(keys), (String::new(), correction, date.clone()), "{keys}");
    }
    // All three at once: each is what it says, and what has no place is kept.
    let all = "updated: 2026-11-24T10:00:00Z\nupdate: New details.\ncorrection: It was Tuesday.";
    assert_eq!(note(all), ("It was Tuesday.".into(), correction, date));
    assert_eq!(read(all).metadata["update"], "New details.");
    // The same in TOML, where a date has a type of its own.
    let toml = read_as("a.md", b"+++\ntitle = \"A\"\nupdate = 2026-11-24T10:00:00Z\n+++\n\nText.\n").into_article().unwrap();
    assert!(toml.correction.is_none() && toml.updated.is_some(), "{toml:?}");
}

#[test]
fn the_hours_of_its_life_go_by_every_name_for_them() {
    let read = |keys: &str| read_as("a.md", format!("---\ntitle: A\n{keys}\n---\n\nText.\n").as_bytes()).into_article().unwrap();
    let hour = "2026-11-24T10:00:00Z";
    for key in ["embargo", "embargoed", "publish_at", "publishAt"] {
        assert_eq!(read(&format!("{key}: {hour}")).embargo.unwrap().at.rfc3339(), hour, "{key}");
    }
    for key in ["expires", "expiry", "expiryDate", "expiry_date", "unpublishDate"] {
        assert_eq!(read(&format!("{key}: {hour}")).expires.unwrap().at.rfc3339(), hour, "{key}");
    }
    for (keys, asked) in [("announce_expiry: true", Some(true)), ("announceExpiry: no", Some(false)), ("announce: true", None)] {
        assert_eq!(read(keys).announce_expiry, asked, "{keys}");
    }
}

/// What the particulars of an article with these keys are, as JSON, and which keys were kept without use.
fn particulars(keys: &str) -> (Value, Vec<String>) {
    let article = article("a.md", &format!("---\ntitle: A\n{keys}\n---\nText.\n"));
    (serde_json::to_value(&article.particulars).unwrap(), article.metadata.keys().cloned().collect())
}

#[test]
fn particulars_are_read_in_the_forms_that_people_write() {
    let paris = json!({"location": {"latitude": 48_856_600, "longitude": 2_352_200}});
    for keys in [
        "location: \"48.8566, 2.3522\"",
        "coordinates: [48.8566, 2.3522]",
        "geo: geo:48.8566,2.3522;u=10",
        "location: {lat: 48.8566, lng: 2.3522}",
        "latitude: 48.8566\nlongitude: 2.3522",
    ] {
        assert_eq!(particulars(keys), (paris.clone(), vec![]), "{keys}");
    }
    for (keys, expected) in [
        (
            "location: {latitude: -1, longitude: 0, name: At sea}",
            json!({"location": {"latitude": -1_000_000, "longitude": 0, "name": "At sea"}}),
        ),
        ("source: https://radio.example/a", json!({"origin": {"page": "https://radio.example/a"}})),
        (
            "syndicated_from: {name: Radio, url: https://radio.example/a, feed: https://radio.example/feed}\ncanonical_url: https://radio.example/b",
            json!({"origin": {"name": "Radio", "page": "https://radio.example/a", "feed": "https://radio.example/feed", "canonical": "https://radio.example/b"}}),
        ),
        ("comments: 12\ncomments_url: /a#comments", json!({"discussion": {"count": 12, "page": "/a#comments"}})),
        ("explicit: clean", json!({"explicit": false})),
        ("explicit: yes", json!({"explicit": true})),
        (
            "season: 1\nepisodeNumber: 2\nitunes_episode_type: Bonus\nchapters: /a.json\nguests: [Jo Doe, Ann Roe]",
            json!({"episode": {"number": 2, "season": 1, "kind": "bonus", "chapters": "/a.json", "guests": [{"name": "Jo Doe"}, {"name": "Ann Roe"}]}}),
        ),
        (
            "transcript: [/a.srt, {url: /a, type: text/html, language: fr}, /player]",
            json!({"episode": {"transcripts": [{"url": "/a.srt", "type": "application/x-subrip"}, {"url": "/a", "type": "text/html", "language": "fr"}]}}),
        ),
    ] {
        assert_eq!(particulars(keys), (expected, vec![]), "{keys}");
    }
}

#[test]
fn what_a_theme_means_by_the_same_keys_is_kept() {
    for keys in [
        "location: Paris",
        "comments: true",
        "source: Reuters",
        "episode: pilot",
        "transcript: A long talk.",
        "chapters: 3",
        "duration: 45",
        "canonical: true",
        "latitude: 1",
    ] {
        let key = keys.split(':').next().unwrap().to_owned();
        assert_eq!(particulars(keys), (json!({}), vec![key]), "{keys}");
    }
    let reading = read_as("a.md", b"---\ntitle: A\nlocation: 95, 2\n---\nText.\n");
    let said: Vec<_> = reading.diagnostics.iter().map(|finding| format!("{} {}", finding.line, finding.rule)).collect();
    assert_eq!(said, ["3 not-a-place"]);
}

#[test]
fn a_recordings_duration_is_its_own() {
    for keys in ["audio: /a.mp3\nduration: 1:02:03", "audio: {url: /a.mp3, duration: 3723}", "duration: PT1H2M3S\nvideo: /a.mp4"] {
        let article = article("a.md", &format!("---\ntitle: A\n{keys}\n---\nText.\n"));
        assert_eq!(article.media[0].duration, Some(3723), "{keys}");
        assert!(article.metadata.is_empty(), "{:?}", article.metadata);
    }
}
