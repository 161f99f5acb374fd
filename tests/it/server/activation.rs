//! Under a service manager: sockets that it keeps open, and what it is told.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::net::UnixDatagram;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::process::Signal;

use super::super::newsroom::{Daemon, Newsroom, PATIENCE, article, await_that};
use super::listening::{TLS, courier, curl, try_curl};

/// Asks for the feed again and again until told to stop; how often it was answered. Whatever is not a whole 200 is a failure.
fn ask_on(port: u16, keep_alive: bool, done: &AtomicBool) -> usize {
    let mut answered = 0;
    let mut open: Option<TcpStream> = None;
    while !done.load(Ordering::Relaxed) {
        let mut stream = open.take().unwrap_or_else(|| {
            let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            stream
        });
        let connection = if keep_alive { "keep-alive" } else { "close" };
        let request = format!("GET /feeds/all.rss HTTP/1.1\r\nHost: x\r\nConnection: {connection}\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap_or_else(|error| panic!("after {answered} answers: {error}"));
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap_or_else(|error| panic!("after {answered} answers: {error}"));
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "after {answered} answers: {head}");
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap().parse().unwrap();
        let mut body = vec![0; length];
        stream.read_exact(&mut body).unwrap();
        assert!(body.ends_with(b"</rss>\n") || body.ends_with(b"</rss>"));
        answered += 1;
        if keep_alive && !head.contains("connection: close") {
            open = Some(stream);
        }
        // As readers do, a moment apart, so that a stop finds connections at rest too.
        std::thread::sleep(Duration::from_millis(3));
    }
    answered
}

#[test]
fn no_request_is_lost_over_restarts() {
    let newsroom = Newsroom::new();
    newsroom.drop_article("a.md", article("Rain in the hills", "It rained."));
    assert!(newsroom.newswire(&["build"]).status.success());
    let daemon = newsroom.command(&["run"]);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/service_manager.py");
    let mut manager = Command::new("python3")
        .arg(script)
        .arg(daemon.get_program())
        .args(daemon.get_args())
        .env_remove("NEWSWIRE_CONFIG")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut told = manager.stdin.take().unwrap();
    let mut says = BufReader::new(manager.stdout.take().unwrap()).lines().map(Result::unwrap);
    let port: u16 = says.next().unwrap().parse().unwrap();
    let done = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (0..4)
        .map(|number| {
            let done = Arc::clone(&done);
            std::thread::spawn(move || ask_on(port, number % 2 == 0, &done))
        })
        .collect();
    for _ in 0..3 {
        std::thread::sleep(Duration::from_millis(400));
        writeln!(told, "restart").unwrap();
        assert_eq!(says.next().unwrap(), "restarted 0");
    }
    std::thread::sleep(Duration::from_millis(400));
    done.store(true, Ordering::Relaxed);
    let answered: Vec<usize> = readers.into_iter().map(|reader| reader.join().expect("a request was lost")).collect();
    assert!(answered.iter().all(|answered| *answered > 20), "{answered:?}");
    writeln!(told, "stop").unwrap();
    assert_eq!(says.next().unwrap(), "stopped 0");
    manager.wait().unwrap();
}

#[test]
fn systemds_own_tool_passes_a_socket() {
    let newsroom = courier("\"off\"", "");
    let socket = newsroom.path("passed.sock");
    let daemon = newsroom.command(&["run"]);
    let mut activating = Command::new("systemd-socket-activate")
        .arg(format!("--listen={}", socket.display()))
        .arg("--fdname=http")
        .arg(daemon.get_program())
        .args(daemon.get_args())
        .env_remove("NEWSWIRE_CONFIG")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("systemd-socket-activate is not there: run tests/all, which installs it");
    await_that("the socket is there", || socket.exists().then_some(()));
    // The first request is what starts the daemon; it is answered like any other.
    let arguments = ["--unix-socket", socket.to_str().unwrap(), "http://courier.example/feeds/all.rss"];
    let (_, status, body) = curl(&arguments);
    assert!(status == "200" && body.contains("Rain in the hills"), "{status} {body}");
    rustix::process::kill_process(rustix::process::Pid::from_child(&activating), Signal::TERM).unwrap();
    assert!(activating.wait().unwrap().success());
}

#[test]
fn what_is_passed_and_cannot_be_used_is_said() {
    let newsroom = courier("\"off\"", "");
    let socket = newsroom.path("passed.sock");
    let daemon = newsroom.command(&["run"]);
    let activating = Command::new("systemd-socket-activate")
        .arg(format!("--listen={}", socket.display()))
        .arg("--fdname=https")
        .arg(daemon.get_program())
        .args(daemon.get_args())
        .env_remove("NEWSWIRE_CONFIG")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    await_that("the socket is there", || socket.exists().then_some(()));
    assert!(!try_curl(&["--unix-socket", socket.to_str().unwrap(), "http://x/"]).status.success());
    let output = activating.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("systemd passes a socket named https, and there is no certificate"), "{said}");
}

#[test]
fn the_service_manager_hears_of_every_step() {
    let newsroom = courier("\"127.0.0.1:0\"", TLS);
    let socket = UnixDatagram::bind(newsroom.path("notify.sock")).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let heard = |wanted: &str| {
        let mut seen = Vec::new();
        loop {
            let mut bytes = [0; 1024];
            let length = socket.recv(&mut bytes).unwrap_or_else(|error| panic!("{wanted} was never heard after {seen:?}: {error}"));
            let text = String::from_utf8_lossy(&bytes[..length]).into_owned();
            if text.contains(wanted) {
                return text;
            }
            seen.push(text);
        }
    };
    let mut command = newsroom.command(&["run"]);
    command.env("NOTIFY_SOCKET", newsroom.path("notify.sock")).env("WATCHDOG_USEC", "300000");
    let daemon = Daemon::start(command);
    heard("READY=1");
    heard("STATUS=ready");
    heard("WATCHDOG=1");
    daemon.signal(Signal::HUP);
    assert!(heard("RELOADING=1").contains("MONOTONIC_USEC="));
    heard("READY=1");
    assert!(daemon.stop().success());
    heard("STOPPING=1");
}
