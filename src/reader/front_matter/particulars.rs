//! What few articles say: an episode's number, a place on the map, where a text came from, where it is discussed.
//!
//! Themes use the same words for things of their own (`source: agency`, `comments: true`, `location: Paris`). A value that does not
//! have the form asked for here is kept as metadata, unless it can only be a slip.

use super::fields::Said;
use super::labels::{one_line, shortened};
use super::people::people;
use super::switches::flag;
use super::value::{Node, Table, Value};
use crate::article::{Discussion, EpisodeKind, Location, Origin, Person, Transcript};
use crate::reader::findings::Findings;

/// How many transcripts and guests of one article are taken.
const MOST: usize = 20;
/// The longest that a recording plays, in seconds: a month.
const LONGEST: u32 = 31 * 24 * 3600;

/// The value of the first of these keys, without regard to case, hyphens and underscores.
fn get<'t, 'a>(table: &'t Table<'a>, names: &[&str]) -> Option<&'t Node<'a>> {
    let same = |key: &str, name: &str| {
        let mut letters = key.bytes().filter(|byte| !matches!(byte, b'-' | b'_')).map(|byte| byte.to_ascii_lowercase());
        name.bytes().all(|byte| letters.next() == Some(byte)) && letters.next().is_none()
    };
    names.iter().find_map(|name| table.iter().find(|(key, _)| same(key, name)).map(|(_, node)| node))
}

fn words(node: &Node<'_>) -> Option<String> {
    node.value.scalar().map(one_line).filter(|text| !text.is_empty())
}

/// An address: absolute on the web, or relative with a path, and no running text.
fn address(text: &str) -> Option<String> {
    let text = text.trim();
    let leads = text.starts_with('#') || text.contains('/') || text.contains('.');
    (leads && !text.contains(char::is_whitespace) && !text.is_empty()).then(|| text.to_owned())
}

fn web(text: &str) -> Option<String> {
    address(text).filter(|text| text.starts_with("https://") || text.starts_with("http://"))
}

/// How long a recording plays, in seconds: a number of them, `1:02:03`, `62:03`, `1h 2m 3s` or ISO 8601's `PT1H2M3S`.
pub(in crate::reader) fn duration(text: &str) -> Option<u32> {
    let text = text.trim();
    let seconds = if text.contains(':') { by_colons(text) } else { by_units(text) }?;
    (1..=LONGEST).contains(&seconds).then_some(seconds)
}

fn by_colons(text: &str) -> Option<u32> {
    let parts: Vec<&str> = text.split(':').collect();
    if !(2..=3).contains(&parts.len()) {
        return None;
    }
    parts.iter().enumerate().try_fold(0_u32, |sum, (at, part)| {
        // Parts of a second are nobody's concern.
        let whole = if at + 1 == parts.len() { part.split('.').next()? } else { part };
        let number = number(whole).filter(|number| at == 0 || *number < 60)?;
        sum.checked_mul(60)?.checked_add(number)
    })
}

fn by_units(text: &str) -> Option<u32> {
    let text = text.to_ascii_lowercase();
    let text = text.strip_prefix("pt").unwrap_or(&text);
    let (mut sum, mut digits, mut last) = (0_u32, String::new(), u32::MAX);
    let mut rest = text.chars().filter(|c| !c.is_whitespace()).peekable();
    while let Some(c) = rest.next() {
        if c.is_ascii_digit() || c == '.' {
            digits.push(c);
            continue;
        }
        let unit = match c {
            'h' => 3600,
            'm' => 60,
            's' => 1,
            _ => return None,
        };
        // The rest of the unit's name: `min`, `sec`, `hours`.
        while rest.next_if(char::is_ascii_alphabetic).is_some() {}
        let many = number(digits.split('.').next()?).filter(|_| unit < last)?;
        sum = sum.checked_add(many.checked_mul(unit)?)?;
        last = unit;
        digits.clear();
    }
    // A number alone is one of seconds.
    let alone = if digits.is_empty() { 0 } else { number(digits.split('.').next()?).filter(|_| last == u32::MAX)? };
    sum.checked_add(alone)
}

