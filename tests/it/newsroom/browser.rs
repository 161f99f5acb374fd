//! Asking a server, as a browser or a reader does.

/// What a server answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: reqwest::header::HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

pub(crate) fn get(url: &str) -> Answer {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    // The client must not depend on this machine's certificates: only plain HTTP is asked for.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // A redirect is an answer like any other.
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    runtime.block_on(async {
        let answer = client.get(url).send().await.unwrap();
        Answer { status: answer.status().as_u16(), headers: answer.headers().clone(), body: answer.text().await.unwrap() }
    })
}
