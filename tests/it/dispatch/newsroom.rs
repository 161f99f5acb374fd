//! A dispatcher at work on a ledger, and the verbs of a story.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use newswire::article::{ArticleId, Bulletin, BulletinId, BulletinKind, FeedName, Lane, Revision, Sequence};
use newswire::config::{Delivery, Webhook, WebhookSecret};
use newswire::dispatch::{Clock, Endpoints, run};
use newswire::instant::Instant;
use newswire::ledger::{Attempt, Edition, EndpointKind, EndpointState, Fault, Ledger, ListPage, Listing, Summary};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::receiver::Receiver;

pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A webhook of the config: everything, to a loopback address.
pub(crate) fn webhook(name: &str, url: &str) -> Webhook {
    let secrets = vec![WebhookSecret::parse(SECRET).unwrap()];
    Webhook { allow_private: true, ..Webhook::new(name, Url::parse(url).unwrap(), secrets) }
}

/// Three quick retries.
pub(crate) fn delivery() -> Delivery {
    Delivery { retry: vec![Duration::from_millis(50); 3], timeout: Duration::from_secs(5), concurrency: 16 }
}

/// A bulletin of the article `tag:example.org,2026:NAME`.
pub(crate) fn bulletin(name: &str, revision: u32, kind: BulletinKind) -> Bulletin {
    let article = ArticleId::parse(&format!("tag:example.org,2026:{name}")).unwrap();
    let revision = Revision(revision);
    Bulletin {
        sequence: Sequence(0),
        id: BulletinId::of(&article, revision, kind),
        data: serde_json::json!({"id": article, "revision": revision, "headline": "Été à \"Paris\" <3 🌞"}).to_string().into(),
        article,
        revision,
        kind,
        lane: Lane::Ordinary,
        at: Instant::now(),
        feeds: vec![FeedName::parse("all").unwrap()],
        breaking: false,
    }
}

/// The same, breaking.
pub(crate) fn breaking(bulletin: Bulletin) -> Bulletin {
    Bulletin { lane: Lane::Breaking, breaking: true, ..bulletin }
}

/// A daemon's share of things: a ledger, a config, and dispatch between them.
pub(crate) struct Newsroom {
    pub(crate) ledger: Arc<dyn Ledger>,
    endpoints: watch::Sender<Arc<Endpoints>>,
    floor: watch::Sender<Sequence>,
    offset: Arc<AtomicI64>,
    latest: AtomicI64,
    shutdown: CancellationToken,
    task: Option<JoinHandle<Result<(), Fault>>>,
}

impl Newsroom {
    /// Starts with these webhooks.
    pub(crate) async fn open(ledger: Arc<dyn Ledger>, webhooks: &[Webhook], delivery: &Delivery) -> Self {
        let endpoints = Arc::new(Endpoints::new(webhooks, delivery).unwrap());
        ledger.put_endpoints(EndpointKind::Webhook, endpoints.ids()).await.unwrap();
        let mut newsroom = Self {
            ledger,
            endpoints: watch::Sender::new(endpoints),
            floor: watch::Sender::new(Sequence(0)),
            offset: Arc::default(),
            latest: AtomicI64::default(),
            shutdown: CancellationToken::new(),
            task: None,
        };
        newsroom.start();
        newsroom
    }

    /// Starts dispatch, anew after a stop or a crash.
    pub(crate) fn start(&mut self) {
        let offset = Arc::clone(&self.offset);
        let clock: Clock = Arc::new(move || Instant::from_millis(Instant::now().as_millis() + offset.load(Ordering::SeqCst)));
        self.shutdown = CancellationToken::new();
        let (endpoints, floor) = (self.endpoints.subscribe(), self.floor.subscribe());
        self.task = Some(tokio::spawn(run(Arc::clone(&self.ledger), endpoints, floor, self.shutdown.clone(), clock)));
    }

    /// Dies where it stands.
    pub(crate) async fn crash(&mut self) {
        let task = self.task.take().unwrap();
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
    }

    /// Stops in order.
    pub(crate) async fn stop(&mut self) {
        self.shutdown.cancel();
        self.task.take().unwrap().await.unwrap().unwrap();
    }

    /// Sets the wall clock forward.
    pub(crate) fn advance(&self, by: Duration) {
        self.offset.fetch_add(i64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }

    /// Another config, as after SIGHUP.
    pub(crate) async fn reload(&self, webhooks: &[Webhook], delivery: &Delivery) {
        let endpoints = Arc::new(Endpoints::new(webhooks, delivery).unwrap());
        self.ledger.put_endpoints(EndpointKind::Webhook, endpoints.ids()).await.unwrap();
        self.endpoints.send_replace(endpoints);
    }

    /// The wall clock, as this newsroom has it.
    fn now(&self) -> Instant {
        Instant::from_millis(Instant::now().as_millis() + self.offset.load(Ordering::SeqCst))
    }

    /// Commits bulletins; their feeds do not stand yet.
    pub(crate) async fn commit(&self, bulletins: &[Bulletin]) -> Sequence {
        // An edition is later than all before it, also within one millisecond.
        let before = self.latest.fetch_max(self.now().as_millis(), Ordering::SeqCst);
        let at = Instant::from_millis(before.max(self.now().as_millis()) + 1);
        self.latest.fetch_max(at.as_millis(), Ordering::SeqCst);
        let edition = Edition { bulletins: bulletins.to_vec(), baseline_complete: true, ..Edition::empty(at) };
        *self.ledger.commit(edition).await.unwrap().sequences.last().unwrap()
    }

    /// Commits bulletins and lets them go.
    pub(crate) async fn tell(&self, bulletins: &[Bulletin]) {
        let sequence = self.commit(bulletins).await;
        self.floor.send_replace(sequence);
    }

    pub(crate) async fn summary(&self) -> Summary {
        self.ledger.summary().await.unwrap()
    }

    /// Waits until nothing is owed.
    pub(crate) async fn settled(&self) -> Summary {
        self.owed(0).await
    }

    /// Waits until so many deliveries are owed.
    pub(crate) async fn owed(&self, many: u64) -> Summary {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
        loop {
            let summary = self.summary().await;
            if summary.owed == many {
                return summary;
            }
            assert!(tokio::time::Instant::now() < deadline, "not {many} owed: {summary:?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// The recorded attempts for an article.
    pub(crate) async fn attempts(&self, name: &str) -> Vec<Attempt> {
        let article = ArticleId::parse(&format!("tag:example.org,2026:{name}")).unwrap();
        match self.ledger.list(Listing::Attempts { article, after: 0 }, 10_000).await.unwrap() {
            ListPage::Attempts(attempts) => attempts,
            ListPage::Live(_) => panic!("another list than asked for"),
        }
    }

    /// Why an endpoint is disabled.
    pub(crate) async fn disabled(&self, name: &str) -> Option<String> {
        let id = Endpoints::id_of(name);
        let summary = self.summary().await;
        let found = summary.endpoints.into_iter().find(|summary| summary.endpoint.position.id == id).unwrap();
        match found.endpoint.state {
            EndpointState::Active => None,
            EndpointState::Disabled { reason, .. } => Some(reason),
        }
    }
}

/// A receiver and a newsroom with one webhook to it, `newsroom`, at `/wire`.
pub(crate) async fn newsroom_and_receiver(ledger: Arc<dyn Ledger>) -> (Newsroom, Receiver) {
    let receiver = Receiver::start().await;
    let newsroom = Newsroom::open(ledger, &[webhook("newsroom", &receiver.url("/wire"))], &delivery()).await;
    (newsroom, receiver)
}
