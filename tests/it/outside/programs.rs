//! Starting what others wrote: Python with the packages of tests/requirements.txt, Node with those of tests/node, daemons of Debian.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

use crate::newsroom::await_that;

fn set_by_tests_all(variable: &str) -> PathBuf {
    let value = std::env::var_os(variable);
    PathBuf::from(value.unwrap_or_else(|| panic!("{variable} is not set: run tests/all, which installs what it names")))
}

/// The interpreter that `tests/all` sets up.
pub(super) fn python() -> PathBuf {
    set_by_tests_all("NEWSWIRE_TEST_PYTHON")
}

/// A file under tests/.
pub(super) fn of_tests(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(path)
}

/// A script under tests/python/.
pub(super) fn script(name: &str) -> Command {
    let mut command = Command::new(python());
    command.arg(of_tests("python").join(name)).env("PYTHONUTF8", "1").env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

/// A script under tests/node/.
pub(super) fn node(name: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(of_tests("node").join(name)).env("NEWSWIRE_TEST_NODE", set_by_tests_all("NEWSWIRE_TEST_NODE"));
    command
}

/// What a program printed, once it has ended well.
pub(super) fn output(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}: run tests/all, which installs it"));
    assert!(output.status.success(), "{command:?}: {}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    output
}

/// The JSON that a program printed.
pub(super) fn json(command: &mut Command) -> Value {
    serde_json::from_slice(&output(command).stdout).unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

/// A port of this machine that nobody listens on.
pub(super) fn free_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// A program that runs beside the test and ends with it.
pub(super) struct Beside(Child);

impl Beside {
    /// Starts it and awaits that it listens.
    pub(super) fn listening(command: &mut Command, at: SocketAddr) -> Self {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        let beside = Self(child.unwrap_or_else(|error| panic!("{command:?}: {error}: run tests/all, which installs it")));
        await_that(&format!("{command:?} listens"), || TcpStream::connect(at).ok());
        beside
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // Asked to end, both proxies end their workers too.
        let _ = rustix::process::kill_process(rustix::process::Pid::from_child(&self.0), rustix::process::Signal::TERM);
        let _ = self.0.wait();
    }
}
