//! Rendering as a whole: what comes out of articles, kind and hostile.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::article::{Block, Figure};
use crate::config::Html;

fn link() -> Link {
    Link::parse("https://example.org/news/storm").unwrap()
}

fn rendered(article: &Article) -> Rendered {
    render(article, &link(), None, &Policy::new(&Html::default()))
}

fn of_html(html: &str) -> Rendered {
    rendered(&Article { headline: "H".into(), body: Body::Html(html.into()), ..Article::default() })
}

fn of_markdown(markdown: &str) -> Rendered {
    rendered(&Article { headline: "H".into(), body: Body::Markdown(markdown.into()), ..Article::default() })
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
    let one = render(&article, &link(), None, &policy).html;
    let two = render(&article, &Link::parse("https://example.org/other").unwrap(), None, &policy).html;
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
    assert_eq!(render(&article, &link(), Some("Example Times"), &policy).authors, [Person::named("Example Times")]);
    assert_eq!(render(&article, &link(), None, &policy).authors, []);
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
}

/// Each names what it tries; none of it may leave anything that runs.
const ATTACKS: &[&str] = &[
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src='x' OnErRoR = \"alert(1)\">",
    "<img/src/onerror=alert(1)>",
    "<img \"\"\"><script>alert(1)</script>\">",
    "<body onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='java&#09;script:alert(1)'>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href='&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)'>x</a>",
    "<a href=' &#14; javascript:alert(1)'>x</a>",
    "<a href=\"jav&#x0A;ascript:alert(1)\">x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<img src='javascript:alert(1)'>",
    "<img srcset='javascript:alert(1) 1x'>",
    "<img data-src='javascript:alert(1)' src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "<video poster='javascript:alert(1)'><source src='javascript:alert(1)'></video>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\"></table></mtext></math>",
    "<math><a xlink:href='javascript:alert(1)'>x</a></math>",
    "<style>@import 'javascript:alert(1)';</style>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<td style='text-align: expression(alert(1))'>x</td>",
    "<link rel=stylesheet href='javascript:alert(1)'>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href='javascript:alert(1)//'>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='javascript:alert(1)'></object><embed src='javascript:alert(1)'>",
    "<form action='javascript:alert(1)'><input type=submit formaction='javascript:alert(1)'></form>",
    "<button formaction='javascript:alert(1)'>x</button>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'></textarea>",
    "<title><img title='</title><img src=x onerror=alert(1)>'></title>",
    "<xmp><img title='</xmp><img src=x onerror=alert(1)>'></xmp>",
    "<template><script>alert(1)</script></template>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<![CDATA[><img src=x onerror=alert(1)>]]>",
    "<?xml-stylesheet href='javascript:alert(1)'?><img src=x onerror=alert(1)>",
    "<a href=`javascript:alert(1)`>x</a>",
    "<details ontoggle=alert(1) open>x</details>",
    "<p title='\"><script>alert(1)</script>'>x</p>",
    "<img alt='`><script>alert(1)</script>' src=a.jpg>",
    "<blockquote cite='javascript:alert(1)'>x</blockquote>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<isindex action=javascript:alert(1) type=image>",
    "<x onclick=alert(1)>x</x>",
    "\u{0}<\u{0}script>alert(1)</script>",
    "<img src=\"a.jpg\u{0}\" on\u{0}error=\"alert(1)\">",
];

/// Whether something in this HTML would run: a tag or attribute that the policy does not know, or a URL that is none of its.
fn runs(html: &str) -> Option<String> {
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let end = rest.find('>')?;
        let tag = &rest[..end];
        let name = tag.trim_start_matches('/').split(' ').next().unwrap_or_default();
        if !Policy::new(&Html::default()).allows(name) {
            return Some(format!("<{tag}>"));
        }
        let mut attributes = tag;
        while let Some((before, after)) = attributes.split_once("=\"") {
            let attribute = before.rsplit(' ').next().unwrap_or_default();
            let value = after.split('"').next().unwrap_or_default();
            let address = matches!(attribute, "href" | "src" | "poster" | "cite");
            let known = ["https://", "http://", "mailto:", "tel:"].iter().any(|scheme| value.starts_with(scheme));
            if attribute.starts_with("on") || attribute == "style" && !value.starts_with("text-align: ") || address && !known {
                return Some(format!("{attribute}={value}"));
            }
            attributes = after.split_once('"').map_or("", |(_, rest)| rest);
        }
        rest = &rest[end..];
    }
    None
}

