//! What happens to a request before and after its answer is made: TLS is insisted on, the client's pace is kept, the request is noted.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::http::header::{CONNECTION, LOCATION, RETRY_AFTER, STRICT_TRANSPORT_SECURITY};
use axum::http::{HeaderValue, Request, Response, StatusCode, Version};
use bytes::Bytes;
use http_body_util::{Either, Full};
use hyper::body::{Body, Frame, Incoming, SizeHint};

use super::access_log::{AccessLog, Entry};
use super::audience::Visit;
use super::client::{Caller, Client, Key, is_proxy};
use super::front::Front;
use super::gate::Parts;
use super::pulse::{Busy, Pulse};
use super::representation::{Answer, brief};

/// One connection's way to the answers.
pub(super) struct Porter {
    front: Front,
    visit: Visit,
    gate: Arc<Parts>,
    caller: Caller,
    pulse: Arc<Pulse>,
    /// Whether a request needs nothing but its answer.
    plain: bool,
}

type Inner = Either<Full<Bytes>, axum::body::Body>;

impl Porter {
    pub(super) fn new(front: Front, gate: Arc<Parts>, caller: Caller, pulse: Arc<Pulse>) -> Self {
        let plain = gate.is_plain();
        let visit = front.visit(caller.address());
        Self { front, visit, gate, caller, pulse, plain }
    }

    pub(super) async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Result<Response<Watched>, Infallible> {
        let busy = self.pulse.answer();
        let version = request.version();
        let mut answer = if self.plain {
            self.front.answer(request, &self.visit).await?.map(|body| Watched { body, note: None, _busy: busy })
        } else {
            self.answer_at_the_gate(request, busy).await?
        };
        if self.pulse.is_leaving() && version <= Version::HTTP_11 {
            answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        Ok(answer)
    }

    async fn answer_at_the_gate(&self, request: Request<Incoming>, busy: Busy) -> Result<Response<Watched>, Infallible> {
        let client = self.caller.client(request.headers(), &self.gate.proxies);
        let entry = self.gate.access_log.as_ref().map(|_| Box::new(Entry::new(&request, client)));
        let mut answer = match self.turned_away(&request, client) {
            Some(answer) => answer.map(Either::Left),
            // A proxy's connection carries many clients: each is a visit of its own.
            None if client.address != self.caller.address() => self.front.answer(request, &self.front.visit(client.address)).await?,
            None => self.front.answer(request, &self.visit).await?,
        };
        if let Some(hsts) = self.gate.hsts.as_ref().filter(|_| client.https) {
            answer.headers_mut().insert(STRICT_TRANSPORT_SECURITY, hsts.clone());
        }
        let status = answer.status().as_u16();
        let note = entry.map(|mut entry| {
            entry.answered(status);
            Note { entry, gate: Arc::clone(&self.gate) }
        });
        Ok(answer.map(|body| Watched { body, note, _busy: busy }))
    }

    /// The answer where a request goes no further.
    fn turned_away(&self, request: &Request<Incoming>, client: Client) -> Option<Answer> {
        let uri = request.uri();
        // Whoever looks whether we live comes in cleartext, and as often as it likes.
        if matches!(uri.path(), "/healthz" | "/readyz") {
            return None;
        }
        if let Some(site) = self.gate.redirect.as_ref().filter(|_| !client.https) {
            let target = uri.path_and_query().map_or("/", |target| target.as_str());
            return Some(moved(&format!("{site}{target}")));
        }
        let pace = self.gate.pace.as_ref()?;
        let address = client.address.filter(|address| !is_proxy(*address, &self.gate.proxies))?;
        pace.ask(Key::of(address)).err().map(too_many)
    }
}

/// 301, since some feed readers know no 308; only GET and HEAD are answered here anyway.
fn moved(to: &str) -> Answer {
    let Ok(to) = HeaderValue::try_from(to) else {
        return brief(StatusCode::BAD_REQUEST, "This address cannot be written.\n");
    };
    let mut answer = brief(StatusCode::MOVED_PERMANENTLY, "This site is served over TLS.\n");
    answer.headers_mut().insert(LOCATION, to);
    answer
}

/// 429 (RFC 6585 section 4).
fn too_many(wait: Duration) -> Answer {
    let mut answer = brief(StatusCode::TOO_MANY_REQUESTS, "Too many requests; please come again later.\n");
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    answer.headers_mut().insert(RETRY_AFTER, seconds.max(1).into());
    answer
}

/// An answer's content on its way. Until it is dropped, its connection does not count as resting.
pub(super) struct Watched {
    body: Inner,
    note: Option<Note>,
    _busy: Busy,
}

/// A line for the access log, written when the content was sent or given up.
struct Note {
    entry: Box<Entry>,
    gate: Arc<Parts>,
}

impl Drop for Note {
    fn drop(&mut self) {
        if let Some(log) = &self.gate.access_log {
            AccessLog::note(log, &self.entry);
        }
    }
}

impl Body for Watched {
    type Data = Bytes;
    type Error = <Inner as Body>::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if let (Poll::Ready(Some(Ok(frame))), Some(note)) = (&frame, &mut self.note) {
            note.entry.sent(frame.data_ref().map_or(0, Bytes::len));
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
