//! What this machine says of itself: its processor's name, and the time of day as
//! provenance.json writes it.

use std::time::{SystemTime, UNIX_EPOCH};

/// The processor as it calls itself, or its architecture where it does not say.
pub fn processor() -> String {
    let listed = std::fs::read_to_string("/proc/cpuinfo").ok();
    listed
        .as_deref()
        .and_then(name_in_cpuinfo)
        .unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}

/// The first "model name" of Linux's /proc/cpuinfo.
fn name_in_cpuinfo(text: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    let name = line.split_once(':')?.1.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// Now, as RFC 3339 in UTC: `2026-11-24T09:30:00Z`.
pub fn now() -> String {
    at(SystemTime::now())
}

/// A moment, as RFC 3339 in UTC, which has years of four digits. A clock before 1970 is a clock
/// that was never set.
fn at(moment: SystemTime) -> String {
    /// 9999-12-31T23:59:59Z.
    const LAST: u64 = 253_402_300_799;
    let since = moment.duration_since(UNIX_EPOCH);
    rfc3339(since.map_or(0, |time| time.as_secs()).min(LAST))
}

/// Seconds since 1970 as a date and time of the Gregorian calendar.
fn rfc3339(seconds: u64) -> String {
    let (mut days, time) = (seconds / 86_400, seconds % 86_400);
    let leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let mut year = 1970;
    while days >= 365 + u64::from(leap(year)) {
        days -= 365 + u64::from(leap(year));
        year += 1;
    }
    let february = 28 + u64::from(leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    let (hour, minute, second) = (time / 3600, time % 3600 / 60, time % 60);
    let day = days + 1;
    format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_processor_has_a_name() {
        assert!(!processor().is_empty());
        let text = "processor\t: 0\nmodel name\t: Example CPU 3000\n";
        assert_eq!(name_in_cpuinfo(text).as_deref(), Some("Example CPU 3000"));
        assert_eq!(name_in_cpuinfo("model name\t: \n"), None);
        assert_eq!(name_in_cpuinfo("vendor_id : x"), None);
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(951_782_399), "2000-02-28T23:59:59Z");
        assert_eq!(rfc3339(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(rfc3339(1_735_689_599), "2024-12-31T23:59:59Z");
        assert_eq!(rfc3339(4_107_542_400), "2100-03-01T00:00:00Z");
        assert!(now().ends_with('Z'));
    }

    #[test]
    fn a_clock_that_is_wrong_gives_a_date_all_the_same() {
        let day = Duration::from_secs(86_400);
        assert_eq!(at(UNIX_EPOCH - 400 * day), "1970-01-01T00:00:00Z");
        assert_eq!(at(UNIX_EPOCH + day), "1970-01-02T00:00:00Z");
        let far = UNIX_EPOCH.checked_add(Duration::from_secs(i64::MAX as u64));
        let last = far.unwrap_or(UNIX_EPOCH + 4_000_000 * day);
        assert_eq!(at(last), "9999-12-31T23:59:59Z");
    }
}
