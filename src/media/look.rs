//! One file: its type, its hash and its size, read once.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use rustix::fs::fstat;
use sha2::{Digest, Sha256};

use super::open::{Refusal, open_file, stamp_of};
use super::scripts;
use crate::article::{AssetFile, FileStamp, Published, SourcePath};
use crate::media_type::{self, Kind, LOOKED_AT, MediaType, by_content, by_name};

/// How much of a file's beginning its size in pixels is looked for in, in bytes: cameras put previews and profiles before it.
const HEAD: usize = 512 * 1024;
/// How much is read at once, in bytes.
const CHUNK: usize = 128 * 1024;
/// The largest SVG, in bytes: all of it is looked through for scripts.
const LARGEST_SVG: u64 = 4_000_000;
/// An image wider or higher than this is none, in pixels.
const MOST_PIXELS: usize = 1_000_000;
/// Of how many files it is remembered what they are.
const REMEMBERED: usize = 8_192;

/// Why a file is not published.
#[derive(Debug)]
pub(super) enum Unfit {
    Missing,
    Outside,
    NoFile,
    System(io::Error),
    TooLarge {
        size: u64,
        most: u64,
    },
    /// It is being written; the watcher tells when it is complete.
    Changing,
    Empty,
    NoMedium,
    Script(&'static str),
}

impl From<Refusal> for Unfit {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Missing => Self::Missing,
            Refusal::Outside => Self::Outside,
            Refusal::NoFile => Self::NoFile,
            Refusal::System(error) => Self::System(error),
        }
    }
}

/// What a file's bytes say.
#[derive(Clone, Copy)]
struct Facts {
    digest: [u8; 16],
    media: MediaType,
    width: Option<u32>,
    height: Option<u32>,
}

/// What files were when they were last read: an article's text is edited more often than its pictures. Equal stamps are equal bytes,
/// whoever asks.
static KNOWN: LazyLock<Mutex<HashMap<FileStamp, Facts>>> = LazyLock::new(Mutex::default);

/// Looks at a file of at most `most` bytes.
pub(super) fn look(root: &Path, file: &SourcePath, most: u64) -> Result<AssetFile, Unfit> {
    let (mut opened, stamp) = open_file(root, file)?;
    if stamp.size > most {
        return Err(Unfit::TooLarge { size: stamp.size, most });
    }
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner).get(&stamp).copied();
    let facts = if let Some(facts) = known {
        facts
    } else {
        let facts = read(&mut opened, &stamp, &file.as_path().file_name().unwrap_or_default().to_string_lossy())?;
        remember(stamp, facts);
        facts
    };
    Ok(AssetFile {
        stamp,
        published: Published::new(facts.digest, &file.stem(), ending(file, facts.media)),
        mime: facts.media.mime.to_owned(),
        width: facts.width,
        height: facts.height,
    })
}

/// The file's own ending where its type has it, so that a static server knows the type.
fn ending(file: &SourcePath, media: MediaType) -> &'static str {
    let own = file.extension().unwrap_or_default();
    media.endings.iter().copied().find(|known| *known == own).unwrap_or_else(|| media.ending())
}

fn remember(stamp: FileStamp, facts: Facts) {
    // A file that changed just now may change again without its times showing it.
    let changed = SystemTime::UNIX_EPOCH + Duration::from_nanos(u64::try_from(stamp.changed).unwrap_or(0));
    if changed.elapsed().is_ok_and(|age| age > Duration::from_secs(2)) {
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(stamp, facts);
    }
}

fn read(file: &mut File, stamp: &FileStamp, name: &str) -> Result<Facts, Unfit> {
    let mut hash = Sha256::new();
    let mut head = Vec::new();
    let mut chunk = vec![0; CHUNK.min(usize::try_from(stamp.size).unwrap_or(CHUNK) + 1)];
    let mut length = 0_u64;
    loop {
        let got = match file.read(&mut chunk) {
            Ok(0) => break,
            Ok(got) => got,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Unfit::System(error)),
        };
        let part = chunk.get(..got).unwrap_or_default();
        hash.update(part);
        head.extend_from_slice(part.get(..part.len().min(HEAD.saturating_sub(head.len()))).unwrap_or_default());
        length += got as u64;
        if length > stamp.size {
            return Err(Unfit::Changing);
        }
    }
    let after = fstat(&*file).map_err(|errno| Unfit::System(errno.into()))?;
    if length != stamp.size || stamp_of(&after) != *stamp {
        return Err(Unfit::Changing);
    }
    if length == 0 {
        return Err(Unfit::Empty);
    }
    let media = type_of(&head, name).ok_or(Unfit::NoMedium)?;
    if media.is_svg() {
        if length > LARGEST_SVG {
            return Err(Unfit::TooLarge { size: length, most: LARGEST_SVG });
        }
        let whole = whole(file, length).map_err(Unfit::System)?;
        if let Some(what) = scripts::found(&whole) {
            return Err(Unfit::Script(what));
        }
    }
    let (width, height) = if media.kind == Kind::Image { pixels(&head) } else { (None, None) };
    let digest = hash.finalize();
    Ok(Facts { digest: std::array::from_fn(|at| digest[at]), media, width, height })
}