#[test]
fn nothing_runs() {
    for attack in ATTACKS {
        for article in [of_html(attack), of_markdown(attack), of_markdown(&format!("text {attack} text")), of_html(&format!("<p>{attack}"))]
        {
            assert_eq!(runs(&article.html), None, "{attack}\n{}", article.html);
        }
    }
    for attack in [
        "[x](javascript:alert(1))",
        "[x](<java&#10;script:alert(1)>)",
        "![x](javascript:alert(1))",
        "<javascript:alert(1)>",
        "[x]: data:text/html,1\n\n[x]",
    ] {
        let html = of_markdown(attack).html;
        assert_eq!(runs(&html), None, "{attack}\n{html}");
        assert!(!html.contains("href=\"javascript") && !html.contains("src=\"javascript"), "{html}");
    }
}

#[test]
fn frames_only_from_the_configured_hosts() {
    let policy = Policy::new(&Html { frames: vec!["video.example.net".into()], ..Html::default() });
    let html = "<iframe src='https://video.example.net/1' width=4 srcdoc='x' onload=y>in</iframe><iframe src='https://evil.example/'></iframe>\
                <iframe src='javascript:1'></iframe>";
    let article = Article { headline: "H".into(), body: Body::Html(html.into()), ..Article::default() };
    assert_eq!(render(&article, &link(), None, &policy).html, "<iframe src=\"https://video.example.net/1\" width=\"4\"></iframe>");
}

