//! One thread reads batches, many judge and render them, one writes them in order.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::super::flow::Flow;
use super::super::progress::Talk;
use super::super::spawn_all;
use super::super::tally::Tally;
use super::contain::contained;
use super::judge::BatchJudge;
use super::render::{Product, Renderer};
use super::sink::Sink;
use crate::arrow::{Rows, RowsReader};
use crate::error::Error;

/// How soon somebody who wants to stop is heard.
const PATIENCE: Duration = Duration::from_millis(50);

/// Where rows come from.
pub(super) struct Source {
    /// Yields them.
    pub reader: Box<dyn RowsReader>,
    /// Those that were read already.
    pub first: Option<Rows>,
    /// Their file.
    pub file: PathBuf,
}

impl Source {
    /// The next rows; `None` at the end.
    fn next(&mut self) -> Result<Option<Rows>, Error> {
        match self.first.take() {
            Some(rows) => Ok(Some(rows)),
            None => contained(&self.file, || self.reader.next())?,
        }
    }
}

/// What is done with rows, and by how many threads.
pub(super) struct Workers {
    /// Judges them.
    pub judge: Arc<BatchJudge>,
    /// Makes of them what is written.
    pub renderer: Arc<Renderer>,
    /// So many threads do.
    pub count: usize,
}

/// What comes to the writer, numbered.
enum Arrival {
    /// A batch, and how many bytes its rows took.
    Product(Product, usize, Tally),
    /// There are no more.
    End,
    /// Something failed here.
    Failed(Error),
}

type Numbered<T> = (u64, T);

/// Labels all rows.
///
/// # Errors
/// If reading or writing fails, or it was stopped. Then nothing is left of the output.
pub(super) fn run(rows: Source, workers: &Workers, mut sink: Sink, talk: &Talk, stop: &Arc<AtomicBool>) -> Result<Tally, Error> {
    let flow = Arc::new(Flow::new(workers.count.max(1)));
    let (give, take) = sync_channel::<Numbered<Rows>>(workers.count.max(1));
    let (arrive, arrivals) = channel();
    let take = Arc::new(Mutex::new(take));
    let work_all = || {
        let (take, arrive) = (Arc::clone(&take), arrive.clone());
        let (judge, renderer, file) = (Arc::clone(&workers.judge), Arc::clone(&workers.renderer), rows.file.clone());
        move || {
            while let Some((index, rows)) = next(&take) {
                let arrival = contained(&file, || work(&rows, &judge, &renderer)).unwrap_or_else(Arrival::Failed);
                if arrive.send((index, arrival)).is_err() {
                    return;
                }
            }
        }
    };
    let started = spawn_all(workers.count.max(1), work_all);
    let mut ends = Some((rows, give, arrive));
    let read_all = || {
        let (ends, flow, stop) = (ends.take(), Arc::clone(&flow), Arc::clone(stop));
        move || ends.into_iter().for_each(|(rows, give, arrive)| read(rows, &flow, &give, &arrive, &stop))
    };
    let result = started.and_then(|()| spawn_all(1, read_all)).and_then(|()| drain(&arrivals, &flow, &mut sink, talk, stop));
    flow.close();
    talk.clear();
    match result {
        Ok(tally) => sink.finish().map(|()| tally),
        Err(error) => {
            sink.discard();
            Err(error)
        }
    }
}

fn next(take: &Mutex<Receiver<Numbered<Rows>>>) -> Option<Numbered<Rows>> {
    take.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

fn work(rows: &Rows, judge: &BatchJudge, renderer: &Renderer) -> Arrival {
    let mut tally = Tally::default();
    let outcomes = judge.verdicts(rows, &mut tally);
    match renderer.render(rows, &outcomes, judge.model()) {
        Ok(product) => Arrival::Product(product, rows.bytes, tally),
        Err(error) => Arrival::Failed(Error::Output(std::io::Error::other(error))),
    }
}

/// Gives rows to the workers, no more than may be under way. Where nobody listens any more, there is nobody to tell.
fn read(mut rows: Source, flow: &Flow, give: &SyncSender<Numbered<Rows>>, arrive: &Sender<Numbered<Arrival>>, stop: &AtomicBool) {
    for index in 0.. {
        if !flow.wait() || stop.load(Ordering::Relaxed) {
            return;
        }
        let end = match rows.next() {
            Ok(Some(rows)) => {
                flow.enter(rows.bytes);
                if give.send((index, rows)).is_err() {
                    return;
                }
                continue;
            }
            Ok(None) => Arrival::End,
            Err(error) => Arrival::Failed(error),
        };
        let _ = arrive.send((index, end));
        return;
    }
}

/// Writes what arrives, in order, to the end.
fn drain(
    arrivals: &Receiver<Numbered<Arrival>>,
    flow: &Flow,
    sink: &mut Sink,
    talk: &Talk,
    stop: &AtomicBool,
) -> Result<Tally, Error> {
    let mut waiting: BTreeMap<u64, Arrival> = BTreeMap::new();
    let mut tally = Tally::default();
    let mut next = 0;
    loop {
        if stop.load(Ordering::Relaxed) {
            return Err(Error::Stopped("nothing is kept, as Parquet and Arrow cannot be gone on with; begin again".to_owned()));
        }
        match waiting.remove(&next) {
            Some(Arrival::Product(product, bytes, more)) => {
                sink.write(product)?;
                flow.leave(bytes);
                tally.add(more);
                talk.progress(&tally);
                next += 1;
                continue;
            }
            Some(Arrival::End) => return Ok(tally),
            Some(Arrival::Failed(error)) => return Err(error),
            None => {}
        }
        match arrivals.recv_timeout(PATIENCE) {
            Ok((index, arrival)) => drop(waiting.insert(index, arrival)),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Err(Error::Stopped("a worker died, which is a bug".to_owned())),
        }
    }
}
