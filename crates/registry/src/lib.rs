//! Admission of acts to a log, its marks and charter, and the witness that reads every leaf.
