//! What goes wrong on real machines, done for real to the real binary: killed, interrupted,
//! out of disk, locked out, its folder taken away, its results edited. Every fault must end in
//! a clear message and exit code, and lose no finished work.

#![cfg(unix)]

mod again;
mod changed;
mod counts;
mod disk;
mod kill;
mod late;
mod place;
mod systems;
mod taken;
mod terminal;
