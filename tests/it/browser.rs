//! What people see, in a browser: tests/browser/pages.mjs looks at every page of a running newsroom.

use std::path::Path;
use std::process::Command;

use crate::newsroom::Newsroom;

/// A picture of this size, one colour: PNG without compression.
fn picture(width: u32, height: u32) -> Vec<u8> {
    let chunk = |kind: &[u8; 4], data: &[u8]| {
        let body = [kind, data].concat();
        let mut crc = flate2::Crc::new();
        crc.update(&body);
        [&u32::try_from(data.len()).unwrap().to_be_bytes(), body.as_slice(), &crc.sum().to_be_bytes()].concat()
    };
    let row: Vec<u8> = std::iter::once(0).chain((0..width * 3).map(|at| [40, 80, 120][at as usize % 3])).collect();
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    (0..height).for_each(|_| std::io::Write::write_all(&mut packed, &row).unwrap());
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let signature = b"\x89PNG\r\n\x1a\n".to_vec();
    [signature, chunk(b"IHDR", &head), chunk(b"IDAT", &packed.finish().unwrap()), chunk(b"IEND", b"")].concat()
}

const HARBOUR: &str = "---
title: Harbour bridge reopens & the ferries return to their \"winter\" timetable </script>
summary: Inspectors found no damage to the piers.
authors: [Ada Reporter, Bob Writer]
section: Local
tags: [harbour, R&D]
image: harbour.png
image_alt: The harbour at dusk
image_caption: The harbour at dusk, an hour after the barriers went.
breaking: true
correction: An earlier version gave another year.
---

The harbour bridge reopened [at eight](https://example.org/eight).[^1]

## What changes

> It was a long way round.

| line | from | every |
|---|---|--:|
| 4 | Market Square | 10 min |

```
newswire run --articles ./articles --site https://example.org/a/very/long/address/that/nobody/will/ever/type
```

[^1]: The last boat leaves at 23:10.
";

const ARABIC: &str = "---
title: عودة العبارات إلى جدولها الشتوي
summary: لم يعثر المفتشون على أي ضرر.
author: ليلى حداد
language: ar
section: محليات
image: harbour.png
---

أعيد فتح جسر الميناء أمام السيارات في الثامنة من صباح اليوم.
";

fn newsroom() -> Newsroom {
    let mut newsroom = Newsroom::new();
    newsroom
        .add_config("[[feed]]\nname = \"all\"\n[[feed]]\nname = \"empty\"\ntitle = \"Nothing yet\"\nselect = { section = \"Nothing\" }\n");
    newsroom.drop_article("harbour.png", picture(960, 600));
    newsroom.drop_article("harbour.md", HARBOUR);
    newsroom.drop_article("arabic.md", ARABIC);
    newsroom.drop_article("withdrawn.md", "---\ntitle: A report\n---\n\nIt was wrong.\n");
    newsroom
}

#[test]
fn every_page_is_fit_to_be_seen() {
    let mut newsroom = newsroom();
    // Pictures have whole addresses, so the site must be where it is served.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let site = format!("http://127.0.0.1:{port}/");
    newsroom.set("url", &format!("\"{site}\""));
    newsroom.set("listen", &format!("\"127.0.0.1:{port}\""));
    let daemon = newsroom.start();
    newsroom.drop_article("withdrawn.md", "---\ntitle: A report\nwithdrawn: A witness took his words back.\n---\n\nIt was wrong.\n");
    newsroom.all_formats("all", "It was wrong", false);
    newsroom.feed_that("all.html", "is written", |page| page.contains("Harbour bridge") && !page.contains("A report"));
    newsroom.feed_that("empty.html", "is written", |page| page.contains("Nothing stands in this feed"));

    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/pages.mjs");
    let looked = Command::new("node").arg(script).args([daemon.url("").as_str(), &site]).arg(newsroom.path("feeds")).output().unwrap();
    let said = String::from_utf8_lossy(&looked.stdout).into_owned() + &String::from_utf8_lossy(&looked.stderr);
    assert!(looked.status.success(), "{said}");
}
