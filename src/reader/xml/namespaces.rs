//! Which namespaces prefixes stand for, element by element (Namespaces in XML 1.0).

use std::sync::Arc;

use super::tree::XML;

/// The declarations in force at a place of the document.
pub(super) struct Namespaces {
    /// Prefix (empty for the default) and name, the outermost first; an empty name undeclares the default.
    declared: Vec<(Box<str>, Option<Arc<str>>)>,
    /// How many declarations were in force before each open element.
    before: Vec<usize>,
    xml: Arc<str>,
}

/// Too many namespaces are in force at once.
pub(super) struct TooMany;

impl Namespaces {
    /// Most declarations in force at one place. Each name is looked up among them.
    pub(super) const MOST: usize = 128;

    pub(super) fn new() -> Self {
        Self { declared: Vec::new(), before: Vec::new(), xml: XML.into() }
    }

    /// An element begins.
    pub(super) fn open(&mut self) {
        self.before.push(self.declared.len());
    }

    /// The element that began last ends.
    pub(super) fn close(&mut self) {
        self.declared.truncate(self.before.pop().unwrap_or(0));
    }

    /// A declaration of the element that began last.
    pub(super) fn declare(&mut self, prefix: &str, name: &str) -> Result<(), TooMany> {
        // Documents put together from others declare the same again and again.
        if self.last(prefix).is_some_and(|known| known.as_deref().unwrap_or_default() == name) {
            return Ok(());
        }
        if self.declared.len() >= Self::MOST {
            return Err(TooMany);
        }
        self.declared.push((prefix.into(), (!name.is_empty()).then(|| name.into())));
        Ok(())
    }

    /// What was last declared for a prefix.
    fn last(&self, prefix: &str) -> Option<&Option<Arc<str>>> {
        self.declared.iter().rev().find(|(declared, _)| **declared == *prefix).map(|(_, name)| name)
    }

    /// The namespace of a prefix; the default one of an empty prefix. `Err` where the prefix is not declared.
    pub(super) fn of(&self, prefix: &str) -> Result<Option<Arc<str>>, ()> {
        if prefix == "xml" {
            return Ok(Some(self.xml.clone()));
        }
        match self.last(prefix) {
            Some(name) => Ok(name.clone()),
            None if prefix.is_empty() => Ok(None),
            None => Err(()),
        }
    }
}
