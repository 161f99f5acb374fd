use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::article::{Article, Block, Body, SourcePath};
use crate::config::Text;
use crate::diagnostic::Severity;

fn reading_with(text: &str, furniture: &[&str]) -> Reading {
    let path = SourcePath::new(std::path::Path::new("a.txt")).unwrap();
    let rules = Text { furniture: furniture.iter().map(|rule| (*rule).to_owned()).collect() };
    read(text, Context { path: &path, zone: &TimeZone::UTC, text: &rules })
}

fn reading(text: &str) -> Reading {
    reading_with(text, &[])
}

fn article(text: &str) -> Article {
    let reading = reading(text);
    reading.article.unwrap_or_else(|| panic!("{:?}", reading.diagnostics))
}

fn blocks(article: &Article) -> &[Block] {
    match &article.body {
        Body::Blocks(blocks) => blocks,
        other => panic!("{other:?}"),
    }
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(text.to_owned())
}

fn rules(reading: &Reading) -> Vec<(&str, u32)> {
    reading.diagnostics.iter().map(|finding| (finding.rule.as_ref(), finding.line)).collect()
}

/// Two paragraphs that nothing takes for anything else.
const BODY: &str = "The council met on Tuesday. It voted late in the evening, and nobody left before the count.\n\nA second vote follows in \
                    May. Until then the street stays as it is.";

#[test]
fn a_blank_file_is_not_yet_an_article() {
    for text in ["", "\n\n", " \t\n\u{feff}\u{200b}\n", "\u{c}"] {
        let reading = reading(text);
        assert!(reading.article.is_none() && reading.diagnostics.is_empty(), "{text:?}");
    }
}

#[test]
fn a_headline_alone_is_an_article_with_a_warning() {
    let reading = reading("Parliament dissolved\n");
    assert_eq!(reading.article.as_ref().unwrap().headline, "Parliament dissolved");
    assert_eq!(rules(&reading), [("no-text", 1)]);
}

#[test]
fn headlines_come_out_as_typed() {
    for headline in
        ["AT&T", "<head> of state", "I <3 it", "Breaking: Parliament falls", "Analysis: the war", "Correction: the tram", "A “quoted” – 😀"]
    {
        assert_eq!(article(&format!("{headline}\n\n{BODY}")).headline, headline);
    }
}

#[test]
fn a_standfirst_is_a_fragment_or_parted_from_the_text() {
    let standfirst = |text: &str| article(text).standfirst;
    assert_eq!(standfirst(&format!("Headline\n\nWork is to begin in spring\n\n{BODY}")).as_deref(), Some("Work is to begin in spring"));
    assert_eq!(
        standfirst(&format!("Headline\n\nBy Ann Poole\n\nWork is to begin in spring\n\n{BODY}")).as_deref(),
        Some("Work is to begin in spring")
    );
    assert_eq!(
        standfirst(&format!("Headline\n\nWork is to begin in spring.\n\nBy Ann Poole\n\n{BODY}")).as_deref(),
        Some("Work is to begin in spring.")
    );
    assert_eq!(
        standfirst(&format!("Headline\n\nWork begins in spring.\n\nPARIS (AP) — {BODY}")).as_deref(),
        Some("Work begins in spring.")
    );
    for none in [
        format!("Headline\n\nA man has died after a crash on the bridge.\n\n{BODY}"),
        format!("Headline\n\nPARIS — The council met on Tuesday without\n\n{BODY}"),
        format!("Headline\n\nTwo sentences stand here. They are no standfirst\n\nBy Ann Poole\n\n{BODY}"),
        "Headline\n\nWork is to begin in spring".to_owned(),
        "Headline\n\nBread and butter and milk\n\nTea and sugar and salt\n\nNails and string and glue".to_owned(),
    ] {
        assert_eq!(standfirst(&none), None, "{none}");
    }
}

