//! Where judged batches go.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::PathBuf;

use arrow_schema::{ArrowError, SchemaRef};

use super::super::output::Output;
use super::labels;
use super::render::{Product, Renderer};
use crate::arrow::open::Form;
use crate::arrow::restore::plain;
use crate::arrow::{Opened, ipc, parquet};
use crate::error::Error;

/// An output that remembers why it failed: writers of formats have errors of their own.
struct Drain {
    /// Gone when nothing is to be written any more, whatever a writer does at its end.
    output: Option<Output>,
    failed: Option<Error>,
}

impl Drain {
    fn push(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.output.as_mut().map_or(Ok(()), |output| output.write(bytes))
    }
}

impl Write for Drain {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.push(bytes).map_err(|error| {
            self.failed = Some(error);
            io::Error::other("the output failed")
        })?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An output that is begun.
pub(super) struct Sink {
    kind: Kind,
    /// Whether there is anything in it yet.
    is_begun: bool,
}

enum Kind {
    Parquet(parquet::write::Writer<Drain>),
    Ipc(ipc::write::Writer<Drain>),
    Text { drain: Drain, separator: &'static str, end: &'static str },
}

/// Begins `output` in format `form`, and says what batches become for it.
pub(super) fn open(form: Form, opened: &Opened, output: Output) -> Result<(Sink, Renderer), Error> {
    let drain = Drain { output: Some(output), failed: None };
    let failed = |error: ArrowError| Error::Output(io::Error::other(error));
    let (kind, renderer) = match form {
        Form::Parquet => {
            let schema = labels::schema(&opened.schema).map_err(failed)?;
            let declared = labels::schema(&opened.declared).map_err(failed)?;
            let style = opened.style.parquet.as_ref();
            let writer =
                parquet::write::Writer::new(drain, &schema, &declared, style).map_err(|error| unwritable("Parquet", &error))?;
            (Kind::Parquet(writer), Renderer::Batch { schema, is_restored: false })
        }
        Form::ArrowFile | Form::ArrowStream => {
            let own = if opened.style.parquet.is_some() { plain(&opened.declared) } else { SchemaRef::clone(&opened.declared) };
            let schema = labels::schema(&own).map_err(failed)?;
            let writer = ipc::write::Writer::new(drain, form == Form::ArrowFile, &schema, opened.style.ipc)
                .map_err(|error| unwritable("Arrow", &error))?;
            (Kind::Ipc(writer), Renderer::Batch { schema, is_restored: true })
        }
        Form::Table { has_tabs } => (Kind::Text { drain, separator: "", end: "" }, Renderer::Table { has_tabs }),
        Form::Json { is_array: true } => (Kind::Text { drain, separator: ",\n", end: "\n]\n" }, Renderer::Json(",\n")),
        Form::Json { is_array: false } => (Kind::Text { drain, separator: "\n", end: "\n" }, Renderer::Json("\n")),
    };
    let mut sink = Sink { kind, is_begun: false };
    if let Kind::Text { drain, .. } = &mut sink.kind {
        drain.push(&renderer.begin(&opened.schema))?;
    }
    Ok((sink, renderer))
}

/// A schema that a format has no way to hold.
fn unwritable(format: &str, error: &dyn Display) -> Error {
    Error::in_file(&PathBuf::from("the output"), format!("these columns cannot be written as {format}: {error}"))
}

impl Sink {
    /// Writes what a batch became.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(super) fn write(&mut self, product: Product) -> Result<(), Error> {
        let is_first = !std::mem::replace(&mut self.is_begun, true);
        match (&mut self.kind, product) {
            (Kind::Parquet(writer), Product::Batch { batch, .. }) => {
                let result = writer.write(&batch);
                outcome(result, writer.inner())
            }
            (Kind::Ipc(writer), Product::Batch { batch, bytes, is_end }) => {
                let result = writer.write(batch, bytes, is_end);
                outcome(result, writer.inner())
            }
            (Kind::Text { drain, separator, .. }, Product::Text(bytes)) => {
                if !is_first {
                    drain.push(separator.as_bytes())?;
                }
                drain.push(&bytes)
            }
            _ => unreachable!("the renderer belongs to the sink"),
        }
    }

    /// Writes the end and puts the output in its place.
    ///
    /// # Errors
    /// If it cannot be written, or the input changed meanwhile.
    pub(super) fn finish(mut self) -> Result<(), Error> {
        match &mut self.kind {
            Kind::Parquet(writer) => {
                let result = writer.finish();
                outcome(result, writer.inner())?;
            }
            Kind::Ipc(writer) => {
                let result = writer.finish();
                outcome(result, writer.inner())?;
            }
            Kind::Text { drain, end, .. } => {
                let end = if self.is_begun { *end } else { end.trim_start() };
                drain.push(end.as_bytes())?;
            }
        }
        self.output().map_or(Ok(()), Output::finish)
    }

    /// Throws away what was written.
    pub(super) fn discard(mut self) {
        if let Some(output) = self.output() {
            output.discard();
        }
    }

    fn output(&mut self) -> Option<Output> {
        match &mut self.kind {
            Kind::Parquet(writer) => writer.inner().output.take(),
            Kind::Ipc(writer) => writer.inner().output.take(),
            Kind::Text { drain, .. } => drain.output.take(),
        }
    }
}

/// The error of the output itself, where that is why a writer failed.
fn outcome<E: Display>(result: Result<(), E>, drain: &mut Drain) -> Result<(), Error> {
    result.map_err(|error| drain.failed.take().unwrap_or_else(|| Error::Output(io::Error::other(error.to_string()))))
}
