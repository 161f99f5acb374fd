//! Articles' local files in the feeds folder: copied, never linked; each under the hash of its bytes, whole or not at all.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};

use super::FolderFault;
use crate::article::{AssetFile, Published};

/// Why a file was not published.
#[derive(Debug)]
pub enum AssetFault {
    /// The file itself: it is gone, cannot be read, or is no longer what was looked at. Whatever happened to it is told of as a change.
    Source(String),
    /// The feeds folder cannot be written.
    Folder(FolderFault),
}

/// Publishes a file that was looked at before, if it is not published yet. Blocking.
///
/// A clone that shares the file's blocks where the file system can, else a copy; its bytes are compared with the hash that it was looked at
/// with before it gets its name.
pub fn publish(root: &Path, asset: &AssetFile, open: impl FnOnce() -> io::Result<File>) -> Result<(), AssetFault> {
    if stands(root, &asset.published, asset.stamp.size) {
        return Ok(());
    }
    let target = root.join(asset.published.path());
    let mut source = open().map_err(|error| AssetFault::Source(error.to_string()))?;
    let folder = target.parent().unwrap_or(root);
    let temporary = folder.join(format!(".{}.tmp", asset.published.name()));
    let fault = |error: io::Error| AssetFault::Folder(FolderFault::new(&target, &error));
    fs::create_dir_all(folder).map_err(fault)?;
    let placed = write(&mut source, &temporary, asset).and_then(|()| {
        // The name, and those of the folders that may be new.
        let synced = || folder.ancestors().take(3).try_for_each(sync);
        fs::rename(&temporary, &target).and_then(|()| synced()).map_err(fault)
    });
    if placed.is_err() {
        let _ = fs::remove_file(&temporary);
        let _ = fs::remove_dir(folder);
    }
    placed
}

/// Whether a file of this length stands published. What has its name is whole: it was renamed into place.
pub fn stands(root: &Path, published: &Published, length: u64) -> bool {
    fs::symlink_metadata(root.join(published.path())).is_ok_and(|found| found.is_file() && found.len() == length)
}

fn write(source: &mut File, temporary: &Path, asset: &AssetFile) -> Result<(), AssetFault> {
    let fault = |error: io::Error| AssetFault::Folder(FolderFault::new(temporary, &error));
    let mut file = File::options().read(true).write(true).create(true).truncate(true).open(temporary).map_err(fault)?;
    if !clone(&file, source) {
        // One byte more shows that it has grown.
        let copied = io::copy(&mut source.take(asset.stamp.size + 1), &mut file).map_err(fault)?;
        if copied != asset.stamp.size {
            return Err(changed());
        }
    }
    if digest(&mut file, asset.stamp.size).map_err(fault)? != Some(asset.published.hash().to_owned()) {
        return Err(changed());
    }
    file.sync_all().map_err(fault)
}

fn changed() -> AssetFault {
    AssetFault::Source("it changed while it was published".to_owned())
}

/// Whether the file now shares the other's blocks.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn clone(file: &File, source: &File) -> bool {
    rustix::fs::ioctl_ficlone(file, source).is_ok()
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn clone(_: &File, _: &File) -> bool {
    false
}

