//! Opens the folders that files lie in. Files of one batch mostly lie side by side, so the last folder stays open for the next.

use std::cell::RefCell;
use std::ffi::OsStr;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::rc::Rc;

use super::follow::{Root, open_under, split};
use crate::article::SourcePath;

/// The way to the files of one batch; not to be kept for longer, since folders are moved and replaced.
pub struct Doorway<'a> {
    root: Root<'a>,
    last: RefCell<Option<Open>>,
}

/// A folder's path, and the folder.
type Open = (Box<[u8]>, Rc<OwnedFd>);

impl<'a> Doorway<'a> {
    /// The way into this folder.
    pub fn of(root: impl Into<Root<'a>>) -> Self {
        Self { root: root.into(), last: RefCell::new(None) }
    }

    pub(super) const fn root(&self) -> Root<'a> {
        self.root
    }

    /// The folder a path lies in, opened, and the path's last component.
    pub(super) fn parent<'p>(&self, path: &'p SourcePath) -> rustix::io::Result<(Rc<OwnedFd>, &'p OsStr)> {
        let (folder, name) = split(path);
        let name = OsStr::from_bytes(name);
        let mut last = self.last.borrow_mut();
        if let Some((_, handle)) = last.as_ref().filter(|(open, _)| **open == *folder) {
            return Ok((Rc::clone(handle), name));
        }
        let handle = Rc::new(open_under(self.root, folder)?);
        *last = Some((folder.into(), Rc::clone(&handle)));
        Ok((handle, name))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn each_file_is_reached_by_its_own_folder() {
        let root = tempfile::tempdir().unwrap();
        for folder in ["a", "b/c"] {
            std::fs::create_dir_all(root.path().join(folder)).unwrap();
            std::fs::write(root.path().join(folder).join("one.md"), folder).unwrap();
        }
        std::fs::write(root.path().join("one.md"), "root").unwrap();
        let doorway = Doorway::of(root.path());
        for (path, text) in [("a/one.md", "a"), ("a/one.md", "a"), ("one.md", "root"), ("b/c/one.md", "b/c"), ("a/one.md", "a")] {
            let path = SourcePath::new(Path::new(path)).unwrap();
            assert_eq!(super::super::read::read_file_by(&doorway, &path, 100).unwrap().bytes, text.as_bytes());
        }
        assert!(doorway.parent(&SourcePath::new(Path::new("none/one.md")).unwrap()).is_err());
    }
}
