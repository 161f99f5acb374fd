//! The maps that a batch keeps: looked up some dozen times for each article, so that the time of hashing counts.
//!
//! Seeded anew at each start. What is hashed are names in the newsroom's own folder, and no hash leaves the program.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

/// Values by key.
pub(super) type Map<K, V> = HashMap<K, V, RandomState>;
/// Keys.
pub(super) type Set<K> = HashSet<K, RandomState>;
