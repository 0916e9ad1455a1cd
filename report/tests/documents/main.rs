//! Real documents, read back by other programs: poppler for the PDF, LibreOffice for the DOCX.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its document has failed"
)]
#![allow(clippy::print_stderr, reason = "a skipped test must be seen")]

mod docx;
mod pdf;
mod refusals;
mod standing;
mod support;
