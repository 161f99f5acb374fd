//! Pages as content systems, generators and people write them; each snapshot was read.

use std::path::Path;
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use newswire::article::{Article, Body, Link, References, SourcePath};
use newswire::config::{Html, Text};
use newswire::diagnostic::Severity;
use newswire::reader::{Context, Reading, read};
use newswire::render::{Place, Policy, Rendered, render};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Reads bytes as a file of that name in a site that keeps Paris time.
fn read_as(name: &str, bytes: &[u8]) -> Reading {
    let path = SourcePath::new(Path::new(name)).unwrap();
    let zone = TimeZone::get("Europe/Paris").unwrap();
    read(bytes, Context { path: &path, zone: &zone, text: &Text::default() })
}

fn fixture(name: &str) -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/html").join(name);
    let reading = read_as(name, &std::fs::read(file).unwrap());
    let said: Vec<String> = reading.diagnostics.iter().map(|finding| format!("{} {}: {finding}", finding.severity, finding.rule)).collect();
    json!({ "article": reading.articles.first().map(|piece| &piece.article), "diagnostics": said })
}

fn article(text: &str) -> Article {
    let reading = read_as("a.html", text.as_bytes());
    reading.clone().into_article().unwrap_or_else(|| panic!("{:?}", reading.diagnostics))
}

fn body(article: &Article) -> &str {
    match &article.body {
        Body::Html(body) => body,
        other => panic!("{other:?}"),
    }
}

fn rendered(article: &Article) -> Rendered {
    let (link, references) = (Link::parse("https://example.org/articles/a").unwrap(), References::default());
    render(article, Place { link: &link, is_folder: false, references: &references, files: None }, None, &Policy::new(&Html::default()))
}

macro_rules! fixtures {
    ($($test:ident: $file:literal,)*) => {
        $(
            #[test]
            fn $test() {
                insta::assert_json_snapshot!(fixture($file));
            }
        )*
    };
}

fixtures! {
    a_wordpress_page: "wordpress.html",
    a_hugo_page: "hugo.html",
    a_news_page_with_linked_data: "graph.html",
    a_page_with_microformats: "microformats.html",
    a_fragment: "fragment.html",
    a_fragment_with_front_matter: "jekyll.html",
    an_old_page_in_windows_1252: "windows-1252.htm",
    an_amp_page: "amp.html",
    an_xhtml_page: "page.xhtml",
    a_list: "list.html",
    a_redirect: "redirect.html",
    a_page_that_a_script_fills: "app.html",
    a_page_with_faults: "broken.html",
}

/// A page with this head and body.
fn page(head: &str, body: &str) -> String {
    format!("<!doctype html><html lang=en><head><meta charset=utf-8><title>A title</title>{head}</head><body>{body}</body></html>")
}

const TEXT: &str = "<p>The harbour authority said on Wednesday that it had looked into the claims of a recent audit of the ferries.</p>";

#[test]
fn the_article_is_found_among_the_rest() {
    for (what, html) in [
        ("the one in main", format!("<article><p>Card</article><main><article>{TEXT}</article></main>")),
        ("the longest", format!("<main><article><p>Short</article><article>{TEXT}</article></main>")),
        ("not in an aside", format!("<main><article>{TEXT}</article></main><aside><article>{TEXT}{TEXT}</article></aside>")),
        ("main without article", format!("<div><p>Elsewhere</div><main>{TEXT}</main>")),
        ("by role", format!("<div><p>Elsewhere</div><div role=main>{TEXT}</div>")),
        ("by microdata", format!("<div><nav>Menu</nav></div><div><div itemprop=articleBody>{TEXT}</div></div>")),
        ("text beside cards", format!("<main>{TEXT}{TEXT}<article><p>Card</article></main>")),
        ("the body", format!("<header>Site</header><nav>Menu</nav>{TEXT}<footer>Imprint</footer>")),
    ] {
        let text = rendered(&article(&page("", &html))).text;
        assert!(
            text.starts_with("The harbour authority")
                && !["Card", "Short", "Elsewhere", "Menu", "Site", "Imprint"].iter().any(|other| text.contains(other)),
            "{what}: {text}"
        );
    }
}

