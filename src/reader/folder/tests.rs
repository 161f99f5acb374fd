use std::path::Path;

use proptest::prelude::*;

use super::*;

fn path(text: &str) -> SourcePath {
    SourcePath::new(Path::new(text)).unwrap()
}

fn read(file: &str, text: &str) -> FolderReading {
    read_folder(text.as_bytes(), &path(file), &TimeZone::UTC)
}

fn defaults(file: &str, text: &str) -> Vec<FolderDefault> {
    let reading = read(file, text);
    assert!(reading.diagnostics.is_empty(), "{:?}", reading.diagnostics);
    reading.defaults.unwrap()
}

fn concerns(default: &FolderDefault, article: &str) -> bool {
    let any = |globs: &[Glob]| globs.iter().any(|glob| glob.compile_matcher().is_match(article));
    (default.only.is_empty() || any(&default.only)) && !any(&default.unless)
}

#[test]
fn files_that_speak_of_their_folder_are_known_by_their_names() {
    for file in [
        "_defaults.toml",
        "a/_defaults.toml",
        "a/_index.md",
        "a/_index.en.md",
        "_index.html",
        "posts/posts.json",
        "a/posts/posts.json",
        "posts/posts.11tydata.json",
        "posts/one.11tydata.json",
        "_config.yml",
    ] {
        assert!(speaks_of_folder(&path(file)), "{file}");
        assert!(!crate::reader::reads(&path(file)), "{file}");
    }
    for file in ["a/_config.yml", "posts/other.json", "posts.json", "_defaults.md", "index.md", "a/_index.png", "_indexed.md"] {
        assert!(!speaks_of_folder(&path(file)), "{file}");
    }
}

#[test]
fn a_folders_own_file_gives_its_keys() {
    let text =
        "section = \"World\"\nauthor = \"Ada Example\"\nbreaking = false\nlicence = \"CC BY 4.0\"\ndesk = \"foreign\"\n[extra]\nx = 1\n";
    let [default] = &defaults("world/_defaults.toml", text)[..] else { panic!("one") };
    assert_eq!(default.preset.section.as_deref(), Some("World"));
    assert_eq!(default.preset.authors, [crate::article::Person::named("Ada Example")]);
    assert_eq!(default.preset.breaking, Some(false));
    assert_eq!(default.preset.licence.as_deref(), Some("CC BY 4.0"));
    assert_eq!(default.preset.metadata.get("desk"), Some(&Json::from("foreign")));
    assert!(!default.preset.metadata.contains_key("extra"), "tables are no values");
    assert!(defaults("_defaults.toml", "").is_empty());
}

#[test]
fn what_is_each_articles_own_is_no_default() {
    let reading = read("_defaults.toml", "section = \"a\"\nslug = \"b\"\n  id = \"c\"\n");
    let said: Vec<_> = reading.diagnostics.iter().map(|found| (found.rule.as_ref(), found.line, found.severity)).collect();
    assert_eq!(said, [("no-default", 2, Severity::Warning), ("no-default", 3, Severity::Warning)]);
    assert_eq!(reading.defaults.unwrap().len(), 1);
}

#[test]
fn a_broken_file_has_a_place_and_gives_nothing() {
    for (file, text, line) in [
        ("_defaults.toml", "section = \"a\"\ndraft = perhaps\n", 2),
        ("_defaults.toml", "draft = \"perhaps\"\n", 1),
        ("a/_index.md", "---\ntitle: A\n  cascade: [\n---\n", 3),
        ("a/_index.md", "---\ncascade: nothing\n---\n", 2),
        ("a/a.json", "{\n\"tags\": [\n}\n", 3),
        ("a/a.json", "[]", 1),
        ("_config.yml", "title: A\ndefaults: yes\n", 2),
    ] {
        let reading = read(file, text);
        assert!(reading.defaults.is_none(), "{file}: {text}");
        let [found] = &reading.diagnostics[..] else { panic!("{:?}", reading.diagnostics) };
        assert_eq!((found.severity, found.line), (Severity::Error, line), "{file}: {text}: {found}");
        assert!(found.to_string().starts_with(&format!("{file}:{line}:")), "{found}");
    }
}

