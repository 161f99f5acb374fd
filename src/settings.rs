//! Loads the config file, merges environment and flags over it, and resolves secrets.
