"""OFD packages written by GB/T 33190-2016: page content in millimetres from the upper left corner, an index for everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.agent.extract.parts import zipped

STANDARD = "http://www.ofdspec.org/2016"


def text(content: str, x: float, y: float, *, size: float = 5.64, attributes: str = "", **code: str) -> str:
    """A TextObject whose first character stands at a place, the others where its attributes say."""
    moves = "".join(f' {name}="{value}"' for name, value in code.items())
    return (
        f'<ofd:TextObject ID="9" Boundary="{x} {y} 100 10" Font="1" Size="{size}" {attributes}>'
        f'<ofd:TextCode X="0" Y="{size}"{moves}>{content}</ofd:TextCode></ofd:TextObject>'
    )


def glyphs(content: str, x: float, y: float, *, size: float = 5.64, step: tuple[float, float] | None = None) -> list[str]:
    """A TextObject for each character, as programs that lay out every character themselves write it."""
    dx, dy = step or (size, 0.0)
    return [text(character, x + n * dx, y + n * dy, size=size) for n, character in enumerate(content)]


def layer(*objects: str) -> str:
    """A layer of a page."""
    return f'<ofd:Layer Type="Body" ID="2">{"".join(objects)}</ofd:Layer>'


def annotation(kind: str, *objects: str, attributes: str = "", remark: str = "") -> str:
    """An annotation with its appearance."""
    said = f"<ofd:Remark>{remark}</ofd:Remark>" if remark else ""
    shown = f'<ofd:Appearance Boundary="10 10 100 100">{"".join(objects)}</ofd:Appearance>'
    return f'<ofd:Annot ID="5" Type="{kind}" {attributes}>{said}{shown}</ofd:Annot>'


@dataclass(slots=True, kw_only=True)
class Ofd:
    """What an OFD file is made of. `page_inner`: what stands before the content of each page (templates, resources)."""

    pages: Sequence[str] = ("",)
    page_inner: str = ""
    templates: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[int, str] = field(default_factory=dict)
    attachments: Mapping[str, bytes] = field(default_factory=dict)
    information: str = ""
    resources: str = ""
    namespace: str = STANDARD
    folder: str = "Doc_0"
    root: str = "OFD.xml"
    location: str = "{folder}/{part}"
    others: Mapping[str, str | bytes] = field(default_factory=dict)

    def part(self, element: str, content: str) -> str:
        """A part with its root element."""
        declared = f' xmlns:ofd="{self.namespace}"' if self.namespace else ""
        markup = f"<ofd:{element}{declared}>{content}</ofd:{element}>"
        if not self.namespace:
            markup = markup.replace("<ofd:", "<").replace("</ofd:", "</")
        return '<?xml version="1.0" encoding="UTF-8"?>\n' + markup

    def at(self, part: str) -> str:
        """How one part calls another."""
        return self.location.format(folder=self.folder, part=part)

    def parts(self) -> dict[str, str | bytes]:
        """Every part by its name."""
        root = f"<ofd:DocRoot>{self.folder}/Document.xml</ofd:DocRoot>"
        body = f"<ofd:DocBody><ofd:DocInfo>{self.information}</ofd:DocInfo>{root}</ofd:DocBody>"
        found: dict[str, str] = {self.root: self.part("OFD", body), f"{self.folder}/Document.xml": self._document()}
        for number, page in enumerate(self.pages, 1):
            found[f"{self.folder}/Pages/Page_{number}/Content.xml"] = self._page(self.page_inner, page)
        for identity, template in self.templates.items():
            found[f"{self.folder}/Tpls/Tpl_{identity}/Content.xml"] = self._page("", template)
        if self.resources:
            found[f"{self.folder}/PublicRes.xml"] = self.part("Res", self.resources)
        found |= self._annotations() | self._attachments()
        files = {f"{self.folder}/Attachs/{name}": content for name, content in self.attachments.items()}
        return {**found, **files, **self.others}

    def build(self) -> bytes:
        """The package."""
        return zipped(self.parts())

    def _page(self, before: str, content: str) -> str:
        return self.part("Page", f"{before}<ofd:Content>{content}</ofd:Content>")

    def _document(self) -> str:
        pages = "".join(
            f'<ofd:Page ID="{n}" BaseLoc="{self.at(f"Pages/Page_{n}/Content.xml")}"/>' for n in range(1, len(self.pages) + 1)
        )
        common = "".join(
            f'<ofd:TemplatePage ID="{identity}" BaseLoc="{self.at(f"Tpls/Tpl_{identity}/Content.xml")}"/>'
            for identity in self.templates
        )
        common += f"<ofd:PublicRes>{self.at('PublicRes.xml')}</ofd:PublicRes>" if self.resources else ""
        rest = f"<ofd:Annotations>{self.at('Annots/Annotations.xml')}</ofd:Annotations>" if self.annotations else ""
        rest += f"<ofd:Attachments>{self.at('Attachs/Attachments.xml')}</ofd:Attachments>" if self.attachments else ""
        return self.part("Document", f"<ofd:CommonData>{common}</ofd:CommonData><ofd:Pages>{pages}</ofd:Pages>{rest}")

    def _annotations(self) -> dict[str, str]:
        folder = f"{self.folder}/Annots"
        found = {f"{folder}/Page_{n}.xml": self.part("PageAnnot", inner) for n, inner in self.annotations.items()}
        index = "".join(f'<ofd:Page PageID="{n}"><ofd:FileLoc>Page_{n}.xml</ofd:FileLoc></ofd:Page>' for n in self.annotations)
        return {**found, f"{folder}/Annotations.xml": self.part("Annotations", index)} if self.annotations else {}

    def _attachments(self) -> dict[str, str]:
        index = "".join(
            f'<ofd:Attachment ID="7" Name="{name}"><ofd:FileLoc>{name}</ofd:FileLoc></ofd:Attachment>'
            for name in self.attachments
        )
        return {f"{self.folder}/Attachs/Attachments.xml": self.part("Attachments", index)} if self.attachments else {}
