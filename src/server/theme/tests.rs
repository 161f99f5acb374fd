use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use minijinja::value::Serde;
use proptest::prelude::*;

use super::*;

fn own(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

fn faults(files: &[(&str, &str)]) -> Vec<String> {
    Theme::of(&own(files)).err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

#[test]
fn newswires_own_theme_fills_every_page() {
    let theme = Theme::of(&BTreeMap::new()).unwrap();
    for page in Page::ALL {
        for view in specimen::views(page) {
            let filled = theme.filled(page, &view).unwrap();
            assert!(filled.starts_with("<!DOCTYPE html>") && filled.trim_end().ends_with("</html>"), "{filled}");
        }
    }
}

#[test]
fn the_built_in_files_cannot_end_the_element_they_stand_in() {
    // They stand raw in the page, and their hashes are of exactly these bytes.
    for (name, text) in BUILT_IN.iter().filter(|(name, _)| !files::is_template(name) && *name != "icon.svg") {
        assert!(!text.contains("</") && !text.contains('\r'), "{name}");
    }
}

#[test]
fn a_file_of_the_house_stands_in_place_of_ours_and_the_rest_stays() {
    let theme = Theme::of(&own(&[("notice.html", "{% extends 'base.html' %}{% block main %}<main>Our own</main>{% endblock %}")])).unwrap();
    let view = specimen::views(Page::Notice).remove(0);
    let filled = theme.filled(Page::Notice, &view).unwrap();
    assert!(filled.contains("<main>Our own</main>") && filled.contains("class=\"masthead\""), "{filled}");
    assert!(theme.filled(Page::Article, &specimen::views(Page::Article)[0]).unwrap().contains("class=\"story\""));
}

#[test]
fn a_house_may_change_one_block_of_ours() {
    let theme = Theme::of(&own(&[
        ("base.html", "{% extends 'newswire/base.html' %}{% block colophon %}{% include 'imprint.html' %}{% endblock %}"),
        ("imprint.html", "<p>Imprint of {{ site.title }}</p>"),
    ]));
    let filled = theme.unwrap().filled(Page::Front, &specimen::views(Page::Front)[0]).unwrap();
    assert!(filled.contains("<p>Imprint of A site</p>") && filled.contains("class=\"masthead\""), "{filled}");
}

#[test]
fn added_styles_follow_ours_and_the_policy_lets_both_through() {
    let (ours, more) = (Theme::default(), Theme::of(&own(&[("extra.css", ":root{--accent:#060}\r\n")])).unwrap());
    let filled = more.filled(Page::Front, &specimen::views(Page::Front)[0]).unwrap();
    assert!(filled.contains("\n:root{--accent:#060}\n</style>"), "{filled}");
    assert_ne!(ours.policy.of(&[], false), more.policy.of(&[], false));
}

#[test]
fn what_is_wrong_is_said_with_file_line_and_remedy() {
    for (files, expected) in [
        (
            &[("article.html", "\n\n{% if x %}")][..],
            "article.html:3: syntax error: unexpected end of input, expected end of block; write it",
        ),
        (&[("front.html", "a\n{{ site.title|shout }}")], "front.html:2: unknown filter: filter shout is unknown; docs/theme.md"),
        (
            &[("notice.html", "{% include 'gone.html' %}")],
            "notice.html:1: template not found: tried to include non-existing template 'gone.html'; name a file",
        ),
        (&[("feed.html", "x\n\n{{ title.x.y }}")], "feed.html:3: undefined value; docs/theme.md lists every variable"),
        (
            &[("style.css", "a{}\n</STYLE>")],
            "style.css:2: '</style' would end the element of the page in which this file stands; take it out",
        ),
        (&[("feed.js", "// </script>")], "feed.js:1: '</script' would end"),
    ] {
        let said = faults(files);
        assert!(said.len() == 1 && said[0].starts_with(expected), "{said:?}, expected {expected}");
    }
}

#[test]
fn no_template_runs_without_end() {
    for files in [
        &[("front.html", "{% include 'front.html' %}")][..],
        &[("front.html", "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}")],
        &[("front.html", "{% for a in range(10000) %}{% for b in range(10000) %}x{% endfor %}{% endfor %}")],
        &[("front.html", "{% include 'a.html' %}"), ("a.html", "{% include 'b.html' %}"), ("b.html", "{% include 'a.html' %}")],
    ] {
        let said = faults(files);
        assert!(said.iter().any(|fault| fault.contains("without end")), "{said:?}");
    }
}

/// The places of a value's parts, as docs/theme.md writes them.
fn places(at: &str, value: &serde_json::Value, found: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Object(parts) => {
            parts.iter().for_each(|(name, part)| places(&if at.is_empty() { name.clone() } else { format!("{at}.{name}") }, part, found));
        }
        serde_json::Value::Array(parts) => parts.iter().for_each(|part| places(&format!("{at}[]"), part, found)),
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) | serde_json::Value::String(_) => {
            found.insert(at.to_owned());
        }
    }
}

