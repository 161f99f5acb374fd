//! A place in a short text that is read byte by byte.

/// What is left to read. Only ASCII has a meaning in a date, so a step never lands inside a character.
pub(super) struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.rest.bytes().next()
    }

    pub(super) const fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    /// Steps over one ASCII byte.
    pub(super) fn skip(&mut self) {
        self.rest = self.rest.get(1..).unwrap_or_default();
    }

    /// Steps over `byte` if it is next.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.skip();
        }
        found
    }

    pub(super) fn expect(&mut self, byte: u8) -> Option<()> {
        self.take(byte).then_some(())
    }

    /// Steps over spaces and tabs; whether there was one.
    pub(super) fn spaces(&mut self) -> bool {
        let trimmed = self.rest.trim_start_matches([' ', '\t', '\u{a0}', '\u{202f}']);
        let any = trimmed.len() < self.rest.len();
        self.rest = trimmed;
        any
    }

    /// What parts a day from its month: spaces or one hyphen.
    pub(super) fn between_parts(&mut self) -> Option<()> {
        (self.take(b'-') || self.spaces()).then_some(())
    }

    pub(super) fn digits_ahead(&self) -> usize {
        self.rest.bytes().take_while(u8::is_ascii_digit).count()
    }

    /// A number of `least` to `most` (at most four) digits, with no digit after it unless all `most` were taken.
    pub(super) fn number(&mut self, least: usize, most: usize) -> Option<i16> {
        let digits = self.digits_ahead().min(most);
        if digits < least {
            return None;
        }
        let (number, rest) = self.rest.split_at(digits);
        self.rest = rest;
        number.parse().ok()
    }

    /// The digits of a fraction, as milliseconds, cut off.
    pub(super) fn fraction(&mut self) -> Option<i16> {
        let digits = self.digits_ahead();
        let (fraction, rest) = self.rest.split_at(digits);
        self.rest = rest;
        if digits == 0 {
            return None;
        }
        format!("{fraction:0<3}").get(..3)?.parse().ok()
    }

    /// ASCII letters, possibly none.
    pub(super) fn word(&mut self) -> &'a str {
        let letters = self.rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (word, rest) = self.rest.split_at(letters);
        self.rest = rest;
        word
    }

    /// Steps over everything up to and with `byte`; everything, if it is not there.
    pub(super) fn skip_to(&mut self, byte: u8) {
        self.rest = self.rest.split_once(char::from(byte)).map_or("", |(_, rest)| rest);
    }
}
