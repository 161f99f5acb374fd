//! What the kernel's events mean.

use std::time::Instant;

use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind, RemoveKind, RenameMode};
use notify::{Event, EventKind};

use super::{State, Task, Watched};
use crate::article::SourcePath;
use crate::watch::Under;
use crate::watch::moves::Left;
use crate::watch::resting::Awaits;

impl State {
    /// An event of the kernel.
    pub(in crate::watch) fn event(&mut self, event: &Event, now: Instant) {
        if event.need_rescan() {
            // The kernel's queue overflowed: anything may have happened, new folders included.
            return self.lose_track();
        }
        let mut paths = event.paths.iter().map(|path| path.strip_prefix(&self.root).ok().map(SourcePath::new));
        // A path that is not under the root is none of ours; the root itself is a path without components.
        let Some(Some(first)) = paths.next() else { return };
        let second = paths.next().flatten().flatten();
        let Some(path) = first else {
            return self.root_event(event.kind);
        };
        match event.kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write)) => self.closed(path, now),
            EventKind::Create(CreateKind::Folder) => self.task(Task::Appeared(path)),
            EventKind::Create(CreateKind::File | CreateKind::Any | CreateKind::Other) => self.created(path, now),
            EventKind::Remove(RemoveKind::Folder | RemoveKind::Other) => self.folder_gone(path),
            EventKind::Remove(RemoveKind::File | RemoveKind::Any) if self.folders.contains_key(path.as_bytes()) => self.folder_gone(path),
            EventKind::Remove(RemoveKind::File | RemoveKind::Any) => self.gone(path),
            EventKind::Modify(ModifyKind::Name(mode)) => self.renamed(mode, path, second, event.tracker(), now),
            EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Any | ModifyKind::Other) => self.written(path, now),
            EventKind::Modify(ModifyKind::Metadata(_)) | EventKind::Access(_) | EventKind::Any | EventKind::Other => {}
        }
    }

    /// The kernel's queue, or ours, ran over.
    pub(in crate::watch) fn lose_track(&mut self) {
        self.forget();
        self.rescan(Under::Root);
    }

    fn root_event(&mut self, kind: EventKind) {
        if matches!(kind, EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_))) {
            self.task(Task::Root);
        }
    }

    fn closed(&mut self, path: SourcePath, now: Instant) {
        if self.rules.sees(&path) {
            self.settle(path, None, now);
        }
    }

    /// A name appeared. On Linux a close follows, unless it is a link or was made by one.
    fn created(&mut self, path: SourcePath, now: Instant) {
        if self.rules.sees(&path) {
            let awaits = if cfg!(target_os = "linux") { Awaits::Close } else { Awaits::Rest };
            self.rest(path.clone(), awaits, None, now);
        } else if self.rules.enters(&path) {
            // A link to a folder is created as a file is; it deserves a word.
            self.task(Task::Peek(path));
        }
    }

    fn written(&mut self, path: SourcePath, now: Instant) {
        if self.rules.sees(&path) {
            self.rest(path, Awaits::Rest, None, now);
        }
    }

    fn gone(&mut self, path: SourcePath) {
        if self.rules.sees(&path) {
            if let Some(from) = self.resting.remove(&path) {
                self.mark(from, None);
            }
            if let Some(from) = self.dirty.remove(&path).flatten() {
                self.mark(from, None);
            }
            self.mark(path, None);
        } else if self.said.contains(&path) {
            self.say(path, Vec::new());
        }
    }

    fn folder_gone(&mut self, folder: SourcePath) {
        // Files of a watched folder were deleted one by one, each with its event.
        let silently = !matches!(self.folders.get(folder.as_bytes()), Some(Watched::Told(_)));
        if self.rules.enters(&folder) {
            self.task(Task::Left { folder, silently });
        }
    }

    fn renamed(&mut self, mode: RenameMode, path: SourcePath, second: Option<SourcePath>, cookie: Option<usize>, now: Instant) {
        match (mode, cookie) {
            (RenameMode::From, Some(cookie)) => {
                let folder = self.folders.contains_key(path.as_bytes());
                if let Some(other) = self.moves.left(cookie, Left { path, folder }, now) {
                    self.moved_out(other);
                }
                self.wake = true;
            }
            (RenameMode::To, cookie) => {
                let from = cookie.and_then(|cookie| self.moves.arrived(cookie));
                self.arrived(path, from, now);
            }
            // A watched folder's own word of its move, whose parent's has the cookie; and both halves together, when each was told.
            (RenameMode::From, None) | (RenameMode::Both, Some(_)) => {}
            (RenameMode::Both, None) => match second {
                Some(to) => {
                    let folder = self.folders.contains_key(path.as_bytes());
                    self.arrived(to, Some(Left { path, folder }), now);
                }
                None => self.written(path, now),
            },
            (RenameMode::Any | RenameMode::Other, _) => {
                if self.folders.contains_key(path.as_bytes()) {
                    self.task(Task::Left { folder: path, silently: true });
                } else {
                    self.written(path.clone(), now);
                    self.task(Task::Peek(path));
                }
            }
        }
    }

    fn arrived(&mut self, path: SourcePath, from: Option<Left>, now: Instant) {
        let from = match from {
            Some(Left { path: from, folder: true }) => return self.task(Task::Moved { from, to: path }),
            Some(Left { path: from, folder: false }) => Some(from),
            None => None,
        };
        if !self.rules.enters(&path) {
            if let Some(from) = from {
                self.gone(from);
            }
            return;
        }
        if self.rules.sees(&path) {
            let from = from.filter(|from| self.rules.sees(from));
            // What was renamed before it settled is known under the name before that, if under any.
            let from = from.map(|from| self.resting.remove(&from).unwrap_or(from));
            self.settle(path.clone(), from, now);
        } else if let Some(from) = from {
            self.gone(from);
        }
        // It may be a folder, whatever its name, or a link.
        self.task(Task::Peek(path));
    }

    /// What lost its name is not under the root any more.
    pub(super) fn moved_out(&mut self, left: Left) {
        match left {
            Left { path, folder: true } => self.task(Task::Left { folder: path, silently: true }),
            Left { path, folder: false } => self.gone(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::time::Duration;

    use globset::GlobSet;
    use notify::event::Flag;

    use super::*;
    use crate::watch::{Batch, Rules};

    fn state() -> State {
        let reads = |path: &SourcePath| path.extension().as_deref() == Some("md");
        State::new(PathBuf::from("/articles"), Rules { ignore: GlobSet::empty(), reads, notices: reads, settle: Duration::ZERO })
    }

    fn path(text: &str) -> SourcePath {
        SourcePath::new(Path::new(text)).unwrap()
    }

    fn told(state: &mut State, kind: EventKind, path: &str) {
        state.event(&Event::new(kind).add_path(Path::new("/articles").join(path)), Instant::now());
    }

    fn moved(state: &mut State, cookie: usize, from: &str, to: &str) {
        for (mode, name) in [(RenameMode::From, from), (RenameMode::To, to)] {
            let event = Event::new(EventKind::Modify(ModifyKind::Name(mode))).add_path(Path::new("/articles").join(name));
            state.event(&event.set_tracker(cookie), Instant::now());
        }
    }

    fn dirty(batch: &Batch) -> Vec<(String, Option<String>)> {
        batch.dirty.iter().map(|dirty| (dirty.path.to_string(), dirty.renamed_from.as_ref().map(ToString::to_string))).collect()
    }

    fn pairs(expected: &[(&str, Option<&str>)]) -> Vec<(String, Option<String>)> {
        expected.iter().map(|(path, from)| ((*path).to_owned(), from.map(str::to_owned))).collect()
    }

    const CLOSED: EventKind = EventKind::Access(AccessKind::Close(AccessMode::Write));

    #[test]
    fn a_close_is_dirty_at_once_and_many_are_one() {
        let mut state = state();
        for _ in 0..3 {
            told(&mut state, EventKind::Create(CreateKind::File), "a.md");
            told(&mut state, CLOSED, "a.md");
        }
        assert_eq!(dirty(&state.take().unwrap()), pairs(&[("a.md", None)]));
        assert_eq!(state.resting.len(), 0);
        assert!(state.take().is_none());
    }

    #[test]
    fn an_overflow_asks_for_the_whole_and_drops_what_is_in_it() {
        let mut state = state();
        told(&mut state, CLOSED, "a.md");
        told(&mut state, EventKind::Create(CreateKind::Folder), "world");
        state.event(&Event::new(EventKind::Other).set_flag(Flag::Rescan), Instant::now());
        let batch = state.take().unwrap();
        assert_eq!(batch.rescan, [Under::Root]);
        assert!(batch.dirty.is_empty());
        assert!(state.work(Instant::now()).tasks.is_empty());
    }

    #[test]
    fn more_files_than_are_kept_ask_for_the_whole() {
        let mut state = state();
        for number in 0..=crate::watch::state::MOST_FILES {
            told(&mut state, CLOSED, &format!("{number}.md"));
        }
        let batch = state.take().unwrap();
        assert_eq!(batch.rescan, [Under::Root]);
        assert!(batch.dirty.len() < 10);
    }

    #[test]
    fn a_chain_of_renames_is_one_and_a_circle_is_none() {
        let mut state = state();
        moved(&mut state, 1, "a.md", "b.md");
        moved(&mut state, 2, "b.md", "c.md");
        assert_eq!(dirty(&state.take().unwrap()), pairs(&[("b.md", None), ("c.md", Some("a.md"))]));
        moved(&mut state, 3, "a.md", "b.md");
        moved(&mut state, 4, "b.md", "a.md");
        assert_eq!(dirty(&state.take().unwrap()), pairs(&[("a.md", None), ("b.md", None)]));
    }

    #[test]
    fn a_rename_over_a_renamed_file_forgets_neither_origin() {
        let mut state = state();
        moved(&mut state, 1, "x.md", "c.md");
        moved(&mut state, 2, "b.md", "c.md");
        assert_eq!(dirty(&state.take().unwrap()), pairs(&[("c.md", Some("b.md")), ("x.md", None)]));
    }

    #[test]
    fn a_renamed_file_that_is_deleted_leaves_its_origin_dirty() {
        let mut state = state();
        moved(&mut state, 1, "a.md", "b.md");
        told(&mut state, EventKind::Remove(RemoveKind::File), "b.md");
        assert_eq!(dirty(&state.take().unwrap()), pairs(&[("a.md", None), ("b.md", None)]));
    }

    #[test]
    fn a_file_written_again_after_its_rename_is_still_renamed() {
        let mut state = state();
        moved(&mut state, 1, "a.md", "b.md");
        told(&mut state, CLOSED, "b.md");
        assert_eq!(dirty(&state.take().unwrap()), pairs(&[("b.md", Some("a.md"))]));
    }

    #[test]
    fn a_temporary_renamed_into_place_has_no_origin() {
        let mut state = state();
        moved(&mut state, 1, "a.md.tmp", "a.md");
        moved(&mut state, 2, "b.html", "b.md");
        assert_eq!(dirty(&state.take().unwrap()), pairs(&[("a.md", None), ("b.md", None)]));
    }

    #[test]
    fn a_half_of_a_rename_alone_is_a_file_moved_out() {
        let mut state = state();
        let event = Event::new(EventKind::Modify(ModifyKind::Name(RenameMode::From))).add_path("/articles/a.md".into()).set_tracker(9);
        let now = Instant::now();
        state.event(&event, now);
        assert!(state.take().is_none());
        state.work(now + Duration::from_secs(1));
        assert_eq!(dirty(&state.take().unwrap()), pairs(&[("a.md", None)]));
    }

    #[test]
    fn a_watched_folder_that_moves_is_a_task_whatever_its_name() {
        let mut state = state();
        state.folders.insert(b"world.md".to_vec(), Watched::Told(None));
        moved(&mut state, 1, "world.md", "abroad.md");
        assert!(state.take().is_none());
        assert_eq!(state.work(Instant::now()).tasks, [Task::Moved { from: path("world.md"), to: path("abroad.md") }]);
    }

    #[test]
    fn what_lies_elsewhere_is_none_of_ours() {
        let mut state = state();
        state.event(&Event::new(CLOSED).add_path("/elsewhere/a.md".into()), Instant::now());
        state.event(&Event::new(CLOSED).add_path("/articles".into()), Instant::now());
        assert!(state.take().is_none());
        assert!(state.work(Instant::now()).tasks.is_empty());
    }

    #[test]
    fn folders_under_a_name_are_forgotten_with_it_and_its_namesakes_are_not() {
        let mut state = state();
        for folder in ["a", "a-b", "a/b", "a/b/c", "ab"] {
            state.folders.insert(folder.as_bytes().to_vec(), Watched::Told(None));
        }
        assert_eq!(state.forget_folders(&Under::Folder(path("a"))).len(), 3);
        assert_eq!(state.folders.keys().map(Vec::as_slice).collect::<Vec<_>>(), [&b"a-b"[..], b"ab"]);
    }
}
