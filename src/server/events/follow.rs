//! The request for the stream, and its answer.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State as Extract;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, Uri};

use super::stream::Client;
use super::wanted::Wanted;
use crate::server::notice::Notice;
use crate::server::pages::Pages;
use crate::server::problem::problem;
use crate::server::shelf::Found;
use crate::server::site::Site;

/// How long browsers wait before they connect again, in milliseconds: somewhere in between, so that a restart does not bring all of them back
/// in one moment.
const RECONNECT: std::ops::Range<u32> = 2_000..6_000;

/// Answers with the stream.
pub(in crate::server) async fn follow(Extract(pages): Extract<Arc<Pages>>, method: Method, uri: Uri, headers: HeaderMap) -> Response<Body> {
    let site = pages.site();
    if site.events == 0 {
        return Notice::Missing.answer(&site, &method).map(Body::new);
    }
    let wanted = match Wanted::of(uri.query(), &headers) {
        Ok(wanted) => wanted,
        Err(why) => return problem(StatusCode::BAD_REQUEST, "The request cannot be understood", &why, &method),
    };
    if let Some(unknown) = wanted.feeds.iter().find(|feed| !is_feed(&pages, &site, feed.as_str())) {
        return problem(StatusCode::NOT_FOUND, "There is no such feed", &format!("feed: there is no feed named '{unknown}'"), &method);
    }
    if method == Method::HEAD {
        return answer(Body::empty());
    }
    let events = &pages.state.events;
    let Some(place) = events.place(site.events) else {
        if events.full.due() {
            tracing::warn!(
                open = site.events,
                "every place of the stream of bulletins is taken; raise server.events if this machine can bear it"
            );
        }
        let mut refusal =
            problem(StatusCode::SERVICE_UNAVAILABLE, "The stream is full", "Too many clients follow it; try again later.", &method);
        refusal.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("30"));
        return refusal;
    };
    let begins = match wanted.after {
        Some(after) => events.resume(after).await,
        None => events.now().await.map(|now| (now, false)),
    };
    let (at, gap) = match begins {
        Ok(begins) => begins,
        Err(fault) => return pages.unavailable(&fault).answer(&site, &method).map(Body::new),
    };
    let mut greeting = format!("retry: {}\n\n", rand::random_range(RECONNECT));
    if gap {
        // Without an id: what the client has stays its own affair until the next bulletin.
        let after = wanted.after.map_or(0, |after| after.0);
        greeting.extend(["event: gap\ndata: {\"after\":", &after.to_string(), "}\n\n"]);
    }
    let client = Client::new(Arc::clone(events), place, wanted, at, greeting);
    answer(Body::from_stream(client.stream()))
}

/// Whether the site has a feed of this name, or one of a family stands on the shelf.
fn is_feed(pages: &Pages, site: &Site, name: &str) -> bool {
    let on_shelf = |file: String| matches!(pages.state.shelf.find(&file), Found::Current(_));
    site.feeds.iter().any(|feed| feed.name.as_str() == name)
        || crate::config::Format::ALL.iter().any(|format| on_shelf(format!("{name}.{}", format.extension())))
}

fn answer(body: Body) -> Response<Body> {
    let mut answer = Response::new(body);
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // nginx would hold back what it is to pass on.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    answer
}
