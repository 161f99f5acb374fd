//! What agencies say of an item that no reader of the article is to see, kept beside it as it was: rights, notes to editors, codes.

use serde_json::{Map, Value};

use super::MOST;
use crate::article::Article;

/// The longest of them, in bytes.
const LONGEST: usize = 20_000;

/// Keeps a text under a name, on one line; behind what stands there already.
pub(in crate::reader) fn keep(article: &mut Article, name: &str, text: &str) {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() || text.len() > LONGEST {
        return;
    }
    match article.metadata.get_mut(name) {
        Some(Value::String(before)) if before.contains(&text) || before.len() + text.len() > LONGEST => {}
        Some(Value::String(before)) => before.extend(["; ", &text]),
        Some(_) | None => {
            article.metadata.insert(name.to_owned(), text.into());
        }
    }
}

/// Keeps a subject with its code.
pub(in crate::reader) fn keep_subject(article: &mut Article, name: Option<&str>, code: Option<&str>) {
    let mut subject = Map::new();
    for (key, text) in [("name", name), ("code", code)] {
        if let Some(text) = text.map(str::trim).filter(|text| !text.is_empty() && text.len() <= 1000) {
            subject.insert(key.to_owned(), text.into());
        }
    }
    let subjects = article.metadata.entry("subjects").or_insert_with(|| Value::Array(Vec::new()));
    if let Value::Array(list) = subjects
        && list.len() < MOST
        && !subject.is_empty()
    {
        list.push(Value::Object(subject));
    }
    if article.section.is_none() && code.is_some_and(is_top_level) {
        article.section = name.map(|name| name.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|name| !name.is_empty());
    }
}

/// Whether a code is one of the first level of the IPTC's media topics or subject codes: eight digits, the last six zeros.
fn is_top_level(code: &str) -> bool {
    let digits = code.trim().rsplit([':', '/']).next().unwrap_or_default();
    digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.ends_with("000000") && !digits.starts_with("00")
}

/// Drops what was made and stayed empty.
pub(in crate::reader) fn tidy(article: &mut Article) {
    article.metadata.retain(|_, value| !matches!(value, Value::Array(list) if list.is_empty()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_level_of_subjects_is_the_section() {
        let mut article = Article::default();
        keep_subject(&mut article, Some("labour market"), Some("medtop:20000523"));
        assert_eq!(article.section, None);
        keep_subject(&mut article, Some("economy,\n business"), Some("http://cv.iptc.org/newscodes/mediatopic/04000000"));
        keep_subject(&mut article, Some("sport"), Some("medtop:15000000"));
        keep_subject(&mut article, None, None);
        assert_eq!(article.section.as_deref(), Some("economy, business"));
        assert_eq!(article.metadata["subjects"].as_array().unwrap().len(), 3);
    }
}
