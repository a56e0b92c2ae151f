"""Which files there are of a report, and what is in which."""

import pytest

from bot.reports.figures import alt_text
from bot.reports.files import session_files
from bot.reports.made import Made, ReportFile, packed, unpacked
from bot.services.reporting import Report
from tests.reports.readers import read_markdown
from tests.reports.samples import AGAIN, OPEN, POLL_1, POLL_2, TAKEAWAY, hostile_report, report, report_of_kinds, said

PNG = b"\x89PNG\r\n\x1a\n"
FORMS = ["report.pdf", "report.docx", "report.html", "report.md"]


def made(reported: Report) -> dict[str, ReportFile]:
    """By what their names end in."""
    return {each.name.removeprefix(f"{reported.stem}-"): each for each in session_files(reported).files}


def test_the_files_of_a_report() -> None:
    there = made(report())
    assert list(there) == [*FORMS, "figure-1.png", "figure-2.png", "for-themes.md"]
    shown = read_markdown(there["report.md"].data.decode())
    images = [attrs["src"] for kind, attrs in shown.elements if kind == "image"]
    assert images == ["qms-1-of-4-figure-1.png", "qms-1-of-4-figure-2.png"]
    figures = [there[f"figure-{i}.png"] for i in (1, 2)]
    assert all(each.data.startswith(PNG) for each in figures)
    assert [each.description for each in figures] == [alt_text(POLL_1), alt_text(POLL_2)]
    assert there["report.html"].data.startswith(b"<!DOCTYPE html>")
    assert there["report.pdf"].data.startswith(b"%PDF-")
    assert there["report.docx"].data.startswith(b"PK")
    assert "do not quote" in there["for-themes.md"].description
    assert sum(len(each.data) for each in there.values()) < 2_000_000


def test_for_themes_is_a_file_of_its_own_and_only_when_needed() -> None:
    some = made(report(polls=(), takeaways=said(TAKEAWAY, ("Said.",), ("Unsaid.",))))
    assert [name for name, each in some.items() if b"Unsaid." in each.data] == ["for-themes.md"]
    assert list(made(report(polls=(), takeaways=said(TAKEAWAY, ("Said.",), (), 4)))) == FORMS


def test_what_is_written_has_no_figure_and_may_be_for_themes() -> None:
    there = made(report_of_kinds())
    assert list(there) == [*FORMS, *(f"figure-{i}.png" for i in range(1, 5)), "for-themes.md"]
    assert there["figure-4.png"].description == alt_text(AGAIN)
    assert [name for name, each in there.items() if b"Quietly, this." in each.data] == ["for-themes.md"]
    assert list(made(report(polls=(OPEN,), takeaways=said(TAKEAWAY)))) == [*FORMS, "for-themes.md"]


def test_names_come_from_the_series_key_whatever_its_title() -> None:
    there = session_files(report(key="qms-2022", series="../../etc/passwd\x00", number=2, polls=()))
    assert there.files[0].name == "qms-2022-2-of-4-report.pdf"


def test_hostile_text_in_every_field_still_makes_files() -> None:
    there = session_files(hostile_report())
    assert (len(there.files), there.failed) == (8, ())
    assert all(each.data and len(each.description) <= 1024 for each in there.files)


def test_identical_input_makes_identical_files() -> None:
    assert session_files(report()) == session_files(report())


def test_packing_and_unpacking_changes_nothing() -> None:
    there = Made((ReportFile("a", b"\n{}\x00", "One\n“é”"), ReportFile("b", b"", "")), ("PDF",))
    assert unpacked(packed(there)) == there


@pytest.mark.logs_errors
@pytest.mark.parametrize(
    ("broken", "what", "missing"),
    [
        ("typeset.pictures", "figures", ["figure-1.png", "figure-2.png"]),
        ("typeset.to_pdf", "PDF", ["report.pdf"]),
        ("files.to_docx", "DOCX", ["report.docx"]),
    ],
)
def test_what_cannot_be_made_keeps_nothing_else_from_coming(
    monkeypatch: pytest.MonkeyPatch, broken: str, what: str, missing: list[str]
) -> None:
    whole = made(report())

    def fails(*_: object) -> bytes:
        raise RuntimeError("out of ink")

    monkeypatch.setattr(f"bot.reports.{broken}", fails)
    there = session_files(report())
    assert there.failed == (what,)
    names = [each.name.removeprefix("qms-1-of-4-") for each in there.files]
    assert names == [name for name in whole if name not in missing]
    if what == "figures":
        text = next(each.data.decode() for each in there.files if each.name.endswith(".md"))
        assert text.count("The figure could not be drawn") == 2
        assert len(read_markdown(text).tables) == 2


@pytest.mark.logs_errors
def test_a_panic_of_the_typesetter_s_is_no_exception_and_kept_from_the_rest_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class PanicException(BaseException):
        """What pyo3 raises where Rust panics."""

    def panics(*_: object) -> bytes:
        raise PanicException("index out of bounds")

    monkeypatch.setattr("bot.reports.typeset.to_pdf", panics)
    there = session_files(report())
    assert there.failed == ("PDF",)
    assert any(each.name.endswith(".docx") for each in there.files)
