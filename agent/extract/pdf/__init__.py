"""PDF: a cheap look at its objects first, PDFium for the rest."""
