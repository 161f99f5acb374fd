//! A newsroom whose articles have every kind of fact, and whatever else tries a feed; and what its feeds must say of them.

use newswire::instant::parse_dated;
use serde_json::{Value, json};

use crate::newsroom::{Daemon, Newsroom, files_under};

/// One article: its file, and what every feed that carries it says.
pub(super) struct Told {
    pub(super) file: &'static str,
    pub(super) text: &'static str,
    pub(super) slug: &'static str,
    pub(super) headline: &'static str,
    pub(super) summary: &'static str,
    /// The beginning of its HTML, or all of it.
    pub(super) html: &'static str,
    pub(super) published: &'static str,
    pub(super) updated: &'static str,
    pub(super) authors: &'static [&'static str],
    pub(super) contributors: &'static [&'static str],
    pub(super) tags: &'static [&'static str],
    /// Where it is another than the feed's.
    pub(super) language: Option<&'static str>,
    pub(super) rights: Option<&'static str>,
    /// Names, types and lengths of what goes with it, the lead image first.
    pub(super) media: &'static [(&'static str, &'static str, u64)],
    pub(super) credits: &'static [&'static str],
}

const PLAIN: Told = Told {
    file: "",
    text: "",
    slug: "",
    headline: "",
    summary: "",
    html: "",
    published: "",
    updated: "",
    authors: &["Example Times"],
    contributors: &[],
    tags: &[],
    language: None,
    rights: None,
    media: &[],
    credits: &[],
};

