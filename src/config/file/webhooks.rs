//! `[[webhook]]`: who is told.

use std::collections::HashMap;
use std::net::IpAddr;
use std::ops::Range;

use toml::Spanned;
use url::{Host, Url};

use super::feeds::Named;
use super::findings::Report;
use super::mask::{is_variable, shown};
use super::paths::Bases;
use super::understand::Fetch;
use super::written::{self, Secret, Secrets, Text};
use crate::article::{BulletinKind, FeedName};
use crate::config::{SecretSource, Webhook, WebhookSecret};

/// Most webhooks of one file; more belong into the ledger, by subscription.
const MOST_WEBHOOKS: usize = 10_000;
/// Most secrets of one webhook.
const MOST_SECRETS: usize = 8;
const HOW_TO_MAKE_ONE: &str = "make one with: echo \"whsec_$(openssl rand -base64 32)\"";

/// What a webhook is judged against.
pub(super) struct Around<'a> {
    pub(super) feeds: &'a Named,
    /// Names of feeds that could not be used themselves; whoever names one is not told twice.
    pub(super) broken_feeds: bool,
    pub(super) bases: Bases<'a>,
    pub(super) fetch: Fetch<'a>,
}

pub(super) fn webhooks(written: Option<Vec<Spanned<written::Webhook>>>, around: &Around<'_>, report: &mut Report<'_>) -> Vec<Webhook> {
    let written = written.unwrap_or_default();
    if let Some(first) = written.get(MOST_WEBHOOKS) {
        report.refuse(first.span(), format!("there are more than {MOST_WEBHOOKS} webhooks"), "leave some out");
    }
    let mut places = HashMap::new();
    written.into_iter().take(MOST_WEBHOOKS).filter_map(|webhook| one(webhook, around, &mut places, report)).collect()
}

fn one(
    written: Spanned<written::Webhook>,
    around: &Around<'_>,
    places: &mut HashMap<String, Range<usize>>,
    report: &mut Report<'_>,
) -> Option<Webhook> {
    let span = written.span();
    let written = written.into_inner();
    let name = if let Some(text) = written.name {
        name(text, places, report)
    } else {
        report.refuse(span.clone(), "this webhook has no name", "add one, such as name = \"newsroom\"; the ledger knows it by that");
        None
    };
    let called = name.as_deref().map_or_else(|| "this webhook".to_owned(), |name| format!("webhook '{}'", shown(name)));
    let allow_private = written.allow_private.unwrap_or(false);
    let url = if let Some(text) = written.url {
        url(&called, &text, allow_private, report)
    } else {
        report.refuse(span.clone(), format!("{called} has no url"), "add url = \"https://…\"");
        None
    };
    let secrets = if let Some(written) = written.secret {
        secrets(&called, written, around, report)
    } else {
        let remedy = format!("add secret = {{ env = \"NAME\" }}, {{ file = \"path\" }} or \"whsec_…\"; {HOW_TO_MAKE_ONE}");
        report.refuse(span, format!("{called} has no secret to sign with"), remedy);
        Vec::new()
    };
    let events = written.events.map_or_else(|| Some(BulletinKind::ALL.to_vec()), |events| self::events(&called, &events, report));
    let feed = written.feed.map(|feed| self::feed(&called, &feed, around, report));
    Some(Webhook {
        events: events?,
        breaking_only: written.breaking_only.unwrap_or(false),
        feed: feed.flatten(),
        allow_private,
        ..Webhook::new(name?, url?, secrets)
    })
}

fn name(written: Text, places: &mut HashMap<String, Range<usize>>, report: &mut Report<'_>) -> Option<String> {
    let span = written.span();
    let name = report.text("webhook.name", Some(written))?;
    if name.chars().count() > 100 {
        report.refuse(span, "webhook.name is longer than 100 characters", "shorten it");
        return None;
    }
    if let Some(first) = places.get(&name) {
        let first = report.mention(first.clone());
        report.refuse(span, format!("a webhook named '{}' stands already on {first}", shown(&name)), "give one of them another name");
        return None;
    }
    places.insert(name.clone(), span);
    Some(name)
}

/// The message never holds the URL: its path may be a token.
pub(super) fn url(called: &str, written: &Text, allow_private: bool, report: &mut Report<'_>) -> Option<Url> {
    let span = written.span();
    let Some(url) = Url::parse(written.get_ref().trim()).ok().filter(Url::has_host) else {
        report.refuse(
            span,
            format!("{called}: url is not an absolute URL"),
            "write it with its scheme, as in https://hooks.example.net/wire",
        );
        return None;
    };
    if !matches!(url.scheme(), "http" | "https") {
        report.refuse(span, format!("{called}: url is not an http or https URL"), "only https:// and http:// can be told");
        return None;
    }
    if url.as_str().len() > 4000 {
        report.refuse(span, format!("{called}: url is longer than 4000 bytes"), "shorten it");
        return None;
    }
    match private(&url) {
        Some(why) if !allow_private => {
            let remedy = "set allow_private = true if that is meant";
            report.refuse(span, format!("{called}: url leads to {why}"), remedy);
            return None;
        }
        None if url.scheme() == "http" => {
            report
                .warn(span, &format!("{called}: url is plain http, so bulletins travel readable to others; use https if the receiver can"));
        }
        _ => {}
    }
    Some(url)
}

