//! Files that are not taken before they have rested. Pure: time and what was seen are given.

use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, Instant};

use super::look::Sight;
use crate::article::{FileStamp, SourcePath};

/// How long size and times must stand still where nobody tells that the writer is done.
pub(super) const REST: Duration = Duration::from_millis(200);

/// The same on network file systems: clients of NFS believe for three seconds what they last heard of a file that changes.
const DISTANT: Duration = Duration::from_secs(3);

/// The first look comes a little later: mostly the writer's close comes before it.
const FIRST_LOOK: Duration = Duration::from_millis(50);

/// How long a file must rest whose writer seems to hold it open still, should its close never be told.
const HELD_OPEN: Duration = Duration::from_secs(30);

/// What a file is waited for with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Awaits {
    /// It appeared; its writer's close is told if there is a writer.
    Close,
    /// It must rest: nobody tells more of it.
    Rest,
    /// It must rest, and longer: what this machine knows of it may be some seconds old.
    Distant,
    /// It was closed or renamed into place; only the operator's own `settle` is waited for.
    Settle,
}

/// What is to be done with a file that was looked at.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Nothing yet.
    Waits,
    /// It has settled (or is gone); it was renamed from there.
    Settled(Option<SourcePath>),
}

struct Rest {
    awaits: Awaits,
    from: Option<SourcePath>,
    last: Option<FileStamp>,
    since: Instant,
    due: Instant,
}

/// The files, each with when to look at it next.
pub(super) struct Resting {
    settle: Duration,
    rests: HashMap<SourcePath, Rest>,
    due: BTreeSet<(Instant, SourcePath)>,
}

impl Resting {
    /// None yet; `settle` is added to every rest.
    pub(super) fn new(settle: Duration) -> Self {
        Self { settle, rests: HashMap::new(), due: BTreeSet::new() }
    }

    /// Lets a file rest, from the beginning if it does already. What it waits for, and where it came from, is kept if this call
    /// does not know better.
    pub(super) fn put(&mut self, path: SourcePath, awaits: Awaits, from: Option<SourcePath>, now: Instant) {
        let earlier = self.rests.remove(&path);
        if let Some(rest) = &earlier {
            self.due.remove(&(rest.due, path.clone()));
        }
        // A file that appeared is known to have a writer or none; a scan that finds it as well knows less.
        let (awaits, from) = match earlier {
            Some(rest) if rest.awaits == Awaits::Close && matches!(awaits, Awaits::Rest | Awaits::Distant) => {
                (Awaits::Close, from.or(rest.from))
            }
            Some(rest) => (awaits, from.or(rest.from)),
            None => (awaits, from),
        };
        let due = now + FIRST_LOOK;
        self.due.insert((due, path.clone()));
        self.rests.insert(path, Rest { awaits, from, last: None, since: now, due });
    }

    /// Forgets a file; gives where it was renamed from, if it rests and was.
    pub(super) fn remove(&mut self, path: &SourcePath) -> Option<SourcePath> {
        let rest = self.rests.remove(path)?;
        self.due.remove(&(rest.due, path.clone()));
        rest.from
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.rests.clear();
        self.due.clear();
    }

    /// Whether a file appeared whose writer has not closed it.
    pub(super) fn is_open(&self, path: &SourcePath) -> bool {
        self.rests.get(path).is_some_and(|rest| rest.awaits == Awaits::Close)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.rests.len()
    }

    /// When to look next.
    pub(super) fn next(&self) -> Option<Instant> {
        self.due.first().map(|(due, _)| *due)
    }

    /// What to look at now.
    pub(super) fn due(&self, now: Instant) -> Vec<SourcePath> {
        self.due.iter().take_while(|(due, _)| *due <= now).map(|(_, path)| path.clone()).collect()
    }

