//! Arrow IPC: streams, and files, which are the messages of a stream with an index at the end.

mod blocks;
pub(crate) mod frames;
pub(crate) mod read;
pub(crate) mod write;
