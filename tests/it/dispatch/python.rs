//! What is sent, verified by the library that Standard Webhooks' own authors wrote for Python.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;

use newswire::article::BulletinKind::Published;
use newswire::config::{Webhook, WebhookSecret};

use super::memory_ledger::MemoryLedger;
use super::newsroom::{Newsroom, SECRET, bulletin, delivery, webhook};
use super::receiver::{Received, Receiver};

const SCRIPT: &str = r"
import json, sys
from standardwebhooks import Webhook, WebhookVerificationError
given = json.load(sys.stdin)
try:
    Webhook(given['secret']).verify(given['body'], given['headers'])
    print('verified')
except WebhookVerificationError as error:
    print('refused:', error)
";

fn python(secret: &str, arrival: &Received, body: &str) -> String {
    let python = std::env::var("NEWSWIRE_TEST_PYTHON")
        .expect("NEWSWIRE_TEST_PYTHON names a Python that has tests/requirements.txt; run tests/all, which installs one");
    let headers: serde_json::Map<_, _> =
        arrival.headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().into())).collect();
    let given = serde_json::json!({"secret": secret, "headers": headers, "body": body});
    let mut child = Command::new(python).args(["-c", SCRIPT]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(given.to_string().as_bytes()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap().trim().to_owned()
}

#[tokio::test]
async fn pythons_own_library_verifies_either_secret_and_nothing_else() {
    const NEW: &str = "whsec_bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3";
    let receiver = Receiver::start().await;
    let secrets = [NEW, SECRET].map(|secret| WebhookSecret::parse(secret).unwrap()).to_vec();
    let webhooks = [Webhook { secrets, ..webhook("newsroom", &receiver.url("/wire")) }];
    let newsroom = Newsroom::open(Arc::new(MemoryLedger::new()), &webhooks, &delivery()).await;
    newsroom.tell(&[bulletin("a", 1, Published)]).await;
    let arrival = receiver.next().await;
    let body = std::str::from_utf8(&arrival.body).unwrap();
    assert_eq!(python(SECRET, &arrival, body), "verified");
    assert_eq!(python(NEW, &arrival, body), "verified");
    assert!(python("whsec_b3RoZXJvdGhlcm90aGVyb3RoZXJvdGhlcm90", &arrival, body).starts_with("refused"));
    assert!(python(SECRET, &arrival, &body.replace("Paris", "Rome")).starts_with("refused"));
}
