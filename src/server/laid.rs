//! Feeds that are served from the feeds folder: of families there may be thousands, and memory holds those alone that are asked for.
//!
//! What stands under a feed's name there was put there whole. Once this run has put it there, its bytes are held against their hash.

use std::collections::{BTreeMap, HashMap};

use super::representation::Shared;
use crate::feed::Kind;
use crate::instant::Instant;

/// So many bytes of them are kept in memory.
const KEPT: usize = 32 * 1024 * 1024;

/// A file that stands in the feeds folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Laid {
    pub(super) kind: Kind,
    /// When its content last changed.
    pub(super) updated: Instant,
    /// Its `Last-Modified`.
    pub(super) modified: Instant,
    /// Its entity tag, where this run has put it there.
    pub(super) tag: Option<String>,
}

/// Those that were asked for lately.
#[derive(Default)]
pub(super) struct Recent {
    files: HashMap<String, (Shared, u64)>,
    order: BTreeMap<u64, String>,
    bytes: usize,
    clock: u64,
}

impl Recent {
    pub(super) fn get(&mut self, file: &str) -> Option<Shared> {
        let (representation, used) = self.files.get_mut(file)?;
        self.order.remove(used);
        self.clock += 1;
        *used = self.clock;
        self.order.insert(self.clock, file.to_owned());
        Some(Shared::clone(representation))
    }

    pub(super) fn put(&mut self, file: String, representation: Shared) {
        self.forget(&file);
        let bytes = cost(&representation);
        if bytes > KEPT {
            return;
        }
        self.clock += 1;
        self.bytes += bytes;
        self.order.insert(self.clock, file.clone());
        self.files.insert(file, (representation, self.clock));
        while self.bytes > KEPT {
            let Some((_, oldest)) = self.order.pop_first() else { return };
            if let Some((representation, _)) = self.files.remove(&oldest) {
                self.bytes -= cost(&representation);
            }
        }
    }

    /// Forgets all of them: they are served in another way from now on.
    pub(super) fn clear(&mut self) {
        (self.files, self.order, self.bytes) = (HashMap::new(), BTreeMap::new(), 0);
    }

    pub(super) fn forget(&mut self, file: &str) {
        if let Some((representation, used)) = self.files.remove(file) {
            self.order.remove(&used);
            self.bytes -= cost(&representation);
        }
    }
}

/// Its bytes, and its codings at their largest.
fn cost(representation: &Shared) -> usize {
    2 * representation.len() + 2048
}
