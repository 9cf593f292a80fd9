//! Tables and pages made from statistics: exporters are functions from borrowed values to bytes.

pub mod figures;
pub mod html;
pub mod table;
pub mod workbook;