/// The hash of a file of this length, in hexadecimal; nothing where its length is another.
fn digest(file: &mut File, length: u64) -> io::Result<Option<String>> {
    file.seek(SeekFrom::Start(0))?;
    let mut hash = Sha256::new();
    let mut chunk = vec![0; 128 * 1024];
    let mut read = 0;
    loop {
        match file.read(&mut chunk) {
            Ok(0) => break,
            Ok(got) => {
                hash.update(chunk.get(..got).unwrap_or_default());
                read += got as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let hash = hash.finalize();
    let text = hash.iter().take(16).fold(String::with_capacity(32), |text, byte| text + &format!("{byte:02x}"));
    Ok((read == length).then_some(text))
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Removes a published file, and its folder with the last one in it. One that is not there is as good. Blocking.
pub fn remove(root: &Path, published: &Published) -> io::Result<()> {
    let target = root.join(published.path());
    match fs::remove_file(&target) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    if let Some(folder) = target.parent() {
        // Another name for the same bytes may still stand in it.
        let _ = fs::remove_dir(folder);
    }
    Ok(())
}

/// Notes on a published file that it is shown no more: its time stamp is what a later start counts its grace from.
pub fn mark_unused(root: &Path, published: &Published, now: SystemTime) {
    if let Ok(file) = File::options().append(true).open(root.join(published.path())) {
        // Failing costs at most the grace.
        let _ = file.set_modified(now);
    }
}

/// Every file that stands published, with how long ago it was written or marked. Blocking.
pub fn published(root: &Path, now: SystemTime) -> Vec<(Published, Duration)> {
    let mut found = Vec::new();
    for folder in fs::read_dir(root.join(Published::FOLDER)).into_iter().flatten().flatten() {
        let Ok(hash) = folder.file_name().into_string() else { continue };
        // Feeds may have folders of the same name; only what is named as a hash is ours.
        if Published::parse(&format!("{hash}/x")).is_err() {
            continue;
        }
        for file in fs::read_dir(folder.path()).into_iter().flatten().flatten() {
            let name = file.file_name();
            if name.as_bytes().starts_with(b".") && name.as_bytes().ends_with(b".tmp") {
                // A crash left it.
                let _ = fs::remove_file(file.path());
                let _ = fs::remove_dir(folder.path());
                continue;
            }
            let Ok(published) = Published::parse(&format!("{hash}/{}", name.to_string_lossy())) else { continue };
            let age = file.metadata().and_then(|meta| meta.modified()).ok().and_then(|at| now.duration_since(at).ok()).unwrap_or_default();
            found.push((published, age));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::FileStamp;

    fn asset(bytes: &[u8]) -> AssetFile {
        let hash = Sha256::digest(bytes);
        AssetFile {
            stamp: FileStamp { size: bytes.len() as u64, ..FileStamp::default() },
            published: Published::new(std::array::from_fn(|at| hash[at]), "cover", "jpg"),
            mime: "image/jpeg".into(),
            width: None,
            height: None,
        }
    }

    #[test]
    fn a_file_is_copied_whole_and_once() {
        let place = tempfile::tempdir().unwrap();
        let source = place.path().join("cover.jpg");
        fs::write(&source, "picture").unwrap();
        let (root, asset) = (place.path().join("feeds"), asset(b"picture"));
        publish(&root, &asset, || File::open(&source)).unwrap();
        let target = root.join(asset.published.path());
        assert_eq!(fs::read(&target).unwrap(), b"picture");
        assert_eq!(std::os::unix::fs::MetadataExt::nlink(&fs::metadata(&target).unwrap()), 1, "it is no second name of the source");
        assert_eq!(fs::read_dir(target.parent().unwrap()).unwrap().count(), 1, "no temporary is left");
        publish(&root, &asset, || panic!("it stands already")).unwrap();
        // Written in place afterwards, the source does not reach what is published.
        fs::write(&source, "scribble").unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"picture");
    }

    #[test]
    fn what_changed_meanwhile_is_not_published() {
        let place = tempfile::tempdir().unwrap();
        let source = place.path().join("cover.jpg");
        let root = place.path().join("feeds");
        for now in ["Picture", "picture and more", "pic", ""] {
            fs::write(&source, now).unwrap();
            let fault = publish(&root, &asset(b"picture"), || File::open(&source)).unwrap_err();
            assert!(matches!(fault, AssetFault::Source(_)), "{fault:?}");
            assert!(published(&root, SystemTime::now()).is_empty());
        }
        let gone = publish(&root, &asset(b"picture"), || File::open(place.path().join("none")));
        assert!(matches!(gone, Err(AssetFault::Source(_))));
    }

    #[test]
    fn what_is_shown_no_more_goes_with_its_folder() {
        let place = tempfile::tempdir().unwrap();
        let source = place.path().join("cover.jpg");
        fs::write(&source, "picture").unwrap();
        let (root, asset) = (place.path().join("feeds"), asset(b"picture"));
        publish(&root, &asset, || File::open(&source)).unwrap();
        fs::create_dir_all(root.join("media/news")).unwrap();
        fs::write(root.join("media/news/all.rss"), "").unwrap();
        fs::write(root.join("media").join(asset.published.hash()).join(".half.jpg.tmp"), "ha").unwrap();
        let found = published(&root, SystemTime::now());
        assert_eq!(found.iter().map(|(published, _)| published).collect::<Vec<_>>(), [&asset.published]);
        remove(&root, &asset.published).unwrap();
        remove(&root, &asset.published).unwrap();
        assert_eq!(fs::read_dir(root.join("media")).unwrap().count(), 1, "a feed's own folder of the name stays");
    }

    #[test]
    fn an_unwritable_folder_is_the_folder_s_fault() {
        let place = tempfile::tempdir().unwrap();
        let source = place.path().join("cover.jpg");
        fs::write(&source, "picture").unwrap();
        let fault = publish(&source, &asset(b"picture"), || File::open(&source)).unwrap_err();
        assert!(matches!(fault, AssetFault::Folder(_)), "{fault:?}");
    }
}
