"""Archives and packed files, by the system's libarchive."""
