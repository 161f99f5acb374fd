//! What there is to say of a local file that an article shows and that is not there, or not fit.

use super::look::Unfit;
use crate::article::SourcePath;
use crate::diagnostic::{Diagnostic, Severity};

/// Where in a file a text stands first: line and column from 1, the column in characters.
pub(super) fn place(source: &[u8], text: &str) -> (u32, u32) {
    let at = if text.is_empty() { None } else { source.windows(text.len()).position(|window| window == text.as_bytes()) };
    let Some(at) = at else { return (1, 1) };
    let before = source.get(..at).unwrap_or_default();
    let begins = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let lines = before.split(|byte| *byte == b'\n').count() - 1;
    let column = String::from_utf8_lossy(before.get(begins..).unwrap_or_default()).chars().count();
    let number = |count: usize| u32::try_from(count + 1).unwrap_or(u32::MAX);
    (number(lines), number(column))
}

/// What there is to say; nothing where the file is only not complete yet.
pub(super) fn finding(article: &SourcePath, file: &SourcePath, unfit: &Unfit, (line, column): (u32, u32)) -> Option<Diagnostic> {
    let (rule, said, remedy) = match unfit {
        Unfit::Changing => return None,
        Unfit::Missing => (
            "media-missing",
            "is not there".to_owned(),
            "put the file there, correct the path, or write the URL under which it is on the web",
        ),
        Unfit::Outside => ("media-outside", "leads out of the articles folder".to_owned(), "put the file itself into the articles folder"),
        Unfit::NoFile => ("media-unfit", "is no regular file".to_owned(), "put a file there"),
        Unfit::System(error) => ("media-unreadable", format!("cannot be read: {error}"), "let newswire's user read it (`chmod a+r`)"),
        Unfit::TooLarge { size, most } => (
            "media-too-large",
            format!("is {size} bytes large; at most {most} are published"),
            "make it smaller, raise articles.max_media_size, or write the URL under which it is on the web",
        ),
        Unfit::Empty => ("media-unfit", "is empty".to_owned(), "write the file again"),
        Unfit::NoMedium => (
            "media-unfit",
            "is no picture, sound or film that is known".to_owned(),
            "use JPEG, PNG, GIF, WebP, AVIF, SVG, MP3, M4A, Ogg, MP4 or WebM",
        ),
        Unfit::Script(what) => (
            "media-script",
            format!("holds {what}; an SVG is published only where it is nothing but a picture"),
            "export it as plain SVG, or as PNG",
        ),
    };
    let message = format!("it shows '{file}', which {said}; it stands in no feed");
    Some(Diagnostic::new(Severity::Warning, rule, article.to_string(), message).at(line, column).mend(remedy))
}

/// What there is to say of an article that shows more files than are looked at.
pub(super) fn too_many(article: &SourcePath, most: usize) -> Diagnostic {
    let message = format!("it shows more than {most} local files; the others stand in no feed");
    Diagnostic::new(Severity::Warning, "media-too-many", article.to_string(), message).mend("part the article, or show fewer files")
}
