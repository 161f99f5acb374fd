//! What the operator reads, and what must not be there to read.

use std::io;
use std::sync::{Arc, Mutex};

use newswire::article::BulletinKind::Published;
use newswire::config::{Delivery, Webhook};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use super::memory_ledger::MemoryLedger;
use super::newsroom::{Newsroom, bulletin, delivery, webhook};
use super::receiver::{Answer, Receiver, status};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

// One thread, so that the subscriber of this thread hears all tasks.
#[tokio::test(flavor = "current_thread")]
async fn every_attempt_has_a_line_and_no_line_has_a_secret() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_env_filter(EnvFilter::new("newswire=trace")).with_writer(log.clone()).with_ansi(false);
    // While there is one subscriber only, tracing asks that of whichever thread passes an event's place first whether anyone
    // listens there; with two, it asks both.
    let _second = tracing::Dispatch::new(tracing_subscriber::fmt().with_writer(io::sink).finish());
    let _heard = tracing::subscriber::set_default(subscriber.finish());

    let receiver = Receiver::start().await;
    receiver.answers("/T0KEN/failing", &[status(500), status(204)]);
    receiver.answers("/T0KEN/gone", &[status(410)]);
    receiver.answers("/T0KEN/moved", &[Answer::Status(302, vec![("location", receiver.url("/T0KEN/elsewhere"))])]);
    let to = |name: &str| webhook(name, &receiver.url(&format!("/T0KEN/{name}?key=T0KEN")));
    let webhooks = [
        to("well"),
        to("failing"),
        to("gone"),
        to("moved"),
        webhook("nobody", "http://127.0.0.1:1/T0KEN?key=T0KEN"),
        Webhook { allow_private: false, ..to("refused") },
        webhook("unknown", "http://T0KEN:T0KEN@no-such-name.invalid/T0KEN"),
    ];
    let quick = Delivery { retry: vec![std::time::Duration::from_millis(20)], ..delivery() };
    let newsroom = Newsroom::open(Arc::new(MemoryLedger::new()), &webhooks, &quick).await;
    newsroom.tell(&[bulletin("a", 1, Published)]).await;
    newsroom.settled().await;

    let text = log.text();
    for (name, words) in [
        ("well", "article.published delivered to well (http://127.0.0.1:"),
        ("failing", "not delivered to failing (http://127.0.0.1:"),
        ("failing", "answered 500 Internal Server Error; next try at 20"),
        ("gone", "the endpoint answered 410 Gone"),
        ("moved", "answered 302 Found, a redirect, which is never followed"),
        ("nobody", "could not connect: "),
        ("refused", "set allow_private = true"),
        ("unknown", "given up after 2 attempts"),
    ] {
        assert!(text.lines().any(|line| line.contains(name) && line.contains(words)), "no line '{words}' of {name} in:\n{text}");
    }
    let mut recorded = String::new();
    for attempt in newsroom.attempts("a").await {
        recorded.push_str(attempt.error.as_deref().unwrap_or_default());
    }
    for secret in ["T0KEN", "MfKQ", "webhook-signature", "v1,"] {
        assert!(!text.contains(secret), "{secret} in the log:\n{text}");
        assert!(!recorded.contains(secret), "{secret} in the ledger: {recorded}");
    }
}
