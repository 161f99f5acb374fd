//! Writing a value into a page.

use std::fmt;

use minijinja::{Output, Value};

/// Writes a value, escaped unless marked safe. minijinja's own way escapes `/` too, which programs that look for links by eye stumble over.
pub(super) fn value(out: &mut Output<'_>, value: &Value) -> fmt::Result {
    if value.is_undefined() || value.is_none() {
        return Ok(());
    }
    let made = if value.as_str().is_some() { String::new() } else { value.to_string() };
    let mut rest = value.as_str().unwrap_or(&made);
    if value.is_safe() {
        return out.write_str(rest);
    }
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        out.write_str(&rest[..at])?;
        out.write_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        })?;
        rest = &rest[at + 1..];
    }
    out.write_str(rest)
}
