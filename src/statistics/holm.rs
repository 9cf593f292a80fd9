//! Many tests at once: p-values that hold for a whole family.

/// Adjusted p-values in the order given (S. Holm 1979, "A simple sequentially rejective
/// multiple test procedure", Scandinavian Journal of Statistics 6): the i-th smallest of m is
/// multiplied by m − i + 1, made no smaller than the one before, and at most 1. A missing p
/// stays missing and does not count.
pub fn holm(p: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut order: Vec<(f64, usize)> = p
        .iter()
        .enumerate()
        .filter_map(|(at, p)| Some(((*p)?, at)))
        .collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut adjusted = vec![None; p.len()];
    let mut largest: f64 = 0.0;
    for (rank, (p, at)) in order.iter().enumerate() {
        largest = largest.max(p * (order.len() - rank) as f64).min(1.0);
        adjusted[*at] = Some(largest);
    }
    adjusted
}
