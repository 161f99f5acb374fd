//! Keys → an article's fields.

use jiff::tz::TimeZone;
use serde_json::{Map, Value as Json};

use super::dates::Weight;
use super::keys::{Field, Key, Labels, known};
use super::value::{Node, Table, Value};
use super::{dates, labels, people, pictures};
use crate::article::{Article, ArticleId, Link};
use crate::instant::parse_dated;
use crate::reader::findings::Findings;

/// What front matter says of the body rather than of the article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::reader) struct Extras {
    /// Jekyll's mark between excerpt and rest.
    pub(in crate::reader) excerpt_separator: Option<String>,
}

/// Sets every field that the table gives; the others keep what they have.
pub(in crate::reader) fn fill(table: &Table<'_>, zone: &TimeZone, article: &mut Article, findings: &mut Findings<'_>) -> Extras {
    let mut given = Given { fields: [const { None }; Field::COUNT], tags: Vec::new(), metadata: Map::new(), zone };
    given.gather(table, 0, None);
    given.fill(article, findings)
}

/// One field as given: under which key, with which value.
#[derive(Clone, Copy)]
struct Said<'t, 'a> {
    key: &'t str,
    node: &'t Node<'a>,
    rank: u8,
    /// The table it stands in, for what is kept as metadata.
    within: Option<&'t str>,
}

struct Given<'t, 'a> {
    fields: [Option<Said<'t, 'a>>; Field::COUNT],
    tags: Vec<(&'t str, &'t Node<'a>, Labels)>,
    metadata: Map<String, Json>,
    zone: &'t TimeZone,
}

/// What stands in a table of its own counts less than what stands at the top.
const RANK_WITHIN: u8 = 100;

impl<'t, 'a> Given<'t, 'a> {
    fn gather(&mut self, table: &'t Table<'a>, rank: u8, within: Option<&'t str>) {
        for (key, node) in table {
            let said = Said { key, node, rank, within };
            match known(key) {
                Some(Key::Field(field, own)) => self.offer(self.meant(field, node), Said { rank: rank + own, ..said }),
                Some(Key::Tags(how)) => self.tags.push((key, node, how)),
                Some(Key::Within) => match &node.value {
                    Value::Table(inner) if within.is_none() => self.gather(inner, RANK_WITHIN, Some(key)),
                    _ => self.keep(said),
                },
                None => self.keep(said),
            }
        }
    }

    /// Two keys mean two things, by their value: `published: false` (Jekyll) and a date, `update: DATE` and a note.
    fn meant(&self, field: Field, node: &Node<'_>) -> Field {
        match (field, &node.value) {
            (Field::Published, Value::Flag(_)) => Field::IsPublished,
            (Field::Correction, Value::Text(text)) if parse_dated(text, self.zone).is_ok() => Field::Updated,
            _ => field,
        }
    }

    /// Of two names for one field the higher one counts; the other is kept as metadata.
    fn offer(&mut self, field: Field, said: Said<'t, 'a>) {
        if said.node.value == Value::Null {
            return;
        }
        let Some(slot) = self.fields.get_mut(field as usize) else { return };
        let loser = match slot {
            Some(standing) if standing.rank <= said.rank => Some(said),
            _ => slot.replace(said),
        };
        if let Some(loser) = loser {
            self.keep(loser);
        }
    }

    fn keep(&mut self, said: Said<'_, '_>) {
        let value = said.node.value.to_json();
        match said.within {
            None => drop(self.metadata.insert(said.key.to_owned(), value)),
            Some(table) => {
                let inner = self.metadata.entry(table).or_insert_with(|| Json::Object(Map::new()));
                if let Json::Object(inner) = inner {
                    inner.insert(said.key.to_owned(), value);
                }
            }
        }
    }

    fn take(&mut self, field: Field) -> Option<Said<'t, 'a>> {
        self.fields.get_mut(field as usize)?.take()
    }

    fn text(&mut self, field: Field, findings: &mut Findings<'_>) -> Option<String> {
        let said = self.take(field)?;
        labels::text(said.key, said.node, findings)
    }

    fn fill(mut self, article: &mut Article, findings: &mut Findings<'_>) -> Extras {
        self.words(article, findings);
        self.names(article, findings);
        self.times(article, findings);
        self.switches(article, findings);
        self.addresses(article, findings);
        self.media(article, findings);
        for (key, node, how) in std::mem::take(&mut self.tags) {
            labels::add(&mut article.tags, key, node, how, findings);
        }
        let excerpt_separator = self.text(Field::ExcerptSeparator, findings);
        article.metadata.append(&mut self.metadata);
        Extras { excerpt_separator }
    }

