"""The grammar of Chinese classification marks (密级标志): from located text to marks, never to mentions of secrecy.

Read from the inside out: `normalise` folds the writing, `numerals`, `dates` and `term` read periods, `trace` finds the signs that
every mark has, `lines` and `window` read what is near them, `forms`, `labels`, `beside`, `regimes` and `phrases` find what may be
a mark, `context` with `features` and `wording` decides mark or mention, `worth` judges a mark by its neighbours and by the
document's own date (`dating`), and `reader` does it for a whole document.
"""
