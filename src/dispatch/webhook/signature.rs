//! Signing and verifying, symmetric scheme `v1` of Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use thiserror::Error;

use crate::config::WebhookSecret;
use crate::instant::Instant;

/// Carries the bulletin's id, the same for all attempts.
pub const ID: &str = "webhook-id";
/// Carries the attempt's time, whole seconds since 1970.
pub const TIMESTAMP: &str = "webhook-timestamp";
/// Carries the signatures, separated by spaces.
pub const SIGNATURE: &str = "webhook-signature";

/// How far a timestamp may lie from the verifier's clock, as the specification's own libraries have it.
pub const TOLERANCE: Duration = Duration::from_mins(5);

/// How many signatures of one header are looked at.
const MOST_SIGNATURES: usize = 32;

/// The value of [`SIGNATURE`]: one `v1,BASE64` a secret, in their order, so that receivers with the old or the new one agree.
/// `timestamp` is in whole seconds since 1970.
pub fn sign(secrets: &[WebhookSecret], id: &str, timestamp: i64, body: &[u8]) -> String {
    let mut value = String::with_capacity(secrets.len() * 48);
    for secret in secrets {
        if !value.is_empty() {
            value.push(' ');
        }
        value.push_str("v1,");
        STANDARD.encode_string(digest(secret, id, &timestamp.to_string(), body), &mut value);
    }
    value
}

/// Why a received webhook is not to be trusted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum VerifyError {
    /// One of the three headers is not there.
    #[error("the header '{0}' is missing")]
    Missing(&'static str),
    /// One of the three headers is there more than once.
    #[error("the header '{0}' is given more than once")]
    Repeated(&'static str),
    /// The timestamp is no whole number of seconds.
    #[error("the header 'webhook-timestamp' is not a whole number of seconds since 1970")]
    Timestamp,
    /// The timestamp lies too far back: a replay, or a clock that is wrong.
    #[error("the webhook was sent {} s ago, more than the {} s allowed; is this machine's clock right?", .0.as_secs(), TOLERANCE.as_secs())]
    TooOld(Duration),
    /// The timestamp lies ahead: a clock that is wrong.
    #[error("the webhook's timestamp lies {} s ahead, more than the {} s allowed; is this machine's clock right?", .0.as_secs(), TOLERANCE.as_secs())]
    TooNew(Duration),
    /// There is no signature of the scheme that is known here.
    #[error("the header 'webhook-signature' holds no signature of scheme v1")]
    Scheme,
    /// No signature fits any secret.
    #[error("no signature fits: another secret, or the body is not byte for byte what was sent")]
    Mismatch,
}

/// Whether headers and body come from one who knows one of the secrets, and are fresh. Header names compare without regard
/// to case; signatures compare in constant time.
pub fn verify<'a>(
    secrets: &[WebhookSecret],
    headers: impl IntoIterator<Item = (&'a str, &'a str)>,
    body: &[u8],
    now: Instant,
) -> Result<(), VerifyError> {
    let [mut id, mut timestamp, mut signatures] = [None; 3];
    for (name, value) in headers {
        for (wanted, found) in [(ID, &mut id), (TIMESTAMP, &mut timestamp), (SIGNATURE, &mut signatures)] {
            if name.trim().eq_ignore_ascii_case(wanted) && found.replace(value.trim()).is_some() {
                return Err(VerifyError::Repeated(wanted));
            }
        }
    }
    let id = id.ok_or(VerifyError::Missing(ID))?;
    let timestamp = timestamp.ok_or(VerifyError::Missing(TIMESTAMP))?;
    let signatures = signatures.ok_or(VerifyError::Missing(SIGNATURE))?;

    fresh(timestamp, now)?;

    let expected: Vec<_> = secrets.iter().map(|secret| digest(secret, id, timestamp, body)).collect();
    let mut of_scheme = false;
    let mut fits = subtle::Choice::from(0);
    for signature in signatures.split_ascii_whitespace().take(MOST_SIGNATURES) {
        let Some(encoded) = signature.strip_prefix("v1,") else { continue };
        of_scheme = true;
        let Ok(given) = STANDARD.decode(encoded) else { continue };
        for digest in &expected {
            fits |= digest.ct_eq(&given);
        }
    }
    if bool::from(fits) {
        Ok(())
    } else if of_scheme {
        Err(VerifyError::Mismatch)
    } else {
        Err(VerifyError::Scheme)
    }
}

fn fresh(timestamp: &str, now: Instant) -> Result<(), VerifyError> {
    if timestamp.is_empty() || !timestamp.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(VerifyError::Timestamp);
    }
    let seconds: i64 = timestamp.parse().map_err(|_| VerifyError::Timestamp)?;
    // Compared in whole seconds, as the timestamp is: half a second of rounding must not reject at the border.
    let age = now.as_millis().div_euclid(1000).saturating_sub(seconds);
    let distance = Duration::from_secs(age.unsigned_abs());
    if distance <= TOLERANCE {
        Ok(())
    } else if age > 0 {
        Err(VerifyError::TooOld(distance))
    } else {
        Err(VerifyError::TooNew(distance))
    }
}