    fn words(&mut self, article: &mut Article, findings: &mut Findings<'_>) {
        if let Some(headline) = self.text(Field::Headline, findings) {
            article.headline = headline;
        }
        set(&mut article.standfirst, self.text(Field::Standfirst, findings));
        set(&mut article.dateline, self.text(Field::Dateline, findings));
        set(&mut article.section, self.text(Field::Section, findings));
        set(&mut article.correction, self.text(Field::Correction, findings));
        if let Some(said) = self.take(Field::Credits) {
            match &said.node.value {
                Value::List(items) => {
                    article.credits.extend(items.iter().filter_map(|item| labels::text(said.key, item, findings)));
                }
                _ => article.credits.extend(labels::text(said.key, said.node, findings)),
            }
        }
        if let Some(said) = self.take(Field::Language) {
            set(&mut article.language, language(said, findings));
        }
    }

    fn names(&mut self, article: &mut Article, findings: &mut Findings<'_>) {
        if let Some(said) = self.take(Field::Authors) {
            article.authors = people::people(said.key, said.node, findings);
        }
        if let Some(said) = self.take(Field::Contributors) {
            article.contributors = people::people(said.key, said.node, findings);
        }
    }

    fn times(&mut self, article: &mut Article, findings: &mut Findings<'_>) {
        let mut date = |field, weight, slot: &mut Option<_>| {
            if let Some(said) = self.take(field) {
                set(slot, dates::date(said.key, said.node, weight, self.zone, findings));
            }
        };
        date(Field::Published, Weight::Day, &mut article.published);
        date(Field::Updated, Weight::Day, &mut article.updated);
        date(Field::Embargo, Weight::Hour, &mut article.embargo);
        date(Field::Expires, Weight::Hour, &mut article.expires);
    }

    fn switches(&mut self, article: &mut Article, findings: &mut Findings<'_>) {
        if let Some(said) = self.take(Field::Draft) {
            match flag(&said.node.value) {
                Some(draft) => article.draft = draft,
                // Publishing what was meant to stay a draft cannot be taken back.
                None => not_a_flag(said, findings, true),
            }
        }
        if let Some(said) = self.take(Field::IsPublished) {
            article.draft |= said.node.value == Value::Flag(false);
        }
        let mut switch = |field, findings: &mut Findings<'_>| {
            let said = self.take(field)?;
            let flag = flag(&said.node.value);
            if flag.is_none() {
                not_a_flag(said, findings, false);
            }
            flag
        };
        article.breaking |= switch(Field::Breaking, findings).unwrap_or_default();
        article.minor |= switch(Field::Minor, findings).unwrap_or_default();
        set(&mut article.announce, switch(Field::Announce, findings));
        if let Some(said) = self.take(Field::Priority) {
            article.breaking |= is_urgent(said, findings);
        }
        if let Some(said) = self.take(Field::Urgency) {
            article.breaking |= is_urgent(said, findings);
        }
        if let Some(said) = self.take(Field::Hold) {
            set(&mut article.hold, reason(said, findings));
        }
        if let Some(said) = self.take(Field::Withdrawn) {
            set(&mut article.withdrawn, reason(said, findings));
        }
    }

    fn addresses(&mut self, article: &mut Article, findings: &mut Findings<'_>) {
        if let Some(said) = self.take(Field::Id) {
            let text = said.node.value.scalar().unwrap_or_default();
            match ArticleId::parse(text) {
                Ok(id) => article.id = Some(id),
                Err(error) => findings.fail(
                    said.node.place,
                    "invalid-id",
                    format!("'{}' {}", said.key, error.why),
                    "write an identifier that never changes, such as tag:example.org,2026:paris, or remove the key",
                ),
            }
        }
        if let Some(said) = self.take(Field::Link) {
            match link(said) {
                Ok(link) => set(&mut article.link, link),
                Err(why) => {
                    findings.warn(
                        said.node.place,
                        "invalid-link",
                        format!("'{}' {why}; the site's permalink pattern is used instead", said.key),
                        "write an http or https URL, or a path under the site's URL",
                    );
                    self.keep(said);
                }
            }
        }
        set(&mut article.slug, self.text(Field::Slug, findings));
    }

    fn media(&mut self, article: &mut Article, findings: &mut Findings<'_>) {
        if let Some(said) = self.take(Field::Image) {
            article.media = pictures::pictures(said.key, said.node, findings);
        }
        let (alt, caption, credit) =
            (self.text(Field::ImageAlt, findings), self.text(Field::ImageCaption, findings), self.text(Field::ImageCredit, findings));
        if let Some(lead) = article.media.first_mut() {
            set(&mut lead.alt, alt);
            set(&mut lead.caption, caption);
            set(&mut lead.credit, credit);
        }
    }
}

