"""Documents into located text: one format, one file. Runs only in the sandboxed worker."""
