//! Pictures, films and recordings: associated items, and renditions of the item itself.

use super::object::Item;
use super::texts;
use crate::article::{Article, Media};
use crate::reader::wire::MOST;
use crate::reader::wire::rendition::{Kind, Rendition, best};
use crate::reader::wire::words;

/// How deep associations of associations are followed: a gallery in an article.
const DEPTH: usize = 3;

/// Adds an item's media to the article's.
pub(super) fn read(item: Item<'_>, article: &mut Article) {
    associated(item, DEPTH, &mut article.media);
    if let Some(medium) = medium(item) {
        add(&mut article.media, Media { caption: None, ..medium });
    }
}

fn associated(item: Item<'_>, depth: usize, media: &mut Vec<Media>) {
    for associate in item.objects("associations").take(MOST) {
        if let Some(medium) = medium(associate) {
            add(media, medium);
        }
        if depth > 1 {
            associated(associate, depth - 1, media);
        }
    }
}

fn add(media: &mut Vec<Media>, medium: Media) {
    if media.len() < MOST && !media.iter().any(|known| known.url == medium.url) {
        media.push(medium);
    }
}

/// What an item of a picture, a film or a recording shows.
fn medium(item: Item<'_>) -> Option<Media> {
    let renditions: Vec<Rendition> = item.named_objects("renditions").take(MOST).filter_map(|(name, one)| rendition(name, one)).collect();
    let by_type = || renditions.iter().find_map(|one| Kind::of_type(one.mime.as_deref()?));
    let kind = item.text("type").and_then(Kind::named).or_else(by_type)?;
    let medium = best(kind, renditions)?;
    let alt = item.text("alttext").or_else(|| item.text("alt_text")).or_else(|| item.text("alt")).map(words::one_line);
    let credit = ["creditline", "by", "byline", "copyrightholder"].into_iter().find_map(|name| item.text(name));
    let caption = texts::caption(item);
    Some(Media { alt, caption, credit: credit.map(words::one_line), ..medium })
}

fn rendition(name: &str, one: Item<'_>) -> Option<Rendition> {
    let pixels = |name: &str| one.number(name).and_then(|number| u32::try_from(number).ok());
    Some(Rendition {
        url: one.text("href")?.to_owned(),
        mime: one.text("contenttype").or_else(|| one.text("mimetype")).map(str::to_owned),
        length: one.number("sizeinbytes"),
        width: pixels("width"),
        height: pixels("height"),
        names: format!("{name} {} {}", one.text("title").unwrap_or_default(), one.text("role").unwrap_or_default()).to_lowercase(),
    })
}
