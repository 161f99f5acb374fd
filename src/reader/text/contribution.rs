//! Lines that say who contributed.

use super::agencies::is_agency;
use super::names::{Joint, is_signatory, list};
use super::shape::{bare, begins_small, find_ci, has_inner_sentence, longer_than, strip_ci};
use crate::article::Person;

const LONGEST: usize = 400;

/// What somebody contributes to.
const WORKS: [&str; 12] =
    ["report", "article", "story", "piece", "dispatch", "post", "analysis", "feature", "coverage", "account", "reporting", "investigation"];

/// Openings of clauses that name those who helped, and whether those contributed to the text.
const OPENINGS: [(&str, bool); 14] = [
    ("additional reporting by ", true),
    ("additional reporting from ", true),
    ("additional reporting: ", true),
    ("further reporting by ", true),
    ("reporting by ", true),
    ("with additional reporting by ", true),
    ("with reporting by ", true),
    ("with reporting from ", true),
    ("with files from ", true),
    ("with contributions from ", true),
    ("writing by ", true),
    ("compiled by ", false),
    ("edited by ", false),
    ("editing by ", false),
];

/// Words before which an agency's name stands and after which people's names begin.
const KINDS: [&str; 10] = [
    " staff writers ",
    " staff writer ",
    " video journalists ",
    " writers ",
    " writer ",
    " reporters ",
    " reporter ",
    " correspondents ",
    " correspondent ",
    " journalists ",
];

/// Who contributed, if the line says so and says nothing else.
pub(super) fn people(line: &str) -> Option<Vec<Person>> {
    let line = bare(line).trim_matches(['*', '_', '—', '–', '-', '[', ']', '(', ')']);
    let line = bare(line);
    if longer_than(line, LONGEST) {
        return None;
    }
    if let Some(people) = helpers(line) {
        return Some(people);
    }
    let at = line.find(" contributed ")?;
    let (subject, rest) = (&line[..at], bare(&line[at + " contributed ".len()..]));
    if begins_small(subject) || has_inner_sentence(subject) {
        return None;
    }
    let strict = is_contribution(rest.trim_end_matches(['.', ')', '*', ' ']))?;
    let people = named(subject);
    let sound = !people.is_empty() && (!strict || people.iter().all(|person| is_signatory(&person.name)));
    sound.then_some(people)
}

/// `Reporting by NAME in Paris; Editing by NAME`: those of the clauses that contributed. Each clause must open so.
fn helpers(line: &str) -> Option<Vec<Person>> {
    let mut people = Vec::new();
    for clause in line.trim_end_matches('.').split(';').map(bare) {
        let (names, contributed) = OPENINGS.iter().find_map(|(opening, does)| strip_ci(clause, opening).map(|names| (names, *does)))?;
        if begins_small(names) || has_inner_sentence(names) {
            return None;
        }
        if contributed {
            people.extend(named(names));
        }
    }
    Some(people)
}

/// What may follow "contributed", whole; whether it is so loose that the names before it must be names beyond doubt.
fn is_contribution(rest: &str) -> Option<bool> {
    if let Some(place) = strip_ci(rest, "from ") {
        let place = strip_work(place).unwrap_or(place);
        return is_place(place).then_some(true);
    }
    if let Some(after) = strip_ci(rest, "reporting") {
        let after = strip_work(after).unwrap_or(bare(after));
        let place = ["from ", "in "].iter().find_map(|word| strip_ci(after, word));
        return (after.is_empty() || place.is_some_and(is_place)).then_some(true);
    }
    let after = strip_ci(rest, "to this ").or_else(|| strip_ci(rest, "to the "))?;
    let work = WORKS.iter().filter_map(|work| strip_ci(after, work)).min_by_key(|after| after.len())?;
    let place = strip_ci(bare(work), "from ").or_else(|| strip_ci(bare(work), "in "));
    (work.is_empty() || place.is_some_and(is_place)).then(|| strip_ci(rest, "to the ").is_some())
}

/// What stands before " to this report" at the end.
fn strip_work(text: &str) -> Option<&str> {
    let (place, work) = text.split_at(find_ci(text, " to this ")?);
    let work = bare(&work[" to this ".len()..]);
    WORKS.iter().any(|known| known.eq_ignore_ascii_case(work)).then_some(bare(place))
}

fn is_place(text: &str) -> bool {
    let words = text.split_whitespace().count();
    (1..=12).contains(&words) && !begins_small(text) && !has_inner_sentence(text)
}

/// The names of a list, each without its place and without the agency's kind of people before the first.
fn named(subject: &str) -> Vec<Person> {
    let after_kind = KINDS.iter().find_map(|kind| subject.split_once(kind)).map(|(_, names)| names).filter(|names| !begins_small(names));
    let mut people = Vec::new();
    let mut after_place = false;
    for (joint, _, part) in list(after_kind.unwrap_or(subject)) {
        let part = bare(part);
        let name = [" in ", " at ", " from "].iter().find_map(|mark| part.split_once(mark)).map_or(part, |(name, _)| name);
        // "Jane Doe in Paris, France, and …": the country is nobody.
        let is_place = joint == Joint::Comma && after_place && !is_agency(name) && !name.contains(' ');
        after_place = name.len() < part.len() || is_place;
        if !is_place && !name.is_empty() && !begins_small(name) && !longer_than(name, 80) {
            people.push(Person::named(name));
        }
    }
    people
}
