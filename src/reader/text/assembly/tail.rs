//! What stands behind an article's last paragraph: page furniture, signatures, contributors.

use super::super::agencies;
use super::super::byline;
use super::super::furniture::Place;
use super::super::shape::{bare, ends_sentence, longer_than, strip_ci};
use super::super::units::{Kind, Unit};

/// What a unit is by standing behind the text's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It does not stand there.
    No,
    /// It stands there and may sign the article.
    Signature,
    /// It is left out.
    Furniture,
}

/// Titles of other articles under "Read more": how many at most, and how long each.
const MOST_TITLES: usize = 12;
const LONGEST_TITLE: usize = 140;

/// What each unit is by its place at the end.
pub(super) fn ends(units: &[Unit<'_>]) -> Vec<End> {
    let mut ends = vec![End::No; units.len()];
    // Short lines that may turn out to be titles under an opener.
    let mut titles: Vec<usize> = Vec::new();
    for (at, unit) in units.iter().enumerate().rev() {
        match &unit.kind {
            Kind::Furniture(Place::Opener) => {
                ends[at] = End::Furniture;
                for title in titles.drain(..) {
                    ends[title] = End::Furniture;
                }
            }
            Kind::Furniture(Place::Anywhere | Place::End) => ends[at] = End::Furniture,
            Kind::EndMark => {}
            _ if titles.is_empty() && may_sign(unit) => ends[at] = End::Signature,
            Kind::Plain | Kind::Items if titles.len() < MOST_TITLES && is_title(unit) => titles.push(at),
            Kind::Plain | Kind::Items | Kind::Caption(_) | Kind::CaptionAgain | Kind::Byline(_) | Kind::Contribution(_) => break,
        }
    }
    ends
}

fn may_sign(unit: &Unit<'_>) -> bool {
    match unit.kind {
        Kind::Contribution(_) | Kind::Byline(_) => true,
        Kind::Plain => {
            agencies::signature(&unit.text).is_some()
                || is_copyright(&unit.text)
                || byline::author_note(&unit.text, Some(&[])).is_some()
                || byline::author_note(&unit.text, None).is_some()
        }
        Kind::Items | Kind::Caption(_) | Kind::CaptionAgain | Kind::Furniture(_) | Kind::EndMark => false,
    }
}

/// Whether a line claims rights in the text.
pub(super) fn is_copyright(text: &str) -> bool {
    let text = bare(text);
    !longer_than(text, 400) && (text.starts_with('©') || ["copyright ", "(c) "].iter().any(|opening| strip_ci(text, opening).is_some()))
}

fn is_title(unit: &Unit<'_>) -> bool {
    unit.is_single() && !longer_than(&unit.text, LONGEST_TITLE) && (!ends_sentence(&unit.text) || unit.text.ends_with(['?', '!']))
}
