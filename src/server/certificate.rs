//! A certificate and its key from their files: whether they can be used, and until when.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::verify_server_name;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;
use thiserror::Error;
use x509_cert::Certificate;
use x509_cert::der::Decode as _;

use crate::config::Tls;
use crate::instant::Instant;

/// Certificate and key cannot be used; each case says how to mend it, and none holds anything of the key.
#[derive(Debug, Error)]
pub enum CertificateError {
    /// A file cannot be read.
    #[error("cannot read {}: {why}; newswire's user must be able to", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        why: io::Error,
    },
    /// There is no certificate in the file.
    #[error("{} holds no certificate: it must be PEM, with '-----BEGIN CERTIFICATE-----', the server's own certificate first", .0.display())]
    NoCertificate(PathBuf),
    /// There is no key in the file.
    #[error("{} holds no private key that can be used: it must be PEM, and not encrypted", .0.display())]
    NoKey(PathBuf),
    /// The two do not belong together, or one is of an unknown kind.
    #[error("the certificate {} and the key {} cannot be used: {why}", certificate.display(), key.display())]
    Unusable {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's.
        key: PathBuf,
        /// What is wrong.
        why: rustls::Error,
    },
}

/// Larger files hold something else.
const MOST_BYTES: u64 = 1 << 20;

/// A certificate that can be used.
pub(super) struct Loaded {
    pub(super) certified: Arc<CertifiedKey>,
    /// From when until when, where it can be read.
    pub(super) validity: Option<(Instant, Instant)>,
}

pub(super) fn load(tls: &Tls) -> Result<Loaded, CertificateError> {
    let chain: Vec<CertificateDer<'static>> = {
        let bytes = read(&tls.certificate)?;
        let read: Result<_, _> = CertificateDer::pem_slice_iter(&bytes).collect();
        read.map_err(|_| CertificateError::NoCertificate(tls.certificate.clone()))?
    };
    let Some(own) = chain.first() else {
        return Err(CertificateError::NoCertificate(tls.certificate.clone()));
    };
    let validity = validity(own);
    let key = {
        let bytes = zeroize::Zeroizing::new(read(&tls.key)?);
        PrivateKeyDer::from_pem_slice(&bytes).map_err(|_| CertificateError::NoKey(tls.key.clone()))?
    };
    let unusable = |why| CertificateError::Unusable { certificate: tls.certificate.clone(), key: tls.key.clone(), why };
    let certified = CertifiedKey::new(chain, any_supported_type(&key).map_err(unusable)?);
    certified.keys_match().map_err(unusable)?;
    Ok(Loaded { certified: Arc::new(certified), validity })
}

impl Loaded {
    /// Whether it is this host's.
    pub(super) fn is_for(&self, host: &str) -> bool {
        let Ok(name) = ServerName::try_from(host) else { return true };
        let parsed = self.certified.cert.first().map(ParsedCertificate::try_from);
        parsed.is_none_or(|parsed| parsed.is_ok_and(|parsed| verify_server_name(&parsed, &name).is_ok()))
    }
}

fn validity(certificate: &CertificateDer<'_>) -> Option<(Instant, Instant)> {
    let certificate = Certificate::from_der(certificate).ok()?;
    let validity = certificate.tbs_certificate().validity();
    let at = |time: x509_cert::time::Time| i64::try_from(time.to_unix_duration().as_millis()).ok().map(Instant::from_millis);
    Some((at(validity.not_before)?, at(validity.not_after)?))
}

fn read(path: &Path) -> Result<Vec<u8>, CertificateError> {
    let unreadable = |why| CertificateError::Unreadable { path: path.to_owned(), why };
    // A pipe or a device could keep us waiting for ever.
    if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(unreadable(io::Error::other("it is not a regular file")));
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(MOST_BYTES).read_to_end(&mut bytes)).map_err(unreadable)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn files(folder: &Path, certificate: &str, key: &str) -> Tls {
        std::fs::write(folder.join("cert.pem"), certificate).unwrap();
        std::fs::write(folder.join("key.pem"), key).unwrap();
        Tls { listen: Vec::new(), certificate: folder.join("cert.pem"), key: folder.join("key.pem"), redirect: false, hsts: Duration::ZERO }
    }

    fn why(tls: &Tls) -> String {
        let folder = tls.key.parent().unwrap().to_str().unwrap();
        load(tls).err().unwrap().to_string().replace(folder, "…")
    }

    #[test]
    fn what_cannot_be_used_is_said_with_its_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let made = |name: &str| {
            let made = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
            (made.cert.pem(), made.signing_key.serialize_pem())
        };
        let (certificate, key) = made("courier.example");
        let (_, other_key) = made("courier.example");
        let loaded = load(&files(folder.path(), &certificate, &key)).unwrap();
        assert!(loaded.validity.is_some());
        assert!(loaded.is_for("courier.example") && !loaded.is_for("other.example"));
        assert_eq!(
            why(&files(folder.path(), "", &key)),
            "…/cert.pem holds no certificate: it must be PEM, with '-----BEGIN CERTIFICATE-----', the server's own certificate first"
        );
        assert_eq!(
            why(&files(folder.path(), &certificate, "hunter2")),
            "…/key.pem holds no private key that can be used: it must be PEM, and not encrypted"
        );
        let half = &certificate[..certificate.len() / 2];
        assert!(why(&files(folder.path(), half, &key)).starts_with("…/cert.pem holds no certificate"));
        let differ = why(&files(folder.path(), &certificate, &other_key));
        assert!(differ.starts_with("the certificate …/cert.pem and the key …/key.pem cannot be used: "), "{differ}");
        let mut missing = files(folder.path(), &certificate, &key);
        missing.key = folder.path().join("none.pem");
        assert!(why(&missing).starts_with("cannot read …/none.pem: "));
        missing.key = folder.path().to_owned();
        assert!(load(&missing).err().unwrap().to_string().contains("it is not a regular file"));
    }
}
