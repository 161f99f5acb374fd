//! What aggregators say of their subscribers in their `User-Agent`: one fetches a feed for all who read it there, and says for how many.
//!
//! The words are a custom, not a standard: `Feedly/1.0 (+http://…; 16 subscribers; …)`, `NewsBlur Feed Fetcher - 2 subscribers - http://…`,
//! `Feedbin feed-id:1373711 - 142 subscribers`.

/// The longest `User-Agent` that is looked at, in bytes.
const LONGEST: usize = 1_000;
/// The longest name of an aggregator that is kept, in characters.
const LONGEST_NAME: usize = 40;
/// The most subscribers that are believed.
const MOST: u64 = 1_000_000_000;
/// What those are called who read a feed there.
const WORDS: [&str; 3] = ["subscriber", "reader", "user"];

/// What one says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reported {
    pub(super) name: String,
    pub(super) feed_id: Option<String>,
    pub(super) subscribers: u64,
}

/// Reads a `User-Agent`; nothing where it speaks of no subscribers.
pub(super) fn reported(agent: &[u8]) -> Option<Reported> {
    let agent = std::str::from_utf8(agent.get(..LONGEST).unwrap_or(agent)).ok()?;
    let lower = agent.to_ascii_lowercase();
    let subscribers = WORDS.iter().find_map(|word| lower.match_indices(word).find_map(|(at, _)| number_before(&lower[..at])))?;
    Some(Reported { name: name(agent, &lower), feed_id: feed_id(agent, &lower), subscribers })
}

/// The number that a text ends with, before white space; thousands may be parted.
fn number_before(text: &str) -> Option<u64> {
    let trimmed = text.trim_end();
    if trimmed.len() == text.len() {
        return None;
    }
    let start = trimmed.trim_end_matches(|c: char| c.is_ascii_digit() || c == ',' || c == '.').len();
    let digits: String = trimmed[start..].chars().filter(char::is_ascii_digit).collect();
    // A version, as in "Reader/2 users", is none.
    let is_own = !trimmed[..start].ends_with(|c: char| c.is_alphanumeric() || c == '/' || c == '-');
    (is_own && !digits.is_empty()).then(|| digits.parse().map_or(MOST, |number: u64| number.min(MOST)))
}

/// What it calls itself: what stands first, without its version; within the parentheses where it passes itself off as a browser.
fn name(agent: &str, lower: &str) -> String {
    const COMPATIBLE: &str = "compatible;";
    let start = lower.find(COMPATIBLE).filter(|_| lower.starts_with("mozilla/")).map_or(0, |at| at + COMPATIBLE.len());
    let own = agent.get(start..).unwrap_or_default().trim_start();
    let end = [own.find(['/', '(', ';', ',', '+']), own.find(" - "), own.to_ascii_lowercase().find(" feed-id")].into_iter().flatten().min();
    let own: String = own[..end.unwrap_or(own.len())].trim().chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
    if own.is_empty() { "unnamed".to_owned() } else { own }
}

/// Its own number for the feed.
fn feed_id(agent: &str, lower: &str) -> Option<String> {
    let after = ["feed-id", "feedid", "feed_id"].iter().find_map(|word| lower.find(word).map(|at| at + word.len()))?;
    let value = agent.get(after..)?.trim_start().strip_prefix([':', '='])?.trim_start();
    let id: String = value.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '_').take(64).collect();
    (!id.is_empty()).then_some(id)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn aggregators_as_they_speak() {
        for (agent, name, feed_id, subscribers) in [
            ("Feedly/1.0 (+http://www.feedly.com/fetcher.html; 16 subscribers; like FeedFetcher-Google)", "Feedly", None, 16),
            ("Feedbin feed-id:1373711 - 142 subscribers", "Feedbin", Some("1373711"), 142),
            ("Inoreader/1.0 (+http://www.inoreader.com/feed-fetcher; 26 subscribers; )", "Inoreader", None, 26),
            (
                "NewsBlur Feed Fetcher - 2 subscribers - http://www.newsblur.com/site/6052/x (Mozilla/5.0 (Macintosh))",
                "NewsBlur Feed Fetcher",
                None,
                2,
            ),
            ("The Old Reader (+http://theoldreader.com; 1,204 subscribers; feed-id=5a6b)", "The Old Reader", Some("5a6b"), 1204),
            ("Feed Wrangler/1.0 (1 subscriber; feed-id=42; http://feedwrangler.net)", "Feed Wrangler", Some("42"), 1),
            ("Netvibes (http://www.netvibes.com/; 6 subscribers; feedID: 98765)", "Netvibes", Some("98765"), 6),
            ("Mozilla/5.0 (compatible; BazQux/2.4; +https://bazqux.com/fetcher; 4 subscribers)", "BazQux", None, 4),
            ("Bloglovin/1.0 (http://www.bloglovin.com; 99999999999999999999 subscribers)", "Bloglovin", None, MOST),
            ("(7 readers)", "unnamed", None, 7),
        ] {
            let expected = Reported { name: name.into(), feed_id: feed_id.map(str::to_owned), subscribers };
            assert_eq!(reported(agent.as_bytes()), Some(expected), "{agent}");
        }
    }

    #[test]
    fn others_say_nothing() {
        for agent in [
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "FreshRSS/1.24.0 (Linux; https://freshrss.org)",
            "Miniflux/2.2.1 (+https://miniflux.app)",
            "Reader/2 users of the world",
            "Feedly/1.0 (subscribers)",
            "v2users",
            "",
        ] {
            assert_eq!(reported(agent.as_bytes()), None, "{agent}");
        }
        assert_eq!(reported(b"\xff 3 subscribers"), None);
    }

    proptest! {
        #[test]
        fn whatever_is_sent_is_bounded(agent in proptest::collection::vec(any::<u8>(), 0..200), text in "(.{0,20}[0-9.,]{0,20} (subscribers|READERS|feed-id[:=]?.{0,5}))*") {
            for agent in [agent, text.into_bytes()] {
                if let Some(found) = reported(&agent) {
                    prop_assert!(found.subscribers <= MOST && !found.name.is_empty() && found.name.chars().count() <= LONGEST_NAME);
                }
            }
        }
    }
}
