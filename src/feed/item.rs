//! What the three formats say of an entry alike.

use std::borrow::Cow;

use url::Url;

use super::Item;
use super::licence::Licence;
use crate::article::Media;
use crate::config::{Content, Rsl};
use crate::instant::Instant;
use crate::xml_chars;

impl Item<'_> {
    /// When it was published, and when it was last updated: never before that.
    pub(super) fn dates(&self) -> (Instant, Instant) {
        (self.entry.published, self.entry.updated.max(self.entry.published))
    }

    /// Whether the entry carries the article's text.
    pub(super) fn has_text(&self) -> bool {
        match self.content {
            Content::Full => !self.rendered.html.is_empty(),
            Content::Summary => false,
        }
    }

    /// The summary; where it is all that an entry carries, the article's note stands on top of it, as it would on top of the text.
    pub(super) fn summary(&self) -> Cow<'_, str> {
        let summary = self.rendered.summary.as_str();
        match (&self.rendered.note, self.content) {
            (Some(note), Content::Summary) if summary.is_empty() => Cow::Borrowed(note),
            (Some(note), Content::Summary) => Cow::Owned(format!("{note}\n\n{summary}")),
            (_, Content::Full) | (None, Content::Summary) => Cow::Borrowed(summary),
        }
    }

    /// Its section and its tags as typed, each once.
    pub(super) fn categories(&self) -> Vec<Category> {
        let facts = &self.entry.facts;
        let sections = facts.section.iter().map(|name| (Vocabulary::Section, name));
        let mut all: Vec<Category> = Vec::new();
        for (vocabulary, name) in sections.chain(facts.tags.iter().map(|name| (Vocabulary::Tag, name))) {
            let name = one_line(name);
            if !name.is_empty() && !all.iter().any(|known| known.name == name) {
                all.push(Category { name: name.into_owned(), vocabulary });
            }
        }
        all
    }

    /// The IRI that names one of the site's vocabularies.
    pub(super) fn scheme(&self, vocabulary: Vocabulary) -> String {
        match vocabulary {
            Vocabulary::Section => self.style.sections.clone(),
            Vocabulary::Tag => self.style.tags.clone(),
        }
    }

    /// The terms for machines, where they can be said of it: they hold for the site's own pages alone (RSL section 4.7).
    pub(super) fn rsl(&self) -> Option<&Rsl> {
        let rsl = self.style.rsl.as_ref()?;
        let own = Url::parse(self.entry.link.as_str()).is_ok_and(|link| link.origin() == self.style.site.origin());
        own.then_some(rsl)
    }

    /// The page that it was taken from, or that is its original.
    pub(super) fn elsewhere(&self) -> Option<&str> {
        let origin = self.rendered.particulars.origin.as_ref()?;
        origin.canonical.as_deref().or(origin.page.as_deref()).filter(|url| *url != self.entry.link.as_str())
    }

    /// The language it is in, where that is another than the feeds'.
    pub(super) fn own_language(&self) -> Option<&str> {
        self.entry
            .facts
            .language
            .as_deref()
            .filter(|language| !language.eq_ignore_ascii_case(&self.style.language) && is_language_tag(language))
    }

    /// The licence that it names.
    pub(super) fn licence(&self) -> Option<Licence<'_>> {
        self.rendered.licence.as_deref().map(Licence::of)
    }

    /// What goes with it beside the text: the lead image, then its sounds and films.
    pub(super) fn attached(&self) -> impl Iterator<Item = &Media> {
        self.rendered.lead_image().into_iter().chain(self.recordings())
    }

    /// Its sounds and films.
    pub(super) fn recordings(&self) -> impl Iterator<Item = &Media> {
        self.rendered.media.iter().filter(|medium| medium.mime.as_deref().is_some_and(|mime| !mime.starts_with("image/")))
    }

    /// The one medium that RSS can enclose: a sound or film before an image, with its type and length. Where nobody knows how long a
    /// recording is, it is 0, as RSS's profile says; an image is then better left to Media RSS.
    pub(super) fn enclosed(&self) -> Option<(&Media, &str, u64)> {
        let known = |medium| -> Option<(&Media, &str, Option<u64>)> {
            let medium: &Media = medium;
            Some((medium, medium.mime.as_deref()?, medium.length))
        };
        let played = self.recordings().find_map(known).map(|(medium, mime, length)| (medium, mime, length.unwrap_or(0)));
        played.or_else(|| self.rendered.lead_image().and_then(known).and_then(|(medium, mime, length)| Some((medium, mime, length?))))
    }
}

/// A section or a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Category {
    pub(super) name: String,
    pub(super) vocabulary: Vocabulary,
}

/// Whose words they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Vocabulary {
    Section,
    Tag,
}

/// Whether it is a picture; one whose type is not known is taken for one, for that is what articles name by URL alone.
pub(super) fn is_image(medium: &Media) -> bool {
    medium.mime.as_deref().is_none_or(|mime| mime.starts_with("image/"))
}

/// Whether this has the form of a BCP 47 tag, so that it can stand where only one may.
pub(super) fn is_language_tag(text: &str) -> bool {
    text.len() <= 64 && text.split('-').all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// Text for a place where white space means nothing: single spaces, none around.
pub(super) fn one_line(text: &str) -> Cow<'_, str> {
    let text = xml_chars::allowed(text);
    let odd = text.contains("  ") || text.contains(|c: char| c != ' ' && c.is_whitespace()) || text.trim() != text;
    if odd { Cow::Owned(text.split_whitespace().collect::<Vec<_>>().join(" ")) } else { text }
}
