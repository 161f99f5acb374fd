//! Files that are an article's own without being named, by convention: never more than a convention makes plain.
//!
//! - a file of the article's own name: `post.jpg`, `post.mp3` beside `post.md`
//! - in a page bundle (`post/index.md`): a picture called `cover`, `featured` … or as the folder, and a sound or film as the folder

use std::path::Path;

use super::neighbours::Neighbours;
use super::open::name_of;
use crate::article::SourcePath;
use crate::media_type::{ALL, Kind, by_name};

/// What generators call the picture that leads a bundle, the likeliest first.
const COVERS: [&str; 7] = ["cover", "featured", "feature", "hero", "banner", "thumbnail", "lead"];
/// Endings that are usual beside the first one of their type.
const USUAL_TOO: [(Kind, &str); 3] = [(Kind::Image, "jpeg"), (Kind::Image, "JPG"), (Kind::Audio, "opus")];
/// How many files of a bundle are looked at.
const MOST: usize = 2_000;

/// Files beside an article, at most one of a kind.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Beside {
    pub(super) image: Option<SourcePath>,
    pub(super) audio: Option<SourcePath>,
    pub(super) video: Option<SourcePath>,
}

impl Beside {
    fn slot(&mut self, kind: Kind) -> &mut Option<SourcePath> {
        match kind {
            Kind::Image => &mut self.image,
            Kind::Audio => &mut self.audio,
            Kind::Video => &mut self.video,
        }
    }
}

/// Looks for them. An article that is no bundle costs a few look-ups of names: its folder may hold very many.
pub(super) fn beside(root: &Path, article: &SourcePath, neighbours: &Neighbours) -> Beside {
    if article.as_path().parent().is_some_and(|folder| !neighbours.visit(root, folder)) {
        return Beside::default();
    }
    let mut found = if article.is_index() { in_bundle(root, article) } else { Beside::default() };
    for (kind, ending) in ALL.iter().map(|media| (media.kind, media.ending())).chain(USUAL_TOO) {
        if found.slot(kind).is_none()
            && let Some(path) = SourcePath::new(&article.as_path().with_extension(ending))
            && neighbours.stands(root, &path)
        {
            *found.slot(kind) = Some(path);
        }
    }
    found
}

fn in_bundle(root: &Path, article: &SourcePath) -> Beside {
    let mut ranked: Vec<(usize, Kind, SourcePath)> = Vec::new();
    let Some(folder) = article.as_path().parent() else { return Beside::default() };
    let own = article.folder_name().unwrap_or_default();
    for entry in std::fs::read_dir(root.join(folder)).into_iter().flatten().flatten().take(MOST) {
        let Some(path) = SourcePath::new(&folder.join(entry.file_name())) else { continue };
        let Ok(name) = std::str::from_utf8(name_of(&path)) else { continue };
        let Some(media) = by_name(name) else { continue };
        let stem = path.stem().to_lowercase();
        let rank = match media.kind {
            Kind::Image => COVERS.iter().position(|cover| stem == *cover).or((stem == own.to_lowercase()).then_some(COVERS.len())),
            Kind::Audio | Kind::Video => (stem == own.to_lowercase()).then_some(0),
        };
        ranked.extend(rank.map(|rank| (rank, media.kind, path)));
    }
    ranked.sort_by(|(a, _, one), (b, _, other)| (a, one).cmp(&(b, other)));
    let mut found = Beside::default();
    for (_, kind, path) in ranked {
        found.slot(kind).get_or_insert(path);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[&str], article: &str) -> Vec<String> {
        let root = tempfile::tempdir().unwrap();
        for file in files {
            let path = root.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let Beside { image, audio, video } = beside(root.path(), &SourcePath::new(Path::new(article)).unwrap(), &Neighbours::default());
        [image, audio, video].into_iter().flatten().map(|path| path.to_string()).collect()
    }

    #[test]
    fn a_file_of_the_article_s_own_name_is_its_own() {
        assert_eq!(found(&["post.jpg", "post.mp3", "other.jpg", "cover.jpg", "post-2.png"], "post.md"), ["post.jpg", "post.mp3"]);
        assert!(found(&["other.jpg", "cover.jpg"], "post.md").is_empty());
    }

    #[test]
    fn a_bundle_has_its_cover_and_no_more() {
        assert_eq!(found(&["a/hero.png", "a/Cover.JPG", "a/raw-042.jpg", "a/notes.pdf"], "a/index.md"), ["a/Cover.JPG"]);
        assert_eq!(found(&["episode-7/episode-7.mp3", "episode-7/outtakes.mp3"], "episode-7/index.md"), ["episode-7/episode-7.mp3"]);
        assert!(found(&["a/b/cover.jpg", "cover.jpg"], "a/index.md").is_empty());
    }
}
