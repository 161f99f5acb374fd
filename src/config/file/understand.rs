//! The whole document → one [`Config`], or everything that is wrong with it.

use zeroize::Zeroizing;

use super::document::Document;
use super::findings::{ConfigError, Report};
use super::paths::Bases;
use super::webhooks::{self, webhooks};
use super::written::File;
use super::{articles, check, delivery, feeds, html, rules, site};
use crate::config::{Config, SecretSource};

/// Fetches the text of a secret that is not in the file. The error says why it could not, fitting after "the secret in the file x …",
/// and never holds the text.
pub type Fetch<'a> = &'a dyn Fn(&SecretSource) -> Result<Zeroizing<String>, String>;

/// A configuration and what is worth knowing of it.
#[derive(Clone, Debug)]
pub struct Understood {
    /// The configuration.
    pub config: Config,
    /// One line each, beginning with the place where there is one.
    pub warnings: Vec<String>,
}

impl Document<'_> {
    /// Judges every value and fills in the defaults.
    pub fn understand(&self, bases: Bases<'_>, fetch: Fetch<'_>) -> Result<Understood, ConfigError> {
        let mut report = Report::new(self);
        self.faults().into_iter().for_each(|fault| report.add(fault));
        match self.written() {
            Ok(written) => {
                let config = judge(written, bases, fetch, &mut report);
                Ok(Understood { config, warnings: report.close()? })
            }
            Err(finding) => Err(report.close_with(*finding)),
        }
    }
}

fn judge(written: File, bases: Bases<'_>, fetch: Fetch<'_>, report: &mut Report<'_>) -> Config {
    let server = delivery::server(written.server.unwrap_or_default(), report);
    let site = site::site(written.site.unwrap_or_default(), server.listen, report);
    let articles = articles::articles(written.articles.unwrap_or_default(), bases, report);
    let feeds = feeds::feeds(written.feeds.unwrap_or_default(), &site.url, bases, report);
    let before = report.refused();
    let feed = feeds::feed(written.feed, &site, report);
    let broken_feeds = report.refused() > before;
    let rules = rules::rules(written.rule, &feed, broken_feeds, report);
    let around = webhooks::Around { feeds: &feed, broken_feeds, bases, fetch };
    let webhooks = webhooks(written.webhook, &around, report);
    Config {
        server,
        site,
        articles,
        feeds,
        ledger: delivery::ledger(&written.ledger.unwrap_or_default(), bases, report),
        delivery: delivery::delivery(written.delivery.unwrap_or_default(), report),
        text: articles::text(written.text.unwrap_or_default(), report),
        html: html::html(written.html.unwrap_or_default(), report),
        check: check::check(written.check.unwrap_or_default(), report),
        webhooks,
        feed,
        rules,
    }
}
