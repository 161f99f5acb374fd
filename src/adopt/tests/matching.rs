use std::path::Path;

use url::Url;

use crate::adopt::{By, Candidate, Finding, IdFrom, Matching, OldItem, Standing};
use crate::article::{ArticleId, Link, SourcePath};
use crate::instant::{Instant, parse_dated};

fn at(text: &str) -> Instant {
    parse_dated(text, &jiff::tz::TimeZone::UTC).unwrap().at
}

fn article(name: &str, headline: &str, date: &str) -> Candidate {
    Candidate {
        id: ArticleId::parse(&format!("tag:example.org,2020:{name}")).unwrap(),
        path: SourcePath::new(Path::new(&format!("{name}.md"))).unwrap(),
        link: Link::parse(&format!("https://example.org/articles/{name}")).unwrap(),
        headline: headline.into(),
        published: at(date),
        standing: Standing::Public,
        told: false,
        dated: true,
        own_id: None,
    }
}

fn item(id: &str, link: &str, title: &str, date: &str) -> OldItem {
    OldItem {
        id: id.into(),
        id_from: IdFrom::Id,
        links: vec![link.into()],
        title: Some(title.into()),
        published: (!date.is_empty()).then(|| at(date)),
        updated: None,
        unreadable_date: None,
    }
}

/// For each item the article's file and by what, or why it is left alone.
fn decided(items: &[OldItem], candidates: Vec<Candidate>) -> Vec<String> {
    let matching = Matching::new(items, Url::parse("https://old.example.org/").unwrap(), candidates);
    let told = |finding: Finding| match finding {
        Finding::Matched(matched) => {
            let by = match matched.by {
                By::Id => "id",
                By::Link => "link",
                By::Title => "title",
            };
            format!("{} by {by}", matching.candidates()[matched.candidate].path)
        }
        Finding::Left(why) => why.name().to_owned(),
        Finding::Again => "again".to_owned(),
    };
    matching.decide().into_iter().map(told).collect()
}

#[test]
fn by_id_then_link_then_title_and_date() {
    let candidates = vec![article("a", "A", "2020-01-01"), article("b", "B", "2020-01-01"), article("c", "The C’s title", "2020-01-01")];
    let items = [
        item("tag:example.org,2020:a", "https://elsewhere.example/", "other", ""),
        item("2", "http://www.example.org/articles/b/?utm_source=x#y", "other", "2001-01-01"),
        item("3", "https://old.example.org/3", "the c's TITLE", "2020-01-02T08:00:00Z"),
        item("4", "https://old.example.org/4", "Nobody", "2020-01-01"),
    ];
    assert_eq!(decided(&items, candidates), ["a.md by id", "b.md by link", "c.md by title", "no-article"]);
}

#[test]
fn a_title_without_a_date_must_be_the_only_one() {
    let undated = |name: &str, title: &str| Candidate { dated: false, ..article(name, title, "2026-01-01") };
    let far = item("1", "/1", "Links", "2019-01-01");
    assert_eq!(decided(std::slice::from_ref(&far), vec![undated("a", "Links")]), ["a.md by title"]);
    assert_eq!(decided(std::slice::from_ref(&far), vec![article("a", "Links", "2026-01-01")]), ["other-date"]);
    assert_eq!(decided(std::slice::from_ref(&far), vec![undated("a", "Links"), undated("b", "Links")]), ["several-articles"]);
    let two = [far, item("2", "/2", "Links", "2018-01-01")];
    assert_eq!(decided(&two, vec![undated("a", "Links")]), ["several-items", "several-items"]);
    assert_eq!(decided(&[item("1", "/1", "Links", "")], vec![article("a", "Links", "2026-01-01")]), ["a.md by title"]);
}

#[test]
fn the_date_tells_articles_of_one_title_apart() {
    let candidates = vec![article("a", "Weekly", "2020-01-01"), article("b", "Weekly", "2020-01-08"), article("c", "Weekly", "2020-01-08")];
    let items = [
        item("1", "/1", "Weekly", "2020-01-01T20:00:00Z"),
        item("2", "/2", "Weekly", "2020-01-08"),
        item("3", "/3", "Weekly", "2020-02-08"),
    ];
    assert_eq!(decided(&items, candidates), ["a.md by title", "several-articles", "several-articles"]);
}

#[test]
fn rivals_are_left_alone_unless_one_is_more_certain() {
    let a = || vec![article("a", "A", "2020-01-01")];
    let by_link = |id: &str| item(id, "https://example.org/articles/a", "x", "");
    assert_eq!(decided(&[by_link("1"), by_link("2")], a()), ["several-items", "several-items"]);
    assert_eq!(decided(&[item("1", "/1", "A", "2020-01-01"), by_link("2")], a()), ["better-item", "a.md by link"]);
    // The same item in two old feeds is one.
    assert_eq!(decided(&[by_link("1"), by_link("1")], a()), ["a.md by link", "again"]);
    let other = item("1", "https://example.org/articles/b", "B", "");
    assert_eq!(decided(&[by_link("1"), other], a()), ["repeated-id", "repeated-id"]);
}

#[test]
fn what_must_not_change_is_left_alone() {
    let link = "https://example.org/articles/a";
    let left = |id: &str, change: &dyn Fn(&mut Candidate)| {
        let mut a = article("a", "A", "2020-01-01");
        change(&mut a);
        decided(&[item(id, link, "A", "2020-01-01")], vec![a, article("b", "B", "2020-01-01")]).remove(0)
    };
    assert_eq!(left("1", &|a| a.standing = Standing::Held), "held");
    assert_eq!(left("1", &|a| a.standing = Standing::Withdrawn), "withdrawn");
    assert_eq!(left("1", &|a| a.told = true), "told");
    assert_eq!(left("1", &|a| a.own_id = Some(ArticleId::parse("mine").unwrap())), "own-id");
    assert_eq!(left("mine", &|a| a.own_id = Some(ArticleId::parse("mine").unwrap())), "a.md by link");
    assert_eq!(left("", &|_| ()), "no-id");
    assert_eq!(left("a\u{fffd}", &|_| ()), "unusable-id");
    assert_eq!(left("a  b", &|_| ()), "unusable-id");
    assert_eq!(left("tag:example.org,2020:a", &|a| a.told = true), "a.md by id");
    // An id that is another's says which article it is, whatever the link says.
    assert_eq!(left("tag:example.org,2020:b", &|_| ()), "b.md by id");
}

#[test]
fn a_withdrawn_article_does_not_stand_in_the_way() {
    let gone = Candidate { standing: Standing::Withdrawn, id: ArticleId::parse("gone").unwrap(), ..article("a", "A", "2020-01-01") };
    let items = [item("1", "https://example.org/articles/a", "A", "2020-01-01")];
    assert_eq!(decided(&items, vec![gone, article("a", "A", "2020-01-01")]), ["a.md by link"]);
}
