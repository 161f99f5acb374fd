//! The feeds folder alone, served by other people's servers as docs/deploy.md says.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::newsroom::{Answer, Newsroom, article, await_that, get_with};

/// A server with the snippet of the documentation over a newsroom's feeds.
struct Static {
    child: Child,
    port: u16,
}

impl Drop for Static {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The block of docs/deploy.md in this language that serves the folder.
fn documented(language: &str, with: &str) -> String {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/deploy.md")).unwrap();
    let fence = format!("```{language}\n");
    let blocks = text.split(fence.as_str()).skip(1).map(|rest| rest.split_once("```").unwrap().0);
    let mut found = blocks.filter(|block| block.contains(with));
    let block = found.next().expect("the documentation has the block").to_owned();
    assert!(found.next().is_none(), "only one block serves the folder");
    block
}

impl Static {
    fn nginx(newsroom: &Newsroom) -> Self {
        let (feeds, port) = (newsroom.path("feeds"), free_port());
        let snippet = documented("nginx", "location /feeds/ {")
            .replace("/var/lib/newswire/feeds", feeds.to_str().unwrap())
            .replace("include mime.types", "include /etc/nginx/mime.types");
        let own = newsroom.path("nginx");
        fs::create_dir(&own).unwrap();
        let own = own.display();
        // Debian's defaults but for where things lie. Its workers run as who started it, who alone may look into a temporary folder.
        let user = if rustix::process::geteuid().is_root() { "user root;" } else { "" };
        let config = format!(
            "daemon off; worker_processes 1; {user} pid {own}/pid; error_log stderr;\nevents {{}}\nhttp {{\naccess_log off; sendfile on; tcp_nopush on;\n\
             client_body_temp_path {own}/a; proxy_temp_path {own}/b; fastcgi_temp_path {own}/c; uwsgi_temp_path {own}/d; scgi_temp_path {own}/e;\n\
             server {{\nlisten 127.0.0.1:{port};\n{snippet}\n}}\n}}\n"
        );
        let file = newsroom.path("nginx/nginx.conf");
        fs::write(&file, config).unwrap();
        Self::start(Command::new("nginx").arg("-c").arg(file).arg("-e").arg("stderr"), port)
    }

    fn caddy(newsroom: &Newsroom) -> Self {
        let (feeds, port) = (newsroom.path("feeds"), free_port());
        let snippet = documented("caddyfile", "handle_path /feeds/*")
            .replace("/var/lib/newswire/feeds", feeds.to_str().unwrap())
            .replace("courier.example {", &format!("http://127.0.0.1:{port} {{"));
        let file = newsroom.path("Caddyfile");
        fs::write(&file, format!("{{\n\tadmin off\n\tauto_https off\n}}\n{snippet}")).unwrap();
        let mut command = Command::new("caddy");
        command.args(["run", "--adapter", "caddyfile", "--config"]).arg(file);
        for home in ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"] {
            command.env(home, newsroom.path("caddy"));
        }
        Self::start(&mut command, port)
    }

    fn start(command: &mut Command, port: u16) -> Self {
        let said = "run tests/all, which installs nginx and Caddy";
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap_or_else(|error| panic!("{error}: {said}"));
        let served = Self { child, port };
        await_that("the server listens", || std::net::TcpStream::connect(("127.0.0.1", port)).ok());
        served
    }

