//! `A-IM: feed`: who has an earlier version of a feed gets the entries that are new since (RFC 3229 and the instance manipulation
//! `feed` that Bob Wyman registered for it), <https://www.rfc-editor.org/rfc/rfc3229>.
//!
//! An entry is known by the digest of its bytes. Each version of a feed is numbered, and each of its entries remembers the number of
//! the version in which these very bytes came: a corrected entry comes anew, and so does a tombstone. What an earlier version lacks
//! is then what came after it, however many versions lie between; of those only tag and number are kept.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use axum::http::header::{CACHE_CONTROL, VARY};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use bytes::Bytes;
use memchr::memmem;

use super::conditional;
use super::negotiation::{Coder, Form, thousandths};
use crate::feed::{COMPLETE, Document};

/// 226 IM Used (RFC 3229 section 10.4.1).
pub(super) const IM_USED: u16 = 226;
/// So many earlier versions of a feed are remembered: by then a feed of usual length has none of the old entries any more.
const REMEMBERED: usize = 64;
/// So many answers are kept ready: nearly everybody who polls has one of the last versions.
const READY: usize = 4;
const A_IM: HeaderName = HeaderName::from_static("a-im");
const IM: HeaderName = HeaderName::from_static("im");
const DELTA_BASE: HeaderName = HeaderName::from_static("delta-base");

/// What is new in one version of a feed since earlier ones.
pub(super) struct Delta {
    number: u64,
    /// Digest and number of each version that is remembered, this one among them; the oldest first.
    versions: Vec<([u8; 16], u64)>,
    entries: Vec<Placed>,
    ready: Mutex<Vec<(usize, Form, Bytes)>>,
}

/// An entry in a feed's bytes.
struct Placed {
    digest: u64,
    /// The version in which these bytes came.
    since: u64,
    range: Range<usize>,
}

/// What a request asks for and can have.
pub(super) struct Found {
    /// The version that the client has.
    number: u64,
    /// How many entries are new since.
    count: usize,
    /// Its tag, as the client gave it.
    base: Vec<u8>,
}

impl Delta {
    /// What is new in a document after another version of the same feed; `None` where it does not say where its entries stand.
    pub(super) fn of(document: &Document, before: Option<&Self>) -> Option<Self> {
        if document.entries().is_empty() {
            return None;
        }
        let number = before.map_or(0, |before| before.number + 1);
        let known: HashMap<u64, u64> = before.iter().flat_map(|before| &before.entries).map(|entry| (entry.digest, entry.since)).collect();
        let entries = document.entries().iter().map(|entry| Placed {
            digest: entry.digest,
            since: known.get(&entry.digest).copied().unwrap_or(number),
            range: entry.range.clone(),
        });
        let digest = document.digest();
        let mut versions: Vec<_> = before.map(|before| before.versions.clone()).unwrap_or_default();
        // Bytes that come back: who has them from the first time has what who has them now.
        versions.retain(|(known, _)| *known != digest);
        versions.push((digest, number));
        if versions.len() > REMEMBERED {
            versions.remove(0);
        }
        Some(Self { number, versions, entries: entries.collect(), ready: Mutex::default() })
    }

    /// What the request can have in place of the whole: it asks for it, it names an earlier version that is remembered, and some entries
    /// are new since, but not all. Where none is, something else changed or went, which only the whole says.
    pub(super) fn asked_for(&self, headers: &HeaderMap) -> Option<Found> {
        if !headers.contains_key(A_IM) || !asks(headers) {
            return None;
        }
        let known = conditional::versions(headers).filter_map(|(given, version)| {
            let digest = parse(version)?;
            let (_, number) = self.versions.iter().find(|(known, _)| *known == digest)?;
            Some((*number, given))
        });
        let (number, base) = known.max_by_key(|(number, _)| *number)?;
        let count = self.entries.iter().filter(|entry| entry.since > number).count();
        (count > 0 && count < self.entries.len()).then(|| Found { number, count, base: base.to_vec() })
    }

