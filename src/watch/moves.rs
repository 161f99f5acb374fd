//! The two halves of a rename, matched by the kernel's cookie. Pure: time is given.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::article::SourcePath;

/// How long the second half may take: the kernel sends it at once, but the reader may see the first alone.
const HALF: Duration = Duration::from_millis(50);

/// How many first halves are kept.
const MOST: usize = 4_096;

struct Half {
    cookie: usize,
    path: SourcePath,
    until: Instant,
}

/// First halves that wait for their second.
#[derive(Default)]
pub(super) struct Moves(VecDeque<Half>);

impl Moves {
    /// A path lost its file. Gives one that waited too long to make room, where there was none.
    pub(super) fn left(&mut self, cookie: usize, path: SourcePath, now: Instant) -> Option<SourcePath> {
        self.0.push_back(Half { cookie, path, until: now + HALF });
        if self.0.len() > MOST { self.0.pop_front().map(|half| half.path) } else { None }
    }

    /// A path got a file: where from, if that is known.
    pub(super) fn arrived(&mut self, cookie: usize) -> Option<SourcePath> {
        // The last ones are the likely ones.
        let at = self.0.iter().rposition(|half| half.cookie == cookie)?;
        self.0.remove(at).map(|half| half.path)
    }

    /// The paths whose files went somewhere else: their second half never came.
    pub(super) fn expired(&mut self, now: Instant) -> Vec<SourcePath> {
        let count = self.0.iter().take_while(|half| half.until <= now).count();
        self.0.drain(..count).map(|half| half.path).collect()
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
        let path = |text: &str| SourcePath::new(Path::new(text)).unwrap();
        let now = Instant::now();
        let mut moves = Moves::default();
        assert!(moves.left(7, path("a.md"), now).is_none());
        assert!(moves.left(8, path("b.md"), now).is_none());
        assert_eq!(moves.arrived(7), Some(path("a.md")));
        assert_eq!(moves.arrived(7), None);
        assert!(moves.expired(now).is_empty());
        assert_eq!(moves.expired(now + HALF), [path("b.md")]);
        assert!(moves.next().is_none());
    }
}
