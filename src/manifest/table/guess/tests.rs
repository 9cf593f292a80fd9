//! What is guessed of whole files.
