//! Where a story was filed: `PARIS (AP) — `, `JERUSALEM, July 28 (Reuters) - `, `LONDON —`.

use super::agencies::is_agency;
use super::shape::{bare, begins_small, is_upper};

/// Capitals before a dash that are labels, not places.
const LABELS: [&str; 16] = [
    "ADVISORY",
    "ANALYSIS",
    "BREAKING",
    "CORRECTION",
    "DEVELOPING",
    "EDITORIAL",
    "EXCLUSIVE",
    "EXPLAINER",
    "FEATURE",
    "FOCUS",
    "INTERVIEW",
    "OPINION",
    "REVIEW",
    "UPDATE",
    "URGENT",
    "WATCH",
];

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const LONGEST: usize = 110;

/// The dateline and the paragraph without it.
pub(super) fn split(text: &str) -> Option<(&str, &str)> {
    let (lead, rest) = at_dash(text)?;
    let (lead, rest) = (bare(lead), bare(rest));
    if rest.is_empty() || begins_small(rest) || !rest.contains(char::is_whitespace) {
        return None;
    }
    let (places, agency) = without_agency(lead);
    let mut parts = places.split(',').map(bare);
    let first = parts.next()?;
    let is_filed = if is_upper(first, 3) {
        is_place(first, 6) && !is_label(first)
    } else {
        agency.is_some_and(is_agency) && is_place(first, 4) && is_capitalised(first)
    };
    let sound = is_filed
        && parts.all(|part| is_place(part, 4) || is_date(part))
        && agency.is_none_or(|agency| is_agency(agency) || is_upper(agency, 2));
    sound.then_some((lead, rest))
}

/// The text before and after its first dash, if that comes early.
fn at_dash(text: &str) -> Option<(&str, &str)> {
    let mut dashes = text.char_indices().take(LONGEST).filter(|(_, c)| matches!(c, '—' | '–' | '-'));
    dashes.find_map(|(at, dash)| {
        let (before, after) = (&text[..at], &text[at + dash.len_utf8()..]);
        let after = if dash == '-' { after.strip_prefix('-').unwrap_or(after) } else { after };
        let doubled = dash == '-' && text[at..].starts_with("--");
        // A hyphen with no space before it belongs to a name.
        let stands_free = dash == '—' || doubled || (before.ends_with(char::is_whitespace) && after.starts_with(char::is_whitespace));
        stands_free.then_some((before, after))
    })
}

/// `PARIS (AP)` and `LONDON /PRNewswire/` without the agency.
fn without_agency(lead: &str) -> (&str, Option<&str>) {
    for (open, close) in [('(', ')'), ('/', '/')] {
        if let Some(inner) = lead.strip_suffix(close)
            && let Some((place, agency)) = inner.rsplit_once(open)
        {
            return (bare(place), Some(bare(agency)));
        }
    }
    (lead, None)
}

fn is_place(text: &str, most: usize) -> bool {
    let words = text.split_whitespace().count();
    let letters = text.chars().all(|c| c.is_alphabetic() || c.is_whitespace() || matches!(c, '.' | '\'' | '’' | '-' | '/'));
    (1..=most).contains(&words) && letters && !begins_small(text)
}

/// Whether each word has a capital, or is a small word of place names (a script without case has no small words).
fn is_capitalised(text: &str) -> bool {
    const SMALL: [&str; 12] = ["am", "an", "de", "del", "der", "di", "do", "la", "of", "sur", "upon", "y"];
    text.split_whitespace().all(|word| !begins_small(word) || SMALL.contains(&word))
}

fn is_label(text: &str) -> bool {
    text.split_whitespace().any(|word| LABELS.contains(&word))
}

/// `July 28`, `24 November 2026`, `2026`.
fn is_date(text: &str) -> bool {
    text.split_whitespace().count() <= 3
        && text.split_whitespace().all(|word| {
            let word = word.trim_end_matches('.');
            let month = word.get(..3).is_some_and(|short| MONTHS.iter().any(|month| month.eq_ignore_ascii_case(short)));
            month || (word.len() <= 4 && word.bytes().all(|byte| byte.is_ascii_digit()))
        })
}
