//! Sums of many floating-point numbers with a fixed order and an error that does not grow
//! with their count.

/// A compensated sum (Neumaier 1974, "Rundungsfehleranalyse einiger Verfahren zur Summation
/// endlicher Summen", ZAMM 54): what each addition rounds away is summed apart.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sum {
    sum: f64,
    lost: f64,
}

impl Sum {
    /// Adds one number.
    pub fn add(&mut self, value: f64) {
        let sum = self.sum + value;
        self.lost += if self.sum.abs() >= value.abs() {
            (self.sum - sum) + value
        } else {
            (value - sum) + self.sum
        };
        self.sum = sum;
    }

    /// The sum so far.
    pub fn value(self) -> f64 {
        self.sum + self.lost
    }
}

impl FromIterator<f64> for Sum {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Sum {
        let mut sum = Sum::default();
        values.into_iter().for_each(|value| sum.add(value));
        sum
    }
}

/// Arithmetic mean; `None` of nothing, and where the sum exceeds f64.
pub fn mean(values: &[f64]) -> Option<f64> {
    let sum: Sum = values.iter().copied().collect();
    let mean = sum.value() / values.len() as f64;
    mean.is_finite().then_some(mean)
}

/// Standard deviation of a sample (divisor n − 1); `None` of fewer than two values, and where
/// their squares exceed f64.
pub fn standard_deviation(values: &[f64]) -> Option<f64> {
    if values.len() < 2 {
        return None;
    }
    let mean = mean(values)?;
    let squares: Sum = values.iter().map(|x| (x - mean) * (x - mean)).collect();
    let deviation = (squares.value() / (values.len() - 1) as f64).sqrt();
    deviation.is_finite().then_some(deviation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rounding_loses_is_kept() {
        let sum: Sum = [1.0, 1e100, 1.0, -1e100].into_iter().collect();
        assert_eq!(sum.value(), 2.0);
        let tenth: Vec<f64> = vec![0.1; 1_000_000];
        assert_eq!(mean(&tenth), Some(0.1));
    }

    #[test]
    fn the_spread_of_one_value_is_unknown_and_of_equal_values_zero() {
        assert_eq!(mean(&[]), None);
        assert_eq!(standard_deviation(&[3.0]), None);
        assert_eq!(standard_deviation(&[3.0; 10]), Some(0.0));
    }
}
