//! The body of a webhook: the same bytes for every receiver and every attempt.

use bytes::Bytes;

use crate::article::Bulletin;

/// The bulletin as every receiver gets it.
pub(in crate::dispatch) fn body(bulletin: &Bulletin) -> Bytes {
    Bytes::from(bulletin.body())
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