#[test]
fn what_is_hidden_or_shares_or_asks_stays_out() {
    for chrome in [
        "<nav>CHROME</nav>",
        "<div hidden>CHROME</div>",
        "<p style='Display : none;color:red'>CHROME</p>",
        "<div role=navigation>CHROME</div>",
        "<div role='dialog' aria-modal=true>CHROME</div>",
        "<template><p>CHROME</p></template>",
        "<script>CHROME</script><style>CHROME</style>",
        "<div><h3>CHROME</h3><form><input type=email><button>CHROME</button></form></div>",
        "<ul><li><a href='https://www.facebook.com/sharer.php?u=1'>CHROME</a><li><a href='https://x.com/intent/post?text=1'>CHROME</a></ul>",
        "<section id=comments><p>CHROME</section>",
        "<div itemprop=comment><p>CHROME</p></div>",
        "<span class=sr-only>CHROME</span>",
        "<aside>CHROME</aside>",
        "<footer>CHROME</footer>",
        "<select><option>CHROME</select>",
    ] {
        let article = article(&page("", &format!("<article><h1>A title</h1>{TEXT}{chrome}<p>The end.</p></article>")));
        assert!(!body(&article).contains("CHROME") && body(&article).ends_with("<p>The end.</p>"), "{chrome}: {}", body(&article));
    }
    for text in [
        "<blockquote><p>Said<footer>KEPT</footer></blockquote>",
        "<aside role=note>KEPT</aside>",
        "<section role=doc-endnotes>KEPT</section>",
        "<p aria-hidden=true>KEPT</p>",
        "<details><summary>More</summary>KEPT</details>",
        "<p><a href='https://www.facebook.com/eastport'>KEPT</a></p>",
        "<header><h2>KEPT</h2></header>",
    ] {
        let article = article(&page("", &format!("<article><h1>A title</h1>{TEXT}{text}</article>")));
        assert!(body(&article).contains("KEPT"), "{text}: {}", body(&article));
    }
}

#[test]
fn newswires_own_keys_are_those_of_front_matter() {
    let head = |key: &str, value: &str| page(&format!("<meta name='newswire:{key}' content='{value}'>"), &format!("<h1>A</h1>{TEXT}"));
    assert!(article(&head("draft", "true")).draft);
    assert!(article(&head("breaking", "yes")).breaking);
    assert!(article(&head("minor", "1")).minor);
    assert_eq!(article(&head("announce", "false")).announce, Some(false));
    assert_eq!(article(&head("hold", "wrong")).hold.as_deref(), Some("wrong"));
    assert_eq!(article(&head("withdrawn", "true")).withdrawn.as_deref(), Some(""));
    assert_eq!(article(&head("correction", "It is green.")).correction.as_deref(), Some("It is green."));
    assert_eq!(article(&head("id", "tag:example.org,2026:a")).id.unwrap().as_str(), "tag:example.org,2026:a");
    assert_eq!(article(&head("slug", "b")).slug.as_deref(), Some("b"));
    assert_eq!(article(&head("Publish-Date", "2026-11-24 10:00")).published.unwrap().at.rfc3339(), "2026-11-24T09:00:00Z");
    assert!(article(&head("embargo", "2026-11-24 10:00")).embargo.is_some() && article(&head("expires", "2026-11-24")).expires.is_some());
    let failed = read_as("a.html", head("embargo", "soon").as_bytes());
    assert!(failed.articles.is_empty() && failed.diagnostics.iter().any(|finding| finding.severity == Severity::Error));
    let unknown = read_as("a.html", head("colour", "red").as_bytes());
    assert_eq!((unknown.articles.len(), unknown.diagnostics[0].rule.as_ref()), (1, "unknown-key"));
}

