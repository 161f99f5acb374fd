//! Which path is which page; whatever has no route of its own may be an article's permalink.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State as Extract;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::any;

use super::notice::Notice;
use super::pages::Pages;
use super::representation::{Answer, Shared};
use super::{article_json, article_page, events, front_page, health, searched};
use crate::instant::Instant;

pub(super) fn router(pages: Arc<Pages>) -> Router {
    // `front` lets only GET and HEAD pass, so that routes need not tell them apart; hyper sends no body for HEAD.
    Router::new()
        .route("/", any(home))
        .route("/healthz", any(health::alive))
        .route("/readyz", any(health::ready))
        .route("/events", any(events::follow))
        .route("/favicon.svg", any(icon))
        .route("/favicon.ico", any(icon))
        .fallback(by_path)
        .with_state(pages)
}

/// The front page; a permalink may be `/?p=12`, so a query asks for an article first.
async fn home(Extract(pages): Extract<Arc<Pages>>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let article = match uri.query() {
        Some(query) => article_page::find(&pages, uri.path(), Some(query)).await,
        None => Err(Notice::Missing),
    };
    let found = match article {
        Err(Notice::Missing) => front_page::find(&pages).await,
        found => found,
    };
    finish(&pages, &method, &headers, found).await
}

/// A site that lies deeper than `/` has its front page and icon there; all else is an article or nothing.
async fn by_path(Extract(pages): Extract<Arc<Pages>>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let site = pages.site();
    match uri.path().strip_prefix(site.home()) {
        Some("") => return home(Extract(pages), method, uri, headers).await,
        Some("favicon.svg") => return icon(Extract(pages)).await.into_response(),
        Some("events") => return events::follow(Extract(pages), method, uri, headers).await,
        None if site.home().strip_suffix('/') == Some(uri.path()) => return moved(site.home()),
        Some(_) | None => {}
    }
    if let Some(found) = searched::find(&pages, &site, uri.path()).await {
        return finish(&pages, &method, &headers, Ok(found)).await;
    }
    let found = article_page::find(&pages, uri.path(), uri.query()).await;
    match article_json::pages_of(uri.path()) {
        Some(of) if matches!(found, Err(Notice::Missing)) => article_json::answer(&pages, &site, &of, &method, &headers).await,
        Some(_) | None => finish(&pages, &method, &headers, found).await,
    }
}

async fn finish(pages: &Pages, method: &Method, headers: &HeaderMap, found: Result<Shared, Notice>) -> Response {
    let answer: Answer = match found {
        Ok(page) => page.answer(method, headers, Instant::now(), &pages.coder).await,
        Err(notice) => notice.answer(&pages.site(), method),
    };
    answer.map(Body::new)
}

fn moved(to: &str) -> Response {
    match HeaderValue::from_str(to) {
        Ok(to) => (StatusCode::PERMANENT_REDIRECT, [(LOCATION, to)]).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn icon(Extract(pages): Extract<Arc<Pages>>) -> impl IntoResponse {
    let headers = [(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, "public, max-age=86400"), (X_CONTENT_TYPE_OPTIONS, "nosniff")];
    (headers, pages.site().theme.icon())
}
