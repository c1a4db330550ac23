"""The grammar of Chinese classification marks (密级标志): from located text to marks, never to mentions of secrecy.

Read from the inside out: `normalise` folds the writing, `numerals` and `term` read periods, `forms`, `labels`, `regimes` and
`phrases` find what may be a mark in one line, `context` decides mark or mention, `reader` does it for a whole document.
"""