#[test]
fn bylines_name_their_authors_and_keep_the_rest() {
    let signed = |line: &str| {
        let article = article(&format!("Headline\n\n{line}\n\n{BODY}"));
        let names: Vec<String> = article.authors.iter().map(|author| author.name.clone()).collect();
        (names.join("; "), article.author_note.unwrap_or_default(), article.credits.join("; "))
    };
    let known = |names: &str, note: &str, credit: &str| (names.to_owned(), note.to_owned(), credit.to_owned());
    assert_eq!(signed("By Jane Doe"), known("Jane Doe", "", ""));
    assert_eq!(signed("BY JANE DOE AND JOHN ROE"), known("JANE DOE; JOHN ROE", "", ""));
    assert_eq!(signed("By Jane Doe, Jim van der Poe and Seán O’Roe"), known("Jane Doe; Jim van der Poe; Seán O’Roe", "", ""));
    assert_eq!(signed("By Jane Doe, Reuters"), known("Jane Doe", "", "Reuters"));
    assert_eq!(signed("By Jane Doe, Staff Writer"), known("Jane Doe", "Staff Writer", ""));
    assert_eq!(signed("By Jane Doe in Paris and John Roe in Berlin"), known("Jane Doe; John Roe", "in Paris, in Berlin", ""));
    assert_eq!(signed("By Jane Doe | 24 November 2026"), known("Jane Doe", "24 November 2026", ""));
    assert_eq!(signed("By Times of Israel staff and AFP"), known("Times of Israel staff; AFP", "", ""));
    assert_eq!(signed("Jane Doe, AFP"), known("Jane Doe", "", "AFP"));
    assert_eq!(signed("Jane Doe/AFP"), known("Jane Doe", "", "AFP"));
    assert_eq!(signed("מאת דנה לוי"), known("דנה לוי", "", ""));
    let note = "Jane Doe is The Herald’s rail correspondent.";
    assert_eq!(signed(note), known("Jane Doe", note, ""));
    for none in ["By the numbers", "By Friday the bridge must open.", "Jane Doe, gardener", "Emmanuel Weiss is tired of the debate."] {
        assert_eq!(signed(none), known("", "", ""), "{none}");
    }
}

#[test]
fn a_byline_with_an_address() {
    let article = article(&format!("Headline\n\nBy Jane Doe (jane@herald.example)\n\n{BODY}"));
    assert_eq!((article.authors[0].name.as_str(), article.authors[0].email.as_deref()), ("Jane Doe", Some("jane@herald.example")));
}

#[test]
fn captions_keep_their_credit_and_stand_once() {
    let figures = |line: &str| {
        let article = article(&format!("Headline\n\n{BODY}\n\n{line}\n\nOne more paragraph ends it."));
        blocks(&article)
            .iter()
            .filter_map(|block| if let Block::Figure(figure) = block { figure.credit.clone() } else { None })
            .collect::<Vec<_>>()
    };
    for (line, credit) in [
        ("A woman walks by. (Jack Guez/AFP)", "Jack Guez/AFP"),
        ("A woman walks by the sea (AFP)", "AFP"),
        ("A woman walks by. (AP Photo/Jane Doe, File)", "AP Photo/Jane Doe, File"),
        ("A woman walks by. (Courtesy)", "Courtesy"),
        ("A woman walks by. (courtesy of the family)", "courtesy of the family"),
        ("A woman walks by. (Screenshot: Channel 13)", "Screenshot: Channel 13"),
        ("A woman walks by. (Jane Doe/Ministry of Defence)", "Jane Doe/Ministry of Defence"),
        ("A woman walks by. (Jane Doe via Reuters)", "Jane Doe via Reuters"),
        ("In this file photo, a woman walks by. (Jane Doe)", "Jane Doe"),
        ("A woman (left) walks by. (Jane Doe (AP))", "Jane Doe (AP)"),
    ] {
        assert_eq!(figures(line), [credit], "{line}");
        assert_eq!(figures(&format!("{line}\n{line}")), [credit], "{line}");
        assert_eq!(figures(&format!("{line}\n\nIn between they talked for hours.\n\n{line}")), [credit], "{line}");
    }
    for paragraph in [
        "Profit fell last year (it had risen before).",
        "Officials blamed a leak (Reuters).",
        "They choose for themselves (his/her)",
        "He called it a triumph. (Laughter.)",
        "The vote was close. (1/2)",
        "He met the minister. (Jane Doe)",
        "(AFP)",
        "The pool stayed shut (photo below).",
    ] {
        assert_eq!(figures(paragraph), Vec::<String>::new(), "{paragraph}");
    }
}