/// By content first; by name only for sounds and films, whose formats begin in more ways than are known here. A picture that does not
/// begin like one would show as a broken one.
fn type_of(head: &[u8], name: &str) -> Option<MediaType> {
    let beginning = head.get(..head.len().min(LOOKED_AT)).unwrap_or_default();
    by_content(beginning, name).or_else(|| by_name(name).filter(|media| media.kind != media_type::Kind::Image))
}

fn whole(file: &mut File, length: u64) -> io::Result<Vec<u8>> {
    use std::io::{Seek as _, SeekFrom};
    file.seek(SeekFrom::Start(0))?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Width and height in pixels, as far as the head tells them.
fn pixels(head: &[u8]) -> (Option<u32>, Option<u32>) {
    let Ok(size) = imagesize::blob_size(head) else { return (None, None) };
    let fits = |pixels: usize| (1..=MOST_PIXELS).contains(&pixels);
    if !fits(size.width) || !fits(size.height) {
        return (None, None);
    }
    let (width, height) = (u32::try_from(size.width).ok(), u32::try_from(size.height).ok());
    if super::orientation::lies_on_its_side(head) { (height, width) } else { (width, height) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::media::pictures::{jpeg, png};

    fn looked(name: &str, bytes: &[u8]) -> Result<AssetFile, Unfit> {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join(name), bytes).unwrap();
        look(root.path(), &SourcePath::new(Path::new(name)).unwrap(), 1_000_000)
    }

    #[test]
    fn a_picture_tells_its_type_and_size() {
        let found = looked("cover.jpg", &png(640, 480)).unwrap();
        assert_eq!((found.mime.as_str(), found.width, found.height), ("image/png", Some(640), Some(480)));
        assert_eq!(found.published.name(), "cover.png", "a static server knows the type by the ending");
        assert_eq!(found.stamp.size, png(640, 480).len() as u64);
        let found = looked("cover.jpeg", &jpeg(300, 200, 1)).unwrap();
        assert_eq!((found.published.name(), found.width, found.height), ("cover.jpeg", Some(300), Some(200)));
    }

    #[test]
    fn a_picture_taken_upright_is_upright() {
        let found = looked("cover.jpg", &jpeg(300, 200, 6)).unwrap();
        assert_eq!((found.width, found.height), (Some(200), Some(300)));
    }

    #[test]
    fn other_bytes_are_another_place() {
        let (one, other) = (looked("a.png", &png(1, 1)).unwrap(), looked("a.png", &png(1, 2)).unwrap());
        assert_ne!(one.published, other.published);
        assert_eq!(one.published, looked("a.png", &png(1, 1)).unwrap().published);
    }

    #[test]
    fn what_is_no_medium_is_not_published() {
        assert!(matches!(looked("a.jpg", b"<html><script>"), Err(Unfit::NoMedium)));
        assert!(matches!(looked("a.html", b"<html>"), Err(Unfit::NoMedium)));
        assert!(matches!(looked("a.jpg", b""), Err(Unfit::Empty)));
        assert!(matches!(looked("a.svg", b"<svg><script>1</script></svg>"), Err(Unfit::Script(_))));
        assert!(matches!(looked("a.png", &vec![0; 1_000_001]), Err(Unfit::TooLarge { .. })));
        assert_eq!(looked("a.mp3", b"odd").unwrap().mime, "audio/mpeg");
    }

    proptest! {
        #[test]
        fn no_picture_is_too_broken(
            cut in 0_usize..200, at in 0_usize..200, with: u8, tail in proptest::collection::vec(any::<u8>(), 0..300),
            kind in 0_usize..8,
        ) {
            let beginnings: [&[u8]; 8] = [
                &png(3, 4), &jpeg(3, 4, 6), b"GIF89a\x03\0\x04\0", b"RIFF\x1c\0\0\0WEBPVP8X", b"\0\0\0\x1Cftypavif\0\0\0\0avifmif1",
                b"\0\0\0\x0CJXL \r\n\x87\n", b"\xFF\x0A", b"BM",
            ];
            let mut bytes = beginnings[kind].to_vec();
            bytes.extend(tail);
            if let Some(byte) = bytes.get_mut(at) {
                *byte = with;
            }
            bytes.truncate(bytes.len().saturating_sub(cut));
            let _ = pixels(&bytes);
        }
    }
}
