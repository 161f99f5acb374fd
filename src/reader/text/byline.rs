//! Who wrote it: bylines, and the note on the author that pages put beside them.

use super::agencies::is_agency;
use super::names::{Joint, is_person, is_signatory, list, person};
use super::shape::{bare, ends_sentence, longer_than, strip_ci};
use crate::article::Person;

/// What a byline or an author note says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::reader) struct Byline {
    /// Who wrote.
    pub(in crate::reader) authors: Vec<Person>,
    /// What else it says of them: a role, a place, a date.
    pub(in crate::reader) note: Option<String>,
    /// The agency for which they write.
    pub(in crate::reader) credit: Option<String>,
}

/// What a byline opens with, in the languages that wires commonly write.
const OPENERS: [&str; 17] = [
    "by ",
    "written by ",
    "words by ",
    "text by ",
    "story by ",
    "reported by ",
    "by: ",
    "author: ",
    "authors: ",
    "von ",
    "par ",
    "por ",
    "door ",
    "di ",
    "מאת ",
    "מאת: ",
    "بقلم ",
];

/// Words for what people do at a paper.
const ROLES: [&str; 25] = [
    "analyst",
    "author",
    "blogger",
    "chief",
    "columnist",
    "contributor",
    "correspondent",
    "critic",
    "director",
    "editor",
    "essayist",
    "fellow",
    "freelance",
    "freelancer",
    "historian",
    "intern",
    "journalist",
    "lecturer",
    "photographer",
    "producer",
    "professor",
    "reporter",
    "researcher",
    "staff",
    "writer",
];

/// Those that only a paper's own people have, so that they tell even at an article's end.
const STAFF_ROLES: [&str; 7] = ["columnist", "contributor", "correspondent", "freelance", "freelancer", "reporter", "staff"];

/// Those that tell at an article's end too where they are some paper's ("the Courier's culture editor").
const PRESS_ROLES: [&str; 5] = ["critic", "editor", "journalist", "photographer", "writer"];

const LONGEST: usize = 160;

/// Whether a line opens as a byline and goes on as one.
pub(super) fn opened(line: &str) -> Option<Byline> {
    let line = bare(line).trim_matches(['*', '_']);
    if line.len() > LONGEST * 4 || longer_than(line, LONGEST) {
        return None;
    }
    let rest = OPENERS.iter().find_map(|opener| strip_ci(line, opener))?;
    signed(bare(rest))
}

/// A line without the byline's opener that it may have.
pub(in crate::reader) fn without_opener(line: &str) -> &str {
    let line = bare(line);
    OPENERS.iter().find_map(|opener| strip_ci(line, opener)).map_or(line, bare)
}

/// What follows a byline's opener, if it is names and then whatever belongs to them.
pub(super) fn signed(text: &str) -> Option<Byline> {
    let text = if ends_sentence(text) { without_stop(text)? } else { text };
    // After these, no more names come.
    let parted =
        [" | ", " • ", " · ", " — ", " – ", " - ", " // ", "/"].iter().filter_map(|mark| text.find(mark).map(|at| (at, mark.len()))).min();
    let (names, after) = parted.map_or((text, ""), |(at, length)| (&text[..at], &text[at + length..]));
    let mut byline = Byline::default();
    let parts = list(names);
    for (index, &(joint, begins, part)) in parts.iter().enumerate() {
        let more_to_come = parts[index + 1..].iter().any(|(joint, ..)| *joint == Joint::And);
        let is_listed = joint == Joint::And || more_to_come;
        if index > 0 && joint == Joint::Comma && is_agency(part) && !byline.authors.is_empty() {
            byline.credit = Some(bare(part).to_owned());
            continue;
        }
        let (name, place) = parted_from_place(part);
        let person = person(name);
        if !is_listed || !is_signatory(&person.name) || is_role(&person.name) {
            byline.authors.first()?;
            byline.add_note(&names[begins..]);
            break;
        }
        byline.authors.push(person);
        byline.add_note(place);
    }
    if is_agency(after) {
        byline.credit = Some(bare(after).to_owned());
    } else {
        byline.add_note(after);
    }
    (!byline.authors.is_empty()).then_some(byline)
}

