//! What aggregators ask of an article, by their published rules; docs/check.md names the source of each.

use std::time::Duration;

use super::{Finding, Shown};
use crate::article::{Article, Block, Body, Media, SourcePath};
use crate::config::{Config, Profile};
use crate::diagnostic::Severity;
use crate::instant::Instant;

/// One thing that an aggregator asks for.
#[derive(Clone, Copy, Debug)]
enum Demand {
    /// Somebody who wrote it, be it the house.
    Author,
    /// A date of its own.
    Date,
    /// A date of its own, not older than this.
    DateWithin(Duration),
    /// A headline of this many characters, from and to.
    Headline(usize, usize),
    /// A text.
    Text,
    /// A picture; where its size is known, its shorter side in pixels.
    Image(u32),
}

const DEMANDS: &[(Profile, &str, Demand)] = &[
    (Profile::GoogleNews, "google-news-author", Demand::Author),
    (Profile::GoogleNews, "google-news-date", Demand::Date),
    (Profile::Msn, "msn-headline", Demand::Headline(21, 150)),
    (Profile::Msn, "msn-date", Demand::DateWithin(Duration::from_hours(365 * 24))),
    (Profile::Msn, "msn-text", Demand::Text),
    (Profile::Flipboard, "flipboard-image", Demand::Image(400)),
    (Profile::AppleNews, "apple-news-author", Demand::Author),
    (Profile::AppleNews, "apple-news-date", Demand::Date),
    (Profile::AppleNews, "apple-news-text", Demand::Text),
];

pub(super) fn demands(config: &Config, path: &SourcePath, article: &Article, shown: Shown<'_>, now: Instant) -> Vec<Finding> {
    let asked = DEMANDS.iter().filter(|(profile, ..)| config.check.profiles.contains(profile));
    let unmet = asked.filter_map(|(profile, rule, demand)| {
        let (said, remedy) = demand.unmet(config, article, shown, now)?;
        let mut finding = Finding::new(Severity::Warning, rule, path, format!("{} {said}", profile.title())).mend(remedy);
        if let Demand::Headline(..) = demand {
            finding = finding.at(&article.headline);
        }
        Some(finding)
    });
    unmet.collect()
}

impl Demand {
    /// What is asked for and missing, and how to mend it.
    fn unmet(self, config: &Config, article: &Article, shown: Shown<'_>, now: Instant) -> Option<(String, &'static str)> {
        match self {
            Self::Author => (article.authors.is_empty() && config.site.author.is_none())
                .then(|| ("asks for an author".to_owned(), "name one, as in `author: Jo Field`, or give `author` under [site]")),
            Self::Date => article.published.is_none().then(no_date),
            Self::DateWithin(span) => match article.published {
                None => Some(no_date()),
                Some(date) if date.at.plus(span) <= now => {
                    let days = span.as_secs() / 86_400;
                    Some((format!("takes nothing that is {days} days old; this is of {}", date.at.rfc3339()), "leave it to your archive"))
                }
                Some(_) => None,
            },
            Self::Headline(from, to) => {
                let length = article.headline.chars().count();
                let said = || format!("asks for a headline of {from} to {to} characters; this one has {length}");
                (!(from..=to).contains(&length)).then(|| (said(), "write a shorter or fuller headline"))
            }
            Self::Text => (!has_text(&article.body)).then(|| ("asks for the article's text".to_owned(), "write one below the headline")),
            Self::Image(least) => no_image(article, shown, least),
        }
    }
}

fn no_date() -> (String, &'static str) {
    ("asks for the date of publication".to_owned(), "give its date, as in `date: 2026-11-24T10:00:00Z`")
}

fn has_text(body: &Body) -> bool {
    match body {
        Body::Markdown(text) | Body::Html(text) => !text.trim().is_empty(),
        Body::Blocks(blocks) => blocks.iter().any(|block| matches!(block, Block::Paragraph(_))),
    }
}

fn no_image(article: &Article, shown: Shown<'_>, least: u32) -> Option<(String, &'static str)> {
    let asks = format!("asks for an image of at least {least} pixels on its shorter side");
    let mut images = article.media.iter().filter(|medium| is_image(medium)).peekable();
    if images.peek().is_none() {
        return (!shown.has_image).then_some((asks, "add one, as in `image: cover.jpg`"));
    }
    // Of a size that is not known nothing is said.
    let small = |medium: &Media| medium.width.zip(medium.height).is_some_and(|(width, height)| width.min(height) < least);
    let all_small = images.all(small) && !shown.has_image;
    all_small.then(|| (format!("{asks}; what there is is smaller"), "use a larger one"))
}

fn is_image(medium: &Media) -> bool {
    medium.mime.as_deref().is_none_or(|mime| mime.starts_with("image/"))
}
