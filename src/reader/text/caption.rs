//! Photo captions: text with the picture's credit in brackets at its end.

use super::agencies::is_agency;
use super::names::is_person;
use super::shape::{bare, begins_small, ends_sentence, find_ci, longer_than};
use crate::article::Figure;

const LONGEST: usize = 700;
const LONGEST_CREDIT: usize = 120;

/// What credits say and remarks do not.
const CREDIT_WORDS: [&str; 40] = [
    "photo",
    "photos",
    "photograph",
    "photography",
    "courtesy",
    "screenshot",
    "screen",
    "screengrab",
    "screencap",
    "capture",
    "image",
    "images",
    "illustration",
    "illustrative",
    "credit",
    "handout",
    "wikimedia",
    "wikipedia",
    "commons",
    "flickr",
    "unsplash",
    "pexels",
    "pixabay",
    "youtube",
    "facebook",
    "instagram",
    "telegram",
    "pool",
    "foto",
    "fotos",
    "bild",
    "archive",
    "archives",
    "cc",
    "copyright",
    "file",
    "graphic",
    "video",
    "צילום",
    "تصوير",
];

/// What captions say of their picture.
const CUES: [&str; 17] = [
    "file photo",
    "this photo",
    "this image",
    "this picture",
    "in this",
    "photo:",
    "file:",
    "illustrative",
    "pictured",
    "(left)",
    ", left",
    ", right",
    ", center",
    ", centre",
    "from left",
    "from right",
    "poses for",
];

/// The caption and its credit, if the text ends in brackets that hold one.
pub(super) fn parse(text: &str) -> Option<Figure> {
    let text = bare(text);
    let (bracketed, stop) = text.strip_suffix('.').map_or((text, false), |rest| (rest, true));
    if !bracketed.ends_with([')', '）', ']']) || longer_than(text, LONGEST) {
        return None;
    }
    let opens = opening(bracketed)?;
    let caption = bare(&bracketed[..opens]);
    let close = bracketed.char_indices().next_back()?.0;
    let open = bracketed[opens..].chars().next()?.len_utf8();
    let credit = bare(&bracketed[opens + open..close]);
    if caption.is_empty() || credit.is_empty() || longer_than(credit, LONGEST_CREDIT) || ends_sentence(credit) && !credit.contains('/') {
        return None;
    }
    let fits = match strength(credit)? {
        Strength::Sure => !stop || ends_sentence(caption),
        // A stop after the brackets makes them part of the sentence.
        Strength::Likely => !stop,
        Strength::Maybe => !stop && ends_sentence(caption) && CUES.iter().any(|cue| find_ci(caption, cue).is_some()),
    };
    fits.then(|| Figure { caption: caption.to_owned(), credit: Some(credit.to_owned()) })
}

/// Where the bracket opens that the text's last character closes.
fn opening(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices().rev().take(LONGEST_CREDIT + 10) {
        match c {
            ')' | '）' | ']' => depth += 1,
            '(' | '（' | '[' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// How surely brackets hold a credit.
enum Strength {
    /// "AP Photo/…", "Courtesy", "Jane Doe/AFP".
    Sure,
    /// "AFP", "Jane Doe/Ministry of Defence": a paragraph might end so too.
    Likely,
    /// "Jane Doe": only under what reads as a caption.
    Maybe,
}

fn strength(credit: &str) -> Option<Strength> {
    if credit.starts_with(['©', '@']) || names_a_source(credit) {
        return Some(Strength::Sure);
    }
    if let Some((who, whom)) = credit.rsplit_once('/') {
        if is_agency(whom) || is_agency(who) {
            return Some(Strength::Sure);
        }
        let sides = credit.split('/').all(is_credited);
        return sides.then_some(Strength::Likely);
    }
    let parts: Vec<&str> = credit.split([',', '|', ';', '(', ')']).flat_map(|part| part.split(" via ")).collect();
    if parts.iter().any(|part| is_agency(part)) {
        return Some(if parts.len() > 1 { Strength::Sure } else { Strength::Likely });
    }
    is_person(credit).then_some(Strength::Maybe)
}

/// Whether a credit's first two words or its last are those of a credit ("Screenshot: Channel 13", "Courtesy of the family",
/// "Ministry of Defence Handout"); in small letters only the plainest are.
fn names_a_source(credit: &str) -> bool {
    let mut words = credit.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default();
    if begins_small(credit) {
        return first == "courtesy" || credit.starts_with("photo by ") || credit.starts_with("photo: ");
    }
    let is_known = |word: &str| CREDIT_WORDS.iter().any(|known| known.eq_ignore_ascii_case(word));
    let second = words.next().unwrap_or_default();
    let last = words.next_back().unwrap_or_default();
    credit.split_whitespace().count() <= 14 && [first, second, last].into_iter().any(is_known)
}

/// One side of a slash: a few capitalised words, no number.
fn is_credited(side: &str) -> bool {
    let side = bare(side);
    let mut words = side.split_whitespace();
    let capital = side.chars().next().is_some_and(|c| c.is_alphabetic() && !c.is_lowercase());
    capital && words.by_ref().count() <= 7 && side.chars().count() >= 2 && !side.contains(|c: char| c.is_numeric())
}
