//! Which of a picture's, film's or recording's files the web wants: agencies send from the thumbnail to the print file.

use crate::article::Media;

/// What a medium is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::reader) enum Kind {
    Picture,
    Film,
    Sound,
}

/// One file of a medium.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::reader) struct Rendition {
    pub(in crate::reader) url: String,
    pub(in crate::reader) mime: Option<String>,
    pub(in crate::reader) length: Option<u64>,
    pub(in crate::reader) width: Option<u32>,
    pub(in crate::reader) height: Option<u32>,
    /// What its agency calls it, in lower case: names, roles and titles.
    pub(in crate::reader) names: String,
}

/// Media types that browsers show.
const PICTURES: [&str; 6] = ["image/jpeg", "image/png", "image/webp", "image/gif", "image/avif", "image/svg+xml"];
const FILMS: [&str; 4] = ["video/mp4", "video/webm", "video/ogg", "video/quicktime"];
const SOUNDS: [&str; 6] = ["audio/mpeg", "audio/mp4", "audio/aac", "audio/ogg", "audio/wav", "audio/webm"];

/// Extensions of files whose type is not given.
const EXTENSIONS: [(&str, &str); 14] = [
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("png", "image/png"),
    ("webp", "image/webp"),
    ("gif", "image/gif"),
    ("avif", "image/avif"),
    ("svg", "image/svg+xml"),
    ("mp4", "video/mp4"),
    ("webm", "video/webm"),
    ("mov", "video/quicktime"),
    ("mp3", "audio/mpeg"),
    ("m4a", "audio/mp4"),
    ("ogg", "audio/ogg"),
    ("wav", "audio/wav"),
];

impl Kind {
    /// By the word that formats have for it.
    pub(in crate::reader) fn named(word: &str) -> Option<Self> {
        match word.trim().to_ascii_lowercase().as_str() {
            "picture" | "graphic" | "image" | "photo" | "animated" => Some(Self::Picture),
            "video" => Some(Self::Film),
            "audio" => Some(Self::Sound),
            _ => None,
        }
    }

    /// By a media type.
    pub(in crate::reader) fn of_type(mime: &str) -> Option<Self> {
        match mime.split('/').next() {
            Some("image") => Some(Self::Picture),
            Some("video") => Some(Self::Film),
            Some("audio") => Some(Self::Sound),
            Some(_) | None => None,
        }
    }

    fn types(self) -> &'static [&'static str] {
        match self {
            Self::Picture => &PICTURES,
            Self::Film => &FILMS,
            Self::Sound => &SOUNDS,
        }
    }

    /// The widest that a page has use for, in pixels.
    const fn wide(self) -> u32 {
        match self {
            Self::Picture => 2048,
            Self::Film | Self::Sound => 1920,
        }
    }
}

/// The file that the web wants; `None` where browsers show none of them, or none has an address.
pub(in crate::reader) fn best(kind: Kind, renditions: impl IntoIterator<Item = Rendition>) -> Option<Media> {
    let mut best: Option<(Rank, Rendition)> = None;
    for mut rendition in renditions.into_iter().filter(|rendition| may_stand(&rendition.url)) {
        rendition.mime = rendition.mime.as_deref().and_then(normal).or_else(|| by_extension(&rendition.url));
        let Some(rank) = rank(kind, &rendition) else { continue };
        if best.as_ref().is_none_or(|(known, _)| rank > *known) {
            best = Some((rank, rendition));
        }
    }
    best.map(|(_, one)| Media {
        url: one.url.trim().to_owned(),
        mime: one.mime,
        length: one.length.filter(|length| *length > 0),
        width: one.width.filter(|width| *width > 0),
        height: one.height.filter(|height| *height > 0),
        ..Media::default()
    })
}

/// Whether it is neither a thumbnail nor marked as a sample; how well its width suits a page; that width; how well its type suits.
type Rank = (bool, u8, u32, usize);

