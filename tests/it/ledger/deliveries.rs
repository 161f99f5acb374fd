//! Whatever happens in whatever order, each endpoint gets each bulletin that it counts for, and none twice without need: random
//! stories of commits, claims, settlements, endpoints that come and go, clocks that move on and crashes, against a plain model.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use newswire::article::{Lane, Sequence};
use newswire::instant::Instant;
use newswire::ledger::{Claim, Claimed, Delivery, EndpointKind, Fault, LeaseToken, Ledger, Outcome};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::engine::{Engine, Sqlite};
use super::newsroom::{everything, news, noon, outcome, settlement, webhooks};

const ENDPOINTS: usize = 12;
const LEASE: Duration = Duration::from_mins(1);

#[derive(Clone, Debug)]
enum Event {
    Commit { lane: Lane },
    Endpoints(u16),
    Claim { stretches: usize, len: usize, retries: usize, below: u64 },
    Settle { which: usize, outcomes: u64 },
    Later { seconds: u64 },
    Crash,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => prop_oneof![Just(Lane::Breaking), Just(Lane::Ordinary)].prop_map(|lane| Event::Commit { lane }),
        2 => any::<u16>().prop_map(Event::Endpoints),
        6 => (0..6_usize, 1..4_usize, 0..4_usize, 0..3_u64)
            .prop_map(|(stretches, len, retries, below)| Event::Claim { stretches, len, retries, below }),
        8 => (any::<usize>(), any::<u64>()).prop_map(|(which, outcomes)| Event::Settle { which, outcomes }),
        3 => (0..50_u64).prop_map(|seconds| Event::Later { seconds }),
        1 => Just(Event::Crash),
    ]
}

/// Where one delivery is.
#[derive(Clone, Debug, PartialEq)]
enum Is {
    Fresh,
    /// In a stretch that is out.
    Out {
        token: LeaseToken,
        until: Instant,
    },
    /// On its own, under a lease.
    Leased {
        token: LeaseToken,
        until: Instant,
    },
    Waiting {
        due: Instant,
    },
    Accepted,
    Over,
    Dead,
}

type Owed = (u64, String);

/// What somebody holds a lease on.
struct Held {
    token: LeaseToken,
    sequence: u64,
    endpoints: Vec<String>,
}

struct Story {
    engine: Sqlite,
    ledger: Option<Arc<dyn Ledger>>,
    now: Instant,
    sequence: u64,
    since: BTreeMap<String, u64>,
    owed: BTreeMap<Owed, Is>,
    held: Vec<Held>,
}

impl Story {
    fn ledger(&self) -> Arc<dyn Ledger> {
        Arc::clone(self.ledger.as_ref().unwrap())
    }

    /// Whether an endpoint counts for a sequence now.
    fn counts(&self, (sequence, endpoint): &Owed) -> bool {
        self.since.get(endpoint).is_some_and(|since| since < sequence)
    }

    async fn happens(&mut self, event: Event) {
        match event {
            Event::Commit { lane } => {
                self.now = self.now.plus(Duration::from_millis(1));
                let edition = news("a", u32::try_from(self.sequence).unwrap() + 1, lane, self.now);
                self.sequence = self.ledger().commit(edition).await.unwrap().sequences[0].0;
                for endpoint in self.since.keys() {
                    self.owed.insert((self.sequence, endpoint.clone()), Is::Fresh);
                }
            }
            Event::Endpoints(chosen) => self.endpoints(chosen).await,
            Event::Claim { stretches, len, retries, below } => {
                let lanes = BTreeMap::from([(Lane::Breaking, stretches), (Lane::Ordinary, stretches / 2)]);
                let floor = Sequence(self.sequence.saturating_sub(below));
                let claim = Claim { lease: LEASE, floor, stretches: lanes, stretch_len: len, retries, ..everything(self.now) };
                let claimed = self.ledger().claim(claim).await.unwrap();
                self.claimed(claimed, floor);
            }
            Event::Settle { which, outcomes } => {
                if !self.held.is_empty() {
                    let held = self.held.swap_remove(which % self.held.len());
                    self.settle(held, outcomes).await;
                }
            }
            Event::Later { seconds } => self.now = self.now.plus(Duration::from_secs(seconds)),
            Event::Crash => {
                self.ledger = None;
                self.ledger = Some(self.engine.open(self.now).unwrap());
                self.held.clear();
                for is in self.owed.values_mut() {
                    match is {
                        Is::Out { until, .. } => *until = self.now,
                        Is::Leased { .. } => *is = Is::Waiting { due: self.now },
                        Is::Fresh | Is::Waiting { .. } | Is::Accepted | Is::Over | Is::Dead => {}
                    }
                }
            }
        }
    }

