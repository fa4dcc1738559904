"""Makes files out of manuscripts: one module for each format, each the only one here that knows its library."""
