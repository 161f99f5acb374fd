//! Local files: which addresses are asked for, and what they become.

use proptest::prelude::*;
use url::Url;

use super::*;
use crate::article::{Asset, AssetFile, FileStamp, Media, Published, SourcePath};

fn asset(written: &[&str], digest: u8, mime: &str, size: Option<(u32, u32)>) -> Asset {
    Asset {
        file: SourcePath::new(std::path::Path::new("post/x")).unwrap(),
        written: written.iter().map(|written| (*written).to_owned()).collect(),
        found: Some(AssetFile {
            stamp: FileStamp { size: 1000 + u64::from(digest), ..FileStamp::default() },
            published: Published::new([digest; 16], "x", if mime.starts_with("image/") { "png" } else { "mp3" }),
            mime: mime.into(),
            width: size.map(|(width, _)| width),
            height: size.map(|(_, height)| height),
        }),
    }
}

fn shown(article: &Article) -> Rendered {
    let (none, feeds) = (References::default(), Url::parse("https://example.org/feeds/").unwrap());
    let place = Place { link: &link(), is_folder: false, references: &none, files: Some(&feeds) };
    render(article, place, None, &Policy::new(&Html::default()))
}

fn url(digest: u8, ending: &str) -> String {
    format!("https://example.org/feeds/media/{}/x.{ending}", format!("{digest:02x}").repeat(16))
}

#[test]
fn every_address_of_a_medium_is_asked_for_and_no_other() {
    let text = "![a](a.png \"Caption\") [large](b.jpg) [page](c.html) [more](d.md)\n\n<img data-src=\"e.png\" srcset=\"f.png 2x, g.png\">\n\n\
                <video poster=\"h.png\"><source src=\"i.mp4#t=5\"></video> <iframe src=\"j.png\"></iframe> `![k](k.png)`\n\n    ![l](l.png)\n";
    let article = Article {
        body: Body::Markdown(text.into()),
        media: vec![Media { url: "cover.jpg".into(), ..Media::default() }],
        ..Article::default()
    };
    let mut asked = addresses_of_media(&article, &Policy::new(&Html::default()));
    asked.sort();
    assert_eq!(asked, ["a.png", "b.jpg", "cover.jpg", "e.png", "f.png", "g.png", "h.png", "i.mp4#t=5"]);
}

#[test]
fn what_the_file_says_stands_over_what_is_written() {
    let mut assets = vec![asset(&[], 1, "audio/mpeg", None), asset(&["cover.jpg", "./cover.jpg"], 2, "image/png", Some((640, 480)))];
    assets.push(Asset { found: None, ..asset(&["gone.png"], 3, "image/png", None) });
    let article = Article {
        headline: "H".into(),
        media: vec![Media { url: "cover.jpg".into(), mime: Some("image/jpeg".into()), credit: Some("Ilse".into()), ..Media::default() }],
        body: Body::Html("<img src=\"./cover.jpg\" alt=\"A &amp; B\" width=\"3\"><p>x</p><img src=\"gone.png\">".into()),
        assets: Some(assets),
        ..Article::default()
    };
    let shown = shown(&article);
    let facts: Vec<_> =
        shown.media.iter().map(|medium| (medium.url.as_str(), medium.mime.as_deref(), medium.length, medium.width)).collect();
    assert_eq!(
        facts,
        [
            (&*url(2, "png"), Some("image/png"), Some(1002), Some(640)),
            (&*url(1, "mp3"), Some("audio/mpeg"), Some(1001), None),
            ("https://example.org/news/gone.png", None, None, None),
        ]
    );
    assert_eq!((shown.media[0].alt.as_deref(), shown.media[0].credit.as_deref()), (Some("A & B"), Some("Ilse")));
    assert!(shown.html.contains(&format!("<img src=\"{}\"", url(2, "png"))), "{}", shown.html);
}

#[test]
fn where_files_are_public_nowhere_addresses_stay_the_site_s() {
    let article = Article {
        headline: "H".into(),
        body: Body::Markdown("![a](a.png)".into()),
        assets: Some(vec![asset(&["a.png"], 1, "image/png", None)]),
        ..Article::default()
    };
    let shown = rendered(&article);
    assert_eq!(shown.media[0].url, "https://example.org/news/a.png");
}

proptest! {
    #[test]
    fn no_address_breaks_out(written in "[ -~é]{1,30}", body in "[ -~\n]{0,60}") {
        let article = Article {
            headline: "H".into(),
            body: Body::Markdown(format!("![a]({written}) {body} <img src=\"{written}\" srcset=\"{written} 2x\">")),
            assets: Some(vec![asset(&[written.as_str()], 1, "image/png", Some((1, 1)))]),
            ..Article::default()
        };
        addresses_of_media(&article, &Policy::new(&Html::default()));
        let shown = shown(&article);
        prop_assert!(!shown.html.contains("javascript:") || written.contains("javascript:") || body.contains("javascript:"));
        for medium in &shown.media {
            prop_assert!(Url::parse(&medium.url).is_ok_and(|url| matches!(url.scheme(), "http" | "https")), "{}", medium.url);
        }
    }
}