fn digest(secret: &WebhookSecret, id: &str, timestamp: &str, body: &[u8]) -> [u8; 32] {
    // HMAC takes a key of any length; the error that the trait names cannot come from it.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.key()) else { return [0; 32] };
    mac.update(id.as_bytes());
    mac.update(b".");
    mac.update(timestamp.as_bytes());
    mac.update(b".");
    mac.update(body);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const MSG_ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const AT: i64 = 1_614_265_330;
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNED: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn secret(text: &str) -> WebhookSecret {
        WebhookSecret::parse(text).unwrap()
    }

    fn now(offset: i64) -> Instant {
        Instant::from_millis((AT + offset) * 1000)
    }

    fn check(headers: &[(&str, &str)], body: &[u8], now: Instant) -> Result<(), VerifyError> {
        verify(&[secret(SECRET)], headers.iter().copied(), body, now)
    }

    #[test]
    fn the_specifications_own_vector() {
        assert_eq!(sign(&[secret(SECRET)], MSG_ID, AT, BODY), SIGNED);
        let headers = [("Webhook-Id", MSG_ID), ("WEBHOOK-TIMESTAMP", "1614265330"), ("webhook-signature", SIGNED)];
        assert_eq!(check(&headers, BODY, now(0)), Ok(()));
    }

    #[test]
    fn two_secrets_sign_twice_and_either_verifies() {
        let (old, new) = (secret(SECRET), secret("whsec_bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3"));
        let both = sign(&[new.clone(), old.clone()], MSG_ID, AT, BODY);
        assert_eq!(both.split(' ').count(), 2);
        assert!(both.ends_with(SIGNED));
        let headers = [(ID, MSG_ID), (TIMESTAMP, "1614265330"), (SIGNATURE, &both)];
        for known in [old, new] {
            assert_eq!(verify(&[known], headers, BODY, now(0)), Ok(()));
        }
    }

    #[test]
    fn each_way_of_being_wrong_says_so() {
        let sent = |timestamp, signature| [(ID, MSG_ID), (TIMESTAMP, timestamp), (SIGNATURE, signature)];
        let good = sent("1614265330", SIGNED);
        assert_eq!(check(&good, b"{}", now(0)), Err(VerifyError::Mismatch));
        assert_eq!(check(&good[1..], BODY, now(0)), Err(VerifyError::Missing(ID)));
        assert_eq!(check(&good[..2], BODY, now(0)), Err(VerifyError::Missing(SIGNATURE)));
        assert_eq!(check(&[good[0], good[1], good[2], good[2]], BODY, now(0)), Err(VerifyError::Repeated(SIGNATURE)));
        assert_eq!(check(&good, BODY, now(300)), Ok(()));
        assert_eq!(check(&good, BODY, now(301)), Err(VerifyError::TooOld(Duration::from_secs(301))));
        assert_eq!(check(&good, BODY, now(-300)), Ok(()));
        assert_eq!(check(&good, BODY, now(-301)), Err(VerifyError::TooNew(Duration::from_secs(301))));
        for odd in ["", "soon", "-1614265330", "1614265330.5", "99999999999999999999"] {
            assert_eq!(check(&sent(odd, SIGNED), BODY, now(0)), Err(VerifyError::Timestamp), "{odd}");
        }
        assert_eq!(check(&sent("1614265330", "v1a,abcd"), BODY, now(0)), Err(VerifyError::Scheme));
        assert_eq!(check(&sent("1614265330", "v1,***"), BODY, now(0)), Err(VerifyError::Mismatch));
        assert_eq!(check(&sent("1614265330", "v1a,abcd v1,AAAA"), BODY, now(0)), Err(VerifyError::Mismatch));
    }

    proptest! {
        #[test]
        fn what_is_signed_verifies_and_nothing_else(id in "[a-z_.]{1,20}", body: Vec<u8>, other: Vec<u8>, at in 0i64..4_000_000_000) {
            let signature = sign(&[secret(SECRET)], &id, at, &body);
            let seconds = at.to_string();
            let headers = [(ID, id.as_str()), (TIMESTAMP, seconds.as_str()), (SIGNATURE, signature.as_str())];
            let now = Instant::from_millis(at * 1000 + 999);
            prop_assert_eq!(check(&headers, &body, now), Ok(()));
            prop_assume!(other != body);
            prop_assert_eq!(check(&headers, &other, now), Err(VerifyError::Mismatch));
        }

        #[test]
        fn hostile_headers_never_panic(id: String, timestamp: String, signature: String, at: i64) {
            let headers = [(ID, id.as_str()), (TIMESTAMP, timestamp.as_str()), (SIGNATURE, signature.as_str())];
            prop_assert!(check(&headers, b"", Instant::from_millis(at)).is_err());
        }
    }
}