#[test]
fn front_matter_outweighs_the_page() {
    let article = article(&format!(
        "---\ntitle: Own\nauthor: Jane Doe\ndate: 2026-11-24\n---\n{}",
        page("<meta name=author content='John Roe'>", &format!("<h1>A</h1>{TEXT}"))
    ));
    assert_eq!((article.headline.as_str(), article.authors[0].name.as_str()), ("Own", "Jane Doe"));
    assert!(!body(&article).contains("<h1>"), "{}", body(&article));
}

#[test]
fn a_generators_tags_never_come_through() {
    let keys = "---\ntitle: A & B\nplace: Eastport\n---\n";
    let source = format!(
        "{keys}<p>{{{{ page.place }}}}: {{% include x.html %}}text {{{{ site.data.x }}}}.</p>\n<a href=\"/p/{{{{ site.slug }}}}/x\">a</a>\n\
         {{% if a %}}<p>maybe</p>{{% endif %}}{{# note #}}{{{{< youtube abc >}}}}\n{{% highlight rust %}}\na < b\n{{% endhighlight %}}\n\
         {{% raw %}}{{{{ kept }}}}{{% endraw %}}\n    {{% include y.html %}}\n"
    );
    let reading = read_as("a.html", source.as_bytes());
    let places: Vec<_> = reading.diagnostics.iter().map(|finding| (finding.rule.as_ref(), finding.line)).collect();
    assert_eq!(places, [5, 5, 6, 7, 7, 12].map(|line| ("template-tag", line)), "{:?}", reading.diagnostics);
    let article = reading.into_article().unwrap();
    assert_eq!(
        body(&article),
        "<p>Eastport: text .</p>\n<a href=\"about:invalid\">a</a>\n<pre><code class=\"language-rust\">a &lt; b</code></pre>\n{{ kept }}"
    );
    assert!(!rendered(&article).html.contains("about:"));
    // A built page shows its braces on purpose.
    assert!(body(&self::article(&page("", &format!("<h1>A</h1>{TEXT}<p>{{{{ x }}}}</p>")))).contains("{{ x }}"));
}

#[test]
fn links_that_cannot_be_the_articles_are_told() {
    let with =
        |link: &str| read_as("a.html", page(&format!("<link rel=canonical href='{link}'>"), &format!("<h1>A</h1>{TEXT}")).as_bytes());
    for link in ["https://example.org/a?b=1", "/news/a"] {
        assert_eq!(with(link).into_article().unwrap().link.as_deref(), Some(link));
    }
    for link in [
        "https://example.org/",
        "/",
        "http://localhost:1313/a/",
        "a.html",
        "//example.org/a",
        "ftp://example.org/a",
        "https://u:p@example.org/a",
    ] {
        let reading = with(link);
        assert_eq!(reading.diagnostics.iter().map(|finding| finding.rule.as_ref()).collect::<Vec<_>>(), ["invalid-link"], "{link}");
        assert_eq!(reading.into_article().unwrap().link, None, "{link}");
    }
}

#[test]
fn relative_addresses_stay_relative_unless_the_page_has_a_base() {
    let html = format!("<article><h1>A</h1>{TEXT}<p><a href='b.html?x=1&amp;y=2'>b</a><img src=c.jpg></p></article>");
    assert!(body(&article(&page("", &html))).ends_with("<p><a href=\"b.html?x=1&amp;y=2\">b</a><img src=\"c.jpg\"></p>"));
    let based = article(&page("<base href='https://cdn.example.net/d/'>", &html));
    assert!(
        body(&based).contains("href=\"https://cdn.example.net/d/b.html?x=1&amp;y=2\"")
            && body(&based).contains("src=\"https://cdn.example.net/d/c.jpg\"")
    );
    assert_eq!(rendered(&based).media[0].url, "https://cdn.example.net/d/c.jpg");
}

