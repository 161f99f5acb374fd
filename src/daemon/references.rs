//! Links from one article to another by its file (`article:PATH`, as readers leave them) → links on the web.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use percent_encoding::percent_decode_str;

use crate::article::{Article, Body, EntryKey, SourcePath};
use crate::ledger::{Fault, Ledger};

/// What such a link begins with.
const SCHEME: &str = "article:";
/// How many different ones of an article are followed.
const MOST: usize = 200;
/// What may be left out at the end of one.
const ENDINGS: [&str; 6] = ["", ".md", ".markdown", ".txt", "/index.md", "/index.txt"];

/// The article with the links to others that the catalogue knows put right; the rest stay as they are, and rendering drops them.
pub(super) async fn resolved(article: Arc<Article>, at: &SourcePath, ledger: &dyn Ledger) -> Result<Arc<Article>, Fault> {
    let Some(text) = text_of(&article.body) else { return Ok(article) };
    let targets = targets(text);
    if targets.is_empty() {
        return Ok(article);
    }
    let wanted: Vec<(&str, Vec<SourcePath>)> = targets.iter().map(|target| (*target, candidates(target, at))).collect();
    let keys: BTreeSet<&SourcePath> = wanted.iter().flat_map(|(_, paths)| paths).collect();
    let entries = ledger.entries(keys.into_iter().cloned().map(EntryKey::Path).collect()).await?;
    let links: BTreeMap<&SourcePath, &str> =
        entries.iter().filter(|entry| entry.state.is_public()).map(|entry| (&entry.path, entry.link.as_str())).collect();
    let mut found: Vec<(&str, &str)> =
        wanted.iter().filter_map(|(target, paths)| Some((*target, *paths.iter().find_map(|path| links.get(path))?))).collect();
    // The longest first, so that none is taken for the beginning of another.
    found.sort_by_key(|(target, _)| std::cmp::Reverse(target.len()));
    let mut put_right = text.to_owned();
    for (target, link) in found {
        put_right = put_right.replace(&format!("{SCHEME}{target}"), link);
    }
    let body = match &article.body {
        Body::Html(_) => Body::Html(put_right),
        Body::Markdown(_) | Body::Blocks(_) => Body::Markdown(put_right),
    };
    Ok(Arc::new(Article { body, ..(*article).clone() }))
}

fn text_of(body: &Body) -> Option<&str> {
    match body {
        Body::Markdown(text) | Body::Html(text) => text.contains(SCHEME).then_some(text),
        Body::Blocks(_) => None,
    }
}

/// The paths that a text links to, without fragments.
fn targets(text: &str) -> Vec<&str> {
    let mut targets: Vec<&str> = text
        .split(SCHEME)
        .skip(1)
        .map(|rest| rest.split(|c: char| c.is_whitespace() || matches!(c, '#' | ')' | '>' | '"' | '\'' | '<')).next().unwrap_or_default())
        .filter(|target| !target.is_empty() && target.len() < 1_000)
        .collect();
    targets.sort_unstable();
    targets.dedup();
    targets.truncate(MOST);
    targets
}

/// Where the file may lie: under the folder of the article that links to it, or under one above.
fn candidates(target: &str, at: &SourcePath) -> Vec<SourcePath> {
    let plain = percent_decode_str(target).decode_utf8_lossy();
    let plain = plain.trim_start_matches('/').trim_start_matches("./");
    at.as_path()
        .ancestors()
        .skip(1)
        .flat_map(|folder| [folder.to_owned(), folder.join("_posts")])
        .flat_map(|folder| ENDINGS.map(|ending| plainly(&folder.join(format!("{plain}{ending}")))))
        .filter_map(|path| SourcePath::new(&path?))
        .collect()
}

/// The path with its `..` followed; none where it leaves the folder.
fn plainly(path: &Path) -> Option<PathBuf> {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                if !plain.pop() {
                    return None;
                }
            }
            std::path::Component::CurDir => {}
            other => plain.push(other),
        }
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_end_where_a_destination_does() {
        let text = "[a](article:2020-01-01-name) <a href=\"article:x/y.md#part\">b</a> [c]: article:z\n";
        assert_eq!(targets(text), ["2020-01-01-name", "x/y.md", "z"]);
        assert!(targets("no links here").is_empty());
    }

    #[test]
    fn a_file_is_looked_for_beside_and_above() {
        let at = SourcePath::new(Path::new("blog/_posts/a.md")).unwrap();
        let found: Vec<String> = candidates("2020-01-01-name", &at).iter().map(ToString::to_string).collect();
        assert_eq!(found[1], "blog/_posts/2020-01-01-name.md");
        assert!(found.contains(&"blog/2020-01-01-name/index.md".to_owned()), "{found:?}");
        assert!(found.contains(&"_posts/2020-01-01-name.md".to_owned()), "{found:?}");
        assert!(candidates("../../../etc/passwd", &at).iter().all(|path| !path.to_string().contains("..")));
    }
}
