//! E-mail as mail programs save it; each snapshot was read.

use newswire::article::Body;
use newswire::diagnostic::Severity;
use proptest::prelude::*;

use super::files::{fixture, fixtures, is_consistent, read_as, said};

fixtures! { "mail":
    a_plain_message: "plain.eml",
    flowed_text_in_encoded_words: "flowed.eml",
    many_parts: "multipart.eml",
    a_header_block_in_the_text: "header-block.eml",
    no_subject: "no-subject.eml",
    one_message_saved_as_a_mailbox: "saved-as-mailbox.eml",
    a_mailbox_of_two: "mailbox.eml",
    an_encrypted_message: "encrypted.eml",
    not_a_message: "no-message.eml",
    bytes_that_are_not_ascii: "latin-1.eml",
}

const ALL: [&str; 10] = [
    "plain.eml",
    "flowed.eml",
    "multipart.eml",
    "header-block.eml",
    "no-subject.eml",
    "saved-as-mailbox.eml",
    "mailbox.eml",
    "encrypted.eml",
    "no-message.eml",
    "latin-1.eml",
];

fn message(head: &str, body: &str) -> Vec<u8> {
    format!("From: Ada Marin <ada@example.org>\nSubject: A story\nDate: Tue, 24 Nov 2026 09:00:00 GMT\n{head}\n{body}").into_bytes()
}

fn html(bytes: &[u8]) -> String {
    let reading = read_as("a.eml", bytes);
    match reading.clone().into_article().map(|article| article.body) {
        Some(Body::Html(html)) => html,
        other => panic!("{other:?}: {:?}", said(&reading)),
    }
}

#[test]
fn a_sender_s_address_is_nobody_s_business() {
    for from in ["Ada Marin <ada@example.org>", "ada@example.org", "\"ada@example.org\" <ada@example.org>", "ada@example.org (Ada Marin)"] {
        let reading = read_as("a.eml", format!("From: {from}\nSubject: A\n\nText.\n").as_bytes());
        let article = reading.into_article().unwrap();
        assert!(!serde_json::to_string(&article).unwrap().contains("@example.org"), "{from}: {article:?}");
        assert!(article.authors.iter().all(|author| author.name == "Ada Marin"), "{from}: {article:?}");
    }
}

#[test]
fn of_two_versions_html_counts_and_of_two_texts_both() {
    let parts = |kind: &str, parts: &[(&str, &str)]| {
        let parts: Vec<String> = parts.iter().map(|(kind, text)| format!("--b\nContent-Type: {kind}\n\n{text}\n")).collect();
        let body = parts.concat();
        message(&format!("Content-Type: multipart/{kind}; boundary=b\n"), &format!("{body}--b--\n"))
    };
    assert_eq!(html(&parts("alternative", &[("text/html", "<p>H</p>"), ("text/plain", "P")])), "<p>H</p>");
    assert_eq!(html(&parts("alternative", &[("text/plain", "P"), ("text/html", "<p>H</p>")])), "<p>H</p>");
    assert_eq!(html(&parts("mixed", &[("text/html", "<p>H</p>"), ("text/plain", "P & Q\nR")])), "<p>H</p>\n<p>P &amp; Q<br>R</p>\n");
    let article = read_as("a.eml", &parts("mixed", &[("text/plain", "One."), ("text/plain", "Two.")])).into_article().unwrap();
    assert_eq!(article.headline, "A story");
    assert!(matches!(&article.body, Body::Blocks(blocks) if blocks.len() == 2), "{article:?}");
}

#[test]
fn a_subject_with_a_colon_is_no_field() {
    let reading = read_as("a.eml", b"Subject: Date: a short history\n\nIt began with the sun.\n");
    let article = reading.into_article().unwrap();
    assert_eq!((article.headline.as_str(), article.published), ("Date: a short history", None));
}

