//! Keys → an article's fields.

use jiff::tz::TimeZone;
use serde_json::{Map, Value as Json};

use super::dates::Weight;
use super::keys::{Field, Key, Labels, known};
use super::value::{Node, Table, Value, lookup};
use super::{addresses, dates, labels, particulars, people, pictures, recordings, switches};
use crate::article::{Article, ArticleId, Discussion, Episode, NoteKind, Origin, Switch};
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
pub(super) struct Said<'t, 'a> {
    pub(super) key: &'t str,
    pub(super) node: &'t Node<'a>,
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
            (Field::Published, Value::Text(_)) if switches::flag(&node.value).is_some() => Field::IsPublished,
            (Field::UpdateNote, Value::Text(text)) if parse_dated(text, self.zone).is_ok() => Field::Updated,
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
        self.episode(article, findings);
        self.surroundings(article, findings);
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
        self.note(article, findings);
        set(&mut article.licence, self.licence(findings));
        if let Some(said) = self.take(Field::Credits) {
            match &said.node.value {
                Value::List(items) => {
                    article.credits.extend(items.iter().filter_map(|item| labels::text(said.key, item, findings)));
                }
                _ => article.credits.extend(labels::text(said.key, said.node, findings)),
            }
        }
        if let Some(said) = self.take(Field::Language) {
            set(&mut article.language, addresses::language(said, findings));
        }
    }

    /// A correction outweighs what is merely new; the other is kept as metadata.
    fn note(&mut self, article: &mut Article, findings: &mut Findings<'_>) {
        let update = self.take(Field::UpdateNote);
        if let Some(correction) = self.text(Field::Correction, findings) {
            (article.correction, article.note) = (Some(correction), NoteKind::Correction);
            if let Some(update) = update {
                self.keep(update);
            }
        } else if let Some(note) = update.and_then(|said| labels::text(said.key, said.node, findings)) {
            (article.correction, article.note) = (Some(note), NoteKind::Update);
        }
    }

    /// A licence: text, a URL, or a table of `name` and `url`, of which the URL says more. `copyright: true` says nothing.
    fn licence(&mut self, findings: &mut Findings<'_>) -> Option<String> {
        let said = self.take(Field::Licence)?;
        match &said.node.value {
            Value::Flag(_) => None,
            Value::Table(table) => {
                let node = ["url", "href", "name", "title"].into_iter().find_map(|key| lookup(table, key))?;
                labels::text(said.key, node, findings)
            }
            Value::Null | Value::Number(_) | Value::Text(_) | Value::List(_) => labels::text(said.key, said.node, findings),
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
            match switches::flag(&said.node.value) {
                Some(draft) => {
                    article.draft = draft;
                    if !draft {
                        article.decline(Switch::Draft);
                    }
                }
                // Publishing what was meant to stay a draft cannot be taken back.
                None => switches::not_a_flag(said, findings, true),
            }
        }
        if let Some(said) = self.take(Field::IsPublished) {
            match switches::flag(&said.node.value) {
                Some(false) => article.draft = true,
                Some(true) => article.decline(Switch::Draft),
                None => {}
            }
        }
        let mut switch = |field, findings: &mut Findings<'_>| {
            let said = self.take(field)?;
            let flag = switches::flag(&said.node.value);
            if flag.is_none() {
                switches::not_a_flag(said, findings, false);
            }
            flag
        };
        match switch(Field::Breaking, findings) {
            Some(true) => article.breaking = true,
            Some(false) => article.decline(Switch::Breaking),
            None => {}
        }
        match switch(Field::Minor, findings) {
            Some(true) => article.minor = true,
            Some(false) => article.decline(Switch::Minor),
            None => {}
        }
        set(&mut article.announce, switch(Field::Announce, findings));
        set(&mut article.announce_expiry, switch(Field::AnnounceExpiry, findings));
        if let Some(said) = self.take(Field::Priority) {
            article.breaking |= switches::is_urgent(said, findings);
        }
        if let Some(said) = self.take(Field::Urgency) {
            article.breaking |= switches::is_urgent(said, findings);
        }
        if let Some(said) = self.take(Field::Hold) {
            set(&mut article.hold, switches::reason(said, findings));
        }
        if let Some(said) = self.take(Field::Withdrawn) {
            set(&mut article.withdrawn, switches::reason(said, findings));
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
            match addresses::link(said) {
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
        if let Some(said) = self.take(Field::Resources) {
            pictures::resources(&mut article.media, said.node);
        }
        let (alt, caption, credit) =
            (self.text(Field::ImageAlt, findings), self.text(Field::ImageCaption, findings), self.text(Field::ImageCredit, findings));
        if let Some(lead) = article.media.first_mut() {
            set(&mut lead.alt, alt);
            set(&mut lead.caption, caption);
            set(&mut lead.credit, credit);
        }
        for field in [Field::Enclosure, Field::Audio, Field::Video] {
            let Some(said) = self.take(field) else { continue };
            let recordings = recordings::recordings(said.node);
            if recordings.is_empty() && !matches!(said.node.value, Value::Flag(_)) {
                // A page with a player, or the name of one, is no file.
                self.keep(said);
            }
            for recording in recordings {
                if !article.media.iter().any(|known| known.url == recording.url) {
                    article.media.push(recording);
                }
            }
        }
    }
}

