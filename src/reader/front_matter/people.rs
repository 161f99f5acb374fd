//! Who wrote it: one string, a list, or tables of name, e-mail and home page.

use super::labels::one_line;
use super::value::{Node, Table, Value};
use crate::article::Person;
use crate::reader::findings::Findings;

/// The people that a key names.
pub(super) fn people(key: &str, node: &Node<'_>, findings: &mut Findings<'_>) -> Vec<Person> {
    let mut people = Vec::new();
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| one(&mut people, key, item, findings)),
        Value::Null | Value::Flag(_) | Value::Number(_) | Value::Text(_) | Value::Table(_) => one(&mut people, key, node, findings),
    }
    people
}

fn one(people: &mut Vec<Person>, key: &str, node: &Node<'_>, findings: &mut Findings<'_>) {
    match &node.value {
        Value::Null => {}
        Value::Text(text) => names(text).into_iter().for_each(|person| add(people, person)),
        Value::Table(table) => match from_table(table) {
            Some(person) => add(people, person),
            None => refuse(key, "a table without a name", node, findings),
        },
        Value::Flag(_) | Value::Number(_) | Value::List(_) => refuse(key, node.value.kind(), node, findings),
    }
}

fn add(people: &mut Vec<Person>, person: Person) {
    if !person.name.is_empty() && !people.iter().any(|known| known.name == person.name) {
        people.push(person);
    }
}

fn refuse(key: &str, what: &str, node: &Node<'_>, findings: &mut Findings<'_>) {
    findings.warn(
        node.place,
        "not-a-person",
        format!("'{key}' holds {what} where a name was expected; it was left out"),
        "write a name, a list of names, or tables of name, email and uri",
    );
}

fn from_table(table: &Table<'_>) -> Option<Person> {
    let get = |names: &[&str]| {
        let named = |(key, _): &&(_, _)| names.iter().any(|name| str::eq_ignore_ascii_case(AsRef::<str>::as_ref(key), name));
        let text = table.iter().find(named).and_then(|(_, node)| node.value.scalar()).map(one_line);
        text.filter(|text| !text.is_empty())
    };
    Some(Person { name: get(&["name"])?, email: get(&["email"]), uri: get(&["uri", "url", "website", "homepage", "link"]) })
}

/// The people in one string: `By A and B`, `A, B and C`, `A <a@example.org>`. Where it is not certain that several are named,
/// the string is one name: better two people in one name than a name in two.
fn names(text: &str) -> Vec<Person> {
    let line = one_line(text);
    let line = line.strip_prefix("By ").or_else(|| line.strip_prefix("by ")).unwrap_or(&line).trim();
    if line.contains(';') {
        return line.split(';').map(person).collect();
    }
    let mut parts = vec![line];
    for separator in [", and ", ", ", " and ", " & "] {
        parts = parts.into_iter().flat_map(|part| part.split(separator)).collect();
    }
    let parts: Vec<&str> = parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect();
    if parts.len() > 1 && parts.iter().all(|part| is_full_name(part)) {
        parts.into_iter().map(person).collect()
    } else {
        vec![person(line)]
    }
}

/// Whether a text is a person's whole name: two to five words with capitals, particles aside, and no word of an organisation.
fn is_full_name(text: &str) -> bool {
    let text = text.split(" <").next().unwrap_or(text);
    let words: Vec<&str> = text.split_whitespace().collect();
    // Of d'Antras, the A counts.
    let own = |word: &str| word.strip_prefix("d'").or_else(|| word.strip_prefix("d’")).unwrap_or(word).chars().find(|c| c.is_alphabetic());
    let capital = |word: &str| own(word).is_some_and(|c| !c.is_lowercase());
    (2..=5).contains(&words.len())
        && words.iter().filter(|word| capital(word)).count() >= 2
        && words.iter().all(|word| capital(word) || PARTICLES.contains(word))
        && !words.iter().any(|word| NOT_NAMES.iter().any(|known| known.eq_ignore_ascii_case(word)))
        && words.last().is_some_and(|word| capital(word))
}

