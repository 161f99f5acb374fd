//! Fields that an article is given from outside: by the defaults of its folder, or by a rule of the configuration.

use globset::Glob;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Article, Media, Person};
use crate::instant::Dated;

/// A switch that a source can set to false, which then stands against what would be given from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Switch {
    /// `draft`.
    Draft,
    /// `breaking`.
    Breaking,
    /// `minor`.
    Minor,
}

/// Fields to give; what is empty or `None` is not given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Preset {
    /// The section.
    pub section: Option<String>,
    /// The tags.
    pub tags: Vec<String>,
    /// A BCP 47 language tag.
    pub language: Option<String>,
    /// Who wrote it.
    pub authors: Vec<Person>,
    /// Who contributed.
    pub contributors: Vec<Person>,
    /// Credit lines.
    pub credits: Vec<String>,
    /// Pictures, audio and video.
    pub media: Vec<Media>,
    /// A licence: its URL, or its words.
    pub licence: Option<String>,
    /// Whether it is a draft.
    pub draft: Option<bool>,
    /// Whether it is breaking.
    pub breaking: Option<bool>,
    /// Whether its changes are minor.
    pub minor: Option<bool>,
    /// Whether its publication is told.
    pub announce: Option<bool>,
    /// Held until then.
    pub embargo: Option<Dated>,
    /// Leaves the feeds then.
    pub expires: Option<Dated>,
    /// Further keys, for rules that look at them.
    pub metadata: Map<String, Value>,
}

/// Whether what the article has of its own stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Giving {
    /// Only what is missing is given.
    Missing,
    /// What is given replaces what the article has.
    InAnyCase,
}

impl Preset {
    /// Whether it gives nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Gives its fields to an article, and names those that this changed.
    pub fn give(&self, article: &mut Article, giving: Giving) -> Vec<&'static str> {
        let mut giver = Giver { article, giving, given: Vec::new() };
        giver.one("section", self.section.as_ref(), |article| &mut article.section);
        giver.many("tags", &self.tags, |article| &mut article.tags);
        giver.one("language", self.language.as_ref(), |article| &mut article.language);
        giver.many("authors", &self.authors, |article| &mut article.authors);
        giver.many("contributors", &self.contributors, |article| &mut article.contributors);
        giver.many("credits", &self.credits, |article| &mut article.credits);
        giver.many("image", &self.media, |article| &mut article.media);
        giver.one("licence", self.licence.as_ref(), |article| &mut article.licence);
        giver.switch("draft", Switch::Draft, self.draft, |article| &mut article.draft);
        giver.switch("breaking", Switch::Breaking, self.breaking, |article| &mut article.breaking);
        giver.switch("minor", Switch::Minor, self.minor, |article| &mut article.minor);
        giver.one("announce", self.announce.as_ref(), |article| &mut article.announce);
        giver.one("embargo", self.embargo.as_ref(), |article| &mut article.embargo);
        giver.one("expires", self.expires.as_ref(), |article| &mut article.expires);
        let changed = giver.given;
        for (key, value) in &self.metadata {
            if !article.metadata.contains_key(key) {
                article.metadata.insert(key.clone(), value.clone());
            }
        }
        changed
    }
}

struct Giver<'a> {
    article: &'a mut Article,
    giving: Giving,
    given: Vec<&'static str>,
}

impl Giver<'_> {
    fn one<T: Clone + PartialEq>(&mut self, name: &'static str, value: Option<&T>, slot: impl Fn(&mut Article) -> &mut Option<T>) {
        let slot = slot(self.article);
        if value.is_some() && slot.as_ref() != value && (slot.is_none() || self.giving == Giving::InAnyCase) {
            *slot = value.cloned();
            self.given.push(name);
        }
    }

    fn many<T: Clone + PartialEq>(&mut self, name: &'static str, values: &[T], slot: impl Fn(&mut Article) -> &mut Vec<T>) {
        let slot = slot(self.article);
        if !values.is_empty() && slot != values && (slot.is_empty() || self.giving == Giving::InAnyCase) {
            *slot = values.to_vec();
            self.given.push(name);
        }
    }

    fn switch(&mut self, name: &'static str, switch: Switch, value: Option<bool>, slot: impl Fn(&mut Article) -> &mut bool) {
        let Some(value) = value else { return };
        let article = &mut *self.article;
        let declined = article.declined.contains(&switch);
        let set = *slot(article);
        if self.giving == Giving::Missing && (set || declined) {
            return;
        }
        if set != value {
            *slot(article) = value;
            self.given.push(name);
        }
        // So that what is given after this one finds that it was said.
        if value {
            article.declined.retain(|known| *known != switch);
        } else {
            article.decline(switch);
        }
    }
}

/// What a folder's file gives to the articles under that folder.
#[derive(Clone, Debug)]
pub struct FolderDefault {
    /// What it gives.
    pub preset: Preset,
    /// Its tags are added to those that the article has, as Eleventy does.
    pub adds_tags: bool,
    /// Only to articles whose path matches one of these; to all where there is none.
    pub only: Vec<Glob>,
    /// Not to those whose path matches one of these.
    pub unless: Vec<Glob>,
    /// Only to articles in this language.
    pub language: Option<String>,
}

impl FolderDefault {
    /// For every article under the folder.
    pub const fn of(preset: Preset) -> Self {
        Self { preset, adds_tags: false, only: Vec::new(), unless: Vec::new(), language: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article() -> Article {
        Article { section: Some("World".into()), ..Article::default() }
    }

    #[test]
    fn what_is_missing_is_given_and_what_is_there_stands() {
        let preset = Preset {
            section: Some("Europe".into()),
            tags: vec!["a".into()],
            breaking: Some(true),
            announce: Some(false),
            ..Preset::default()
        };
        let mut given = article();
        assert_eq!(preset.give(&mut given, Giving::Missing), ["tags", "breaking", "announce"]);
        assert_eq!(given.section.as_deref(), Some("World"));
        let mut forced = article();
        assert_eq!(preset.give(&mut forced, Giving::InAnyCase), ["section", "tags", "breaking", "announce"]);
        assert_eq!(forced.section.as_deref(), Some("Europe"));
        assert!(preset.give(&mut forced, Giving::InAnyCase).is_empty(), "given once, it changes nothing more");
    }

    #[test]
    fn a_false_of_the_articles_own_stands_unless_forced() {
        let mut said = article();
        said.decline(Switch::Breaking);
        let preset = Preset { breaking: Some(true), ..Preset::default() };
        assert!(preset.give(&mut said, Giving::Missing).is_empty() && !said.breaking);
        assert_eq!(preset.give(&mut said, Giving::InAnyCase), ["breaking"]);
        assert!(said.breaking && said.declined.is_empty());
    }

    #[test]
    fn a_false_that_was_given_stands_against_what_comes_after() {
        let mut given = article();
        let no = Preset { breaking: Some(false), ..Preset::default() };
        let yes = Preset { breaking: Some(true), ..Preset::default() };
        no.give(&mut given, Giving::Missing);
        yes.give(&mut given, Giving::Missing);
        assert!(!given.breaking);
    }
}
