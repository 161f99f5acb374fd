//! The body of a webhook: the same bytes for every receiver and every attempt.

use bytes::Bytes;

use crate::article::Bulletin;

/// `{"type", "timestamp", "sequence", "data"}`. The bulletin's `data` is JSON text already and goes in as it is.
pub(in crate::dispatch) fn body(bulletin: &Bulletin) -> Bytes {
    let Bulletin { kind, at, sequence, data, .. } = bulletin;
    Bytes::from(format!(r#"{{"type":"{kind}","timestamp":"{at}","sequence":{},"data":{data}}}"#, sequence.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::BulletinKind;
    use crate::dispatch::tests::bulletin;

    #[test]
    fn four_members_in_a_fixed_order() {
        let bytes = body(&bulletin(3, BulletinKind::Updated));
        insta::assert_snapshot!(std::str::from_utf8(&bytes).unwrap());
        let parsed: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(parsed["sequence"], 3);
    }
}
