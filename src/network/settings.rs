//! How a network learns, besides its shape and its rows.

/// What an epoch needs besides shape and rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Multiplies the gradient of half the summed squared error.
    pub learning_rate: f64,
    /// Share of the previous update added to the next.
    pub momentum: f64,
    /// Converged: every |target − output| below this.
    pub tolerance: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            learning_rate: 1.0,
            momentum: 0.0,
            tolerance: 0.4,
        }
    }
}
