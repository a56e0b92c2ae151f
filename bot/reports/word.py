"""A report as a Word file, to be edited there: its looks are styles, its captions and page numbers fields."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm
from jinja2 import Environment

from bot.reports.document import NOT_DRAWN, Document, Picture, Pictures
from bot.reports.templating import environment, printable
from bot.reports.text import is_rtl, one_line, plain

PAGE = Mm(210), Mm(297)
MARGIN = Mm(20)
FIGURE = Mm(145), Mm(200)
"""How wide a figure is, where that does not make it too high: its words are then as large as those beside it."""

_TWIPS = 635
"""A twentieth of a point, in which Word measures text, in its unit of pictures."""
_ACROSS = round((PAGE[0] - 2 * MARGIN) / _TWIPS)
_NUMBERS = 1700
_LABELS_AT_LEAST = 3000

_SINCE = datetime(1980, 1, 1, tzinfo=UTC)
"""Long ago, and always the same, so that the same report is the same file."""
_CORE = 255

_NOT_OURS = ("/stylesWithEffects", "/customXml", "/thumbnail", "/fontTable", "/webSettings", "/extended-properties")
"""What python-docx's empty document has besides what we fill."""


@dataclass(frozen=True)
class _Drawn:
    relation: str
    width: int
    height: int


def to_docx(document: Document, pictures: Pictures) -> bytes:
    """``document`` with its ``pictures``; where one is missing, a sentence points to the table."""
    made: Any = docx.Document()
    _prepare(made, document)
    templates = _templates(made.part, document)
    fill = {"styles": made.styles.element, "numbering": made.part.numbering_part.element}
    for name, element in fill.items():
        element[:] = list(_element(templates, f"word.{name}.xml.jinja"))
    blocks = list(document.illustrated(pictures))
    *body, footer = _element(templates, "word.body.xml.jinja", document=document, blocks=blocks, not_drawn=NOT_DRAWN)
    section = made.sections[0]
    section.footer._element[:] = [footer]  # noqa: SLF001
    for each in body:
        section._sectPr.addprevious(each)  # noqa: SLF001
    held = BytesIO()
    made.save(held)
    return _repacked(held)


def _prepare(made: Any, document: Document) -> None:
    """The page and the properties, and nothing of what python-docx's own empty document says."""
    section = made.sections[0]
    section.page_width, section.page_height = PAGE
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
    section.footer_distance = Mm(10)
    about = made.core_properties
    about.title = " – ".join(filter(None, map(one_line, (document.title, document.kind))))[:_CORE]
    about.subject = one_line(document.part)[:_CORE]
    about.author = about.last_modified_by = "Plenary"
    about.created = about.modified = _SINCE
    about.comments, about.keywords, about.language = "", "", "en-GB"
    for rels in (made.part.rels, made.part.package.rels):
        for key in [key for key, rel in rels.items() if rel.reltype.endswith(_NOT_OURS)]:
            del rels[key]
    settings = made.settings.element
    for each in settings.iter(qn("w:compatSetting")):
        if each.get(qn("w:name")) == "compatibilityMode":
            each.set(qn("w:val"), "15")  # else Word opens it as if it were of 2010
    for each in settings.iter(qn("w:themeFontLang")):
        each.set(qn("w:val"), "en-GB")


def _templates(part: Any, document: Document) -> Environment:
    templates: Any = environment(printable)
    templates.globals |= {"accent": document.colour.lstrip("#").upper(), "width": _ACROSS}

    def image(picture: Picture) -> _Drawn:
        return _image(part, picture)

    def relation(address: str) -> str:
        return part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)

    templates.filters |= {"rtl": is_rtl, "plain": plain, "widths": _widths, "image": image, "relation": relation}
    return templates


def _element(templates: Environment, name: str, **known: object) -> Any:
    return parse_xml(templates.get_template(name).render(**known))


def _widths(columns: int) -> list[int]:
    """Of a table's columns: the first has room for texts, as far as the numbers in the others allow."""
    numbers = min(_NUMBERS, (_ACROSS - _LABELS_AT_LEAST) // max(columns - 1, 1))
    return [_ACROSS - numbers * (columns - 1), *[numbers] * (columns - 1)]


def _image(part: Any, picture: Picture) -> _Drawn:
    """The picture as a part of the file."""
    relation, image = part.get_or_add_image(BytesIO(picture.png))
    wide, high = image.px_width, image.px_height
    scale = min(FIGURE[0] / wide, FIGURE[1] / high)
    return _Drawn(relation, round(wide * scale), round(high * scale))


def _repacked(held: BytesIO) -> bytes:
    """The same file, without the time of its making."""
    packed = BytesIO()
    with ZipFile(held) as old, ZipFile(packed, "w") as new:
        for name, data in _parts(old):
            info = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type, info.create_system = ZIP_DEFLATED, 3
            new.writestr(info, data)
    return packed.getvalue()


def _parts(packed: ZipFile) -> Iterator[tuple[str, bytes]]:
    return ((each.filename, packed.read(each)) for each in packed.infolist())
