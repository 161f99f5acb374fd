//! Last good sources, kept in memory for a while once they were parsed: each new article has the same few windows read again.

use std::collections::HashMap;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use crate::article::Article;
use crate::ledger::Fault;

/// How much text of sources one generation holds, in bytes of JSON.
const GENERATION: usize = 4 << 20;

/// Which version of whose source: an article's number, and what `source.version` says.
type Version = (i64, i64);

/// Sources by version, in two generations: what was not asked for while one filled up is forgotten with it.
#[derive(Default)]
pub(super) struct Sources(Mutex<Generations>);

#[derive(Default)]
struct Generations {
    young: HashMap<Version, (Arc<Article>, usize)>,
    old: HashMap<Version, (Arc<Article>, usize)>,
    size: usize,
}

impl Sources {
    /// The source of this version, parsed from its JSON if it is not at hand.
    pub(super) fn get(&self, version: Version, json: impl FnOnce() -> Result<String, Fault>) -> Result<Arc<Article>, Fault> {
        if let Some(known) = self.lock().find(version) {
            return Ok(known);
        }
        let json = json()?;
        let source = Arc::new(parse(&json)?);
        self.lock().keep(version, Arc::clone(&source), json.len());
        Ok(source)
    }

    /// Whole even if a thread that held it panicked: a version's source never changes.
    fn lock(&self) -> std::sync::MutexGuard<'_, Generations> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Generations {
    fn find(&mut self, version: Version) -> Option<Arc<Article>> {
        if let Some((source, _)) = self.young.get(&version) {
            return Some(Arc::clone(source));
        }
        let (source, size) = self.old.remove(&version)?;
        self.keep(version, Arc::clone(&source), size);
        Some(source)
    }

    fn keep(&mut self, version: Version, source: Arc<Article>, size: usize) {
        if self.size + size > GENERATION {
            self.old = mem::take(&mut self.young);
            self.size = 0;
        }
        // One that alone is too large is parsed each time.
        if size <= GENERATION && self.young.insert(version, (source, size)).is_none() {
            self.size += size;
        }
    }
}

/// A source from its JSON.
pub(super) fn parse(json: &str) -> Result<Article, Fault> {
    serde_json::from_str(json).map_err(|error| Fault::Corrupt(format!("a source: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_stays_and_what_is_not_goes() {
        let sources = Sources::default();
        let json = serde_json::to_string(&Article { headline: "h".repeat(GENERATION / 8), ..Article::default() }).unwrap();
        let mut parsed = 0;
        let mut get = |no: i64| {
            sources
                .get((no, 0), || {
                    parsed += 1;
                    Ok(json.clone())
                })
                .unwrap();
            parsed
        };
        assert_eq!([get(0), get(0), get(1)], [1, 1, 2]);
        for no in 2..40 {
            get(no);
            get(0);
        }
        assert_eq!(get(0), 40, "asked for all the time, it was parsed once");
        assert_eq!(get(1), 41, "not asked for, it is parsed again");
        let held = sources.lock();
        assert!(held.young.len() + held.old.len() <= 16);
    }
}
