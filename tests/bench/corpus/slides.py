"""Presentations: python-pptx lays out templates, and makes the marked ones one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO

import pptx
from pptx.presentation import Presentation
from pptx.util import Cm

from tests.bench.corpus.marks import Suited
from tests.bench.corpus.revise import revised, stamped
from tests.bench.corpus.shape import Format, Parts, Source, Way, unzipped, zipped

_TEMPLATES = 60
_TEXT, _ONLY_TITLE = 1, 5

Put = Callable[[Presentation, str], None]


def _laid_out(source: Source, most: int = 60) -> Presentation:
    rng, prose = source.rng, source.prose
    deck = pptx.Presentation()
    for _ in range(prose.size(16, most)):
        layout = rng.choice((_TEXT, _TEXT, _ONLY_TITLE))
        slide = deck.slides.add_slide(deck.slide_layouts[layout])
        slide.shapes.title.text = prose.title()
        if layout == _TEXT:
            slide.placeholders[1].text = "\n".join(prose.sentences(rng.randint(2, 6)))
        elif rng.random() < 0.6:
            picture = BytesIO(source.shared.pictures.photograph(rng))
            slide.shapes.add_picture(picture, Cm(2), Cm(5), Cm(12))
        else:
            for cell in slide.shapes.add_table(4, 4, Cm(2), Cm(5), Cm(20), Cm(8)).table.iter_cells():
                cell.text = prose.phrase()
        if rng.random() < 0.2:
            slide.notes_slide.notes_text_frame.text = prose.paragraph()
    return deck


def _saved(deck: Presentation) -> Parts:
    buffer = BytesIO()
    deck.save(buffer)
    parts = unzipped(buffer.getvalue())
    parts["docProps/core.xml"] = stamped(parts["docProps/core.xml"])
    return parts


def plain(source: Source) -> bytes:
    """A presentation without a mark."""
    parts = source.template("pptx", _TEMPLATES, lambda own: _saved(_laid_out(own)))
    for name in parts:
        if name.startswith(("ppt/slides/slide", "ppt/notesSlides/notes")):
            parts[name] = revised(parts[name], source.prose.sentence, source.prose.phrase)
        elif name.startswith("ppt/media/"):
            parts[name] = source.shared.pictures.photograph(source.rng)
    return zipped(parts)


def _way(put: Put, suited: Suited = Suited.ANY, *, counts: bool = True) -> Way:
    def make(source: Source, mark: str) -> bytes:
        deck = _laid_out(source, 8)
        put(deck, mark)
        return zipped(_saved(deck))

    return Way(make, suited, counts)


def _box(deck: Presentation, mark: str) -> None:
    deck.slides[0].shapes.add_textbox(Cm(1), Cm(0.5), Cm(8), Cm(1.5)).text_frame.text = mark


def _split(deck: Presentation, mark: str) -> None:
    paragraph = deck.slides[0].shapes.add_textbox(Cm(1), Cm(0.5), Cm(8), Cm(1.5)).text_frame.paragraphs[0]
    for character in mark:
        paragraph.add_run().text = character


def _title(deck: Presentation, mark: str) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[_ONLY_TITLE])
    slide.shapes.title.text = mark
    slides = deck.slides._sldIdLst
    slides.insert(0, slides[-1])


def _master(deck: Presentation, mark: str) -> None:
    """Text of its own on the master, which every slide shows; python-pptx adds none, so a box is moved there."""
    shape = deck.slides[0].shapes.add_textbox(Cm(1), Cm(0.5), Cm(8), Cm(1.5))
    shape.text_frame.text = mark
    deck.slide_master.shapes._spTree.append(shape._element)


def _layout(deck: Presentation, mark: str) -> None:
    shape = deck.slides[0].shapes.add_textbox(Cm(1), Cm(0.5), Cm(8), Cm(1.5))
    shape.text_frame.text = mark
    deck.slides[0].slide_layout.shapes._spTree.append(shape._element)


def _notes(deck: Presentation, mark: str) -> None:
    deck.slides[0].notes_slide.notes_text_frame.text = mark


def _table(deck: Presentation, mark: str) -> None:
    deck.slides[0].shapes.add_table(2, 2, Cm(1), Cm(0.5), Cm(8), Cm(2)).table.cell(0, 0).text = mark


def _later(deck: Presentation, mark: str) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[_ONLY_TITLE])
    slide.shapes.title.text = "补充说明"
    slide.shapes.add_textbox(Cm(1), Cm(0.5), Cm(8), Cm(1.5)).text_frame.text = mark


def _subject(deck: Presentation, mark: str) -> None:
    deck.core_properties.subject = mark


WAYS: Mapping[str, Way] = {
    "text box on the first slide": _way(_box),
    "split over runs": _way(_split),
    "title of the first slide": _way(_title),
    "master": _way(_master),
    "layout": _way(_layout),
    "notes": _way(_notes, Suited.FULL),
    "table": _way(_table, Suited.FULL),
    "later slide": _way(_later, Suited.FULL),
    "subject property": _way(_subject, Suited.STATUTORY, counts=False),
}

FORMATS: Mapping[str, Format] = {"pptx": Format(".pptx", 400, plain, WAYS)}