#[test]
fn declared_encodings_are_heeded() {
    let with = |label: &str, text: &str| {
        let (bytes, _, _) = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap().encode(text);
        let mut page = format!("<meta charset='{label}'><title>x</title><h1>").into_bytes();
        page.extend_from_slice(&bytes);
        page.extend_from_slice(b"</h1><p>Text</p>");
        read_as("a.html", &page).into_article().unwrap().headline
    };
    for (label, text) in [
        ("windows-1251", "Паром снова ходит"),
        ("shift_jis", "港のニュース"),
        ("gbk", "港口新闻"),
        ("iso-2022-jp", "港のニュース"),
        ("iso-8859-15", "Le café à 5 €"),
        ("utf-8", "Küste"),
    ] {
        assert_eq!(with(label, text), text, "{label}");
    }
    // Converted since, the declaration left behind.
    let page = "<meta charset=windows-1252><h1>Küste</h1><p>Text</p>";
    assert_eq!(read_as("a.html", page.as_bytes()).into_article().unwrap().headline, "Küste");
}

#[test]
fn a_design_that_changes_is_no_change_of_the_article() {
    let of = |class: &str| {
        article(&page(
            "",
            &format!(
                "<nav>{class}</nav><article class={class}><h1 class={class}>A</h1><div data-v-{class} class='{class} b' id={class} style='top:{class}' onclick='{class}()'>{TEXT}</div></article>"
            ),
        ))
    };
    assert_eq!(of("x1"), of("y2"));
}

#[test]
fn a_blank_file_is_not_yet_an_article() {
    let reading = read_as("a.html", b" \n\n");
    assert!(reading.articles.is_empty() && reading.diagnostics.is_empty());
}

/// Pages that would cost more than their length if anything in the reader did.
fn hostile(length: usize) -> Vec<String> {
    let of = |open: &str, close: &str| {
        let times = length / (open.len() + close.len());
        open.repeat(times) + &close.repeat(times)
    };
    vec![
        of("<div>", "</div>"),
        of("<div>", ""),
        of("<b>", "</i>"),
        of("<p><span></b>", ""),
        of("<table><tr><td>", ""),
        of("<li>", ""),
        of("<a href=https://x.com/share>", ""),
        of("<div><a href=https://x.com/share></a></div>", ""),
        of("<form>", "</form>"),
        of("<!--x--!>", "") + "-->",
        of("<!--", ""),
        of("<script>", ""),
        of("<title>", ""),
        of("</script", ""),
        of("&", ""),
        of("&#x", ""),
        of("<h1>a", ""),
        of("<article>", "</article>"),
        of("<time datetime=2026>", ""),
        of("<a rel=author>x", ""),
        of("<span class=p-author>x", "</span>"),
        of("<meta name=author content=x>", ""),
        of("<link rel=canonical>", ""),
        of("<script type=application/ld+json>{</script>", ""),
        of("<img src=x>", ""),
        of("<section hidden>", ""),
        format!("<p {}>", of("a=b ", "")),
        format!("<p {}>", of("a=\"", "")),
        format!("<p class=\"{}\">x", of("a ", "")),
        format!("<meta name=\"{}\" content=x>", of("a ", "")),
        format!("<script type=application/ld+json>{}</script><p>x", of("[", "]")),
        format!("<script type=application/ld+json>[{}1]</script><p>x", of("{\"@type\":\"Article\",\"@id\":\"a\"},", "")),
        format!("<title>{}</title>", of(" | a", "")),
        format!("<base href=/a/><p>{}", of("<a href=b>", "")),
    ]
}

#[test]
fn hostile_pages_cost_no_more_than_their_length() {
    for (short, long) in hostile(6_000).into_iter().zip(hostile(192_000)) {
        let time = |page: &str| {
            let begun = Instant::now();
            let reading = read_as("a.html", page.as_bytes());
            (begun.elapsed(), reading.into_article())
        };
        let (of_short, _) = time(&short);
        let (of_long, article) = time(&long);
        // 32 times as long; quadratic work would take 1000 times as long, which no busy machine hides.
        let allowed = of_short * 200 + Duration::from_secs(1);
        assert!(of_long < allowed, "{of_short:?}, {of_long:?} for {}", &long[..60]);
        if let Some(article) = article {
            assert!(serde_json::to_string(&article).unwrap().len() < 4 * long.len(), "{}", &long[..60]);
        }
    }
}

