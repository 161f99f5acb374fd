//! `select = { … }`: which articles a feed has.

use toml::Spanned;

use super::articles::glob;
use super::findings::Report;
use super::site::language;
use super::written::Select;
use crate::config::Selection;

/// How deep selections may lie in each other.
const DEEPEST: usize = 8;

/// Several keys in one table mean all of them. `None` where something was reported.
pub(super) fn selection(written: Spanned<Select>, report: &mut Report<'_>) -> Option<Selection> {
    at_depth(written, DEEPEST, report)
}

fn at_depth(written: Spanned<Select>, depth: usize, report: &mut Report<'_>) -> Option<Selection> {
    let span = written.span();
    let Some(below) = depth.checked_sub(1) else {
        report.refuse(span, format!("selections lie in each other more than {DEEPEST} deep"), "write them flatter");
        return None;
    };
    let before = report.refused();
    let written = written.into_inner();
    let mut parts = Vec::new();
    parts.extend(written.breaking.map(Selection::Breaking));
    parts.extend(report.text("select.section", written.section).map(Selection::Section));
    parts.extend(report.text("select.tag", written.tag).map(Selection::Tag));
    parts.extend(report.text("select.author", written.author).map(Selection::Author));
    parts.extend(written.language.and_then(|tag| language("select.language", &tag, report)).map(Selection::Language));
    parts.extend(written.path.and_then(|path| glob("select.path", &path, report)).map(Selection::Path));
    parts.extend(written.any.and_then(|list| several("any", list, below, report)).map(Selection::Any));
    // What holds for all of a list, and for all keys of a table, is one and the same.
    parts.extend(written.all.and_then(|list| several("all", list, below, report)).into_iter().flatten());
    parts.extend(written.not.and_then(|inner| at_depth(*inner, below, report)).map(|inner| Selection::Not(Box::new(inner))));
    if report.refused() > before {
        return None;
    }
    match parts.len() {
        0 => {
            report.refuse(span, "this selection is empty", "leave 'select' out to have every article");
            None
        }
        1 => parts.pop(),
        _ => Some(Selection::Every(parts)),
    }
}

fn several(key: &str, list: Spanned<Vec<Spanned<Select>>>, depth: usize, report: &mut Report<'_>) -> Option<Vec<Selection>> {
    if list.get_ref().is_empty() {
        report.refuse(list.span(), format!("select.{key} is an empty list"), "put selections into it, such as { tag = \"europe\" }");
        return None;
    }
    Some(list.into_inner().into_iter().filter_map(|inner| at_depth(inner, depth, report)).collect())
}
