//! What happens to an article though its file stays as it is: its time comes, or the config changes.

use std::sync::Arc;
use std::time::Duration;

use super::known::Missing;
use super::observation::Seen;
use super::turn::Turn;
use crate::article::{Advisory, Article, ArticleId, Entry, State};
use crate::instant::Instant;

/// When an article whose time has come, but whose source cannot be had, is tried again.
const SOURCE_RETRY: Duration = Duration::from_mins(1);

impl Turn<'_> {
    /// An article's time has come.
    pub(super) fn due(&mut self, id: &ArticleId, article: Option<&Arc<Article>>) -> Result<(), Missing> {
        let Some(before) = self.known.by_id(id)?.cloned() else { return Ok(()) };
        let is_removal = matches!(before.state, State::RemovalPending { .. });
        // A grace that is still to last longer than graces do began before the clock was set back.
        let stranded = |due: Instant| is_removal && due > self.clock.plus(self.desk.removal_grace);
        if before.due.is_none_or(|due| due > self.clock && !stranded(due)) {
            return Ok(());
        }
        if is_removal {
            let breaking = before.facts.breaking;
            let mut after = before.clone();
            let telling = self.withdraw(&mut after, Advisory::Deleted, None, breaking);
            self.record(Some(before), after, article.cloned(), telling);
            return Ok(());
        }
        if let Some(article) = article {
            return self.settle(&Seen::unchanged(&before, article), before);
        }
        // Without its source only what the row itself says can be done.
        let after = match before.state {
            // Its own date was to take it out of the feeds.
            State::Live => Entry { state: State::Expired, due: None, ..before.clone() },
            // An embargo must not be forgotten: as soon as the file can be read again, it is released.
            State::Held { .. } => Entry { due: Some(self.clock.plus(SOURCE_RETRY)), ..before.clone() },
            State::RemovalPending { .. } | State::Expired | State::Withdrawn { .. } => Entry { due: None, ..before.clone() },
        };
        self.record(Some(before), after, None, None);
        Ok(())
    }

    /// An article is placed anew, by the source that is kept.
    pub(super) fn again(&mut self, id: &ArticleId, article: &Arc<Article>) -> Result<(), Missing> {
        let Some(before) = self.known.by_id(id)?.cloned() else { return Ok(()) };
        // What was seen in this batch has just been placed; what has become due is placed, and told, by its time.
        if self.is_decided(id) || before.due.is_some_and(|due| due <= self.clock) {
            return Ok(());
        }
        if matches!(before.state, State::RemovalPending { .. } | State::Withdrawn { .. }) {
            return Ok(());
        }
        self.settle(&Seen::unchanged(&before, article), before)
    }
}
