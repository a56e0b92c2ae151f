"""The files of an export: inert, as documented, and the same for the same data."""

import csv
import io
import json
import zipfile
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from bot.reports import dictionary, sheets, workbook
from bot.reports.export import data_archive, data_files, table, to_json
from bot.services.dataset import FORMAT, VERSION, Data, NumberRow, SessionRow
from bot.services.saidrows import ContributionRow

DOCS = Path(__file__).parents[2] / "docs"

SESSION = SessionRow(
    series="=A series",
    series_key="qms",
    number=1,
    of=4,
    title="@title",
    state="finished",
    time_zone="Europe/London",
    starts_at="2022-02-24T13:00:00+00:00",
    ends_at=None,
    began_at=None,
    place="Zoom",
    recording="",
    no_recording="",
    subtitles="",
    blog="",
    contact="",
    hashtag="#N/A",
    limits="Few people.",
)


def made_of(*texts: str) -> Data:
    """Data in which people said these things, and no more."""
    empty = {each.name: () for each in fields(Data)}
    said = tuple(
        ContributionRow(f"contribution-{i}", "comment", "here", text, "", None, None, 0, None)
        for i, text in enumerate(texts)
    )
    records = tuple(each.id for each in said)
    numbers = (
        NumberRow("comments/count", len(said), "count", records, ()),
        NumberRow("poll-1/mean", 2.5, "mean", (), ()),
        NumberRow("poll-1/response_rate", None, "per_cent", (), ("poll-1/n", "attendance/joined")),
    )
    new = {"format": FORMAT, "version": VERSION, "session": (SESSION,), "contributions": said, "numbers": numbers}
    return Data(**empty | new)


def read(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


# ------------------------------------------------------------------ CSV

TEXT = st.text(st.characters(exclude_categories=("Cs",))) | st.builds(
    str.__add__,
    st.sampled_from(["=", "+", "-", "@", "\t", "\r", "\n", "'", "'=", "＝", "#N/A", '"', ",", ";"]),
    st.text(),
)


@given(texts=st.lists(TEXT, max_size=5))
def test_csv_comes_back_as_it_was_and_starts_no_formula(texts):
    data = made_of(*texts)
    rows = read(sheets.to_csv(table(data, "contributions")))
    assert rows[0] == [each.name for each in fields(ContributionRow)]
    cells = [row[3] for row in rows[1:]]
    assert not any(cell.startswith(tuple("=+-@\t\r\n")) for row in rows for cell in row)
    assert cells == [f"'{text}" if sheets.FORMULA.match(text) else text for text in texts]


def test_csv_is_as_the_dictionary_says():
    data = sheets.to_csv(table(made_of('He said: "yes", and\nleft'), "contributions"))
    head, rest = data.split(b"\r\n", 1)
    assert head == '\ufeff"id","kind","place","text","one_thing","poll","section","reactions","reply_to"'.encode()
    assert rest == b'"contribution-0","comment","here","He said: ""yes"", and\nleft","","","",0,""\r\n'


def test_of_a_number_the_csv_says_how_many_records_it_has():
    assert table(made_of("a", "b"), "numbers")[1:] == [
        ["comments/count", 2, "count", 2, ""],
        ["poll-1/mean", 2.5, "mean", 0, ""],
        ["poll-1/response_rate", "", "per_cent", 0, "poll-1/n; attendance/joined"],
    ]


# ------------------------------------------------------------------ JSON, its schema, the dictionary


@given(texts=st.lists(TEXT, max_size=5))
def test_json_has_the_texts_as_they_are(texts):
    found = json.loads(to_json(made_of(*texts)))
    assert [each["text"] for each in found["contributions"]] == texts
    Draft202012Validator(dictionary.schema()).validate(found)


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"ballots": [{"id": "poll-1/respondent-1"}]},
        {"person": "somebody"},
        {"session": [{**json.loads(to_json(made_of()))["session"][0], "starts_at": "tomorrow"}]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_schema_takes_nothing_else(change):
    found = json.loads(to_json(made_of())) | change
    assert not Draft202012Validator(dictionary.schema()).is_valid(found)


@pytest.mark.parametrize(
    ("name", "made"),
    [(dictionary.SCHEMA, dictionary.schema_file()), (dictionary.DICTIONARY, dictionary.dictionary_file())],
)
def test_what_is_published_is_what_goes_along(name, made):
    """To renew it: python -c "from bot.reports.dictionary import *" and write both files into docs."""
    assert (DOCS / name).read_bytes() == made


async def test_every_column_of_every_file_is_in_the_dictionary():
    files = await data_files(made_of("a"))
    text = next(each.data.decode() for each in files if each.name == dictionary.DICTIONARY)
    told = {part.split("\n", 1)[0]: part for part in text.split("\n## ")[1:]}
    tables = [each for each in files if each.name.endswith(".csv")]
    assert list(told) == [each.name.removesuffix(".csv") for each in tables]
    for each in tables:
        [columns, *_] = read(each.data)
        lines = [line for line in told[each.name.removesuffix(".csv")].splitlines() if line.startswith("| `")]
        assert [line.split("`")[1] for line in lines] == columns
        assert all(len(line.split("|")) == 5 and len(line.split("|")[3]) > 5 for line in lines)


# ------------------------------------------------------------------ all of it


async def test_the_archive_holds_every_file_and_no_time():
    data = made_of("=1+1", "Plain")
    made = await data_archive(data, xlsx=True)
    assert made.name == "qms-1-of-4-data.zip"
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        assert archive.testzip() is None
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist() == [each.name for each in await data_files(data, xlsx=True)]
        assert archive.namelist()[-4:] == [
            "qms-1-of-4.xlsx",
            "qms-1-of-4.json",
            dictionary.SCHEMA,
            dictionary.DICTIONARY,
        ]
    assert (await data_archive(data)).data == (await data_archive(data)).data


def test_a_workbook_takes_whatever_people_type():
    odd = ["\x00\x07 bell", "=1+1", "2026-01-02", "0012", "x" * 4000]
    made = workbook.write({"contributions": table(made_of(*odd), "contributions")})
    [cells] = workbook.read(made, 100, 20)
    assert [row[3] for row in cells[1:]] == [" bell", "'=1+1", "2026-01-02", "0012", "x" * 4000]