    /// The feed's bytes with only the entries that are new, in this form; `None` where they cannot be coded so.
    pub(super) async fn bytes(&self, found: &Found, whole: &Bytes, form: Form, coder: &Coder) -> Option<Bytes> {
        // Nothing is ever taken out of the list but whole, so what a panicking thread left is right. Equal counts are equal entries: what
        // is new since one version is a part of what is new since an older one.
        let kept = self
            .ready
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .find_map(|(count, of, bytes)| (*count == found.count && *of == form).then(|| bytes.clone()));
        if kept.is_some() {
            return kept;
        }
        let plain = self.part(found, whole)?;
        let bytes = match form {
            Form::Identity => plain,
            Form::Coded(coding) => coder.code(coding, plain).await?,
        };
        let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        if ready.len() >= READY {
            ready.remove(0);
        }
        ready.push((found.count, form, bytes.clone()));
        Some(bytes)
    }

    /// Head and foot as they are, but for a word that this is all there is, and between them the entries that are new, parted as all are.
    fn part(&self, found: &Found, whole: &Bytes) -> Option<Bytes> {
        let (first, last) = (self.entries.first()?, self.entries.last()?);
        let between = self.entries.get(1).map_or(&b""[..], |second| whole.get(first.range.end..second.range.start).unwrap_or_default());
        let mut out = Vec::with_capacity(whole.len() / 4);
        let head = whole.get(..first.range.start)?;
        let complete = memmem::find(head, COMPLETE.as_bytes());
        out.extend_from_slice(&head[..complete.unwrap_or(head.len())]);
        out.extend_from_slice(complete.map_or(&[], |at| &head[at + COMPLETE.len()..]));
        for (index, entry) in self.entries.iter().filter(|entry| entry.since > found.number).enumerate() {
            if index > 0 {
                out.extend_from_slice(between);
            }
            out.extend_from_slice(whole.get(entry.range.clone())?);
        }
        out.extend_from_slice(whole.get(last.range.end..)?);
        Some(out.into())
    }
}

/// What a 226 says beside the whole's fields. A cache that knows no `im` keeps nothing of it (RFC 3229 section 10.8.1); one that does
/// knows what it may do with it.
pub(super) fn fields(found: &Found) -> Option<[(HeaderName, HeaderValue); 4]> {
    let base = HeaderValue::from_bytes(&[b"\"", &found.base[..], b"\""].concat()).ok()?;
    Some([
        (IM, HeaderValue::from_static("feed")),
        (DELTA_BASE, base),
        (CACHE_CONTROL, HeaderValue::from_static("no-store, im")),
        (VARY, HeaderValue::from_static("A-IM, If-None-Match, Accept-Encoding")),
    ])
}

/// Whether `A-IM` names `feed` and does not refuse it (RFC 3229 section 10.5.3).
fn asks(headers: &HeaderMap) -> bool {
    let lists = headers.get_all(A_IM).iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|element| {
        let mut parts = element.split(';').map(str::trim);
        let is_feed = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("feed"));
        let qualities = parts.filter_map(|parameter| parameter.split_once('=')).filter(|(key, _)| key.trim().eq_ignore_ascii_case("q"));
        is_feed && qualities.map(|(_, value)| thousandths(value.trim())).all(|quality| quality.is_some_and(|quality| quality > 0))
    })
}