/// What is plainly private already as written. Whoever sends judges again, after the name is resolved.
fn private(url: &Url) -> Option<&'static str> {
    let host = match url.host()? {
        Host::Ipv6(ip) => match ip.to_canonical() {
            IpAddr::V4(ip) => Host::Ipv4(ip),
            IpAddr::V6(ip) => Host::Ipv6(ip),
        },
        host => host,
    };
    match host {
        Host::Domain(name) if name == "localhost" || name.ends_with(".localhost") => Some("this machine itself"),
        Host::Ipv4(ip) if ip.is_loopback() => Some("a loopback address"),
        Host::Ipv6(ip) if ip.is_loopback() => Some("a loopback address"),
        Host::Ipv4(ip) if ip.is_private() || ip.is_link_local() || ip.is_unspecified() => Some("a private address"),
        Host::Ipv6(ip) if ip.is_unique_local() || ip.is_unicast_link_local() || ip.is_unspecified() => Some("a private address"),
        Host::Domain(_) | Host::Ipv4(_) | Host::Ipv6(_) => None,
    }
}

fn events(called: &str, written: &written::Texts, report: &mut Report<'_>) -> Option<Vec<BulletinKind>> {
    if written.get_ref().is_empty() {
        let remedy = "name at least one of article.published, article.updated, article.withdrawn, or leave the key out for all";
        report.refuse(written.span(), format!("{called}: events is an empty list, so nothing would ever be told"), remedy);
        return None;
    }
    let choices = BulletinKind::ALL.map(|kind| (kind.as_str(), kind));
    let named: Vec<BulletinKind> = written.get_ref().iter().filter_map(|name| report.choice("event", name, &choices)).collect();
    Some(BulletinKind::ALL.into_iter().filter(|kind| named.contains(kind)).collect())
}

fn feed(called: &str, written: &Text, around: &Around<'_>, report: &mut Report<'_>) -> Option<FeedName> {
    let text = written.get_ref();
    let found = around.feeds.find(text);
    if found.is_none() && !around.broken_feeds {
        report.refuse(written.span(), format!("{called}: there is no feed named '{}'", shown(text)), around.feeds.nearest(text));
    }
    found
}

fn secrets(called: &str, written: Spanned<Secrets>, around: &Around<'_>, report: &mut Report<'_>) -> Vec<WebhookSecret> {
    let span = written.span();
    let several = match written.into_inner() {
        Secrets::One(secret) => vec![Spanned::new(span.clone(), secret)],
        Secrets::Several(secrets) => secrets,
    };
    if several.is_empty() || several.len() > MOST_SECRETS {
        report.refuse(span, format!("{called}: secret is a list of none or of more than {MOST_SECRETS}"), HOW_TO_MAKE_ONE);
        return Vec::new();
    }
    several.into_iter().filter_map(|secret| one_secret(called, secret, around, report)).collect()
}

fn one_secret(called: &str, written: Spanned<Secret>, around: &Around<'_>, report: &mut Report<'_>) -> Option<WebhookSecret> {
    let span = written.span();
    let source = match written.into_inner() {
        Secret::Literal(text) => SecretSource::Literal(text),
        Secret::Elsewhere(place) => match (place.env, place.file) {
            (Some(name), None) => variable(called, &name, report)?,
            (None, Some(path)) => SecretSource::File(around.bases.given(report, &format!("{called}: the secret's file"), &path)?),
            (Some(_), Some(_)) | (None, None) => {
                report.refuse(
                    span,
                    format!("{called}: a secret's table holds one of env and file"),
                    "write { env = \"NAME\" } or { file = \"path\" }",
                );
                return None;
            }
        },
    };
    let from = match &source {
        SecretSource::Literal(_) => "the secret".to_owned(),
        SecretSource::Env(name) => format!("the secret in the environment variable {}", shown(name)),
        SecretSource::File(path) => format!("the secret in the file {}", shown(&path.to_string_lossy())),
    };
    let parsed = match &source {
        SecretSource::Literal(text) => WebhookSecret::parse(text),
        SecretSource::Env(_) | SecretSource::File(_) => match (around.fetch)(&source) {
            Ok(text) => WebhookSecret::parse(&text),
            Err(why) => {
                report.refuse(span, format!("{called}: {from} {why}"), "provide it, or correct where it is looked for");
                return None;
            }
        },
    };
    parsed.map_err(|invalid| report.refuse(span, format!("{called}: {from} cannot be used: {invalid}"), HOW_TO_MAKE_ONE)).ok()
}

fn variable(called: &str, written: &Text, report: &mut Report<'_>) -> Option<SecretSource> {
    let name = written.get_ref();
    if is_variable(name) {
        return Some(SecretSource::Env(name.clone()));
    }
    let remedy = "write letters, digits and '_': { env = \"NEWSROOM_SECRET\" }";
    report.refuse(written.span(), format!("{called}: what stands after env is not the name of an environment variable"), remedy);
    None
}
