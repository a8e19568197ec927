//! Spans of time as people write them.

/// Why a text is no span of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no time; write seconds (90) or numbers with units (10h, 90m, 1h30m, 30s, 2d, 500ms)")]
pub struct DurationError {
    text: String,
}

/// The units that may follow a number, in seconds. Longer names stand before their beginnings.
const UNITS: [(&str, f64); 7] =
    [("ms", 1e-3), ("min", 60.0), ("us", 1e-6), ("s", 1.0), ("m", 60.0), ("h", 3600.0), ("d", 86_400.0)];

/// The seconds that a text says: `10h`, `90m`, `1h30m`, `30s`, `2d`, `500ms`, or a number of seconds.
///
/// # Errors
/// Anything else, a negative or an infinite time.
pub fn parse(text: &str) -> Result<f64, DurationError> {
    let wrong = || DurationError { text: text.chars().take(40).collect() };
    let good = |seconds: f64| Some(seconds).filter(|seconds| seconds.is_finite() && *seconds >= 0.0);
    let trimmed = text.trim();
    if let Ok(seconds) = trimmed.parse::<f64>() {
        return good(seconds).ok_or_else(wrong);
    }
    let (mut rest, mut total) = (trimmed, 0.0);
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(wrong)?;
        let number: f64 = rest[..digits].parse().map_err(|_| wrong())?;
        let unit = rest[digits..].trim_start();
        let (name, seconds) = UNITS.into_iter().find(|(name, _)| unit.starts_with(name)).ok_or_else(wrong)?;
        total += number * seconds;
        rest = unit[name.len()..].trim_start();
    }
    Some(total).filter(|_| !trimmed.is_empty()).and_then(good).ok_or_else(wrong)
}

/// Round times, in seconds: what an axis has ticks at.
pub const ROUND: [f64; 18] = [
    1e-6,
    1e-5,
    1e-4,
    1e-3,
    1e-2,
    0.1,
    1.0,
    10.0,
    60.0,
    600.0,
    3600.0,
    36_000.0,
    86_400.0,
    864_000.0,
    8_640_000.0,
    86_400_000.0,
    864_000_000.0,
    8_640_000_000.0,
];

/// Times between the round ones, for short axes.
pub const FINE: [f64; 42] = [
    1e-6,
    2e-6,
    5e-6,
    1e-5,
    2e-5,
    5e-5,
    1e-4,
    2e-4,
    5e-4,
    1e-3,
    2e-3,
    5e-3,
    1e-2,
    2e-2,
    5e-2,
    0.1,
    0.2,
    0.5,
    1.0,
    2.0,
    5.0,
    10.0,
    20.0,
    30.0,
    60.0,
    120.0,
    300.0,
    600.0,
    1200.0,
    1800.0,
    3600.0,
    7200.0,
    18_000.0,
    36_000.0,
    72_000.0,
    172_800.0,
    432_000.0,
    864_000.0,
    1_728_000.0,
    4_320_000.0,
    8_640_000.0,
    17_280_000.0,
];

/// A round time without more digits than it has.
pub fn round_text(seconds: f64) -> String {
    let (value, unit) = match seconds {
        _ if seconds <= 0.0 => (0.0, "s"),
        _ if seconds < 1e-3 => (seconds * 1e6, "µs"),
        _ if seconds < 1.0 => (seconds * 1e3, "ms"),
        _ if seconds < 60.0 => (seconds, "s"),
        _ if seconds < 3600.0 => (seconds / 60.0, "min"),
        _ if seconds < 86_400.0 => (seconds / 3600.0, "h"),
        _ => (seconds / 86_400.0, "d"),
    };
    let digits = format!("{value:.1}");
    format!("{} {unit}", digits.strip_suffix(".0").unwrap_or(&digits))
}

/// Seconds in the unit that reads best; a dash for a time that is not finite.
pub fn text(seconds: f64) -> String {
    match seconds {
        _ if !seconds.is_finite() => "–".to_owned(),
        0.0 => "0 s".to_owned(),
        _ if seconds < 1e-3 => format!("{:.0} µs", seconds * 1e6),
        _ if seconds < 1.0 => format!("{:.1} ms", seconds * 1e3),
        _ if seconds < 120.0 => format!("{seconds:.1} s"),
        _ if seconds < 7200.0 => format!("{:.0} min", seconds / 60.0),
        _ if seconds < 172_800.0 => format!("{:.1} h", seconds / 3600.0),
        _ => format!("{:.1} d", seconds / 86_400.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        for (text, seconds) in [
            ("10h", 36_000.0),
            ("90m", 5400.0),
            ("30s", 30.0),
            ("2d", 172_800.0),
            ("1h30m", 5400.0),
            ("1 h 30 min", 5400.0),
            ("500ms", 0.5),
            ("1.5h", 5400.0),
            ("90", 90.0),
            ("1e3", 1000.0),
            ("0", 0.0),
        ] {
            assert_eq!(parse(text), Ok(seconds), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", "h", "10x", "-5", "-5h", "inf", "NaN", "1h30", "1..5h", "ü"] {
            let said = parse(text).unwrap_err().to_string();
            assert!(said.contains("is no time") && said.contains("10h"), "{text}: {said}");
        }
    }

    #[test]
    fn a_time_is_told_in_the_unit_that_reads_best() {
        let told = [0.0, 2e-5, 0.25, 61.0, 3600.0, 36_000.0, 864_000.0, f64::INFINITY].map(text);
        let round = ROUND.map(round_text);
        assert_eq!(
            round[..10],
            ["1 µs", "10 µs", "100 µs", "1 ms", "10 ms", "100 ms", "1 s", "10 s", "1 min", "10 min"]
        );
        assert_eq!(told, ["0 s", "20 µs", "250.0 ms", "61.0 s", "60 min", "10.0 h", "10.0 d", "–"]);
    }
}
