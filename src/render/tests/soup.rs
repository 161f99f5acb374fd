//! Whatever comes in.

use proptest::prelude::*;

use super::attacks::runs;
use super::*;

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

#[test]
fn a_long_text_keeps_every_character() {
    let text = "Smith & Sons “said” so — ½ of it; x < y && y > z\u{A0}! ".repeat(2_000);
    let mut html = String::from("<p>");
    blocks::escape_into(&mut html, &text);
    let found = of_html(&html);
    assert_eq!(found.text, text.trim());
    assert!(!found.html.contains("<wbr>"), "the seams are gone");
    let code = of_html(&html.replace("<p>", "<pre>"));
    assert_eq!(code.text, text.trim());
}
