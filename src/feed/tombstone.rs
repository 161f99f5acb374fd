//! `at:deleted-entry` (RFC 6721): an article that stood in an Atom feed is gone.

use sha2::{Digest, Sha256};

use super::extension::Writer;
use super::item::one_line;
use super::{Channel, Fragment, Modules};
use crate::article::Tombstone;

/// RFC 6721 section 2. Declared where it is used, so that a feed without tombstones does not speak of it.
const NAMESPACE: &str = "http://purl.org/atompub/tombstones/1.0";

/// `<at:deleted-entry>…</at:deleted-entry>`, for a place among the entries of an Atom feed: who went, when, by whose word and why.
pub fn tombstone(channel: &Channel, of: &Tombstone) -> Fragment {
    let mut bytes = Vec::with_capacity(512);
    let mut writer = Writer::new(&mut bytes);
    let (id, when) = (one_line(of.id.as_str()), of.at.rfc3339());
    let name = channel.author.as_deref().map(one_line).filter(|name| !name.is_empty()).unwrap_or_else(|| one_line(&channel.title));
    writer.parent("at:deleted-entry", &[("xmlns:at", Some(NAMESPACE)), ("ref", Some(&id)), ("when", Some(&when))], |writer| {
        writer.parent("at:by", &[], |writer| writer.element("name", &[], &name));
        if let Some(reason) = of.reason.as_deref().map(one_line).filter(|reason| !reason.is_empty()) {
            writer.element("at:comment", &[], &reason);
        }
    });
    let hash = Sha256::digest(&bytes);
    Fragment { bytes: bytes.into(), digest: std::array::from_fn(|at| hash[at]), modules: Modules::default() }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::article::{ArticleId, FeedName};
    use crate::config::file::{Bases, Document};
    use crate::instant::Instant;

    fn channel(more: &str) -> Channel {
        let here = Path::new("/nowhere");
        let text = format!("[site]\nurl = \"https://example.org/\"\ntitle = \"Example Times\"\n{more}");
        let document = Document::parse("newswire.toml", &text).unwrap();
        let config = document.understand(Bases { file: here, working: here }, &|_| Err("no secrets here".into())).unwrap().config;
        Channel::new(&config, &config.feed[0], ArticleId::parse("tag:example.org,2026:feeds/all").unwrap())
    }

    fn stone(reason: Option<&str>) -> Tombstone {
        Tombstone {
            id: ArticleId::parse("tag:example.org,2026:a&b").unwrap(),
            at: Instant::from_millis(1_795_521_600_007),
            reason: reason.map(str::to_owned),
            feeds: vec![FeedName::parse("all").unwrap()],
        }
    }

    fn written(more: &str, reason: Option<&str>) -> String {
        String::from_utf8(tombstone(&channel(more), &stone(reason)).bytes.to_vec()).unwrap()
    }

    #[test]
    fn it_says_who_when_by_whom_and_why() {
        assert_eq!(
            written("author = \"The \\\"Desk\\\" & others\"\n", Some("Wrong <in>\nsubstance")),
            "<at:deleted-entry xmlns:at=\"http://purl.org/atompub/tombstones/1.0\" ref=\"tag:example.org,2026:a&amp;b\" \
             when=\"2026-11-24T12:00:00.007Z\"><at:by><name>The &quot;Desk&quot; &amp; others</name></at:by>\
             <at:comment>Wrong &lt;in&gt; substance</at:comment></at:deleted-entry>"
        );
    }

    #[test]
    fn without_a_reason_it_gives_none_and_without_an_author_the_feed_speaks() {
        let text = written("", None);
        assert!(text.contains("<at:by><name>Example Times</name></at:by></at:deleted-entry>"), "{text}");
        assert!(!written("", Some(" \u{1} ")).contains("at:comment"));
    }
}