#[test]
fn hugo_cascades_a_table_or_a_list_with_targets() {
    let one = defaults("posts/_index.md", "---\ntitle: Posts\ncascade:\n  author: Ada Example\n  draft: true\n---\n\nText.\n");
    assert_eq!((one.len(), one[0].preset.draft), (1, Some(true)));
    assert_eq!(one[0].preset.section, None, "the section's own title and keys are not cascaded");
    let toml = "+++\ntitle = 'Posts'\n[[cascade]]\ntags = ['a']\n[cascade._target]\npath = '/posts/2026/**'\n\
                [[cascade]]\ntags = ['b']\n[cascade._target]\nkind = 'section'\n\
                [[cascade]]\ntags = ['c']\n[cascade._target]\nkind = '{page,section}'\nlang = 'fr'\n+++\n";
    let several = defaults("posts/_index.md", toml);
    assert_eq!(several.iter().map(|default| default.preset.tags.join(",")).collect::<Vec<_>>(), ["a", "c"]);
    assert!(concerns(&several[0], "posts/2026/a.md") && !concerns(&several[0], "posts/2025/a.md"));
    assert_eq!(several[1].language.as_deref(), Some("fr"));
    let exact = defaults("_index.md", "---\ncascade:\n- _target: {path: '{/posts/one,/notes/*}'}\n  section: X\n---\n");
    for (article, expected) in [("posts/one.md", true), ("posts/one/index.md", true), ("notes/b.md", true), ("posts/two.md", false)] {
        assert_eq!(concerns(&exact[0], article), expected, "{article}");
    }
    assert!(defaults("_index.md", "# Only a text\n").is_empty());
}

#[test]
fn eleventy_adds_tags_and_knows_one_templates_data() {
    let text = "{\n  \"layout\": \"post.njk\", \"permalink\": false, \"tags\": [\"posts\"], \"eleventyComputed\": {\"a\": 1}\n}\n";
    let [default] = &defaults("posts/posts.json", text)[..] else { panic!("one") };
    assert!(default.adds_tags && default.only.is_empty());
    assert_eq!(default.preset.tags, ["posts"]);
    let [own] = &defaults("posts/one[1].11tydata.json", text)[..] else { panic!("one") };
    assert!(concerns(own, "posts/one[1].md") && !concerns(own, "posts/one.md") && !concerns(own, "posts/one1.md"));
    let [folder] = &defaults("posts/posts.11tydata.json", text)[..] else { panic!("one") };
    assert!(folder.only.is_empty());
}

#[test]
fn jekyll_scopes_are_paths_and_types() {
    let text = "title: Site\ndefaults:\n\
                - scope: {path: ''}\n  values: {author: Site}\n\
                - scope: {path: '', type: posts}\n  values: {author: Posts}\n\
                - scope: {path: projects, type: pages}\n  values: {section: Projects}\n\
                - scope: {path: 'notes/*/special.md'}\n  values: {section: Special}\n";
    let found = defaults("_config.yml", text);
    let of = |article: &str| {
        let concerning = found.iter().filter(|default| concerns(default, article));
        let said = |default: &FolderDefault| {
            default.preset.section.clone().or_else(|| default.preset.authors.first().map(|author| author.name.clone())).unwrap()
        };
        concerning.map(said).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(of("about.md"), "Site");
    assert_eq!(of("_posts/2026-11-24-a.md"), "Posts Site");
    assert_eq!(of("world/_posts/a.md"), "Posts Site");
    assert_eq!(of("projects/a/b.md"), "Projects Site");
    assert_eq!(of("projects/_posts/b.md"), "Posts Site");
    assert_eq!(of("notes/x/special.md"), "Special Site");
}

proptest! {
    #[test]
    fn no_file_whatever_is_too_much(
        file in prop::sample::select(vec!["_defaults.toml", "a/_index.md", "a/a.json", "a/b.11tydata.json", "_config.yml"]),
        text in prop_oneof![".{0,200}", "(---\n)?(cascade|defaults|tags|a)?[:= ]{0,2}[\\[{]?[a-z'\"/*{}\\[\\],: \n-]{0,80}(\n---\n)?"],
    ) {
        let reading = read(file, &text);
        // What cannot be used says so.
        prop_assert!(reading.defaults.is_some() || reading.diagnostics.iter().any(|found| found.severity == Severity::Error));
    }
}
