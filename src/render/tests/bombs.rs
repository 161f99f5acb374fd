//! Nothing that comes in exhausts.

use std::time::{Duration, Instant};

use super::*;

/// Input written to exhaust, of about `size` bytes each.
fn bombs(size: usize) -> Vec<(&'static str, Body)> {
    let many = |text: &str, bytes: usize| text.repeat(bytes / text.len());
    let numbered = |make: &dyn Fn(usize) -> String, count: usize| (0..count).map(make).collect::<String>();
    vec![
        ("nested div", Body::Html(many("<div>", size))),
        ("nested blockquote, closed", Body::Html(many("<blockquote>", size / 2) + &many("</blockquote>", size / 2))),
        ("nested b", Body::Html(many("<b>", size))),
        ("formatting left open in paragraphs", Body::Html(numbered(&|i| format!("<p><b title={i}>x</p>"), size / 20))),
        ("formatting in formatting", Body::Html(numbered(&|i| format!("<b title={i}><i title={i}>"), size / 33))),
        ("misnested", Body::Html(many("<b><p></b>", size))),
        ("nested lists", Body::Html(many("<ul><li>", size))),
        ("nested tables", Body::Html(many("<table><tr><td>", size))),
        ("loose in a table", Body::Html("<table>".to_owned() + &many("x<br>", size))),
        ("loose elements in a table", Body::Html("<table>".to_owned() + &many("<b>x</b>", size))),
        ("attributes", Body::Html(format!("<a {}>x</a>", numbered(&|i| format!("a{i} "), size / 6)))),
        ("tags without end", Body::Html(many("<a ", size))),
        ("tags with an open quote", Body::Html(many("<a b=\"", size))),
        ("comments without end", Body::Html(many("<!--", size))),
        ("comments with odd ends", Body::Html(many("<!-- --!", size))),
        ("scripts without end", Body::Html(many("<script>", size))),
        ("scripts with false ends", Body::Html("<script>".to_owned() + &many("</scrip>", size))),
        ("svg without end", Body::Html(many("<svg>", size))),
        ("muted without end", Body::Html(many("<svg><math><object><button><select><template>", size))),
        ("pictures", Body::Html(numbered(&|i| format!("<img src={i}>"), size / 16))),
        ("candidates", Body::Html(format!("<img srcset='{}'>", numbered(&|i| format!("{i}.jpg {i}w,"), size / 12)))),
        ("entities", Body::Html(many("&amp;", size))),
        ("headings", Body::Html(many("<h1>x</h1>", size))),
        ("anchors", Body::Html(many("<a href=x>", size))),
        ("ruby", Body::Html(many("<ruby><rt>", size))),
        ("definition lists", Body::Html(many("<dl><dd>", size))),
        ("quotes", Body::Markdown(many(">", size))),
        ("quotes on many lines", Body::Markdown(many(&(">".repeat(1000) + " x\n"), size))),
        ("lazy quotes", Body::Markdown(many(">", size / 2) + &many(" x\n", size / 2))),
        ("lists in a line", Body::Markdown(many("- ", size) + "x")),
        ("lists in a line, continued", Body::Markdown(many("- ", size / 4) + "x\n" + &many("x\n", size))),
        ("star lists", Body::Markdown(many("* ", size) + "x")),
        ("numbered lists in a line", Body::Markdown(many("1. ", size) + "x")),
        ("lists by indentation", Body::Markdown((0..size.isqrt()).map(|depth| "  ".repeat(depth) + "- x\n").collect())),
        ("brackets", Body::Markdown(many("[", size))),
        ("bracket pairs", Body::Markdown(many("[a](", size))),
        ("images", Body::Markdown(many("![", size))),
        ("emphasis", Body::Markdown(many("*a **a ", size))),
        ("emphasis runs", Body::Markdown(many("*", size) + "a")),
        ("underscores", Body::Markdown(many("_a", size))),
        ("strikes", Body::Markdown(many("~~a~ ", size))),
        ("code ticks", Body::Markdown((1..(size * 2).isqrt()).map(|n| "`".repeat(n) + " ").collect())),
        ("inline comments", Body::Markdown(many("a <!-- ", size))),
        ("inline tags", Body::Markdown(many("a <b ", size))),
        ("processing", Body::Markdown(many("a <? ", size))),
        ("declarations", Body::Markdown(many("a <!A ", size))),
        ("cdata", Body::Markdown(many("a <![CDATA[ ", size))),
        ("autolinks", Body::Markdown(many("<a:", size))),
        ("a wide table", Body::Markdown(format!("{}\n{}\n{}", many("|a", size / 4), many("|-", size / 4), many("|\n", size / 2)))),
        ("tables", Body::Markdown(many("|a|\n|-|\n|b|\n\n", size))),
        ("reference bombs", Body::Markdown(format!("[a]: {}\n\n{}", many("x", size / 2), many("[a]\n\n", size / 2)))),
        ("definitions", Body::Markdown(numbered(&|i| format!("[{i}]: x\n"), size / 12))),
        ("open definitions", Body::Markdown(many("[a]: ", size))),
        ("footnotes", Body::Markdown(numbered(&|i| format!("[^{i}]\n\n[^{i}]: n[^{}]\n\n", i + 1), size / 22))),
        ("one footnote often", Body::Markdown(many("[^a] ", size) + "\n\n[^a]: note\n")),
        ("nested footnotes", Body::Markdown(many("[^a]: ", size) + "x")),
        ("heading attributes", Body::Markdown(many("# a {#", size))),
        ("setext", Body::Markdown(many("a\n=\n", size))),
        ("html blocks", Body::Markdown(many("<div>\n\n", size))),
        ("more marks", Body::Markdown(many("<!-- more -->\n\n", size))),
        ("entities in text", Body::Markdown(many("&", size))),
        ("alerts", Body::Markdown(many("> [!NOTE]\n", size))),
    ]
}

/// How long an article with this body takes to render, and how long it gets.
fn cost(body: Body) -> (Duration, usize) {
    let article = Article { headline: "H".into(), body, ..Article::default() };
    let policy = Policy::new(&Html::default());
    let begun = Instant::now();
    let size = render_at(&article, &link(), None, &policy).html.len();
    (begun.elapsed(), size)
}

/// Four times the input may take about four times as long; sixteen times would be quadratic. Measured anew a few times before it
/// is believed, for the machine has other things to do.
#[test]
fn bombs_do_not_go_off() {
    const SMALL: usize = 20_000;
    const LARGE: usize = 4 * SMALL;
    let went_off = || {
        let mut found = Vec::new();
        let small = bombs(SMALL);
        for (index, (name, body)) in bombs(LARGE).into_iter().enumerate() {
            let (mut long, size) = cost(body.clone());
            if size > 30 * LARGE {
                found.push(format!("{name}: {size} bytes"));
            }
            let mut short = Duration::MAX;
            for _ in 0..4 {
                if long < Duration::from_millis(400) {
                    break;
                }
                short = short.min(cost(small[index].1.clone()).0);
                if long < short * 12 {
                    break;
                }
                long = long.min(cost(body.clone()).0);
            }
            if long > Duration::from_millis(400) && long > short * 12 {
                found.push(format!("{name}: {short:?}, of four times the size {long:?}"));
            }
        }
        found
    };
    // A small stack, so that recursion shows.
    let found = std::thread::Builder::new().stack_size(1 << 19).spawn(went_off).unwrap().join().expect("a bomb overflowed the stack");
    assert_eq!(found, Vec::<String>::new());
}
