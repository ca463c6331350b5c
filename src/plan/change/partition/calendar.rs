//! Where one partition ends and the next begins.

use time::{Date, Duration, Month, OffsetDateTime};

use crate::config::Interval;

/// Before the first new partition begins there is at least this much time to apply the migration: until then rows go where they always went.
const LEAST: Duration = Duration::days(7);

/// The day on which the first new partition begins, as seen at `now`, seconds since 1970: at least one interval and a week away.
pub(super) fn first(interval: Interval, now: i64) -> Option<Date> {
    let today = OffsetDateTime::from_unix_timestamp(now).ok()?.date();
    let mut day = next(interval, next(interval, begin(interval, today)?)?)?;
    while day - today < LEAST {
        day = next(interval, day)?;
    }
    Some(day)
}

/// The day on which the interval of a day begins.
fn begin(interval: Interval, day: Date) -> Option<Date> {
    match interval {
        Interval::Day => Some(day),
        Interval::Week => day.checked_sub(Duration::days(i64::from(day.weekday().number_days_from_monday()))),
        Interval::Month => day.replace_day(1).ok(),
        Interval::Year => Date::from_calendar_date(day.year(), Month::January, 1).ok(),
    }
}

/// The beginning of the interval after the one that begins on this day.
pub(super) fn next(interval: Interval, day: Date) -> Option<Date> {
    match interval {
        Interval::Day => day.next_day(),
        Interval::Week => day.checked_add(Duration::days(7)),
        Interval::Month if day.month() == Month::December => Date::from_calendar_date(day.year() + 1, Month::January, 1).ok(),
        Interval::Month => day.replace_month(day.month().next()).ok(),
        Interval::Year => day.replace_year(day.year() + 1).ok(),
    }
}

/// `20270101`, for names: short, and sorted as time goes.
pub(super) fn stamp(day: Date) -> String {
    format!("{:04}{:02}{:02}", day.year(), u8::from(day.month()), day.day())
}

/// The day of a [`stamp`].
pub(super) fn read_stamp(text: &str) -> Option<Date> {
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let month = Month::try_from(text[4..6].parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(text[..4].parse().ok()?, month, text[6..].parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_follow_the_calendar() {
        let day = |text: &str| read_stamp(text).unwrap();
        let at = |text: &str| day(text).midnight().assume_utc().unix_timestamp() + 3_600;
        #[rustfmt::skip]
        let cases = [
            (Interval::Month, "20261125", "20270101", "20270201"),
            (Interval::Month, "20261231", "20270201", "20270301"),
            (Interval::Day, "20240226", "20240304", "20240305"),
            (Interval::Week, "20261125", "20261207", "20261214"),
            (Interval::Year, "20261125", "20280101", "20290101"),
        ];
        for (interval, now, begins, after) in cases {
            assert_eq!(first(interval, at(now)), Some(day(begins)), "{interval:?} {now}");
            assert_eq!(next(interval, day(begins)), Some(day(after)), "{interval:?} {begins}");
        }
        assert_eq!(stamp(day("20270101")), "20270101");
        assert_eq!(read_stamp("2027-1-1"), None);
    }
}
