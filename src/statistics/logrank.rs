//! Whether two models take the same time to converge: the log-rank test.

use super::sums::Sum;
use super::{Time, p_value, two_sided_ln_p};

/// The test's statistic and p-value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Logrank {
    /// χ² with one degree of freedom.
    pub chi_squared: f64,
    /// Its p-value; never 0.
    pub p: f64,
}

/// The log-rank test of two samples, each in ascending order (N. Mantel 1966, "Evaluation of
/// survival data and two new rank order statistics arising in its consideration", Cancer
/// Chemotherapy Reports 50), with the hypergeometric variance for ties. `None` if there is
/// nothing to compare: no run converged while both samples had runs left.
pub fn logrank(a: &[Time], b: &[Time]) -> Option<Logrank> {
    let (mut at_a, mut at_b) = (0, 0);
    let (mut excess, mut variance) = (Sum::default(), Sum::default());
    while at_a < a.len() && at_b < b.len() {
        let epoch = a[at_a].epochs().min(b[at_b].epochs());
        let (left_a, left_b) = ((a.len() - at_a) as f64, (b.len() - at_b) as f64);
        let converged_a = pass(a, &mut at_a, epoch);
        let converged = converged_a + pass(b, &mut at_b, epoch);
        if converged > 0.0 {
            let left = left_a + left_b;
            // Observed minus expected, over one denominator.
            excess.add(converged_a - converged * (left_a / left));
            if left > 1.0 {
                let share = (left_a / left) * (left_b / left);
                variance.add(share * converged * ((left - converged) / (left - 1.0)));
            }
        }
    }
    let (excess, variance) = (excess.value(), variance.value());
    (variance > 0.0).then(|| {
        let z = excess / variance.sqrt();
        Logrank {
            chi_squared: z * z,
            // χ² with one degree of freedom is the square of a standard normal.
            p: p_value(two_sided_ln_p(z)),
        }
    })
}

/// Moves past the runs of one epoch; returns how many of them converged.
fn pass(times: &[Time], at: &mut usize, epoch: u64) -> f64 {
    let mut converged = 0;
    while let Some(time) = times.get(*at).filter(|time| time.epochs() == epoch) {
        converged += u64::from(time.converged());
        *at += 1;
    }
    converged as f64
}
