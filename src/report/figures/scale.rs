//! From values to positions on the page: linear and logarithmic scales with their ticks,
//! ordered categories, and labels pushed apart so that none covers another.

/// Maps an interval of values onto an interval of positions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    domain: (f64, f64),
    range: (f64, f64),
    logarithmic: bool,
}

impl Scale {
    /// Equal differences have equal lengths. An empty domain is widened.
    pub fn linear(domain: (f64, f64), range: (f64, f64)) -> Self {
        let domain = if domain.1 > domain.0 {
            domain
        } else {
            (domain.0 - 0.5, domain.0 + 0.5)
        };
        Scale {
            domain,
            range,
            logarithmic: false,
        }
    }

    /// Equal ratios have equal lengths. `domain` must be positive; an empty one is widened.
    pub fn logarithmic(domain: (f64, f64), range: (f64, f64)) -> Self {
        let low = domain.0.max(f64::MIN_POSITIVE);
        let high = if domain.1 > low { domain.1 } else { low * 10.0 };
        Scale {
            domain: (low, high),
            range,
            logarithmic: true,
        }
    }

    /// Where `value` lies; values outside the domain lie on its edge.
    pub fn at(&self, value: f64) -> f64 {
        let value = value.clamp(self.domain.0, self.domain.1);
        let share = if self.logarithmic {
            (value / self.domain.0).ln() / (self.domain.1 / self.domain.0).ln()
        } else {
            (value - self.domain.0) / (self.domain.1 - self.domain.0)
        };
        self.range.0 + share * (self.range.1 - self.range.0)
    }

    /// Round values inside the domain, about `wanted` of them: 1, 2 or 5 times a power of ten,
    /// or powers of ten on a logarithmic scale.
    pub fn ticks(&self, wanted: usize) -> Vec<f64> {
        if self.logarithmic {
            self.decades(wanted)
        } else {
            self.steps(wanted)
        }
    }

    fn steps(&self, wanted: usize) -> Vec<f64> {
        let rough = (self.domain.1 - self.domain.0) / wanted.max(1) as f64;
        let power = 10f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0]
            .map(|factor| factor * power)
            .into_iter()
            .find(|step| *step >= rough * 0.999)
            .unwrap_or(10.0 * power);
        let first = (self.domain.0 / step - 1e-9).ceil() as i64;
        let last = (self.domain.1 / step + 1e-9).floor() as i64;
        (first..=last).map(|tick| tick as f64 * step).collect()
    }

    fn decades(&self, wanted: usize) -> Vec<f64> {
        let first = (self.domain.0.log10() - 1e-9).ceil() as i32;
        let last = (self.domain.1.log10() + 1e-9).floor() as i32;
        if last <= first {
            return self.fractions();
        }
        let skip = ((last - first) as usize).div_ceil(wanted.max(1)).max(1) as i32;
        (first..=last)
            .filter(|decade| (decade - first) % skip == 0)
            .map(|decade| 10f64.powi(decade))
            .collect()
    }

    /// 1, 2 and 5 times powers of ten, for a scale of less than two decades.
    fn fractions(&self) -> Vec<f64> {
        let first = self.domain.0.log10().floor() as i32;
        let last = self.domain.1.log10().ceil() as i32;
        let inside = |tick: &f64| {
            *tick >= self.domain.0 * (1.0 - 1e-9) && *tick <= self.domain.1 * (1.0 + 1e-9)
        };
        (first..=last)
            .flat_map(|decade| [1.0, 2.0, 5.0].map(|digit| digit * 10f64.powi(decade)))
            .filter(inside)
            .collect()
    }

    /// 2 … 9 times each power of ten inside the domain of a logarithmic scale of few decades.
    pub fn minor_ticks(&self) -> Vec<f64> {
        if !self.logarithmic || (self.domain.1 / self.domain.0).log10() > 8.0 {
            return Vec::new();
        }
        let first = self.domain.0.log10().floor() as i32;
        let last = self.domain.1.log10().ceil() as i32;
        (first..last)
            .flat_map(|decade| (2..10).map(move |digit| f64::from(digit) * 10f64.powi(decade)))
            .filter(|tick| *tick >= self.domain.0 && *tick <= self.domain.1)
            .collect()
    }
}