    /// Takes note of what was seen.
    pub(super) fn seen(&mut self, path: &SourcePath, sight: &Sight, now: Instant) -> Outcome {
        let Some(rest) = self.rests.get_mut(path) else { return Outcome::Waits };
        let Sight::File { stamp, names, linked } = sight else {
            // Gone, a folder, or nothing that is read: no rest makes it more.
            return Outcome::Settled(self.remove(path));
        };
        if rest.last != Some(*stamp) {
            rest.last = Some(*stamp);
            rest.since = now;
        }
        let need = match rest.awaits {
            Awaits::Settle => self.settle,
            Awaits::Rest => REST + self.settle,
            Awaits::Distant => DISTANT + self.settle,
            // A name that was added to a file (`ln`, `linkat`) has no writer whose close would be told; the change of names moved its
            // change time beyond its modification time. Without such a sign it was made by `open`, and its writer has not closed it.
            Awaits::Close if *linked || *names > 1 || stamp.changed != stamp.modified => REST + self.settle,
            Awaits::Close => HELD_OPEN + self.settle,
        };
        let due = rest.since + need;
        if due <= now {
            return Outcome::Settled(self.remove(path));
        }
        self.due.remove(&(rest.due, path.clone()));
        // While it waits for a close, look on, lest a link that came in the meantime waits as long.
        rest.due = if rest.awaits == Awaits::Close { due.min(now + REST) } else { due };
        self.due.insert((rest.due, path.clone()));
        Outcome::Waits
    }

    /// What is left.
    pub(super) fn into_paths(self) -> Vec<SourcePath> {
        let mut paths: Vec<_> = self.rests.into_keys().collect();
        paths.sort();
        paths
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn path() -> SourcePath {
        SourcePath::new(Path::new("a.md")).unwrap()
    }

    fn file(size: u64, changed: i64) -> Sight {
        Sight::File { stamp: FileStamp { size, changed, ..FileStamp::default() }, names: 1, linked: false }
    }

    fn look_at(resting: &mut Resting, sight: &Sight) -> (Outcome, Instant) {
        let now = resting.next().unwrap();
        assert_eq!(resting.due(now), [path()]);
        (resting.seen(&path(), sight, now), now)
    }

    #[test]
    fn a_file_settles_when_it_has_stood_still() {
        let mut resting = Resting::new(Duration::ZERO);
        let began = Instant::now();
        resting.put(path(), Awaits::Rest, None, began);
        assert_eq!(look_at(&mut resting, &file(1, 1)).0, Outcome::Waits);
        let (outcome, changed) = look_at(&mut resting, &file(2, 2));
        assert_eq!(outcome, Outcome::Waits);
        let (outcome, settled) = look_at(&mut resting, &file(2, 2));
        assert_eq!(outcome, Outcome::Settled(None));
        assert_eq!(settled - changed, REST);
        assert_eq!(resting.len(), 0);
        assert!(resting.next().is_none());
    }

    #[test]
    fn a_file_held_open_waits_for_its_close() {
        let mut resting = Resting::new(Duration::ZERO);
        let began = Instant::now();
        resting.put(path(), Awaits::Close, None, began);
        let mut last = began;
        loop {
            let (outcome, now) = look_at(&mut resting, &file(1, 0));
            last = last.max(now);
            if outcome != Outcome::Waits {
                break;
            }
        }
        assert!(last - began >= HELD_OPEN);
    }

    #[test]
    fn a_further_name_of_a_file_only_rests() {
        let mut resting = Resting::new(Duration::ZERO);
        let began = Instant::now();
        resting.put(path(), Awaits::Close, None, began);
        let sight = Sight::File { stamp: FileStamp::default(), names: 2, linked: false };
        assert_eq!(look_at(&mut resting, &sight).0, Outcome::Waits);
        let (outcome, now) = look_at(&mut resting, &sight);
        assert_eq!(outcome, Outcome::Settled(None));
        assert!(now - began < Duration::from_secs(1));
    }

    #[test]
    fn settle_is_waited_for_after_a_close_too() {
        let settle = Duration::from_secs(5);
        let mut resting = Resting::new(settle);
        let began = Instant::now();
        resting.put(path(), Awaits::Settle, Some(path()), began);
        assert_eq!(look_at(&mut resting, &file(1, 1)).0, Outcome::Waits);
        let (outcome, now) = look_at(&mut resting, &file(1, 1));
        assert_eq!(outcome, Outcome::Settled(Some(path())));
        assert!(now - began >= settle);
    }

    #[test]
    fn what_is_gone_does_not_rest() {
        let mut resting = Resting::new(Duration::ZERO);
        resting.put(path(), Awaits::Close, None, Instant::now());
        assert_eq!(look_at(&mut resting, &Sight::Gone).0, Outcome::Settled(None));
    }
}
