import asyncio
import os
import re
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reports.document import Bar, Picture
from bot.reports.figures import ALT_LIMIT, alt_text, draw, figure
from bot.reports.typeset import pictures
from bot.services.reporting import ReportedPoll
from bot.services.tallies import Row, Tally, percent
from tests.reports.samples import CULTURE, HOSTILE, PLACE, POLL_1, POLL_2, RANKING, RATING, asked, poll

ENTRY = [sys.executable, "-m", "bot.reports.render_figures"]
COUNTS = st.integers(min_value=0, max_value=10**6)
OPTIONS = st.lists(st.tuples(st.text(max_size=100), COUNTS), min_size=2, max_size=25)


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert png.rstrip(b"\0").endswith(b"IEND\xaeB`\x82")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def bars(svg: bytes, fill: bytes = b"0b5a6b") -> list[float]:
    """How long the filled bars are: an outline's straight edge and its two round corners of 2 pt."""
    return [float(length) + 4 for length in re.findall(rb'fill="#%b"[^>]*?-2h ([0-9.]+)' % fill, svg)]


def glyphs(svg: bytes) -> int:
    return svg.count(b"<use ")


def drawn(*polls: ReportedPoll) -> list[Picture]:
    return pictures([figure(each) for each in polls])


def test_a_figure_has_bars_as_long_as_the_shares():
    counts = {"All": 200, "Half": 100, "A tenth": 20, "Nobody": 0}
    (picture,) = drawn(poll(1, "How much?", counts, 200, choices=4))
    whole, half, tenth = bars(picture.svg)
    assert bars(picture.svg, b"e9eef0") == [whole] * 4
    assert half / whole == pytest.approx(0.5, abs=0.001)
    assert tenth / whole == pytest.approx(0.1, abs=0.001)
    assert size(picture.png)[0] == 1200
    assert picture.svg.startswith(b"<svg ")


def test_what_a_figure_says():
    shown = figure(POLL_1, 3)
    assert (shown.number, shown.n, shown.alt) == (3, "n=90", alt_text(POLL_1))
    assert shown.caption == "per cent of the people who answered (n=90)"
    assert shown.bars[0] == Bar(CULTURE, 53 / 90, "59%", "53 people")
    assert figure(POLL_2).note == "People could choose any number."
    assert figure(poll(1, "?", {"A": 0, "B": 0}, 0)).note == "Nobody answered this poll."
    assert figure(poll(1, "Two\nlines\x00", {"A\tB": 1, "C": 0}, 1)).title == "Two lines"


def test_a_rankings_bars_are_its_points():
    (picture,) = drawn(RANKING)
    whole = bars(picture.svg, b"e9eef0")
    assert [bar / whole[0] for bar in bars(picture.svg)] == pytest.approx([60 / 84, 70 / 84, 29 / 84], abs=0.001)
    second = figure(RANKING).bars[1]
    assert (second.large, second.small) == ("70 points", "first for 50%")


def test_a_hidden_region_has_neither_bar_nor_track():
    (picture,) = drawn(PLACE)
    whole = bars(picture.svg, b"e9eef0")
    assert len(whole) == 3
    assert [bar / whole[0] for bar in bars(picture.svg)] == pytest.approx([12 / 64, 40 / 64], abs=0.001)
    assert figure(PLACE).bars[1] == Bar("Wales", None, "not shown", "")


def test_a_ratings_figure_keeps_the_scale_and_names_its_middle():
    (picture,) = drawn(RATING)
    assert [bar / bars(picture.svg)[3] for bar in bars(picture.svg)][1:] == pytest.approx(
        [3 / 21, 6 / 21, 1, 12 / 21], abs=0.002
    )
    assert figure(RATING).alt == (
        "Bar chart. Which, of the rating kind? n=43. Mean 3.9, median 4. People who left it blank are not counted. "
        "1: Strongly disagree: 1 person, 2%. 2: Disagree: 3 people, 7%. 3: Neither: 6 people, 14%. "
        "4: Agree: 21 people, 49%. 5: Strongly agree: 12 people, 28%."
    )