/// Input written to exhaust: each is a megabyte or so.
fn bombs() -> Vec<(&'static str, Body)> {
    let many = |text: &str, bytes: usize| text.repeat(bytes / text.len());
    let numbered = |make: &dyn Fn(usize) -> String, count: usize| (0..count).map(make).collect::<String>();
    let mb = 1_000_000;
    vec![
        ("nested div", Body::Html(many("<div>", mb))),
        ("nested blockquote, closed", Body::Html(many("<blockquote>", mb / 2) + &many("</blockquote>", mb / 2))),
        ("nested b", Body::Html(many("<b>", mb))),
        ("formatting left open in paragraphs", Body::Html(numbered(&|i| format!("<p><b title={i}>x</p>"), 50_000))),
        ("formatting in formatting", Body::Html(numbered(&|i| format!("<b title={i}><i title={i}>"), 30_000))),
        ("misnested", Body::Html(many("<b><p></b>", mb))),
        ("nested lists", Body::Html(many("<ul><li>", mb))),
        ("nested tables", Body::Html(many("<table><tr><td>", mb))),
        ("loose in a table", Body::Html("<table>".to_owned() + &many("x<br>", mb))),
        ("loose elements in a table", Body::Html("<table>".to_owned() + &many("<b>x</b>", mb))),
        ("attributes", Body::Html(format!("<a {}>x</a>", numbered(&|i| format!("a{i} "), 150_000)))),
        ("tags without end", Body::Html(many("<a ", mb))),
        ("tags with an open quote", Body::Html(many("<a b=\"", mb))),
        ("comments without end", Body::Html(many("<!--", mb))),
        ("comments with odd ends", Body::Html(many("<!-- --!", mb))),
        ("scripts without end", Body::Html(many("<script>", mb))),
        ("scripts with false ends", Body::Html("<script>".to_owned() + &many("</scrip>", mb))),
        ("svg without end", Body::Html(many("<svg>", mb))),
        ("muted without end", Body::Html(many("<svg><math><object><button><select><template>", mb))),
        ("pictures", Body::Html(numbered(&|i| format!("<img src={i}>"), 60_000))),
        ("candidates", Body::Html(format!("<img srcset='{}'>", numbered(&|i| format!("{i}.jpg {i}w,"), 1000)))),
        ("entities", Body::Html(many("&amp;", mb))),
        ("headings", Body::Html(many("<h1>x</h1>", mb))),
        ("anchors", Body::Html(many("<a href=x>", mb))),
        ("ruby", Body::Html(many("<ruby><rt>", mb))),
        ("definition lists", Body::Html(many("<dl><dd>", mb))),
        ("quotes", Body::Markdown(many(">", 100_000))),
        ("quotes on many lines", Body::Markdown(many(&(">".repeat(1000) + " x\n"), mb))),
        ("lazy quotes", Body::Markdown(many(">", 50_000) + &many(" x\n", 50_000))),
        ("lists in a line", Body::Markdown(many("- ", 100_000) + "x")),
        ("lists in a line, continued", Body::Markdown(many("- ", 20_000) + "x\n" + &many("x\n", 100_000))),
        ("star lists", Body::Markdown(many("* ", 100_000) + "x")),
        ("numbered lists in a line", Body::Markdown(many("1. ", 100_000) + "x")),
        ("lists by indentation", Body::Markdown((0..1500).map(|depth| "  ".repeat(depth) + "- x\n").collect())),
        ("brackets", Body::Markdown(many("[", 100_000))),
        ("bracket pairs", Body::Markdown(many("[a](", 200_000))),
        ("images", Body::Markdown(many("![", 100_000))),
        ("emphasis", Body::Markdown(many("*a **a ", 200_000))),
        ("emphasis runs", Body::Markdown(many("*", 100_000) + "a")),
        ("underscores", Body::Markdown(many("_a", 200_000))),
        ("strikes", Body::Markdown(many("~~a~ ", 200_000))),
        ("code ticks", Body::Markdown((1..1000).map(|n| "`".repeat(n) + " ").collect())),
        ("inline comments", Body::Markdown(many("a <!-- ", 200_000))),
        ("inline tags", Body::Markdown(many("a <b ", 200_000))),
        ("processing", Body::Markdown(many("a <? ", 200_000))),
        ("declarations", Body::Markdown(many("a <!A ", 200_000))),
        ("cdata", Body::Markdown(many("a <![CDATA[ ", 200_000))),
        ("autolinks", Body::Markdown(many("<a:", 200_000))),
        ("a wide table", Body::Markdown(format!("{}\n{}\n{}", many("|a", 50_000), many("|-", 50_000), many("|\n", 100_000)))),
        ("tables", Body::Markdown(many("|a|\n|-|\n|b|\n\n", 200_000))),
        ("reference bombs", Body::Markdown(format!("[a]: {}\n\n{}", many("x", 100_000), many("[a]\n\n", 100_000)))),
        ("definitions", Body::Markdown(numbered(&|i| format!("[{i}]: x\n"), 50_000))),
        ("open definitions", Body::Markdown(many("[a]: ", 200_000))),
        ("footnotes", Body::Markdown(numbered(&|i| format!("[^{i}]\n\n[^{i}]: n[^{}]\n\n", i + 1), 20_000))),
        ("one footnote often", Body::Markdown(many("[^a] ", 200_000) + "\n\n[^a]: note\n")),
        ("nested footnotes", Body::Markdown(many("[^a]: ", 100_000) + "x")),
        ("heading attributes", Body::Markdown(many("# a {#", 200_000))),
        ("setext", Body::Markdown(many("a\n=\n", 200_000))),
        ("html blocks", Body::Markdown(many("<div>\n\n", mb))),
        ("more marks", Body::Markdown(many("<!-- more -->\n\n", 200_000))),
        ("entities in text", Body::Markdown(many("&", 200_000))),
        ("alerts", Body::Markdown(many("> [!NOTE]\n", 200_000))),
    ]
}

