//! What subscribers live to see.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use newswire::article::{Bulletin, BulletinKind, FeedName};
use newswire::config::{Delivery, Webhook, WebhookSecret};
use newswire::dispatch::webhook::signature::verify;
use newswire::ledger::Ledger;
use newswire::ledger::sqlite::SqliteLedger;

use super::memory_ledger::MemoryLedger;
use super::newsroom::{Newsroom, SECRET, breaking, bulletin, delivery, newsroom_and_receiver, webhook};
use super::receiver::{Answer, Received, Receiver, status};
use BulletinKind::{Published, Updated, Withdrawn};

/// Runs each story on every ledger.
macro_rules! on_every_ledger {
    ($($story:ident),* $(,)?) => {
        mod on_memory {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                super::$story(std::sync::Arc::new(super::MemoryLedger::new())).await;
            })*
        }

        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                let folder = tempfile::tempdir().unwrap();
                let path = folder.path().join("state/newswire.db");
                let ledger = super::SqliteLedger::open(&path, newswire::instant::Instant::now()).unwrap();
                super::$story(std::sync::Arc::new(ledger)).await;
            })*
        }
    };
}

on_every_ledger!(
    one_bulletin_arrives_signed,
    filters_decide_who_is_told,
    a_failure_is_tried_again_under_the_same_id,
    an_exhausted_schedule_is_the_end,
    retry_after_is_obeyed,
    gone_disables_the_endpoint,
    a_redirect_is_not_followed,
    hanging_receivers_hold_up_nobody,
    receivers_that_take_their_time_wait_side_by_side,
    whoever_keeps_failing_is_left_alone_but_for_breaking_news,
    breaking_news_overtakes_a_backlog,
    what_a_newer_revision_superseded_is_not_sent,
    a_withdrawal_waits_a_second_for_an_older_attempt,
    a_withdrawal_reaches_whoever_was_sent_the_article,
    while_rotating_both_secrets_verify,
    a_slow_receiver_is_asked_once,
    after_a_crash_only_what_was_under_way_is_repeated,
    private_addresses_are_refused_unless_allowed,
    a_reloaded_config_counts_for_what_is_owed,
    nothing_is_told_before_its_feeds_stand,
);

fn verifies(arrival: &Received, secret: &str) -> bool {
    let headers = arrival.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
    let now = newswire::instant::Instant::now();
    verify(&[WebhookSecret::parse(secret).unwrap()], headers, &arrival.body, now).is_ok()
}

async fn one_bulletin_arrives_signed(ledger: Arc<dyn Ledger>) {
    let (newsroom, receiver) = newsroom_and_receiver(ledger).await;
    let told = bulletin("a", 1, Published);
    newsroom.tell(std::slice::from_ref(&told)).await;
    let arrival = receiver.next().await;
    assert_eq!(arrival.id(), told.id.as_str());
    assert_eq!(arrival.header("content-type"), "application/json");
    assert!(arrival.header("user-agent").starts_with("newswire/"));
    assert!(verifies(&arrival, SECRET));
    assert!(!verifies(&arrival, "whsec_bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3"));
    let body = arrival.json();
    let members: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["type", "timestamp", "sequence", "data"]);
    assert_eq!(body["type"], "article.published");
    assert_eq!(body["timestamp"], told.at.rfc3339());
    assert_eq!(body["sequence"], 1);
    assert_eq!(body["data"]["headline"], "Été à \"Paris\" <3 🌞");
    newsroom.settled().await;
    let [attempt] = newsroom.attempts("a").await.try_into().unwrap();
    assert_eq!((attempt.number, attempt.status, attempt.error), (1, Some(204), None));
    assert!(receiver.rest().await.is_empty());
}

