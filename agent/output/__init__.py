"""How a scan's result is written: one format, one file, each with `render(result, language) -> str`."""