/// No test of speed: a bomb takes minutes or memory without end where its cost is not bounded, seconds at most in an unoptimised
/// build where it is.
#[test]
fn bombs_do_not_go_off() {
    let slow: Vec<(&str, Duration, usize)> = std::thread::Builder::new()
        .stack_size(1 << 20)
        .spawn(|| {
            let policy = Policy::new(&Html::default());
            bombs()
                .into_iter()
                .filter_map(|(name, body)| {
                    let article = Article { headline: "H".into(), body, ..Article::default() };
                    let begun = Instant::now();
                    let size = render(&article, &link(), None, &policy).html.len();
                    let took = begun.elapsed();
                    eprintln!("{name}: {took:?}, {size} bytes");
                    (took > Duration::from_secs(30) || size > 40_000_000).then_some((name, took, size))
                })
                .collect()
        })
        .unwrap()
        .join()
        .expect("a bomb overflowed the stack");
    assert_eq!(slow, []);
}

/// Pieces of markup that parsers stumble over, in any order.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "<p>",
            "</p>",
            "<b>",
            "</b>",
            "<i>",
            "</i>",
            "<a href=\"x\">",
            "</a>",
            "<table>",
            "</table>",
            "<tr>",
            "<td>",
            "</td>",
            "<ul>",
            "<li>",
            "</ul>",
            "<h1>",
            "</h1>",
            "<svg>",
            "</svg>",
            "<math>",
            "<style>",
            "</style>",
            "<script>",
            "</script>",
            "<img src=x>",
            "<img data-src='",
            "<!--",
            "-->",
            "<!-- more -->",
            "]]>",
            "<![CDATA[",
            "&amp;",
            "&lt;",
            "&#0;",
            "&#xFFFE;",
            "&#1;",
            "&nbsp;",
            "&",
            "<",
            ">",
            "\"",
            "'",
            "=",
            "/",
            "<pre>",
            "</pre>",
            "\n",
            " ",
            "\r",
            "<figure>",
            "<figcaption>",
            "</figcaption>",
            "</figure>",
            "<small>",
            "</small>",
            "<iframe src=//a>",
            "</iframe>",
            "<noscript>",
            "<template>",
            "<select>",
            "<button>",
            "<caption>",
            "<colgroup>",
            "<col>",
            "<dl>",
            "<dd>",
            "<q>",
            "</q>",
            "<ol start=-3>",
            "<textarea>",
            "<plaintext>",
            "<br>",
            "<hr>",
            "<?x ?>",
            "<!doctype html>",
            "</br>",
            "<p/>",
            "<a b=c d='e\" f=\"g'>",
        ])
        .prop_map(str::to_owned),
        any::<String>().prop_map(|text| text.chars().take(6).collect()),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn whatever_comes_in_safe_legal_html_comes_out(source in soup()) {
        for article in [of_html(&source), of_markdown(&source)] {
            prop_assert_eq!(runs(&article.html), None, "{}", article.html);
            for text in [&article.html, &article.text, &article.summary, &article.headline] {
                prop_assert!(text.chars().all(xml_chars::is_allowed) && !text.contains('\r'));
            }
        }
    }

    #[test]
    fn rendering_its_own_output_changes_nothing_that_counts(source in soup()) {
        let once = of_html(&source);
        let twice = of_html(&once.html);
        prop_assert_eq!(once.text, twice.text, "{}", once.html);
    }

    #[test]
    fn balanced_html_keeps_its_text(words in prop::collection::vec("[a-z]{1,8}", 1..30)) {
        let html: String = words.iter().enumerate().map(|(i, word)| if i % 3 == 0 { format!("<p>{word} ") } else { format!("<b>{word}</b> ") }).collect();
        let text = of_html(&html).text;
        prop_assert_eq!(text.split_whitespace().collect::<Vec<_>>(), words);
    }
}
