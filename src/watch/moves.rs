//! The two halves of a rename, matched by the kernel's cookie. Pure: time is given.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::article::SourcePath;

/// How long the second half may take: the kernel sends it at once, but the reader may see the first alone.
const HALF: Duration = Duration::from_millis(50);

/// How many first halves are kept.
const MOST: usize = 4_096;

/// What lost its name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Left {
    /// The name.
    pub(super) path: SourcePath,
    /// Whether it was a folder that was kept track of then; by the time that the rest is known it may be forgotten.
    pub(super) folder: bool,
}

struct Half {
    cookie: usize,
    left: Left,
    until: Instant,
}

/// First halves that wait for their second.
#[derive(Default)]
pub(super) struct Moves(VecDeque<Half>);

impl Moves {
    /// Something lost its name. Gives what waited longest where there is no more room.
    pub(super) fn left(&mut self, cookie: usize, left: Left, now: Instant) -> Option<Left> {
        self.0.push_back(Half { cookie, left, until: now + HALF });
        if self.0.len() > MOST { self.0.pop_front().map(|half| half.left) } else { None }
    }

    /// Something got a name: which it had before, if that is known.
    pub(super) fn arrived(&mut self, cookie: usize) -> Option<Left> {
        // The last ones are the likely ones.
        let at = self.0.iter().rposition(|half| half.cookie == cookie)?;
        self.0.remove(at).map(|half| half.left)
    }

    /// What went somewhere else: its second half never came.
    pub(super) fn expired(&mut self, now: Instant) -> Vec<Left> {
        let count = self.0.iter().take_while(|half| half.until <= now).count();
        self.0.drain(..count).map(|half| half.left).collect()
    }

    /// When the next one expires.
    pub(super) fn next(&self) -> Option<Instant> {
        self.0.front().map(|half| half.until)
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn halves_match_by_cookie_and_the_rest_moved_out() {
        let left = |text: &str| Left { path: SourcePath::new(Path::new(text)).unwrap(), folder: false };
        let now = Instant::now();
        let mut moves = Moves::default();
        assert!(moves.left(7, left("a.md"), now).is_none());
        assert!(moves.left(8, left("b.md"), now).is_none());
        assert_eq!(moves.arrived(7), Some(left("a.md")));
        assert_eq!(moves.arrived(7), None);
        assert!(moves.expired(now).is_empty());
        assert_eq!(moves.expired(now + HALF), [left("b.md")]);
        assert!(moves.next().is_none());
    }
}
