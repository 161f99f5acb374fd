//! Whatever is done to the folder, and however fast: who follows the watcher's word ends with what is there.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use newswire::article::SourcePath;
use newswire::watch::read::{ReadFault, read_file};
use newswire::watch::scan::Found;
use newswire::watch::{Scanner, Under, Watcher};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use super::rules;

/// What the daemon does, without all else: it keeps what it read.
struct Follower {
    scanner: Scanner,
    view: BTreeMap<SourcePath, Vec<u8>>,
}

impl Follower {
    fn look_at(&mut self, path: SourcePath) {
        match read_file(self.scanner.root(), &path, 1_000) {
            Ok(read) => drop(self.view.insert(path, read.bytes)),
            Err(ReadFault::Gone | ReadFault::Folder) => drop(self.view.remove(&path)),
            Err(fault) => self.scanner.requeue(path, &fault),
        }
    }

    fn scan(&mut self, under: &Under) {
        let mut found = Vec::new();
        let report = self.scanner.scan(under, &mut |Found { path, .. }| found.push(path)).unwrap();
        let known: Vec<_> = self.view.keys().filter(|path| under.holds(path)).cloned().collect();
        for path in known {
            if !found.contains(&path) && !report.unsettled.contains(&path) {
                self.view.remove(&path);
            }
        }
        for path in found {
            self.look_at(path);
        }
    }

    async fn follow(&mut self, watcher: &mut Watcher) {
        let batch = watcher.next().await;
        for dirty in batch.dirty {
            if let Some(from) = dirty.renamed_from {
                self.look_at(from);
            }
            self.look_at(dirty.path);
        }
        for part in batch.rescan {
            self.scan(&part);
        }
    }

    async fn until_it_is(&mut self, root: &Path, watcher: &mut Watcher, when: &str) {
        let wanted = standing(root, root);
        let all = async {
            while self.view != wanted {
                self.follow(watcher).await;
            }
        };
        if tokio::time::timeout(Duration::from_secs(20), all).await.is_err() {
            let missing: Vec<_> = wanted.iter().filter(|(path, text)| self.view.get(*path) != Some(*text)).collect();
            let left: Vec<_> = self.view.keys().filter(|path| !wanted.contains_key(*path)).collect();
            panic!("{when}: never seen as they are {missing:?}, never seen to be gone {left:?}");
        }
    }
}

/// The articles that are there.
fn standing(root: &Path, folder: &Path) -> BTreeMap<SourcePath, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(standing(root, &path));
        } else if path.extension().is_some_and(|ending| ending == "md") {
            files.insert(SourcePath::new(path.strip_prefix(root).unwrap()).unwrap(), fs::read(&path).unwrap());
        }
    }
    files
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let mut all = vec![folder.to_path_buf()];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(folders(&path));
        }
    }
    all
}

/// Does something to the folder; what cannot be done is not done.
fn meddle(root: &Path, outside: &Path, dice: &mut StdRng, step: usize) {
    let names = ["a", "b", "c"];
    let all = folders(root);
    let mut pick = |most: usize| dice.next_u32() as usize % most;
    let folder = all[pick(all.len())].clone();
    let other = all[pick(all.len())].clone();
    let (name, second) = (names[pick(3)], names[pick(3)]);
    let text = format!("text {step}");
    let _ = match pick(12) {
        0..=2 => fs::write(folder.join(name).with_extension("md"), text),
        3 => fs::write(folder.join(".temporary"), text)
            .and_then(|()| fs::rename(folder.join(".temporary"), folder.join(name).with_extension("md"))),
        4 => fs::rename(folder.join(name).with_extension("md"), other.join(second).with_extension("md")),
        5 => fs::remove_file(folder.join(name).with_extension("md")),
        6 => fs::create_dir_all(folder.join(name).join(second))
            .and_then(|()| fs::write(folder.join(name).join(second).join("deep.md"), text)),
        7 | 8 => fs::rename(folder.join(name), other.join(second)),
        9 => fs::remove_dir_all(folder.join(name)),
        10 => fs::rename(folder.join(name), outside.join(name)),
        _ => fs::rename(outside.join(name), folder.join(second)),
    };
}

async fn converge(seed: u64, at_once: bool) {
    let around = tempfile::tempdir().unwrap();
    let (root, outside) = (around.path().join("articles"), around.path().join("outside"));
    fs::create_dir(&root).unwrap();
    fs::create_dir(&outside).unwrap();
    let mut watcher = Watcher::start(root.clone(), rules()).unwrap();
    let mut follower = Follower { scanner: watcher.scanner(), view: BTreeMap::new() };
    follower.scan(&Under::Root);
    let mut dice = StdRng::seed_from_u64(seed);
    for round in 0..6 {
        let (root, outside) = (root.clone(), outside.clone());
        let mut meddling = tokio::task::spawn_blocking({
            let (root, outside, mut dice) = (root.clone(), outside.clone(), StdRng::seed_from_u64(dice.next_u64()));
            move || (0..60).for_each(|step| meddle(&root, &outside, &mut dice, round * 1_000 + step))
        });
        loop {
            tokio::select! {
                () = follower.follow(&mut watcher), if at_once => {}
                done = &mut meddling => break done.unwrap(),
            }
        }
        follower.until_it_is(&root, &mut watcher, &format!("seed {seed}, round {round}")).await;
        // Every folder is watched still.
        for folder in folders(&root) {
            fs::write(folder.join("probe.md"), format!("probe {round}")).unwrap();
        }
        follower.until_it_is(&root, &mut watcher, &format!("seed {seed}, probe {round}")).await;
    }
}

#[tokio::test]
async fn the_view_converges_on_the_folder_whatever_is_done_to_it() {
    for seed in 0..6 {
        converge(seed, seed % 2 == 0).await;
    }
}
