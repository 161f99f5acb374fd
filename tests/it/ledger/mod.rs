//! The conformance suite of the seam.
