//! Arguments → command.
mod arguments;
mod table;
mod terminal;