    async fn endpoints(&mut self, chosen: u16) {
        let ids: Vec<String> =
            webhooks(ENDPOINTS).into_iter().enumerate().filter(|(bit, _)| chosen >> bit & 1 == 1).map(|(_, id)| id).collect();
        self.ledger().put_endpoints(EndpointKind::Webhook, ids.clone()).await.unwrap();
        let chosen: BTreeSet<&String> = ids.iter().collect();
        for ((_, endpoint), is) in &mut self.owed {
            let left = self.since.contains_key(endpoint) && !chosen.contains(endpoint);
            let comes = !self.since.contains_key(endpoint) && chosen.contains(endpoint);
            match is {
                Is::Waiting { .. } | Is::Leased { .. } if left => *is = Is::Dead,
                Is::Fresh if comes => *is = Is::Over,
                _ => {}
            }
        }
        self.since.retain(|endpoint, _| chosen.contains(endpoint));
        for id in ids {
            self.since.entry(id).or_insert(self.sequence);
        }
    }

    /// Nothing is handed out that is not there to be had.
    fn claimed(&mut self, claimed: Claimed, floor: Sequence) {
        for stretch in claimed.stretches {
            let sequence = stretch.bulletin.sequence;
            assert!(sequence <= floor);
            let endpoints: Vec<String> = stretch.audience.iter().map(|member| member.endpoint.position.id.clone()).collect();
            for endpoint in &endpoints {
                let is = self.owed.get_mut(&(sequence.0, endpoint.clone())).expect("it counts for that");
                let to_be_had = matches!(is, Is::Fresh) || matches!(is, Is::Out { until, .. } if *until <= self.now);
                assert!(to_be_had, "{sequence:?} for {endpoint} is {is:?} at {}", self.now);
                *is = Is::Out { token: stretch.token, until: self.now.plus(LEASE) };
            }
            self.held.push(Held { token: stretch.token, sequence: sequence.0, endpoints });
        }
        for retry in claimed.retries {
            let (sequence, endpoint) = (retry.bulletin.sequence, retry.endpoint.position.id);
            assert!(sequence <= floor);
            let is = self.owed.get_mut(&(sequence.0, endpoint.clone())).expect("it counts for that");
            let to_be_had =
                matches!(is, Is::Waiting { due } if *due <= self.now) || matches!(is, Is::Leased { until, .. } if *until <= self.now);
            assert!(to_be_had, "{sequence:?} for {endpoint} is {is:?} at {}", self.now);
            *is = Is::Leased { token: retry.token, until: self.now.plus(LEASE) };
            self.held.push(Held { token: retry.token, sequence: sequence.0, endpoints: vec![endpoint] });
        }
    }

