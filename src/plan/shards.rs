//! Equal parts of the work, known before anything is trained.

use std::ops::Range;

use crate::network::Architecture;

/// Fused multiply-adds that one neuron's activation costs beside its weighted sum: an
/// exponential, a division, the derivative and the check of convergence. Fitted to measured
/// throughputs of one to 32 hidden neurons on seven rows; within 10% of them.
const ACTIVATION: u128 = 24;

/// What one epoch of a network costs, in fused multiply-adds: per row the weighted sums
/// forward, the gradient of every weight and the deltas passed back (not to the inputs),
/// and an activation per neuron; once per epoch the update of every weight (2).
pub fn operations(network: &Architecture, rows: usize) -> u128 {
    let mut fan_in = network.inputs as u128;
    let bias = u128::from(network.bias);
    let (mut per_row, mut weights) = (0, 0);
    for (layer, width) in network
        .hidden
        .iter()
        .copied()
        .chain([network.outputs])
        .enumerate()
    {
        let width = width as u128;
        let layer_weights = (fan_in + bias) * width;
        let passed_back = if layer == 0 { 0 } else { fan_in * width };
        per_row += 2 * layer_weights + passed_back + ACTIVATION * width;
        weights += layer_weights;
        fan_in = width;
    }
    rows as u128 * per_row + 2 * weights
}

/// Part `index` of `count`, from 1, of the positions of models with these costs per run and
/// so many seeds each. Parts are consecutive; each boundary is the position nearest to its
/// share of the whole cost, so the split depends on nothing but the plan.
pub fn part(
    costs: impl Iterator<Item = u128> + Clone,
    seeds: u64,
    index: u64,
    count: u64,
) -> Range<u64> {
    if index == 0 || index > count {
        return 0..0;
    }
    boundary(costs.clone(), seeds, index - 1, count)..boundary(costs, seeds, index, count)
}

/// The position at which `share` parts of `count` are done.
fn boundary(costs: impl Iterator<Item = u128> + Clone, seeds: u64, share: u64, count: u64) -> u64 {
    let seeds_wide = u128::from(seeds);
    let total: u128 = costs.clone().map(|cost| cost * seeds_wide).sum();
    let (share, count) = (u128::from(share), u128::from(count));
    // total × share ÷ count without overflow: both products stay below total or 2^128.
    let mut target = total / count * share + total % count * share / count;
    let mut position = 0;
    for cost in costs {
        let whole = cost * seeds_wide;
        if target < whole {
            let runs = (target + cost / 2) / cost;
            // At most `seeds`, since target < cost × seeds.
            return position + runs as u64;
        }
        target -= whole;
        position += seeds;
    }
    position
}
