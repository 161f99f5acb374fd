//! Somebody, or an agency, who wrote or contributed.

use serde::{Deserialize, Serialize};

/// A person construct in the sense of RFC 4287 section 3.2.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Person {
    /// The name as typed.
    pub name: String,
    /// An e-mail address, where given.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub email: Option<String>,
    /// A home page, where given.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub uri: Option<String>,
}

impl Person {
    /// Somebody of whom only the name is known.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), email: None, uri: None }
    }
}