/// The articles, newest first, as the feeds have them.
pub(super) const ARTICLES: [Told; 9] = [
    Told {
        file: "storm/index.md",
        text: "---\n\
               title: \"Storm reaches AT&T's <head> office\"\n\
               summary: \"I <3 rain & wind: 40 % of it fell in an hour.\"\n\
               date: 2024-03-05T10:00:00Z\n\
               updated: 2024-03-05T11:30:00Z\n\
               authors:\n  - { name: Jo Doe, email: jo@example.org, uri: \"https://example.org/people/jo?a=1&b=2\" }\n  - Ann Roe\n\
               contributors: [Wire Agency]\n\
               tags: [Weather & sea, Été, weather]\n\
               section: World\n\
               language: en-GB\n\
               breaking: true\n\
               correction: An earlier version named the wrong day.\n\
               licence: CC BY-SA 4.0\n\
               image: { path: cover.png, alt: A wave, caption: \"Waves <high> & wide\", credit: \"Jack \\\"J\\\" Guest/WA\" }\n\
               audio: interview.mp3\n\
               ---\n\n\
               The *storm* reached [the coast](../coast?a=1&b=2) on Monday.[^1]\n\n## What comes next\n\n- rain\n- wind\n\n\
               | a | b |\n|---|---|\n| 1 | 2 |\n\n[^1]: Local time.\n",
        slug: "storm",
        headline: "Storm reaches AT&T's <head> office",
        summary: "I <3 rain & wind: 40 % of it fell in an hour.",
        html: "<p><strong>Correction:</strong> An earlier version named the wrong day.</p>\n<figure><img src=\"https://example.org/feeds/media/",
        published: "2024-03-05T10:00:00Z",
        updated: "2024-03-05T11:30:00Z",
        authors: &["Jo Doe", "Ann Roe"],
        contributors: &["Wire Agency"],
        tags: &["World", "Weather & sea", "Été", "weather"],
        language: Some("en-GB"),
        rights: Some("CC BY-SA 4.0"),
        media: &[("cover.png", "image/png", 433), ("interview.mp3", "audio/mpeg", 210)],
        credits: &["Jack \"J\" Guest/WA"],
    },
    Told {
        file: "markup.md",
        text: "---\n\
               title: \"]]> <![CDATA[ x ]]> &amp; &#38; </title></item></entry>\"\n\
               summary: \"</summary> ]]> &lt;b&gt; <script>\"\n\
               date: 2024-03-04T10:00:00Z\n\
               author: \"O'Neil <&> \\\"Co\\\"\"\n\
               tags: [\"a<b\", \"c&amp;d\", \"]]>\"]\n\
               ---\n\n\
               <script>alert(1)</script><p onclick=\"x()\">Unclosed <b>bold <i>and</b> more</i> <img src=\"https://cdn.example.net/x.png?a=1&b=2\" \
               onerror=alert(1)> <iframe src=\"https://evil.example/\"></iframe> ]]> &nbsp;&copy;\n\n<table><td>1</table> <style>p{}</style>\n\n\
               `]]>` and `<![CDATA[` and `&amp;` <a href=\"javascript:alert(1)\">j</a>\n",
        slug: "markup",
        headline: "]]> <![CDATA[ x ]]> &amp; &#38; </title></item></entry>",
        summary: "</summary> ]]> &lt;b&gt; <script>",
        html: "<p>Unclosed <b>bold <i>and</i></b> more",
        published: "2024-03-04T10:00:00Z",
        updated: "2024-03-04T10:00:00Z",
        authors: &["O'Neil <&> \"Co\""],
        tags: &["a<b", "c&amp;d", "]]>"],
        media: &[("https://cdn.example.net/x.png?a=1&b=2", "", 0)],
        ..PLAIN
    },
    Told {
        file: "hebrew.md",
        text: "---\ntitle: \"סערה (storm) מגיעה אל החוף\"\ndate: 2024-03-03T10:00:00Z\nlanguage: he\nauthor: דנה לוי\ntags: [מזג אוויר]\n---\n\n\
               סערה *חזקה* with English, then 123.\n",
        slug: "hebrew",
        headline: "סערה (storm) מגיעה אל החוף",
        summary: "סערה חזקה with English, then 123.",
        html: "<div dir=\"rtl\"><p>סערה <em>חזקה</em> with English, then 123.</p></div>",
        published: "2024-03-03T10:00:00Z",
        updated: "2024-03-03T10:00:00Z",
        authors: &["דנה לוי"],
        tags: &["מזג אוויר"],
        language: Some("he"),
        ..PLAIN
    },
    Told {
        file: "astral.md",
        text: "---\ntitle: \"👩‍👩‍👧‍👦 𝒜𐍈 e\u{301} \u{202e}tfel\u{202c} \u{2028}end\"\ndate: 2024-03-02T10:00:00Z\ntags: [\"😀\"]\n---\n\n\
               A family 👩‍👩‍👧‍👦, astral 𝒜, e\u{301}, \u{feff}zero\u{200b}width, \u{10fffd}.\n",
        slug: "astral",
        headline: "👩‍👩‍👧‍👦 𝒜𐍈 e\u{301} \u{202e}tfel\u{202c} end",
        summary: "",
        html: "<p>A family 👩‍👩‍👧‍👦, astral 𝒜, e\u{301},",
        published: "2024-03-02T10:00:00Z",
        updated: "2024-03-02T10:00:00Z",
        tags: &["😀"],
        ..PLAIN
    },
    Told {
        file: "structure.html",
        text: "---\ntitle: Structures\nsummary: Every element\ndate: 2024-03-01T10:00:00Z\nvideo: { url: \"https://cdn.example.net/pier.mp4\", type: \
               video/mp4, length: 8123456 }\n---\n\
               <h2 id=\"a\">Two</h2><figure><picture><source srcset=\"https://cdn.example.net/p.avif\" type=\"image/avif\"><img \
               src=\"https://cdn.example.net/p.jpg\" alt=\"The pier\" width=\"640\" height=\"480\"></picture><figcaption>The pier</figcaption></figure>\
               <blockquote cite=\"https://example.net/\"><p>Said</p></blockquote><dl><dt>T</dt><dd>D</dd></dl>\
               <p dir=\"rtl\" lang=\"he\">שלום <bdo dir=\"ltr\">abc</bdo> <ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby></p>\
               <pre><code>a &lt; b</code></pre><p><time datetime=\"2024-03-01\">1 March</time> <abbr title=\"x\">y</abbr> <kbd>k</kbd> <mark>m</mark></p>\
               <details><summary>More</summary><p>Inside</p></details><hr><table><caption>C</caption><tr><th scope=\"row\">1</th><td \
               colspan=\"2\">2</td></tr></table><ol start=\"3\"><li>three</li></ol>\n",
        slug: "structure",
        headline: "Structures",
        summary: "Every element",
        html: "<h2>Two</h2><figure><picture>",
        published: "2024-03-01T10:00:00Z",
        updated: "2024-03-01T10:00:00Z",
        media: &[("https://cdn.example.net/p.jpg", "", 0), ("https://cdn.example.net/pier.mp4", "video/mp4", 8_123_456)],
        ..PLAIN
    },
    Told {
        file: "clipping.txt",
        text: "Harbour board meets\n\nA sentence that stands under the headline, before the text begins\n\nBy Ilse Brandt\n\n\
               The board met on Monday & agreed.\n\nIt meets again in May.\n",
        slug: "clipping",
        headline: "Harbour board meets",
        summary: "A sentence that stands under the headline, before the text begins",
        html: "<p>The board met on Monday &amp; agreed.</p>\n<p>It meets again in May.</p>",
        authors: &["Ilse Brandt"],
        ..PLAIN
    },
    Told {
        file: "bare.md",
        text: "---\ntitle: Bare\ndate: 2024-02-27\n---\n",
        slug: "bare",
        headline: "Bare",
        published: "2024-02-27T00:00:00Z",
        updated: "2024-02-27T00:00:00Z",
        ..PLAIN
    },
    Told {
        file: "moon.md",
        text: "---\ntitle: Men on the moon\ndate: 1969-07-20T20:17:40Z\n---\n\nThe Eagle has landed.\n",
        slug: "moon",
        headline: "Men on the moon",
        summary: "The Eagle has landed.",
        html: "<p>The Eagle has landed.</p>",
        published: "1969-07-20T20:17:40Z",
        updated: "1969-07-20T20:17:40Z",
        ..PLAIN
    },
    Told {
        file: "printing.md",
        text: "---\ntitle: The first broadside\ndate: 0987-06-05\n---\n\nHand-copied.\n",
        slug: "printing",
        headline: "The first broadside",
        summary: "Hand-copied.",
        html: "<p>Hand-copied.</p>",
        published: "0987-06-05T00:00:00Z",
        updated: "0987-06-05T00:00:00Z",
        ..PLAIN
    },
];