    async fn settle(&mut self, held: Held, outcomes: u64) {
        let mut slow = Vec::new();
        let mut deliveries: Vec<Delivery> = Vec::new();
        for (bit, endpoint) in held.endpoints.iter().enumerate() {
            let became = match outcomes >> (bit * 4) & 7 {
                0 | 1 => Outcome::Accepted,
                2 => Outcome::Superseded,
                3 => Outcome::Dead { reason: "exhausted".into() },
                4 => {
                    let token = LeaseToken(rand::random());
                    slow.push((endpoint.clone(), token));
                    Outcome::Slow { token, until: self.now.plus(LEASE) }
                }
                _ => Outcome::Retry { due: self.now.plus(Duration::from_secs(outcomes % 90)) },
            };
            deliveries.push(outcome(endpoint, became));
        }
        let holds = |is: &Is| matches!(is, Is::Out { token, .. } | Is::Leased { token, .. } if *token == held.token);
        let owed: Vec<Owed> = held.endpoints.iter().map(|endpoint| (held.sequence, endpoint.clone())).collect();
        let good = owed.iter().all(|owed| holds(&self.owed[owed]));
        match self.ledger().settle(settlement(held.token, self.now, deliveries.clone())).await {
            Ok(()) => assert!(good, "a lost lease settled {owed:?}"),
            Err(Fault::LeaseLost) => {
                // All its members left and came back anew: it may have been closed meanwhile.
                assert!(!good || owed.iter().all(|owed| !self.counts(owed)), "a good lease was lost on {owed:?}");
                return;
            }
            Err(fault) => panic!("{fault}"),
        }
        for (owed, delivery) in owed.into_iter().zip(deliveries) {
            let counts = self.counts(&owed);
            let is = match delivery.outcome {
                Outcome::Accepted => Is::Accepted,
                Outcome::Superseded | Outcome::Filtered => Is::Over,
                Outcome::Retry { due } if counts => Is::Waiting { due },
                Outcome::Slow { token, until } if counts => {
                    self.held.push(Held { token, sequence: owed.0, endpoints: vec![owed.1.clone()] });
                    Is::Leased { token, until }
                }
                Outcome::Retry { .. } | Outcome::Slow { .. } | Outcome::Dead { .. } => Is::Dead,
            };
            self.owed.insert(owed, is);
        }
    }

    /// Everybody takes everything until nothing is left; then nothing may have been left out.
    async fn ends(mut self) {
        self.held.clear();
        loop {
            self.now = self.now.plus(Duration::from_hours(1));
            let claimed = self.ledger().claim(Claim { lease: LEASE, ..everything(self.now) }).await.unwrap();
            if claimed.stretches.is_empty() && claimed.retries.is_empty() {
                assert_eq!(claimed.next_due, None);
                break;
            }
            self.claimed(claimed, Sequence(self.sequence));
            while let Some(held) = self.held.pop() {
                self.settle(held, 0).await;
            }
        }
        let summary = self.ledger().summary().await.unwrap();
        assert_eq!(summary.owed, 0);
        let count = |wanted: &Is| u64::try_from(self.owed.values().filter(|is| *is == wanted).count()).unwrap();
        assert_eq!((summary.accepted, summary.dead), (count(&Is::Accepted), count(&Is::Dead)));
        for (owed, is) in &self.owed {
            match is {
                Is::Accepted | Is::Over | Is::Dead => {}
                // Out when it left, back before the lease ran out: it counts from then on.
                Is::Out { .. } => assert!(!self.counts(owed), "{owed:?} was left out"),
                Is::Fresh | Is::Leased { .. } | Is::Waiting { .. } => panic!("{owed:?} was left out: {is:?}"),
            }
        }
    }
}

#[test]
fn every_delivery_is_made_whatever_happens_on_sqlite() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut runner = TestRunner::new(Config { cases: 40, max_shrink_iters: 400, ..Config::default() });
    runner
        .run(&prop::collection::vec(event(), 1..60), |events| {
            runtime.block_on(async {
                let engine = Sqlite::new();
                let ledger = Some(engine.open(noon(0)).unwrap());
                let (since, owed, held) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
                let mut story = Story { engine, ledger, now: noon(1), sequence: 0, since, owed, held };
                story.endpoints(u16::MAX).await;
                for event in events {
                    story.happens(event).await;
                }
                story.ends().await;
            });
            Ok(())
        })
        .unwrap();
}