#[test]
fn every_variable_is_documented_and_every_one_that_is_documented_is_there() {
    let document = include_str!("../../../docs/theme.md");
    let section = |from: &str, to: &str| document.split_once(from).unwrap().1.split_once(to).unwrap().0;
    let mut missing = Vec::new();
    let mut all = BTreeSet::new();
    for (page, from, to) in [
        (Page::Article, "\n`article.html`:", "\n`front.html`:"),
        (Page::Front, "\n`front.html`:", "\n`feed.html` has"),
        (Page::Feed, "\n`front.html`:", "\n`notice.html`:"),
        (Page::Notice, "\n`notice.html`:", "\n## What pages may load"),
    ] {
        let text = section("\nEvery page:", "\n`article.html`:").to_owned() + section(from, to);
        let mut found = BTreeSet::new();
        places("", &specimen::views(page)[0], &mut found);
        missing.extend(found.iter().filter(|place| !text.contains(&format!("`{place}`"))).map(|place| format!("{place} of {page:?}")));
        all.extend(found);
    }
    assert!(missing.is_empty(), "docs/theme.md lacks {missing:?}");
    let tables = section("\nEvery page:", "\n## What pages may load").lines().filter(|line| line.starts_with("| `"));
    let named = tables.flat_map(|line| line.split('`').skip(1).step_by(2));
    let values = ["audio", "video", "ltr", "rtl", "feed:", "style", "script", "<meta http-equiv>", "<script type=\"application/ld+json\">"];
    let known = |name: &str| {
        all.iter().any(|place| place == name || place.starts_with(&format!("{name}.")) || place.starts_with(&format!("{name}[")))
    };
    let unknown: Vec<&str> = named.filter(|name| !values.contains(name) && !known(name)).collect();
    assert!(unknown.is_empty(), "docs/theme.md names {unknown:?}, which no page has");
}

#[test]
fn what_is_odd_is_warned_of() {
    let warned = |files: &[(&str, &str)]| Theme::warnings(&own(files));
    let said = warned(&[
        ("artcle.html", "x"),
        ("front.html", "{{ headlin }}{% for item in items %}{{ loop.index }}{{ item.headline }}{% endfor %}{{ style }}"),
    ]);
    assert!(said.len() == 2 && said[0].starts_with("artcle.html is no page's template") && said[1].contains("'headlin'"), "{said:?}");
    assert!(warned(&[("front.html", "{% include 'list.html' %}"), ("list.html", "{{ items }}")]).is_empty());
    assert!(warned(&[]).is_empty());
}

#[test]
fn what_is_not_there_leaves_nothing_and_what_is_safe_stays() {
    let environment = Theme::default().environment;
    let filled = environment.render_str("{{ gone }}{{ none }}{{ 3 }}{{ '<p>'|safe }}{{ ['<'] }}", ()).unwrap();
    assert_eq!(filled, "3<p>[&#39;&lt;&#39;]");
}

static OURS: LazyLock<Theme> = LazyLock::new(Theme::default);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn text_stays_text(text in any::<String>()) {
        let context = BTreeMap::from([("text", text.clone())]);
        let filled = OURS.environment.render_str("{{ text }}", Serde(&context)).unwrap();
        prop_assert!(!filled.contains(['<', '>', '"', '\'']));
        let back = filled.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&");
        prop_assert_eq!(back, text);
    }

    #[test]
    fn any_template_is_taken_or_refused(source in "[ -~\n]{0,80}|(\\{\\{|\\}\\}|\\{%|%\\}|[a-z |.\"]){0,20}") {
        let _ = Theme::of(&own(&[("notice.html", &source)]));
    }
}
