//! A real HTTP receiver that answers as it is told and remembers what came.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use tokio::sync::{Mutex as AsyncMutex, mpsc};

/// How it answers one request.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// With this status and these headers.
    Status(u16, Vec<(&'static str, String)>),
    /// With 204, after a while.
    After(Duration),
    /// Never.
    Hang,
}

/// A status without headers.
pub(crate) fn status(status: u16) -> Answer {
    Answer::Status(status, Vec::new())
}

/// What came.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) at: Instant,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name} in {:?}", self.headers)).to_str().unwrap()
    }

    pub(crate) fn id(&self) -> &str {
        self.header("webhook-id")
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn kind(&self) -> String {
        self.json()["type"].as_str().unwrap().to_owned()
    }
}

type Script = HashMap<String, Vec<Answer>>;

struct Shared {
    script: Mutex<Script>,
    arrivals: mpsc::UnboundedSender<Received>,
}

pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
    arrivals: AsyncMutex<mpsc::UnboundedReceiver<Received>>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (arrivals, arrived) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared { script: Mutex::default(), arrivals });
        let app = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { address, shared, arrivals: AsyncMutex::new(arrived) }
    }

    /// The answers to requests for a path, in order; the last one counts for all that follow. Without any it is 204.
    pub(crate) fn answers(&self, path: &str, answers: &[Answer]) {
        self.shared.script.lock().unwrap().insert(path.to_owned(), answers.to_vec());
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The next request, which must come within ten seconds.
    pub(crate) async fn next(&self) -> Received {
        let mut arrivals = self.arrivals.lock().await;
        tokio::time::timeout(Duration::from_secs(10), arrivals.recv()).await.expect("no request came").unwrap()
    }

    /// All that came and was not taken yet.
    pub(crate) async fn rest(&self) -> Vec<Received> {
        let mut arrivals = self.arrivals.lock().await;
        std::iter::from_fn(|| arrivals.try_recv().ok()).collect()
    }
}

async fn answer(State(shared): State<Arc<Shared>>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let path = uri.path().to_owned();
    let answer = {
        let mut script = shared.script.lock().unwrap();
        match script.get_mut(&path) {
            Some(answers) if answers.len() > 1 => answers.remove(0),
            Some(answers) => answers[0].clone(),
            None => status(204),
        }
    };
    let _ = shared.arrivals.send(Received { path, headers, body, at: Instant::now() });
    let plain = |status| Response::builder().status(status);
    match answer {
        Answer::Status(status, headers) => {
            headers.into_iter().fold(plain(status), |response, (name, value)| response.header(name, value)).body(Body::empty()).unwrap()
        }
        Answer::After(wait) => {
            tokio::time::sleep(wait).await;
            plain(204).body(Body::empty()).unwrap()
        }
        Answer::Hang => std::future::pending().await,
    }
}
