//! Rendering as a whole: what comes out of articles, kind and hostile.

mod attacks;
mod bombs;
mod files;
mod soup;

use super::*;
use crate::article::{Block, Figure, NoteKind};
use crate::config::Html;

fn link() -> Link {
    Link::parse("https://example.org/news/storm").unwrap()
}

fn render_at(article: &Article, link: &Link, author: Option<&str>, policy: &Policy) -> Rendered {
    render(article, Place { link, is_folder: false, references: &References::default(), files: None }, author, policy)
}

fn rendered(article: &Article) -> Rendered {
    render_at(article, &link(), None, &Policy::new(&Html::default()))
}

fn of_html(html: &str) -> Rendered {
    rendered(&Article { headline: "H".into(), body: Body::Html(html.into()), ..Article::default() })
}

fn of_markdown(markdown: &str) -> Rendered {
    rendered(&Article { headline: "H".into(), body: Body::Markdown(markdown.into()), ..Article::default() })
}

#[test]
fn references_lead_to_articles_and_nothing_else_is_touched() {
    let text = "The prefix article:b is a part, `article:b` in code, [doc](https://x.example/?q=article:b), [b](article:b#part), \
                [plain](c.md), [none](article:gone), [far](https://x.example/c.md).\n\n    key = article:b\n";
    let article = Article { headline: "H".into(), body: Body::Markdown(text.into()), ..Article::default() };
    assert_eq!(references(&article), ["b", "c.md", "gone"]);
    let led = [("b", "https://example.org/b"), ("c.md", "https://example.org/c")];
    let found: References = led.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect();
    let place = Place { link: &link(), is_folder: false, references: &found, files: None };
    let html = render(&article, place, None, &Policy::new(&Html::default())).html;
    for said in [
        "The prefix article:b is a part, <code>article:b</code> in code",
        "href=\"https://x.example/?q=article:b\"",
        "<a href=\"https://example.org/b#part\">b</a>",
        "<a href=\"https://example.org/c\">plain</a>",
        "<a>none</a>",
        "href=\"https://x.example/c.md\"",
        "key = article:b",
    ] {
        assert!(html.contains(said), "{said}\n{html}");
    }
}

#[test]
fn an_index_file_s_pictures_lie_in_its_folder() {
    let none = References::default();
    let article = Article { headline: "H".into(), body: Body::Markdown("![a](pic.png)".into()), ..Article::default() };
    let link = Link::parse("https://example.org/articles/bundle").unwrap();
    let policy = Policy::new(&Html::default());
    let at = |is_folder| render(&article, Place { link: &link, is_folder, references: &none, files: None }, None, &policy).html;
    assert!(at(true).contains("https://example.org/articles/bundle/pic.png"), "{}", at(true));
    assert!(at(false).contains("https://example.org/articles/pic.png"), "{}", at(false));
}

#[test]
fn a_whole_article() {
    let article = Article {
        headline: "Storm\nreaches the  coast\u{0}".into(),
        authors: vec![Person { name: "Jo  Doe".into(), email: Some("not an address".into()), uri: Some("/people/jo".into()) }],
        contributors: vec![Person::named("Wire Agency"), Person::named(" ")],
        author_note: Some("Jo Doe is the paper's <weather> correspondent.".into()),
        credits: vec!["Wire Agency contributed to this report.".into()],
        dateline: Some("BREST (WA)".into()),
        correction: Some("An earlier version gave the wrong hour & day.".into()),
        body: Body::Blocks(vec![
            Block::Figure(Figure { caption: "Waves at the pier".into(), credit: Some("Ann Roe/WA".into()) }),
            Block::Paragraph("The storm reached the coast on Monday. It is the first of the season.".into()),
            Block::Heading("What comes next".into()),
            Block::Paragraph("More rain.\nMore wind.".into()),
        ]),
        media: vec![Media { url: "pier.jpg".into(), mime: Some("Image/JPEG".into()), ..Media::default() }],
        ..Article::default()
    };
    insta::assert_debug_snapshot!(rendered(&article));
}

#[test]
fn a_markdown_article() {
    let source = "# Big\n\nFirst *paragraph* with a note[^1].\n\n<!-- more -->\n\n## Small\n\n- one\n- two\n  1. a\n  2. b\n\n> quoted\n\n```rust\nfn main() \
                  {\n    x < y && z;\n}\n```\n\n![A pier](pier.jpg \"The pier\")\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n[^1]: The *note*.\n";
    insta::assert_debug_snapshot!(of_markdown(source));
}

#[test]
fn lazy_pictures_are_restored() {
    let html = of_html(
        "<img src='data:image/gif;base64,R0' data-src='a.jpg' data-srcset='a-2.jpg 2x' alt=A><noscript><img src='a.jpg'></noscript>\
         <img src='/blank.gif' data-original='//cdn.example.net/b.jpg'><img data-lazy-src=c.jpg><video poster=p.jpg src=v.mp4></video>\
         <picture><source srcset='d.webp 1x, d2.webp 2x' type=image/webp><img src=d.jpg></picture><img src='data:image/png;base64,AA'>",
    )
    .html;
    insta::assert_snapshot!(html);
    assert!(!html.contains("data:") && !html.contains("data-") && !html.contains("blank.gif"), "{html}");
}

#[test]
fn headings_go_below_the_headline() {
    assert_eq!(of_html("<h1>A</h1><h2>B</h2><h6>C</h6>").html, "<h2>A</h2><h3>B</h3><h6>C</h6>");
    assert_eq!(of_html("<h2>B</h2><h3>C</h3>").html, "<h2>B</h2><h3>C</h3>");
}