    fn get(&self, path: &str, fields: &[(&'static str, &str)]) -> Answer {
        get_with(&format!("http://127.0.0.1:{}{path}", self.port), fields)
    }

    /// The first line and the fields of the answer to a browser's question before a script may ask.
    fn preflight(&self, path: &str) -> String {
        let mut stream = std::net::TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let host = format!("127.0.0.1:{}", self.port);
        let asked = "Origin: https://reader.example\r\nAccess-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: if-none-match";
        write!(stream, "OPTIONS {path} HTTP/1.1\r\nHost: {host}\r\n{asked}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.to_lowercase()
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A newsroom that was built once, with a picture and siblings.
fn built() -> Newsroom {
    let newsroom = Newsroom::new();
    newsroom.configure(&newsroom.config_text().replace("[feeds]\n", "[feeds]\nprecompress = [\"gzip\", \"br\", \"zstd\"]\n"));
    let body = format!("![The quay](quay.svg)\n\n{}", "The harbour reopened on Tuesday. ".repeat(40));
    newsroom.drop_article("quay.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"4\" height=\"4\"/>");
    newsroom.drop_article("harbour.md", article("Harbour reopens.", &body));
    let output = newsroom.newswire(&["build"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    newsroom
}

/// What both servers must make of the folder; `codings` are those whose siblings they can send.
fn holds(newsroom: &Newsroom, served: &Static, codings: &[&str]) {
    for (file, content_type) in [
        ("all.rss", "application/rss+xml; charset=utf-8"),
        ("all.atom", "application/atom+xml; charset=utf-8"),
        ("all.json", "application/feed+json"),
        // Empty feeds are too short for siblings.
        ("breaking.rss", "application/rss+xml; charset=utf-8"),
    ] {
        let path = format!("/feeds/{file}");
        let plain = served.get(&path, &[]);
        assert_eq!((plain.status, plain.header("content-type")), (200, content_type), "{file}");
        assert_eq!(plain.body, newsroom.feed(file), "{file}");
        for (name, value) in [
            ("cache-control", "public, max-age=60"),
            ("access-control-allow-origin", "*"),
            ("x-content-type-options", "nosniff"),
            ("content-encoding", ""),
        ] {
            assert_eq!(plain.header(name), value, "{file}: {name}");
        }
        let modified = plain.header("last-modified");
        assert_eq!(served.get(&path, &[("If-None-Match", plain.header("etag"))]).status, 304, "{file}");
        assert_eq!(served.get(&path, &[("If-Modified-Since", modified)]).status, 304, "{file}");
    }
    for (coding, ending) in [("gzip", "gz"), ("br", "br"), ("zstd", "zst")] {
        let answer = served.get("/feeds/all.rss", &[("Accept-Encoding", coding)]);
        let plain = served.get("/feeds/all.rss", &[]);
        assert_eq!(answer.header("content-type"), "application/rss+xml; charset=utf-8", "{coding}");
        assert_eq!(answer.header("last-modified"), plain.header("last-modified"), "{coding}: one version, one date");
        if codings.contains(&coding) {
            let sibling = fs::read(newsroom.path(&format!("feeds/all.rss.{ending}"))).unwrap();
            assert_eq!((answer.header("content-encoding"), &answer.bytes), (coding, &sibling), "the sibling as it is");
            assert_ne!(answer.header("etag"), plain.header("etag"), "{coding}");
            assert_eq!(answer.header("vary"), "Accept-Encoding", "{coding}");
            let again = [("Accept-Encoding", coding), ("If-None-Match", answer.header("etag"))];
            assert_eq!(served.get("/feeds/all.rss", &again).status, 304, "{coding}");
        }
        let hidden = format!("/feeds/all.rss.{ending}");
        assert_eq!(served.get(&hidden, &[]).status, 404, "a sibling has no URL of its own");
    }
    let picture = picture(&newsroom.path("feeds/media"));
    let picture = served.get(&format!("/feeds/media/{picture}"), &[]);
    assert_eq!((picture.status, picture.header("content-type")), (200, "image/svg+xml"));
    assert!(picture.header("content-security-policy").contains("sandbox"), "{}", picture.header("content-security-policy"));
    assert!(picture.header("cache-control").contains("immutable"), "{}", picture.header("cache-control"));
    assert_eq!(picture.header("access-control-allow-origin"), "*");
    fs::write(newsroom.path("feeds/.all.rss.tmp"), "half").unwrap();
    assert_eq!(served.get("/feeds/.all.rss.tmp", &[]).status, 404);
    assert_eq!(served.get("/feeds/none.rss", &[]).status, 404);
    let preflight = served.preflight("/feeds/all.rss");
    assert!(preflight.starts_with("http/1.1 204"), "{preflight}");
    for field in
        ["access-control-allow-origin: *", "access-control-allow-methods: get, head", "access-control-allow-headers: if-none-match"]
    {
        assert!(preflight.contains(field), "{field}: {preflight}");
    }
}

/// `HASH/NAME` of the one published file.
fn picture(media: &Path) -> String {
    let only = |folder: &Path| fs::read_dir(folder).unwrap().next().unwrap().unwrap().file_name().into_string().unwrap();
    let hash = only(media);
    let name = only(&media.join(&hash));
    format!("{hash}/{name}")
}

#[test]
fn nginx_serves_the_folder_as_documented() {
    let newsroom = built();
    holds(&newsroom, &Static::nginx(&newsroom), &["gzip"]);
}

#[test]
fn caddy_serves_the_folder_as_documented() {
    let newsroom = built();
    holds(&newsroom, &Static::caddy(&newsroom), &["gzip", "br", "zstd"]);
}
