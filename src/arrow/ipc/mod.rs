//! Arrow IPC: streams, and files, which are streams with a beginning and an index around them.

pub(crate) mod frames;
pub(crate) mod read;
pub(crate) mod write;
