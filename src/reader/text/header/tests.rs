use jiff::tz::TimeZone;

use super::*;

fn keys(text: &str) -> Vec<(&str, String, u32)> {
    split(text, &TimeZone::UTC).fields.iter().map(|field| (field.name, field.value.to_string(), field.line)).collect()
}

#[test]
fn a_block_is_fields_that_are_known_and_folded_lines() {
    let text = "\nDate: 2026-11-24\nTags: a,\n  b\nDesk: City\nBy: Jane Doe\n\nHeadline\n";
    let split = split(text, &TimeZone::UTC);
    assert_eq!(split.line, 7);
    assert_eq!(split.rest, "\nHeadline\n");
    let names: Vec<(&str, &str)> = split.fields.iter().map(|field| (field.name, field.value.as_ref())).collect();
    assert_eq!(names, [("Date", "2026-11-24"), ("Tags", "a, b"), ("Desk", "City"), ("By", "Jane Doe")]);
    assert_eq!((split.fields[1].line, split.fields[1].last, split.fields[1].column), (3, 4, 7));
}

#[test]
fn a_headline_with_a_colon_is_no_header() {
    for text in [
        "Analysis: the war\n\nText.",
        "Analysis: the war\nBy: Jane Doe\nTags: a\n\nText.",
        "Breaking: Parliament falls\n\nText.",
        "Correction: the tram story\n\nText.",
        "Updated: what we know so far\n\nText.",
        "Date: a night that ended in a brawl\n\nText.",
        "Hold: the front page\n\nText.",
        "Draft: a new constitution\n\nText.",
        "Link: how two islands met\n\nText.",
        "By: the numbers\n\nText.",
        "http://example.org\n\nText.",
        "10:30 and no train\n\nText.",
        "",
    ] {
        assert_eq!(keys(text), [], "{text}");
        assert_eq!(split(text, &TimeZone::UTC).rest, text);
    }
}

#[test]
fn a_lone_field_counts_where_it_is_beyond_doubt() {
    for text in
        ["Date: 2026-11-24\n\nH", "Breaking: yes\n\nH", "By: Jane Doe\n\nH", "Headline: Analysis: the war\n\nText.", "Tags: a, b\nH"]
    {
        assert_eq!(keys(text).len(), 1, "{text}");
    }
}

#[test]
fn what_is_unknown_at_the_end_is_the_headline() {
    let split = split("Date: 2026-11-24\nBy: Jane Doe\nAnalysis: the war\n\nText.", &TimeZone::UTC);
    assert_eq!(split.fields.len(), 2);
    assert_eq!((split.rest, split.line), ("Analysis: the war\n\nText.", 3));
}

mod applied {
    use crate::article::{Article, SourcePath};
    use crate::config::Text;
    use crate::diagnostic::Severity;
    use crate::reader::{Context, text, text::Reading};

    fn read(header: &str) -> Reading {
        let path = SourcePath::new(std::path::Path::new("a.txt")).unwrap();
        let zone = jiff::tz::TimeZone::get("Europe/Paris").unwrap();
        let rules = Text::default();
        text::read(&format!("{header}\n\nHeadline\n\nThe text of it."), Context { path: &path, zone: &zone, text: &rules })
    }

    fn article(header: &str) -> Article {
        let reading = read(header);
        assert!(reading.diagnostics.is_empty(), "{:?}", reading.diagnostics);
        reading.article.unwrap()
    }

