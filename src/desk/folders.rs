//! What folders give to the articles in them, nearest first.

use std::collections::HashMap;
use std::fmt;

use globset::{GlobSet, GlobSetBuilder};
use sha2::{Digest, Sha256};

use crate::article::{FolderDefault, Preset, SourcePath};

/// The defaults of every folder that has some: plain values, read by others.
#[derive(Default)]
pub struct FolderDefaults {
    folders: HashMap<Vec<u8>, Vec<Ready>>,
    /// What tells one such value from another.
    form: [u8; 32],
}

/// A default ready to be asked whom it is for.
struct Ready {
    /// The file that gives it.
    file: SourcePath,
    preset: Preset,
    adds_tags: bool,
    only: Option<GlobSet>,
    unless: GlobSet,
    language: Option<String>,
}

/// One default that concerns an article.
#[derive(Clone, Copy)]
pub(super) struct Applying<'a> {
    pub(super) file: &'a SourcePath,
    pub(super) preset: &'a Preset,
    pub(super) adds_tags: bool,
}

impl FolderDefaults {
    /// What these files give, in the order in which they count within a folder.
    pub fn new<'a>(files: impl IntoIterator<Item = (&'a SourcePath, &'a [FolderDefault])>) -> Self {
        let mut made = Self::default();
        let mut form = Sha256::new();
        for (file, defaults) in files {
            if defaults.is_empty() {
                continue;
            }
            form.update(format!("{file:?}{defaults:?}"));
            let ready = defaults.iter().map(|default| Ready {
                file: file.clone(),
                preset: default.preset.clone(),
                adds_tags: default.adds_tags,
                only: (!default.only.is_empty()).then(|| globs(&default.only)),
                unless: globs(&default.unless),
                language: default.language.clone(),
            });
            made.folders.entry(folder(file.as_bytes()).to_vec()).or_default().extend(ready);
        }
        made.form = form.finalize().into();
        made
    }

    /// Whether no folder gives anything.
    pub fn is_empty(&self) -> bool {
        self.folders.is_empty()
    }

    /// What tells it from another value.
    pub(super) const fn form(&self) -> &[u8; 32] {
        &self.form
    }

    /// What concerns an article, the nearest folder first.
    pub(super) fn concerning<'a>(&'a self, path: &'a SourcePath, language: &'a str) -> impl Iterator<Item = Applying<'a>> {
        let mut at = Some(folder(path.as_bytes()));
        let folders = std::iter::from_fn(move || {
            let here = at?;
            at = (!here.is_empty()).then(|| folder(here));
            Some(here)
        });
        folders
            .filter_map(|folder| self.folders.get(folder))
            .flatten()
            .filter(|ready| ready.concerns(path, language))
            .map(|ready| Applying { file: &ready.file, preset: &ready.preset, adds_tags: ready.adds_tags })
    }
}

impl fmt::Debug for FolderDefaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FolderDefaults").field("folders", &self.folders.len()).finish_non_exhaustive()
    }
}

impl Ready {
    fn concerns(&self, path: &SourcePath, language: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only.is_match(path.as_path()))
            && !self.unless.is_match(path.as_path())
            && self.language.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(language))
    }
}

/// The path of the folder that a path lies in; empty for the articles folder itself.
fn folder(path: &[u8]) -> &[u8] {
    path.iter().rposition(|byte| *byte == b'/').map_or(&[], |at| &path[..at])
}

fn globs(globs: &[globset::Glob]) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        set.add(glob.clone());
    }
    // Each was compiled when it was read; together they are few.
    set.build().unwrap_or_default()
}
