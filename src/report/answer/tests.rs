use super::*;

#[test]
fn percentages_never_round_to_certainty() {
    let cases = [
        (0.0, "0%"),
        (1.0, "100%"),
        (0.5, "50%"),
        (0.9936, "99.4%"),
        (0.9996, "99.96%"),
        (0.00001, "0.001%"),
        (0.999_999, "99.9999%"),
        (-0.25, "-25%"),
    ];
    for (share, text) in cases {
        assert_eq!(percent(share), text);
    }
}

#[test]
fn p_values_are_short() {
    assert_eq!(p_value(1.0), "p = 1.00");
    assert_eq!(p_value(0.0123), "p = 0.012");
    assert_eq!(p_value(3.14e-80), "p = 3.1e-80");
    assert_eq!(p_value(f64::MIN_POSITIVE), "p < 1e-300");
}
