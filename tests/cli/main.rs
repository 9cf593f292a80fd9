//! Every command through the real binary: what it prints where, the code it ends with, the
//! files it leaves.

mod arguments;
mod fixture;