#[test]
fn footnotes_of_two_articles_do_not_clash() {
    let article = Article { headline: "H".into(), body: Body::Markdown("A[^1].\n\n[^1]: N.\n".into()), ..Article::default() };
    let policy = Policy::new(&Html::default());
    let one = render_at(&article, &link(), None, &policy).html;
    let two = render_at(&article, &Link::parse("https://example.org/other").unwrap(), None, &policy).html;
    let id = |html: &str| html.split("<li id=\"").nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned);
    assert!(id(&one).is_some() && id(&one) != id(&two), "{one}\n{two}");
    assert!(one.contains(&format!("href=\"https://example.org/news/storm#{}\"", id(&one).unwrap())), "{one}");
}

#[test]
fn ids_and_classes_of_others_go() {
    assert_eq!(of_html("<p id=a class=b style='color:red'>x</p><a id=top name=t>y</a>").html, "<p>x</p><a>y</a>");
}

#[test]
fn the_summary_is_the_standfirst_else_what_stands_before_more_else_an_excerpt() {
    let body = Body::Markdown("First.\n\nSecond.\n\n<!--more-->\n\nThird.".into());
    let mut article = Article { headline: "H".into(), body, standfirst: Some(" Stand\nfirst ".into()), ..Article::default() };
    assert_eq!(rendered(&article).summary, "Stand first");
    article.standfirst = None;
    assert_eq!(rendered(&article).summary, "First.\n\nSecond.");
    article.body = Body::Markdown("`<!-- more -->` is code.\n\nSecond.".into());
    assert_eq!(rendered(&article).summary, "<!-- more --> is code. Second.");
}

#[test]
fn an_excerpt_quotes_running_text_only() {
    let html = "<h2>Head</h2><figure><img src=a.jpg><figcaption>Caption <small>Credit</small></figcaption></figure><p>Text &amp; more.</p><pre>code</pre>";
    let found = of_html(html);
    assert_eq!(found.summary, "Text & more.");
    assert_eq!(found.text, "Head\n\nCaption Credit\n\nText & more.\n\ncode");
    let image = &found.media[0];
    assert_eq!((image.caption.as_deref(), image.credit.as_deref()), (Some("Caption"), Some("Credit")));
}

#[test]
fn media_come_once_the_articles_own_first() {
    let article = Article {
        headline: "H".into(),
        body: Body::Html("<img src=b.jpg alt=B><img src=a.jpg alt=A>".into()),
        media: ["a.jpg", "javascript:alert(1)", "a.jpg"].map(|url| Media { url: url.into(), ..Media::default() }).into(),
        ..Article::default()
    };
    let media = rendered(&article).media;
    let urls: Vec<&str> = media.iter().map(|medium| medium.url.as_str()).collect();
    assert_eq!(urls, ["https://example.org/news/a.jpg", "https://example.org/news/b.jpg"]);
    assert_eq!(media[0].alt.as_deref(), Some("A"));
}

#[test]
fn the_site_signs_for_an_article_without_author() {
    let article = Article { headline: "H".into(), ..Article::default() };
    let policy = Policy::new(&Html::default());
    assert_eq!(render_at(&article, &link(), Some("Example Times"), &policy).authors, [Person::named("Example Times")]);
    assert_eq!(render_at(&article, &link(), None, &policy).authors, []);
}

#[test]
fn markup_that_was_typed_as_text_is_not_lost() {
    assert_eq!(of_html("<p>if a <b and c").text, "if a <b and c");
    assert_eq!(of_html("1 < 2 <script> and on").text, "1 < 2 and on");
    assert_eq!(of_html("<p>the <button> element</p><p>after</p>").text, "the element\n\nafter");
    assert_eq!(of_markdown("Use the <head> and <svg> elements.\n\nAfter.").text, "Use the and elements.\n\nAfter.");
}

#[test]
fn end_tags_that_html_allows_to_leave_out_are_understood() {
    assert_eq!(of_html("<p>One<p>Two<ul><li>a<li>b</ul>").html, "<p>One</p><p>Two</p><ul><li>a</li><li>b</li></ul>");
    assert_eq!(of_html("<table><tr><td>1<td>2<tr><td>3</table>").text, "1 | 2\n3");
    assert_eq!(of_html("<table>loose<tr><td>1</table>").text, "loose\n1");
    // A table ends where it says so, with a cell left open or not: what follows is not in it.
    for open in ["<table><tr><td>1</table><p>2</p>", "<table><td>1</table><p>2</p>", "<table><caption>1</table><p>2</p>"] {
        assert!(of_html(open).html.ends_with("</table><p>2</p>"), "{}", of_html(open).html);
    }
}

#[test]
fn a_note_stands_on_top_under_its_own_name() {
    let note = |note| {
        let article =
            Article { correction: Some("It was <Tuesday>.".into()), note, body: Body::Markdown("Text.".into()), ..Article::default() };
        let rendered = rendered(&article);
        (rendered.html, rendered.text)
    };
    let (html, text) = note(NoteKind::Correction);
    assert!(html.starts_with("<p><strong>Correction:</strong> It was &lt;Tuesday&gt;.</p>\n<p>Text."), "{html}");
    assert!(text.starts_with("Correction: It was <Tuesday>.\n\nText."), "{text}");
    let (html, text) = note(NoteKind::Update);
    assert!(html.starts_with("<p><strong>Update:</strong> It was &lt;Tuesday&gt;."), "{html}");
    assert!(text.starts_with("Update: It was <Tuesday>."), "{text}");
}