fn rank(kind: Kind, rendition: &Rendition) -> Option<Rank> {
    let types = kind.types();
    let suits = match &rendition.mime {
        // The first are the best.
        Some(mime) => types.len() - types.iter().position(|known| known == mime)?,
        None => 0,
    };
    let is_sample = ["thumb", "watermark", "tiny", "sample"].iter().any(|word| rendition.names.contains(word));
    let (class, size) = match rendition.width {
        Some(width) if width > kind.wide() => (1, u32::MAX - width),
        Some(width) if width >= 320 => (3, width),
        Some(width @ 1..) => (0, width),
        Some(0) | None => (2, u32::from(["web", "main", "preview"].iter().any(|word| rendition.names.contains(word)))),
    };
    Some((!is_sample, class, size, suits))
}

/// Web addresses, and relative ones; a path on the agency's own machine leads nowhere.
fn may_stand(url: &str) -> bool {
    let url = url.trim();
    let scheme = url.split_once(':').map(|(scheme, _)| scheme).filter(|scheme| scheme.bytes().all(|b| b.is_ascii_alphanumeric()));
    !url.is_empty()
        && url.len() <= 4096
        && scheme.is_none_or(|scheme| scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http"))
}

fn normal(mime: &str) -> Option<String> {
    let mime = mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match mime.as_str() {
        "" => None,
        "image/jpg" | "image/pjpeg" => Some("image/jpeg".to_owned()),
        "audio/mp3" => Some("audio/mpeg".to_owned()),
        "audio/x-wav" | "audio/wave" => Some("audio/wav".to_owned()),
        _ => Some(mime),
    }
}

fn by_extension(url: &str) -> Option<String> {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let (_, extension) = path.rsplit('/').next()?.rsplit_once('.')?;
    EXTENSIONS.iter().find(|(known, _)| extension.eq_ignore_ascii_case(known)).map(|(_, mime)| (*mime).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(url: &str, mime: &str, width: u32, names: &str) -> Rendition {
        Rendition {
            url: url.to_owned(),
            mime: (!mime.is_empty()).then(|| mime.to_owned()),
            width: (width > 0).then_some(width),
            names: names.to_owned(),
            ..Rendition::default()
        }
    }

    fn chosen(kind: Kind, list: &[Rendition]) -> Option<String> {
        best(kind, list.iter().cloned()).map(|media| media.url)
    }

    #[test]
    fn neither_the_print_file_nor_the_thumbnail() {
        let list = [
            one("https://a/print.jpg", "image/jpeg", 4724, "hires"),
            one("https://a/mark.jpg", "image/jpeg", 1024, "watermark preview"),
            one("https://a/web.jpg", "image/jpeg", 1024, "preview"),
            one("https://a/thumb.jpg", "image/jpeg", 256, "thumbnail"),
        ];
        assert_eq!(chosen(Kind::Picture, &list).as_deref(), Some("https://a/web.jpg"));
        assert_eq!(chosen(Kind::Picture, &list[..1]).as_deref(), Some("https://a/print.jpg"), "better than none");
        assert_eq!(chosen(Kind::Picture, &list[3..]).as_deref(), Some("https://a/thumb.jpg"));
        let unsized_ones = [one("https://a/a.tif", "image/tiff", 0, ""), one("b.jpg", "image/JPG", 0, ""), one("c.jpg", "", 0, "web")];
        assert_eq!(chosen(Kind::Picture, &unsized_ones).as_deref(), Some("c.jpg"));
        assert_eq!(best(Kind::Picture, unsized_ones).unwrap().mime.as_deref(), Some("image/jpeg"));
    }

    #[test]
    fn what_browsers_cannot_show_is_left_out() {
        assert_eq!(chosen(Kind::Picture, &[one("https://a/a.eps", "application/postscript", 800, "")]), None);
        assert_eq!(chosen(Kind::Picture, &[one("file:///./a.jpg", "image/jpeg", 800, ""), one("", "", 0, "")]), None);
        let films = [one("https://a/a.wmv", "video/x-ms-wmv", 0, ""), one("https://a/a.mov", "", 0, ""), one("https://a/a.mp4", "", 0, "")];
        assert_eq!(chosen(Kind::Film, &films).as_deref(), Some("https://a/a.mp4"));
    }
}
