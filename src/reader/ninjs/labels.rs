//! Subjects, keywords and genres.

use super::object::Item;
use crate::article::Article;
use crate::reader::wire::{self, MOST, particulars};

/// Adds an item's labels to the article's tags, and keeps its subjects with their codes.
pub(super) fn read(item: Item<'_>, article: &mut Article) {
    for subject in item.objects("subjects").chain(item.objects("subject")).take(MOST) {
        let name = subject.text("name");
        let code = subject.text("uri").map(str::to_owned).or_else(|| match (subject.text("scheme"), subject.scalar("code")) {
            (Some(scheme), Some(code)) => Some(format!("{scheme}{code}")),
            (None, code) => code.or_else(|| subject.scalar("literal")),
            (Some(_), None) => subject.scalar("literal"),
        });
        particulars::keep_subject(article, name, code.as_deref());
        wire::add_tag(article, name.unwrap_or_default());
    }
    for genre in item.objects("genres").chain(item.objects("genre")).take(MOST) {
        wire::add_tag(article, genre.text("name").unwrap_or_default());
    }
    for keyword in item.each_text("keywords").take(MOST) {
        wire::add_tag(article, keyword);
    }
}
