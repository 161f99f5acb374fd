//! E-mail (RFC 5322, MIME) → article: subject, sender's name, date, and the text, HTML where there is some.
//!
//! `mime` finds the text among the parts, bounded in every way; `plain` makes of a text for terminals one for readers. The
//! message's own fields fill in what neither the text nor the fields for newswire (`X-Newswire-…`, `Tags:`, `Section:` …) say.

use mail_parser::{Address, HeaderForm, Message};

use super::findings::{Findings, Place};
use super::front_matter::{self, Node, Table, Value};
use super::{Context, items, text};
use crate::article::{Article, Body, Person};

mod mime;
mod plain;

use mime::Text;

/// What begins the names of fields that are meant for newswire: the rest is a key of front matter.
const OWN: &str = "x-newswire-";

/// Fields that no mail program writes, and that mean what the key of front matter does.
const PLAIN: [&str; 9] = ["tags", "section", "slug", "summary", "standfirst", "byline", "dateline", "embargo", "keywords"];

/// How many fields are meant for newswire at most.
const MOST_FIELDS: usize = 60;

/// Reads a message.
pub(super) fn read(bytes: &[u8], context: Context<'_>, findings: &mut Findings<'_>) -> Option<Article> {
    if bytes.trim_ascii().is_empty() {
        return None;
    }
    let message = mime::single(bytes).map_err(|fault| findings.fault(fault)).ok()?;
    let entity = mime::entity(message).map_err(|fault| findings.fault(fault)).ok()?;
    let found = mime::text(&entity, findings);
    left_out(&found.left_out, findings);
    let head = &entity.head;
    let subject = subject(head, findings);
    let given = given(head);
    let place = Place::new(mime::line(bytes, found.offset), 1);
    let mut article = match found.text {
        Some(Text::Html(html)) => Article { body: Body::Html(html), ..Article::default() },
        Some(Text::Plain(text)) => of_plain(&plain::signature_off(&text), subject.as_deref(), place, context, findings),
        None if found.is_secret => {
            findings.fail(place, "encrypted-mail", "the message is encrypted, so there is no text to read", "save it decrypted");
            return None;
        }
        None => Article::default(),
    };
    article.headline = subject.unwrap_or(article.headline);
    front_matter::fill(&given, context.zone, &mut article, findings);
    fill_gaps(&mut article, head, context, findings);
    if article.headline.is_empty() {
        article.headline = items::beginning(&article);
    }
    if article.headline.is_empty() {
        findings.warn(place, "nothing-to-read", "the message has neither a subject nor a text, so it is no article yet", "give it either");
        return None;
    }
    Some(items::dated(article, context))
}

/// The subject as a headline, without what replying and forwarding put before it.
fn subject(head: &Message<'_>, findings: &mut Findings<'_>) -> Option<String> {
    const BEFORE: [&str; 8] = ["re", "fwd", "fw", "aw", "wg", "tr", "rv", "sv"];
    let whole = head.subject()?.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut subject = whole.as_str();
    while let Some((word, rest)) = subject.split_once(':')
        && BEFORE.contains(&word.trim().to_ascii_lowercase().as_str())
    {
        subject = rest.trim_start();
    }
    if subject.len() < whole.len() {
        let message = format!("the headline is the subject without '{}'", whole[..whole.len() - subject.len()].trim_end());
        findings.note(Place::new(1, 1), "subject-prefix", message, "");
    }
    (!subject.is_empty()).then(|| subject.to_owned())
}

/// What fields that are meant for newswire say.
fn given(head: &Message<'_>) -> Table<'static> {
    let place = Place::new(1, 1);
    let mut table = Table::new();
    for name in head.headers().iter().map(mail_parser::Header::name) {
        let lower = name.to_ascii_lowercase();
        let key = match lower.strip_prefix(OWN) {
            Some(key) => key.to_owned(),
            None if PLAIN.contains(&lower.as_str()) => lower,
            None => continue,
        };
        if table.len() >= MOST_FIELDS || front_matter::lookup(&table, &key).is_some() {
            continue;
        }
        let values = head.header_as(name.to_owned(), HeaderForm::Text);
        let value = values.iter().find_map(|value| value.as_text()).map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            table.push((key.into(), Node { place, value: Value::Text(value.into()) }));
        }
    }
    table
}

/// What the message says of itself: its date, its sender's name (an address is nobody's business), its language.
fn fill_gaps(article: &mut Article, head: &Message<'_>, context: Context<'_>, findings: &mut Findings<'_>) {
    let place = Place::new(1, 1);
    let mut gaps = Table::new();
    let mut put =
        |key: &'static str, text: &str| gaps.push((key.into(), Node { place, value: Value::Text(text.trim().to_owned().into()) }));
    if article.published.is_none()
        && let Some(date) = head.header_raw("Date")
    {
        put("date", &date.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    if article.language.is_none()
        && let Some(language) = head.header_raw("Content-Language")
    {
        put("language", language.split(',').next().unwrap_or_default());
    }
    front_matter::fill(&gaps, context.zone, article, findings);
    if article.authors.is_empty() {
        let senders = match head.from() {
            Some(Address::List(list)) => list.iter().collect::<Vec<_>>(),
            Some(Address::Group(groups)) => groups.iter().flat_map(|group| &group.addresses).collect(),
            None => Vec::new(),
        };
        let named = senders.iter().filter_map(|sender| sender.name.as_deref()).map(str::trim);
        // Programs put the address where the name should be.
        article.authors = named.filter(|name| !name.is_empty() && !name.contains('@')).map(Person::named).collect();
    }
}

/// A text for terminals is read as plain-text articles are; the subject is its headline.
fn of_plain(body: &str, subject: Option<&str>, place: Place, context: Context<'_>, findings: &mut Findings<'_>) -> Article {
    let body = body.trim_start_matches(['\n', '\r']);
    let whole = match subject {
        None => body.to_owned(),
        // A field more for the text's own header block …
        Some(subject) if text::begins_with_header(body, context.zone) => format!("Headline: {subject}\n{body}"),
        // … and where there is none, the headline must not pass for one.
        Some(subject) => format!("{}\n\n{body}", subject.replace(':', " –")),
    };
    let reading = text::read(&whole, context);
    for diagnostic in reading.diagnostics {
        // Decoded and unwrapped, the text's lines are not the file's any more.
        findings.push(diagnostic.at(place.line, 1));
    }
    reading.article.unwrap_or_default()
}

/// How many attachments a note names.
const SHOWN: usize = 10;

fn left_out(parts: &[String], findings: &mut Findings<'_>) {
    if parts.is_empty() {
        return;
    }
    let named = parts.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = if parts.len() > SHOWN { format!(" and {} more", parts.len() - SHOWN) } else { String::new() };
    let message = format!("what is attached to the message was left out: {named}{more}");
    let remedy = "to show a picture, put it on the web and name it in the text, or file the article as Markdown with the picture beside it";
    findings.note(Place::new(1, 1), "attachments", message, remedy);
}