async fn filters_decide_who_is_told(ledger: Arc<dyn Ledger>) {
    let receiver = Receiver::start().await;
    let to = |name: &str| webhook(name, &receiver.url(&format!("/{name}")));
    let webhooks = [
        to("all"),
        Webhook { events: vec![Updated], ..to("updates") },
        Webhook { breaking_only: true, ..to("breaking") },
        Webhook { feed: FeedName::parse("world").ok(), ..to("world") },
    ];
    let newsroom = Newsroom::open(ledger, &webhooks, &delivery()).await;
    let world = Bulletin { feeds: vec![FeedName::parse("world").unwrap()], ..bulletin("b", 1, Published) };
    newsroom.tell(&[bulletin("a", 1, Published), world, breaking(bulletin("c", 1, Published)), bulletin("d", 2, Updated)]).await;
    newsroom.settled().await;
    let came: BTreeSet<_> =
        receiver.rest().await.iter().map(|arrival| (arrival.path.clone(), arrival.json()["sequence"].as_u64())).collect();
    let expected = [("/all", 1), ("/all", 2), ("/all", 3), ("/all", 4), ("/updates", 4), ("/breaking", 3), ("/world", 2)];
    assert_eq!(came, expected.map(|(path, sequence)| (path.to_owned(), Some(sequence))).into());
}

async fn a_failure_is_tried_again_under_the_same_id(ledger: Arc<dyn Ledger>) {
    let (newsroom, receiver) = newsroom_and_receiver(ledger).await;
    receiver.answers("/wire", &[status(500), status(404), status(204)]);
    newsroom.tell(&[bulletin("a", 1, Published)]).await;
    let tries = [receiver.next().await, receiver.next().await, receiver.next().await];
    assert!(tries.iter().all(|arrival| arrival.id() == tries[0].id() && arrival.body == tries[0].body && verifies(arrival, SECRET)));
    // 50 ms less a fifth.
    assert!(tries.windows(2).all(|pair| pair[1].at - pair[0].at >= Duration::from_millis(40)));
    newsroom.settled().await;
    let attempts = newsroom.attempts("a").await;
    assert_eq!(
        attempts.iter().map(|attempt| (attempt.number, attempt.status.unwrap())).collect::<Vec<_>>(),
        [(1, 500), (2, 404), (3, 204)]
    );
    assert_eq!(attempts[0].error.as_deref(), Some("answered 500 Internal Server Error"));
}

async fn an_exhausted_schedule_is_the_end(ledger: Arc<dyn Ledger>) {
    let (newsroom, receiver) = newsroom_and_receiver(ledger).await;
    receiver.answers("/wire", &[status(500)]);
    newsroom.tell(&[bulletin("a", 1, Published)]).await;
    for _ in 0..4 {
        receiver.next().await;
    }
    let summary = newsroom.settled().await;
    assert_eq!(summary.dead, 1);
    assert_eq!(newsroom.attempts("a").await.len(), 4);
    assert!(receiver.rest().await.is_empty());
}

async fn retry_after_is_obeyed(ledger: Arc<dyn Ledger>) {
    let (newsroom, receiver) = newsroom_and_receiver(ledger).await;
    receiver.answers("/wire", &[Answer::Status(429, vec![("retry-after", "1".to_owned())]), status(204)]);
    newsroom.tell(&[bulletin("a", 1, Published)]).await;
    let (first, second) = (receiver.next().await, receiver.next().await);
    let apart = second.at - first.at;
    assert!(apart >= Duration::from_millis(990) && apart < Duration::from_secs(3), "{apart:?}");
    newsroom.settled().await;
}

async fn gone_disables_the_endpoint(ledger: Arc<dyn Ledger>) {
    let (newsroom, receiver) = newsroom_and_receiver(ledger).await;
    receiver.answers("/wire", &[status(410)]);
    newsroom.tell(&[bulletin("a", 1, Published)]).await;
    receiver.next().await;
    newsroom.settled().await;
    assert_eq!(newsroom.disabled("newsroom").await.as_deref(), Some("the endpoint answered 410 Gone"));
    newsroom.tell(&[breaking(bulletin("b", 1, Published))]).await;
    let summary = newsroom.settled().await;
    assert_eq!(summary.dead, 2);
    assert!(receiver.rest().await.is_empty());
}

async fn a_redirect_is_not_followed(ledger: Arc<dyn Ledger>) {
    let (newsroom, receiver) = newsroom_and_receiver(ledger).await;
    let elsewhere = receiver.url("/elsewhere");
    receiver.answers("/wire", &[Answer::Status(307, vec![("location", elsewhere)])]);
    newsroom.tell(&[bulletin("a", 1, Published)]).await;
    let summary = newsroom.settled().await;
    assert_eq!(summary.dead, 1);
    assert!(receiver.rest().await.iter().all(|arrival| arrival.path == "/wire"));
    let error = newsroom.attempts("a").await.remove(0).error.unwrap();
    assert!(error.contains("a redirect, which is never followed"), "{error}");
}