/// Centres of `count` ordered categories across `range`; the first set apart by half a step
/// more if `first_apart`.
pub fn categories(count: usize, range: (f64, f64), first_apart: bool) -> Vec<f64> {
    let extra = if first_apart && count > 1 { 0.5 } else { 0.0 };
    let step = (range.1 - range.0) / (count as f64 + extra);
    (0..count)
        .map(|position| {
            let shift = if position > 0 { extra } else { 0.0 };
            range.0 + step * (position as f64 + 0.5 + shift)
        })
        .collect()
}

/// Moves labels at `wanted` positions so that neighbours are at least `gap` apart within
/// `bounds`, keeping their order and moving little. Returns one position per label.
pub fn spread(wanted: &[f64], gap: f64, bounds: (f64, f64)) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|a, b| wanted[*a].total_cmp(&wanted[*b]).then(a.cmp(b)));
    let mut placed = vec![0.0; wanted.len()];
    let mut edge = f64::NEG_INFINITY;
    for label in &order {
        placed[*label] = wanted[*label].max(edge).max(bounds.0);
        edge = placed[*label] + gap;
    }
    let mut edge = bounds.1;
    for label in order.iter().rev() {
        placed[*label] = placed[*label].min(edge);
        edge = placed[*label] - gap;
    }
    placed
}

/// At most `limit` of `count` positions, evenly spread, with the first and the last.
pub fn thin(count: usize, limit: usize) -> Vec<usize> {
    if count <= limit {
        return (0..count).collect();
    }
    if limit < 2 {
        return (0..limit).collect();
    }
    (0..limit)
        .map(|position| (position * (count - 1) + (limit - 1) / 2) / (limit - 1))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_reach_both_ends() {
        let linear = Scale::linear((0.0, 1.0), (100.0, 0.0));
        assert_eq!(
            (linear.at(0.0), linear.at(1.0), linear.at(7.0)),
            (100.0, 0.0, 0.0)
        );
        let log = Scale::logarithmic((1.0, 10_000.0), (0.0, 400.0));
        assert!((log.at(100.0) - 200.0).abs() < 1e-9);
        assert_eq!(Scale::linear((2.0, 2.0), (0.0, 10.0)).at(2.0), 5.0);
    }

    #[test]
    fn ticks_are_round_and_inside() {
        let linear = Scale::linear((0.0, 1.0), (0.0, 1.0));
        assert_eq!(linear.ticks(5).len(), 6);
        let log = Scale::logarithmic((1.0, 60_000.0), (0.0, 1.0));
        assert_eq!(log.ticks(5), [1.0, 10.0, 100.0, 1_000.0, 10_000.0]);
        assert!(log.minor_ticks().contains(&50_000.0));
        assert!(!log.minor_ticks().contains(&70_000.0));
        let short = Scale::logarithmic((0.07, 0.5), (0.0, 1.0)).ticks(4);
        assert_eq!(short.len(), 3, "{short:?}");
    }

    #[test]
    fn the_first_category_can_stand_apart() {
        assert_eq!(categories(2, (0.0, 10.0), false), [2.5, 7.5]);
        assert_eq!(categories(2, (0.0, 10.0), true), [2.0, 8.0]);
        assert_eq!(categories(1, (0.0, 10.0), true), [5.0]);
    }

    #[test]
    fn labels_do_not_overlap() {
        let placed = spread(&[10.0, 11.0, 99.0, 10.5], 8.0, (0.0, 100.0));
        assert_eq!(placed[0], 10.0);
        assert_eq!(placed[3], 18.0);
        assert_eq!(placed[1], 26.0);
        assert_eq!(placed[2], 99.0);
        assert_eq!(spread(&[99.0, 99.5], 10.0, (0.0, 100.0)), [90.0, 100.0]);
    }

    #[test]
    fn thinning_keeps_the_ends() {
        assert_eq!(thin(3, 5), [0, 1, 2]);
        assert_eq!(thin(19, 7), [0, 3, 6, 9, 12, 15, 18]);
        assert_eq!(thin(100, 2), [0, 99]);
        assert_eq!(thin(4, 1), [0]);
    }
}
