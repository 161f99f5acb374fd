//! An item's properties, found without regard to case: version 1 and 2 write `versioncreated`, version 3 `versionCreated`.

use serde_json::{Map, Value};

/// An object of a ninjs file.
#[derive(Clone, Copy)]
pub(super) struct Item<'v>(pub(super) &'v Map<String, Value>);

impl<'v> Item<'v> {
    /// A property; `name` is in lower case.
    pub(super) fn get(self, name: &str) -> Option<&'v Value> {
        let exact = self.0.get(name);
        exact
            .or_else(|| self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
            .filter(|value| !value.is_null())
    }

    /// A text that is not blank.
    pub(super) fn text(self, name: &str) -> Option<&'v str> {
        self.get(name)?.as_str().map(str::trim).filter(|text| !text.is_empty())
    }

    /// A text or a number.
    pub(super) fn scalar(self, name: &str) -> Option<String> {
        match self.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// A whole number that is not negative.
    pub(super) fn number(self, name: &str) -> Option<u64> {
        match self.get(name)? {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.trim().parse().ok(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// The texts of a property that is one, or a list of them.
    pub(super) fn each_text(self, name: &str) -> impl Iterator<Item = &'v str> {
        let value = self.get(name);
        let list = value.and_then(Value::as_array).into_iter().flatten();
        value.into_iter().chain(list).filter_map(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
    }

    /// The objects of a property: a list of them, an object of them by name (version 1), or one alone.
    pub(super) fn objects(self, name: &str) -> impl Iterator<Item = Self> {
        self.named_objects(name).map(|(_, object)| object)
    }

    /// The same with the name that each has, in version 1 its key.
    pub(super) fn named_objects(self, name: &str) -> impl Iterator<Item = (&'v str, Self)> {
        let value = self.get(name);
        let list = value.and_then(Value::as_array).into_iter().flatten().map(|value| ("", value));
        let by_name = value.and_then(Value::as_object).into_iter().flatten().map(|(key, value)| (key.as_str(), value));
        list.chain(by_name).filter_map(|(key, value)| {
            let object = Self(value.as_object()?);
            Some((if key.is_empty() { object.text("name").unwrap_or_default() } else { key }, object))
        })
    }

    /// The properties of version 1 that begin with `prefix`, as `headline_` and `body_` do; the rest of the name, in lower case.
    pub(super) fn extended(self, prefix: &'static str) -> impl Iterator<Item = (String, &'v str)> {
        self.0.iter().filter_map(move |(key, value)| {
            let lower = key.to_ascii_lowercase();
            Some((lower.strip_prefix(prefix)?.to_owned(), value.as_str()?))
        })
    }
}
