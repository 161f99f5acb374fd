//! What stands at the head of an article's text and is told already: headline, standfirst, byline, dates.

use std::ops::Range;

use super::headline::{plain, same};
use super::marks::Marks;
use super::page::{Element, Page, Region};
use super::structure::{is_block, is_heading};

/// What is known of the article.
pub(super) struct Known<'k> {
    pub(super) headline: &'k str,
    /// The element that shows the headline.
    pub(super) heading: Option<usize>,
    pub(super) standfirst: Option<&'k str>,
    pub(super) names: Vec<&'k str>,
    pub(super) section: Option<&'k str>,
}

/// How many elements are looked at before the text is taken to have begun.
const MOST: usize = 400;
/// How much text a byline or a standfirst has at most, in bytes without white space.
const LONGEST: usize = 600;

/// The parts of a text to leave out, in order; none inside one of `chrome`, which is left out anyway.
pub(super) fn cuts(page: &Page<'_>, body: &Region, chrome: &[Range<usize>], known: &Known<'_>) -> Vec<Range<usize>> {
    let mut cuts = Vec::new();
    let (mut at, mut chrome, mut looked) = (body.elements.start, chrome.iter().peekable(), 0);
    while let Some(element) = page.elements.get(at).filter(|_| at < body.elements.end && looked < MOST) {
        looked += 1;
        while chrome.next_if(|cut| cut.end <= element.outer.start).is_some() {}
        if chrome.peek().is_some_and(|cut| cut.start <= element.outer.start) {
            at = element.after;
            continue;
        }
        match judge(page, at, element, known) {
            Verdict::Told => {
                cuts.push(element.outer.clone());
                at = element.after;
            }
            Verdict::Kept => at = element.after,
            Verdict::Within => at += 1,
            Verdict::Text => break,
        }
    }
    // The heading goes wherever it stands.
    if let Some(heading) = known.heading.filter(|heading| body.elements.contains(heading)).and_then(|heading| page.elements.get(heading))
        && !cuts.iter().any(|cut| cut.start <= heading.outer.start && heading.outer.end <= cut.end)
    {
        cuts.push(heading.outer.clone());
    }
    cuts
}

/// Whether a standfirst is only the beginning of the text, cut off, as systems make it that have no other.
pub(super) fn is_excerpt(page: &Page<'_>, body: &Region, chrome: &[Range<usize>], standfirst: &str) -> bool {
    let cut = ["…", "...", "[…]", "[...]"].into_iter().find_map(|end| standfirst.trim_end().strip_suffix(end));
    let Some(stem) = cut.map(|stem| stem.trim_end_matches(['.', '…', '[', ' '])).filter(|stem| !stem.is_empty()) else { return false };
    plain(&page.words(&body.source, chrome)).contains(&plain(stem))
}

enum Verdict {
    /// It says what the article's fields say.
    Told,
    /// It stays, and the text has not begun with it.
    Kept,
    /// Its parts are to be judged one by one.
    Within,
    /// Here the text begins.
    Text,
}

fn judge(page: &Page<'_>, at: usize, element: &Element<'_>, known: &Known<'_>) -> Verdict {
    if known.heading == Some(at) {
        return Verdict::Told;
    }
    match &*element.name {
        "img" if is_portrait(page, at, element) => return Verdict::Told,
        "figure" | "picture" | "img" | "video" | "audio" | "iframe" | "object" | "amp-img" | "amp-video" | "svg" | "math" | "hr" | "br"
        | "wbr" | "noscript" => {
            return Verdict::Kept;
        }
        "table" | "blockquote" | "pre" | "dl" => return Verdict::Text,
        _ => {}
    }
    let region = page.region(at);
    let holds_medium =
        |inner: &Element<'_>| matches!(&*inner.name, "img" | "picture" | "figure" | "video" | "audio" | "iframe" | "amp-img");
    if element.letters > 0 && element.letters <= LONGEST && page.find(&region, holds_medium).next().is_none() {
        let words = page.words_of(at);
        let is_line =
            !page.find(&region, |inner| is_block(&inner.name)).any(|inner| page.elements.get(inner).is_some_and(|inner| inner.letters > 0));
        if is_heading(&element.name) && same(&words, known.headline) {
            return Verdict::Told;
        }
        if is_line && known.standfirst.is_some_and(|standfirst| same(&words, standfirst)) {
            return Verdict::Told;
        }
        // A kicker.
        if is_line && known.heading.is_some_and(|heading| at < heading) && known.section.is_some_and(|section| same(&words, section)) {
            return Verdict::Told;
        }
        if is_byline(page, element, &region, known) {
            return Verdict::Told;
        }
        if is_line && is_block(&element.name) {
            // Whatever stands before the headline is not yet the text.
            return if known.heading.is_some_and(|heading| at < heading) { Verdict::Kept } else { Verdict::Text };
        }
    }
    if page.find(&region, |inner| is_block(&inner.name) || holds_medium(inner)).next().is_some() {
        Verdict::Within
    } else if element.letters == 0 {
        Verdict::Kept
    } else if is_block(&element.name) {
        Verdict::Text
    } else {
        // A phrase at the head of a block that goes on.
        Verdict::Kept
    }
}

