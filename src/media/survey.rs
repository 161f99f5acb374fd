//! All local files that one article shows.

use std::path::Path;

use super::beside::{Beside, beside};
use super::look::{Unfit, look};
use super::neighbours::Neighbours;
use super::{findings, local};
use crate::article::{Asset, SourcePath};
use crate::diagnostic::Diagnostic;

/// How many local files of an article are looked at.
const MOST: usize = 100;

/// How much is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The largest file that is published, in bytes.
    pub max_size: u64,
}

/// What an article says of its media itself.
#[derive(Clone, Debug, Default)]
pub struct Named {
    /// The relative addresses that it shows, as written.
    pub written: Vec<String>,
    /// Whether it names a picture that leads: then none that stands beside it is taken.
    pub image: bool,
    /// Whether it names a sound or a film.
    pub recording: bool,
}

/// What is known of the files around an article.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    /// Whether a file is known to be written just now; whoever knows tells of it again once it is complete.
    pub is_being_written: &'a dyn Fn(&SourcePath) -> bool,
    /// Which names stand in its folder.
    pub neighbours: &'a Neighbours,
}

impl<'a> Around<'a> {
    /// Nothing is being written.
    pub const fn at_rest(neighbours: &'a Neighbours) -> Self {
        Self { is_being_written: &|_| false, neighbours }
    }
}

/// What was found.
#[derive(Debug, Default)]
pub struct Survey {
    /// The files, those that stand beside the article first.
    pub assets: Vec<Asset>,
    /// What there is to say of them.
    pub findings: Vec<Diagnostic>,
}

/// Looks at every local file that an article shows. `source` is its file's text, to say where.
pub fn survey(root: &Path, article: &SourcePath, source: &[u8], named: &Named, limits: Limits, around: Around<'_>) -> Survey {
    let look = |root: &Path, file: &SourcePath, most: u64| {
        if (around.is_being_written)(file) { Err(Unfit::Changing) } else { look(root, file, most) }
    };
    let mut survey = Survey::default();
    let Beside { image, audio, video } = beside(root, article, around.neighbours);
    let recordings = [audio, video].into_iter().flatten().filter(|_| !named.recording);
    for file in image.into_iter().filter(|_| !named.image).chain(recordings) {
        match look(root, &file, limits.max_size) {
            Ok(found) => survey.assets.push(Asset { file, written: Vec::new(), found: Some(found) }),
            // Nobody asked for it: that it is gone again, or not complete, is nothing to speak of.
            Err(Unfit::Missing | Unfit::Changing) => {}
            Err(unfit) => survey.findings.extend(findings::finding(article, &file, &unfit, (1, 1))),
        }
    }
    for written in &named.written {
        let Some(file) = local::file(article, written) else { continue };
        if let Some(known) = survey.assets.iter_mut().find(|asset| asset.file == file) {
            if !known.written.contains(written) {
                known.written.push(written.clone());
            }
            continue;
        }
        if survey.assets.len() >= MOST {
            survey.findings.push(findings::too_many(article, MOST));
            break;
        }
        let found = match look(root, &file, limits.max_size) {
            Ok(found) => Some(found),
            Err(unfit) => {
                survey.findings.extend(findings::finding(article, &file, &unfit, findings::place(source, written)));
                None
            }
        };
        survey.assets.push(Asset { file, written: vec![written.clone()], found });
    }
    survey
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::pictures::png;

    #[test]
    fn what_is_missing_is_said_with_its_line() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("post")).unwrap();
        std::fs::write(root.path().join("post/cover.png"), png(4, 3)).unwrap();
        std::fs::write(root.path().join("post/here.png"), png(2, 1)).unwrap();
        let article = SourcePath::new(Path::new("post/index.md")).unwrap();
        let source = b"# A\n\n![a](here.png)\n\n![b](gone.png) ![c](./here.png)\n";
        let written = ["here.png", "gone.png", "./here.png", "https://example.org/x.png"].map(str::to_owned).to_vec();
        let found = survey(
            root.path(),
            &article,
            source,
            &Named { written, ..Named::default() },
            Limits { max_size: 1000 },
            Around::at_rest(&Neighbours::default()),
        );
        let files: Vec<_> = found.assets.iter().map(|asset| (asset.file.to_string(), asset.written.len(), asset.found.is_some())).collect();
        let expected =
            [("post/cover.png", 0, true), ("post/here.png", 2, true), ("post/gone.png", 1, false)].map(|(a, b, c)| (a.to_owned(), b, c));
        assert_eq!(files, expected);
        let said: Vec<String> = found.findings.iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].starts_with("post/index.md:5:6: ") && said[0].contains("'post/gone.png', which is not there"), "{said:?}");
    }

    #[test]
    fn a_named_picture_leads_alone() {
        let root = tempfile::tempdir().unwrap();
        for name in ["a.png", "b.png", "a.md"] {
            std::fs::write(root.path().join(name), png(4, 3)).unwrap();
        }
        let article = SourcePath::new(Path::new("a.md")).unwrap();
        let named = Named { written: vec!["b.png".to_owned()], image: true, recording: false };
        let found = survey(root.path(), &article, b"", &named, Limits { max_size: 1000 }, Around::at_rest(&Neighbours::default()));
        assert_eq!(found.assets.len(), 1);
        assert_eq!(found.assets[0].file.to_string(), "b.png");
        // In its writer's hands it is neither shown nor missed.
        let found = survey(
            root.path(),
            &article,
            b"",
            &named,
            Limits { max_size: 1000 },
            Around { is_being_written: &|_| true, neighbours: &Neighbours::default() },
        );
        assert!(found.findings.is_empty() && found.assets[0].found.is_none(), "{found:?}");
    }
}
