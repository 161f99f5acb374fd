//! Reading small files: bounded, and regular files only, since a pipe could keep us waiting forever.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use thiserror::Error;
use zeroize::Zeroizing;

/// Why a small file could not be read.
#[derive(Debug, Error)]
pub enum Unreadable {
    /// The file system refused.
    #[error("{0}")]
    Refused(#[from] io::Error),
    /// A folder, pipe, socket or device.
    #[error("it is not a regular file")]
    NotAFile,
    /// Larger than anything that belongs here.
    #[error("it is larger than {0} bytes")]
    TooLarge(u64),
}

impl Unreadable {
    /// Whether there simply is no such file.
    pub(super) fn is_absent(&self) -> bool {
        matches!(self, Self::Refused(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory))
    }
}

/// The bytes of a regular file of at most `most` bytes; wiped from memory when dropped.
pub(super) fn read(path: &Path, most: u64) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
    // Opening a pipe without a writer would wait already.
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(Unreadable::NotAFile);
    }
    // Room for all that will be read, so that growing leaves no copy behind.
    let room = metadata.len().min(most).saturating_add(1);
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(room).unwrap_or(0)));
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > most { Err(Unreadable::TooLarge(most)) } else { Ok(bytes) }
}
