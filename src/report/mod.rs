//! Tables and pages made from statistics: exporters are functions from borrowed values to bytes.

pub mod answer;
pub mod columns;
pub mod comparisons;
pub mod confusion;
pub mod criterion;
pub mod curves;
mod data_columns;
pub mod failures;
pub mod figures;
pub mod html;
mod performance;
pub mod rounding;
pub mod shared;
pub mod shown;
pub mod summary;
pub mod survival;
#[cfg(test)]
mod tests;
pub mod watched;
pub mod workbook;
mod wrong;
