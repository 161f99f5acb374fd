//! A running newswire.

use std::io::{BufRead as _, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Instant;

use rustix::process::{Pid, Signal, kill_process};

use super::PATIENCE;

pub(crate) struct Daemon {
    child: Child,
    address: Option<SocketAddr>,
    places: Vec<String>,
    log: Receiver<String>,
    seen: Vec<String>,
}

impl Daemon {
    /// Starts it and awaits the lines that say what it does; a start that fails gives a daemon without an address.
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let log = lines(child.stderr.take().unwrap());
        let says = lines(child.stdout.take().unwrap());
        let mut places = Vec::new();
        while let Ok(line) = says.recv_timeout(PATIENCE) {
            if let Some(place) = line.trim().strip_prefix("serves   ") {
                places.push(place.to_owned());
            }
            if line.trim().starts_with("tells") {
                break;
            }
        }
        let address = places.iter().find_map(|place| place.strip_prefix("http://")?.strip_suffix('/')?.parse().ok());
        Self { child, address, places, log, seen: Vec::new() }
    }

    /// Starts it and awaits that it is ready.
    pub(crate) fn ready(command: Command) -> Self {
        let mut daemon = Self::start(command);
        daemon.await_log("ready");
        daemon
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address.expect("the daemon serves"))
    }

    /// Where it serves, as it says itself.
    pub(crate) fn places(&self) -> &[String] {
        &self.places
    }

    /// The port at which it speaks TLS.
    pub(crate) fn tls_port(&self) -> u16 {
        let place = self.places.iter().find_map(|place| place.strip_prefix("https://")?.strip_suffix('/')).expect("it speaks TLS");
        place.parse::<SocketAddr>().unwrap().port()
    }

    /// The address at which it speaks in cleartext.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address.expect("the daemon serves")
    }

    /// Awaits a log line that contains the text.
    pub(crate) fn await_log(&mut self, text: &str) -> String {
        if let Some(line) = self.seen.iter().find(|line| line.contains(text)) {
            return line.clone();
        }
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.log.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    self.seen.push(line.clone());
                    if line.contains(text) {
                        return line;
                    }
                }
                Err(RecvTimeoutError::Timeout) => panic!("the log never said {text:?}:\n{}", self.seen.join("\n")),
                Err(RecvTimeoutError::Disconnected) => panic!("the daemon ended before it logged {text:?}:\n{}", self.seen.join("\n")),
            }
        }
    }

    /// Everything logged so far.
    pub(crate) fn log(&mut self) -> String {
        self.seen.extend(self.log.try_iter());
        self.seen.join("\n")
    }

    /// Everything logged until it ended.
    pub(crate) fn whole_log(mut self) -> String {
        let _ = self.child.wait();
        self.seen.extend(self.log.iter());
        std::mem::take(&mut self.seen).join("\n")
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// kill -9.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and the exit that follows.
    pub(crate) fn stop(mut self) -> ExitStatus {
        self.signal(Signal::TERM);
        self.wait()
    }

    pub(crate) fn wait(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            if Instant::now() > deadline {
                let log = self.log();
                panic!("the daemon does not end:\n{log}");
            }
            std::thread::sleep(std::time::Duration::from_millis(3));
        }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            self.seen.extend(self.log.iter());
            eprintln!("--- log of the daemon ---\n{}\n---", self.seen.join("\n"));
        }
    }
}

fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}
