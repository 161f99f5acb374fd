//! The stream of bulletins, as a program sees it that others wrote for such streams.
