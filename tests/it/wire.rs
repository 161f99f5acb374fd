//! Agencies' items in a watched folder, from file to feed and webhook.

use crate::newsroom::{Newsroom, Receiver};

fn ninjs(version: u32, more: &str) -> String {
    let now = newswire::instant::Instant::now().rfc3339();
    format!(
        r#"{{"uri": "urn:newsml:ea.example:2026:fire", "type": "text", "version": "{version}", "firstCreated": "{now}",
            "versionCreated": "{now}", "language": "en", {more}}}"#
    )
}

fn story(version: u32, headline: &str) -> String {
    ninjs(
        version,
        &format!(
            r#""urgency": 1, "headlines": [{{"role": "main", "value": "{headline}"}}],
               "bodies": [{{"role": "html", "contentType": "text/html", "value": "<p>Words of version {version}.</p>"}}]"#
        ),
    )
}

#[test]
fn versions_of_a_ninjs_item_are_one_article_until_it_is_killed() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    let daemon = newsroom.start();
    newsroom.drop_article("wire/fire-1.json", story(1, "Fire at the harbour"));
    let first = receiver.next();
    assert_eq!((first.kind(), first.json["data"]["breaking"].as_bool()), ("article.published", Some(true)));
    assert_eq!(first.json["data"]["id"], "urn:newsml:ea.example:2026:fire");
    newsroom.drop_article("wire/fire-2.json", story(2, "Fire is out"));
    let second = receiver.next();
    assert_eq!(second.kind(), "article.updated");
    assert_eq!(second.json["data"]["link"], first.json["data"]["link"], "the link stays");
    newsroom.all_formats("breaking", "Words of version 2.", true);
    assert_eq!(newsroom.feed("all.atom").matches("<entry").count(), 1);
    // The first version once more, late: the next that is told is the kill.
    newsroom.drop_article("wire/late-1.json", story(1, "Fire at the harbour"));
    newsroom.drop_article("wire/kill.json", ninjs(3, r#""pubStatus": "canceled""#));
    let kill = receiver.next();
    assert_eq!((kill.kind(), kill.json["data"]["advisory"].as_str()), ("article.withdrawn", Some("kill")));
    assert_eq!(kill.json["data"]["headline"], "Fire is out");
    newsroom.all_formats("all", "Fire", false);

    // Older versions that still lie in the folder bring nothing back at the next start.
    daemon.kill();
    let _daemon = newsroom.start();
    newsroom.drop_article("wire/other.nitf", nitf());
    // The kill may be told once more: nobody knows whether its first telling was noted before the end.
    let next = std::iter::repeat_with(|| receiver.next()).find(|one| one.kind() != "article.withdrawn").unwrap();
    assert_eq!(next.headline(), "City adopts a flood plan");
    assert!(!newsroom.feed("all.atom").contains("harbour"));
}

fn nitf() -> String {
    let now = newswire::instant::Instant::now().rfc3339();
    format!(
        "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<!DOCTYPE nitf SYSTEM \"nitf.dtd\">\n<nitf><head><docdata>\
         <doc-id regsrc=\"EA\" id-string=\"flood\"/><date.issue norm=\"{now}\"/></docdata></head><body><body.head><hedline>\
         <hl1>City adopts a flood plan</hl1></hedline></body.head><body.content><p>Dikes will rise.</p></body.content></body></nitf>"
    )
}

#[test]
fn a_nitf_document_is_an_article() {
    let newsroom = Newsroom::new();
    let mut daemon = newsroom.start();
    newsroom.drop_article("flood.nitf", nitf());
    newsroom.all_formats("all", "Dikes will rise.", true);
    newsroom.drop_article("bomb.xml", "<!DOCTYPE nitf [<!ENTITY a 'aaaa'>]>\n<nitf><body>&a;</body></nitf>");
    daemon.await_log("bomb.xml:2:13: the reference '&a;'");
    newsroom.all_formats("all", "City adopts a flood plan", true);
}

#[test]
fn the_items_of_a_g2_message_are_articles_each() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    let _daemon = newsroom.start();
    let now = newswire::instant::Instant::now().rfc3339();
    let item = |guid: &str, headline: &str, status: &str| {
        format!(
            "<newsItem guid='urn:newsml:ea.example:{guid}' version='1'><itemMeta><itemClass qcode='ninat:text'/>\
             <versionCreated>{now}</versionCreated><pubStatus qcode='stat:{status}'/></itemMeta>\
             <contentMeta><headline>{headline}</headline></contentMeta>\
             <contentSet><inlineData contenttype='text/plain'>Words of {headline}.</inlineData></contentSet></newsItem>"
        )
    };
    let message = |items: &[String]| {
        format!("<newsMessage xmlns='http://iptc.org/std/nar/2006-10-01/'><header/><itemSet>{}</itemSet></newsMessage>", items.concat())
    };
    newsroom.drop_article("a.newsml", message(&[item("1", "Rates", "usable"), item("2", "Votes", "usable")]));
    let mut told = [receiver.next(), receiver.next()].map(|one| one.headline().to_owned());
    told.sort();
    assert_eq!(told, ["Rates", "Votes"]);
    newsroom.all_formats("all", "Words of Rates.", true);
    newsroom.drop_article("a.newsml", message(&[item("1", "Rates", "usable"), item("2", "Votes", "canceled")]));
    let kill = receiver.next();
    assert_eq!((kill.kind(), kill.headline()), ("article.withdrawn", "Votes"));
    newsroom.all_formats("all", "Words of Votes.", false);
    newsroom.all_formats("all", "Words of Rates.", true);
}
