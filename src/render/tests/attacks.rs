//! Nothing that comes out runs.

use super::*;

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
pub(super) fn runs(html: &str) -> Option<String> {
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
    assert_eq!(render_at(&article, &link(), None, &policy).html, "<iframe src=\"https://video.example.net/1\" width=\"4\"></iframe>");
}

#[test]
fn classes_pass_where_the_configuration_wants_them() {
    let html = "<p class=\"lead x\">A</p><pre><code class=\"language-rust y\">b</code></pre>";
    let article = Article { headline: "H".into(), body: Body::Html(html.into()), ..Article::default() };
    let with = |element: &str| {
        let policy = Policy::new(&Html { attributes: [(element.to_owned(), vec!["class".to_owned()])].into(), ..Html::default() });
        render_at(&article, &link(), None, &policy).html
    };
    assert_eq!(with("ol"), "<p>A</p><pre><code class=\"language-rust\">b</code></pre>");
    assert_eq!(with("p"), "<p class=\"lead x\">A</p><pre><code class=\"language-rust\">b</code></pre>");
    assert_eq!(with("*"), html);
}
