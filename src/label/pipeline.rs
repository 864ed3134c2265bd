//! One thread reads, many judge, one writes in order.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::checkpoint::Checkpoint;
use super::flow::Flow;
use super::judge::Judge;
use super::output::Output;
use super::progress::Talk;
use super::spawn_all;
use super::tally::Tally;
use crate::error::Error;
use crate::formats::export::{ExportReader, Position, Row};

/// A batch is full with so many rows,
const ROWS: usize = 64;
/// or with so many bytes.
const BYTES: usize = 256 * 1024;
/// How soon somebody who wants to stop is heard.
const PATIENCE: Duration = Duration::from_millis(50);

/// Rows that are judged together.
struct Batch {
    index: u64,
    rows: Vec<Row>,
    /// Bytes of the rows.
    bytes: usize,
    /// Where the next batch begins, where one can go on there.
    end: Option<Position>,
}

/// What comes to the writer, numbered.
enum Arrival {
    /// A batch as it is to be written.
    Bytes { bytes: Vec<u8>, read: usize, tally: Tally, end: Option<Position> },
    /// There are no more.
    End,
    /// Reading failed here, or there is no room for what was read.
    Failed(Error),
}

/// A run that is ready to begin.
pub struct Run {
    /// What is done with rows.
    pub judge: Arc<Judge>,
    /// Where they go.
    pub output: Output,
    /// How far an earlier run came.
    pub state: Checkpoint,
    /// What is said on the way.
    pub talk: Talk,
    /// Set by whoever wants it to stop.
    pub stop: Arc<AtomicBool>,
}

impl Run {
    /// Labels what `rows` reads, with so many workers.
    ///
    /// # Errors
    /// If reading or writing fails, or it was stopped.
    pub fn run(mut self, rows: Box<dyn ExportReader>, workers: usize) -> Result<(Tally, Talk), Error> {
        let arrivals = self.spawn(rows, workers.max(1))?;
        if self.state.written == 0 {
            let begin = self.judge.in_encoding(self.judge.writer.begin());
            self.output.write(&begin)?;
        }
        let end = self.drain(&arrivals);
        if let Err(error) = end {
            if error.is_final() {
                self.output.discard();
            } else {
                // The reason for stopping matters more than a checkpoint that cannot be written either.
                let _ = self.output.checkpoint(&self.state, true);
            }
            self.talk.clear();
            return Err(error);
        }
        let end = self.judge.in_encoding(self.judge.writer.end(self.state.tally.records));
        self.output.write(&end)?;
        self.talk.clear();
        self.output.finish()?;
        Ok((self.state.tally, self.talk))
    }

    /// Starts the reader and the workers. They end by themselves when the other ends of their channels are gone.
    fn spawn(&self, rows: Box<dyn ExportReader>, workers: usize) -> Result<Arrivals, Error> {
        let (give, take) = sync_channel::<Batch>(workers);
        let (arrive, arrivals) = channel();
        let flow = Arc::new(Flow::new(workers));
        let take = Arc::new(Mutex::new(take));
        spawn_all(workers, || {
            let (judge, take, arrive) = (Arc::clone(&self.judge), Arc::clone(&take), arrive.clone());
            move || work(&judge, &take, &arrive)
        })?;
        let mut reader = Some(Reader { rows, flow: Arc::clone(&flow), give, arrive, stop: Arc::clone(&self.stop) });
        spawn_all(1, || {
            let reader = reader.take();
            move || reader.into_iter().for_each(Reader::run)
        })?;
        Ok(Arrivals { arrivals, flow })
    }

