//! The site as it was: an old blog's feed, and the server that it still stands on.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};

/// An old blog's RSS: guids as Drupal makes them, in Latin-1, one item without a guid.
pub(super) fn old_rss() -> Vec<u8> {
    let text = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n\
        <channel><title>Old Caf\u{e9}</title><link>https://example.org/</link><description>x</description>\n\
        <item><title>Ferry back in service</title><link>http://www.example.org/articles/ferry/?utm_source=rss</link>\
        <guid isPermaLink=\"false\">12 at https://example.org</guid><pubDate>Tue, 03 Mar 2020 08:15:00 +0100</pubDate></item>\n\
        <item><title>Caf\u{e9} &amp;amp; quay re-open</title><link>https://example.org/?p=77</link>\
        <guid isPermaLink=\"false\">https://example.org/?p=77</guid><pubDate>Sun, 01 Mar 2020 12:00:00 GMT</pubDate></item>\n\
        <item><title>Lamps</title><link>https://example.org/articles/lamps</link><dc:date>2019-12-24T18:00:00+01:00</dc:date></item>\n\
        <item><title>Never moved</title><link>https://example.org/2018/gone</link><guid>g-4</guid>\
        <pubDate>Mon, 01 Jan 2018 00:00:00 GMT</pubDate></item>\n\
        </channel></rss>\n";
    text.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect()
}

const PAGE_2: &str =
    "<rss xmlns:a='http://www.w3.org/2005/Atom'><channel><a:link rel='next' href='/page1'/><item><guid>g-2</guid></item></channel></rss>";

/// Serves one document at one path for as long as the test runs; everything else is 404, but
/// for `/moved`, which leads there, and `/page2`.
pub(super) fn serve(path: &'static str, content_type: &'static str, body: Vec<u8>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            answer(&stream, path, content_type, &body);
        }
    });
    address
}

fn answer(stream: &TcpStream, path: &str, content_type: &str, body: &[u8]) {
    let mut reader = BufReader::new(stream);
    let mut request = String::new();
    let _ = reader.read_line(&mut request);
    let mut line = String::new();
    while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
        line.clear();
    }
    let asked = request.split(' ').nth(1).unwrap_or_default();
    let (status, more, body) = match asked {
        // A second page, which leads back to the first.
        "/page2" => ("200 OK", String::new(), PAGE_2.as_bytes()),
        "/moved" => ("301 Moved", format!("location: {path}\r\n"), &[][..]),
        asked if asked == path => ("200 OK", format!("content-type: {content_type}\r\n"), body),
        _ => ("404 Not Found", String::new(), &[][..]),
    };
    let head = format!("HTTP/1.1 {status}\r\n{more}content-length: {}\r\nconnection: close\r\n\r\n", body.len());
    let mut stream = stream;
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
}