#[test]
fn fields_for_newswire_stand_over_the_message_s_own() {
    let reading = read_as(
        "a.eml",
        &message(
            "X-Newswire-Date: 2026-11-01\nX-Newswire-Authors: Ben Lund\nX-Newswire-Id: tag:example.org,2026:a\nX-Newswire-Draft: yes\nSummary: =?utf-8?q?Caf=C3=A9?=\n",
            "Text.\n",
        ),
    );
    let article = reading.into_article().unwrap();
    assert_eq!(article.published.unwrap().at.rfc3339(), "2026-10-31T23:00:00Z");
    assert_eq!(article.authors[0].name, "Ben Lund");
    assert_eq!(article.id.unwrap().as_str(), "tag:example.org,2026:a");
    assert_eq!(article.standfirst.as_deref(), Some("Café"));
    assert!(article.draft && article.metadata.is_empty());
    let bad = read_as("a.eml", &message("X-Newswire-Embargo: tomorrow\n", "Text.\n"));
    assert!(bad.articles.is_empty() && bad.diagnostics[0].severity == Severity::Error, "nothing is published before its hour by a slip");
}

#[test]
fn hostile_messages_are_bounded() {
    let nested = |kind: &str, levels: usize| {
        let heads = (0..levels).map(|level| format!("Content-Type: {kind}; boundary=b{level}\n\n--b{level}\n"));
        format!("Subject: A\n{}\nText.\n", heads.collect::<Vec<_>>().concat())
    };
    let same = |levels: usize| format!("Subject: A\n{}", "Content-Type: multipart/mixed; boundary=b\n\n--b\n".repeat(levels));
    for text in [
        nested("multipart/mixed", 10_000),
        same(20_000),
        format!("Subject: A\n{}", "Content-Type: message/rfc822\n\n".repeat(30_000)),
        format!("Subject: A\nContent-Type: multipart/digest; boundary=b\n\n{}", "--b\n\n".repeat(150_000)),
        format!("Subject: A\nContent-Type: multipart/mixed; boundary=b\n\n{}", "--b\n\nText.\n".repeat(80_000)),
        format!("Subject: A\n{}\nText.\n", "X-Newswire-Tags: a\n".repeat(13_000)),
        format!("Subject: {}\n\nText.\n", "=?utf-8?q?a?= ".repeat(15_000)),
        format!("Subject: A\nFrom: {}\n\nText.\n", "(".repeat(200_000)),
        format!("Subject: A\nTo: {}\n\nText.\n", "a@b.c, ".repeat(30_000)),
        format!("Subject: {}Text.\n", "\n ".repeat(300_000)),
        format!("Subject: {}A\n\nText.\n", "re:".repeat(60_000)),
        format!("Content-Type: text/plain; {}\n\nText.\n", "a=b;".repeat(50_000)),
    ] {
        let begun = std::time::Instant::now();
        let reading = read_as("a.eml", text.as_bytes());
        assert!(begun.elapsed().as_secs() < 20, "{}", &text[..60]);
        assert!(reading.articles.len() <= 1);
    }
    let deep = read_as("a.eml", nested("multipart/mixed", 17).as_bytes());
    assert!(said(&deep).iter().any(|line| line.contains("too deep")), "{:?}", said(&deep));
    let shallow = read_as("a.eml", nested("multipart/mixed", 10).as_bytes());
    assert!(shallow.diagnostics.is_empty() && shallow.articles.len() == 1, "{:?}", said(&shallow));
    let long = read_as("a.eml", format!("Subject: A\nX: {}\n\nText.\n", "x".repeat(300_000)).as_bytes());
    assert!(said(&long)[0].contains("longer than 256 kB"), "{:?}", said(&long));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        is_consistent(&read_as("a.eml", &bytes), &bytes)?;
        let bytes = message("Content-Transfer-Encoding: base64\n", &String::from_utf8_lossy(&bytes));
        is_consistent(&read_as("a.eml", &bytes), &bytes)?;
    }

    #[test]
    fn damaged_messages_are_survived(file in 0..ALL.len(), cuts in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..40, prop::collection::vec(any::<u8>(), 0..6)), 1..4)) {
        let mut bytes = fixture("mail", ALL[file]);
        for (at, length, put) in cuts {
            let begins = at.index(bytes.len() + 1);
            let ends = (begins + length).min(bytes.len());
            bytes.splice(begins..ends, put);
        }
        is_consistent(&read_as(ALL[file], &bytes), &bytes)?;
    }
}
