//! What `check` asks of articles beside what they cannot do without, with the files that it takes to answer.

use std::path::{Component, Path, PathBuf};

use percent_encoding::percent_decode_str;

use super::reading::Look;
use crate::article::SourcePath;
use crate::config::Config;
use crate::desk::{House, Observation};
use crate::diagnostic::Diagnostic;
use crate::instant::Instant;
use crate::ledger;
use crate::lint::{self, Finding, Shown};
use crate::render::{self, Written};
use crate::watch::Root;
use crate::watch::read::read_file;

/// What there is to say of the articles of one file, as rules and folders' defaults leave them.
pub(super) fn lint(config: &Config, house: &House, look: &Look, now: Instant) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for observation in &look.observations {
        let Observation::Seen(seen) = observation else { continue };
        let article = house.edit(&seen.path, &seen.article).article;
        let Written { links, anchors, has_image } = render::written(&article);
        let shown = Shown { links: &links, anchors: &anchors, has_image };
        let path = &seen.path;
        found.extend(lint::article(config, path, &article, shown, now));
        let is_article = |target: &str| ledger::candidates(target, path).iter().any(|path| is_file(config, path.as_path()));
        let stands = |target: &str| beside(path, target).is_some_and(|path| is_file(config, &path));
        found.extend(lint::dead_links(path, shown, &is_article, &stands));
    }
    place(config, &look.path, found)
}

/// The findings at their places. The file is read once more only where there are any.
pub(super) fn place(config: &Config, path: &SourcePath, found: Vec<Finding>) -> Vec<Diagnostic> {
    if found.is_empty() {
        return Vec::new();
    }
    let root = Root { path: &config.articles.path, outside: config.articles.follow_links_outside };
    let text = match read_file(root, path, config.articles.max_size) {
        Ok(read) => String::from_utf8(read.bytes).unwrap_or_default(),
        // It went away meanwhile, or is being written: what was found stands for the whole file.
        Err(_) => String::new(),
    };
    found.into_iter().map(|finding| finding.placed(&text)).collect()
}

fn is_file(config: &Config, path: &Path) -> bool {
    config.articles.path.join(path).metadata().is_ok_and(|metadata| metadata.is_file())
}

/// The file that a relative link names; none where it leaves the articles folder.
fn beside(article: &SourcePath, target: &str) -> Option<PathBuf> {
    let target = percent_decode_str(target).decode_utf8_lossy().into_owned();
    let mut path = article.as_path().parent().map(Path::to_owned).unwrap_or_default();
    for part in Path::new(&target).components() {
        match part {
            Component::Normal(name) => path.push(name),
            Component::CurDir => {}
            Component::ParentDir => {
                if !path.pop() {
                    return None;
                }
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(path)
}
