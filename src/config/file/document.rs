//! One configuration from all its sources: the file's text, with environment variables and flags laid over it.
//!
//! Overrides become values of the same TOML tree. Their spans lie behind the file's end, one byte apart, so that an error about any
//! value knows where it came from.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use serde::Deserialize as _;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::excerpt::{Excerpt, line_around, position};
use super::findings::{ConfigError, Finding, Place};
use super::mask::{self, shown};
use super::{guess, shape, written};
use crate::config::key::{Key, Kind};

/// Where a value came from that is not in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An environment variable, by its name.
    Variable(String),
    /// A flag of the command line, with its dashes.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => f.write_str(&shown(name)),
            Self::Flag(name) => f.write_str(name),
        }
    }
}

/// A configuration's sources, parsed but not yet judged.
pub struct Document<'a> {
    name: Option<String>,
    text: &'a str,
    hidden: Vec<Range<usize>>,
    table: Spanned<DeTable<'a>>,
    origins: Vec<Origin>,
    faults: Vec<Finding>,
}

impl<'a> Document<'a> {
    /// No file: defaults and overrides only.
    pub fn empty() -> Self {
        Self {
            name: None,
            text: "",
            hidden: Vec::new(),
            table: Spanned::new(0..0, DeTable::new()),
            origins: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// Parses a file's text; `name` is how errors call it.
    pub fn parse(name: &str, text: &'a str) -> Result<Self, ConfigError> {
        match DeTable::parse(text) {
            Ok(table) => {
                let hidden = mask::places(text, table.get_ref());
                Ok(Self { name: Some(name.to_owned()), text, hidden, table, origins: Vec::new(), faults: Vec::new() })
            }
            Err(error) => {
                let span = error.span().unwrap_or(0..0);
                let (line, column) = position(text, span.start);
                let hidden = guess::hidden(text, line_around(text, span.start));
                let excerpt = Some(Excerpt::new(text, &span, hidden.as_slice()));
                let (message, remedy) = shape::syntax(&error);
                Err(ConfigError::one(Finding { place: Place::File { name: name.to_owned(), line, column, excerpt }, message, remedy }))
            }
        }
    }

    /// The environment variables that hold secrets of this file, as `{ env = "NAME" }` names them; none of them is an override.
    pub fn named_variables(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        let webhooks = self.table.get_ref().get("webhook").and_then(|value| value.get_ref().as_array());
        for webhook in webhooks.into_iter().flat_map(|list| list.iter()) {
            let secret = webhook.get_ref().as_table().and_then(|table| table.get("secret"));
            let Some(secret) = secret else { continue };
            let sources = secret.get_ref().as_array().map_or(std::slice::from_ref(secret), |list| list);
            names.extend(sources.iter().filter_map(|source| Some(source.get_ref().as_table()?.get("env")?.get_ref().as_str()?.to_owned())));
        }
        names
    }

    /// Lays a value over the file's. The text is read as the key's kind asks; paths must be absolute already.
    /// What is wrong with it is reported by `understand`, together with everything else.
    pub fn set(&mut self, key: &'static Key, text: &'a str, origin: Origin) {
        let start = self.text.len() + 1 + self.origins.len();
        let span = start..start + 1;
        match value(key.kind, text, &span) {
            Ok(value) => {
                self.origins.push(origin);
                self.insert(key, value, span);
            }
            Err((message, remedy)) => self.fault(origin, message, remedy),
        }
    }

    /// Notes that a source other than the file is wrong in itself.
    pub fn fault(&mut self, origin: Origin, message: impl Into<String>, remedy: impl Into<String>) {
        self.faults.push(Finding { place: Place::Given(origin), message: message.into(), remedy: remedy.into() });
    }

    fn insert(&mut self, key: &'static Key, value: Spanned<DeValue<'a>>, span: Range<usize>) {
        let root = self.table.get_mut();
        if !root.contains_key(key.table) {
            // No error is about this table itself, so that its span stands for nowhere.
            let nowhere = usize::MAX..usize::MAX;
            root.insert(Spanned::new(nowhere.clone(), key.table.into()), Spanned::new(nowhere, DeValue::Table(DeTable::new())));
        }
        // Where the file has something else than a table there, serde says so.
        if let Some(DeValue::Table(table)) = root.get_mut(key.table).map(Spanned::get_mut) {
            // The ledger has one place; the one that is laid over replaces the other kind too.
            match (key.table, key.name) {
                ("ledger", "path") => drop(table.remove("url")),
                ("ledger", "url") => drop(table.remove("path")),
                _ => {}
            }
            table.remove(key.name);
            table.insert(Spanned::new(span, key.name.into()), value);
        }
    }

    pub(super) fn written(&self) -> Result<written::File, Box<Finding>> {
        if let Some(span) = shape::too_deep(self.table.get_ref()) {
            let message = format!("values lie in each other more than {} deep", shape::DEEPEST);
            return Err(Box::new(Finding { place: self.place(Some(span)), message, remedy: "write them flatter".to_owned() }));
        }
        written::File::deserialize(toml::Deserializer::from(self.table.clone())).map_err(|error| {
            let (message, remedy) = shape::mismatch(&error, self.table.get_ref());
            Box::new(Finding { place: self.place(error.span()), message, remedy })
        })
    }

    pub(super) fn faults(&self) -> Vec<Finding> {
        self.faults.clone()
    }

    /// Which source a place belongs to; `None` for the file (with its folder), else the override's.
    pub(super) fn origin(&self, span: &Range<usize>) -> Option<&Origin> {
        self.origins.get(span.start.checked_sub(self.text.len() + 1)?)
    }

    pub(super) fn place(&self, span: Option<Range<usize>>) -> Place {
        if let Some(origin) = span.as_ref().and_then(|span| self.origin(span)) {
            return Place::Given(origin.clone());
        }
        match (&self.name, span) {
            (None, _) => Place::Whole,
            (Some(name), None) => Place::File { name: name.clone(), line: 1, column: 1, excerpt: None },
            (Some(name), Some(span)) => {
                let (line, column) = position(self.text, span.start);
                let excerpt = Some(Excerpt::new(self.text, &span, &self.hidden));
                Place::File { name: name.clone(), line, column, excerpt }
            }
        }
    }
}

/// Reads an override's text as its key's kind asks.
fn value<'a>(kind: Kind, text: &'a str, span: &Range<usize>) -> Result<Spanned<DeValue<'a>>, (String, String)> {
    let value = match kind {
        Kind::Text | Kind::Path | Kind::Url | Kind::Duration | Kind::Size => DeValue::String(text.into()),
        Kind::Switch => match text.trim() {
            "true" => DeValue::Boolean(true),
            "false" => DeValue::Boolean(false),
            other => return Err((format!("'{}' is neither true nor false", shown(other)), "write true or false".to_owned())),
        },
        Kind::Number => {
            let digits = text.trim();
            if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err((format!("'{}' is not a whole number", shown(text)), "write digits only".to_owned()));
            }
            // TOML allows no leading zeros.
            let digits = digits.trim_start_matches('0');
            return parsed(if digits.is_empty() { "0" } else { digits }, span);
        }
        Kind::List if !text.trim_start().starts_with('[') || is_address(text.trim_start()) => {
            let mut list = DeArray::new();
            for item in text.split(',').map(str::trim).filter(|item| !item.is_empty()) {
                list.push(Spanned::new(span.clone(), DeValue::String(item.into())));
            }
            DeValue::Array(list)
        }
        Kind::List | Kind::Table => return parsed(text.trim(), span),
    };
    Ok(Spanned::new(span.clone(), value))
}

