//! Seeds become reproducible random streams.
//!
//! Only the raw words come from a library; uniforms are made of them by the formulas here,
//! which no library update can change.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_mt::Mt;

/// Where the initial weights come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Generator {
    /// One ChaCha8 stream per neuron, keyed by (seed, layer, neuron).
    ChaCha8,
    /// The stream of `numpy.random.seed(seed)`: MT19937, matrices filled row by row.
    Numpy,
}

/// Uniform numbers in \[0, 1) with 53 random bits.
pub struct Stream<G> {
    words: G,
    uniform: fn(&mut G) -> f64,
}

impl<G> Stream<G> {
    /// The next number.
    pub fn uniform(&mut self) -> f64 {
        (self.uniform)(&mut self.words)
    }
}

/// The stream of one neuron: ChaCha8 with the seed as key (little-endian, then zeros) and
/// layer · 2³² + neuron as stream number. Layers count from 1; the output layer is 0 at any
/// depth, so that networks of different depth share it.
pub fn neuron_stream(seed: u64, layer: u32, neuron: u32) -> Stream<ChaCha8Rng> {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    let mut words = ChaCha8Rng::from_seed(key);
    words.set_stream(u64::from(layer) << 32 | u64::from(neuron));
    Stream {
        words,
        uniform: |words| (words.next_u64() >> 11) as f64 * 2f64.powi(-53),
    }
}

/// Words in the key after the seed, where streams of weights have zeros: no bit of a twin's steps
/// is one that its weights were drawn from.
const STEPS: &[u8; 8] = b"rounding";

/// In which direction each weight of a seed's twin steps: one bit a weight, true upwards.
pub struct Steps(ChaCha8Rng);

impl Steps {
    /// The next weight's direction.
    pub fn upwards(&mut self) -> bool {
        self.0.next_u32() & 1 == 1
    }
}

/// The steps of a seed, whatever generator its weights come from: ChaCha8 with the seed and then
/// `rounding` as key (then zeros), the lowest bit of each 32-bit word.
pub fn steps(seed: u64) -> Steps {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..16].copy_from_slice(STEPS);
    Steps(ChaCha8Rng::from_seed(key))
}

/// The stream of `numpy.random.seed(seed)` and `numpy.random.random`: MT19937 (Matsumoto and
/// Nishimura 1998) with `init_genrand`, 53 bits of two successive words.
pub fn numpy_stream(seed: u32) -> Stream<Mt> {
    Stream {
        words: Mt::new(seed),
        uniform: |words| {
            let high = f64::from(words.next_u32() >> 5);
            let low = f64::from(words.next_u32() >> 6);
            (high * 67108864.0 + low) * 2f64.powi(-53)
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numpy_stream_is_that_of_numpy() {
        // numpy.random.seed(s); numpy.random.random(3), NumPy 2.
        for (seed, expected) in NUMPY {
            let mut stream = numpy_stream(seed);
            assert_eq!([(); 3].map(|()| stream.uniform()), expected);
        }
    }

    #[test]
    fn streams_of_different_neurons_differ_and_repeat() {
        let first = |seed, layer, neuron| neuron_stream(seed, layer, neuron).uniform();
        let streams = [(1, 0, 0), (2, 0, 0), (1, 1, 0), (1, 0, 1), (1, 1, 1)];
        let values: Vec<f64> = streams.map(|(s, l, n)| first(s, l, n)).into();
        for (i, a) in values.iter().enumerate() {
            assert!((0.0..1.0).contains(a));
            assert!(values[..i].iter().all(|b| a != b));
        }
        assert_eq!(first(1, 1, 1), values[4]);
    }

    // Guards every stored result against a change of the ChaCha8 library.
    #[test]
    fn chacha_stream_stays_as_it_is() {
        let mut stream = neuron_stream(1, 1, 2);
        assert_eq!([(); 3].map(|()| stream.uniform()), CHACHA);
    }

    // Guards every stored rounding.csv likewise.
    #[test]
    fn steps_go_both_ways_repeat_and_stay_as_they_are() {
        let first = |seed| {
            let mut steps = steps(seed);
            [(); 16].map(|()| u8::from(steps.upwards()))
        };
        assert_eq!(first(1), STEPS_OF_1);
        assert_eq!(first(1), first(1));
        assert_ne!(first(1), first(2));
        assert!(first(1).contains(&0) && first(1).contains(&1));
    }

    // From an independent implementation of the cipher.
    const STEPS_OF_1: [u8; 16] = [1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 0, 0, 0];
    const NUMPY: [(u32, [f64; 3]); 3] = [
        (
            0,
            [0.5488135039273248, 0.7151893663724195, 0.6027633760716439],
        ),
        (
            1,
            [
                0.417022004702574,
                0.7203244934421581,
                0.00011437481734488664,
            ],
        ),
        (
            4294967295,
            [0.0976320289940138, 0.9123828453026218, 0.78903530185164],
        ),
    ];
    // From an independent implementation of the cipher.
    const CHACHA: [f64; 3] = [0.5328616849538071, 0.9009374017137509, 0.8148937573069817];
}
