//! `podcast = { … }`: a feed that is a podcast.

use url::Url;
use uuid::Uuid;

use super::articles::bounded;
use super::findings::Report;
use super::look::address;
use super::mask::shown;
use super::nearest::nearest;
use super::written::{self, Text};
use crate::config::Podcast;

/// Apple takes no more.
const MOST_CATEGORIES: usize = 3;
const KINDS: [(&str, bool); 2] = [("episodic", false), ("serial", true)];

pub(super) fn podcast(written: written::Podcast, site: &Url, report: &mut Report<'_>) -> Podcast {
    let categories = written.categories.map(|list| {
        if list.get_ref().len() > MOST_CATEGORIES {
            let message = format!("podcast.categories has more than {MOST_CATEGORIES} entries, of which directories take no more");
            report.refuse(list.span(), message, "keep those that fit best");
        }
        bounded("podcast.categories", list, report).iter().filter_map(|text| category(text, report)).collect()
    });
    Podcast {
        author: report.text("podcast.author", written.author),
        owner: report.text("podcast.owner", written.owner),
        email: written.email.and_then(|written| email(written, report)),
        categories: categories.unwrap_or_default(),
        explicit: written.explicit.unwrap_or(false),
        image: written.image.and_then(|written| address("podcast.image", &written, site, report)),
        serial: written.kind.and_then(|written| report.choice("podcast.type", &written, &KINDS)).unwrap_or(false),
        guid: written.guid.and_then(|written| guid(&written, report)),
        locked: written.locked,
    }
}

fn email(written: Text, report: &mut Report<'_>) -> Option<String> {
    let span = written.span();
    let text = report.text("podcast.email", Some(written))?;
    let whole = text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    if whole && !text.contains(char::is_whitespace) {
        return Some(text);
    }
    report.refuse(span, format!("podcast.email: '{}' is no e-mail address", shown(&text)), "write it as in \"radio@example.org\"");
    None
}

fn guid(written: &Text, report: &mut Report<'_>) -> Option<String> {
    let text = written.get_ref().trim();
    let guid = Uuid::try_parse(text).ok().map(|guid| guid.hyphenated().to_string());
    if guid.is_none() {
        let message = format!("podcast.guid: '{}' is no UUID", shown(text));
        report.refuse(written.span(), message, "copy the show's podcast:guid from its old feed, or leave the key out");
    }
    guid
}

/// `News`, or `News > Daily News`.
fn category(written: &Text, report: &mut Report<'_>) -> Option<(&'static str, Option<&'static str>)> {
    let text = written.get_ref().trim();
    let (outer, inner) = text.split_once('>').map_or((text, None), |(outer, inner)| (outer.trim(), Some(inner.trim())));
    let same = |known: &&str, word: &str| known.eq_ignore_ascii_case(word);
    let mut refuse = |word: &str, candidates: Vec<&'static str>, where_: &str| {
        let near = nearest(word, candidates.iter().copied());
        let remedy = match near {
            Some(near) => format!("did you mean '{near}'?"),
            None if candidates.is_empty() => "write the category alone".to_owned(),
            None => format!("there are: {}", candidates.join(", ")),
        };
        report.refuse(written.span(), format!("podcast.categories: there is no '{}'{where_}", shown(word)), remedy);
    };
    let Some((outer, within)) = Podcast::CATEGORIES.into_iter().find(|(known, _)| same(known, outer)) else {
        // A category within another is often written alone.
        let home = Podcast::CATEGORIES.into_iter().find(|(_, within)| within.iter().any(|known| same(known, outer)));
        match home {
            Some((home, _)) => report.refuse(
                written.span(),
                format!("podcast.categories: '{}' is a category within another", shown(outer)),
                format!("write \"{home} > {outer}\""),
            ),
            None => refuse(outer, Podcast::CATEGORIES.iter().map(|(known, _)| *known).collect(), ""),
        }
        return None;
    };
    let Some(inner) = inner else { return Some((outer, None)) };
    let found = within.iter().copied().find(|known| same(known, inner));
    if found.is_none() {
        refuse(inner, within.to_vec(), &format!(" within {outer}"));
    }
    Some((outer, Some(found?)))
}