/// Feeds beside `all`: one for each kind of selection, one of summaries, one that nothing is in.
const FEEDS: &str = "[[feed]]\nname = \"all\"\n\
                     [[feed]]\nname = \"breaking\"\nselect = { breaking = true }\n\
                     [[feed]]\nname = \"short\"\ncontent = \"summary\"\n\
                     [[feed]]\nname = \"section/welt-é\"\ntitle = \"World <&> ]]> \\\"news\\\"\"\nselect = { section = \"world\" }\n\
                     [[feed]]\nname = \"nothing\"\nselect = { tag = \"no such tag\" }\n\
                     [[feed]]\nname = \"tag/{tag}\"\ntitle = \"By tag\"\n";

/// A newsroom with these articles, one of them withdrawn, and its daemon.
pub(super) struct Rich {
    // Ends before its folders do.
    pub(super) daemon: Daemon,
    pub(super) newsroom: Newsroom,
}

impl Rich {
    pub(super) fn start() -> Self {
        let mut newsroom = Newsroom::new();
        newsroom.set("title", "\"Example Times & Sons <AT&T> ]]>\"");
        newsroom.set("author", "\"Example Times\"\ndescription = \"All that is <fit> & more\"\nlanguage = \"en\"");
        newsroom.add_config(FEEDS);
        newsroom.drop_article("storm/cover.png", png());
        newsroom.drop_article("storm/interview.mp3", mp3());
        for article in &ARTICLES {
            newsroom.drop_article(article.file, article.text);
        }
        std::fs::File::options()
            .write(true)
            .open(newsroom.path("articles/clipping.txt"))
            .unwrap()
            .set_modified(instant(CLIPPING).to_system())
            .unwrap();
        newsroom.drop_article("gone.md", "---\ntitle: Gone\ndate: 2024-01-01\n---\nText.\n");
        let daemon = newsroom.start();
        newsroom.drop_article("gone.md", "---\ntitle: Gone\ndate: 2024-01-01\nwithdrawn: Wrong in <substance> & form\n---\nText.\n");
        newsroom.feed_that("all.atom", "has a tombstone", |feed| feed.contains("deleted-entry"));
        newsroom.feed_that("short.atom", "has a tombstone", |feed| feed.contains("deleted-entry"));
        Self { daemon, newsroom }
    }

    /// The files of the feeds folder with one of these endings, by their paths.
    pub(super) fn files(&self, endings: &[&str]) -> Vec<std::path::PathBuf> {
        let is_one = |path: &std::path::Path| path.extension().is_some_and(|ending| endings.iter().any(|one| *one == ending));
        let found: Vec<_> =
            files_under(&self.newsroom.path("feeds")).into_iter().map(|(path, _)| path).filter(|path| is_one(path)).collect();
        assert!(found.len() >= 5, "{found:?}");
        found
    }
}

/// When the clipping, which has no date, was last written.
const CLIPPING: &str = "2024-02-28T10:00:00Z";

fn instant(text: &str) -> newswire::instant::Instant {
    parse_dated(text, &jiff::tz::TimeZone::UTC).unwrap().at
}

fn seconds(text: &str) -> i64 {
    instant(if text.is_empty() { CLIPPING } else { text }).as_millis().div_euclid(1000)
}

fn png() -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR".to_vec();
    bytes.extend(640_u32.to_be_bytes());
    bytes.extend(480_u32.to_be_bytes());
    bytes.extend(b"\x08\x06\0\0\0\0\0\0\0");
    // Longer than any part of it that is asked for.
    bytes.extend([0; 400]);
    bytes
}

fn mp3() -> Vec<u8> {
    b"ID3\x04\0\0\0\0\0\0".iter().copied().chain((0..200).map(|at| at % 251)).collect()
}

impl Told {
    /// What an entry of this article says, in the shape that the parsers' scripts print.
    pub(super) fn entry(&self) -> Value {
        let day = if self.published.is_empty() { &CLIPPING[..10] } else { &self.published[..10] };
        let name = self.file.rsplit_once('.').unwrap().0;
        json!({
            "id": format!("tag:example.org,{day}:{name}"),
            "link": format!("https://example.org/articles/{}", self.slug),
            "title": self.headline,
            "summary": self.summary,
            "published": seconds(self.published),
            "updated": seconds(self.updated),
            "authors": self.authors,
            "contributors": self.contributors,
            "tags": self.tags,
            "language": self.language,
            "rights": self.rights,
            "credits": self.credits,
        })
    }
}
