//! Every command through the real binary: what it prints where, the code it ends with, the
//! files it leaves.

mod arguments;
mod criteria;
mod data;
mod fixture;
mod from_file;
mod merging;
mod names;
mod plan;
mod readme;
mod replay;
mod report;
mod results;
mod rounding;
mod run;
mod terminal;
mod verify;