fn set<T>(slot: &mut Option<T>, value: Option<T>) {
    if value.is_some() {
        *slot = value;
    }
}

/// `true` and its relatives, as YAML 1.1 and people write them.
fn flag(value: &Value<'_>) -> Option<bool> {
    match value {
        Value::Flag(flag) => Some(*flag),
        Value::Text(text) | Value::Number(text) => {
            let is = |known: &[&str]| known.iter().any(|word| text.trim().eq_ignore_ascii_case(word));
            if is(&["true", "yes", "on", "y", "1"]) { Some(true) } else { is(&["false", "no", "off", "n", "0", ""]).then_some(false) }
        }
        Value::Null | Value::List(_) | Value::Table(_) => None,
    }
}

fn not_a_flag(said: Said<'_, '_>, findings: &mut Findings<'_>, heavy: bool) {
    let shown = said.node.value.scalar().map_or_else(|| said.node.value.kind().to_owned(), |text| format!("'{}'", labels::shortened(text)));
    let message = format!("'{}' is {shown} where true or false was expected", said.key);
    let (place, rule, remedy) = (said.node.place, "not-a-switch", format!("write '{}: true' or '{}: false'", said.key, said.key));
    if heavy { findings.fail(place, rule, message, remedy) } else { findings.warn(place, rule, message + "; it was left out", remedy) }
}

/// A reason, or just the fact; a false one is none.
fn reason(said: Said<'_, '_>, findings: &mut Findings<'_>) -> Option<String> {
    match flag(&said.node.value) {
        Some(false) => None,
        Some(true) => Some(String::new()),
        // Even a reason that cannot be read is one: what was to be withheld must not go out.
        None => Some(labels::text(said.key, said.node, findings).unwrap_or_default()),
    }
}

/// IPTC's urgency 1 and 2, and the words for it.
fn is_urgent(said: Said<'_, '_>, findings: &mut Findings<'_>) -> bool {
    let text = said.node.value.scalar().unwrap_or_default().trim().to_ascii_lowercase();
    match text.as_str() {
        "1" | "2" | "breaking" | "urgent" | "flash" | "bulletin" | "alert" => true,
        // Sitemaps have a priority between 0.0 and 1.0.
        "high" | "normal" | "medium" | "regular" | "routine" | "low" | "deferred" | "" => false,
        number if number.parse::<f64>().is_ok() => false,
        other => {
            findings.warn(
                said.node.place,
                "unknown-priority",
                format!("'{}' is '{}', which is no known priority; the article is not breaking", said.key, labels::shortened(other)),
                "write breaking, urgent, normal, or an IPTC urgency from 1 to 9",
            );
            false
        }
    }
}

/// A language tag in the form of BCP 47, `en_GB` brought to `en-GB`.
fn language(said: Said<'_, '_>, findings: &mut Findings<'_>) -> Option<String> {
    // POSIX locales name a character set after a dot.
    let text = said.node.value.scalar()?.trim().split('.').next()?.replace('_', "-");
    let mut parts = text.split('-');
    let primary = parts.next().unwrap_or_default();
    let letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let rest = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if (2..=3).contains(&primary.len()) && letters(primary) && parts.all(rest) {
        return Some(text);
    }
    if !text.is_empty() {
        findings.warn(
            said.node.place,
            "not-a-language",
            format!("'{}' is '{}', which is no language tag; the site's language is used", said.key, labels::shortened(&text)),
            "write a BCP 47 tag such as en, en-GB or pt-BR",
        );
    }
    None
}

/// An absolute URL or a path; nothing where a generator's switch stands there (`permalink: false`).
fn link(said: Said<'_, '_>) -> Result<Option<String>, &'static str> {
    let Some(text) = said.node.value.scalar().map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    if matches!(said.node.value, Value::Flag(_)) {
        return Ok(None);
    }
    if text.contains("/:") || text.starts_with(':') || text.contains("{{") || matches!(text, "pretty" | "date" | "ordinal" | "none") {
        return Err("is a generator's pattern, not an address");
    }
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err("contains white space");
    }
    let scheme = text.split_once(':').map(|(scheme, _)| scheme);
    let absolute =
        scheme.is_some_and(|scheme| !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b)));
    if absolute {
        return match Link::parse(text) {
            Ok(_) => Ok(Some(text.to_owned())),
            Err(error) => Err(error.why),
        };
    }
    if text.starts_with("//") || text.split('/').any(|part| part == "..") {
        return Err("leads outside the site");
    }
    Ok(Some(text.to_owned()))
}