def test_a_series_has_its_own_colour():
    (picture,) = pictures([figure(POLL_1)], "#8a1f5c")
    assert (len(bars(picture.svg, b"8a1f5c")), bars(picture.svg)) == (5, [])


async def test_figures_come_in_order_from_a_process_of_their_own_and_look_the_same():
    figures = [figure(POLL_1), figure(POLL_2)]
    beside = await draw(figures, "#8a1f5c")
    assert beside == pictures(figures, "#8a1f5c")
    assert [len(bars(picture.svg, b"8a1f5c")) for picture in beside] == [5, 2]
    assert await draw([]) == pictures([]) == []


def test_right_to_left_text_runs_right_to_left():
    # The second begins with a mark that nobody sees and that makes it run from the left.
    right, left = drawn(*(poll(1, text, {"A": 1, "B": 1}, 2) for text in ("الجودة (5)!", "\u200eالجودة (5)!")))
    assert right.svg != left.svg


def test_empty_and_crowded_polls_are_drawn():
    crowded = {f"{i:03} {'option ' * 14}"[:100]: i for i in range(25)}
    nobody, one, many = drawn(
        poll(1, "Anyone?", {"Yes": 0, "No": 0}, 0),
        poll(2, "Anyone?", {"Yes": 1, "No": 0}, 1),
        poll(3, "Which?", crowded, 24),
    )
    assert (len(bars(nobody.svg)), len(bars(one.svg)), len(bars(many.svg))) == (0, 1, 24)
    assert size(nobody.png)[1] < 800
    assert size(many.png)[1] > 3000


def test_hostile_text_is_drawn_as_text():
    made = drawn(*(poll(i, text[:300], {text[:100]: 1, "Plain": 1}, 2) for i, text in enumerate(HOSTILE, start=1)))
    assert [size(picture.png)[0] for picture in made] == [1200] * len(HOSTILE)
    assert [len(bars(picture.svg)) for picture in made] == [2] * len(HOSTILE)


def test_text_that_looks_like_typst_prints_every_character():
    code, harmless = "#panic(*b*)$x$<l>//c", "Xpanic(Xb1)XxXXl1XXc"
    as_code, as_words = drawn(*(poll(1, "?", {text: 1, "B": 1}, 2) for text in (code, harmless)))
    assert glyphs(as_code.svg) == glyphs(as_words.svg)


@given(st.text(max_size=400), OPTIONS, st.integers(min_value=0, max_value=10**6), st.integers(1, 25))
def test_alt_text_fits_and_keeps_every_number(question: str, options: list[tuple[str, int]], n: int, choices: int):
    rows = tuple(Row(text, min(count, n), percent(min(count, n), n)) for text, count in options)
    alt = alt_text(replace(POLL_1, question=question, choices=choices, kind="multiple", tally=Tally(n, rows)))
    assert len(alt) <= len(alt.encode("utf-16-le")) // 2 <= ALT_LIMIT
    at = alt.index(f"n={n:,}.")
    for row in rows:
        said = f": {row.count:,} {'person' if row.count == 1 else 'people'}, {row.percent}%."
        at = alt.index(said, at) + len(said)


ORDERS = st.lists(st.integers(0, 24), min_size=1, max_size=5, unique=True).map(tuple)


@given(st.dictionaries(ORDERS, COUNTS, max_size=8))
def test_alt_text_of_a_long_ranking_keeps_every_number(answers: dict[tuple[int, ...], int]):
    ranked = asked(1, "ranking", [f"{i} {'x' * 97}" for i in range(25)], answers, 5, question="q" * 300)
    alt = alt_text(ranked)
    assert len(alt) <= ALT_LIMIT
    at = alt.index("1 for a fifth.")
    for row in ranked.tally.rows:
        said = f": {row.count:,} point{'' if row.count == 1 else 's'}, first for {row.percent}%."
        at = alt.index(said, at) + len(said)


@given(st.lists(COUNTS, min_size=25, max_size=25))
def test_alt_text_of_many_places_keeps_every_number_that_may_be_shown(sizes: list[int]):
    placed = asked(1, "place", ["x" * 100] * 25, {(i,): size for i, size in enumerate(sizes)}, question="q" * 300)
    alt, at = alt_text(placed), 0
    assert len(alt) <= ALT_LIMIT
    for row in placed.tally.rows:
        shown = f"{row.count:,} {'person' if row.count == 1 else 'people'}, {row.percent}%"
        said = f": {'not shown' if row.hidden else shown}."
        at = alt.index(said, at) + len(said)