const PARTICLES: [&str; 23] = [
    "de", "del", "della", "der", "den", "des", "di", "da", "das", "do", "dos", "du", "la", "le", "van", "von", "zu", "af", "av", "al",
    "el", "bin", "ter",
];

/// Words that make a name one of a body, a title, or a suffix.
const NOT_NAMES: [&str; 34] = [
    "the",
    "team",
    "group",
    "agency",
    "agencies",
    "staff",
    "desk",
    "news",
    "press",
    "editor",
    "editors",
    "reporter",
    "correspondent",
    "bureau",
    "board",
    "committee",
    "council",
    "department",
    "ministry",
    "office",
    "university",
    "institute",
    "foundation",
    "project",
    "company",
    "partners",
    "sons",
    "inc.",
    "ltd",
    "jr.",
    "jr",
    "sr.",
    "phd",
    "md",
];

/// `A <a@example.org>` and RSS's `a@example.org (A)` give an address too.
fn person(text: &str) -> Person {
    let text = text.trim();
    if let Some((name, rest)) = text.split_once('<')
        && let Some(address) = rest.strip_suffix('>')
        && !name.trim().is_empty()
    {
        let (name, address) = (name.trim().trim_matches('"').to_owned(), address.trim().to_owned());
        return if address.contains('@') {
            Person { name, email: Some(address), uri: None }
        } else if address.starts_with("http") {
            Person { name, email: None, uri: Some(address) }
        } else {
            Person::named(text)
        };
    }
    if let Some((address, rest)) = text.split_once(" (")
        && let Some(name) = rest.strip_suffix(')')
        && address.contains('@')
        && !address.contains(char::is_whitespace)
        && !address.starts_with('@')
    {
        return Person { name: name.trim().to_owned(), email: Some(address.to_owned()), uri: None };
    }
    Person::named(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        names(text).into_iter().map(|person| person.name).collect()
    }

    #[test]
    fn several_people_in_one_string_are_told_apart() {
        assert_eq!(of("Jane Doe and John Roe"), ["Jane Doe", "John Roe"]);
        assert_eq!(of("By Jane Doe, John van der Roe, and Zoë O'Neil"), ["Jane Doe", "John van der Roe", "Zoë O'Neil"]);
        assert_eq!(of("Jane Doe, John Roe"), ["Jane Doe", "John Roe"]);
        assert_eq!(of("Jeanne d'Arc and John Roe"), ["Jeanne d'Arc", "John Roe"]);
        assert_eq!(of("doe; roe"), ["doe", "roe"]);
        assert_eq!(of("張 小明 and 李 大文"), ["張 小明", "李 大文"]);
    }

    #[test]
    fn one_name_stays_one() {
        for name in [
            "Doe, Jane",
            "Jane Doe, Jr.",
            "Jane Doe, Director of Research",
            "The Foreign and Commonwealth Office",
            "Ministry of Health and Welfare",
            "Jane Doe and the Editorial Board",
            "Jane Doe on behalf of the Research Team",
            "Marks & Spencer",
            "parkr",
            "Carol (Nichols || Goulding)",
            "Jane Doe, The Guardian",
        ] {
            assert_eq!(of(name), [name]);
        }
    }

    #[test]
    fn addresses_in_a_string_are_taken_out() {
        let jane = Person { name: "Jane Doe".into(), email: Some("jane@example.org".into()), uri: None };
        assert_eq!(names("Jane Doe <jane@example.org>"), std::slice::from_ref(&jane));
        assert_eq!(names("jane@example.org (Jane Doe)"), std::slice::from_ref(&jane));
        assert_eq!(names("Jane Doe <jane@example.org> and John Roe"), [jane, Person::named("John Roe")]);
    }
}
