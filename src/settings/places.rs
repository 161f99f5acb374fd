//! The folders of articles and feeds and the ledger's file may not lie inside each other: what newswire writes would be read as articles,
//! or what it remembers would be public.

use std::path::{Path, PathBuf};

use super::SettingsError;
use crate::config::file::normal;
use crate::config::{Config, LedgerPlace};

/// Refuses places that lie inside each other, as written and as symbolic links lead.
pub(super) fn check(config: &Config) -> Result<(), SettingsError> {
    let LedgerPlace::Path(ledger) = &config.ledger;
    let articles = ("articles folder", &config.articles.path);
    let feeds = ("feeds folder", &config.feeds.path);
    let ledger = ("ledger", ledger);
    let theme = config.theme.path.as_ref().map(|path| ("theme", path));
    let of_theme = theme.into_iter().flat_map(|theme| [(theme, articles), (theme, feeds), (articles, theme), (feeds, theme)]);
    // The ledger is a file: nothing can lie inside it.
    for (inner, outer) in [(feeds, articles), (articles, feeds), (ledger, articles), (ledger, feeds)].into_iter().chain(of_theme) {
        let how = if lies_in(inner.1, outer.1) {
            if normal(inner.1) == normal(outer.1) { "is" } else { "lies inside" }
        } else if lies_in(&real(inner.1), &real(outer.1)) {
            if real(inner.1) == real(outer.1) { "is, by symbolic links," } else { "lies, by symbolic links, inside" }
        } else {
            continue;
        };
        return Err(SettingsError::Nested {
            inner: inner.0,
            inner_path: inner.1.clone(),
            how,
            outer: outer.0,
            outer_path: outer.1.clone(),
        });
    }
    Ok(())
}

fn lies_in(inner: &Path, outer: &Path) -> bool {
    normal(inner).starts_with(normal(outer))
}

/// Where a path really leads: its longest part that exists, with links followed, and the rest as written.
fn real(path: &Path) -> PathBuf {
    for ancestor in path.ancestors() {
        if let (Ok(found), Ok(rest)) = (ancestor.canonicalize(), path.strip_prefix(ancestor)) {
            return normal(&found.join(rest));
        }
    }
    normal(path)
}
