import logging

import pytest

from bot.reports.figures import alt_text
from bot.reports.files import report_files
from bot.services.reporting import Voices
from tests.reports.readers import read_html, read_markdown
from tests.reports.samples import (
    AGAIN,
    OPEN,
    POLL_1,
    POLL_2,
    TAKEAWAY,
    hostile_report,
    poll,
    report,
    report_of_kinds,
)

PNG = b"\x89PNG\r\n\x1a\n"


async def test_the_files_of_a_report() -> None:
    files = await report_files(report())
    assert [file.name for file in files] == [
        "qms-1-of-4-report.md",
        "qms-1-of-4-report.html",
        "qms-1-of-4-figure-1.png",
        "qms-1-of-4-figure-2.png",
        "qms-1-of-4-for-themes.md",
    ]
    by_name = {file.name: file for file in files}
    shown = read_markdown(by_name["qms-1-of-4-report.md"].data.decode())
    images = [attrs["src"] for kind, attrs in shown.elements if kind == "image"]
    assert images == ["qms-1-of-4-figure-1.png", "qms-1-of-4-figure-2.png"]
    assert all(by_name[name].data.startswith(PNG) for name in images)
    assert [by_name[name].description for name in images] == [alt_text(POLL_1), alt_text(POLL_2)]
    assert by_name["qms-1-of-4-report.html"].data.startswith(b"<!DOCTYPE html>")
    assert "do not quote" in by_name["qms-1-of-4-for-themes.md"].description


async def test_for_themes_is_a_file_of_its_own_and_only_when_needed() -> None:
    some = await report_files(report(polls=(), takeaways=Voices(TAKEAWAY, ("Said.",), ("Unsaid.",), 0)))
    assert [file.name for file in some if b"Unsaid." in file.data] == ["qms-1-of-4-for-themes.md"]
    none = await report_files(report(polls=(), takeaways=Voices(TAKEAWAY, ("Said.",), (), 4)))
    assert [file.name for file in none] == ["qms-1-of-4-report.md", "qms-1-of-4-report.html"]


async def test_what_is_written_has_no_figure_and_may_be_for_themes() -> None:
    files = {file.name.removeprefix("qms-1-of-4-"): file for file in await report_files(report_of_kinds())}
    assert sorted(files) == [*(f"figure-{i}.png" for i in range(1, 5)), "for-themes.md", "report.html", "report.md"]
    assert files["figure-4.png"].description == alt_text(AGAIN)
    assert [name for name, file in files.items() if b"Quietly, this." in file.data] == ["for-themes.md"]
    alone = await report_files(report(polls=(OPEN,), takeaways=Voices(TAKEAWAY, (), (), 0)))
    assert [file.name.removeprefix("qms-1-of-4-") for file in alone] == ["report.md", "report.html", "for-themes.md"]


@pytest.mark.parametrize(("for_themes", "pictures"), [(("Unsaid.",), 7), ((), 8)])
async def test_never_more_files_than_a_message_takes(for_themes: tuple[str, ...], pictures: int) -> None:
    polls = tuple(poll(i, f"Question {i}?", {"Yes": i, "No": 1}, i + 1) for i in range(1, 13))
    files = await report_files(report(polls=polls, takeaways=Voices(TAKEAWAY, (), for_themes, 0)))
    assert len(files) == 10
    assert len([file for file in files if file.name.endswith(".png")]) == pictures
    markdown, html = (file.data.decode() for file in files[:2])
    read = read_markdown(markdown)
    assert len([kind for kind, _ in read.elements if kind == "image"]) == pictures
    assert len(read.tables) == 12
    assert len([tag for tag, _ in read_html(html).elements if tag == "img"]) == 12


async def test_names_come_from_the_series_key_whatever_its_title() -> None:
    files = await report_files(report(key="qms-2022", series="../../etc/passwd\x00", number=2, polls=()))
    assert files[0].name == "qms-2022-2-of-4-report.md"


async def test_hostile_text_in_every_field_still_makes_files() -> None:
    files = await report_files(hostile_report())
    assert len(files) == 6
    assert all(file.data and len(file.description) <= 1024 for file in files)


@pytest.mark.logs_errors
async def test_without_figures_the_report_still_comes_and_the_failure_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("PYTHONHOME", "/nowhere")  # no Python starts with this
    with caplog.at_level(logging.ERROR):
        files = await report_files(report())
    assert [record.getMessage() for record in caplog.records] == ["The report of qms-1-of-4 goes out without figures"]
    assert [file.name.removeprefix("qms-1-of-4-") for file in files] == [
        "report.md",
        "report.html",
        "for-themes.md",
    ]
    assert len(read_markdown(files[0].data.decode()).tables) == 2
