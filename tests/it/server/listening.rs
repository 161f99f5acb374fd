//! Where the daemon listens and what it speaks there, as curl and Python see it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::process::{Command, Output};

use super::super::newsroom::{Daemon, Newsroom, article, issue};

/// What curl got: the version of HTTP, the status, and the body.
pub(super) fn curl(arguments: &[&str]) -> (String, String, String) {
    let output = try_curl(arguments);
    assert!(output.status.success(), "curl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let (body, last) = text.rsplit_once('\n').unwrap();
    let (version, status) = last.split_once(' ').unwrap();
    (version.to_owned(), status.to_owned(), body.to_owned())
}

pub(super) fn try_curl(arguments: &[&str]) -> Output {
    Command::new("curl")
        .args(["--silent", "--show-error", "--max-time", "20", "--noproxy", "*", "--write-out", "\n%{http_version} %{http_code}"])
        .args(arguments)
        .output()
        .expect("curl is not there: run tests/all, which installs it")
}

/// A newsroom with a certificate, one article, and these further settings of the server.
pub(super) fn courier(server: &str, more: &str) -> Newsroom {
    let mut newsroom = Newsroom::new();
    newsroom.set("url", "\"https://courier.example/\"");
    issue(&newsroom.path("config"), 90);
    newsroom.set("listen", server);
    newsroom.add_config(more);
    newsroom.drop_article("a.md", article("Rain in the hills", "It rained."));
    newsroom
}

pub(super) const TLS: &str = "[tls]\nlisten = \"127.0.0.1:0\"\ncertificate = \"cert.pem\"\nkey = \"key.pem\"\n";

/// Arguments with which curl asks the daemon over TLS.
pub(super) fn over_tls(newsroom: &Newsroom, daemon: &Daemon, path: &str) -> Vec<String> {
    let port = daemon.tls_port();
    let resolve = format!("courier.example:{port}:127.0.0.1");
    let authority = newsroom.path("config/cert.pem").to_str().unwrap().to_owned();
    vec!["--resolve".into(), resolve, "--cacert".into(), authority, format!("https://courier.example:{port}{path}")]
}

fn refs(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}

#[test]
fn one_feed_by_every_way() {
    let newsroom = courier("[\"127.0.0.1:0\", \"unix:../http.sock\"]", TLS);
    let daemon = newsroom.start();
    let feed = newsroom.feed("all.rss");
    assert!(feed.contains("Rain in the hills"));
    let socket = newsroom.path("http.sock");
    assert_eq!(daemon.places().len(), 3, "{:?}", daemon.places());
    assert!(daemon.places().contains(&format!("unix:{}", socket.display())), "{:?}", daemon.places());
    let socket = socket.to_str().unwrap().to_owned();
    let (clear, secure) = (daemon.url("/feeds/all.rss"), over_tls(&newsroom, &daemon, "/feeds/all.rss"));
    let secure = refs(&secure);
    let ways: [(&str, Vec<&str>); 8] = [
        ("1.1", vec![&clear]),
        ("1", vec!["--http1.0", &clear]),
        ("2", vec!["--http2-prior-knowledge", &clear]),
        // An upgrade that is offered need not be taken (RFC 9113 has done away with it).
        ("1.1", vec!["--http2", &clear]),
        ("1.1", vec!["--unix-socket", &socket, "http://courier.example/feeds/all.rss"]),
        ("2", vec!["--http2-prior-knowledge", "--unix-socket", &socket, "http://courier.example/feeds/all.rss"]),
        ("2", secure.clone()),
        ("1.1", [vec!["--http1.1", "--tlsv1.2", "--tls-max", "1.2"], secure].concat()),
    ];
    for (version, arguments) in ways {
        assert_eq!(curl(&arguments), (version.to_owned(), "200".to_owned(), feed.clone()), "{arguments:?}");
    }
    assert!(daemon.stop().success());
    assert!(!Path::new(&socket).exists(), "the socket goes with the daemon");
}

#[test]
fn what_is_no_tls_is_not_answered_and_old_tls_neither() {
    let newsroom = courier("\"off\"", TLS);
    let daemon = newsroom.start();
    assert_eq!(daemon.places().len(), 1);
    let plain = format!("http://127.0.0.1:{}/", daemon.tls_port());
    assert!(!try_curl(&[&plain]).status.success());
    let secure = over_tls(&newsroom, &daemon, "/healthz");
    assert!(!try_curl(&[vec!["--tls-max", "1.1"], refs(&secure)].concat()).status.success());
    // Without the authority, nobody believes it.
    assert!(!try_curl(&[&format!("https://127.0.0.1:{}/healthz", daemon.tls_port())]).status.success());
    assert_eq!(curl(&refs(&secure)).1, "200");
}

#[test]
fn a_dead_socket_is_replaced_and_a_living_one_is_not() {
    let newsroom = courier("\"unix:../http.sock\"", "");
    let socket = newsroom.path("http.sock");
    newsroom.start().kill();
    assert!(socket.exists() && UnixStream::connect(&socket).is_err());
    let daemon = newsroom.start();
    assert_eq!(fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o660);
    assert_eq!(curl(&["--unix-socket", socket.to_str().unwrap(), "http://x/healthz"]).1, "200");
    assert!(daemon.stop().success());
    let living = UnixListener::bind(&socket).unwrap();
    let refused = newsroom.newswire(&["run"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(3), "{said}");
    assert!(said.contains("another program listens on the socket") && said.contains("stop it or set server.listen"), "{said}");
    drop(living);
    fs::remove_file(&socket).unwrap();
    fs::write(&socket, "notes").unwrap();
    let said = newsroom.newswire(&["run"]);
    assert!(String::from_utf8_lossy(&said.stderr).contains("is there and is no socket"));
    assert_eq!(fs::read_to_string(&socket).unwrap(), "notes");
}

#[test]
fn python_reads_over_tls_on_one_connection() {
    let newsroom = courier("\"off\"", TLS);
    let daemon = newsroom.start();
    let script = "import http.client, ssl, sys\n\
                  context = ssl.create_default_context(cafile=sys.argv[1])\n\
                  connection = http.client.HTTPSConnection('127.0.0.1', int(sys.argv[2]), context=context)\n\
                  for _ in range(50):\n    \
                      connection.request('GET', '/feeds/all.json')\n    \
                      answer = connection.getresponse()\n    \
                      assert answer.status == 200 and b'Rain in the hills' in answer.read()\n\
                  print(connection.sock.version())\n";
    let authority = newsroom.path("config/cert.pem");
    let output = Command::new("python3").args(["-c", script]).arg(authority).arg(daemon.tls_port().to_string()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "TLSv1.3\n", "{}", String::from_utf8_lossy(&output.stderr));
}
