//! Labelled batches on their way to Python.

use std::sync::{Mutex, PoisonError};

use arrow_array::RecordBatchReader;
use arrow_array::ffi::FFI_ArrowSchema;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_schema::SchemaRef;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::errors::value_error;

/// A stream of labelled batches, by the Arrow PyCapsule interface: whatever reads that reads this, once. Rows are labelled as they are read,
/// unless that was done before.
#[pyclass(module = "rolecall", frozen)]
pub(crate) struct Labels {
    schema: SchemaRef,
    batches: Mutex<Option<Box<dyn RecordBatchReader + Send>>>,
}

impl Labels {
    /// The stream of what `batches` yields.
    pub(crate) fn new(batches: Box<dyn RecordBatchReader + Send>) -> Self {
        Self { schema: batches.schema(), batches: Mutex::new(Some(batches)) }
    }
}

#[pymethods]
impl Labels {
    /// Hands the stream over. Other types than those that it has are not to be had, which the interface leaves open.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        drop(requested_schema);
        let batches = self.batches.lock().unwrap_or_else(PoisonError::into_inner).take();
        let batches = batches.ok_or_else(|| PyValueError::new_err("these labels were read already: label the rows again"))?;
        PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(batches), c"arrow_array_stream")
    }

    /// The schema, as the interface has it.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(self.schema.as_ref()).map_err(value_error)?;
        PyCapsule::new_with_value(py, schema, c"arrow_schema")
    }

    fn __repr__(&self) -> String {
        let names: Vec<&str> = self.schema.fields().iter().map(|field| field.name().as_str()).collect();
        format!("<rolecall.Labels: an Arrow stream of {}>", names.join(", "))
    }
}
