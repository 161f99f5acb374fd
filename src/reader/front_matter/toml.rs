//! TOML front matter, as Zola and Hugo write it.

use std::borrow::Cow;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::value::{Node, Table, Value};
use crate::reader::findings::{Fault, Place};

/// Reads a block; the parser itself refuses what is nested too deep.
pub(super) fn parse(source: &str, first_line: u32) -> Result<Table<'_>, Fault> {
    match DeTable::parse(source) {
        Ok(table) => Ok(Reading { source, first_line }.table(table.into_inner())),
        Err(error) => {
            let at = error.span().map_or(source.len(), |span| span.start);
            let place = Place::after(source.get(..at).unwrap_or(source), first_line);
            Err(Fault {
                place,
                rule: "front-matter",
                message: format!("the front matter is not valid TOML: {}", error.message().lines().collect::<Vec<_>>().join(", ")),
                remedy: remedy(source, at, error.message()),
            })
        }
    }
}

fn remedy(source: &str, at: usize, message: &str) -> String {
    let line = source.get(..at).unwrap_or_default().rsplit('\n').next().unwrap_or_default();
    let whole = source.get(at - line.len()..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    if message.contains("duplicate key") {
        "keep one of the two".to_owned()
    } else if !whole.contains('=') && whole.contains(':') {
        "between +++ fences write key = \"value\", or use --- fences for YAML".to_owned()
    } else {
        "put text in double quotes, and end every quote, bracket and brace".to_owned()
    }
}

struct Reading<'a> {
    source: &'a str,
    first_line: u32,
}

impl<'a> Reading<'a> {
    fn table(&self, table: DeTable<'a>) -> Table<'a> {
        table.into_iter().map(|(key, value)| (key.into_inner(), self.node(value))).collect()
    }

    fn node(&self, value: Spanned<DeValue<'a>>) -> Node<'a> {
        let span = value.span();
        let place = Place::after(self.source.get(..span.start).unwrap_or_default(), self.first_line);
        let typed = || Cow::Borrowed(self.source.get(span.clone()).unwrap_or_default());
        let value = match value.into_inner() {
            DeValue::String(text) => Value::Text(text),
            DeValue::Boolean(flag) => Value::Flag(flag),
            DeValue::Integer(_) | DeValue::Float(_) => Value::Number(typed()),
            DeValue::Datetime(_) => Value::Text(typed()),
            DeValue::Array(items) => Value::List(items.into_iter().map(|item| self.node(item)).collect()),
            DeValue::Table(table) => Value::Table(self.table(table)),
        };
        Node { place, value }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_notation_and_place() {
        let table = parse("title = \"é\"\ndate = 2026-11-24\nn = 1.10\n[extra]\nx = [true]\n", 2).unwrap();
        let extra = &table[3].1;
        assert_eq!(table[1].1, Node { place: Place::new(3, 8), value: Value::Text("2026-11-24".into()) });
        assert_eq!(table[2].1.value, Value::Number("1.10".into()));
        let Value::Table(inner) = &extra.value else { panic!("{extra:?}") };
        assert_eq!(inner[0].1.place, Place::new(6, 5));
    }

    #[test]
    fn yaml_between_plus_signs_is_told_so() {
        let fault = parse("title: A\n", 2).unwrap_err();
        assert_eq!(fault.place.line, 2);
        assert!(fault.remedy.contains("--- fences"), "{fault:?}");
    }
}
