//! The name of one archive of a feed (RFC 5005 section 4).

use std::fmt;

use super::FeedName;

/// Which archive of a feed it is. They are numbered as they are cut; what is split off one later has its number and a further one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArchiveName {
    number: u32,
    piece: u32,
}

impl ArchiveName {
    /// The folder in which a feed's archives stand, below the feed's name.
    pub const FOLDER: &'static str = "archive";

    /// The first that a feed ever has.
    pub const FIRST: Self = Self { number: 1, piece: 0 };

    /// One by its numbers.
    pub const fn new(number: u32, piece: u32) -> Self {
        Self { number, piece }
    }

    /// The name of what is cut next after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self { number: self.number.saturating_add(1), piece: 0 }
    }

    /// A name for a piece that is split off this one.
    #[must_use]
    pub const fn piece(self, piece: u32) -> Self {
        Self { number: self.number, piece }
    }

    /// Its number.
    pub const fn number(self) -> u32 {
        self.number
    }

    /// Which piece of its number it is; 0 is what was cut first.
    pub const fn piece_number(self) -> u32 {
        self.piece
    }

    /// The name as [`fmt::Display`] writes it, and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, piece) = text.split_once('-').map_or((text, None), |(number, piece)| (number, Some(piece)));
        let name = Self { number: whole(number)?, piece: piece.map_or(Some(0), whole)? };
        // Each has one name only.
        (name.to_string() == text).then_some(name)
    }

    /// Whether a feed of this name would stand where another's archives do.
    pub fn is_place(feed: &FeedName) -> bool {
        let mut parts = feed.as_str().rsplit('/');
        let last = parts.next().is_some_and(|last| Self::parse(last).is_some());
        last && parts.next().is_some_and(|folder| folder.eq_ignore_ascii_case(Self::FOLDER)) && parts.next().is_some()
    }
}

fn whole(text: &str) -> Option<u32> {
    text.parse().ok().filter(|number| *number > 0)
}

impl fmt::Display for ArchiveName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.piece {
            0 => write!(f, "{}", self.number),
            piece => write!(f, "{}-{piece}", self.number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_one_name() {
        for text in ["1", "12", "12-1", "4294967295"] {
            assert_eq!(ArchiveName::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "0", "01", "+1", "1-0", "1-", "-1", "1-2-3", "a", "4294967296", "1.0", " 1"] {
            assert_eq!(ArchiveName::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_feed_may_not_stand_among_archives() {
        let is_place = |name: &str| ArchiveName::is_place(&FeedName::parse(name).unwrap());
        assert!(is_place("all/archive/1") && is_place("tag/x/archive/12-1"));
        assert!(!["archive/1", "all/archive", "all/archive/x", "all/archive/1/x", "archive"].map(is_place).contains(&true));
    }
}
