//! Durations and sizes as people write them: a number and a unit.

use std::time::Duration;

/// A duration: a whole number and `ms`, `s`, `m`, `h` or `d`.
pub(super) fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = split(text)?;
    let milliseconds: u64 = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    number.checked_mul(milliseconds).map(Duration::from_millis)
}

/// A size in bytes: a whole number and `B`, `kB`, `MB`, `GB` (powers of 1000) or `KiB`, `MiB`, `GiB` (powers of 1024), in any case.
pub(super) fn size(text: &str) -> Option<u64> {
    let (number, unit) = split(text)?;
    let bytes: u64 = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kb" => 1000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return None,
    };
    number.checked_mul(bytes)
}

fn split(text: &str) -> Option<(u64, &str)> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..digits].parse().ok()?, text[digits..].trim_start()))
}

/// The duration in the largest unit that shows it whole.
pub(super) fn show_duration(duration: Duration) -> String {
    let ms = duration.as_millis();
    for (unit, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)] {
        if ms >= size && ms.is_multiple_of(size) {
            return format!("{}{unit}", ms / size);
        }
    }
    format!("{ms}ms")
}

/// The size in the largest unit that shows it whole.
pub(super) fn show_size(bytes: u64) -> String {
    for (unit, size) in [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000)] {
        if bytes >= size && bytes.is_multiple_of(size) {
            return format!("{}{unit}", bytes / size);
        }
    }
    format!("{bytes}B")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_a_number_and_a_unit() {
        assert_eq!(duration("250ms"), Some(Duration::from_millis(250)));
        assert_eq!(duration("5s"), Some(Duration::from_secs(5)));
        assert_eq!(duration(" 5 m "), Some(Duration::from_mins(5)));
        assert_eq!(duration("2h"), Some(Duration::from_hours(2)));
        assert_eq!(duration("7d"), Some(Duration::from_hours(168)));
        for bad in ["", "5", "s", "-5s", "1.5h", "5 sec", "5S", "1h30m", "99999999999999999999s", "18446744073709551615d"] {
            assert_eq!(duration(bad), None, "{bad}");
        }
    }

    #[test]
    fn sizes_are_a_number_and_a_unit() {
        assert_eq!(size("10MB"), Some(10_000_000));
        assert_eq!(size("64 KiB"), Some(65_536));
        assert_eq!(size("123"), Some(123));
        for bad in ["", "MB", "1.5MB", "10 XB", "99999999999GB"] {
            assert_eq!(size(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_shown_is_understood() {
        for text in ["250ms", "5s", "90s", "7d", "0ms"] {
            assert_eq!(show_duration(duration(text).unwrap()), text);
        }
        for text in ["10MB", "1500B", "2GB"] {
            assert_eq!(show_size(size(text).unwrap()), text);
        }
    }
}
