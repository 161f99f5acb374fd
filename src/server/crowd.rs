//! How many connections each client has open. As large as there are connections, and no larger.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::client::Key;

/// The clients that have connections open.
#[derive(Default)]
pub(super) struct Crowd(Mutex<HashMap<Key, usize>>);

/// One client's connection; gives its place back when it is dropped.
pub(super) struct Place {
    crowd: Arc<Crowd>,
    key: Key,
}

impl Crowd {
    /// A place for one more connection of this client, if it has fewer than `most`.
    pub(super) fn enter(self: &Arc<Self>, key: Key, most: usize) -> Option<Place> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(key).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Place { crowd: Arc::clone(self), key })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.crowd.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_and_given_back() {
        let crowd = Arc::new(Crowd::default());
        let first = crowd.enter(Key(1), 2).unwrap();
        let _second = crowd.enter(Key(1), 2).unwrap();
        assert!(crowd.enter(Key(1), 2).is_none());
        assert!(crowd.enter(Key(2), 2).is_some());
        drop(first);
        assert!(crowd.enter(Key(1), 2).is_some());
        // Whoever has gone leaves nothing behind.
        assert_eq!(crowd.0.lock().unwrap().len(), 1);
    }
}
