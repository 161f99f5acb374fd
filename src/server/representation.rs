//! What is sent for one version of one resource, with its headers made once for each coding.

use std::sync::Arc;
use std::time::Duration;

use axum::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, LAST_MODIFIED, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use bytes::Bytes;
use http_body_util::Full;
use tokio::sync::OnceCell;

use super::conditional::{Validators, Verdict, evaluate};
use super::delta::{self, Delta};
use super::negotiation::{Coder, Form};
use crate::content_coding::Coding;
use crate::instant::Instant;

/// An answer whose bytes are all at hand.
pub(super) type Answer = Response<Full<Bytes>>;

/// `Date` is read a moment before the answer is made, and `Last-Modified` must not lie after it (RFC 9110 section 8.8.2.1).
const DATE_LAG: Duration = Duration::from_millis(10);

/// What a representation is made of.
pub(super) struct Made {
    pub(super) bytes: Bytes,
    /// The opaque part of the identity form's entity tag; hexadecimal.
    pub(super) tag: String,
    pub(super) content_type: HeaderValue,
    pub(super) cache_control: HeaderValue,
    /// A whole second; neither sent nor matched before it has come.
    pub(super) modified: Option<Instant>,
    /// What stands in a 304 as well.
    pub(super) lasting: Vec<(HeaderName, HeaderValue)>,
    /// What stands beside these in a 200 only.
    pub(super) further: Vec<(HeaderName, HeaderValue)>,
    /// What is new since earlier versions, where that can be asked for.
    pub(super) delta: Option<Arc<Delta>>,
}

/// One version of one resource in every form that was asked for.
pub(super) struct Representation {
    modified: Option<Instant>,
    delta: Option<Arc<Delta>>,
    identity: Coded,
    gzip: OnceCell<Option<Coded>>,
    brotli: OnceCell<Option<Coded>>,
    zstd: OnceCell<Option<Coded>>,
}

struct Coded {
    form: Form,
    bytes: Bytes,
    /// Without quotes, as preconditions compare it.
    tag: String,
    whole: HeaderMap,
    unchanged: HeaderMap,
}

impl Representation {
    pub(super) fn new(made: Made) -> Self {
        // What a 304 repeats (RFC 9110 section 15.4.5).
        let mut unchanged = HeaderMap::new();
        unchanged.insert(ETAG, quoted(&made.tag));
        if let Some(modified) = made.modified {
            // An HTTP date is always a header value; were it not, the header would be left out.
            if let Ok(value) = HeaderValue::try_from(modified.http_date()) {
                unchanged.insert(LAST_MODIFIED, value);
            }
        }
        unchanged.insert(CACHE_CONTROL, made.cache_control);
        unchanged.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
        unchanged.extend(made.lasting);
        let mut whole = HeaderMap::with_capacity(unchanged.len() + made.further.len() + 4);
        whole.insert(CONTENT_TYPE, made.content_type);
        whole.insert(CONTENT_LENGTH, made.bytes.len().into());
        whole.extend(unchanged.clone());
        whole.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        whole.extend(made.further);
        Self {
            modified: made.modified,
            delta: made.delta,
            identity: Coded { form: Form::Identity, bytes: made.bytes, tag: made.tag, whole, unchanged },
            gzip: OnceCell::new(),
            brotli: OnceCell::new(),
            zstd: OnceCell::new(),
        }
    }

    /// The opaque part of the identity form's entity tag.
    pub(super) fn tag(&self) -> &str {
        &self.identity.tag
    }

    /// What `Last-Modified` says once its second has come.
    pub(super) const fn modified(&self) -> Option<Instant> {
        self.modified
    }

    /// The identity form's length in bytes.
    pub(super) const fn len(&self) -> usize {
        self.identity.bytes.len()
    }

    /// What is new in it since earlier versions, where that can be asked for.
    pub(super) const fn delta(&self) -> Option<&Arc<Delta>> {
        self.delta.as_ref()
    }

