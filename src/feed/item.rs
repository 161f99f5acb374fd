//! What the three formats say of an entry alike.

use std::borrow::Cow;

use super::Item;
use super::licence::Licence;
use crate::article::Media;
use crate::config::Content;
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
    pub(super) fn categories(&self) -> Vec<String> {
        let facts = &self.entry.facts;
        let mut all: Vec<String> = Vec::new();
        for name in facts.section.iter().chain(&facts.tags) {
            let name = one_line(name);
            if !name.is_empty() && !all.iter().any(|known| *known == name) {
                all.push(name.into_owned());
            }
        }
        all
    }

    /// The language it is in, where that is another than the feeds'.
    pub(super) fn own_language(&self) -> Option<&str> {
        self.entry.facts.language.as_deref().filter(|language| !language.eq_ignore_ascii_case(self.language) && is_language_tag(language))
    }

    /// The licence that it names.
    pub(super) fn licence(&self) -> Option<Licence<'_>> {
        self.rendered.licence.as_deref().map(Licence::of)
    }

    /// The picture that leads: the first image.
    pub(super) fn lead_image(&self) -> Option<&Media> {
        self.rendered.media.iter().find(|medium| is_image(medium))
    }

    /// What goes with it beside the text: the lead image, then its sounds and films.
    pub(super) fn attached(&self) -> impl Iterator<Item = &Media> {
        self.lead_image().into_iter().chain(self.rendered.media.iter().filter(|medium| !is_image(medium)))
    }

    /// The one medium that RSS can enclose: a sound or film before an image, and only one whose type and length are known.
    pub(super) fn enclosed(&self) -> Option<(&Media, &str, u64)> {
        let known = |medium| -> Option<(&Media, &str, u64)> {
            let medium: &Media = medium;
            Some((medium, medium.mime.as_deref()?, medium.length?))
        };
        let played = self.rendered.media.iter().filter(|medium| !is_image(medium)).find_map(known);
        played.or_else(|| self.lead_image().and_then(known))
    }
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
