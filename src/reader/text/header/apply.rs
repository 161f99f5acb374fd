//! The header's fields → the article's.

use serde_json::Value;

use super::{Field, Key, flag};
use crate::article::{Article, ArticleId, Media, Person};
use crate::diagnostic::{Diagnostic, Severity};
use crate::instant::{Dated, parse_dated};
use crate::reader::Context;
use crate::reader::text::byline;
use crate::reader::text::names::{self, Joint};
use crate::reader::text::shape::bare;

/// More tags than this are left out.
const MOST_TAGS: usize = 100;

/// Puts the fields into `article` and says of those that cannot be used why. A diagnostic of error weight means that the article
/// must not be published so.
pub(crate) fn apply(fields: &[Field<'_>], article: &mut Article, context: Context<'_>) -> Vec<Diagnostic> {
    let mut filler = Filler { article, context, diagnostics: Vec::new(), seen: Vec::new() };
    for field in fields {
        filler.fill(field);
    }
    filler.diagnostics
}

struct Filler<'a, 'c> {
    article: &'a mut Article,
    context: Context<'c>,
    diagnostics: Vec<Diagnostic>,
    seen: Vec<Key>,
}

impl Filler<'_, '_> {
    fn fill(&mut self, field: &Field<'_>) {
        let Some(key) = field.key else {
            self.article.metadata.entry(field.name).or_insert_with(|| Value::String(field.value.to_string()));
            return;
        };
        let adds = matches!(key, Key::Author | Key::Contributor | Key::Credit | Key::Image | Key::Tags);
        if self.seen.contains(&key) && !adds {
            let message = format!("'{}' is given twice; the first stays", field.name);
            for line in field.line..=field.last {
                self.say(&Field { line, ..field.clone() }, Severity::Warning, "header-twice", message.clone(), "keep one of them");
            }
            return;
        }
        self.seen.push(key);
        let value = field.value.as_ref();
        // An empty field says nothing, but for those that hold an article back.
        if value.is_empty() && !matches!(key, Key::Hold | Key::Withdrawn) {
            return;
        }
        let text = || Some(value.to_owned());
        match key {
            Key::Headline => value.clone_into(&mut self.article.headline),
            Key::Summary => self.article.standfirst = text(),
            Key::Dateline => self.article.dateline = text(),
            Key::Credit => self.article.credits.push(value.to_owned()),
            Key::Section => self.article.section = text(),
            Key::Slug => self.article.slug = text(),
            Key::Link => self.article.link = text(),
            Key::Correction => self.article.correction = text(),
            Key::Hold => self.article.hold = reason(value),
            Key::Withdrawn => self.article.withdrawn = reason(value),
            Key::Image => self.article.media.push(Media { url: value.to_owned(), ..Media::default() }),
            Key::Author => self.author(value),
            Key::Contributor => self.article.contributors.extend(people(value)),
            Key::Tags => self.tags(field),
            Key::Language => self.language(field),
            Key::Id => match ArticleId::parse(value) {
                Ok(id) => self.article.id = Some(id),
                Err(error) => self.say(field, Severity::Error, "header-id", error.to_string(), "give an id without white space, or none"),
            },
            Key::Priority => self.priority(field),
            Key::Breaking => self.article.breaking |= self.flag(field).unwrap_or_default(),
            Key::Draft => self.article.draft = self.flag(field).unwrap_or_default(),
            Key::Minor => self.article.minor = self.flag(field).unwrap_or_default(),
            Key::Announce => self.article.announce = self.flag(field),
            Key::Date => self.article.published = self.date(field),
            Key::Updated => self.article.updated = self.date(field),
            Key::Embargo => self.article.embargo = self.date(field),
            Key::Expires => self.article.expires = self.date(field),
        }
    }

    fn author(&mut self, value: &str) {
        let value = super::super::shape::strip_ci(value, "by ").map_or(value, bare);
        let Some(byline) = byline::signed(value).filter(|_| !value.contains([';', '@'])) else {
            self.article.authors.extend(people(value));
            return;
        };
        // Here a comma parts names, where what follows it is one.
        match byline.note.as_deref() {
            Some(note)
                if !note.is_empty() && names::list(note).iter().all(|(_, _, name)| names::is_person(name) && !byline::is_role(name)) =>
            {
                self.article.authors.extend(byline.authors);
                self.article.authors.extend(people(note));
            }
            _ => {
                self.article.authors.extend(byline.authors);
                self.article.author_note = byline.note.or_else(|| self.article.author_note.take());
            }
        }
        self.article.credits.extend(byline.credit);
    }

    fn tags(&mut self, field: &Field<'_>) {
        let parting = if field.value.contains(';') { ';' } else { ',' };
        for tag in field.value.split(parting).map(bare).filter(|tag| !tag.is_empty()) {
            if self.article.tags.iter().any(|known| known == tag) {
                continue;
            }
            if self.article.tags.len() >= MOST_TAGS {
                let message = format!("there are more than {MOST_TAGS} tags; '{}' and those after it are left out", cut(tag));
                self.say(field, Severity::Warning, "header-tags", message, "keep the tags that matter");
                return;
            }
            self.article.tags.push(tag.to_owned());
        }
    }

    fn language(&mut self, field: &Field<'_>) {
        let value = field.value.as_ref();
        let is_tag = value.len() <= 35
            && value.split('-').all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
        if is_tag && value.bytes().take(2).all(|b| b.is_ascii_alphabetic()) {
            self.article.language = Some(value.to_owned());
        } else {
            let message = format!("'{}' is not a language tag", cut(value));
            self.say(field, Severity::Warning, "header-language", message, "write a BCP 47 tag, such as en, en-GB or he");
        }
    }

    fn priority(&mut self, field: &Field<'_>) {
        let value = field.value.as_ref();
        // IPTC urgency: 1 and 2 are the flash and the bulletin of old.
        if matches!(value, "1" | "2") || value.eq_ignore_ascii_case("breaking") {
            self.article.breaking = true;
        }
        self.article.metadata.insert("priority".to_owned(), Value::String(value.to_owned()));
    }

    fn flag(&mut self, field: &Field<'_>) -> Option<bool> {
        let flag = flag(&field.value);
        if flag.is_none() {
            let message = format!("'{}' takes yes or no, and here stands '{}'", field.name, cut(&field.value));
            let remedy = "write yes or no; if the line is the headline, begin it with 'Headline: '";
            self.say(field, Severity::Error, "header-flag", message, remedy);
        }
        flag
    }

    fn date(&mut self, field: &Field<'_>) -> Option<Dated> {
        match parse_dated(&field.value, self.context.zone) {
            Ok(dated) => Some(dated),
            Err(error) => {
                self.say(field, Severity::Error, "header-date", format!("'{}': {error}", field.name), "");
                None
            }
        }
    }

    fn say(&mut self, field: &Field<'_>, severity: Severity, rule: &'static str, message: String, remedy: &str) {
        let finding = Diagnostic::new(severity, rule, self.context.path.to_string(), message);
        self.diagnostics.push(finding.at(field.line, field.column).mend(remedy));
    }
}

/// A list of names: parted by semicolons where there are any, else by commas and `and`.
fn people(value: &str) -> Vec<Person> {
    let parts: Vec<&str> = if value.contains(';') {
        value.split(';').collect()
    } else {
        names::list(value).into_iter().map(|(_, _, part): (Joint, usize, &str)| part).collect()
    };
    parts.into_iter().map(bare).filter(|part| !part.is_empty()).map(names::person).collect()
}

/// A reason; a plain yes gives none, a plain no means that there is nothing to give a reason for.
fn reason(value: &str) -> Option<String> {
    match flag(value) {
        Some(true) => Some(String::new()),
        Some(false) => None,
        None => Some(value.to_owned()),
    }
}

fn cut(value: &str) -> String {
    value.chars().take(60).collect()
}
