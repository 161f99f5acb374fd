//! `retired` of a `[[feed]]`: what stands in its place.

use std::ops::Range;

use toml::Spanned;

use super::feeds::Named;
use super::findings::Report;
use super::mask::shown;
use super::written::Scalar;
use crate::article::FeedName;
use crate::config::retired::successor_url;
use crate::config::{FamilyName, Format, RetiredName, Successor};

const REMEDY: &str = "write retired = true (it is gone), the name of another feed, or a URL";

/// Where subscribers are sent: nowhere for `true`. `None` where something was reported.
#[allow(clippy::option_option, reason = "what was refused, and what leads nowhere, are two things")]
pub(super) fn successor(written: Spanned<Scalar>, report: &mut Report<'_>) -> Option<Option<Successor>> {
    let span = written.span();
    let text = written.into_inner().0;
    if text == "true" {
        return Some(None);
    }
    if text.contains("://") {
        if successor_url(&text, Format::Rss).is_none() {
            report.refuse(span, format!("feed.retired: '{}' is not an absolute http or https URL", shown(&text)), REMEDY);
            return None;
        }
        return Some(Some(Successor::Elsewhere(text)));
    }
    if FamilyName::is_meant(&text) {
        return match FamilyName::parse(&text) {
            Ok(family) => Some(Some(Successor::Family(family))),
            Err(error) => {
                report.refuse(span, format!("feed.retired: the family's name '{}' {error}", shown(&text)), REMEDY);
                None
            }
        };
    }
    match FeedName::parse(&text) {
        Ok(name) => Some(Some(Successor::Feed(name))),
        Err(error) => {
            report.refuse(span, format!("feed.retired: the feed's name '{}' {}", shown(&text), error.why), REMEDY);
            None
        }
    }
}

/// Whether what is to stand in a retired feed's place is there.
pub(super) fn judge(at: usize, place: Range<usize>, named: &Named, report: &mut Report<'_>) {
    let Some(retired) = named.retired.get(at) else { return };
    let is_feed =
        |name: &FeedName| named.feeds.iter().any(|feed| feed.name == *name) || named.families.iter().any(|family| family.has(name));
    match (&retired.to, &retired.name) {
        (None | Some(Successor::Elsewhere(_)), _) => {}
        (Some(Successor::Feed(to)), _) if is_feed(to) => {}
        (Some(Successor::Feed(to)), _) => {
            report.refuse(place, format!("feed.retired: there is no feed '{to}' to send subscribers to"), REMEDY);
        }
        (Some(Successor::Family(to)), RetiredName::Family(_)) if named.families.iter().any(|family| family.name == *to) => {}
        (Some(Successor::Family(to)), RetiredName::Family(_)) => {
            report.refuse(place, format!("feed.retired: there is no family '{to}' to send subscribers to"), REMEDY);
        }
        (Some(Successor::Family(to)), RetiredName::Feed(_)) => {
            report.refuse(place, format!("feed.retired: one feed cannot be followed by the family '{to}'"), REMEDY);
        }
    }
}
