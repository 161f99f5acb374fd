//! Relative links that lead nowhere: to another article's file, to a file beside it, or to a place in the article itself.

use std::collections::BTreeSet;

use super::{Finding, Shown};
use crate::article::{References, SourcePath};
use crate::diagnostic::Severity;

/// How many links of an article are looked at.
const MOST: usize = 500;

/// What there is to say of an article's links. `is_article` tells whether an article's file stands where a reference leads,
/// `is_file` whether any file does.
pub fn dead_links(path: &SourcePath, shown: Shown<'_>, is_article: &dyn Fn(&str) -> bool, is_file: &dyn Fn(&str) -> bool) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for written in shown.links.iter().take(MOST) {
        if seen.insert(written.as_str()) {
            found.extend(dead(path, written, shown.anchors, is_article, is_file));
        }
    }
    found
}

fn dead(
    path: &SourcePath,
    written: &str,
    anchors: &BTreeSet<String>,
    is_article: &dyn Fn(&str) -> bool,
    is_file: &dyn Fn(&str) -> bool,
) -> Option<Finding> {
    if let Some(anchor) = written.strip_prefix('#') {
        // An empty one, and `#top`, lead to the page's beginning (HTML standard, section 7.4.6.4).
        if anchor.is_empty() || anchor.eq_ignore_ascii_case("top") || anchors.contains(anchor) || anchors.contains(&bare(anchor)) {
            return None;
        }
        let message = format!("it links to '{written}', and has no heading or element of that name");
        let finding = Finding::new(Severity::Note, "dead-anchor", path, message).at(written);
        return Some(finding.mend("correct the name, or give the heading one: `## Heading {#name}`"));
    }
    if let Some(target) = References::target(written) {
        if is_article(target) {
            return None;
        }
        let message = format!("it links to '{target}', which is no article here: the link leads nowhere");
        return Some(Finding::new(Severity::Warning, "link-to-nothing", path, message).at(target).mend("correct the path"));
    }
    let target = &written[..written.find(['#', '?']).unwrap_or(written.len())];
    if !names_a_file(target) || is_file(target) {
        return None;
    }
    let message = format!("it links to '{target}', and there is no such file beside it");
    let finding = Finding::new(Severity::Warning, "dead-link", path, message).at(target);
    Some(finding.mend("correct the path, put the file there, or write the URL under which it is on the web"))
}

/// Generators disagree on what becomes of spaces and punctuation in a heading's name, so that a heading is also known by its letters
/// and digits alone.
fn bare(anchor: &str) -> String {
    let anchor = percent_encoding::percent_decode_str(anchor).decode_utf8_lossy();
    anchor.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a relative link names a file of the folder: its last part has an ending. Pages (`../about/`, `page.html`) are the site's
/// own, of which nothing is known here.
fn names_a_file(target: &str) -> bool {
    let last = target.rsplit('/').next().unwrap_or(target);
    let ending = last.rsplit_once('.').filter(|(name, _)| !name.is_empty() && *name != ".").map(|(_, ending)| ending);
    let is_ending = |ending: &str| (1..=5).contains(&ending.len()) && ending.bytes().all(|b| b.is_ascii_alphanumeric());
    !target.starts_with('/')
        && !target.contains(':')
        && ending.is_some_and(|ending| is_ending(ending) && !["html", "htm", "php", "asp", "aspx"].contains(&ending))
}
