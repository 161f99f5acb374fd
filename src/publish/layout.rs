//! Where entries lie in a feed's files, and a window taken from these files again.
//!
//! An entry's bytes are the same in its article's fragments and in every feed that shows it. So a feed that is cold needs no article's text to
//! be changed: what it shows is cut out of its files, each entry held against its hash. Where one is not as it should be, the window is made
//! of the ledger as at the start.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use memchr::memmem;
use sha2::{Digest, Sha256};

use super::fragments::Fragments;
use super::window::{Slot, Window};
use crate::config::Format;
use crate::feed::{Document, Fragment, Modules};
use crate::ledger::{LaidOut, Layout, Span};

/// A feed with more entries is made of the ledger: a layout is written with every change.
const MOST: usize = 1_000;

/// Where the entries of a feed lie in its files; `None` where that cannot be said.
pub(super) fn layout(documents: &[(Format, &[u8])], shown: &[Slot], more: bool) -> Option<Layout> {
    if shown.len() > MOST {
        return None;
    }
    let mut ends = vec![0; documents.len()];
    let mut entries = Vec::with_capacity(shown.len());
    for slot in shown {
        let mut spans = Vec::with_capacity(documents.len());
        for ((format, bytes), end) in documents.iter().zip(&mut ends) {
            let fragment = slot.fragments.in_format(*format)?;
            // They follow each other closely, so that each is found at once.
            let start = *end + memmem::find(&bytes[*end..], &fragment.bytes)?;
            *end = start + fragment.bytes.len();
            let length = u32::try_from(fragment.bytes.len()).ok()?;
            spans.push(Span {
                start: u32::try_from(start).ok()?,
                length,
                check: check(&fragment.digest),
                modules: fragment.modules.bits(),
            });
        }
        entries.push(LaidOut { order: slot.order.clone(), spans });
    }
    Some(Layout { formats: documents.iter().map(|(format, _)| *format).collect(), more, entries })
}

fn check(digest: &[u8; 16]) -> u64 {
    u64::from_be_bytes(std::array::from_fn(|at| digest[at]))
}

/// The window that a feed's files hold; `None` where they are not as the layout says. Blocking.
pub(super) fn window(root: &Path, file: impl Fn(Format) -> String, formats: &[Format], layout: &Layout, limit: usize) -> Option<Window> {
    if layout.formats != formats || layout.entries.len() > limit {
        return None;
    }
    let read = |format: &Format| fs::read(root.join(file(*format))).ok();
    let files: Vec<Vec<u8>> = formats.iter().map(read).collect::<Option<_>>()?;
    let mut window = Window::new(limit);
    for entry in &layout.entries {
        let fragment = |((format, file), span): ((&Format, &Vec<u8>), &Span)| {
            let start = usize::try_from(span.start).ok()?;
            let end = start.checked_add(usize::try_from(span.length).ok()?)?;
            // A copy: a part of the file would hold all of it in memory.
            let bytes = Bytes::copy_from_slice(file.get(start..end)?);
            let hash = Sha256::digest(&bytes);
            let digest: [u8; 16] = std::array::from_fn(|at| hash[at]);
            (check(&digest) == span.check).then_some((*format, Fragment { bytes, digest, modules: Modules::of_bits(span.modules) }))
        };
        if entry.spans.len() != formats.len() {
            return None;
        }
        let fragments = formats.iter().zip(&files).zip(&entry.spans).map(fragment).collect::<Option<Vec<_>>>()?;
        window.append(Slot { order: entry.order.clone(), fragments: Arc::new(Fragments::of(fragments)) });
    }
    window.set_more(layout.more);
    Some(window)
}

/// A feed's documents in the formats that it is written in, if they are all there.
pub(super) fn in_formats<'a>(documents: &'a [Document], formats: &[Format]) -> Option<Vec<(Format, &'a [u8])>> {
    use crate::feed::Kind;
    let of = |format: &Format| {
        let is = |document: &&Document| matches!(document.kind(), Kind::Feed(_, own) if own == format);
        documents.iter().find(is).map(|document| (*format, document.bytes().as_ref()))
    };
    formats.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{ArticleId, Order};
    use crate::instant::Instant;

    fn slot(no: u16, text: &str) -> Slot {
        let fragment = |format: Format| {
            let bytes = Bytes::from(format!("<{}>{text}</>", format.extension()));
            let hash = Sha256::digest(&bytes);
            (format, Fragment { bytes, digest: std::array::from_fn(|at| hash[at]), modules: Modules::of_bits(no) })
        };
        let at = Instant::from_millis(i64::from(no));
        let order = Order::new(at, at, ArticleId::parse(&format!("tag:example.org,2026:{no}")).unwrap());
        Slot { order, fragments: Arc::new(Fragments::of(Format::ALL.map(fragment).to_vec())) }
    }

    fn written(format: Format, slots: &[Slot]) -> String {
        let mut text = "head\n".to_owned();
        for slot in slots {
            text += std::str::from_utf8(&slot.fragments.in_format(format).unwrap().bytes).unwrap();
            text += ",\n";
        }
        text
    }

    #[test]
    fn a_window_comes_back_from_its_files_and_only_whole() {
        let root = tempfile::tempdir().unwrap();
        // Two that say the same lie behind each other.
        let slots = [slot(3, "same"), slot(2, "same"), slot(1, "last")];
        let texts: Vec<(Format, String)> = Format::ALL.map(|format| (format, written(format, &slots))).to_vec();
        let documents: Vec<(Format, &[u8])> = texts.iter().map(|(format, text)| (*format, text.as_bytes())).collect();
        let layout = layout(&documents, &slots, true).unwrap();
        let file = |format: Format| format!("x.{}", format.extension());
        let put =
            |texts: &[(Format, String)]| texts.iter().for_each(|(format, text)| fs::write(root.path().join(file(*format)), text).unwrap());
        put(&texts);
        let back = window(root.path(), file, &Format::ALL, &layout, 3).unwrap();
        let orders = |slots: &[Slot]| slots.iter().map(|slot| slot.order.clone()).collect::<Vec<_>>();
        assert_eq!(orders(&back.slots), orders(&slots));
        assert!(back.has_more());
        assert_eq!(back.slots[2].fragments.in_format(Format::Json), slots[2].fragments.in_format(Format::Json));
        assert!(window(root.path(), file, &Format::ALL[..2], &layout, 3).is_none(), "other formats");
        assert!(window(root.path(), file, &Format::ALL, &layout, 2).is_none(), "another limit");
        for (from, to) in [("last", "lost"), (",\n", "")] {
            let other: Vec<_> = texts.iter().map(|(format, text)| (*format, text.replace(from, to))).collect();
            put(&other);
            assert!(window(root.path(), file, &Format::ALL, &layout, 3).is_none(), "{from}");
        }
        fs::remove_file(root.path().join("x.json")).unwrap();
        assert!(window(root.path(), file, &Format::ALL, &layout, 3).is_none(), "a file is missing");
    }
}
