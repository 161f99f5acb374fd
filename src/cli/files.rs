//! Files named on the command line, as the articles folder knows them.

use std::path::{Path, PathBuf};

use crate::article::SourcePath;

/// A file: the folder that its path is relative to, and that path. Files outside `articles` are taken relative to their own folder.
pub(super) fn place(file: &Path, articles: &Path) -> Option<(PathBuf, SourcePath)> {
    let absolute = std::path::absolute(file).ok()?;
    // The folder's links are followed, the file's own name is kept: it may be a link.
    let absolute = match (absolute.parent().and_then(|parent| parent.canonicalize().ok()), absolute.file_name()) {
        (Some(parent), Some(name)) => parent.join(name),
        _ => absolute,
    };
    let articles = articles.canonicalize().unwrap_or_else(|_| articles.to_owned());
    if let Ok(inside) = absolute.strip_prefix(&articles) {
        return Some((articles, SourcePath::new(inside)?));
    }
    Some((absolute.parent()?.to_owned(), SourcePath::new(Path::new(absolute.file_name()?))?))
}
