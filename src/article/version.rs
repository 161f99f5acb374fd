//! Which of an item's versions a file holds, where its format numbers or dates them.

use serde::{Deserialize, Serialize};

use crate::instant::Instant;

/// A version of an item that its agency sends again under the same identifier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Version {
    /// Its number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<Instant>,
}

impl Version {
    /// A version of this number and date; nothing where there is neither.
    pub fn new(number: Option<u32>, created: Option<Instant>) -> Option<Self> {
        (number.is_some() || created.is_some()).then_some(Self { number, created })
    }

    /// Whether it is newer than another: by its number, else by its date. Where neither tells, it is not.
    pub fn is_newer_than(&self, other: &Self) -> bool {
        match (self.number, other.number) {
            (Some(own), Some(others)) if own != others => own > others,
            _ => self.created.zip(other.created).is_some_and(|(own, others)| own > others),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_before_dates() {
        let version = |number: Option<u32>, millis: Option<i64>| Version { number, created: millis.map(Instant::from_millis) };
        assert!(version(Some(2), Some(1)).is_newer_than(&version(Some(1), Some(9))));
        assert!(!version(Some(1), Some(9)).is_newer_than(&version(Some(2), Some(1))));
        assert!(version(Some(2), Some(5)).is_newer_than(&version(Some(2), Some(4))), "a number that was forgotten");
        assert!(version(None, Some(5)).is_newer_than(&version(Some(7), Some(4))));
        assert!(!version(Some(2), None).is_newer_than(&version(None, None)));
        assert!(!version(Some(2), Some(5)).is_newer_than(&version(Some(2), Some(5))));
        assert_eq!(Version::new(None, None), None);
    }
}
