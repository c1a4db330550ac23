"""XML that is no package: any, SVG, Word 2003 and Excel 2003."""
