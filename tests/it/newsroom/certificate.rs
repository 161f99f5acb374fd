//! Certificates as an authority would issue them.

use std::path::Path;

use jiff::{Span, Timestamp};
use rcgen::{CertificateParams, KeyPair, date_time_ymd};

/// Writes `cert.pem` and `key.pem`, for `courier.example` and this machine, until the beginning of the day that comes so many days from
/// now. It is its own authority.
pub(crate) fn issue(folder: &Path, days: i64) {
    let day = |days: i64| {
        let date = Timestamp::now().to_zoned_datetime(jiff::tz::TimeZone::UTC).date().checked_add(Span::new().days(days)).unwrap();
        date_time_ymd(i32::from(date.year()), u8::try_from(date.month()).unwrap(), u8::try_from(date.day()).unwrap())
    };
    let mut params = CertificateParams::new(vec!["courier.example".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    params.not_before = day(-100);
    params.not_after = day(days);
    let key = KeyPair::generate().unwrap();
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join("cert.pem"), params.self_signed(&key).unwrap().pem()).unwrap();
    std::fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
}
