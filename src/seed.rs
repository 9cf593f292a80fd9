//! Seeds become reproducible random streams.

/// Where the initial weights come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Generator {
    /// One ChaCha8 stream per neuron, keyed by (seed, layer, neuron).
    ChaCha8,
    /// The stream of `numpy.random.seed(seed)`: MT19937, matrices filled row by row.
    Numpy,
}
