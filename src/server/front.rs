//! The service in front of the router: refuses what no page takes, and answers for feeds itself.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;

use axum::http::header::{
    ACCEPT, ALLOW, CONNECTION, CONTENT_LENGTH, HOST, IF_MODIFIED_SINCE, IF_NONE_MATCH, TRANSFER_ENCODING, USER_AGENT, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Version};
use bytes::Bytes;
use http_body_util::{Either, Full};
use hyper::body::{Body as _, Incoming};
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use tokio_util::sync::CancellationToken;

use super::alias;
use super::archive;
use super::audience::{Sent, Visit};
use super::laid::Laid;
use super::notice::Notice;
use super::pages::{Pages, State};
use super::representation::{Answer, Shared, brief};
use super::router;
use super::shelf::Found;
use super::{address, assets, cors, feed_page};
use crate::config::Onward;
use crate::feed::{ArchiveFile, LIST_FILE, OPML_FILE};
use crate::instant::Instant;

/// What every connection asks.
#[derive(Clone)]
pub(super) struct Front {
    pages: Arc<Pages>,
    router: TowerToHyperService<axum::Router>,
}

impl Front {
    pub(super) fn new(state: State, stopping: CancellationToken) -> Self {
        let pages = Arc::new(Pages::new(state, stopping));
        let router = TowerToHyperService::new(router::router(Arc::clone(&pages)));
        Self { pages, router }
    }

    /// A connection from an address. Where one carries many clients, as a proxy's does, each is a visit of its own.
    pub(super) fn visit(&self, address: Option<IpAddr>) -> Visit {
        Visit::new(Arc::clone(&self.pages.state.audience), address)
    }

    pub(super) async fn answer(
        &self,
        request: Request<Incoming>,
        visit: &Visit,
    ) -> Result<Response<Either<Full<Bytes>, axum::body::Body>>, Infallible> {
        if let Some(mut refusal) = refusal(&request) {
            if request.method() == Method::OPTIONS && cors::is_preflight(request.headers()) && self.is_of_feeds(&request) {
                refusal.headers_mut().extend(cors::PREFLIGHT);
            }
            return Ok(refusal.map(Either::Left));
        }
        // Nearly everything that is asked for, by the path as it is sent: nothing is decoded, and nothing else is looked up.
        let path = request.uri().path();
        if let Some((file, representation)) = self.pages.state.shelf.at(path)
            && !feed_page::is_wanted(path, request.headers())
        {
            return Ok(self.current(file, &representation, &request, visit).await.map(Either::Left));
        }
        // A connection keeps room for what it may be doing as long as it is open: what is seldom done gets room when it is.
        Box::pin(self.other(request, visit)).await
    }

    /// Whatever is not a feed that stands here by the path as it is sent.
    async fn other(
        &self,
        request: Request<Incoming>,
        visit: &Visit,
    ) -> Result<Response<Either<Full<Bytes>, axum::body::Body>>, Infallible> {
        if let Some(answer) = self.asset(&request).await {
            return Ok(answer.map(Either::Right));
        }
        if let Some(answer) = self.feed(&request, visit).await {
            return Ok(answer.map(Either::Left));
        }
        let method = request.method().clone();
        match tokio::time::timeout(self.pages.state.limits.answer, self.router.call(request)).await {
            Ok(answer) => Ok(answer?.map(Either::Right)),
            Err(_) => Ok(self.pages.too_late().answer(&self.pages.site(), &method).map(Either::Left)),
        }
    }

    /// Whether the path is one of the feeds folder's, or of a feed that moved here: what scripts of other origins may read.
    fn is_of_feeds(&self, request: &Request<Incoming>) -> bool {
        let uri = request.uri();
        self.pages.state.shelf.aliases().find(uri.path(), uri.query()).is_some()
            || address::decoded(uri.path())
                .is_some_and(|path| path == WELL_KNOWN || self.pages.state.site.borrow().feed_file(&path).is_some())
    }

    /// The answer where the path names a file that articles show.
    async fn asset(&self, request: &Request<Incoming>) -> Option<Response<axum::body::Body>> {
        let path = address::decoded(request.uri().path())?;
        let published = self.pages.state.site.borrow().published(&path)?;
        Some(assets::answer(&self.pages.state.folder, published, request.method(), request.headers()).await)
    }

    /// What stands in the feeds folder under this name; `None` where it is missing or another, so that it is made anew.
    async fn read_laid(&self, file: &str, mut laid: Laid) -> Option<Shared> {
        // A newer version may be put in its place while it is read.
        for _ in 0..3 {
            let read = tokio::fs::read(self.pages.state.folder.join(file)).await;
            if let Some(found) = read.ok().and_then(|bytes| self.pages.state.shelf.read_from_folder(file, &laid, bytes.into())) {
                return Some(found);
            }
            match self.pages.state.shelf.find(file) {
                Found::Current(representation) => return Some(representation),
                Found::Laid(newer) if newer != laid => laid = newer,
                Found::Laid(_) | Found::Retired | Found::Onward(..) | Found::Nothing => break,
            }
        }
        self.pages.state.shelf.lose(&laid.kind);
        None
    }

    /// A file of the feeds folder as it stands.
    async fn current(&self, file: &str, representation: &Shared, request: &Request<Incoming>, visit: &Visit) -> Answer {
        let headers = request.headers();
        let answer = representation.answer(request.method(), headers, Instant::now(), &self.pages.coder).await;
        visit.note(&Sent {
            file,
            version: representation,
            agent: headers.get(USER_AGENT),
            unchanged: answer.status() == StatusCode::NOT_MODIFIED,
            conditional: headers.contains_key(IF_NONE_MATCH) || headers.contains_key(IF_MODIFIED_SINCE),
            bytes: usize::try_from(answer.body().size_hint().lower()).unwrap_or(usize::MAX),
        });
        answer
    }