    /// Answers a GET or HEAD.
    pub(super) async fn answer(&self, method: &Method, headers: &HeaderMap, now: Instant, coder: &Coder) -> Answer {
        let Some(form) = Form::preferred(headers) else {
            return not_acceptable();
        };
        let chosen = self.coded(form, coder).await;
        let due = self.modified.filter(|modified| modified.plus(DATE_LAG) <= now);
        let (status, fields, bytes) = match evaluate(headers, Validators { tag: &chosen.tag, modified: due }, now) {
            Verdict::Send => {
                if let Some(delta) = &self.delta
                    && let Some(found) = delta.asked_for(headers)
                    && let Some(answer) = Box::pin(self.part(&found, delta, chosen, method, due, coder)).await
                {
                    return answer;
                }
                (StatusCode::OK, &chosen.whole, if method == Method::HEAD { Bytes::new() } else { chosen.bytes.clone() })
            }
            Verdict::Unchanged => (StatusCode::NOT_MODIFIED, &chosen.unchanged, Bytes::new()),
            Verdict::Failed => return precondition_failed(),
        };
        answered(status, fields.clone(), bytes, due)
    }

    /// 226: only what is new since the version that the client has (RFC 3229 section 10.4.1), under the whole's entity tag.
    async fn part(
        &self,
        found: &delta::Found,
        delta: &Delta,
        chosen: &Coded,
        method: &Method,
        due: Option<Instant>,
        coder: &Coder,
    ) -> Option<Answer> {
        let bytes = delta.bytes(found, &self.identity.bytes, chosen.form, coder).await?;
        let mut fields = chosen.whole.clone();
        fields.insert(CONTENT_LENGTH, bytes.len().into());
        // In place of the whole's own.
        for (name, value) in delta::fields(found)? {
            fields.insert(name, value);
        }
        let status = StatusCode::from_u16(delta::IM_USED).ok()?;
        Some(answered(status, fields, if method == Method::HEAD { Bytes::new() } else { bytes }, due))
    }

    /// The bytes in this form, made when first asked for and kept; where making fails, as they are.
    async fn coded(&self, form: Form, coder: &Coder) -> &Coded {
        let (coding, kept) = match form {
            Form::Identity => return &self.identity,
            Form::Coded(coding @ Coding::Gzip) => (coding, &self.gzip),
            Form::Coded(coding @ Coding::Brotli) => (coding, &self.brotli),
            Form::Coded(coding @ Coding::Zstd) => (coding, &self.zstd),
        };
        let made = match kept.get() {
            Some(made) => made,
            None => {
                // Once a version: an open connection keeps no room for it.
                Box::pin(kept.get_or_init(async || {
                    let bytes = coder.code(coding, self.identity.bytes.clone()).await?;
                    Some(self.identity.coded(coding, bytes))
                }))
                .await
            }
        };
        made.as_ref().unwrap_or(&self.identity)
    }
}

fn answered(status: StatusCode, fields: HeaderMap, bytes: Bytes, due: Option<Instant>) -> Answer {
    let mut answer = Response::new(Full::new(bytes));
    *answer.status_mut() = status;
    *answer.headers_mut() = fields;
    if due.is_none() {
        answer.headers_mut().remove(LAST_MODIFIED);
    }
    answer
}

impl Coded {
    fn coded(&self, coding: Coding, bytes: Bytes) -> Self {
        let form = Form::Coded(coding);
        let tag = format!("{}{}", self.tag, form.suffix());
        let mut unchanged = self.unchanged.clone();
        unchanged.insert(ETAG, quoted(&tag));
        let mut whole = self.whole.clone();
        whole.insert(ETAG, quoted(&tag));
        whole.insert(CONTENT_LENGTH, bytes.len().into());
        whole.insert(CONTENT_ENCODING, HeaderValue::from_static(coding.token()));
        Self { form, bytes, tag, whole, unchanged }
    }
}

/// The entity tag in its quotes. Tags are hexadecimal with a suffix of ours, so this cannot fail; were one not, it would match nothing.
fn quoted(tag: &str) -> HeaderValue {
    HeaderValue::try_from(format!("\"{tag}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

fn not_acceptable() -> Answer {
    brief(StatusCode::NOT_ACCEPTABLE, "This can be had as it is, or coded with gzip, br or zstd; the request refuses all of them.\n")
}

fn precondition_failed() -> Answer {
    brief(StatusCode::PRECONDITION_FAILED, "This is not the version that the request insists on.\n")
}

/// A sentence for programs, never cached.
pub(super) fn brief(status: StatusCode, text: &'static str) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(CONTENT_LENGTH, text.len().into());
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
}

/// Shared, because a version may be replaced while it is being sent.
pub(super) type Shared = Arc<Representation>;
