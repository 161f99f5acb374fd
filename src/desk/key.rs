//! Any key of an article's front matter.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::article::Article;

/// Tables of front matter that hold further keys.
const WITHIN: [&str; 3] = ["extra", "params", "taxonomies"];

/// Whether the article has, under this key, a value that satisfies the test, or a list with one. `extra.desk` names a key in a table;
/// `desk` alone is looked for at the top and in the tables that generators keep such keys in.
pub(super) fn has(article: &Article, key: &str, is: impl Fn(&str) -> bool) -> bool {
    let own = |value: &Option<String>| value.as_deref().is_some_and(&is);
    match key.to_ascii_lowercase().as_str() {
        "dateline" => return own(&article.dateline),
        "slug" => return own(&article.slug),
        "link" | "url" => return own(&article.link),
        "id" => return article.id.as_ref().is_some_and(|id| is(id.as_str())),
        "licence" | "license" => return own(&article.licence),
        "draft" => return is(&article.draft.to_string()),
        "minor" => return is(&article.minor.to_string()),
        _ => {}
    }
    if let Some((table, inner)) = key.split_once('.')
        && let Some(Value::Object(table)) = lookup(&article.metadata, table)
    {
        return lookup(table, inner).is_some_and(|value| any(value, &is));
    }
    lookup(&article.metadata, key).is_some_and(|value| any(value, &is))
        || WITHIN
            .iter()
            .filter_map(|table| article.metadata.get(*table)?.as_object())
            .any(|table| lookup(table, key).is_some_and(|value| any(value, &is)))
}

fn lookup<'m>(table: &'m Map<String, Value>, key: &str) -> Option<&'m Value> {
    table.get(key).or_else(|| table.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value))
}

fn any(value: &Value, is: &impl Fn(&str) -> bool) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| scalar(item).is_some_and(|text| is(&text))),
        _ => scalar(value).is_some_and(|text| is(&text)),
    }
}

fn scalar(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Bool(flag) => Some(Cow::Owned(flag.to_string())),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