impl<'t, 'a> Given<'t, 'a> {
    /// What a field's value is understood as; what is not understood is kept.
    fn understood<T>(&mut self, field: Field, read: impl FnOnce(Said<'t, 'a>) -> Option<T>) -> Option<T> {
        let said = self.take(field)?;
        let read = read(said);
        if read.is_none() {
            self.keep(said);
        }
        read
    }

    fn episode(&mut self, article: &mut Article, findings: &mut Findings<'_>) {
        let duration = |said: Said<'_, '_>| particulars::duration(said.node.value.scalar()?);
        let recording = article.media.iter_mut().find(|medium| medium.mime.as_deref().is_some_and(|mime| !mime.starts_with("image/")));
        match recording {
            Some(recording) => set(&mut recording.duration, self.understood(Field::Duration, duration)),
            // How long something else takes: a recipe, a course.
            None => drop(self.understood(Field::Duration, |_| None::<u32>)),
        }
        let some = |list: Vec<_>| Some(list).filter(|list| !list.is_empty());
        let mut episode = article.particulars.episode.take().unwrap_or_default();
        set(&mut episode.number, self.understood(Field::Episode, particulars::count));
        set(&mut episode.season, self.understood(Field::Season, particulars::count));
        set(&mut episode.kind, self.understood(Field::EpisodeKind, particulars::episode_kind));
        set(&mut episode.chapters, self.understood(Field::Chapters, particulars::chapters));
        if let Some(transcripts) = self.understood(Field::Transcripts, |said| {
            let list = particulars::transcripts(said);
            (!list.is_empty()).then_some(list)
        }) {
            episode.transcripts = transcripts;
        }
        if let Some(guests) = self.understood(Field::Guests, |said| some(particulars::guests(said, findings))) {
            episode.guests = guests;
        }
        article.particulars.episode = Some(episode).filter(|episode| *episode != Episode::default());
        set(&mut article.particulars.explicit, self.understood(Field::Explicit, particulars::explicit));
    }

    fn surroundings(&mut self, article: &mut Article, findings: &mut Findings<'_>) {
        let particulars = &mut article.particulars;
        set(&mut particulars.location, self.understood(Field::Location, |said| particulars::location(said, findings)));
        match (self.take(Field::Latitude), self.take(Field::Longitude)) {
            (Some(latitude), Some(longitude)) if particulars.location.is_none() => {
                particulars.location = particulars::coordinates(latitude, longitude, findings);
            }
            (latitude, longitude) => latitude.into_iter().chain(longitude).for_each(|said| self.keep(said)),
        }
        set(&mut particulars.origin, self.understood(Field::Origin, particulars::origin));
        if let Some(canonical) = self.understood(Field::Canonical, particulars::canonical) {
            particulars.origin.get_or_insert_with(Origin::default).canonical = Some(canonical);
        }
        set(&mut particulars.discussion, self.understood(Field::Comments, particulars::discussion));
        if let Some(page) = self.understood(Field::CommentsPage, particulars::comments_page) {
            particulars.discussion.get_or_insert_with(Discussion::default).page = Some(page);
        }
    }
}

fn set<T>(slot: &mut Option<T>, value: Option<T>) {
    if value.is_some() {
        *slot = value;
    }
}