#[test]
fn sub_headings_stand_between_paragraphs() {
    let headings = |line: &str| {
        let article = article(&format!("Headline\n\n{BODY}\n\n{line}\n\n{BODY}"));
        blocks(&article).iter().any(|block| matches!(block, Block::Heading(_)))
    };
    for heading in ["Defense Ministry probe", "‘We will not give up’", "What traders say", "2026 in figures"] {
        assert!(headings(heading), "{heading}");
    }
    for paragraph in ["He left.", "Why did you leave?", "Q: Why", "Key figures:", "and so on", "- an item", "* * *", "…"] {
        assert!(!headings(paragraph), "{paragraph}");
    }
    let last = article(&format!("Headline\n\n{BODY}\n\nNothing follows this"));
    assert!(!blocks(&last).iter().any(|block| matches!(block, Block::Heading(_))));
}

#[test]
fn datelines_are_taken_off_the_first_paragraph() {
    let dated = |text: &str| {
        let article = article(&format!("Headline\n\n{text}\n\n{BODY}"));
        (article.dateline.clone(), blocks(&article)[0].clone())
    };
    for (text, dateline) in [
        ("PARIS (AP) — The council met.", "PARIS (AP)"),
        ("JERUSALEM, July 28 (Reuters) - The council met.", "JERUSALEM, July 28 (Reuters)"),
        ("LONDON — The council met.", "LONDON"),
        ("WASHINGTON, D.C. – The council met.", "WASHINGTON, D.C."),
        ("NEW YORK, Nov. 24, 2026 /PRNewswire/ -- The council met.", "NEW YORK, Nov. 24, 2026 /PRNewswire/"),
        ("Paris (AFP) – The council met.", "Paris (AFP)"),
        ("SÃO PAULO—The council met.", "SÃO PAULO"),
    ] {
        assert_eq!(dated(text), (Some(dateline.to_owned()), paragraph("The council met.")), "{text}");
    }
    for text in [
        "NATO — which was founded in 1949 — met.",
        "BREAKING — The council met.",
        "Paris — The council met.",
        "The council met (AP) — It voted late.",
        "Anti-war groups met the council - They left.",
        "UK-based firms met the council.",
    ] {
        assert_eq!(dated(text), (None, paragraph(text)), "{text}");
    }
}

#[test]
fn contributors_are_named_and_credited() {
    let contributed = |line: &str| {
        let article = article(&format!("Headline\n\n{BODY}\n\n{line}"));
        let names: Vec<String> = article.contributors.iter().map(|person| person.name.clone()).collect();
        (names.join("; "), article.credits == [line])
    };
    for (line, names) in [
        ("The Associated Press contributed to this report.", "The Associated Press"),
        ("AFP contributed to this article.", "AFP"),
        ("Agencies contributed to this report.", "Agencies"),
        ("Times of Israel staff and AFP contributed to this report.", "Times of Israel staff; AFP"),
        ("Jane Doe contributed from Paris.", "Jane Doe"),
        ("Jane Doe contributed reporting from Paris, France.", "Jane Doe"),
        ("(Reporting by Jane Doe in Paris and John Roe; Editing by Ann Poole)", "Jane Doe; John Roe"),
        ("Additional reporting by Jane Doe", "Jane Doe"),
        ("Associated Press writers Jane Doe in Paris, France, and John Roe in Berlin contributed to this report.", "Jane Doe; John Roe"),
        ("Editing by Ann Poole", ""),
    ] {
        assert_eq!(contributed(line), (names.to_owned(), true), "{line}");
    }
    for line in [
        "Heavy rain contributed to this crisis.",
        "Heavy rain and wind contributed to the delay.",
        "He contributed from the start.",
        "Reporting by satellite is cheap.",
        "The firm cut jobs. That contributed to this report.",
    ] {
        assert_eq!(contributed(line), (String::new(), false), "{line}");
    }
}

