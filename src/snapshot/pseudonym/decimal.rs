//! Numbers within their decade: sign, magnitude and order stay, the digits go.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A finite number other than zero: `digits` without zeros at either end, the first of them at 10^`exponent`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Decimal {
    negative: bool,
    exponent: i32,
    digits: String,
}

/// The i-th of n values spread evenly over `capacity` places.
pub(super) fn spread(i: usize, n: usize, capacity: u128) -> u128 {
    i as u128 * capacity / (n.max(1) as u128)
}

/// Pseudonyms of whole numbers. Those of one digit stay: they are states and counts, and indexes name them in predicates.
pub(super) fn integers(values: &BTreeSet<String>) -> HashMap<String, String> {
    let mut groups: BTreeMap<(bool, usize), BTreeSet<u128>> = BTreeMap::new();
    let bounds = bounds();
    let place = |magnitude: u128| bounds.partition_point(|b| *b <= magnitude);
    let mut parsed: Vec<(&str, bool, u128)> = Vec::new();
    for value in values {
        let negative = value.starts_with('-');
        if let Ok(magnitude) = value.trim_start_matches('-').parse::<u128>()
            && !(magnitude < 10 || negative && bounds.contains(&magnitude) && magnitude % 2 == 0 && magnitude % 10 != 0)
        {
            parsed.push((value, negative, magnitude));
            groups.entry((negative, place(magnitude))).or_default().insert(magnitude);
        }
    }
    let mut map = HashMap::new();
    for (value, negative, magnitude) in parsed {
        let at = place(magnitude);
        let (Some(group), Some(low)) = (groups.get(&(negative, at)), at.checked_sub(1).and_then(|i| bounds.get(i))) else {
            continue;
        };
        let high = bounds.get(at).copied().unwrap_or(low * 10);
        let pseudonym = low + spread(group.range(..magnitude).count(), group.len(), high - low);
        map.insert(value.to_owned(), format!("{}{pseudonym}", if negative { "-" } else { "" }));
    }
    map
}

/// Powers of ten, and the ends of the types: a pseudonym of an `integer` must be one.
fn bounds() -> Vec<u128> {
    let mut bounds: Vec<u128> = (0..=20).map(|k| 10u128.pow(k)).collect();
    bounds.extend([1 << 15, 1 << 31, 1 << 32, 1 << 63]);
    bounds.sort_unstable();
    bounds
}

/// Pseudonyms of numbers with fractions; zero, `NaN` and the infinities stay.
pub(super) fn decimals(values: &BTreeSet<String>) -> HashMap<String, String> {
    let mut groups: BTreeMap<(bool, i32), BTreeSet<String>> = BTreeMap::new();
    let parsed: Vec<(&str, Decimal)> = values.iter().filter_map(|v| Some((v.as_str(), parse(v)?))).collect();
    for (_, d) in &parsed {
        groups.entry((d.negative, d.exponent)).or_default().insert(d.digits.clone());
    }
    let mut ranks: HashMap<(bool, i32, &str), usize> = HashMap::new();
    for ((negative, exponent), group) in &groups {
        ranks.extend(group.iter().enumerate().map(|(i, d)| ((*negative, *exponent, d.as_str()), i)));
    }
    let mut map = HashMap::new();
    for (value, d) in &parsed {
        let n = groups.get(&(d.negative, d.exponent)).map_or(1, BTreeSet::len);
        let i = ranks.get(&(d.negative, d.exponent, d.digits.as_str())).copied().unwrap_or(0);
        let mut unit: u128 = 1; // as few digits as tell all of the decade apart
        while 9 * unit < n as u128 {
            unit *= 10;
        }
        let digits = (unit + spread(i, n, 9 * unit)).to_string();
        map.insert((*value).to_owned(), print(d.negative, d.exponent, &digits));
    }
    map
}

fn parse(text: &str) -> Option<Decimal> {
    let (negative, rest) = text.strip_prefix('-').map_or((false, text), |r| (true, r));
    let (mantissa, exponent) = rest.split_once(['e', 'E']).map_or((rest, "0"), |p| p);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    if all.is_empty() || !all.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let zeros = all.bytes().take_while(|b| *b == b'0').count();
    let digits = all.get(zeros..)?.trim_end_matches('0').to_owned();
    let exponent = exponent.parse::<i32>().ok()? + i32::try_from(whole.len()).ok()? - 1 - i32::try_from(zeros).ok()?;
    (!digits.is_empty()).then_some(Decimal { negative, exponent, digits })
}

fn print(negative: bool, exponent: i32, digits: &str) -> String {
    let sign = if negative { "-" } else { "" };
    let length = digits.len() as i32;
    let body = match exponent {
        0..=20 if length <= exponent + 1 => format!("{digits}{}", "0".repeat((exponent + 1 - length) as usize)),
        0..=20 => {
            let (whole, fraction) = digits.split_at(exponent as usize + 1);
            format!("{whole}.{fraction}")
        }
        -6..=-1 => format!("0.{}{digits}", "0".repeat((-exponent - 1) as usize)),
        _ => format!("{digits}e{}", exponent + 1 - length),
    };
    format!("{sign}{body}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(values: &[&str]) -> BTreeSet<String> {
        values.iter().map(|v| (*v).to_owned()).collect()
    }

    #[test]
    fn whole_numbers_stay_in_their_decade_and_type() {
        let map = integers(&set(&["0", "7", "10", "55", "99", "-42", "2147483647", "2000000000", "-2147483648", "3000000000"]));
        assert_eq!((map["10"].as_str(), map["55"].as_str(), map["99"].as_str(), map["-42"].as_str()), ("10", "40", "70", "-10"));
        assert!(!map.contains_key("7") && !map.contains_key("-2147483648"));
        assert!(map["2147483647"].parse::<i32>().unwrap() > map["2000000000"].parse().unwrap());
        assert_eq!(map["3000000000"], "2147483648");
    }

    #[test]
    fn fractions_stay_in_their_decade_and_order() {
        let values = ["0.00", "10.25", "10.250", "20.5", "-0.004", "1e-30", "1.5e+300", "NaN", "Infinity", "123456789.5"];
        let map = decimals(&set(&values));
        assert_eq!((map["10.25"].as_str(), map["10.250"].as_str(), map["20.5"].as_str()), ("10", "10", "50"));
        assert_eq!((map["-0.004"].as_str(), map["123456789.5"].as_str()), ("-0.001", "100000000"));
        assert_eq!((map["1e-30"].as_str(), map["1.5e+300"].as_str()), ("1e-30", "1e300"));
        assert_eq!(map.len(), 7);
        let many: BTreeSet<String> = (0..50).map(|i| format!("1.{i:02}")).collect();
        let map = decimals(&many);
        let mapped: Vec<f64> = many.iter().map(|v| map[v].parse().unwrap()).collect();
        assert!(mapped.windows(2).all(|w| w[0] < w[1]) && mapped[49] < 10.0, "{mapped:?}");
    }
}