/// Pages made of what the reader looks for.
fn soup() -> impl Strategy<Value = String> {
    let pieces = [
        "<html>",
        "<head>",
        "</head>",
        "<body>",
        "<main>",
        "</main>",
        "<article>",
        "</article>",
        "<header>",
        "</header>",
        "<nav>",
        "<aside>",
        "<h1>",
        "</h1>",
        "<h2>",
        "<p>",
        "</p>",
        "<div class=\"h-entry\">",
        "<div class=e-content>",
        "</div>",
        "<div hidden>",
        "<form>",
        "<ul><li>",
        "<table><td>",
        "<b>",
        "</i>",
        "<img src=a.jpg width=9>",
        "<figure>",
        "<figcaption>",
        "</figure>",
        "<time datetime=\"2026-11-24\">",
        "</time>",
        "<a rel=author href=/x>",
        "</a>",
        "<a href=https://x.com/share>",
        "<script>",
        "</script>",
        "<script type=\"application/ld+json\">",
        "{\"@type\":\"NewsArticle\",\"headline\":\"H\"",
        ",\"author\":{\"@id\":\"a\"},\"@id\":\"a\"}",
        "<meta name=newswire:draft content=true>",
        "<meta property=og:title content='T | S'>",
        "<base href=/b/>",
        "<link rel=canonical href=/c>",
        "<title>",
        "</title>",
        "<!--",
        "-->",
        "<!--more-->",
        "<![CDATA[",
        "]]>",
        "&amp;",
        "&#8217;",
        "&",
        "<",
        ">",
        "\"",
        "'",
        "=",
        " ",
        "\n",
        "By Jane Doe",
        "é\u{202e}\u{0}",
        "A longer run of words that could be a paragraph of an article, with commas, and with an end.",
        "---\n",
        "title: x\n",
        "<amp-img src=a>",
    ];
    let piece = prop_oneof![4 => prop::sample::select(pieces.to_vec()).prop_map(str::to_owned), 1 => "[ -~é]{0,8}"];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn is_sound(reading: &Reading, source: &str) -> Result<(), TestCaseError> {
    let lines = source.lines().count() + 1;
    for finding in &reading.diagnostics {
        prop_assert!(finding.line >= 1 && finding.line as usize <= lines && finding.column >= 1, "{finding}");
        prop_assert!(!finding.message.is_empty() && !finding.remedy.is_empty(), "{finding}");
    }
    let Some(article) = reading.articles.first().map(|piece| &piece.article) else { return Ok(()) };
    prop_assert!(!article.headline.trim().is_empty());
    let written = serde_json::to_string(article).unwrap();
    prop_assert_eq!(&serde_json::from_str::<Article>(&written).unwrap(), article);
    let rendered = rendered(article);
    let mut reader = quick_xml::Reader::from_str(&rendered.html);
    reader.config_mut().check_end_names = false;
    loop {
        match reader.read_event() {
            Ok(quick_xml::events::Event::Eof) => return Ok(()),
            Ok(_) => {}
            Err(error) => prop_assert!(false, "{error}: {}", rendered.html),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read_as("a.html", &bytes);
        read_as("a.xhtml", &bytes);
    }

    #[test]
    fn any_soup_is_survived_and_placed(text in soup()) {
        is_sound(&read_as("a.html", text.as_bytes()), &text)?;
        is_sound(&read_as("2026-11-24-a/index.xhtml", text.as_bytes()), &text)?;
    }

    #[test]
    fn an_articles_text_comes_through_whole(words in prop::collection::vec("[a-zé]{1,12}", 1..60), at in 0..60_usize) {
        // Cut by tags of phrases wherever, but for what an opening line may be taken for.
        let text = words.iter().enumerate().map(|(index, word)| if index == at { format!("<b>{word}</b>") } else { word.clone() }).collect::<Vec<_>>().join(" ");
        let article = article(&page("", &format!("<main><article><h1>A title</h1>{TEXT}<p>{text}</p></article></main>")));
        prop_assert!(rendered(&article).text.ends_with(&words.join(" ")), "{}", rendered(&article).text);
    }
}
