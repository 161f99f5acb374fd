//! Articles made up for the tests, and the feeds made of them.

use newswire::article::{
    Article, ArticleId, Body, Entry, Facts, FeedName, FileStamp, Fingerprint, Link, Media, Person, References, Revision, SourcePath, State,
};
use newswire::config::{Content, Format, Html, Look};
use newswire::feed::{Channel, Fragment, Item, Part, Style, assemble, fragment};
use newswire::instant::Instant;
use newswire::render::{Place, Policy, Rendered, render};
use url::Url;

/// An article with its catalogue row.
#[derive(Clone, Debug)]
pub(super) struct Story {
    pub(super) entry: Entry,
    pub(super) rendered: Rendered,
}

impl Story {
    /// The article as it stands in the catalogue, published and updated then.
    pub(super) fn new(article: &Article, slug: &str, published: Instant, updated: Instant) -> Self {
        let link = Link::parse(&format!("https://example.org/articles/{slug}")).unwrap();
        let none = References::default();
        let rendered = render(
            article,
            Place { link: &link, is_folder: false, references: &none, files: None },
            Some("Example Times"),
            &Policy::new(&Html::default()),
        );
        let facts = Facts {
            headline: article.headline.clone(),
            authors: article.authors.iter().map(|author| author.name.clone()).collect(),
            section: article.section.clone(),
            tags: article.tags.clone(),
            language: article.language.clone(),
            breaking: article.breaking,
            comments: None,
            version: None,
        };
        let entry = Entry {
            id: ArticleId::parse(&format!("tag:example.org,2026-11-24:{slug}")).unwrap(),
            path: SourcePath::new(format!("{slug}.md").as_ref()).unwrap(),
            stamp: FileStamp::default(),
            digest: [0; 16],
            fingerprint: Fingerprint::of(article),
            state: State::Live,
            link,
            published,
            updated,
            released: published,
            revision: Revision(1),
            lane: None,
            held_here: false,
            was_public: true,
            minor: false,
            facts,
            feeds: Vec::new(),
            due: None,
        };
        Self { entry, rendered }
    }

    pub(super) fn fragment(&self, format: Format, content: Content) -> Fragment {
        self.fragment_in(format, content, &style())
    }

    pub(super) fn fragment_in(&self, format: Format, content: Content, style: &Style) -> Fragment {
        fragment(format, Item { entry: &self.entry, rendered: &self.rendered, style, content })
    }
}

/// So many articles that differ in what they are known by, their headlines and their dates alone.
pub(super) fn many(count: i64) -> Vec<Story> {
    let one =
        Story::new(&Article { body: Body::Markdown("*Text*".into()), headline: "One".into(), ..Article::default() }, "one", at(0), at(0));
    let numbered = |number: i64| {
        let mut story = one.clone();
        story.entry.id = ArticleId::parse(&format!("tag:example.org,2026-11-24:{number}")).unwrap();
        story.entry.link = Link::parse(&format!("https://example.org/articles/{number}")).unwrap();
        (story.entry.published, story.entry.updated) = (at(number), at(2 * number));
        story.rendered.headline = format!("Number {number} of AT&T");
        story
    };
    (0..count).map(numbered).collect()
}

/// 2026-11-24T10:00:00Z, and `seconds` after it.
pub(super) fn at(seconds: i64) -> Instant {
    Instant::from_millis((1_795_514_400 + seconds) * 1000)
}

/// What is said of every entry.
pub(super) fn style() -> Style {
    Style::plain(&Url::parse("https://example.org/").unwrap(), "en")
}

pub(super) fn channel() -> Channel {
    Channel {
        name: FeedName::parse("section/été").unwrap(),
        id: ArticleId::parse("tag:example.org,2026-11-24:feeds/section/été").unwrap(),
        title: "Example Times – AT&T, <head> & \"I <3 it\"".into(),
        description: "What <happens> & why: it's \"all\" here".into(),
        site: Url::parse("https://example.org/?a=1&b=2").unwrap(),
        base: Url::parse("https://example.org/feeds/").unwrap(),
        formats: Format::ALL.to_vec(),
        language: "en".into(),
        author: Some("Example Times".into()),
        rights: None,
        look: Look::default(),
        hubs: Vec::new(),
        update_interval: None,
        podcast: None,
        part: Part::default(),
    }
}

