"""OpenDocument, as packages and as single XML files."""