async fn hanging_receivers_hold_up_nobody(ledger: Arc<dyn Ledger>) {
    let receiver = Receiver::start().await;
    receiver.answers("/hangs", &[Answer::Hang]);
    let to = |index: u32| webhook(&format!("e{index}"), &receiver.url(if index.is_multiple_of(5) { "/hangs" } else { "/well" }));
    let webhooks: Vec<_> = (0..100).map(to).collect();
    // Two seats and sixteen places to wait: the seventeenth that hangs has to make the longest give up.
    let narrow = Delivery { concurrency: 4, timeout: Duration::from_mins(1), ..delivery() };
    let newsroom = Newsroom::open(ledger, &webhooks, &narrow).await;
    let began = Instant::now();
    newsroom.tell(&[bulletin("a", 1, Published)]).await;
    let mut well = 0;
    while well < 80 {
        well += u32::from(receiver.next().await.path == "/well");
    }
    // Their stretches settle without the hanging ones: what is owed is theirs alone.
    while newsroom.summary().await.owed > 20 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let took = began.elapsed();
    assert!(took < Duration::from_secs(20), "held up for {took:?} by receivers that hang for a minute");
    assert!(newsroom.attempts("a").await.iter().any(|attempt| attempt.error.as_deref().is_some_and(|why| why.contains("too many"))));
}

async fn receivers_that_take_their_time_wait_side_by_side(ledger: Arc<dyn Ledger>) {
    let receiver = Receiver::start().await;
    receiver.answers("/slow", &[Answer::After(Duration::from_millis(300))]);
    let webhooks: Vec<_> = (0..60).map(|index| webhook(&format!("e{index}"), &receiver.url("/slow"))).collect();
    let newsroom = Newsroom::open(ledger, &webhooks, &Delivery { concurrency: 4, ..delivery() }).await;
    let began = Instant::now();
    newsroom.tell(&[bulletin("a", 1, Published)]).await;
    newsroom.settled().await;
    // Two seats would take nine seconds if each were held until the answer.
    assert!(began.elapsed() < Duration::from_secs(6), "{:?}", began.elapsed());
    assert_eq!(receiver.rest().await.len(), 60);
}

