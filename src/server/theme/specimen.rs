//! Pages made up to try templates on: each once with everything that it can have, and once with as little as it may have.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use jiff::tz::TimeZone;
use serde_json::Value;
use url::Url;

use super::{Page, Theme};
use crate::article::{
    Article, ArticleId, Entry, Facts, FeedName, FileStamp, Fingerprint, Link, Media, Person, Revision, SourcePath, State,
};
use crate::config::{Format, Html};
use crate::feed::{Teaser, View};
use crate::instant::Instant;
use crate::render;
use crate::server::site_view::Ground;
use crate::server::{FeedLink, Site, article_page, feed_page, front_page, notice};

/// The pages that a template of this kind may have to fill.
pub(super) fn views(page: Page) -> Vec<Value> {
    [true, false].into_iter().filter_map(|full| view(page, full)).collect()
}

/// The variables that some page has.
pub(super) fn variables() -> BTreeSet<String> {
    let views = Page::ALL.into_iter().flat_map(views);
    views.filter_map(|view| view.as_object().map(|object| object.keys().cloned().collect::<Vec<_>>())).flatten().collect()
}

fn view(page: Page, full: bool) -> Option<Value> {
    let site = site(full)?;
    let (entry, article) = article(full)?;
    let made = match page {
        Page::Article => {
            let rendered = render::Rendered {
                html: "<p>First words.</p>".to_owned(),
                text: "First words.".to_owned(),
                summary: if full { "What it is about.".to_owned() } else { String::new() },
                note: None,
                media: article.media.clone(),
                headline: article.headline.clone(),
                authors: article.authors.clone(),
                contributors: article.contributors.clone(),
                licence: None,
                right_to_left: false,
                particulars: article.particulars.clone(),
            };
            serde_json::to_value(article_page::view(&site, &entry, &article, &rendered, &rendered.html))
        }
        Page::Front => Ok(front_page::specimen(&site, &entry, &article, full)),
        Page::Feed => {
            let teaser = Teaser {
                link: entry.link.clone(),
                headline: article.headline.clone(),
                summary: article.standfirst.clone().unwrap_or_default(),
                section: article.section.clone(),
                language: article.language.clone(),
                breaking: full,
                published: entry.published,
                authors: article.authors.iter().map(|author| author.name.clone()).collect(),
                picture: article.media.first().cloned(),
            };
            let view = View {
                name: FeedName::parse("all").ok()?,
                title: "A feed".to_owned(),
                description: if full { "What is in it".to_owned() } else { String::new() },
                formats: if full { Format::ALL.to_vec() } else { vec![Format::Atom] },
                updated: entry.updated,
                entries: if full { vec![Arc::new(teaser.clone()), Arc::new(teaser)] } else { Vec::new() },
            };
            serde_json::to_value(feed_page::view(Ground::Served, &site, &view, None))
        }
        Page::Notice => Ok(notice::specimen(&site, entry.published, full)),
    };
    made.ok()
}

fn site(full: bool) -> Option<Site> {
    let url = Url::parse("https://example.org/").ok()?;
    let feeds = if full {
        vec![FeedLink { name: FeedName::parse("all").ok()?, title: "A feed".to_owned(), formats: Format::ALL.to_vec() }]
    } else {
        Vec::new()
    };
    Some(Site {
        title: "A site".to_owned(),
        description: if full { "What it is about".to_owned() } else { String::new() },
        feeds_url: url.join("feeds/").ok()?,
        url,
        language: "en".to_owned(),
        zone: TimeZone::UTC,
        author: None,
        feeds,
        frames: Vec::new(),
        policy: Arc::new(render::Policy::new(&Html::default())),
        house: Arc::default(),
        theme: Arc::new(Theme::bare()),
        searched: crate::server::Searched::default(),
        events: 0,
    })
}

fn article(full: bool) -> Option<(Entry, Article)> {
    let some = |text: &str| full.then(|| text.to_owned());
    let person = |name: &str| Person { name: name.to_owned(), email: None, uri: Some("https://example.org/people".to_owned()) };
    let people = |names: &[&str]| if full { names.iter().map(|name| person(name)).collect() } else { Vec::new() };
    let medium = |url: &str, mime: &str| Media {
        url: format!("https://example.org/{url}"),
        mime: Some(mime.to_owned()),
        width: Some(1200),
        height: Some(800),
        alt: Some("What it shows".to_owned()),
        caption: Some("What it shows".to_owned()),
        credit: Some("Who took it".to_owned()),
        ..Media::default()
    };
    let media = if full { vec![medium("a.jpg", "image/jpeg"), medium("a.mp3", "audio/mpeg")] } else { Vec::new() };
    let article = Article {
        headline: "A headline".to_owned(),
        standfirst: some("What it is about"),
        authors: people(&["One", "Two", "Three"]),
        contributors: people(&["Four"]),
        author_note: some("Who wrote it"),
        dateline: some("PLACE"),
        credits: some("Who else").into_iter().collect(),
        tags: some("tag").into_iter().collect(),
        section: some("Section"),
        language: some("ar"),
        breaking: full,
        correction: some("What was wrong"),
        media,
        ..Article::default()
    };
    let published = Instant::from_millis(1_800_000_000_000);
    let entry = Entry {
        id: ArticleId::parse("tag:example.org,2027-01-15:a").ok()?,
        path: SourcePath::new(Path::new("a.md"))?,
        stamp: FileStamp::default(),
        digest: [0; 16],
        fingerprint: Fingerprint::of(&article),
        state: State::Live,
        link: Link::parse("https://example.org/articles/a").ok()?,
        published,
        updated: if full { published.plus(std::time::Duration::from_hours(1)) } else { published },
        released: published,
        revision: Revision(1),
        lane: None,
        held_here: false,
        was_public: true,
        minor: false,
        facts: Facts {
            headline: article.headline.clone(),
            section: article.section.clone(),
            language: article.language.clone(),
            breaking: article.breaking,
            ..Facts::default()
        },
        feeds: Vec::new(),
        due: None,
    };
    Some((entry, article))
}
