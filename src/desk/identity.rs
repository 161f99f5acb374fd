//! Which article a file is.

use std::fmt::Write as _;

use jiff::tz::TimeZone;

use super::decide::Seen;
use super::known::{Known, Missing};
use crate::article::{ArticleId, Entry, SourcePath, State};
use crate::diagnostic::{Diagnostic, Severity};
use crate::instant::Instant;

/// Who a file turned out to be.
#[derive(Debug)]
pub(super) enum Who {
    /// An article that the catalogue knows, perhaps from another path.
    Known(Box<Entry>),
    /// A new one, with the id that its front matter gives.
    New(Option<ArticleId>),
    /// It claims the id of an article whose file is still there.
    Clash(Diagnostic),
}

/// Finds out: front matter's id, else its path, else the kernel's rename cookie, else equal bytes of one vanished file.
pub(super) fn who(seen: &Seen, known: &Known) -> Result<(Who, Option<Diagnostic>), Missing> {
    let here = known.by_path(&seen.path)?;
    if let Some(id) = &seen.article.id {
        if let Some(entry) = known.by_id(id)? {
            let free = entry.path == seen.path || file_is_gone(entry) || seen.renamed_from.as_ref() == Some(&entry.path);
            return Ok((if free { Who::Known(Box::new(entry.clone())) } else { Who::Clash(taken(seen, id, entry)) }, None));
        }
        // An article once public keeps its id, whatever its front matter says later.
        return Ok(match here.filter(|entry| entry.was_public) {
            Some(entry) => (Who::Known(Box::new(entry.clone())), Some(kept(seen, id, entry))),
            None => (Who::New(Some(id.clone())), None),
        });
    }
    if let Some(entry) = here.filter(|entry| !matches!(entry.state, State::Withdrawn { .. })) {
        return Ok((Who::Known(Box::new(entry.clone())), None));
    }
    if let Some(from) = &seen.renamed_from
        && let Some(entry) = known.by_path(from)?
        && !matches!(entry.state, State::Withdrawn { .. })
    {
        return Ok((Who::Known(Box::new(entry.clone())), None));
    }
    if let [one] = known.vanished(seen.digest)?[..] {
        return Ok((Who::Known(Box::new(one.clone())), None));
    }
    Ok((here.map_or(Who::New(None), |entry| Who::Known(Box::new(entry.clone()))), None))
}

fn file_is_gone(entry: &Entry) -> bool {
    match entry.state {
        State::RemovalPending { .. } | State::Withdrawn { .. } => true,
        State::Live | State::Held { .. } | State::Expired => false,
    }
}

fn taken(seen: &Seen, id: &ArticleId, holder: &Entry) -> Diagnostic {
    Diagnostic::new(Severity::Error, "duplicate-id", seen.path.to_string(), format!("the id '{id}' is already that of {}", holder.path))
        .mend("give this article an id of its own, or leave the id out")
}

fn kept(seen: &Seen, id: &ArticleId, entry: &Entry) -> Diagnostic {
    let message = format!("this article was published as '{}' and keeps that id; '{id}' is not used", entry.id);
    Diagnostic::new(Severity::Warning, "id-changed", seen.path.to_string(), message)
        .mend("set the id back, or give the new article a file of its own")
}

/// The id that [`make`] gives a new article where no other had that path on that day.
pub(super) fn first(authority: &str, published: Instant, zone: &TimeZone, path: &SourcePath) -> Option<ArticleId> {
    numbered(authority, &day(published, zone), &escape(&path.without_extension()), 1)
}

fn day(published: Instant, zone: &TimeZone) -> String {
    let date = published.in_zone(zone);
    format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}

fn numbered(authority: &str, day: &str, specific: &str, n: u32) -> Option<ArticleId> {
    let number = if n == 1 { String::new() } else { format!("-{n}") };
    ArticleId::parse(&format!("tag:{authority},{day}:{specific}{number}")).ok()
}

/// Makes an id for a new article: `tag:` (RFC 4151), the site's authority, the day of first publication, the path without extension.
/// Where another article was once at that path on that day, a number is added.
pub(super) fn make(authority: &str, published: Instant, zone: &TimeZone, path: &SourcePath, known: &Known) -> Result<ArticleId, Missing> {
    let day = day(published, zone);
    let specific = escape(&path.without_extension());
    for n in 1..=u32::MAX {
        let Some(id) = numbered(authority, &day, &specific, n) else { break };
        if known.by_id(&id)?.is_none() {
            return Ok(id);
        }
    }
    // Only a path beyond the length of an id comes here: its hash stands for it, and plain characters always parse.
    let digest = <sha2::Sha256 as sha2::Digest>::digest(path.as_bytes());
    let short = digest[..16].iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    ArticleId::parse(&format!("tag:{authority},{day}:{short}")).or_else(|_| ArticleId::parse(&short)).map_err(|_| Missing(Vec::new()))
}

/// Percent-encodes what RFC 4151 section 2.1 does not allow in the specific part (`pchar`, `/` and `?` of RFC 3986).
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}
