//! The harness: a newsroom runs the real binary on real files; a receiver is a real HTTP server.

mod browser;
mod certificate;
mod daemon;
mod receiver;

pub(crate) use browser::{Answer, get, get_with};
pub(crate) use certificate::issue;
pub(crate) use daemon::Daemon;
pub(crate) use receiver::{Received, Receiver};

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long anything that must happen may take before the test fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// The secret that test webhooks are signed with.
pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8G";

/// A folder with articles, feeds, ledger and config, as an operator has them.
pub(crate) struct Newsroom {
    folder: TempDir,
    config: String,
}

impl Newsroom {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["articles", "config"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        let config = "[site]\ntitle = \"Example Times\"\nurl = \"https://example.org/\"\nauthor = \"Example Times\"\n\
                      [articles]\npath = \"../articles\"\nremoval_grace = \"200ms\"\n\
                      [feeds]\npath = \"../feeds\"\n\
                      [ledger]\npath = \"../state/newswire.db\"\n\
                      [server]\nlisten = \"127.0.0.1:0\"\n\
                      [delivery]\nretry = [\"100ms\", \"200ms\", \"400ms\", \"1s\", \"1s\", \"1s\"]\ntimeout = \"5s\"\n";
        let newsroom = Self { folder, config: config.to_owned() };
        newsroom.configure(&newsroom.config);
        newsroom
    }

    /// A newsroom whose bulletins go to these receivers, by name.
    pub(crate) fn telling(receivers: &[(&str, &Receiver)]) -> Self {
        let mut newsroom = Self::new();
        for (name, receiver) in receivers {
            newsroom.add_webhook(name, &receiver.url(), "");
        }
        newsroom
    }

    pub(crate) fn add_webhook(&mut self, name: &str, url: &str, more: &str) {
        self.add_config(&format!("[[webhook]]\nname = \"{name}\"\nurl = \"{url}\"\nsecret = \"{SECRET}\"\nallow_private = true\n{more}\n"));
    }

    /// Adds to the config file.
    pub(crate) fn add_config(&mut self, more: &str) {
        self.config.push_str(more);
        self.configure(&self.config);
    }

    pub(crate) fn config_text(&self) -> &str {
        &self.config
    }

    /// Sets a key that the config file has already.
    pub(crate) fn set(&mut self, key: &str, value: &str) {
        let line = self.config.lines().find(|line| line.starts_with(&format!("{key} = "))).expect("the key is there").to_owned();
        self.config = self.config.replace(&line, &format!("{key} = {value}"));
        self.configure(&self.config);
    }

    /// Replaces the config file, without remembering it.
    pub(crate) fn configure(&self, text: &str) {
        fs::write(self.path("config/newswire.toml"), text).unwrap();
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    /// Puts an article into the folder as careful programs do: written elsewhere, renamed into place.
    pub(crate) fn drop_article(&self, name: &str, text: impl AsRef<[u8]>) {
        let target = self.path("articles").join(name);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        let temporary = self.path("dropping");
        fs::write(&temporary, text).unwrap();
        fs::rename(temporary, target).unwrap();
    }

    pub(crate) fn remove_article(&self, name: &str) {
        fs::remove_file(self.path("articles").join(name)).unwrap();
    }

    /// A feed file as it stands; empty where there is none.
    pub(crate) fn feed(&self, file: &str) -> String {
        fs::read_to_string(self.path("feeds").join(file)).unwrap_or_default()
    }

    /// Awaits a feed file that satisfies the test.
    pub(crate) fn feed_that(&self, file: &str, what: &str, test: impl Fn(&str) -> bool) -> String {
        await_that(&format!("{file}: {what}"), || Some(self.feed(file)).filter(|text| test(text)))
    }

    /// Awaits that all three formats of a feed say something, or no longer do.
    pub(crate) fn all_formats(&self, feed: &str, said: &str, is_said: bool) {
        for extension in ["rss", "atom", "json"] {
            let what = if is_said { "says" } else { "no longer says" };
            self.feed_that(&format!("{feed}.{extension}"), &format!("{what} {said:?}"), |text| {
                !text.is_empty() && text.contains(said) == is_said
            });
        }
    }

    /// Starts the daemon and awaits that it is ready.
    pub(crate) fn start(&self) -> Daemon {
        Daemon::ready(self.command(&["run"]))
    }

    /// Starts the daemon under a wall clock that is so far off the machine's (`+3d`, `-2h`) and that [`Newsroom::set_clock`] sets.
    pub(crate) fn start_by_clock(&self, offset: &str) -> Daemon {
        self.set_clock(offset);
        let library = std::env::var_os("NEWSWIRE_TEST_FAKETIME")
            .expect("NEWSWIRE_TEST_FAKETIME is not set: run tests/all, which installs libfaketime for the tests and names it there");
        let mut command = self.command(&["run"]);
        command.env("LD_PRELOAD", library).env("FAKETIME_TIMESTAMP_FILE", self.path("clock")).env("FAKETIME_NO_CACHE", "1");
        // Only the wall clock: neither the time that passes nor files' stamps.
        command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1").env("NO_FAKE_STAT", "1");
        Daemon::ready(command)
    }

    /// Sets the clock of a daemon that was started by one, at once.
    pub(crate) fn set_clock(&self, offset: &str) {
        let fresh = self.path("clock.fresh");
        fs::write(&fresh, offset).unwrap();
        fs::rename(fresh, self.path("clock")).unwrap();
    }

    /// Starts the daemon and awaits only that it serves.
    pub(crate) fn begin(&self) -> Daemon {
        Daemon::start(self.command(&["run"]))
    }

    /// The binary with this newsroom's config.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = binary();
        command.args(arguments).arg("--config").arg(self.path("config/newswire.toml")).current_dir(self.folder.path());
        command
    }

    /// Runs a command to its end.
    pub(crate) fn newswire(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// What `newswire status --json` says.
    pub(crate) fn status(&self) -> serde_json::Value {
        let output = self.newswire(&["status", "--json"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Awaits a status that satisfies the test.
    pub(crate) fn status_that(&self, what: &str, test: impl Fn(&serde_json::Value) -> bool) -> serde_json::Value {
        await_that(&format!("status: {what}"), || Some(self.status()).filter(|status| test(status)))
    }
}

/// The binary under test, without anything of this process's environment that it would read.
pub(crate) fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_newswire"));
    command.env_remove("NEWSWIRE_CONFIG");
    command
}

/// Looks again and again until it is so, or the patience is over. For states of the file system, which nobody announces.
pub(crate) fn await_that<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "never came: {what}");
        std::thread::sleep(Duration::from_millis(3));
    }
}

/// A Markdown article with a headline and a body.
pub(crate) fn article(headline: &str, body: &str) -> String {
    format!("---\ntitle: {headline}\n---\n\n{body}\n")
}

/// Every file under a folder with its bytes, hidden ones too.
pub(crate) fn files_under(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            files.extend(files_under(&entry.path()));
        } else {
            files.push((entry.path(), fs::read(entry.path()).unwrap_or_default()));
        }
    }
    files.sort();
    files
}
