//! What makes bytes a journal: its magic numbers, lengths, header and checksums. The heading of
//! the folder has the picture.

use crate::plan::Identity;
use crate::results::folder::COMPATIBILITY;

/// Starts every journal.
pub const MAGIC: [u8; 8] = *b"seedbedJ";
/// Version of the format.
pub const FORMAT: u32 = 2;
/// Chosen at random; starts every block.
pub const MARKER: [u8; 8] = [0xf3, 0x1d, 0xb8, 0x6c, 0x92, 0x05, 0xe7, 0x4a];
/// Length of the header.
pub const HEADER_LENGTH: usize = 8 + 4 + 4 + 20 + 32 + 4;
/// Where its checksum starts.
pub const HEADER_CHECKSUM: usize = HEADER_LENGTH - 4;
/// The same of format 1, which had no compatibility number.
pub const FIRST_FORMAT_CHECKSUM: usize = 64;
/// Length of what precedes a block's payload.
pub const HEAD_LENGTH: usize = 8 + 4 + 4 + 4;
/// First byte of the payload of a block of finished runs.
pub const RUNS: u8 = 0;
/// First byte of the payload of a block that names files before they are written.
pub const FILES: u8 = 1;

/// A checksum of `bytes` that only this experiment's blocks have.
pub fn checksum(identity: &Identity, bytes: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&identity.0);
    hasher.update(bytes);
    hasher.finalize()
}

/// What a journal of this experiment, written by this version, starts with.
pub fn header(identity: &Identity) -> [u8; HEADER_LENGTH] {
    header_of(MAGIC, FORMAT, identity)
}

/// The same for a file with other magic numbers, in a version of its format.
pub fn header_of(magic: [u8; 8], format: u32, identity: &Identity) -> [u8; HEADER_LENGTH] {
    let mut header = [0; HEADER_LENGTH];
    header[..8].copy_from_slice(&magic);
    header[8..12].copy_from_slice(&format.to_le_bytes());
    header[12..16].copy_from_slice(&COMPATIBILITY.to_le_bytes());
    let version = env!("CARGO_PKG_VERSION").as_bytes();
    let length = version.len().min(20);
    header[16..16 + length].copy_from_slice(&version[..length]);
    header[36..68].copy_from_slice(&identity.0);
    let checksum = crc32fast::hash(&header[..HEADER_CHECKSUM]);
    header[HEADER_CHECKSUM..].copy_from_slice(&checksum.to_le_bytes());
    header
}
