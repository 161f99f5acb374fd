//! Errors as an operator sees them, whole.

use super::harness::Place;

#[test]
fn errors_show_line_and_remedy() {
    let files = [
        ("a slip of the finger", "[site]\r\nurl = \"https://example.org/\"\r\n\ttitel = \"Été\" # the name\r\n"),
        ("not TOML", "[site]\ntitle = \"Example Times\nurl = \"https://example.org/\"\n"),
        ("no quotes", "[site]\ntitle = Example Times\n"),
        ("a table for a list", "[feed]\nname = \"all\"\n"),
        ("a list for a table", "[[site]]\ntitle = \"Example Times\"\n"),
        ("a number for a duration", "[articles]\nsettle = 5\n"),
        (
            "several at once",
            "[site]\nurl = \"https://example.org/?page=1\"\ntimezone = \"Europe/Pari\"\n\n[articles]\nlink = \"/{slug}\"\nannounce_within = \"one week\"\nmax_size = \"2TB\"\n\n[delivery]\nconcurrency = 0\n",
        ),
        (
            "a webhook",
            "[[webhook]]\nname = \"newsroom\"\nurl = \"http://10.0.0.7/services/T0/B1\"\nsecret = [\"hunter2\", { env = \"NOT_SET\" }]  # old one: hunter1\nevents = [\"article.publishd\"]\nfeed = \"breakin\"\n",
        ),
        ("a mistyped secret", "[[webhook]]\nname = \"newsroom\"\nsecert = \"hunter2\"\n"),
        ("a secret without its end", "[[webhook]]\nname = \"newsroom\"\nsecret = \"hunter2\nurl = \"https://h.example/T0\"\n"),
        ("a networked ledger", "[ledger]\nurl = \"postgres://wire:hunter2@db.example/wire\"\n"),
        ("a family of feeds", "[[feed]]\nname = \"tag/{topic}\"\n"),
    ];
    let shown = files.map(|(what, text)| {
        let site = if text.contains("[site]") { "" } else { "[site]\nurl = \"https://example.org/\"\n" };
        format!("# {what}\n{}\n", Place::with(&format!("{text}{site}")).error())
    });
    insta::assert_snapshot!(shown.join("\n"));
}
