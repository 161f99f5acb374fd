//! What of a request's target may stand in a log: no passwords, and no values that open doors.

/// Parts of parameters' names whose values are secrets.
const SECRET_NAMES: [&str; 14] =
    ["token", "key", "secret", "sig", "pass", "pwd", "auth", "code", "session", "jwt", "credential", "bearer", "hash", "otp"];
/// What stands in a secret's place.
const MASK: &str = "***";
/// Values at least this long without a space or dot are taken for tokens whatever they are called.
const LONG: usize = 24;

/// A path with its query, or a whole URL, with its secrets masked and cut to a length in bytes.
pub(super) fn masked(target: &str, longest: usize) -> String {
    let (place, query) = target.split_once('?').map_or((target, None), |(place, query)| (place, Some(query)));
    let mut text = without_user(place);
    if let Some(query) = query {
        let query = query.split('#').next().unwrap_or_default();
        for (index, pair) in query.split('&').enumerate() {
            text.push(if index == 0 { '?' } else { '&' });
            match pair.split_once('=') {
                Some((name, value)) if is_secret(name, value) => text.extend([name, "=", MASK]),
                None if is_token(pair) => text.push_str(MASK),
                Some(_) | None => text.push_str(pair),
            }
            // The rest would be cut anyway.
            if text.len() > longest {
                break;
            }
        }
    }
    cut(&text, longest)
}

/// At most so many bytes of a text; what is cut shows.
pub(super) fn cut(text: &str, longest: usize) -> String {
    if text.len() <= longest {
        return text.to_owned();
    }
    format!("{}…", &text[..text.floor_char_boundary(longest)])
}

fn without_user(place: &str) -> String {
    let Some(start) = place.find("://").map(|at| at + 3) else { return place.to_owned() };
    let end = place[start..].find('/').map_or(place.len(), |length| start + length);
    match place[start..end].rfind('@') {
        Some(sign) => format!("{}{MASK}{}", &place[..start], &place[start + sign..]),
        None => place.to_owned(),
    }
}

fn is_secret(name: &str, value: &str) -> bool {
    let name = percent_encoding::percent_decode_str(name).decode_utf8_lossy().to_lowercase();
    !value.is_empty() && (SECRET_NAMES.iter().any(|secret| name.contains(secret)) || is_token(value))
}

fn is_token(value: &str) -> bool {
    value.len() >= LONG
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_%=+/~".contains(&byte))
        && value.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn secrets_are_masked_and_the_rest_is_kept() {
        let shown = |target: &str| masked(target, 200);
        assert_eq!(shown("/feeds/all.rss"), "/feeds/all.rss");
        assert_eq!(shown("/?p=12&page=2"), "/?p=12&page=2");
        assert_eq!(shown("/a?token=hunter2&p=1"), "/a?token=***&p=1");
        assert_eq!(shown("/a?API%5FKEY=hunter2"), "/a?API%5FKEY=***");
        assert_eq!(shown("/a?X-Amz-Signature=abc&utm_source=feed"), "/a?X-Amz-Signature=***&utm_source=feed");
        assert_eq!(shown("/a?v=9f86d081884c7d659a2feaa0c55ad015"), "/a?v=***");
        assert_eq!(shown("/a?9f86d081884c7d659a2feaa0c55ad015"), "/a?***");
        assert_eq!(shown("/a?q=a+long+sentence+about+nothing"), "/a?q=a+long+sentence+about+nothing");
        assert_eq!(shown("https://me:hunter2@reader.example/x?y=1#z"), "https://***@reader.example/x?y=1");
        assert_eq!(masked("/éé", 4), "/é…");
    }

    proptest! {
        #[test]
        fn no_named_secret_passes(before in "[a-z=&?]{0,20}", name in "[a-z]{0,3}(token|Secret|SIG)[a-z]{0,3}", after in "(&[a-z=]{0,9})?") {
            let target = format!("/x?{before}&{name}=hunter2{after}");
            prop_assert!(!masked(&target, 2000).contains("hunter2"), "{}", masked(&target, 2000));
        }
    }
}
