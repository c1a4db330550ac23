"""Makes a corpus like an office computer's files: `python -m tests.bench.corpus FOLDER [--files N] [--seed N]`.

20,000 files have 1.1 GB, take about two minutes, and are the same for the same seed, Python and libraries (but for the
handful of .iso, in which libarchive notes the time). A third of them are code, settings and logs, a quarter prose and tables
in UTF-8, GB18030, Big5 and UTF-16, a fourth documents (9 % docx, 4.5 % xlsx, 4 % PDF of one to forty pages, 2 % pptx,
OpenDocument, OFD, RTF, Word, Excel and PowerPoint 97), the rest pages, mails, archives of all kinds, pictures, programs,
sounds and films; `plan` holds the shares, and the command prints what came out. Sizes are log-normal: many small files, few
large ones.

The prose is made of sentences (`words`) in which 密, 内部 and 公开 occur 7, 1 and 1.2 times in 10,000 characters. 0.3 % of
the files are about secrecy, 4 % hold a line that only looks like a mark. 1.3 % bear a planted mark: every place of every
format at least once, in statutory form and in eighteen others (`marks`); FOLDER/manifest.jsonl lists them.

Producers: python-docx, openpyxl, XlsxWriter, python-pptx, reportlab, xlwt, the standard library and libarchive; LibreOffice's
.doc and .ppt with their text overwritten. Written by hand: OFD, OpenDocument, RTF, UOF, Word and Excel 2003 XML, half of the
PDF, .msg, .rar and the larger .doc. The marks, the places and the scanner come from one house: that all are found is
agreement, no claim about others' files. Not made: .cab, .lha, .rpm, .deb, disk images, winmail.dat, .xps, scans of paper.
"""
