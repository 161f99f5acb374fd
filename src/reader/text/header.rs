//! The optional header block at the top, in the manner of RFC 822: `Date:`, `Byline:`, `Tags:` …

use std::borrow::Cow;

use super::byline;
use super::shape::bare;
use crate::instant::parse_dated;

mod apply;

pub(super) use apply::apply;

/// A field that newswire knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Announce,
    Author,
    Breaking,
    Contributor,
    Correction,
    Credit,
    Date,
    Dateline,
    Draft,
    Embargo,
    Expires,
    Headline,
    Hold,
    Id,
    Image,
    Language,
    Link,
    Minor,
    Priority,
    Section,
    Slug,
    Summary,
    Tags,
    Updated,
    Withdrawn,
}

/// The fields' names, in small letters.
const KEYS: [(&str, Key); 47] = [
    ("announce", Key::Announce),
    ("author", Key::Author),
    ("authors", Key::Author),
    ("by", Key::Author),
    ("byline", Key::Author),
    ("breaking", Key::Breaking),
    ("contributor", Key::Contributor),
    ("contributors", Key::Contributor),
    ("correction", Key::Correction),
    ("credit", Key::Credit),
    ("date", Key::Date),
    ("published", Key::Date),
    ("pubdate", Key::Date),
    ("dateline", Key::Dateline),
    ("draft", Key::Draft),
    ("embargo", Key::Embargo),
    ("embargoed until", Key::Embargo),
    ("expires", Key::Expires),
    ("headline", Key::Headline),
    ("title", Key::Headline),
    ("subject", Key::Headline),
    ("hold", Key::Hold),
    ("id", Key::Id),
    ("guid", Key::Id),
    ("image", Key::Image),
    ("cover", Key::Image),
    ("language", Key::Language),
    ("lang", Key::Language),
    ("link", Key::Link),
    ("url", Key::Link),
    ("permalink", Key::Link),
    ("minor", Key::Minor),
    ("priority", Key::Priority),
    ("urgency", Key::Priority),
    ("section", Key::Section),
    ("category", Key::Section),
    ("slug", Key::Slug),
    ("summary", Key::Summary),
    ("standfirst", Key::Summary),
    ("description", Key::Summary),
    ("abstract", Key::Summary),
    ("tags", Key::Tags),
    ("keywords", Key::Tags),
    ("updated", Key::Updated),
    ("modified", Key::Updated),
    ("lastmod", Key::Updated),
    ("withdrawn", Key::Withdrawn),
];

/// One field as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field<'a> {
    /// The file's line on which it begins.
    pub(super) line: u32,
    /// The file's line on which it ends.
    pub(super) last: u32,
    /// Where the value begins on it, in characters from 1.
    pub(super) column: u32,
    /// The name as typed.
    pub(super) name: &'a str,
    /// Which field it is, if it is known.
    pub(super) key: Option<Key>,
    /// The value, folded lines joined.
    pub(super) value: Cow<'a, str>,
}

/// A text parted into header block and the rest.
#[derive(Debug)]
pub(super) struct Split<'a> {
    /// The header's fields; none where there is no block.
    pub(super) fields: Vec<Field<'a>>,
    /// What follows.
    pub(super) rest: &'a str,
    /// The file's line on which that begins.
    pub(super) line: u32,
}

/// More fields than this are no header.
const MOST: usize = 100;

/// Takes the header block off, if the text begins with one: a single field must be one that no headline looks like.
pub(super) fn split<'a>(text: &'a str, zone: &jiff::tz::TimeZone) -> Split<'a> {
    let none = Split { fields: Vec::new(), rest: text, line: 1 };
    let mut fields: Vec<Field<'a>> = Vec::new();
    // Everything up to and with the last known field; what is unknown after it is not the header's.
    let mut sure = (0, text, 1);
    let mut number = 1;
    let mut rest = text;
    while !rest.is_empty() && fields.len() <= MOST {
        let (raw, after) = rest.split_once('\n').unwrap_or((rest, ""));
        if bare(raw).is_empty() {
            if !fields.is_empty() {
                break;
            }
        } else if let Some(field) = field(raw, number) {
            if field.key.is_none() && fields.is_empty() {
                return none;
            }
            let is_known = field.key.is_some();
            fields.push(field);
            if is_known {
                sure = (fields.len(), after, number + 1);
            }
        } else if raw.starts_with([' ', '\t'])
            && let Some(field) = fields.last_mut()
        {
            let value = field.value.to_mut();
            if !value.is_empty() {
                value.push(' ');
            }
            value.push_str(bare(raw));
            field.last = number;
            if sure.0 == fields.len() {
                sure = (fields.len(), after, number + 1);
            }
        } else {
            break;
        }
        rest = after;
        number += 1;
    }
    let (count, rest, line) = sure;
    fields.truncate(count);
    let known = fields.iter().filter(|field| field.key.is_some()).count();
    let is_header = match fields.as_slice() {
        [] => false,
        [only] => is_beyond_doubt(only, zone),
        [..] => known >= 2,
    };
    if is_header { Split { fields, rest, line } } else { none }
}

fn field(raw: &str, line: u32) -> Option<Field<'_>> {
    let (name, value) = raw.split_once(':')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ' ');
    let first = name.chars().next()?;
    if name.len() > 30 || !first.is_ascii_alphabetic() || !name.chars().all(plain) || !(value.is_empty() || value.starts_with([' ', '\t']))
    {
        return None;
    }
    let name_only = name.trim_end();
    let key = KEYS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name_only)).map(|(_, key)| *key);
    // Unknown fields have one word, so that a sentence with a colon is none.
    if key.is_none() && name_only.contains(' ') {
        return None;
    }
    let blank = value.chars().take_while(|c| c.is_whitespace()).count();
    let column = u32::try_from(name.chars().count() + 1 + blank + 1).unwrap_or(u32::MAX);
    Some(Field { line, last: line, column, name: name_only, key, value: Cow::Borrowed(bare(value)) })
}

/// Whether a lone field is a header all the same: `Breaking: Parliament falls` is a headline.
fn is_beyond_doubt(field: &Field<'_>, zone: &jiff::tz::TimeZone) -> bool {
    let value = field.value.as_ref();
    if value.is_empty() {
        return false;
    }
    match field.key {
        None | Some(Key::Correction | Key::Credit | Key::Hold | Key::Withdrawn | Key::Dateline) => false,
        Some(Key::Announce | Key::Breaking | Key::Draft | Key::Minor) => flag(value).is_some(),
        Some(Key::Date | Key::Embargo | Key::Expires | Key::Updated) => parse_dated(value, zone).is_ok(),
        Some(Key::Author) => byline::signed(value).is_some(),
        Some(Key::Id | Key::Image | Key::Language | Key::Link | Key::Priority | Key::Slug) => !value.contains(char::is_whitespace),
        Some(Key::Contributor | Key::Headline | Key::Section | Key::Summary | Key::Tags) => true,
    }
}

/// Yes or no, as people write it.
pub(super) fn flag(value: &str) -> Option<bool> {
    const WORDS: [(&str, bool); 8] =
        [("yes", true), ("true", true), ("on", true), ("1", true), ("no", false), ("false", false), ("off", false), ("0", false)];
    WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(value)).map(|(_, flag)| *flag)
}

#[cfg(test)]
mod tests;
