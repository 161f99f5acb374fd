//! A small tree of an XML document: elements with their namespaces, attributes, text, and where they stand in the file.

use std::sync::Arc;

use crate::reader::findings::Place;

/// The namespace that `xml:` stands for (Namespaces in XML 1.0 section 3).
pub(in crate::reader) const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// XHTML's.
pub(in crate::reader) const XHTML: &str = "http://www.w3.org/1999/xhtml";

/// An element with all that stands in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::reader) struct Element {
    /// Its namespace; `None` where it has none.
    pub(in crate::reader) namespace: Option<Arc<str>>,
    /// Its name without prefix.
    pub(in crate::reader) name: String,
    /// Its attributes but the declarations of namespaces, in their order.
    pub(in crate::reader) attributes: Vec<Attribute>,
    /// What stands in it, in its order; no two texts follow each other.
    pub(in crate::reader) children: Vec<Node>,
    /// Where its start tag begins.
    pub(in crate::reader) place: Place,
}

/// An attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::reader) struct Attribute {
    /// Its namespace: an attribute without a prefix has none.
    pub(in crate::reader) namespace: Option<Arc<str>>,
    /// Its name without prefix.
    pub(in crate::reader) name: String,
    /// Its value, references resolved, white space as spaces.
    pub(in crate::reader) value: String,
}

/// What stands in an element. Comments and processing instructions are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::reader) enum Node {
    /// An element.
    Element(Element),
    /// Text, references and CDATA sections resolved.
    Text(String),
}

impl Element {
    /// Whether it has this namespace and name.
    pub(in crate::reader) fn is(&self, namespace: &str, name: &str) -> bool {
        self.name == name && self.namespace.as_deref() == Some(namespace)
    }

    /// The value of an attribute without namespace.
    pub(in crate::reader) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|one| one.namespace.is_none() && one.name == name).map(|one| one.value.as_str())
    }

    /// The value of an attribute of a namespace.
    pub(in crate::reader) fn attribute_in(&self, namespace: &str, name: &str) -> Option<&str> {
        self.attributes.iter().find(|one| one.namespace.as_deref() == Some(namespace) && one.name == name).map(|one| one.value.as_str())
    }

    /// Its own `xml:lang`, where it has one that is not empty.
    pub(in crate::reader) fn lang(&self) -> Option<&str> {
        self.attribute_in(XML, "lang").map(str::trim).filter(|lang| !lang.is_empty())
    }

    /// The elements directly in it.
    pub(in crate::reader) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The elements of this name directly in it that are of its own namespace.
    pub(in crate::reader) fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Self> {
        self.elements().filter(move |child| child.name == name && child.namespace == self.namespace)
    }

    /// The first element of this name directly in it that is of its own namespace.
    pub(in crate::reader) fn first(&self, name: &str) -> Option<&Self> {
        self.elements().find(|child| child.name == name && child.namespace == self.namespace)
    }

    /// The elements of this namespace and name directly in it.
    pub(in crate::reader) fn all_in<'e>(&'e self, namespace: &'e str, name: &'e str) -> impl Iterator<Item = &'e Self> {
        self.elements().filter(move |child| child.is(namespace, name))
    }

    /// The first element of this namespace and name directly in it.
    pub(in crate::reader) fn first_in(&self, namespace: &str, name: &str) -> Option<&Self> {
        self.elements().find(|child| child.is(namespace, name))
    }

    /// All text in it, that of its elements too, as it stands there.
    pub(in crate::reader) fn text(&self) -> String {
        let mut text = String::new();
        self.add_text(&mut text);
        text
    }

    fn add_text(&self, text: &mut String) {
        for child in &self.children {
            match child {
                Node::Text(words) => text.push_str(words),
                Node::Element(element) => element.add_text(text),
            }
        }
    }

    /// All text in it on one line, white space joined; `None` where there is none.
    pub(in crate::reader) fn line(&self) -> Option<String> {
        let line = self.text().split_whitespace().collect::<Vec<_>>().join(" ");
        (!line.is_empty()).then_some(line)
    }
}
