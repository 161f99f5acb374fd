//! Files that are not there, or cannot be read.

use super::known::Missing;
use super::turn::Turn;
use crate::article::{Entry, SourcePath, State};

impl Turn<'_> {
    /// A public article's file is not there: the grace of its removal begins.
    pub(super) fn vanish(&mut self, path: &SourcePath) -> Result<(), Missing> {
        let Some(before) = self.known.by_path(path)?.cloned() else { return Ok(()) };
        if before.state == State::Live {
            self.leave_file(before);
        }
        Ok(())
    }

    /// Nothing that was seen came from there: whatever lay there has lost its file.
    pub(super) fn gone(&mut self, path: &SourcePath) -> Result<(), Missing> {
        if let Some(before) = self.known.by_path(path)?.cloned() {
            self.leave_file(before);
        }
        Ok(())
    }

    pub(super) fn leave_file(&mut self, before: Entry) {
        match before.state {
            State::Live => {
                let until = self.clock.plus(self.desk.removal_grace);
                let after = Entry { state: State::RemovalPending { until }, due: Some(until), ..before.clone() };
                self.record(Some(before), after, None, None);
            }
            State::Held { .. } | State::Expired | State::Withdrawn { .. } if !before.was_public => self.forget(before),
            State::Held { .. } | State::Expired => {
                let after = Entry { state: State::Withdrawn { at: self.at, reason: None }, due: None, ..before.clone() };
                self.record(Some(before), after, None, None);
            }
            State::RemovalPending { .. } | State::Withdrawn { .. } => {}
        }
    }

    /// A file that is there again, though unusable, ends the grace of its removal.
    pub(super) fn unusable(&mut self, path: &SourcePath) -> Result<(), Missing> {
        let Some(before) = self.known.by_path(path)?.cloned() else { return Ok(()) };
        if matches!(before.state, State::RemovalPending { .. }) {
            let after = Entry { state: State::Live, due: None, ..before.clone() };
            self.record(Some(before), after, None, None);
        }
        Ok(())
    }
}
