//! A value of front matter, the same for all three notations.

use std::borrow::Cow;

use crate::reader::findings::Place;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::reader) struct Node<'a> {
    pub(in crate::reader) place: Place,
    pub(in crate::reader) value: Value<'a>,
}

/// A value; a number keeps the digits as typed, so that a headline `2024` or a version `1.10` stays what it is.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::reader) enum Value<'a> {
    Null,
    Flag(bool),
    Number(Cow<'a, str>),
    Text(Cow<'a, str>),
    List(Vec<Node<'a>>),
    Table(Table<'a>),
}

/// Keys and values in the order of writing.
pub(in crate::reader) type Table<'a> = Vec<(Cow<'a, str>, Node<'a>)>;

/// The value of a key, as typed.
pub(in crate::reader) fn lookup<'t, 'a>(table: &'t Table<'a>, key: &str) -> Option<&'t Node<'a>> {
    table.iter().find(|(name, _)| name == key).map(|(_, node)| node)
}

impl<'a> Value<'a> {
    /// What an unquoted YAML scalar means: null, true or false, a decimal number, or text.
    pub(super) fn plain(text: &'a str) -> Self {
        match text {
            "" | "~" | "null" | "Null" | "NULL" => Self::Null,
            "true" | "True" | "TRUE" => Self::Flag(true),
            "false" | "False" | "FALSE" => Self::Flag(false),
            _ if is_number(text) => Self::Number(Cow::Borrowed(text)),
            _ => Self::Text(Cow::Borrowed(text)),
        }
    }

    pub(super) fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Flag(flag) => Value::Flag(flag),
            Self::Number(digits) => Value::Number(Cow::Owned(digits.into_owned())),
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Self::List(items) => Value::List(items.into_iter().map(Node::into_owned).collect()),
            Self::Table(table) => {
                Value::Table(table.into_iter().map(|(key, node)| (Cow::Owned(key.into_owned()), node.into_owned())).collect())
            }
        }
    }

    /// The text of a scalar, as typed; a list, a table and nothing have none.
    pub(in crate::reader) fn scalar(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Number(text) => Some(text),
            Self::Flag(true) => Some("true"),
            Self::Flag(false) => Some("false"),
            Self::Null | Self::List(_) | Self::Table(_) => None,
        }
    }

    /// What a person would call it.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Flag(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }

    /// The same for the catalogue's metadata.
    pub(super) fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match self {
            Self::Null => Json::Null,
            Self::Flag(flag) => Json::Bool(*flag),
            Self::Number(digits) => digits.parse().map_or_else(|_| Json::String(digits.to_string()), Json::Number),
            Self::Text(text) => Json::String(text.to_string()),
            Self::List(items) => Json::Array(items.iter().map(|item| item.value.to_json()).collect()),
            Self::Table(table) => Json::Object(table.iter().map(|(key, node)| (key.to_string(), node.value.to_json())).collect()),
        }
    }
}

impl Node<'_> {
    fn into_owned(self) -> Node<'static> {
        Node { place: self.place, value: self.value.into_owned() }
    }
}

fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let power = |part: &str| {
        let part = part.strip_prefix(['-', '+']).unwrap_or(part);
        !part.is_empty() && digits(part)
    };
    whole.len() + fraction.len() > 0 && digits(whole) && digits(fraction) && exponent.is_none_or(power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unquoted_scalars_keep_what_was_typed() {
        for number in ["0", "-1", "+1.5", "1.10", "007", ".5", "1.", "6e23", "1e-3"] {
            assert_eq!(Value::plain(number), Value::Number(number.into()), "{number}");
        }
        for text in ["1.2.3", "2024-01-01", "-", ".", "e5", "1e", "0x1F", "1_000", "no", "on", ".inf"] {
            assert_eq!(Value::plain(text), Value::Text(text.into()), "{text}");
        }
        assert_eq!(Value::plain("~"), Value::Null);
        assert_eq!(Value::plain("True"), Value::Flag(true));
    }

    #[test]
    fn metadata_holds_numbers_as_numbers_where_json_can() {
        assert_eq!(Value::plain("1.5").to_json(), serde_json::json!(1.5));
        assert_eq!(Value::plain("007").to_json(), serde_json::json!("007"));
    }
}
