//! Text → a JSON value, bounded. A key that stands twice in one object is told: it means one thing to one program and another to the
//! next (RFC 8259 section 4).

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::reader::findings::{Fault, Place, count};

/// How deep arrays and objects may stand in each other.
const DEEPEST: usize = 64;
/// How many values a file may hold; each takes memory many times its length.
const MOST: usize = 200_000;

/// Parses a whole text. Of a key that stands twice the last value counts; the fault names the first such key and its place.
pub(super) fn parse(text: &str) -> Result<(Value, Option<Fault>), Fault> {
    let twice = Cell::new(Twice::Last);
    let value = parse_with(text, &twice)?;
    let doubled = match twice.replace(Twice::Refused) {
        Twice::Found => parse_with(text, &twice).err(),
        Twice::Last | Twice::Refused => None,
    };
    Ok((value, doubled))
}

fn parse_with(text: &str, twice: &Cell<Twice>) -> Result<Value, Fault> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let left = Cell::new(MOST);
    let seed = Bounded { depth: 0, left: &left, twice };
    let value = seed.deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    value.map_err(|error| fault(&error))
}

/// What becomes of a key that stands twice in one object.
#[derive(Clone, Copy)]
enum Twice {
    /// The last value counts.
    Last,
    /// So it did, for one at least.
    Found,
    /// It ends the parsing.
    Refused,
}

#[derive(Clone, Copy)]
struct Bounded<'a> {
    depth: usize,
    left: &'a Cell<usize>,
    twice: &'a Cell<Twice>,
}

impl<'a> Bounded<'a> {
    fn inside<E: Error>(self) -> Result<Bounded<'a>, E> {
        if self.depth >= DEEPEST {
            return Err(E::custom(format_args!("arrays and objects stand more than {DEEPEST} deep in each other")));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Bounded<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let Some(left) = self.left.get().checked_sub(1) else {
            return Err(D::Error::custom(format_args!("the file holds more than {MOST} values")));
        };
        self.left.set(left);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Bounded<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inside)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut object = Map::new();
        while let Some(key) = pairs.next_key::<String>()? {
            if object.contains_key(&key) && matches!(self.twice.replace(Twice::Found), Twice::Refused) {
                let shown: String = key.chars().filter(|c| !c.is_control()).take(60).collect();
                return Err(A::Error::custom(format_args!("the key '{shown}' stands twice in one object")));
            }
            object.insert(key, pairs.next_value_seed(inside)?);
        }
        Ok(Value::Object(object))
    }
}

fn fault(error: &serde_json::Error) -> Fault {
    let text = error.to_string();
    let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
    let remedy = match error.classify() {
        serde_json::error::Category::Eof => "close every brace, bracket and quote; a file that is still being written is read again",
        serde_json::error::Category::Data => "write each key once, and less in one file",
        serde_json::error::Category::Syntax | serde_json::error::Category::Io => {
            "mend the JSON: double quotes around keys and text, commas between the pairs, none after the last"
        }
    };
    Fault {
        place: Place::new(count(error.line()).max(1), count(error.column()).max(1)),
        rule: "json",
        message: format!("this JSON cannot be read: {what}"),
        remedy: remedy.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_those_of_the_text() {
        let text = "{\"a\": [1, -2, 0.5, true, null, \"é\\u0041\"], \"b\": {}}";
        assert_eq!(parse(text).unwrap(), (serde_json::from_str::<Value>(text).unwrap(), None));
    }

    #[test]
    fn what_stands_twice_is_told_and_the_last_counts() {
        let (value, fault) = parse("{\n  \"id\": 1,\n  \"id\": 2\n}").unwrap();
        assert_eq!(value["id"], 2);
        let fault = fault.unwrap();
        assert_eq!((fault.place.line, fault.message.contains("'id' stands twice")), (3, true), "{}", fault.message);
    }

    #[test]
    fn depth_and_number_are_bounded() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(parse(&nested(64)).is_ok());
        assert!(parse(&nested(65)).unwrap_err().message.contains("more than 64 deep"));
        assert!(parse(&nested(300_000)).is_err());
        assert!(parse(&format!("[{}0]", "0,".repeat(MOST))).unwrap_err().message.contains("more than 200000 values"));
    }

    #[test]
    fn what_follows_the_value_is_a_fault() {
        assert_eq!(parse("{}\n{}").unwrap_err().place, Place::new(2, 1));
        assert_eq!(parse("{\n\"a\": 1,\n}").unwrap_err().place.line, 3);
    }
}
