//! How a publication shows itself, and the terms for machines.

use url::Url;

use super::articles::bounded;
use super::findings::Report;
use super::mask::shown;
use super::nearest::nearest;
use super::written::{self, Text, Texts};
use crate::config::{Look, Rsl};

/// What of `[site]` readers show.
pub(super) fn look(written: &mut written::Site, site: &Url, report: &mut Report<'_>) -> Look {
    let mut picture = |what: &str, written: &mut Option<Text>| written.take().and_then(|written| address(what, &written, site, report));
    Look {
        icon: picture("site.icon", &mut written.icon),
        favicon: picture("site.favicon", &mut written.favicon),
        logo: picture("site.logo", &mut written.logo),
        cover: picture("site.cover", &mut written.cover),
        accent_color: written.accent_color.take().and_then(|written| color(&written, report)),
    }
}

/// An http or https URL, or a path under the site's.
pub(super) fn address(what: &str, written: &Text, site: &Url, report: &mut Report<'_>) -> Option<Url> {
    let text = written.get_ref().trim();
    let public =
        |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host() && url.username().is_empty() && url.password().is_none();
    let plain = !text.is_empty() && !text.chars().any(char::is_control);
    let url = site.join(text).ok().filter(|url| plain && public(url) && url.as_str().len() <= 1000);
    if url.is_none() {
        report.refuse(
            written.span(),
            format!("{what}: '{}' is no address on the web", shown(text)),
            "write an http or https URL without a user name, or a path under site.url",
        );
    }
    url
}

/// Six hexadecimal digits, with or without `#`.
fn color(written: &Text, report: &mut Report<'_>) -> Option<String> {
    let text = written.get_ref().trim();
    let digits = text.strip_prefix('#').unwrap_or(text);
    if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Some(digits.to_ascii_lowercase());
    }
    let message = format!("site.accent_color: '{}' is no colour", shown(text));
    report.refuse(written.span(), message, "write six hexadecimal digits, as in \"#aa2200\"");
    None
}

/// `[rsl]`; nothing where it says nothing.
pub(super) fn rsl(written: Option<written::Rsl>, site: &Url, report: &mut Report<'_>) -> Option<Rsl> {
    let written = written?;
    let usages = |what: &str, list: Option<Texts>, report: &mut Report<'_>| {
        let list = list.map(|list| bounded(what, list, report)).unwrap_or_default();
        let mut known: Vec<&'static str> = list.iter().filter_map(|word| one_of(what, word, &Rsl::USAGES, report)).collect();
        known.dedup();
        known
    };
    let rsl = Rsl {
        permits: usages("rsl.permits", written.permits, report),
        prohibits: usages("rsl.prohibits", written.prohibits, report),
        payment: written.payment.and_then(|word| one_of("rsl.payment", &word, &Rsl::PAYMENTS, report)),
        server: written.server.and_then(|written| address("rsl.server", &written, site, report)),
        terms: written.terms.and_then(|written| address("rsl.terms", &written, site, report)),
    };
    let says = !rsl.permits.is_empty() || !rsl.prohibits.is_empty() || rsl.payment.is_some();
    (says || rsl.server.is_some() || rsl.terms.is_some()).then_some(rsl)
}

fn one_of(what: &str, written: &Text, known: &[&'static str], report: &mut Report<'_>) -> Option<&'static str> {
    let text = written.get_ref().trim();
    let found = known.iter().copied().find(|word| word.eq_ignore_ascii_case(text));
    if found.is_none() {
        let near = nearest(text, known.iter().copied());
        let remedy = near.map_or_else(|| format!("there are: {}", known.join(", ")), |near| format!("did you mean '{near}'?"));
        report.refuse(written.span(), format!("{what}: there is no '{}'", shown(text)), remedy);
    }
    found
}
