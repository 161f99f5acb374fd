//! What renders entries for archives, away from the publisher.

use std::sync::Arc;

use url::Url;

use crate::article::{Article, Entry};
use crate::config::{Content, Format};
use crate::desk::House;
use crate::feed::Style;
use crate::ledger::{self, Fault, Ledger, Member};
use crate::publish::composing::source_of;
use crate::publish::fragments::Fragments;
use crate::publish::publisher::{FromFile, Publisher};
use crate::render::{self, Place, Policy};

/// Everything that an entry's bytes depend on besides the article.
#[derive(Clone)]
pub(super) struct Kitchen {
    house: Arc<House>,
    policy: Arc<Policy>,
    author: Option<String>,
    style: Style,
    pub(super) formats: Vec<Format>,
    content: Content,
    files: Url,
}

impl Kitchen {
    /// That of a feed.
    pub(super) fn of(publisher: &Publisher, index: usize) -> Self {
        Self {
            house: publisher.house.clone(),
            policy: publisher.policy.clone(),
            author: publisher.author.clone(),
            style: publisher.style.clone(),
            formats: publisher.formats.clone(),
            content: publisher.content(index),
            files: publisher.files.clone(),
        }
    }

    /// The bytes of an article that the ledger holds; nothing where its text is nowhere to be had.
    pub(super) async fn fragments(
        &self,
        ledger: &dyn Ledger,
        member: &Member,
        from_file: FromFile<'_>,
        read: &mut Vec<(Entry, Arc<Article>)>,
    ) -> Result<Option<Arc<Fragments>>, Fault> {
        let Some(source) = source_of(member, from_file, read) else { return Ok(None) };
        let references = ledger::references(ledger, &member.entry.path, render::references(&source)).await?;
        let article = self.house.edit(&member.entry.path, &source).article;
        let place = Place::of(&member.entry, &references).with_files(&self.files);
        let rendered = render::render(&article, place, self.author.as_deref(), &self.policy);
        Ok(Some(Arc::new(Fragments::render(&self.formats, &member.entry, &rendered, &self.style, self.content))))
    }
}