#[test]
fn furniture_goes_from_the_end_and_says_so() {
    let tail = "read more:\nNever miss breaking news\nGet notifications to stay updated\nYou're subscribed\nYou’re subscribed\nSHARE THIS\nFollow us on X\nSupport our work\nClick here";
    let reading = reading(&format!("Headline\n\n{BODY}\n\n{tail}"));
    assert_eq!(blocks(reading.article.as_ref().unwrap()).len(), 2);
    assert_eq!(rules(&reading), (7..=15).map(|line| ("page-furniture", line)).collect::<Vec<_>>());
    assert!(reading.diagnostics.iter().all(|finding| finding.severity == Severity::Note));
}

#[test]
fn sentences_that_begin_as_furniture_does_stay() {
    for line in [
        "Support for the plan has waned, officials said.",
        "Share prices fell 3 percent.",
        "Never miss the point, she told them.",
        "Follow the money, he said.",
        "Sign up closes on Friday.",
        "Related parties have until May.",
    ] {
        let reading = reading(&format!("Headline\n\n{BODY}\n\n{line}"));
        assert_eq!(blocks(reading.article.as_ref().unwrap()).last(), Some(&paragraph(line)));
        assert!(reading.diagnostics.is_empty());
    }
    // In the middle only what is unmistakable goes.
    let reading = reading(&format!("Headline\n\n{BODY}\n\nRead more\n\nAdvertisement\n\n{BODY}"));
    assert_eq!(rules(&reading), [("page-furniture", 9)]);
}

#[test]
fn titles_under_read_more_go_with_it() {
    let reading = reading(&format!(
        "Headline\n\n{BODY}\n\nThe AP contributed to this report.\n\nRelated stories:\nWho owns the cliffs?\nStorm takes the jetty\nShare"
    ));
    assert_eq!(rules(&reading), [("page-furniture", 9), ("page-furniture", 10), ("page-furniture", 11), ("page-furniture", 12)]);
    assert_eq!(reading.article.unwrap().contributors[0].name, "The AP");
}

#[test]
fn the_config_adds_furniture() {
    let reading = reading_with(
        &format!("The Herald Online\nHeadline\n\nOur app’s best\n\n{BODY}\n\nOUR APP’S newest\n\n{BODY}"),
        &["our app's", " The  Herald "],
    );
    assert_eq!(rules(&reading), [("page-furniture", 1), ("page-furniture", 4), ("page-furniture", 10)]);
    assert_eq!(reading.article.unwrap().headline, "Headline");
}

#[test]
fn end_marks_go() {
    for mark in ["-30-", "###", "# # #", "ENDS", "-ENDS-", "- end -", "(END)", "-- ", "***", "— 30 —"] {
        let reading = reading(&format!("Headline\n\n{BODY}\n\n{mark}\n"));
        assert_eq!(rules(&reading), [("end-mark", 7)], "{mark}");
    }
    for text in ["30", "END OF AN ERA", "3-0", "End"] {
        assert!(reading(&format!("Headline\n\n{BODY}\n\n{text}\n")).diagnostics.is_empty(), "{text}");
    }
}

#[test]
fn a_first_line_that_is_a_paragraph_gives_its_beginning() {
    let long = "The council met on Tuesday and voted late in the evening. ".repeat(8);
    let reading = reading(&format!("{long}\n\n{BODY}"));
    let article = reading.article.as_ref().unwrap();
    assert_eq!(blocks(article)[0], paragraph(long.trim()));
    assert!(article.headline.chars().count() <= 121 && article.headline.ends_with('…'));
    assert_eq!(rules(&reading), [("long-headline", 1)]);
}

#[test]
fn an_embargo_that_nothing_keeps_is_warned_of() {
    assert_eq!(rules(&reading(&format!("Headline\n\nEMBARGOED UNTIL 6 A.M.\n\n{BODY}"))), [("embargo-in-text", 3)]);
    assert!(reading(&format!("Embargo: 2026-12-01\n\nHeadline\n\nEMBARGOED UNTIL 6 A.M.\n\n{BODY}")).diagnostics.is_empty());
}

#[test]
fn control_characters_go_and_all_else_stays() {
    let article =
        article("He\u{c}ad\u{0}line 😀\n\n“Grüße” \u{200f}שלום\u{1b}, said the council. It voted late in the evening of Tuesday.");
    assert_eq!(article.headline, "Headline 😀");
    assert_eq!(blocks(&article), [paragraph("“Grüße” \u{200f}שלום, said the council. It voted late in the evening of Tuesday.")]);
}

mod property;
