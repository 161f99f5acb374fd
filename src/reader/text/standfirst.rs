//! Whether the paragraph under the headline is a standfirst.

use super::dateline;
use super::shape::{bare, ends_sentence, has_inner_sentence, is_closed, is_upper, longer_than, words};
use super::units::{Kind, Unit};

const LONGEST: usize = 300;
const LONGEST_SENTENCE: usize = 250;
const FEWEST_WORDS: usize = 4;

/// Whether `unit`, the first text under the headline, stands before `rest` as a standfirst: one fragment or sentence, not long,
/// followed by the text itself. A whole sentence may as well be the first paragraph, so something must part it from the text: a
/// byline, a note on the author, a dateline.
pub(super) fn is_standfirst(unit: &Unit<'_>, rest: &[Unit<'_>], is_byline: impl Fn(&Unit<'_>) -> bool) -> bool {
    let text = bare(&unit.text);
    let is_candidate = unit.kind == Kind::Plain && unit.is_single() && words(text) >= FEWEST_WORDS && !longer_than(text, LONGEST);
    // In brackets stand the desk's remarks ("(Adds shares, comment)").
    let is_remark = text.starts_with('(') && text.ends_with(')');
    if !is_candidate || is_remark || dateline::split(text).is_some() || has_inner_sentence(text) || is_upper(text, 1) && text.ends_with(':')
    {
        return false;
    }
    let Some(body) = rest.iter().find(|unit| matches!(unit.kind, Kind::Plain | Kind::Items) && !is_byline(unit)) else {
        return false;
    };
    if ends_sentence(text) {
        let parted = rest.iter().take_while(|unit| !std::ptr::eq(*unit, body)).any(is_byline) || dateline::split(&body.text).is_some();
        return parted && !longer_than(text, LONGEST_SENTENCE);
    }
    // A fragment: what follows must read as running text, not as another line of the same list.
    !is_closed(text) && (is_closed(&body.text) || longer_than(&body.text, LONGEST))
}