async fn whoever_keeps_failing_is_left_alone_but_for_breaking_news(ledger: Arc<dyn Ledger>) {
    let (newsroom, receiver) = newsroom_and_receiver(ledger).await;
    newsroom.reload(&[webhook("newsroom", &receiver.url("/wire"))], &Delivery { retry: vec![Duration::from_secs(30)], ..delivery() }).await;
    receiver.answers("/wire", &[status(500), status(500), status(500), status(204)]);
    for name in ["a", "b", "c"] {
        newsroom.tell(&[bulletin(name, 1, Published)]).await;
        receiver.next().await;
        while newsroom.attempts(name).await.is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    newsroom.tell(&[bulletin("d", 1, Published)]).await;
    newsroom.owed(4).await;
    newsroom.tell(&[breaking(bulletin("e", 1, Published))]).await;
    let probe = receiver.next().await;
    assert_eq!(probe.json()["sequence"], 5);
    newsroom.owed(4).await;
    assert!(newsroom.attempts("d").await.is_empty());
    // The probe went well: all others go as soon as they are due.
    newsroom.advance(Duration::from_mins(1));
    newsroom.tell(&[bulletin("f", 1, Published)]).await;
    newsroom.settled().await;
    let came: BTreeSet<_> = receiver.rest().await.iter().map(|arrival| arrival.json()["sequence"].as_u64()).collect();
    assert_eq!(came, [1, 2, 3, 4, 6].map(Some).into());
}

async fn breaking_news_overtakes_a_backlog(ledger: Arc<dyn Ledger>) {
    let receiver = Receiver::start().await;
    receiver.answers("/slow", &[Answer::After(Duration::from_millis(300))]);
    let webhooks: Vec<_> = (0..64).map(|index| webhook(&format!("e{index}"), &receiver.url("/slow"))).collect();
    let newsroom = Newsroom::open(ledger, &webhooks, &Delivery { concurrency: 2, ..delivery() }).await;
    newsroom.tell(&[bulletin("a", 1, Published), bulletin("b", 1, Published)]).await;
    receiver.next().await;
    newsroom.tell(&[breaking(bulletin("c", 1, Published))]).await;
    let (mut ordinary, mut urgent) = (1, 0);
    while urgent < 5 {
        let arrival = receiver.next().await;
        if arrival.json()["sequence"] == 3 { urgent += 1 } else { ordinary += 1 }
    }
    assert!(ordinary < 40, "{ordinary} of 128 ordinary deliveries went before five breaking ones");
}

async fn what_a_newer_revision_superseded_is_not_sent(ledger: Arc<dyn Ledger>) {
    let receiver = Receiver::start().await;
    let webhooks =
        [webhook("all", &receiver.url("/all")), Webhook { events: vec![Published], ..webhook("published", &receiver.url("/published")) }];
    let newsroom = Newsroom::open(ledger, &webhooks, &delivery()).await;
    let killed = [bulletin("a", 1, Published), bulletin("a", 2, Updated), bulletin("a", 3, Withdrawn)];
    newsroom.tell(&[&killed[..], &[bulletin("b", 1, Published), bulletin("b", 2, Updated)]].concat()).await;
    newsroom.settled().await;
    let came: BTreeSet<_> =
        receiver.rest().await.iter().map(|arrival| (arrival.path.clone(), arrival.json()["sequence"].as_u64())).collect();
    // Of the withdrawn article nobody sees a text; who gets no updates gets the first text of the other.
    let expected = [("/all", 3), ("/all", 5), ("/published", 4)];
    assert_eq!(came, expected.map(|(path, sequence)| (path.to_owned(), Some(sequence))).into());
}

async fn a_withdrawal_waits_a_second_for_an_older_attempt(ledger: Arc<dyn Ledger>) {
    let (newsroom, receiver) = newsroom_and_receiver(ledger).await;
    receiver.answers("/wire", &[Answer::Hang, status(204)]);
    newsroom.tell(&[bulletin("a", 1, Published)]).await;
    assert_eq!(receiver.next().await.kind(), "article.published");
    let began = Instant::now();
    newsroom.tell(&[bulletin("a", 2, Withdrawn)]).await;
    let kill = receiver.next().await;
    let waited = kill.at - began;
    assert_eq!(kill.kind(), "article.withdrawn");
    assert!(waited >= Duration::from_millis(950) && waited < Duration::from_secs(2), "{waited:?}");
    newsroom.settled().await;
    assert!(receiver.rest().await.is_empty());
    assert_eq!(newsroom.attempts("a").await.len(), 2);
}

async fn a_withdrawal_reaches_whoever_was_sent_the_article(ledger: Arc<dyn Ledger>) {
    let receiver = Receiver::start().await;
    let webhooks = [Webhook { breaking_only: true, ..webhook("breaking", &receiver.url("/breaking")) }];
    let newsroom = Newsroom::open(ledger, &webhooks, &delivery()).await;
    newsroom.tell(&[breaking(bulletin("a", 1, Published)), bulletin("b", 1, Published)]).await;
    assert_eq!(receiver.next().await.json()["sequence"], 1);
    newsroom.settled().await;
    newsroom.tell(&[bulletin("a", 2, Withdrawn), bulletin("b", 2, Withdrawn)]).await;
    newsroom.settled().await;
    let [kill] = receiver.rest().await.try_into().unwrap();
    assert_eq!(kill.json()["sequence"], 3);
}

async fn while_rotating_both_secrets_verify(ledger: Arc<dyn Ledger>) {
    const NEW: &str = "whsec_bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3";
    let receiver = Receiver::start().await;
    let secrets = [NEW, SECRET].map(|secret| WebhookSecret::parse(secret).unwrap()).to_vec();
    let webhooks = [Webhook { secrets, ..webhook("newsroom", &receiver.url("/wire")) }];
    let newsroom = Newsroom::open(ledger, &webhooks, &delivery()).await;
    newsroom.tell(&[bulletin("a", 1, Published)]).await;
    let arrival = receiver.next().await;
    assert!(verifies(&arrival, NEW) && verifies(&arrival, SECRET));
    assert_eq!(arrival.header("webhook-signature").split(' ').count(), 2);
    newsroom.settled().await;
}

async fn a_slow_receiver_is_asked_once(ledger: Arc<dyn Ledger>) {
    let (newsroom, receiver) = newsroom_and_receiver(ledger).await;
    receiver.answers("/wire", &[Answer::After(Duration::from_millis(1400))]);
    newsroom.tell(&[bulletin("a", 1, Published)]).await;
    newsroom.settled().await;
    let [attempt] = newsroom.attempts("a").await.try_into().unwrap();
    assert_eq!((attempt.number, attempt.status), (1, Some(204)));
    assert!(attempt.took >= Duration::from_millis(1400));
    assert_eq!(receiver.rest().await.len(), 1);
}

async fn after_a_crash_only_what_was_under_way_is_repeated(ledger: Arc<dyn Ledger>) {
    let (mut newsroom, receiver) = newsroom_and_receiver(ledger).await;
    newsroom.tell(&[bulletin("a", 1, Published)]).await;
    receiver.next().await;
    newsroom.settled().await;
    receiver.answers("/wire", &[Answer::Hang, status(204)]);
    newsroom.tell(&[bulletin("b", 1, Published)]).await;
    let before = receiver.next().await;
    newsroom.crash().await;
    assert_eq!(newsroom.summary().await.owed, 1);
    newsroom.tell(&[bulletin("c", 1, Published)]).await;
    newsroom.advance(Duration::from_secs(31));
    newsroom.start();
    let after: Vec<_> = [receiver.next().await, receiver.next().await].iter().map(|arrival| arrival.id().to_owned()).collect();
    assert!(after.contains(&before.id().to_owned()), "{after:?}");
    newsroom.settled().await;
    assert!(receiver.rest().await.is_empty());
}

async fn private_addresses_are_refused_unless_allowed(ledger: Arc<dyn Ledger>) {
    let receiver = Receiver::start().await;
    let port = receiver.address.port();
    let hosts =
        ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "[::ffff:127.0.0.1]", "１２７.0.0.1", "localhost", "localhost."];
    let to = |(index, host): (usize, &&str)| Webhook {
        allow_private: false,
        ..webhook(&format!("e{index}"), &format!("http://{host}:{port}/refused"))
    };
    let mut webhooks: Vec<_> = hosts.iter().enumerate().map(to).collect();
    webhooks.push(webhook("allowed", &receiver.url("/allowed")));
    let newsroom = Newsroom::open(ledger, &webhooks, &Delivery { retry: Vec::new(), ..delivery() }).await;
    newsroom.tell(&[bulletin("a", 1, Published)]).await;
    let summary = newsroom.settled().await;
    assert_eq!(summary.dead, hosts.len() as u64);
    let [arrival] = receiver.rest().await.try_into().unwrap();
    assert_eq!(arrival.path, "/allowed");
    for attempt in newsroom.attempts("a").await.iter().filter(|attempt| attempt.endpoint != "webhook:allowed") {
        assert!(attempt.error.as_deref().unwrap().contains("allow_private"), "{attempt:?}");
    }
}