/// Whether the text begins with an IPv6 address and a colon, which is no TOML: `[::1]:8080`.
fn is_address(text: &str) -> bool {
    let address = text.strip_prefix('[').and_then(|rest| rest.split_once("]:"));
    address.is_some_and(|(address, _)| address.parse::<std::net::Ipv6Addr>().is_ok())
}

fn parsed<'a>(text: &'a str, span: &Range<usize>) -> Result<Spanned<DeValue<'a>>, (String, String)> {
    DeValue::parse(text).map(|value| moved(value, span)).map_err(|error| {
        let message = format!("'{}' is not a TOML value: {}", shown(text), error.message().trim());
        (message, "write a list as a,b or [\"a\", \"b\"], a table as { key = \"value\" }".to_owned())
    })
}

/// The same value with all its places moved to one.
fn moved<'a>(value: Spanned<DeValue<'a>>, span: &Range<usize>) -> Spanned<DeValue<'a>> {
    let value = match value.into_inner() {
        DeValue::Array(list) => {
            let mut copy = DeArray::new();
            list.iter().for_each(|value| copy.push(moved(value.clone(), span)));
            DeValue::Array(copy)
        }
        DeValue::Table(table) => DeValue::Table(
            table.into_iter().map(|(key, value)| (Spanned::new(span.clone(), key.into_inner()), moved(value, span))).collect(),
        ),
        leaf @ (DeValue::String(_) | DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_)) => leaf,
    };
    Spanned::new(span.clone(), value)
}