/// `Jane Doe, Reuters` and `Jane Doe/AFP`, with no opener: only with an agency that is known.
pub(super) fn with_agency(line: &str) -> Option<Byline> {
    let line = bare(line);
    if longer_than(line, 80) {
        return None;
    }
    let (name, agency) = [", ", " | ", "/", " (", " – ", " — ", " - "].iter().find_map(|mark| line.split_once(mark))?;
    let agency = agency.strip_suffix(')').unwrap_or(agency);
    if !is_agency(agency) {
        return None;
    }
    let names = list(name);
    let people = names.iter().all(|(_, _, name)| is_person(name));
    people.then(|| Byline {
        authors: names.iter().map(|(_, _, name)| Person::named(bare(name))).collect(),
        note: None,
        credit: Some(bare(agency).to_owned()),
    })
}

/// `NAME is PAPER's military correspondent.`: the author and the note. At an article's end, where it may as well be a paragraph
/// about somebody, it must be about one of `authors`, or name a role that only a paper's own people have.
pub(super) fn author_note(text: &str, at_the_end: Option<&[Person]>) -> Option<Byline> {
    let text = bare(text);
    if longer_than(text, 400) || !ends_sentence(text) {
        return None;
    }
    let (subject, rest) = text.split_once(" is ").or_else(|| text.split_once(" are "))?;
    let rest = bare(rest);
    let names = list(subject);
    if !names.iter().all(|(_, _, name)| is_person(name)) {
        return None;
    }
    // Only the first sentence tells what somebody is.
    let first = rest.split_once(". ").map_or(rest, |(first, _)| first);
    let is_of_paper = first.contains("'s ") || first.contains("’s ");
    let introduces = is_of_paper || ["a ", "an ", "the "].iter().any(|article| strip_ci(first, article).is_some());
    let has_standing = match at_the_end {
        None => has_role(first, &ROLES),
        Some([]) => has_role(first, &STAFF_ROLES) || (is_of_paper && has_role(first, &PRESS_ROLES)),
        Some(authors) => {
            let known = |name: &str| authors.iter().any(|author| author.name.eq_ignore_ascii_case(bare(name)));
            names.iter().any(|(_, _, name)| known(name)) && has_role(first, &ROLES)
        }
    };
    if !introduces || !has_standing {
        return None;
    }
    let authors = names.iter().map(|(_, _, name)| Person::named(bare(name))).collect();
    Some(Byline { authors, note: Some(text.to_owned()), credit: None })
}

impl Byline {
    fn add_note(&mut self, note: &str) {
        let note = bare(note).trim_matches(',').trim();
        if note.is_empty() {
            return;
        }
        match &mut self.note {
            Some(before) => {
                before.push_str(", ");
                before.push_str(note);
            }
            None => self.note = Some(note.to_owned()),
        }
    }
}

/// Whether the text names somebody's role; "staff" alone is a newsroom's way to sign.
pub(super) fn is_role(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    !is_agency(text) && words.any(|word| !word.eq_ignore_ascii_case("staff") && ROLES.iter().any(|role| word.eq_ignore_ascii_case(role)))
}

fn has_role(text: &str, roles: &[&str]) -> bool {
    text.split(|c: char| !c.is_alphanumeric()).any(|word| roles.iter().any(|role| word.eq_ignore_ascii_case(role)))
}

/// A name, and "in Paris" after it, where it is there.
fn parted_from_place(part: &str) -> (&str, &str) {
    for mark in [" in ", " at ", " for ", " from "] {
        if let Some(at) = part.find(mark)
            && is_signatory(&part[..at])
        {
            return part.split_at(at);
        }
    }
    (part, "")
}

/// The text without a final full stop that is not an initial's or an abbreviation's; `None` where it ends in another way.
fn without_stop(text: &str) -> Option<&str> {
    let rest = text.strip_suffix('.')?;
    Some(if rest.ends_with(char::is_lowercase) { rest } else { text })
}