    /// Writes what arrives, in order, to the end.
    fn drain(&mut self, channel: &Arrivals) -> Result<(), Error> {
        let mut waiting: BTreeMap<u64, Arrival> = BTreeMap::new();
        let mut next = 0;
        let mut tally = self.state.tally.clone();
        loop {
            if self.stop.load(Ordering::Relaxed) {
                return Err(Error::Stopped(self.output.how_to_resume()));
            }
            match waiting.remove(&next) {
                Some(Arrival::Bytes { bytes, read, tally: more, end }) => {
                    self.output.write(&bytes)?;
                    channel.flow.leave(read);
                    tally.add(more);
                    self.talk.progress(&tally);
                    if let Some(position) = end {
                        self.state = Checkpoint { position, written: self.output.written(), tally: tally.clone() };
                        self.output.checkpoint(&self.state, false)?;
                    }
                    next += 1;
                    continue;
                }
                Some(Arrival::End) => return Ok(()),
                Some(Arrival::Failed(error)) => return Err(error),
                None => {}
            }
            match channel.arrivals.recv_timeout(PATIENCE) {
                Ok((index, arrival)) => drop(waiting.insert(index, arrival)),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Error::Stopped(format!("a worker died, which is a bug; {}", self.output.how_to_resume())));
                }
            }
        }
    }
}

/// The writer's ends of the channels.
struct Arrivals {
    arrivals: Receiver<(u64, Arrival)>,
    /// Lets the reader read on.
    flow: Arc<Flow>,
}

impl Drop for Arrivals {
    fn drop(&mut self) {
        self.flow.close();
    }
}

/// Judges batches as long as there are any.
fn work(judge: &Judge, take: &Mutex<Receiver<Batch>>, arrive: &Sender<(u64, Arrival)>) {
    loop {
        let batch = take.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(mut batch) = batch else { return };
        let mut tally = Tally::default();
        // A panic is a bug; but whoever waits for this batch would wait for ever.
        let judged = catch_unwind(AssertUnwindSafe(|| judge.rows(&mut batch.rows, &mut tally)));
        let arrival = match judged {
            Ok(Ok(bytes)) => Arrival::Bytes { bytes, read: batch.bytes, tally, end: batch.end },
            Ok(Err(error)) => Arrival::Failed(error),
            Err(_) => {
                let rows = batch.rows.first().zip(batch.rows.last()).map(|(first, last)| (first.number, last.number));
                let (first, last) = rows.unwrap_or_default();
                Arrival::Failed(Error::Stopped(format!("a worker died on a row from {first} to {last}, which is a bug")))
            }
        };
        if arrive.send((batch.index, arrival)).is_err() {
            return;
        }
    }
}

/// Cuts rows into batches, no more of them than may be under way.
struct Reader {
    rows: Box<dyn ExportReader>,
    flow: Arc<Flow>,
    give: SyncSender<Batch>,
    arrive: Sender<(u64, Arrival)>,
    stop: Arc<AtomicBool>,
}

impl Reader {
    fn run(mut self) {
        for index in 0.. {
            if !self.flow.wait() || self.stop.load(Ordering::Relaxed) {
                return;
            }
            let (batch, failure) = batch(self.rows.as_mut(), index);
            self.flow.enter(batch.bytes);
            let is_last = batch.rows.is_empty();
            if !is_last && self.give.send(batch).is_err() {
                return;
            }
            let end = match failure {
                Some(error) => Some((index + u64::from(!is_last), Arrival::Failed(error))),
                None => is_last.then_some((index, Arrival::End)),
            };
            if let Some(end) = end {
                // Where nobody listens any more, there is nobody to tell.
                let _ = self.arrive.send(end);
                return;
            }
        }
    }
}

/// The next batch, empty at the end, and why it is no longer.
fn batch(rows: &mut dyn ExportReader, index: u64) -> (Batch, Option<Error>) {
    let mut batch = Batch { index, rows: Vec::new(), bytes: 0, end: rows.position() };
    while batch.rows.len() < ROWS && batch.bytes < BYTES {
        match rows.next() {
            Ok(Some(row)) => {
                batch.bytes += row.raw.len();
                batch.rows.push(row);
                batch.end = rows.position();
            }
            Ok(None) => break,
            Err(error) => return (batch, Some(error)),
        }
    }
    (batch, None)
}