async fn a_reloaded_config_counts_for_what_is_owed(ledger: Arc<dyn Ledger>) {
    let (newsroom, receiver) = newsroom_and_receiver(ledger).await;
    receiver.answers("/wire", &[status(500)]);
    let patient = Delivery { retry: vec![Duration::from_millis(300)], ..delivery() };
    newsroom.reload(&[webhook("newsroom", &receiver.url("/wire"))], &patient).await;
    newsroom.tell(&[bulletin("a", 1, Published)]).await;
    let before = receiver.next().await;
    newsroom.reload(&[webhook("newsroom", &receiver.url("/moved"))], &patient).await;
    let after = receiver.next().await;
    assert_eq!((after.path.as_str(), after.id()), ("/moved", before.id()));
    newsroom.settled().await;
}

async fn nothing_is_told_before_its_feeds_stand(ledger: Arc<dyn Ledger>) {
    let (newsroom, receiver) = newsroom_and_receiver(ledger).await;
    newsroom.tell(&[bulletin("a", 1, Published)]).await;
    assert_eq!(receiver.next().await.json()["sequence"], 1);
    newsroom.settled().await;
    newsroom.commit(&[bulletin("b", 1, Published)]).await;
    // Long enough for the commit's news to have been acted upon, were it going to be.
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(receiver.rest().await.is_empty());
    newsroom.tell(&[bulletin("c", 1, Published)]).await;
    newsroom.settled().await;
    assert_eq!(receiver.rest().await.len(), 2);
}
