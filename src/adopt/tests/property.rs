use proptest::prelude::*;
use url::Url;

use crate::adopt::{compared_link, compared_title, parse};
use crate::article::ArticleId;

/// Bits that feeds are made of, in any order.
fn scraps() -> impl Strategy<Value = String> {
    let scrap = prop_oneof![
        Just("<?xml version='1.0' encoding='utf-16'?>".to_owned()),
        Just("<rss xmlns:dc='http://purl.org/dc/elements/1.1/'>".to_owned()),
        Just("<rdf:RDF xmlns='http://purl.org/rss/1.0/'>".to_owned()),
        Just("<feed xmlns='http://www.w3.org/2005/Atom'>".to_owned()),
        Just("<channel>".to_owned()),
        Just("<item rdf:about='x'>".to_owned()),
        Just("<entry>".to_owned()),
        Just("<guid isPermaLink='&bad;'>".to_owned()),
        Just("<id/>".to_owned()),
        Just("<title type='xhtml'>".to_owned()),
        Just("<link href='".to_owned()),
        Just("<![CDATA[".to_owned()),
        Just("]]>".to_owned()),
        Just("&#0;&#x110000;&x;&".to_owned()),
        Just("<!DOCTYPE x [".to_owned()),
        Just("{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[".to_owned()),
        Just("{\"id\":1e999,\"date_published\":\"".to_owned()),
        "</?[a-z]{1,5}>",
        ".{0,12}",
    ];
    prop::collection::vec(scrap, 0..24).prop_map(|scraps| scraps.concat())
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400), charset in prop::option::of("[a-z0-9-]{0,12}")) {
        let _ = parse(&bytes, charset.as_deref());
    }

    #[test]
    fn scraps_of_feeds_are_read_or_refused(text in scraps()) {
        let _ = parse(text.as_bytes(), None);
    }

    #[test]
    fn an_id_is_carried_as_it_is(id in "[!-~&&[^<&]]{1,40}( [!-~&&[^<&]]{1,10}){0,3}") {
        let feed = parse(format!("<rss><channel><item><guid>{id}</guid></item></channel></rss>").as_bytes(), None).unwrap();
        prop_assert_eq!(&feed.items[0].id, &id);
        let taken = ArticleId::taken_over(&id).unwrap();
        prop_assert_eq!(taken.as_str(), id.as_str());
    }

    #[test]
    fn comparing_never_fails_and_settles(link in ".{0,60}", title in ".{0,60}") {
        let base = Url::parse("https://example.org/").unwrap();
        let _ = compared_link(&link, &base);
        if let Some(once) = compared_title(&title) {
            // A compared title is the same as itself.
            prop_assert!(compared_title(&once).is_some());
        }
    }

    #[test]
    fn a_path_s_escapes_do_not_matter(path in "[a-zé€/]{0,20}") {
        let base = Url::parse("https://example.org/").unwrap();
        let escaped: String = path.bytes().map(|byte| if byte == b'/' { "/".to_owned() } else { format!("%{byte:02x}") }).collect();
        prop_assert_eq!(compared_link(&format!("https://example.org/x{path}"), &base), compared_link(&format!("http://www.example.org/x{escaped}"), &base));
    }
}