/// The digest that a version's tag writes in hexadecimal.
fn parse(tag: &[u8]) -> Option<[u8; 16]> {
    let text = std::str::from_utf8(tag).ok().filter(|text| text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u128::from_str_radix(text, 16).ok().map(u128::to_be_bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::article::FeedName;
    use crate::config::Format;
    use crate::feed::EntryAt;
    use crate::instant::Instant;

    /// A feed of these entries, as `feed` assembles one.
    fn document(entries: &[&str]) -> Document {
        let mut bytes = b"<feed>\n".to_vec();
        let mut places = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            if index > 0 {
                bytes.extend_from_slice(b",\n");
            }
            let start = bytes.len();
            bytes.extend_from_slice(entry.as_bytes());
            let digest = entry.bytes().fold(7_u64, |digest, byte| digest.wrapping_mul(31).wrapping_add(u64::from(byte)));
            places.push(EntryAt { digest, range: start..bytes.len() });
        }
        bytes.extend_from_slice(b"\n</feed>");
        let name = FeedName::parse("all").unwrap();
        Document::of_feed(name, Format::Atom, bytes.into(), Instant::from_millis(0)).with_entries(places)
    }

    fn headers(fields: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    /// What a client that has `base` gets of the last of these versions; `None` where it gets the whole.
    fn answer(versions: &[&[&str]], base: usize) -> Option<String> {
        let documents: Vec<Document> = versions.iter().map(|entries| document(entries)).collect();
        let delta = documents.iter().fold(None, |before: Option<Delta>, document| Delta::of(document, before.as_ref()))?;
        let given = format!("\"{}\"", documents[base].tag());
        let found = delta.asked_for(&headers(&[("a-im", "feed"), ("if-none-match", &given)]))?;
        let bytes = delta.part(&found, documents.last()?.bytes())?;
        Some(String::from_utf8(bytes.to_vec()).unwrap())
    }

    #[test]
    fn what_came_after_the_client_s_version_and_nothing_else() {
        let versions: &[&[&str]] = &[&["a"], &["b", "a"], &["c", "b", "a"], &["c", "b2", "a"], &["c", "b2"]];
        assert_eq!(answer(&versions[..3], 0).unwrap(), "<feed>\nc,\nb\n</feed>");
        assert_eq!(answer(&versions[..3], 1).unwrap(), "<feed>\nc\n</feed>");
        // The version that is current has nothing new, nor is there anything of one that only lost an entry.
        assert_eq!(answer(&versions[..3], 2), None);
        assert_eq!(answer(versions, 3), None);
        // A corrected entry is new.
        assert_eq!(answer(&versions[..4], 2).unwrap(), "<feed>\nb2\n</feed>");
        assert_eq!(answer(&versions[..4], 1).unwrap(), "<feed>\nc,\nb2\n</feed>");
        // Where everything is new, the whole is as short.
        assert_eq!(answer(versions, 0), None);
    }

    #[test]
    fn an_entry_that_comes_back_is_new_again() {
        let versions: &[&[&str]] = &[&["b", "a"], &["a"], &["b", "a"], &["c", "b", "a"]];
        assert_eq!(answer(versions, 1).unwrap(), "<feed>\nc,\nb\n</feed>");
        // The first and the third are the same bytes: whoever has them has `b`.
        assert_eq!(answer(versions, 0).unwrap(), "<feed>\nc\n</feed>");
    }

    #[test]
    fn who_asks_and_who_does_not() {
        let (old, new) = (document(&["a"]), document(&["b", "a"]));
        let delta = Delta::of(&new, Delta::of(&old, None).as_ref()).unwrap();
        let tag = old.tag();
        let (strong, weak, gzip) = (format!("\"{tag}\""), format!("W/\"{tag}.br\""), format!("\"x\", \"{tag}-gzip\""));
        for (fields, base) in [
            (&[("a-im", "feed"), ("if-none-match", strong.as_str())][..], Some(tag.clone())),
            (&[("a-im", "vcdiff, FEED;q=0.5"), ("if-none-match", &weak)], Some(format!("{tag}.br"))),
            (&[("a-im", "gzip"), ("a-im", "feed"), ("if-none-match", &gzip)], Some(format!("{tag}-gzip"))),
            (&[("a-im", "feed;q=0"), ("if-none-match", &strong)], None),
            (&[("a-im", "feed;q=-1"), ("if-none-match", &strong)], None),
            (&[("a-im", "feed;q=0.000"), ("if-none-match", &strong)], None),
            (&[("a-im", "vcdiff"), ("if-none-match", &strong)], None),
            (&[("a-im", "feeds"), ("if-none-match", &strong)], None),
            (&[("a-im", ""), ("if-none-match", &strong)], None),
            (&[("if-none-match", &strong)], None),
            (&[("a-im", "feed")], None),
            (&[("a-im", "feed"), ("if-none-match", "*")], None),
            (&[("a-im", "feed"), ("if-none-match", "\"0123456789abcdef0123456789abcdef\"")], None),
        ] {
            let found = delta.asked_for(&headers(fields)).map(|found| String::from_utf8(found.base).unwrap());
            assert_eq!(found, base, "{fields:?}");
        }
    }

    #[test]
    fn memory_is_bounded_and_the_oldest_goes_first() {
        let names: Vec<String> = (0..REMEMBERED + 10).map(|number| format!("e{number}")).collect();
        let mut delta = None;
        let mut documents = Vec::new();
        for last in 1..=names.len() {
            let entries: Vec<&str> = names[..last].iter().rev().map(String::as_str).collect();
            let document = document(&entries);
            delta = Delta::of(&document, delta.as_ref());
            documents.push(document);
        }
        let delta = delta.unwrap();
        assert_eq!(delta.versions.len(), REMEMBERED);
        let knows = |at: usize| {
            delta.asked_for(&headers(&[("a-im", "feed"), ("if-none-match", &format!("\"{}\"", documents[at].tag()))])).is_some()
        };
        assert!(!knows(9) && knows(10) && knows(documents.len() - 2));
    }

    #[tokio::test]
    async fn few_answers_are_kept_ready() {
        let names: Vec<String> = (0..20).map(|number| format!("e{number}")).collect();
        let documents: Vec<Document> =
            (1..=20).map(|last| document(&names[..last].iter().map(String::as_str).collect::<Vec<_>>())).collect();
        let delta = documents.iter().fold(None, |before: Option<Delta>, document| Delta::of(document, before.as_ref())).unwrap();
        let (coder, whole) = (Coder::new(), documents[19].bytes());
        for base in documents.iter().take(19) {
            let found = delta.asked_for(&headers(&[("a-im", "feed"), ("if-none-match", &format!("\"{}\"", base.tag()))])).unwrap();
            let first = delta.bytes(&found, whole, Form::Identity, &coder).await.unwrap();
            assert_eq!(first, delta.part(&found, whole).unwrap());
            assert_eq!(delta.bytes(&found, whole, Form::Identity, &coder).await.unwrap().as_ptr(), first.as_ptr(), "made once");
        }
        assert_eq!(delta.ready.lock().unwrap().len(), READY);
    }

    proptest! {
        /// Whatever entries come, change and go: old version and answer together have every entry of the new version, and the answer has
        /// none that the client's version had all along.
        #[test]
        fn the_old_version_and_the_answer_make_the_new(
            versions in proptest::collection::vec(proptest::collection::vec(0_u8..12, 1..8), 2..10),
            base in 0_usize..10,
        ) {
            let unique = |entries: &Vec<u8>| {
                let mut seen = std::collections::BTreeSet::new();
                entries.iter().filter(|entry| seen.insert(**entry)).map(|entry| format!("<e{entry}>")).collect::<Vec<_>>()
            };
            let versions: Vec<Vec<String>> = versions.iter().map(unique).collect();
            let base = base % (versions.len() - 1);
            let texts: Vec<Vec<&str>> = versions.iter().map(|entries| entries.iter().map(String::as_str).collect()).collect();
            let slices: Vec<&[&str]> = texts.iter().map(Vec::as_slice).collect();
            if let Some(answer) = answer(&slices, base) {
                let current = texts.last().unwrap();
                for entry in current {
                    prop_assert!(texts[base].contains(entry) || answer.contains(entry), "{} of {:?}", entry, texts);
                    let all_along = texts[base..].iter().all(|version| version.contains(entry));
                    // Equal versions count from the last of them on, so that `base` may stand for a later one.
                    prop_assert!(!(all_along && answer.contains(entry)), "{} of {:?}", entry, texts);
                }
                prop_assert!(answer.starts_with("<feed>\n") && answer.ends_with("\n</feed>"));
            }
        }

        #[test]
        fn any_header_is_read_to_its_end(asked in "[ -~]{0,40}", given in "[ -~]{0,60}") {
            let delta = Delta::of(&document(&["b", "a"]), None).unwrap();
            prop_assert!(delta.asked_for(&headers(&[("a-im", &asked), ("if-none-match", &given)])).is_none());
        }
    }
}