    #[test]
    fn every_field_goes_where_it_belongs() {
        let got = article(
            "ID: tag:example.org,2026:x\nDate: 2026-11-24\nDraft: yes\nBreaking: no\nMinor: on\nAnnounce: false\nEmbargo: 2026-11-25 06:00\n\
             Expires: 2027-01-01\nHold: under review\nAuthors: Jane Doe, John Roe; Ann Poole\nContributors: AFP\nKeywords: a; b, c; a\n\
             Section: World\nLanguage: fr\nLink: /x\nSummary: S\nCredit: Pool\nDateline: PARIS\nFoo: bar\nUrgency: 5",
        );
        assert_eq!(got.id.unwrap().as_str(), "tag:example.org,2026:x");
        assert_eq!(got.published.unwrap().at.rfc3339(), "2026-11-23T23:00:00Z");
        assert_eq!(got.embargo.unwrap().at.rfc3339(), "2026-11-25T05:00:00Z");
        assert_eq!((got.draft, got.breaking, got.minor, got.announce), (true, false, true, Some(false)));
        assert_eq!((got.hold.as_deref(), got.withdrawn), (Some("under review"), None));
        assert_eq!(got.authors.iter().map(|author| author.name.as_str()).collect::<Vec<_>>(), ["Jane Doe, John Roe", "Ann Poole"]);
        assert_eq!(got.tags, ["a", "b, c"]);
        assert_eq!((got.section.as_deref(), got.language.as_deref(), got.link.as_deref()), (Some("World"), Some("fr"), Some("/x")));
        assert_eq!((got.headline.as_str(), got.standfirst.as_deref(), got.dateline.as_deref()), ("Headline", Some("S"), Some("PARIS")));
        assert_eq!((got.metadata["Foo"].as_str(), got.metadata["priority"].as_str()), (Some("bar"), Some("5")));
    }

    #[test]
    fn authors_are_listed_as_people_list_them() {
        for (value, names) in [
            ("Jane Doe", vec!["Jane Doe"]),
            ("Jane Doe and John Roe", vec!["Jane Doe", "John Roe"]),
            ("Jane Doe, John Roe", vec!["Jane Doe", "John Roe"]),
            ("By Jane Doe, Staff Writer", vec!["Jane Doe"]),
            ("Jane Doe <jane@herald.example>, John Roe", vec!["Jane Doe", "John Roe"]),
        ] {
            let got = article(&format!("Byline: {value}\nTags: a"));
            assert_eq!(got.authors.iter().map(|author| author.name.as_str()).collect::<Vec<_>>(), names, "{value}");
        }
    }

    #[test]
    fn what_would_publish_wrongly_is_an_error_with_its_place() {
        for (header, rule, column) in [
            ("Tags: a\nDate: 2026-02-30", "header-date", 7),
            ("Tags: a\nEmbargo:   soon", "header-date", 12),
            ("Tags: a\nDraft: maybe", "header-flag", 8),
            ("Tags: a\nId: a b", "header-id", 5),
        ] {
            let reading = read(header);
            assert!(reading.article.is_none(), "{header}");
            let finding = &reading.diagnostics[0];
            assert_eq!(
                (finding.severity, finding.rule.as_ref(), finding.line, finding.column),
                (Severity::Error, rule, 2, column),
                "{header}"
            );
        }
    }

    #[test]
    fn a_repeated_or_odd_field_is_a_warning() {
        let reading = read("Section: A\nSection: B\nLanguage: the French one");
        assert_eq!(
            reading.diagnostics.iter().map(|finding| (finding.severity, finding.line)).collect::<Vec<_>>(),
            [(Severity::Warning, 2), (Severity::Warning, 3)]
        );
        assert_eq!(reading.article.unwrap().section.as_deref(), Some("A"));
    }

    #[test]
    fn withdrawn_and_hold_count_without_a_reason_too() {
        for (header, reason) in [("Tags: a\nWithdrawn:", Some("")), ("Tags: a\nWithdrawn: yes", Some("")), ("Tags: a\nWithdrawn: no", None)]
        {
            assert_eq!(article(header).withdrawn.as_deref(), reason, "{header}");
        }
    }

    #[test]
    fn a_header_without_text_has_no_headline() {
        let path = SourcePath::new(std::path::Path::new("a.txt")).unwrap();
        let rules = Text::default();
        let context = Context { path: &path, zone: &jiff::tz::TimeZone::UTC, text: &rules };
        let reading = text::read("Tags: a\nSection: b\n", context);
        assert!(reading.article.is_none());
        assert_eq!(reading.diagnostics[0].rule, "no-headline");
        let withdrawn = text::read("Headline: H\nWithdrawn: libel\n", context);
        assert!(withdrawn.diagnostics.is_empty() && withdrawn.article.is_some());
    }
}
