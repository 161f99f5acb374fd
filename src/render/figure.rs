//! A picture's caption and credit, read off the `figure` around it.

use super::finish::one_line;
use crate::article::Media;

/// The figure that is open while HTML is gone through, if one is.
#[derive(Debug, Default)]
pub(super) struct Figure(Option<Parts>);

#[derive(Debug, Default)]
struct Parts {
    /// How many pictures stood before it.
    first_image: usize,
    caption_from: Option<usize>,
    credit_from: Option<usize>,
    caption: Option<String>,
    credit: Option<String>,
}

impl Figure {
    /// The start tag of an element, with the plain text so far in bytes and the pictures so far.
    pub(super) fn open(&mut self, name: &str, text: usize, images: usize) {
        match (name, &mut self.0) {
            ("figure", figure) => *figure = Some(Parts { first_image: images, ..Parts::default() }),
            ("figcaption", Some(parts)) => parts.caption_from = Some(text),
            ("small" | "cite", Some(parts)) if parts.caption_from.is_some() && parts.credit.is_none() => parts.credit_from = Some(text),
            _ => {}
        }
    }

    /// The end tag of an element, with the plain text so far. Where it ends the figure, its first picture gets what was found.
    pub(super) fn close(&mut self, name: &str, text: &str, images: &mut [Media]) {
        let part = |from: usize, to: usize| text.get(from..to).map(one_line).filter(|words| !words.is_empty());
        match (name, &mut self.0) {
            ("small" | "cite", Some(parts)) => {
                if let (Some(from), None) = (parts.credit_from, &parts.credit) {
                    parts.credit = part(from, text.len());
                }
            }
            ("figcaption", Some(parts)) => {
                if let Some(from) = parts.caption_from.take() {
                    let to = parts.credit_from.take().filter(|_| parts.credit.is_some()).unwrap_or(text.len());
                    parts.caption = part(from, to);
                }
            }
            ("figure", figure) => {
                if let Some(parts) = figure.take()
                    && let Some(image) = images.get_mut(parts.first_image)
                {
                    image.caption = parts.caption.or(image.caption.take());
                    image.credit = parts.credit;
                }
            }
            _ => {}
        }
    }
}