    /// The answer where the path names an archive of a feed that is, or was.
    async fn archive(&self, path: &str, request: &Request<Incoming>) -> Option<Answer> {
        let wanted = ArchiveFile::parse(self.pages.state.site.borrow().feed_file(path)?)?;
        let current = format!("{}.{}", wanted.feed, wanted.format.extension());
        match self.pages.state.shelf.find(&current) {
            Found::Current(_) | Found::Laid(_) => archive::answer(&self.pages, wanted, request.method(), request.headers()).await,
            Found::Retired | Found::Onward(..) => Some(Notice::Retired.answer(&self.pages.site(), request.method())),
            Found::Nothing => None,
        }
    }

    /// The answer where the path names a feed that is, was, will be, or has moved here.
    async fn feed(&self, request: &Request<Incoming>, visit: &Visit) -> Option<Answer> {
        let uri = request.uri();
        if let Some(alias) = self.pages.state.shelf.aliases().find(uri.path(), uri.query()) {
            return alias::moved(&self.pages.site(), alias);
        }
        let path = address::decoded(uri.path())?;
        if feed_page::is_wanted(&path, request.headers()) {
            let file = self.pages.state.site.borrow().feed_file(&path).map(str::to_owned);
            if let Some(file) = file
                && let Some(answer) = feed_page::answer(&self.pages, &file, request.method(), request.headers()).await
            {
                return Some(answer);
            }
        }
        // The site is held for a moment only: a configuration that is taken on waits for it.
        let (file, mut found, coming) = {
            let site = self.pages.state.site.borrow();
            let file = if path == WELL_KNOWN { list_file(request.headers()) } else { site.feed_file(&path)? };
            let found = self.pages.state.shelf.find(file);
            let coming = (matches!(found, Found::Nothing) && site.has_feed_file(file)).then_some(file);
            (file, found, coming)
        };
        if let Some(file) = coming {
            found = self.pages.awaited(file).await;
        }
        let notice = match found {
            Found::Laid(laid) => match self.read_laid(file, laid).await {
                Some(representation) => return Some(self.current(file, &representation, request, visit).await),
                // It is being made anew.
                None => Notice::Unavailable,
            },
            Found::Onward(onward, format) => {
                let site = self.pages.site();
                let url = match onward {
                    Onward::Feed(name) => site.feed_url(&name, format),
                    Onward::Url(url) => Some(url),
                    Onward::Gone => None,
                };
                match url.and_then(|url| alias::moved_to(&site, &url)) {
                    Some(answer) => return Some(answer),
                    None => Notice::Retired,
                }
            }
            Found::Current(representation) => {
                let mut answer = self.current(file, &representation, request, visit).await;
                if path == WELL_KNOWN {
                    answer.headers_mut().append(VARY, HeaderValue::from_static("Accept"));
                }
                return Some(answer);
            }
            Found::Retired => Notice::Retired,
            Found::Nothing if coming.is_some() => Notice::NotYet,
            // An article's permalink may begin with the same path.
            Found::Nothing => return self.archive(&path, request).await,
        };
        Some(notice.answer(&self.pages.site(), request.method()))
    }
}

/// Where the list of all feeds stands for whoever knows nothing of the site but its host (RFC 8615).
const WELL_KNOWN: &str = "/.well-known/feeds";

/// Which list somebody asks for: JSON, unless they name OPML or XML and not JSON. The registered meaning of the place is OPML, and who
/// looks for that says so.
fn list_file(headers: &HeaderMap) -> &'static str {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    let names_opml = ["text/x-opml", "application/xml", "text/xml"].iter().any(|name| accept.contains(name));
    if names_opml && !accept.contains("json") { OPML_FILE } else { LIST_FILE }
}

const ALLOWED: HeaderValue = HeaderValue::from_static("GET, HEAD, OPTIONS");

/// The answer to what no resource here takes.
fn refusal<B>(request: &Request<B>) -> Option<Answer> {
    let headers = request.headers();
    let hosts = headers.get_all(HOST).iter().count();
    if hosts > 1 || (hosts == 0 && request.version() == Version::HTTP_11) {
        return Some(closing(brief(StatusCode::BAD_REQUEST, "A request names its host exactly once (RFC 9112 section 3.2).\n")));
    }
    if request.uri().path_and_query().is_some_and(|target| target.as_str().len() > address::MAX) {
        return Some(closing(brief(StatusCode::URI_TOO_LONG, "Nothing here has so long a path.\n")));
    }
    let method = request.method();
    if method == Method::OPTIONS {
        let mut answer = Response::new(Full::default());
        *answer.status_mut() = StatusCode::NO_CONTENT;
        answer.headers_mut().insert(ALLOW, ALLOWED);
        return Some(if has_body(headers) { closing(answer) } else { answer });
    }
    if method != Method::GET && method != Method::HEAD {
        let mut answer = brief(StatusCode::METHOD_NOT_ALLOWED, "Only GET, HEAD and OPTIONS are answered here.\n");
        answer.headers_mut().insert(ALLOW, ALLOWED);
        return Some(if has_body(headers) { closing(answer) } else { answer });
    }
    if has_body(headers) {
        return Some(closing(brief(StatusCode::PAYLOAD_TOO_LARGE, "A request to read carries no content.\n")));
    }
    None
}

fn has_body(headers: &HeaderMap) -> bool {
    headers.contains_key(TRANSFER_ENCODING) || headers.get(CONTENT_LENGTH).is_some_and(|length| length != "0")
}

/// The same answer as the connection's last: what follows on it is not worth reading.
fn closing(mut answer: Answer) -> Answer {
    answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    answer
}
