//! Whether a photo is stored on its side: cameras say in EXIF how to turn it, and everything that shows it does.

/// Whether width and height change places when the picture is shown (EXIF 2.32, tag 0x0112, values 5 to 8).
pub(super) fn lies_on_its_side(head: &[u8]) -> bool {
    exif(head).and_then(orientation).is_some_and(|turned| (5..=8).contains(&turned))
}

/// The TIFF structure of a JPEG's EXIF segment.
fn exif(head: &[u8]) -> Option<&[u8]> {
    let mut rest = head.strip_prefix(b"\xFF\xD8")?;
    // A file has few segments before its picture; a hostile one may have very many.
    for _ in 0..64 {
        let [0xFF, marker, high, low, ..] = rest else { return None };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let segment = rest.get(4..length.checked_add(2)?)?;
        if *marker == 0xE1
            && let Some(tiff) = segment.strip_prefix(b"Exif\0\0")
        {
            return Some(tiff);
        }
        if *marker == 0xDA {
            return None;
        }
        rest = rest.get(length + 2..)?;
    }
    None
}

fn orientation(tiff: &[u8]) -> Option<u16> {
    let little = match tiff.get(..4)? {
        b"II\x2A\0" => true,
        b"MM\0\x2A" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let bytes: [u8; 2] = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let long = |at: usize| {
        let bytes: [u8; 4] = tiff.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    };
    let directory = usize::try_from(long(4)?).ok()?;
    let entries = usize::from(short(directory)?);
    (0..entries.min(256)).find_map(|entry| {
        let at = directory.checked_add(2 + entry * 12)?;
        (short(at)? == 0x0112).then(|| short(at + 8)).flatten()
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::media::pictures::jpeg;

    #[test]
    fn turned_by_a_quarter_or_not() {
        for (turned, on_its_side) in [(1, false), (3, false), (5, true), (6, true), (8, true), (9, false)] {
            assert_eq!(lies_on_its_side(&jpeg(3, 4, turned)), on_its_side, "{turned}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_odd(at in 0_usize..60, with: u8, cut in 0_usize..60, tail: Vec<u8>) {
            let mut bytes = jpeg(3, 4, 6);
            if let Some(byte) = bytes.get_mut(at) {
                *byte = with;
            }
            bytes.truncate(bytes.len().saturating_sub(cut));
            bytes.extend(tail);
            let _ = lies_on_its_side(&bytes);
        }
    }
}
