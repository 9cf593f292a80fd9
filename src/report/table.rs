//! A table of text cells as the CSV files hold it.

/// Header and rows.
pub struct Table {
    /// Column names.
    pub header: Vec<String>,
    /// Rows of cells.
    pub rows: Vec<Vec<String>>,
}