fn number(text: &str) -> Option<u32> {
    (!text.is_empty() && text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// A whole number that counts something.
pub(super) fn count(said: Said<'_, '_>) -> Option<u32> {
    number(said.node.value.scalar()?.trim())
}

/// `full`, `trailer` or `bonus`.
pub(super) fn episode_kind(said: Said<'_, '_>) -> Option<EpisodeKind> {
    let text = said.node.value.scalar()?.trim();
    EpisodeKind::WORDS.into_iter().find(|(word, _)| text.eq_ignore_ascii_case(word)).map(|(_, kind)| kind)
}

/// Whether it is unfit for children, in words as podcasts have them too.
pub(super) fn explicit(said: Said<'_, '_>) -> Option<bool> {
    match said.node.value.scalar().unwrap_or_default().trim() {
        word if word.eq_ignore_ascii_case("clean") => Some(false),
        word if word.eq_ignore_ascii_case("explicit") => Some(true),
        _ => flag(&said.node.value),
    }
}

/// Transcripts: an address, a table of `url`, `type` and `language`, or a list of these. What has no type is a page about one.
pub(super) fn transcripts(said: Said<'_, '_>) -> Vec<Transcript> {
    let one = |node: &Node<'_>| {
        let (url, mime, language) = match &node.value {
            Value::Text(text) => (address(text), None, None),
            Value::Table(table) => {
                let text = |names: &[&str]| get(table, names).and_then(words);
                (text(&["url", "src", "href", "file"]).and_then(|url| address(&url)), text(&["type", "mime"]), text(&["language", "lang"]))
            }
            Value::Null | Value::Flag(_) | Value::Number(_) | Value::List(_) => return None,
        };
        let url = url?;
        let mime = mime.filter(|mime| mime.contains('/')).or_else(|| Transcript::type_of(&url).map(str::to_owned))?;
        Some(Transcript { url, mime, language })
    };
    match &said.node.value {
        Value::List(items) => items.iter().take(MOST).filter_map(one).collect(),
        Value::Null | Value::Flag(_) | Value::Number(_) | Value::Text(_) | Value::Table(_) => one(said.node).into_iter().collect(),
    }
}

/// The address of a file of chapters.
pub(super) fn chapters(said: Said<'_, '_>) -> Option<String> {
    match &said.node.value {
        Value::Text(text) => address(text),
        Value::Table(table) => get(table, &["url", "src", "href"]).and_then(words).and_then(|url| address(&url)),
        Value::Null | Value::Flag(_) | Value::Number(_) | Value::List(_) => None,
    }
}

/// Who is heard.
pub(super) fn guests(said: Said<'_, '_>, findings: &mut Findings<'_>) -> Vec<Person> {
    let mut guests = people(said.key, said.node, findings);
    guests.truncate(MOST);
    guests
}

/// A place: `48.85, 2.35`, a list of the two, or a table of `latitude`, `longitude` and `name`.
pub(super) fn location(said: Said<'_, '_>, findings: &mut Findings<'_>) -> Option<Location> {
    let (latitude, longitude, name) = match &said.node.value {
        Value::Text(text) => {
            let text = text.trim().strip_prefix("geo:").unwrap_or(text.trim());
            let (latitude, rest) = text.split(';').next()?.split_once([',', ' '])?;
            (degrees(latitude)?, degrees(rest.split(',').next()?)?, None)
        }
        Value::List(items) => match items.as_slice() {
            [latitude, longitude] => (degrees(latitude.value.scalar()?)?, degrees(longitude.value.scalar()?)?, None),
            _ => return None,
        },
        Value::Table(table) => {
            let side = |names: &[&str]| get(table, names).and_then(|node| degrees(node.value.scalar()?));
            let name = get(table, &["name", "title", "place"]).and_then(words);
            (side(&["latitude", "lat"])?, side(&["longitude", "long", "lon", "lng"])?, name)
        }
        Value::Null | Value::Flag(_) | Value::Number(_) => return None,
    };
    let place = Location::new(latitude, longitude, name);
    if place.is_none() {
        off_the_map(said, findings);
    }
    place
}

/// The same from two keys.
pub(super) fn coordinates(latitude: Said<'_, '_>, longitude: Said<'_, '_>, findings: &mut Findings<'_>) -> Option<Location> {
    let side = |said: Said<'_, '_>| degrees(said.node.value.scalar()?);
    let (north, east) = (side(latitude)?, side(longitude)?);
    let place = Location::new(north, east, None);
    if place.is_none() {
        off_the_map(latitude, findings);
    }
    place
}

fn off_the_map(said: Said<'_, '_>, findings: &mut Findings<'_>) {
    let shown = said.node.value.scalar().map_or_else(|| said.node.value.kind().to_owned(), |text| format!("'{}'", shortened(text)));
    findings.warn(
        said.node.place,
        "not-a-place",
        format!("'{}' is {shown}, which lies nowhere on earth; it was left out", said.key),
        "write latitude, then longitude, in degrees: \"48.85, 2.35\"",
    );
}

fn degrees(text: &str) -> Option<f64> {
    let text = text.trim();
    let plain = text.len() <= 24 && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+'));
    plain.then(|| text.parse().ok()).flatten()
}

/// Where an article came from: the address of a page, or a table of `name`, `url` and `feed`.
pub(super) fn origin(said: Said<'_, '_>) -> Option<Origin> {
    let origin = match &said.node.value {
        Value::Text(text) => Origin { page: web(text), ..Origin::default() },
        Value::Table(table) => {
            let text = |names: &[&str]| get(table, names).and_then(words);
            Origin {
                name: text(&["name", "title", "publisher"]),
                page: text(&["url", "page", "link", "href"]).and_then(|url| web(&url)),
                feed: text(&["feed", "feedurl"]).and_then(|url| web(&url)),
                canonical: text(&["canonical"]).and_then(|url| web(&url)),
            }
        }
        Value::Null | Value::Flag(_) | Value::Number(_) | Value::List(_) => return None,
    };
    origin.leads().then_some(origin)
}

/// The page that search engines shall take for the original.
pub(super) fn canonical(said: Said<'_, '_>) -> Option<String> {
    match &said.node.value {
        Value::Text(text) => web(text),
        Value::Null | Value::Flag(_) | Value::Number(_) | Value::List(_) | Value::Table(_) => None,
    }
}

/// How many comments there are, and where: a number, an address, or a table of `count`, `url` and `feed`.
pub(super) fn discussion(said: Said<'_, '_>) -> Option<Discussion> {
    let discussion = match &said.node.value {
        Value::Number(digits) => Discussion { count: number(digits), ..Discussion::default() },
        Value::Text(text) => Discussion { count: number(text.trim()), page: web(text), ..Discussion::default() },
        Value::Table(table) => {
            let text = |names: &[&str]| get(table, names).and_then(words);
            Discussion {
                count: text(&["count", "number", "total"]).and_then(|text| number(&text)),
                page: text(&["url", "page", "link"]).and_then(|url| address(&url)),
                feed: text(&["feed", "feedurl"]).and_then(|url| address(&url)),
            }
        }
        Value::Null | Value::Flag(_) | Value::List(_) => return None,
    };
    (discussion != Discussion::default()).then_some(discussion)
}

/// The page with the comments.
pub(super) fn comments_page(said: Said<'_, '_>) -> Option<String> {
    said.node.value.scalar().and_then(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_in_many_ways() {
        for (text, seconds) in [
            ("3723", 3723),
            ("1:02:03", 3723),
            ("62:03", 3723),
            ("00:32:10.5", 1930),
            ("PT1H2M3S", 3723),
            ("1h 2m 3s", 3723),
            ("32 min", 1920),
            ("2hours", 7200),
            ("90.7", 90),
        ] {
            assert_eq!(duration(text), Some(seconds), "{text}");
        }
        for text in ["", "about an hour", "0", "1:99", "1:2:3:4", "12x", "3m2h", "-5", "99999999999", "9999h", "5m6", ":", "h", "1h1h"] {
            assert_eq!(duration(text), None, "{text}");
        }
    }
}
