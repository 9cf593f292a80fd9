//! Canonical order: position = model × number of seeds + place of the seed in the manifest; and
//! its division into shards of equal work, known before anything is trained.

use std::ops::Range;

use crate::manifest::Seeds;
use crate::network::Architecture;

/// Finds the position of a run and back.
#[derive(Debug, Clone)]
pub struct Positions {
    models: u64,
    seeds: Seeds,
    /// For a list: (seed, place), by seed.
    sorted: Vec<(u64, u64)>,
}

impl Positions {
    /// Of so many models with these seeds.
    pub fn new(models: usize, seeds: Seeds) -> Positions {
        let mut sorted = match &seeds {
            Seeds::Range { .. } => Vec::new(),
            Seeds::List(list) => list.iter().copied().zip(0..).collect(),
        };
        sorted.sort_unstable();
        Positions {
            models: models as u64,
            seeds,
            sorted,
        }
    }

    /// Seeds of every model.
    pub fn seeds(&self) -> u64 {
        self.seeds.count()
    }

    /// The seed at a place, from 0.
    pub fn seed(&self, place: u64) -> u64 {
        // Places come from this type and are below the count.
        self.seeds.get(place).unwrap_or_default()
    }

    /// The place of a seed, from 0; `None` if the manifest doesn't have it.
    pub fn place(&self, seed: u64) -> Option<u64> {
        match self.seeds {
            Seeds::Range { first, count } => seed.checked_sub(first).filter(|&place| place < count),
            Seeds::List(_) => {
                let found = self.sorted.binary_search_by_key(&seed, |&(seed, _)| seed);
                found.ok().map(|found| self.sorted[found].1)
            }
        }
    }

    /// The position of a run.
    pub fn position(&self, model: usize, seed: u64) -> Option<u64> {
        let model = model as u64;
        let place = self.place(seed)?;
        (model < self.models).then(|| model * self.seeds() + place)
    }

    /// The model of a position and the place of its seed.
    pub fn model_and_place(&self, position: u64) -> (usize, u64) {
        let seeds = self.seeds();
        ((position / seeds) as usize, position % seeds)
    }

    /// The positions of one model.
    pub fn of_model(&self, model: usize) -> Range<u64> {
        let first = model as u64 * self.seeds();
        first..first + self.seeds()
    }
}

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
