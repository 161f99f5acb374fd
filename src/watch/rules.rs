//! Which files and folders are looked at, and how long they must rest.

use std::path::Path;
use std::time::Duration;

use globset::GlobSet;

use super::follow::Root;
use super::passed_over::passed_over;
use crate::article::SourcePath;
use crate::config::{Articles, Watch};

/// The deepest folder that is entered, counted in components under the articles folder.
pub(super) const MAX_DEPTH: usize = 64;

/// The longest path under the articles folder, in bytes: what Linux lets one system call name, less room for the folder's own path.
pub(super) const MAX_PATH: usize = 3_072;

/// What the watcher and the scans go by.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Globs relative to the articles folder that are passed over.
    pub ignore: GlobSet,
    /// Whether a file of this name is an article at all (`reader::reads`).
    pub reads: fn(&SourcePath) -> bool,
    /// Whether a change of a file of this name is told: of an article, or of what articles may show. Scans pass over the latter.
    pub notices: fn(&SourcePath) -> bool,
    /// How long a file must rest beyond what is needed anyway; zero takes a file as soon as its writer closes it.
    pub settle: Duration,
    /// How changes are found.
    pub watch: Watch,
    /// How often folders are listed that nobody tells of.
    pub poll: Duration,
    /// Whether links may lead out of the articles folder.
    pub outside: bool,
}

impl Rules {
    /// Those that are configured, for files that `reads` knows by their names.
    pub fn of(articles: &Articles, reads: fn(&SourcePath) -> bool) -> Self {
        Self {
            ignore: articles.ignore.clone(),
            reads,
            notices: reads,
            settle: articles.settle,
            watch: articles.watch,
            poll: articles.poll_interval,
            outside: articles.follow_links_outside,
        }
    }

    /// The folder at this path, with what is allowed there.
    pub(super) const fn root<'a>(&self, path: &'a Path) -> Root<'a> {
        Root { path, outside: self.outside }
    }

    /// Whether a folder at this path is listed where it stands.
    pub(super) fn lists(&self, folder: &SourcePath) -> bool {
        self.enters(folder) && !self.ignores_all_of(folder.as_path())
    }

    /// Whether a file at this path is looked at: it bears an article's name, and neither it nor a folder above it is passed over.
    pub fn sees(&self, path: &SourcePath) -> bool {
        self.enters(path) && (self.reads)(path)
    }

    /// The same rules for what is told of while it changes: files that articles may show are seen, too.
    pub(super) fn while_watching(&self) -> Self {
        Self { reads: self.notices, ..self.clone() }
    }

    /// Whether nothing on the path is passed over: true of every folder that is watched and of every file that is seen.
    pub(super) fn enters(&self, path: &SourcePath) -> bool {
        !path.as_bytes().split(|byte| *byte == b'/').any(passed_over) && !self.ignored(path.as_path())
    }

    /// [`Rules::sees`] where the folders above have been found worth entering.
    pub(super) fn sees_in_folder(&self, path: &SourcePath, name: &[u8]) -> bool {
        (self.reads)(path) && !passed_over(name) && !self.ignored(path.as_path())
    }

    /// [`Rules::enters`] where the folders above have been found worth entering. A folder is left out whole where the globs match
    /// whatever could lie in it, so that `node_modules/**` costs neither watches nor listings.
    pub(super) fn enters_in_folder(&self, folder: &SourcePath, name: &[u8]) -> bool {
        !passed_over(name) && !self.ignored(folder.as_path()) && !self.ignores_all_of(folder.as_path())
    }

    fn ignored(&self, path: &Path) -> bool {
        !self.ignore.is_empty() && self.ignore.is_match(path)
    }

    fn ignores_all_of(&self, folder: &Path) -> bool {
        // A name that no glob means can only be matched by a wildcard; matched at several depths, by one that spans them all.
        const UNLIKELY: &str = "\u{1}\u{2}\u{3}";
        !self.ignore.is_empty() && {
            let mut probe = folder.to_path_buf();
            (0..6).all(|_| {
                probe.push(UNLIKELY);
                self.ignore.is_match(&probe)
            })
        }
    }
}

#[cfg(test)]
impl Rules {
    /// For Markdown, without anything special.
    pub(super) fn for_tests() -> Self {
        let reads = |path: &SourcePath| path.extension().as_deref() == Some("md");
        let (settle, poll) = (Duration::ZERO, Duration::from_millis(100));
        Self { ignore: GlobSet::empty(), reads, notices: reads, settle, watch: Watch::Auto, poll, outside: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use globset::{Glob, GlobSetBuilder};

    fn path(text: &str) -> SourcePath {
        SourcePath::new(Path::new(text)).unwrap()
    }

    fn has(path: &SourcePath, ending: &str) -> bool {
        path.extension().as_deref() == Some(ending)
    }

    fn rules(globs: &[&str]) -> Rules {
        let mut ignore = GlobSetBuilder::new();
        for glob in globs {
            ignore.add(Glob::new(glob).unwrap());
        }
        let notices = |path: &SourcePath| has(path, "md") || has(path, "jpg");
        Rules { ignore: ignore.build().unwrap(), notices, ..Rules::for_tests() }
    }

    #[test]
    fn hidden_folders_hide_what_is_in_them() {
        let rules = rules(&[]);
        assert!(rules.sees(&path("a/b.md")));
        for unseen in [".a/b.md", "a/.b.md", "a/..data/b.md", "x.download/b.md", "a/b.png"] {
            assert!(!rules.sees(&path(unseen)), "{unseen}");
        }
    }

    #[test]
    fn what_articles_show_is_seen_only_while_watching() {
        let rules = rules(&[]);
        assert!(!rules.sees(&path("a/b.jpg")) && rules.while_watching().sees(&path("a/b.jpg")));
        assert!(!rules.while_watching().sees(&path("a/.b.jpg")) && !rules.while_watching().sees(&path("a/b.exe")));
    }

    #[test]
    fn a_folder_is_left_out_only_when_all_of_it_is_ignored() {
        let rules = rules(&["_drafts/**", "notes/*.md", "old"]);
        assert!(!rules.sees(&path("_drafts/a/b.md")));
        assert!(!rules.enters_in_folder(&path("_drafts"), b"_drafts"));
        assert!(!rules.enters_in_folder(&path("old"), b"old"));
        assert!(rules.enters_in_folder(&path("notes"), b"notes"));
        assert!(!rules.sees(&path("notes/a.md")));
    }
}
