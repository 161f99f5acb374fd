//! Whatever is written: no panic, nothing that XML forbids, and no word lost without a word about it.

use std::collections::HashSet;

use super::*;

/// Words that only join names, and the names of fields.
const JOINTS: [&str; 16] = [
    "By",
    "by",
    "and",
    "Written",
    "Headline",
    "Summary",
    "Tags",
    "Byline",
    "Section",
    "Desk",
    "is",
    "Correction",
    "Credit",
    "with",
    "Author",
    "et",
];

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Every word of every text in the article.
fn kept(value: &serde_json::Value, into: &mut HashSet<String>) {
    match value {
        serde_json::Value::String(text) => into.extend(words(text).map(str::to_owned)),
        serde_json::Value::Array(items) => items.iter().for_each(|item| kept(item, into)),
        serde_json::Value::Object(fields) => fields.values().for_each(|field| kept(field, into)),
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => {}
    }
}

fn nothing_is_lost(text: &str) -> Result<(), TestCaseError> {
    let reading = reading(text);
    let Some(article) = &reading.article else {
        let is_blank = words(text).next().is_none();
        prop_assert!(is_blank || reading.diagnostics.iter().any(|finding| finding.severity == Severity::Error), "{text}");
        return Ok(());
    };
    prop_assert!(!article.headline.trim().is_empty());
    let mut found = HashSet::new();
    kept(&serde_json::to_value(article).unwrap(), &mut found);
    let said: HashSet<u32> =
        reading.diagnostics.iter().filter(|finding| finding.rule != "long-headline").map(|finding| finding.line).collect();
    for (number, line) in (1..).zip(text.split('\n')) {
        for word in words(line) {
            let is_known = found.contains(word) || said.contains(&number) || JOINTS.contains(&word);
            prop_assert!(is_known, "'{word}' of line {number} is lost:\n{text}\n{article:?}\n{:?}", reading.diagnostics);
        }
    }
    Ok(())
}

/// A line of some kind, of words that are this line's own.
fn line() -> impl Strategy<Value = String> {
    let word = "[a-z]{3,8}";
    let name = "[A-Z][a-z]{3,7} [A-Z][a-z]{3,7}";
    prop_oneof![
        proptest::collection::vec(word, 1..30).prop_map(|words| format!("The {}.", words.join(" "))),
        proptest::collection::vec(word, 1..9).prop_map(|words| format!("The {}", words.join(" "))),
        proptest::collection::vec(word, 9..12).prop_map(|words| words.join(" ")),
        (word, name).prop_map(|(word, name)| format!("A {word} stands there. ({name}/AFP)")),
        (word, name).prop_map(|(word, name)| format!("The {word} ended ({name}).")),
        name.prop_map(|name| format!("By {name}")),
        (name, name).prop_map(|(one, other)| format!("By {one} and {other}, Reuters")),
        (name, word).prop_map(|(name, word)| format!("By {name} in {word} | {word}")),
        name.prop_map(|name| format!("{name} is the Herald’s rail correspondent.")),
        name.prop_map(|name| format!("{name}, AFP")),
        (name, name).prop_map(|(one, other)| format!("{one} and {other} contributed from Paris.")),
        name.prop_map(|name| format!("(Reporting by {name} in Oslo; Editing by Ann Poole)")),
        word.prop_map(|word| format!("PARIS (AP) — The {word} opened.")),
        word.prop_map(|word| format!("- {word} item")),
        word.prop_map(|word| format!("Read more: {word}")),
        (proptest::sample::select(vec!["Headline", "Summary", "Tags", "Byline", "Section", "Desk", "Correction", "Credit"]), word, name)
            .prop_map(|(key, word, name)| format!("{key}: {name} {word}\n  folded {word}x")),
        proptest::sample::select(vec![
            "",
            "",
            "",
            "",
            "Advertisement",
            "Read more:",
            "###",
            "-30-",
            "Share",
            "    ",
            "© 2026 Herald",
            "AFP",
            "第一章。",
            "שלום עולם"
        ])
        .prop_map(str::to_owned),
    ]
}

proptest! {
    #[test]
    fn no_word_of_an_article_is_lost(lines in proptest::collection::vec(line(), 0..24), width in prop_oneof![Just(usize::MAX), 50_usize..80], gap in any::<bool>()) {
        let lines: Vec<String> = lines.iter().map(|line| wrap(line, width)).collect();
        nothing_is_lost(&lines.join(if gap { "\n\n" } else { "\n" }))?;
    }

    #[test]
    fn no_word_of_anything_is_lost(text in "([a-zA-Zé。（）א-ת :;.,()/&'\"—\u{2019}#*0-9\t-]{0,40}\n{0,3}){0,12}") {
        nothing_is_lost(&text)?;
    }

    #[test]
    fn whatever_comes_xml_can_carry_what_goes(text in any::<String>()) {
        let reading = reading(&text);
        let json = serde_json::to_value(&reading.article).unwrap();
        let mut found = HashSet::new();
        kept(&json, &mut found);
        prop_assert!(found.iter().all(|word| word.chars().all(xml_chars::is_kept)));
        prop_assert!(reading.diagnostics.iter().all(|finding| finding.line >= 1 && (finding.line as usize) <= text.split('\n').count()));
    }
}

/// The line broken where the next word would not fit, as mail programs did.
fn wrap(line: &str, width: usize) -> String {
    let mut wrapped = String::new();
    let mut column = 0;
    for word in line.split(' ') {
        if column > 0 && column + 1 + word.len() > width {
            wrapped.push('\n');
            column = 0;
        } else if column > 0 {
            wrapped.push(' ');
            column += 1;
        }
        wrapped.push_str(word);
        column += word.len();
    }
    wrapped
}

/// Repetition must not make the work grow faster than the text.
#[test]
fn much_of_anything_is_read_in_time_and_said_in_few_words() {
    const PIECES: [&str; 24] = [
        "Advertisement\n",
        "By Jane Doe\n",
        "Jane Doe is the Herald’s rail correspondent.\n\n",
        "A walk. (Jane Doe/AFP)\n",
        "- item\n",
        "a\n\n",
        "AFP\n\n",
        ".",
        "(",
        ")",
        ", and ",
        "Tags: a\n",
        "Tags: a\n  b, c, d\n",
        "PARIS — ",
        "The AP contributed to this report.\n",
        "Read more\n\n",
        "x. A ",
        "—",
        "第",
        "\u{200f}\n",
        "Q: a\nA: b\n",
        "a word contributed ",
        "By Jane Doe, ",
        "A. (b/",
    ];
    for piece in PIECES {
        let text = format!("Headline\n\n{}", piece.repeat(150_000 / piece.len()));
        let begun = std::time::Instant::now();
        let reading = reading(&text);
        assert!(begun.elapsed() < std::time::Duration::from_secs(10), "{piece:?} took {:?}", begun.elapsed());
        assert!(reading.diagnostics.len() <= 300, "{piece:?}: {}", reading.diagnostics.len());
    }
}
