//! The service in front of the router: refuses what no page takes, and answers for feeds itself.

use std::convert::Infallible;
use std::sync::Arc;

use axum::http::header::{ALLOW, CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Version};
use bytes::Bytes;
use http_body_util::{Either, Full};
use hyper::body::Incoming;
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;

use super::alias;
use super::archive;
use super::notice::Notice;
use super::pages::{Pages, State};
use super::representation::{Answer, brief};
use super::router;
use super::shelf::Found;
use super::{address, assets};
use crate::feed::ArchiveFile;
use crate::instant::Instant;

/// What every connection asks.
#[derive(Clone)]
pub(super) struct Front {
    pages: Arc<Pages>,
    router: TowerToHyperService<axum::Router>,
}

impl Front {
    pub(super) fn new(state: State) -> Self {
        let pages = Arc::new(Pages::new(state));
        let router = TowerToHyperService::new(router::router(Arc::clone(&pages)));
        Self { pages, router }
    }

    pub(super) async fn answer(&self, request: Request<Incoming>) -> Result<Response<Either<Full<Bytes>, axum::body::Body>>, Infallible> {
        if let Some(refusal) = refusal(&request) {
            return Ok(refusal.map(Either::Left));
        }
        if let Some(answer) = self.asset(&request).await {
            return Ok(answer.map(Either::Right));
        }
        if let Some(answer) = self.feed(&request).await {
            return Ok(answer.map(Either::Left));
        }
        let method = request.method().clone();
        match tokio::time::timeout(self.pages.state.limits.answer, self.router.call(request)).await {
            Ok(answer) => Ok(answer?.map(Either::Right)),
            Err(_) => Ok(self.pages.too_late().answer(&self.pages.theme, &self.pages.site(), &method).map(Either::Left)),
        }
    }

    /// The answer where the path names a file that articles show.
    async fn asset(&self, request: &Request<Incoming>) -> Option<Response<axum::body::Body>> {
        let path = address::decoded(request.uri().path())?;
        let published = self.pages.state.site.borrow().published(&path)?;
        Some(assets::answer(&self.pages.state.folder, published, request.method(), request.headers()).await)
    }

    /// The answer where the path names an archive of a feed that is, or was.
    async fn archive(&self, path: &str, request: &Request<Incoming>) -> Option<Answer> {
        let wanted = ArchiveFile::parse(self.pages.state.site.borrow().feed_file(path)?)?;
        let current = format!("{}.{}", wanted.feed, wanted.format.extension());
        match self.pages.state.shelf.find(&current) {
            Found::Current(_) => archive::answer(&self.pages, wanted, request.method(), request.headers()).await,
            Found::Retired => Some(Notice::Retired.answer(&self.pages.theme, &self.pages.site(), request.method())),
            Found::Nothing => None,
        }
    }

    /// The answer where the path names a feed that is, was, will be, or has moved here.
    async fn feed(&self, request: &Request<Incoming>) -> Option<Answer> {
        let uri = request.uri();
        if let Some(alias) = self.pages.state.shelf.aliases().find(uri.path(), uri.query()) {
            return alias::moved(&self.pages.site(), alias);
        }
        let path = address::decoded(uri.path())?;
        let (found, coming) = {
            let site = self.pages.state.site.borrow();
            let file = site.feed_file(&path)?;
            let found = self.pages.state.shelf.find(file);
            let coming = matches!(found, Found::Nothing) && site.has_feed_file(file);
            (found, coming)
        };
        let notice = match found {
            Found::Current(representation) => {
                let answer = representation.answer(request.method(), request.headers(), Instant::now(), &self.pages.coder);
                return Some(answer.await);
            }
            Found::Retired => Notice::Retired,
            Found::Nothing if coming => Notice::NotYet,
            // An article's permalink may begin with the same path.
            Found::Nothing => return self.archive(&path, request).await,
        };
        Some(notice.answer(&self.pages.theme, &self.pages.site(), request.method()))
    }
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
