//! Canonical order: position = model × number of seeds + place of the seed in the manifest.

use std::ops::Range;

use super::Plan;
use crate::manifest::Seeds;

/// Finds the position of a run and back.
#[derive(Debug, Clone)]
pub struct Positions {
    models: u64,
    seeds: Seeds,
    /// For a list: (seed, place), by seed.
    sorted: Vec<(u64, u64)>,
}

impl Positions {
    /// Of a plan.
    pub fn new(plan: &Plan) -> Positions {
        let seeds = plan.manifest.seeds.clone();
        let mut sorted = match &seeds {
            Seeds::Range { .. } => Vec::new(),
            Seeds::List(list) => list.iter().copied().zip(0..).collect(),
        };
        sorted.sort_unstable();
        Positions {
            models: plan.models.len() as u64,
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
