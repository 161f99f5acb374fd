//! TLS: the certificate of the moment, taken on anew when its files change or SIGHUP asks, and never for one that cannot be used.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::sync::{Notify, watch};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use super::certificate::{CertificateError, Loaded, load};
use crate::config;
use crate::instant::Instant;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(2);
/// A certificate that ends sooner than this, or within a fifth of its life where that is shorter, is warned of.
const SOON: Duration = Duration::from_hours(24 * 14);

/// What is wrong with the certificate, one sentence each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CertificateState {
    /// The files hold one that cannot be used; the one from before is.
    pub unusable: Option<String>,
    /// It ends soon, or has ended.
    pub expiring: Option<String>,
}

/// What TLS is spoken with.
pub(super) struct Tls {
    files: config::Tls,
    accepting: Arc<ServerConfig>,
    current: Arc<Current>,
    asked: Notify,
    state: watch::Sender<CertificateState>,
}

/// The certificate of the moment.
#[derive(Debug)]
struct Current(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Tls {
    /// Loads the certificate; `host` is where the site's links lead.
    pub(super) fn open(files: &config::Tls, host: Option<&str>) -> Result<Self, CertificateError> {
        let loaded = load(files)?;
        if let Some(host) = host.filter(|host| !loaded.is_for(host)) {
            tracing::warn!("the certificate {} is not for {host}, to which site.url leads", files.certificate.display());
        }
        let unusable = |why| CertificateError::Unusable { certificate: files.certificate.clone(), key: files.key.clone(), why };
        let current = Arc::new(Current(RwLock::new(Arc::clone(&loaded.certified))));
        let mut accepting = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(unusable)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&current) as Arc<dyn ResolvesServerCert>);
        accepting.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        // Clients that come again need no second handshake, and we keep nothing of them.
        accepting.ticketer = ring::Ticketer::new().map_err(unusable)?;
        accepting.send_tls13_tickets = 1;
        let state = CertificateState { unusable: None, expiring: expiring(files, &loaded, Instant::now()) };
        Ok(Self { files: files.clone(), accepting: Arc::new(accepting), current, asked: Notify::new(), state: watch::Sender::new(state) })
    }

    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.accepting))
    }

    pub(super) fn state(&self) -> watch::Receiver<CertificateState> {
        self.state.subscribe()
    }

    /// Has the files read again at once.
    pub(super) fn reload(&self) {
        self.asked.notify_one();
    }

    /// Follows the files until `stop`.
    pub(super) async fn follow(&self, stop: &CancellationToken) {
        let mut seen = stamps(&self.files);
        let mut last = load(&self.files).ok();
        // Certificate and key are replaced one after the other: what is wrong for a moment is not worth an alarm.
        let mut doubtful = false;
        loop {
            let asked = tokio::select! {
                () = stop.cancelled() => return,
                () = self.asked.notified() => true,
                () = tokio::time::sleep(LOOK) => false,
            };
            let stamps = stamps(&self.files);
            let changed = stamps != seen;
            if changed || asked || doubtful {
                seen = stamps;
                let files = self.files.clone();
                // Disks can be slow.
                let Ok(loaded) = tokio::task::spawn_blocking(move || load(&files)).await else { continue };
                match loaded {
                    Ok(loaded) => {
                        doubtful = false;
                        self.take(&loaded);
                        last = Some(loaded);
                    }
                    Err(_) if changed && !asked => doubtful = true,
                    Err(error) => {
                        doubtful = false;
                        let unusable = Some(format!("the new certificate is not taken, the one from before goes on: {error}"));
                        self.state.send_if_modified(|state| std::mem::replace(&mut state.unusable, unusable.clone()) != unusable);
                    }
                }
            }
            if let Some(last) = &last {
                let expiring = expiring(&self.files, last, Instant::now());
                self.state.send_if_modified(|state| std::mem::replace(&mut state.expiring, expiring.clone()) != expiring);
            }
        }
    }

    fn take(&self, loaded: &Loaded) {
        let before = std::mem::replace(&mut *self.current.0.write().unwrap_or_else(PoisonError::into_inner), Arc::clone(&loaded.certified));
        if before.cert != loaded.certified.cert {
            tracing::info!("a new certificate is in use, from {}", self.files.certificate.display());
        }
        self.state.send_if_modified(|state| state.unusable.take().is_some());
    }
}

fn expiring(files: &config::Tls, loaded: &Loaded, now: Instant) -> Option<String> {
    let (begins, ends) = loaded.validity?;
    let path = files.certificate.display();
    if now >= ends {
        return Some(format!("the certificate {path} ended on {ends}: clients refuse it; renew it, and it is taken up by itself"));
    }
    let soon = SOON.min(ends.since(begins) / 5);
    let left = ends.since(now);
    let days = left.as_secs() / 86_400;
    (left <= soon).then(|| format!("the certificate {path} ends on {ends}, in {days} days: renew it, and it is taken up by itself"))
}

/// What tells two versions of the files apart.
fn stamps(files: &config::Tls) -> [Option<(u64, u64, i64, i64)>; 2] {
    let stamp = |path: &Path| fs::metadata(path).ok().map(|file| (file.ino(), file.size(), file.mtime(), file.mtime_nsec()));
    [stamp(&files.certificate), stamp(&files.key)]
}
