//! Where things stand in a JSON text, which its parser does not tell.

use crate::reader::findings::Place;

/// Where each element of the array `items` of the outermost object begins; the text is valid JSON.
pub(in crate::reader) fn of_items(text: &str) -> Vec<Place> {
    let mut scan = Scan { bytes: text.as_bytes(), at: 0 };
    let Some(inside) = scan.value_of("items") else { return Vec::new() };
    scan.at = inside;
    let mut counting = Counting { text, at: 0, line: 1, begins: 0 };
    scan.elements().into_iter().map(|offset| counting.place(offset)).collect()
}

/// Where the value of a key of the outermost object begins; the text is valid JSON.
pub(in crate::reader) fn of_key(text: &str, key: &str) -> Place {
    let offset = Scan { bytes: text.as_bytes(), at: 0 }.value_of(key).unwrap_or(0);
    Counting { text, at: 0, line: 1, begins: 0 }.place(offset)
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scan<'_> {
    fn space(&mut self) {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    /// Steps over the string that opens here.
    fn string(&mut self) {
        self.at += 1;
        while let Some(byte) = self.bytes.get(self.at) {
            self.at += match byte {
                b'\\' => 2,
                b'"' => break,
                _ => 1,
            };
        }
        self.at += 1;
    }

    /// Steps over the value that begins here.
    fn value(&mut self) {
        let mut depth = 0_usize;
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'"' => self.string(),
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' if depth == 0 => return,
                b'}' | b']' => {
                    depth -= 1;
                    self.at += 1;
                }
                b',' if depth == 0 => return,
                _ => self.at += 1,
            }
            if depth == 0 && matches!(self.bytes.get(self.at), Some(b',' | b'}' | b']') | None) {
                return;
            }
        }
    }

    /// The offset of a key's value in the outermost object.
    fn value_of(&mut self, key: &str) -> Option<usize> {
        self.space();
        if self.bytes.get(self.at) != Some(&b'{') {
            return None;
        }
        self.at += 1;
        loop {
            self.space();
            let begins = self.at;
            if self.bytes.get(begins) != Some(&b'"') {
                return None;
            }
            self.string();
            let name = self.bytes.get(begins..self.at).and_then(|quoted| serde_json::from_slice::<String>(quoted).ok());
            self.space();
            self.at += 1;
            self.space();
            if name.as_deref() == Some(key) {
                return Some(self.at);
            }
            self.value();
            if self.bytes.get(self.at) != Some(&b',') {
                return None;
            }
            self.at += 1;
        }
    }

    /// The offsets of the elements of the array that begins here.
    fn elements(&mut self) -> Vec<usize> {
        let mut offsets = Vec::new();
        if self.bytes.get(self.at) != Some(&b'[') {
            return offsets;
        }
        loop {
            self.at += 1;
            self.space();
            if matches!(self.bytes.get(self.at), Some(b']') | None) {
                return offsets;
            }
            offsets.push(self.at);
            self.value();
            self.space();
            if self.bytes.get(self.at) != Some(&b',') {
                return offsets;
            }
        }
    }
}

/// Lines counted once, however many places are asked for in rising order.
struct Counting<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    begins: usize,
}

impl Counting<'_> {
    fn place(&mut self, offset: usize) -> Place {
        for (index, byte) in self.text.as_bytes().iter().enumerate().take(offset).skip(self.at) {
            if *byte == b'\n' {
                self.line = self.line.saturating_add(1);
                self.begins = index + 1;
            }
        }
        self.at = offset;
        // A text may be one endless line.
        let before = self.text.get(self.begins..offset).unwrap_or_default();
        let column = if before.len() > 10_000 { before.len() } else { before.chars().count() };
        Place::new(self.line, u32::try_from(column).unwrap_or(u32::MAX).saturating_add(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_found_whatever_stands_around_them() {
        let text = "{\n \"x\": {\"items\": [1, \"]\"]},\n \"items\": [\n  {\"id\": \"a,}\"},\n  {\"id\": [\"\\\"\"]} , 3\n ], \"y\": 1 }";
        assert_eq!(of_items(text), [Place::new(4, 3), Place::new(5, 3), Place::new(5, 20)]);
        assert_eq!(of_key(text, "y"), Place::new(6, 10));
        assert_eq!(of_items("{\"items\": []}"), []);
        assert_eq!(of_items("[1]"), []);
        assert_eq!(of_key("{}", "x"), Place::new(1, 1));
    }
}
