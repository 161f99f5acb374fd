//! What was left out of a body, told once for each kind of tag.

use crate::reader::findings::{Findings, Place};

/// The tags left out, in the order of first sight.
#[derive(Debug, Default)]
pub(super) struct LeftOut {
    tags: Vec<Said>,
}

#[derive(Debug)]
struct Said {
    shown: String,
    first: Place,
    further: Vec<u32>,
}

impl LeftOut {
    /// How many kinds of tag are told of one by one.
    const MOST: usize = 20;

    /// Whether a tag so shown would be told of by itself.
    pub(super) fn is_first(&self, shown: &str) -> bool {
        self.tags.len() < Self::MOST && !self.tags.iter().any(|said| said.shown == shown)
    }

    pub(super) fn add(&mut self, shown: String, place: Place) {
        if let Some(said) = self.tags.iter_mut().find(|said| said.shown == shown) {
            if said.further.len() < 1000 {
                said.further.push(place.line);
            }
        } else if self.tags.len() < Self::MOST {
            self.tags.push(Said { shown, first: place, further: Vec::new() });
        }
    }

    pub(super) fn append(&mut self, other: Self) {
        for said in other.tags {
            self.add(said.shown.clone(), said.first);
            for line in said.further {
                self.add(said.shown.clone(), Place::new(line, 1));
            }
        }
    }

    pub(super) fn tell(self, findings: &mut Findings<'_>) {
        for said in self.tags {
            let mut lines = said.further;
            lines.dedup();
            lines.retain(|line| *line != said.first.line);
            let shown: Vec<String> = lines.iter().take(5).map(u32::to_string).collect();
            let also = match (shown.len(), lines.len() - shown.len()) {
                (0, _) => String::new(),
                (1, 0) => format!(", also on line {}", shown.join(", ")),
                (_, 0) => format!(", also on lines {}", shown.join(", ")),
                (_, more) => format!(", also on lines {} and {more} more", shown.join(", ")),
            };
            findings.warn(
                said.first,
                "template-tag",
                format!("the template tag {} was left out{also}: only the site's generator knows what stands there", said.shown),
                "write the text itself, or point newswire at the site's built HTML if the site leans on such tags",
            );
        }
    }
}
