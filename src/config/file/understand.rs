//! The whole document → one [`Config`], or everything that is wrong with it.

use zeroize::Zeroizing;

use super::document::Document;
use super::findings::{ConfigError, Report};
use super::paths::Bases;
use super::webhooks::{self, webhooks};
use super::written::{self, File};
use super::{articles, beside, check, delivery, feeds, html, look, rules, server, site};
use crate::config::{Config, SecretSource, Theme};

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

/// The theme's folder; its files are for whoever may read them.
fn theme(written: &written::Theme, bases: Bases<'_>, report: &mut Report<'_>) -> Theme {
    let path = written.path.as_ref().and_then(|path| bases.given(report, "theme.path", path));
    Theme { path, ..Theme::default() }
}

fn judge(written: File, bases: Bases<'_>, fetch: Fetch<'_>, report: &mut Report<'_>) -> Config {
    let wish = server::Wish {
        server: written.server.unwrap_or_default(),
        tls: written.tls.unwrap_or_default(),
        access_log: written.access_log.unwrap_or_default(),
        limits: written.limits.unwrap_or_default(),
    };
    let redirect = wish.tls.redirect.as_ref().map(toml::Spanned::span);
    let server = server::server(wish, bases, report);
    let site = site::site(written.site.unwrap_or_default(), server.own_address(), report);
    if server.tls.as_ref().is_some_and(|tls| tls.redirect) && site.url.scheme() != "https" {
        report.refuse(redirect, "tls.redirect leads to site.url, which does not begin with https://", "give site.url its https address");
    }
    let articles = articles::articles(written.articles.unwrap_or_default(), bases, report);
    let feeds = feeds::feeds(written.feeds.unwrap_or_default(), &site.url, bases, report);
    let before = report.refused();
    let named = feeds::feed(written.feed, &site, report);
    let broken_feeds = report.refused() > before;
    let rules = rules::rules(written.rule, &named, broken_feeds, report);
    let around = webhooks::Around { feeds: &named, broken_feeds, bases, fetch };
    let webhooks = webhooks(written.webhook, &around, report);
    let rsl = look::rsl(written.rsl, &site.url, report);
    Config {
        server,
        sitemap: beside::sitemap(written.sitemap.unwrap_or_default(), &site, report),
        indexnow: written.indexnow.and_then(|written| beside::indexnow(&written, report)),
        site,
        articles,
        feeds,
        ledger: delivery::ledger(&written.ledger.unwrap_or_default(), bases, report),
        delivery: delivery::delivery(written.delivery.unwrap_or_default(), report),
        text: articles::text(written.text.unwrap_or_default(), report),
        html: html::html(written.html.unwrap_or_default(), report),
        rsl,
        check: check::check(written.check.unwrap_or_default(), report),
        theme: theme(&written.theme.unwrap_or_default(), bases, report),
        webhooks,
        feed: named.feeds,
        families: named.families,
        retired: named.retired,
        rules,
    }
}