/// A picture beside a byline: of the author, as marked, or as small as such pictures are.
fn is_portrait(page: &Page<'_>, at: usize, element: &Element<'_>) -> bool {
    let side = |name: &str| element.attribute(name).and_then(|value| value.trim().trim_end_matches("px").parse::<u32>().ok());
    element.has_class(&["u-photo", "avatar"])
        || matches!((side("width"), side("height")), (Some(width), Some(height)) if width <= 120 && height <= 120)
        || page.is_inside(at, |outer| outer.has_token("rel", &["author"]) || outer.has_class(&["h-card", "vcard", "p-author"]))
}

/// Whether nothing is left of a text once names, dates and the words around them are taken away.
fn is_byline(page: &Page<'_>, element: &Element<'_>, region: &Region, known: &Known<'_>) -> bool {
    let mut marked = Vec::new();
    let mut inner = region.elements.start;
    while let Some(found) = page.elements.get(inner).filter(|_| inner < region.elements.end) {
        if Marks::is_of_the_byline(found) {
            marked.push(found.outer.clone());
            inner = found.after;
        } else {
            inner += 1;
        }
    }
    let is_marked = Marks::is_of_the_byline(element) && (element.letters <= 80 || element.name == "time");
    if is_marked {
        return true;
    }
    let mut rest = page.words(&element.inner, &marked);
    let mut tells = !marked.is_empty();
    for name in &known.names {
        if !name.is_empty() && rest.contains(name) {
            rest = rest.replace(name, " ");
            tells = true;
        }
    }
    let (mut year, mut month) = (false, false);
    let plain = rest.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).all(|word| {
        let word = word.to_lowercase();
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        let is_hour = word.trim_start_matches(|c: char| c.is_ascii_digit());
        let is_month = MONTHS.iter().any(|known| word.starts_with(known) && word.len() <= known.len() + 6);
        year |= is_number && word.len() == 4;
        month |= is_month;
        is_number
            || is_month
            || AROUND.contains(&word.as_str())
            || (word.len() > is_hour.len() && matches!(is_hour, "am" | "pm" | "h" | "st" | "nd" | "rd" | "th" | "min"))
    });
    plain && (tells || (year && month))
}

/// How the months begin, in English.
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// What stands around a byline's names and dates.
const AROUND: &[&str] = &[
    "by",
    "written",
    "words",
    "text",
    "story",
    "posted",
    "published",
    "updated",
    "last",
    "first",
    "modified",
    "edited",
    "on",
    "in",
    "at",
    "and",
    "the",
    "of",
    "date",
    "author",
    "authors",
    "reading",
    "read",
    "time",
    "min",
    "mins",
    "minute",
    "minutes",
    "am",
    "pm",
    "utc",
    "gmt",
    "est",
    "edt",
    "cet",
    "cest",
    "bst",
    "pst",
    "pdt",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "mon",
    "tue",
    "tues",
    "wed",
    "thu",
    "thurs",
    "fri",
    "sat",
    "sun",
    "von",
    "veröffentlicht",
    "aktualisiert",
    "um",
    "uhr",
    "und",
    "lesezeit",
    "minuten",
    "stand",
    "par",
    "publié",
    "mis",
    "à",
    "jour",
    "le",
    "et",
    "modifié",
    "por",
    "publicado",
    "actualizado",
    "el",
    "y",
    "e",
    "di",
    "pubblicato",
    "aggiornato",
    "il",
    "door",
    "gepubliceerd",
    "bijgewerkt",
    "op",
    "em",
    "av",
    "af",
    "publicerad",
    "atualizado",
];