def test_alt_text_in_full_and_shortened_evenly():
    assert alt_text(poll(1, "Ready?", {"Yes": 53, "Not yet": 1}, 54)) == (
        "Bar chart. Ready? n=54. Yes: 53 people, 98%. Not yet: 1 person, 2%."
    )
    long = {f"{chr(65 + i)}{'x' * 99}": i for i in range(24)} | {"Short": 1}
    alt = alt_text(poll(1, "Which?", long, 300, choices=3))
    cut = re.findall(r"([A-X]x+…): ", alt)
    assert len(cut) == 24
    assert len(set(map(len, cut))) == 1
    assert ALT_LIMIT - 24 <= len(alt) <= ALT_LIMIT
    assert "People could choose up to 3." in alt
    assert " Short: 1 person" in alt


def test_a_long_question_gives_way_before_the_options_do():
    alt = alt_text(poll(1, "q" * 400, {f"{chr(65 + i)}{'x' * 99}": i for i in range(25)}, 300))
    assert len(re.findall(r"q+…", alt)[0]) == 120
    assert len(re.findall(r"([A-Y]x+…): ", alt)) == 25
    assert len(alt) <= ALT_LIMIT


@pytest.mark.parametrize("many", [26, 60, 400])
def test_of_more_options_than_fit_the_last_are_only_counted(many: int):
    alt = alt_text(poll(1, "q" * 400, {f"{i} {'x' * 99}": 1000 + i for i in range(many)}, 99_999))
    assert len(alt) <= ALT_LIMIT
    shown = alt.count(" people, ")
    assert shown >= 18
    assert alt.endswith(f"And {many - shown} more, in the table.") == (shown < many)


async def test_a_renderer_that_fails_says_why(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PYTHONHOME", "/nowhere")  # no Python starts with this
    with pytest.raises(RuntimeError, match=r"(?s)exit status 1.*encodings"):
        await draw([figure(POLL_1)])


async def test_what_a_renderer_complains_of_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setenv("PYTHONVERBOSE", "1")  # it then tells of each module on stderr
    assert len(await draw([figure(POLL_1)])) == 1
    assert "bot.reports.render_figures made it, but said: " in caplog.text


def renderers() -> list[str]:
    """This process's renderers that are still there."""
    found: list[str] = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            ours = f"PPid:\t{os.getpid()}\n" in status.read_text()
            command = (status.parent / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if ours and b"bot.reports.render_figures" in command:
            found.append(status.parent.name)
    return found


ENDLESS = [figure(poll(1, "Which?", {f"{i} {'option ' * 12}": i for i in range(25)}, 24))] * 400


async def test_out_of_time_the_renderer_is_killed():
    async with asyncio.timeout(5):  # left alone, it would draw for longer
        with pytest.raises(RuntimeError, match=r"not done within 0.05 s"):
            await draw(ENDLESS, seconds=0.05)
    assert renderers() == []


async def test_cancelled_the_renderer_is_killed():
    before = asyncio.get_running_loop().time()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await draw(ENDLESS)
    assert asyncio.get_running_loop().time() - before < 5
    assert renderers() == []


def test_the_renderer_ends_when_the_bot_is_gone():
    # A killed bot's pipe closes: nothing to draw, no answer, an end.
    ended = subprocess.run(ENTRY, stdin=subprocess.DEVNULL, capture_output=True, timeout=20, check=False)
    assert (ended.returncode, ended.stdout) == (1, b"")


def test_the_renderer_is_lean():
    heavy = ("discord", "sqlalchemy", "pydantic", "asyncio", "jinja2", "fontTools")
    program = f"import sys, bot.reports.render_figures; print([m for m in {heavy} if m in sys.modules])"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"


def test_the_renderer_is_found_from_anywhere_and_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    (picture,) = asyncio.run(draw([figure(POLL_1)]))
    assert size(picture.png)[0] == 1200
    assert list(tmp_path.iterdir()) == []
