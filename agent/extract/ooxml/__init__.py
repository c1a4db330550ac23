"""Office Open XML: docx, xlsx, pptx and their kin."""
