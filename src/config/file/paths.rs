//! Paths as written → absolute ones: those in the file are relative to its folder, all others to the working directory.

use std::path::{Component, Path, PathBuf};

use super::findings::Report;
use super::written::Text;

/// What relative paths are relative to; both absolute.
#[derive(Clone, Copy, Debug)]
pub struct Bases<'a> {
    /// The config file's folder.
    pub file: &'a Path,
    /// The working directory.
    pub working: &'a Path,
}

impl Bases<'_> {
    /// A path that may not be given; the default is relative to the working directory.
    pub(super) fn resolve(self, report: &mut Report<'_>, what: &str, written: Option<&Text>, default: &str) -> PathBuf {
        written.and_then(|written| self.given(report, what, written)).unwrap_or_else(|| normal(&self.working.join(default)))
    }

    /// A path that is given.
    pub(super) fn given(self, report: &mut Report<'_>, what: &str, written: &Text) -> Option<PathBuf> {
        let text = written.get_ref();
        if text.trim().is_empty() || text.contains('\0') {
            report.refuse(written.span(), format!("{what} is empty or no path"), "name a file or folder, or leave the key out");
            return None;
        }
        if text == "~" || text.starts_with("~/") {
            report.refuse(written.span(), format!("{what} begins with '~', which only a shell understands"), "write the whole path");
            return None;
        }
        let base = if report.document().origin(&written.span()).is_some() { self.working } else { self.file };
        Some(normal(&base.join(text)))
    }
}

/// The same path without `.` and `..`, as a reader of the text would take it.
pub(crate) fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => out.push(part),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_go() {
        assert_eq!(normal(Path::new("/a/config/../b/./c/")), Path::new("/a/b/c"));
        assert_eq!(normal(Path::new("/../../a")), Path::new("/a"));
    }
}
