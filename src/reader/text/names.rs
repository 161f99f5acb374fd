//! What reads as the name of a person or a newsroom.

use super::shape::bare;
use crate::article::Person;

/// Small words inside people's names.
const PARTICLES: [&str; 28] = [
    "abu", "al", "ap", "bar", "ben", "bin", "bint", "da", "dal", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el", "ibn",
    "la", "le", "ter", "van", "von", "y", "zu", "zur",
];

/// Small words inside newsrooms' names.
const NEWSROOM_WORDS: [&str; 9] = ["of", "the", "staff", "agencies", "newsroom", "desk", "team", "reporters", "correspondents"];

/// Capitalised words that begin sentences rather than names.
const NO_NAMES: [&str; 24] = [
    "A", "An", "And", "As", "At", "But", "For", "From", "He", "How", "In", "It", "On", "She", "That", "There", "They", "This", "To",
    "What", "When", "Who", "Why", "With",
];

/// Whether this is a person's name: two to five capitalised words (or words of a script without case), with particles between them.
pub(super) fn is_person(text: &str) -> bool {
    named(text, 2, |word| PARTICLES.contains(&word))
        && !text.split_whitespace().next().is_some_and(|first| first == "The" || NO_NAMES.contains(&first))
}

/// Whether this may sign an article: a person, an agency, a newsroom ("Times of Israel staff").
pub(super) fn is_signatory(text: &str) -> bool {
    named(text, 1, |word| PARTICLES.contains(&word) || NEWSROOM_WORDS.contains(&word))
}

fn named(text: &str, least: usize, small: impl Fn(&str) -> bool) -> bool {
    let text = bare(text);
    if text.len() > 120 {
        return false;
    }
    let mut capitalised = 0;
    let mut words = 0;
    for word in text.split_whitespace() {
        words += 1;
        if !word.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '.' | '-' | '‑' | '־' | '״' | '׳')) {
            return false;
        }
        match word.chars().next() {
            Some(first) if first.is_alphabetic() && !first.is_lowercase() => capitalised += 1,
            _ if small(word) => {}
            // "d’Ormesson", "al-Masri"
            _ if word.chars().any(char::is_uppercase) && word.contains(['\'', '’', '-']) => capitalised += 1,
            _ => return false,
        }
    }
    capitalised >= least.min(2) && (least..=7).contains(&words)
}

/// A name with an e-mail address in brackets beside it, where there is one.
pub(super) fn person(text: &str) -> Person {
    let text = bare(text);
    for (open, close) in [('<', '>'), ('(', ')')] {
        if let Some((name, rest)) = text.split_once(open)
            && let Some(address) = rest.strip_suffix(close)
            && is_address(bare(address))
        {
            let name = bare(name).trim_matches('"');
            let address = bare(address);
            return Person { name: if name.is_empty() { address } else { name }.to_owned(), email: Some(address.to_owned()), uri: None };
        }
    }
    Person::named(text)
}

fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.')) && !text.contains(char::is_whitespace)
}

/// Where one name of a list ends and the next begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joint {
    /// A comma or semicolon.
    Comma,
    /// `and`, `&`, and their like.
    And,
}

const JOINTS: [(&str, Joint); 11] = [
    (", and ", Joint::And),
    (" and ", Joint::And),
    (" AND ", Joint::And),
    (" & ", Joint::And),
    (" und ", Joint::And),
    (" et ", Joint::And),
    (" with ", Joint::And),
    (" و ", Joint::And),
    (", ", Joint::Comma),
    ("; ", Joint::Comma),
    ("、", Joint::Comma),
];

/// The parts of a list of names with their places, each with the joint before it (the first with `And`).
pub(super) fn list(text: &str) -> Vec<(Joint, usize, &str)> {
    let mut parts = Vec::new();
    let mut before = Joint::And;
    let mut begins = 0;
    loop {
        let rest = &text[begins..];
        let next = JOINTS
            .iter()
            .filter_map(|(joint, kind)| rest.find(joint).map(|at| (at, std::cmp::Reverse(joint.len()), *kind)))
            .min_by_key(|n| (n.0, n.1));
        let Some((at, std::cmp::Reverse(length), kind)) = next else {
            parts.push((before, begins, rest));
            return parts;
        };
        parts.push((before, begins, &rest[..at]));
        before = kind;
        begins += at + length;
        if parts.len() >= 40 {
            parts.push((before, begins, &text[begins..]));
            return parts;
        }
    }
}
