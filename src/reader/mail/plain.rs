//! A text for terminals → one for readers: soft line breaks joined, the signature off.

/// Joins what `format=flowed` broke (RFC 3676): a line that ends with a space goes on in the next of the same quote depth.
pub(super) fn unflowed(text: &str, delete_space: bool) -> String {
    let mut out = String::with_capacity(text.len());
    // The depth of the line that goes on.
    let mut open: Option<usize> = None;
    for line in text.lines() {
        let depth = line.bytes().take_while(|byte| *byte == b'>').count();
        let content = &line[depth..];
        // One space is stuffing, so that no line begins with `>`, a space or `From `.
        let content = content.strip_prefix(' ').unwrap_or(content);
        if open != Some(depth) {
            if open.is_some() {
                out.push('\n');
            }
            if depth > 0 {
                out.extend(std::iter::repeat_n('>', depth));
                out.push(' ');
            }
        }
        let is_signature = content == "-- ";
        let goes_on = content.ends_with(' ') && !is_signature;
        out.push_str(if goes_on && delete_space { &content[..content.len() - 1] } else { content });
        if goes_on {
            open = Some(depth);
        } else {
            open = None;
            out.push('\n');
        }
    }
    out
}

/// The text before the signature, which a line of two hyphens and a space begins (RFC 3676 section 4.3).
pub(super) fn signature_off(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if line.trim_end_matches(['\r', '\n']) == "-- " {
            break;
        }
        kept.push_str(line);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn soft_breaks_are_joined_and_hard_ones_stay() {
        assert_eq!(unflowed("One \ntwo \nthree.\n\nFour.\n", false), "One two three.\n\nFour.\n");
        assert_eq!(unflowed("日本 \n語\n", true), "日本語\n");
        assert_eq!(unflowed(" From here\n >not a quote\n", false), "From here\n>not a quote\n");
        assert_eq!(unflowed("> a \n> b\n>> c\nd\n", false), "> a b\n>> c\nd\n");
        assert_eq!(unflowed("> a \nb\n", false), "> a \nb\n");
        assert_eq!(unflowed("Text. \n-- \nJane\n", false), "Text. -- \nJane\n");
    }

    #[test]
    fn the_signature_goes() {
        assert_eq!(signature_off("A\n\n-- \nJane Doe\n+44 20 7946 0000\n"), "A\n\n");
        assert_eq!(signature_off("A\n--\nB\n"), "A\n--\nB\n");
    }
}
