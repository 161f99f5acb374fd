//! Unix sockets: made whole, taken over from the dead, never from the living.

use std::io::{Error, ErrorKind, Result};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::{fs, process};

/// The file of a socket; removed when nobody listens on it any more.
pub(super) struct SocketFile {
    path: PathBuf,
    identity: (u64, u64),
}

impl SocketFile {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        // Whoever has put another one there since keeps it.
        if identity(&self.path).is_ok_and(|now| now == self.identity) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Listens at a path. A socket that is there already is replaced where nobody listens on it: `AddrInUse` says that somebody does,
/// `AlreadyExists` that something else than a socket is there.
pub(super) fn bind(path: &Path, mode: u32) -> Result<(UnixListener, SocketFile)> {
    match fs::symlink_metadata(path) {
        Ok(there) if !there.file_type().is_socket() => return Err(Error::from(ErrorKind::AlreadyExists)),
        Ok(_) => match UnixStream::connect(path) {
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) if error.kind() == ErrorKind::PermissionDenied => return Err(error),
            // One that answers, or whose queue is full.
            Ok(_) | Err(_) => return Err(Error::from(ErrorKind::AddrInUse)),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    // Under another name first, so that nobody can connect before the mode is right.
    let mut name = path.file_name().ok_or_else(|| Error::from(ErrorKind::InvalidInput))?.to_owned();
    name.push(format!(".{}", process::id()));
    let fresh = path.with_file_name(name);
    let _ = fs::remove_file(&fresh);
    let listener = UnixListener::bind(&fresh)?;
    let placed = fs::set_permissions(&fresh, fs::Permissions::from_mode(mode)).and_then(|()| fs::rename(&fresh, path));
    if let Err(error) = placed {
        let _ = fs::remove_file(&fresh);
        return Err(error);
    }
    let file = SocketFile { path: path.to_owned(), identity: identity(path)? };
    Ok((listener, file))
}

fn identity(path: &Path) -> Result<(u64, u64)> {
    fs::symlink_metadata(path).map(|there| (there.dev(), there.ino()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_goes_with_its_listener_and_has_its_mode() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("http.sock");
        let (listener, file) = bind(&path, 0o620).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o620);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        drop((listener, file));
        assert!(!path.exists());
    }

    #[test]
    fn a_living_socket_is_left_alone_and_a_dead_one_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("http.sock");
        let living = UnixListener::bind(&path).unwrap();
        assert_eq!(bind(&path, 0o600).err().unwrap().kind(), ErrorKind::AddrInUse);
        assert!(UnixStream::connect(&path).is_ok());
        drop(living);
        let (_listener, file) = bind(&path, 0o600).unwrap();
        UnixStream::connect(&path).unwrap();
        // One that another process has put there meanwhile is not ours to remove.
        fs::remove_file(&path).unwrap();
        let _other = UnixListener::bind(&path).unwrap();
        drop(file);
        assert!(path.exists());
    }

    #[test]
    fn what_is_no_socket_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.txt");
        fs::write(&path, "mine").unwrap();
        assert_eq!(bind(&path, 0o600).err().unwrap().kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    }
}