pub(super) fn feed(format: Format, stories: &[Story], content: Content) -> Vec<u8> {
    let fragments: Vec<Fragment> = stories.iter().map(|story| story.fragment(format, content)).collect();
    assemble(format, &channel(), at(7200), &fragments)
}

/// Everything that an article can have.
pub(super) fn rich() -> Story {
    let article = Article {
        headline: "Storm reaches AT&T's <head> office".into(),
        standfirst: Some("I <3 rain & wind: 40 % of it fell in an hour.".into()),
        authors: vec![
            Person { name: "Jo Doe".into(), email: Some("jo@example.org".into()), uri: Some("https://example.org/people/jo".into()) },
            Person::named("Ann Roe"),
        ],
        contributors: vec![Person::named("Wire Agency")],
        author_note: Some("Jo Doe is the paper's weather correspondent.".into()),
        credits: vec!["Wire Agency contributed to this report.".into()],
        body: Body::Markdown(
            "The *storm* reached [the coast](../coast?a=1&b=2) on Monday.[^1]\n\n## What comes next\n\n- rain\n- wind\n\n![The \
             pier](/img/pier.jpg)\n\n[^1]: Local time.\n"
                .into(),
        ),
        media: vec![
            Media {
                url: "https://cdn.example.net/storm.jpg?w=1200&h=800".into(),
                mime: Some("image/jpeg".into()),
                length: Some(123_456),
                width: Some(1200),
                height: Some(800),
                duration: None,
                alt: Some("Waves".into()),
                caption: Some("Waves <high> & wide at the pier".into()),
                credit: Some("Jack \"J\" Guest/WA".into()),
            },
            Media { url: "/audio/storm.mp3".into(), mime: Some("audio/mpeg".into()), length: Some(9_876_543), ..Media::default() },
        ],
        tags: vec!["Weather & sea".into(), "Été".into(), "weather".into()],
        section: Some("World".into()),
        language: Some("en-GB".into()),
        breaking: true,
        correction: Some("An earlier version named the wrong day.".into()),
        ..Article::default()
    };
    Story::new(&article, "storm", at(0), at(3600))
}

/// What tries to break a feed.
pub(super) fn nasty() -> Vec<Story> {
    // Not the C1 controls: `feedparser` takes them for Windows-1252. The round trip has them.
    let controls: String = (0..0x20).chain([0x7F, 0x85, 0xA0]).filter_map(char::from_u32).collect();
    let texts = [
        "]]> ]]&gt; <![CDATA[ x ]]> &amp; &#38; &lt;script&gt;",
        "</title></item></entry></channel></rss></feed>",
        "<item>…</item> <entry>…</entry>",
        "\u{FFFE}\u{FFFF}\u{0}\u{B}\u{1F} \u{FEFF}zero\u{200B}width",
        "\u{202E}right to left\u{202C} עברית العربية 👩‍👩‍👧‍👦 e\u{301}",
        "quotes \" ' and = and \\ and \u{2028} and \u{2029}",
        &controls,
        " ",
    ];
    let mut stories: Vec<Story> = texts
        .iter()
        .enumerate()
        .map(|(index, text)| {
            let text = (*text).to_owned();
            let article = Article {
                headline: format!("Nasty {index} {text}"),
                standfirst: Some(text.clone()),
                authors: vec![Person { name: text.clone(), email: Some(text.clone()), uri: Some(text.clone()) }],
                contributors: vec![Person::named(text.clone())],
                credits: vec![text.clone()],
                author_note: Some(text.clone()),
                dateline: Some(text.clone()),
                correction: Some(text.clone()),
                tags: vec![text.clone(), text.clone()],
                section: Some(text.clone()),
                language: Some(text.clone()),
                media: vec![Media {
                    url: format!("https://example.org/{index}?{text}"),
                    mime: Some(text.clone()),
                    alt: Some(text.clone()),
                    caption: Some(text.clone()),
                    credit: Some(text.clone()),
                    ..Media::default()
                }],
                body: if index % 2 == 0 { Body::Html(text) } else { Body::Markdown(text) },
                ..Article::default()
            };
            Story::new(&article, &format!("nasty-{index}"), at(0), at(0))
        })
        .collect();
    stories.push(Story::new(&Article { headline: "Empty".into(), ..Article::default() }, "empty", at(0), at(0)));
    stories
}
